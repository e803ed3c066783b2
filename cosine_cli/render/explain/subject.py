"""The subject of an explanation: a schedule, with everything that its declaration says about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cosine_cli.frameworks.core.discovery import load_framework
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, citation
from cosine_cli.plans.example import example
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.registry import SYNONYMS, is_framework_name, is_known, load
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.render.explain.examples import EXAMPLES
from cosine_cli.schedules.core.about import About, about
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.schedule import FAMILIES, Schedule

RARE = "Rarely used"
"""The heading of the schedules that are listed last."""


@dataclass(frozen=True)
class Subject:
    """A schedule.

    - ``name``: its name in curves.
    - ``own_plan``: the plan to show, None for an example.
    """

    name: str
    own_plan: Plan | None = None

    @cached_property
    def schedule(self) -> type[Schedule]:
        """Its class."""
        return load(self.name)

    @cached_property
    def about(self) -> About:
        """The parts of its docstring."""
        found = about(self.schedule)
        is_framework = issubclass(self.schedule, FrameworkSchedule)
        return replace(found, source=citation(self.schedule)) if is_framework else found

    @cached_property
    def plan(self) -> Plan:
        """A plan whose curves show what the schedule does."""
        if self.own_plan is not None:
            return self.own_plan
        if self.name in EXAMPLES:
            return resolve(Request(curves=(parse_curve(EXAMPLES[self.name], unit="epoch"),)))
        return example(self.name)

    @property
    def params(self) -> tuple[Param, ...]:
        """Its parameters."""
        return params(self.schedule)

    @property
    def framework(self) -> str:
        """The title of the framework that it belongs to; empty for a schedule of the core."""
        return load_framework(self.name.partition(".")[0]).title if is_framework_name(self.name) else ""

    @property
    def group(self) -> str:
        """Its heading in lists: the framework, or the family of a schedule of the core."""
        if getattr(self.schedule, "rare", False):
            return RARE
        return self.framework or self.schedule.family.capitalize()

    @property
    def framework_names(self) -> Mapping[str, str]:
        """Its names in frameworks; where a curve can use that schedule, the name of it in curves."""
        names = ((of, f"{of}.{own}", own) for of, own in self.schedule.framework_names.items())
        return {of: full if is_framework_name(full) and is_known(full) else own for of, full, own in names}

    @property
    def equivalent(self) -> str:
        """The core schedule that is closest to a framework's; empty for a schedule of the core."""
        return str(getattr(self.schedule, "equivalent", ""))

    @property
    def difference(self) -> str:
        """How a framework's schedule differs from its equivalent."""
        return str(getattr(self.schedule, "difference", ""))

    @property
    def boundary_behavior(self) -> Mapping[str, str]:
        """What a framework's schedule does at its boundaries, such as ``past the end``."""
        behavior: Mapping[str, str] = getattr(self.schedule, "boundary_behavior", {})
        return behavior

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Other names that curves accept."""
        return tuple(other for other, name in SYNONYMS.items() if name == self.name)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names that suggestions recognize."""
        return tuple(self.schedule.aliases.split())

    @property
    def other_names(self) -> Mapping[str, tuple[str, ...]]:
        """The synonyms and the aliases, each by a note on them."""
        names = {"accepted": self.synonyms, f"not accepted; the error suggests {self.name}": self.aliases}
        return {note: listed for note, listed in names.items() if listed}


def by_group(subjects: Sequence[Subject]) -> Iterator[tuple[str, list[Subject]]]:
    """Yield headings with their schedules: families, then frameworks, then rarely used schedules."""
    families = [family.capitalize() for family in FAMILIES]
    groups = dict.fromkeys([*families, *(subject.group for subject in subjects)])
    for group in sorted(groups, key=lambda group: group == RARE):
        if members := [subject for subject in subjects if subject.group == group]:
            yield group, members
