"""Resolve the limits of a figure's axes: times on the clock of the plan, and rates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import CONTENT, Time, whole
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.numbers import PeakShare, Percent
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.text import question

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve, Plan

LIMITS = ("xlim", "ylim")

_NEAREST_RATES, _NEAREST_TIMES = 1e-4, 1e-9
"""The smallest relative distances of two limits; labels of ticks have so many digits."""

_ROUNDING = 1e-9
"""The tolerance for rounding errors of rates that equal a limit."""

_MOST_ABOVE = 1e9
"""The largest limit, in highest rates."""

_DEFAULT_RANGE = 10_000
"""The top of a logarithmic axis over its bottom, by default."""


def with_limits(plan: Plan, given: Mapping[str, RawValue]) -> Plan:
    """Return the plan with the limits of its axes.

    Raises RequestError if the axes would not show any part of a curve.
    """
    if not any(name in given for name in LIMITS):
        return plan
    problems = Problems()
    figure, shown = plan.figure, on_time_axis(plan)
    with problems.collect():
        if "xlim" in given:
            figure = replace(figure, xlim=_times(given["xlim"], shown))
    with problems.collect():
        if "ylim" in given:
            figure = replace(figure, ylim=_rates(given["ylim"], shown))
    problems.raise_any()
    if "ylim" in given:
        _check_rates(replace(shown, figure=figure), given["ylim"])
    return replace(plan, figure=figure)


def _times(raw: RawValue, plan: Plan) -> tuple[Time, Time]:
    """Return the limits of the time axis; bare numbers are in its unit."""
    start, stop = (_on_clock(time, raw, plan) for time in _read("xlim", _in_unit(raw, plan)))
    clock = plan.clock
    if clock.steps(start) >= clock.steps(stop):
        raise user_error(raw.where, "must be in rising order", got=raw.echo)
    if clock.steps(stop) - clock.steps(start) < _NEAREST_TIMES * clock.steps(stop):
        raise user_error(raw.where, "must be further apart", got=raw.echo)
    if clock.steps(start) >= clock.total:
        hint = f"it has {Time(float(clock.length), clock.unit)}"
        raise user_error(raw.where, "must begin before the end of the run", got=raw.echo, hint=hint)
    return start, stop


def _in_unit(raw: RawValue, plan: Plan) -> RawValue:
    unit = plan.clock.unit
    parts = None if raw.parts is None else tuple(part._replace(unit=unit) for part in raw.parts)
    return raw._replace(unit=unit, parts=parts)


def _on_clock(time: Time | Percent, raw: RawValue, plan: Plan) -> Time:
    """Return a limit as a time in the unit of the axis; unlike other times, it is not rounded to whole steps."""
    from cosine_cli.plans.resolve.times import check_unit  # here: few plans have limits

    clock = plan.clock
    if isinstance(time, Time):
        check_unit(time, raw, clock)
    if isinstance(time, Time) and time.unit == clock.unit:
        return time
    steps = clock.steps(time) if isinstance(time, Time) else clock.total * time.value / 100
    return Time(clock.units(steps), clock.unit) if clock.unit in CONTENT else clock.time(steps)


def _rates(raw: RawValue, plan: Plan) -> tuple[float, float]:
    """Return the limits of the rate axis."""
    bottom, top = (_rate(limit, plan) for limit in _read("ylim", raw))
    if plan.figure.log and bottom == 0:
        low, high = f"{top / _DEFAULT_RANGE:.6g}", whole(top)
        hint = question(f"[{low}, {high}]" if raw.parts is not None else f"{low},{high}")
        raise user_error(raw.where, "must be above 0 on a logarithmic axis", got=raw.echo, hint=hint)
    if bottom >= top:
        raise user_error(raw.where, "must be in rising order", got=raw.echo)
    if top - bottom < _NEAREST_RATES * top:
        raise user_error(raw.where, f"must be at least {_NEAREST_RATES:.2%} apart", got=raw.echo)
    return bottom, top


def _rate(limit: float | PeakShare, plan: Plan) -> float:
    """Return a limit as a rate, given as a rate or as a share of the highest peak."""
    return limit.of(_highest(plan)) if isinstance(limit, PeakShare) else limit


def _highest(plan: Plan) -> float:
    from cosine_cli.plans.model.placement import on_axis  # here: few plans have limits
    from cosine_cli.schedules.core.search import highest

    return max(highest(on_axis(curve, plan), float(plan.clock.total)).rate for curve in _shown(plan))


def _shown(plan: Plan) -> list[Curve]:
    """Return the curves of a figure."""
    return [curve for panel in plan.panels for curve in panel.curves] or list(plan.curves)


def _read(name: str, raw: RawValue) -> Any:
    """Return the two values; the hint of an error is the rising order, or a start at 0."""
    param = next(param for param in params(Figure) if param.name == name)
    try:
        return read(param, raw)
    except RequestError:
        hint = _respelled(param, raw)
        if hint is None:
            raise
        raise user_error(raw.where, param.rule, got=raw.echo, hint=hint) from None


def _respelled(param: Param, raw: RawValue) -> str | None:
    """Return the question for a single end, or for limits in falling order; None if neither is valid."""
    texts = (
        raw.text.split(",") if raw.parts is None else [part.text for part in raw.parts if isinstance(part, RawValue)]
    )
    tried = ",".join(["0", *texts] if len(texts) == 1 else texts[::-1])
    try:
        read(param, raw._replace(text=tried, parts=None))
    except RequestError:
        return None
    return question(tried if raw.parts is None else f"[{', '.join(tried.split(','))}]")


def hidden_curves(plan: Plan) -> list[Curve]:
    """Return the curves that do not have a rate between the limits."""
    return [curve for curve in _shown(plan) if not _is_between(_extent(curve, plan), plan)]


def _extent(curve: Curve, plan: Plan) -> tuple[float, float]:
    """Return the lowest and the highest rate of a curve while the time axis shows it; inf and -inf without one."""
    import numpy as np

    from cosine_cli.plans.model.placement import on_axis  # here: few plans have limits
    from cosine_cli.schedules.core.envelope import envelope

    start, stop = plan.window
    low, high = envelope(on_axis(curve, plan), np.array([start, min(stop, plan.clock.total)]))
    return float(low[0]), float(high[0])


def _is_between(extent: tuple[float, float], plan: Plan) -> bool:
    """Tell whether rates overlap with the limits of the rate axis."""
    (lowest, highest), (bottom, top) = extent, plan.figure.ylim or (-math.inf, math.inf)
    return lowest <= highest and lowest <= top * (1 + _ROUNDING) and highest >= bottom * (1 - _ROUNDING)


def _check_rates(plan: Plan, raw: RawValue) -> None:
    """Raise if no curve has a rate between the limits while the time axis shows it."""
    top = (plan.figure.ylim or (0.0, 0.0))[1]
    found = [_extent(curve, plan) for curve in _shown(plan)]
    if not any(_is_between(extent, plan) for extent in found):
        lowest, highest = min(low for low, _ in found), max(high for _, high in found)
        shown = f"{lowest if lowest > _ROUNDING * highest else 0.0:.6g} to {highest:.6g}"
        hint = f"the rates are from {shown}" if lowest <= highest else None
        raise user_error(raw.where, "must contain a part of a curve", got=raw.echo, hint=hint)
    if top > _MOST_ABOVE * _highest(plan):
        rule = f"must be at most {_MOST_ABOVE:,.0f} times the highest rate"
        raise user_error(raw.where, rule, got=raw.echo, hint=f"which is {_highest(plan):.6g}")
