"""What is explained: a schedule, with all that its declaration says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cosine_cli.plans.example import example
from cosine_cli.plans.named import load
from cosine_cli.plans.plan import Plan
from cosine_cli.schedules.core.about import About, about
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.schedule import FAMILIES, Family, Schedule


@dataclass(frozen=True)
class Subject:
    """A schedule by the name that a curve is said with."""

    name: str

    @cached_property
    def schedule(self) -> type[Schedule]:
        """Its class."""
        return load(self.name)

    @cached_property
    def about(self) -> About:
        """What its docstring says."""
        return about(self.schedule)

    @cached_property
    def plan(self) -> Plan:
        """The plan that shows it by itself."""
        return example(self.name)

    @property
    def params(self) -> tuple[Param, ...]:
        """Its parameters."""
        return params(self.schedule)

    @property
    def plain(self) -> str:
        """The name of the plain schedule that a framework's own is nearest to; empty for a plain one."""
        return str(getattr(self.schedule, "plain", ""))

    @property
    def differs(self) -> str:
        """How a framework's own schedule differs from the plain one."""
        return str(getattr(self.schedule, "differs", ""))

    @property
    def edges(self) -> Mapping[str, str]:
        """What a framework's own schedule does at its edges, by when."""
        found: Mapping[str, str] = getattr(self.schedule, "edges", {})
        return found

    @property
    def known_as(self) -> tuple[str, ...]:
        """What else it is called."""
        return tuple(self.schedule.known_as.split())


def by_family(subjects: Sequence[Subject]) -> Iterator[tuple[Family, list[Subject]]]:
    """Yield the families that have members, and these."""
    for family in FAMILIES:
        members = [subject for subject in subjects if subject.schedule.family == family]
        if members:
            yield family, members
