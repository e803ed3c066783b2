"""What is explained: a schedule, with all that its declaration says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cosine_cli.frameworks.core.catalogue import load_framework
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, citation
from cosine_cli.plans.example import example
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.registry import is_known, is_native, load
from cosine_cli.schedules.core.about import About, about
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.schedule import FAMILIES, Schedule


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
        found = about(self.schedule)
        is_framework = issubclass(self.schedule, FrameworkSchedule)
        return replace(found, source=citation(self.schedule)) if is_framework else found

    @cached_property
    def plan(self) -> Plan:
        """The plan that shows it by itself."""
        return example(self.name)

    @property
    def params(self) -> tuple[Param, ...]:
        """Its parameters."""
        return params(self.schedule)

    @property
    def framework(self) -> str:
        """What the framework is called whose own it is; empty for a plain one."""
        return load_framework(self.name.partition(".")[0]).title if is_native(self.name) else ""

    @property
    def group(self) -> str:
        """What it is listed under: the framework, or for a plain one the family."""
        return self.framework or self.schedule.family.capitalize()

    @property
    def framework_names(self) -> Mapping[str, str]:
        """What frameworks call it, by the framework; where that is here, by the name that a curve is said with."""
        found = ((of, f"{of}.{own}", own) for of, own in self.schedule.framework_names.items())
        return {of: full if is_native(full) and is_known(full) else own for of, full, own in found}

    @property
    def equivalent(self) -> str:
        """The name of the plain schedule that a framework's own is nearest to; empty for a plain one."""
        return str(getattr(self.schedule, "equivalent", ""))

    @property
    def difference(self) -> str:
        """How a framework's own schedule differs from the plain one."""
        return str(getattr(self.schedule, "difference", ""))

    @property
    def boundary_behavior(self) -> Mapping[str, str]:
        """What a framework's own schedule does at its edges, by when."""
        found: Mapping[str, str] = getattr(self.schedule, "boundary_behavior", {})
        return found

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else it is called."""
        return tuple(self.schedule.aliases.split())


def grouped(subjects: Sequence[Subject]) -> Iterator[tuple[str, list[Subject]]]:
    """Yield the families that have members, and the frameworks that have some, with these."""
    families = [family.capitalize() for family in FAMILIES]
    for group in dict.fromkeys([*families, *(subject.group for subject in subjects)]):
        members = [subject for subject in subjects if subject.group == group]
        if members:
            yield group, members
