"""A plan: what was asked, resolved, with a schedule a curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cosine_cli.plans.clock import Clock
from cosine_cli.plans.figure import Figure

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A label and a schedule.

    - ``name``: the schedule's name in the catalogue.
    - ``params``: all parameters, resolved, as they were said: rates and factors as numbers, times as ``Time``,
      a curve inside as another ``Curve`` or a tuple of them.
    - ``schedule``: the function, in steps.
    - ``notes``: how a parameter's value came about, for the comments of the written plan.
    """

    label: str
    name: str
    params: Mapping[str, Any]
    schedule: Schedule = field(compare=False)
    notes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def warmup(self) -> float:
        """How many steps the rate climbs first, 0 for none."""
        return self.schedule.ramp

    @property
    def bare(self) -> Curve:
        """The curve without its notes, which tell how it was said."""
        return replace(self, params={name: _bare(value) for name, value in self.params.items()}, notes={})


def _bare(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_bare, value))
    return value.bare if isinstance(value, Curve) else value


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was asked: clock, base rate, curves, and how a figure of it looks."""

    title: str | None
    clock: Clock
    lr: float
    update: str
    curves: tuple[Curve, ...]
    figure: Figure

    @property
    def bare(self) -> Plan:
        """The plan without how it was said and where its figure goes: equal plans are written alike."""
        curves = tuple(curve.bare for curve in self.curves)
        return replace(self, curves=curves, figure=replace(self.figure, output=None))
