"""The plan: a resolved request, with one schedule per curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.clock import Clock, TimeUnit
from cosine_cli.plans.model.curve_style import CurveStyle
from cosine_cli.plans.model.figure_settings import Figure

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


class Group(NamedTuple):
    """A parameter group of a model, and the factor on all its rates."""

    name: str
    factor: float


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A label and a schedule.

    - ``name``: the name of the schedule.
    - ``params``: all resolved parameters in the user's units: rates and factors as numbers, times as ``Time``,
      inner curves as ``Curve`` or a tuple of them.
    - ``schedule``: the schedule, with times in steps.
    - ``notes``: how the value of a parameter was computed, for the comments of the written config.
    - ``shares``: the rates that were given as a share of the peak, as written: ``10%``.
    - ``specified``: the parameters that were given or have a constant default.
    - ``group``: the parameter group, if the plan has groups.
    - ``base``: the curve of which this one is a multiple by ``factor``, if it is one.
    - ``origins``: where its parameters, and under ``label`` its schedule, come from in another program's config.
    - ``style``: how it is drawn in figures.
    - ``clock``: the clock of its own run in the unit of the plan, if it differs from the clock of the plan.
    """

    label: str
    name: str
    params: Mapping[str, Any]
    schedule: Schedule = field(compare=False)
    notes: Mapping[str, str] = field(default_factory=dict, compare=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    shares: Mapping[str, str] = field(default_factory=dict)
    specified: frozenset[str] = field(default=frozenset(), compare=False)
    group: Group | None = None
    base: Curve | None = None
    factor: float | None = None
    style: CurveStyle = CurveStyle()
    clock: Clock | None = None

    @property
    def warmup(self) -> float:
        """The length of the warmup in steps, 0 for none."""
        return self.schedule.warmup_length

    @property
    def own_lr(self) -> float | None:
        """Its parameter ``lr``, else that of its only inner curve; None if it has the rate of the run."""
        own, inner = self.params.get("lr"), self.params.get("of")
        if isinstance(own, float):
            return own
        return inner.own_lr if isinstance(inner, Curve) else None

    @property
    def bare(self) -> Curve:
        """The curve without its notes and origins."""
        params = {name: _bare(value) for name, value in self.params.items()}
        return replace(self, params=params, notes={}, origins={}, base=_bare(self.base))


def _bare(value: Any) -> Any:
    if isinstance(value, tuple) and any(isinstance(part, Curve) for part in value):
        return tuple(map(_bare, value))
    return value.bare if isinstance(value, Curve) else value


class Callout(NamedTuple):
    """A place that a figure points to: a time in steps, the rates to compare there, and the lines of its text."""

    time: float
    rates: tuple[float, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel of a grid: the values of the grid's parameters, and the curves with them."""

    values: tuple[str, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A resolved request: clock, learning rate, curves, and settings of the figure.

    - ``match``: what the curves are rescaled to have in common with the first: each of a group with the first of that
      group, in each panel.
    - ``groups``: parameter groups; there is one curve per requested curve and group.
    - ``panels``: what a figure with a grid shows instead of the curves, row by row.
    - ``remarks``: what another program's config was read as, and what was ignored.
    - ``origins``: where the options of the run come from in another program's config.
    - ``runs``: the plans that are shown side by side, if there are several; ``curves`` are all their curves, and
      ``clock`` is the time axis that they share.
    - ``name``: the name of one of several runs.
    - ``budget``: what the run processes, if its steps are counted from that.
    - ``axis``: the unit of the time axis and of a second one above it, if they are given.
    - ``callouts``: the places that its figure points to instead of half-peak marks, possibly none; None for the marks.
    - ``subtitle``: the text below the title of its figure, instead of the peak and the length.
    """

    title: str | None
    clock: Clock
    lr: float
    update: str
    curves: tuple[Curve, ...]
    figure: Figure
    panels: tuple[Panel, ...] = ()
    groups: tuple[Group, ...] = ()
    match: str | None = None
    remarks: tuple[str, ...] = field(default=(), compare=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    runs: tuple[Plan, ...] = ()
    name: str = ""
    budget: Budget | None = None
    axis: tuple[TimeUnit, ...] = ()
    callouts: tuple[Callout, ...] | None = field(default=None, compare=False)
    subtitle: str | None = field(default=None, compare=False)

    @property
    def bases(self) -> tuple[Curve, ...]:
        """The requested curves, without the factors of groups and of a match."""
        firsts = (curve for run, curves in self._by_run() for curve in curves[:: max(len(run.groups), 1)])
        return tuple(curve.base or curve for curve in firsts)

    @property
    def parts(self) -> tuple[Plan, ...]:
        """The plan of each run, its curves labelled as in this plan; the plan itself if it has one run."""
        if not self.runs:
            return (self,)
        return tuple(
            replace(run, curves=tuple(replace(curve, clock=None) for curve in curves)) for run, curves in self._by_run()
        )

    def _by_run(self) -> Iterator[tuple[Plan, tuple[Curve, ...]]]:
        start = 0
        for run in self.runs or (self,):
            yield run, self.curves[start : start + len(run.curves)]
            start += len(run.curves)

    @property
    def window(self) -> tuple[float, float]:
        """The first and the last time that a figure shows, in steps."""
        if self.figure.xlim is None:
            return 0.0, float(self.clock.total)
        start, stop = map(self.clock.steps, self.figure.xlim)
        return start, stop

    @property
    def units(self) -> tuple[TimeUnit, ...]:
        """The units in which tables and charts show times: those of the time axis, or that of the run."""
        return self.axis or (self.clock.unit,)

    @property
    def figure_units(self) -> tuple[TimeUnit, ...]:
        """The unit of the time axis of a figure, and that of a second one above it."""
        return ("epoch", "step") if not self.axis and self.clock.counts_both else self.units

    def clock_of(self, curve: Curve) -> Clock:
        """Return the clock of a curve's own run, in the unit of the plan."""
        return curve.clock or self.clock

    @property
    def bare(self) -> Plan:
        """The plan without notes, origins and output file: equal plans are written equally."""
        curves, runs = tuple(curve.bare for curve in self.curves), tuple(run.bare for run in self.runs)
        return replace(self, curves=curves, runs=runs, origins={}, figure=replace(self.figure, output=None))
