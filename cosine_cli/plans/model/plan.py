"""A plan: what was asked, resolved, with a schedule a curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.figure_settings import Figure

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


class Group(NamedTuple):
    """A group of a model's parameters, and what all its rates are multiplied with."""

    name: str
    factor: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A label and a schedule.

    - ``name``: the schedule's name in the catalogue.
    - ``params``: all parameters, resolved, as they were said: rates and factors as numbers, times as ``Time``,
      a curve inside as another ``Curve`` or a tuple of them.
    - ``schedule``: the function, in steps.
    - ``notes``: how a parameter's value came about, for the comments of the written plan.
    - ``specified``: the parameters that were given, and did not just follow from the others.
    - ``group``: whose rates these are, where the plan has groups.
    - ``base``: the curve that this one is a multiple of, ``factor`` times as high, where it is one.
    """

    label: str
    name: str
    params: Mapping[str, Any]
    schedule: Schedule = field(compare=False)
    notes: Mapping[str, str] = field(default_factory=dict, compare=False)
    specified: frozenset[str] = field(default=frozenset(), compare=False)
    group: Group | None = None
    base: Curve | None = None
    factor: float | None = None

    @property
    def warmup(self) -> float:
        """How many steps the rate climbs first, 0 for none."""
        return self.schedule.ramp

    @property
    def bare(self) -> Curve:
        """The curve without its notes, which tell how it was said."""
        params = {name: _bare(value) for name, value in self.params.items()}
        return replace(self, params=params, notes={}, base=_bare(self.base))


def _bare(value: Any) -> Any:
    if isinstance(value, tuple) and any(isinstance(part, Curve) for part in value):
        return tuple(map(_bare, value))
    return value.bare if isinstance(value, Curve) else value


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One part of a figure: the values of its grid's parameters, and the plan's curves with them."""

    values: tuple[str, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was asked: clock, base rate, curves, and how a figure of it looks.

    - ``groups``: each of them makes a curve of every one that was asked for.
    - ``panels``: what a figure with a grid shows in the place of the curves, row by row.
    - ``remarks``: how another program's config was read, and what of it was left out.
    """

    title: str | None
    clock: Clock
    lr: float
    update: str
    curves: tuple[Curve, ...]
    figure: Figure
    panels: tuple[Panel, ...] = ()
    groups: tuple[Group, ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def bases(self) -> tuple[Curve, ...]:
        """The curves that were asked for, of which the groups have multiples."""
        return tuple(curve.base or curve for curve in self.curves[:: max(len(self.groups), 1)])

    @property
    def bare(self) -> Plan:
        """The plan without how it was said and where its figure goes: equal plans are written alike."""
        curves = tuple(curve.bare for curve in self.curves)
        return replace(self, curves=curves, figure=replace(self.figure, output=None))
