"""The figure of ``diagnose``: the rates of a log, the plan, the explanation, and where log and plan part."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.plans.logged import kept_rows
from cosine_cli.plans.model.clock import Clock, TimeUnit
from cosine_cli.plans.model.curve_style import CurveStyle
from cosine_cli.plans.model.plan import Callout, Curve, Plan
from cosine_cli.plans.resolve.axis_limits import with_limits
from cosine_cli.plans.resolve.figure_options import resolve_figure
from cosine_cli.render.descriptions import headline
from cosine_cli.render.diagnosis import compared, compared_difference
from cosine_cli.render.figure.margins import INCH
from cosine_cli.render.fit_text import fit_name
from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated
from cosine_cli.studies.diagnose.core.without_plan import typed_plan
from cosine_cli.studies.diagnose.core.wording import count, plural, rate

if TYPE_CHECKING:
    from cosine_cli.logs.core.log import Series
    from cosine_cli.plans.model.figure_settings import Figure, Size
    from cosine_cli.plans.parse.raw import RawValue
    from cosine_cli.schedules.core.arrays import Rates
    from cosine_cli.schedules.core.pieces import PieceKind
    from cosine_cli.studies.diagnose.core.planned import Planned
    from cosine_cli.studies.diagnose.core.search import Diagnosis
    from cosine_cli.studies.diagnose.core.without_plan import WithoutPlan

_MOST_POINTS = 2000
"""The largest number of points of a curve that is sampled, besides those at jumps."""

_JUMP = 0.01
"""The smallest change from one point to the next, relative to the largest rate, that is searched for a jump."""

_PLAN = CurveStyle()
_EXPLANATION = CurveStyle(linestyle="solid", linewidth=2.4)
_POINTS = CurveStyle(linestyle="points", linewidth=2.3)

_WITHIN = 0.01
"""A jump is located to this part of an update."""

_STRAIGHT = 5e-5
"""Points that are so close to the line through their neighbors, relative to the largest rate, are omitted."""

_VISIBLE = 1.2
"""In points, half the width of a line: an explanation that is closer to the plan is hidden by it, and not drawn."""

_AXES = 0.83, 0.68
"""The share of the page's width and height that the axes usually have."""

_ACRONYMS = ("wsd",)
"""Names of schedules in capitals at the start of a heading."""

_REMARK = re.compile(r" \(.*\)$")
"""What the name of an explanation omits."""

_SENTENCE = re.compile(r"(?<=[^.])\. (?=[A-Z])|; (?=fits |off by |or, as exactly, )")
"""Between the title and the subtitle."""


def figure_of(
    diagnosis: Diagnosis, path: str, answer: Sequence[str], given: Mapping[str, RawValue], own: WithoutPlan | None
) -> Plan:
    """Return the figure of a comparison, with the first sentence of the answer as its title.

    - ``path``: the path of the log.
    - ``given``: the title and the look of the figure.
    - ``own``: what the log shows without its plan, if no explanation is known.
    """
    planned, rows, series = diagnosis.planned, diagnosis.rows, diagnosis.series
    at = np.maximum(rows.times + diagnosis.offset, 0.0)
    clock = _clock(series, planned, float(at[-1]))
    curves = [_planned_curve(planned, clock), _measured(series, at, path, clock)]
    drawn = _explained_curve(diagnosis, clock, _look(given).size) or _own_curve(own, diagnosis, clock)
    if drawn is not None:
        curves.insert(1, drawn)
    words = answer[:2] if own is not None and own.named else answer[:1]
    plan = _plan(words, clock, curves, _parting(diagnosis), given)
    return plan if plan.subtitle is not None else replace(plan, subtitle=f"Plan: {_lower(headline(plan))}")


def figure_of_schedule(found: WithoutPlan, path: str, answer: Sequence[str], given: Mapping[str, RawValue]) -> Plan:
    """Return the figure of a log without a plan: its rates, and the schedule that they have."""
    series, fit = found.series, found.fit
    unit: TimeUnit = "epoch" if series.unit == "epoch" else "step"
    typed = None if found.joined is not None or fit is None else typed_plan(fit, found)
    at = series.times if typed is None or fit is None else np.maximum(series.times + fit.offset, 0.0)
    total = max(math.ceil(float(at[-1])), 1 if typed is None else typed.clock.total)
    clock = Clock(unit=unit, length=total, steps_per_epoch=None if unit == "step" else 1)
    if typed is not None and fit is not None:
        curve = replace(typed.curves[0], label=fit_name(fit))
    else:
        curve = _sampled(*_schedule(found), clock)
    words = answer[:1] if found.joined is None else [answer[0], answer[-1]]
    plan = _plan(words, clock, [curve, _measured(series, at, path, clock)], _join(found, at), given)
    rows = series.unit == "row" and "xlabel" not in given
    return replace(plan, figure=replace(plan.figure, xlabel="Row")) if rows else plan


def _look(given: Mapping[str, RawValue]) -> Figure:
    figure = resolve_figure({name: raw for name, raw in given.items() if name != "title"})
    return figure if figure.legend is not None else replace(figure, legend="above")


def _plan(
    words: Sequence[str],
    clock: Clock,
    curves: Sequence[Curve],
    callout: Callout | None,
    given: Mapping[str, RawValue],
) -> Plan:
    """Return the figure of an answer: its first sentence is the title, and the next the subtitle.

    A title that is given is above both. A figure of a paper has a caption, and no title unless one is given.
    Raises RequestError for limits of the axes that show nothing.
    """
    figure, (title, subtitle) = _look(given), _headings(words)
    if "title" in given:
        title, subtitle = given["title"].text, f"{title}. {subtitle}" if subtitle else title
    plan = Plan(
        title=None if figure.captioned and "title" not in given else title,
        clock=clock,
        lr=max(curve.schedule.peak for curve in curves),
        update="step",
        curves=tuple(curves),
        figure=figure,
        axis=_axis(clock),
        callouts=() if callout is None else (callout,),
        subtitle=subtitle,
    )
    return with_limits(plan, given)


def _headings(words: Sequence[str]) -> tuple[str, str | None]:
    """Return the title and the subtitle of an answer: its first sentence, and the others or a second line.

    >>> _headings(["linear: 1e-05, down to 0 at step 155 800; fits all 427 rows to 15 digits"])
    ('Linear: 1e-05, down to 0 at step 155 800', 'Fits all 427 rows to 15 digits')
    >>> _headings(["The warmup is 5, planned 3; or, as exactly, another start. The rate ends at 0.1."])
    ('The warmup is 5, planned 3', 'Or, as exactly, another start. The rate ends at 0.1')
    """
    first, *below = words
    title, *others = _SENTENCE.split(first.rstrip("."))
    subtitle = ". ".join(line.strip().rstrip(".") for line in below or others)
    return _capital(title), _capital(subtitle) or None


def _capital(text: str) -> str:
    """Return a sentence of an answer as a heading.

    >>> _capital("steps: 0.1, x 0.5 at 30"), _capital("wsd: 0.1")
    ('Steps: 0.1, ×0.5 at 30', 'WSD: 0.1')
    """
    word = re.split(r"\W", text, maxsplit=1)[0]
    first = word.upper() if word in _ACRONYMS else word[:1].upper() + word[1:]
    return first + re.sub(r"\bx (?=[\d.])", "×", text[len(word) :])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _axis(clock: Clock) -> tuple[TimeUnit, ...]:
    """Return the units of the time axis: that of the log, and the other one if both are known."""
    return (clock.unit, "epoch" if clock.unit == "step" else "step") if clock.counts_both else ()


def _clock(series: Series, planned: Planned, last: float) -> Clock:
    """Return the clock of the run in the unit of the log, if the plan converts to it; as long as the log at least."""
    each = planned.steps_per_epoch or 1
    total = max(planned.total, math.ceil(last))
    by_epoch = series.unit == "epoch" or (series.unit != "step" and planned.unit == "epoch")
    if planned.unit == "epoch" and each == 1:
        by_epoch = True
    if by_epoch:
        return Clock(unit="epoch", length=max(math.ceil(total / each - 1e-9), 1), steps_per_epoch=each)
    return Clock(unit="step", length=total, steps_per_epoch=planned.steps_per_epoch)


def _planned_curve(planned: Planned, clock: Clock) -> Curve:
    """Return the curve of the plan, which ends before a log that is longer."""
    curve, own = planned.curve, planned.clock
    label = f"planned: {planned.label}" if planned.label else "planned"
    if curve is None or own is None or own.total != planned.total:  # of a run that ends inside its warmup
        return _sampled(label, planned, clock)
    own = own.in_unit(clock.unit)
    return replace(curve, label=label, style=CurveStyle(), clock=own if own.total != clock.total else None)


def _explained_curve(diagnosis: Diagnosis, clock: Clock, size: Size) -> Curve | None:
    """Return the curve of the explanation, None if there is none or if the plan hides it."""
    best = diagnosis.best
    if not diagnosis.explained or best.explanation.story == "as-planned":
        return None
    times = np.linspace(0.0, float(clock.total), 1000)
    with np.errstate(all="ignore"):
        apart = _distance(best.explanation.rates(times), diagnosis.planned(times), diagnosis.planned.peak, size)
    if not apart > _VISIBLE:
        return None
    return _sampled(_REMARK.sub("", best.explanation.clause), best.explanation.rates, clock, _EXPLANATION)


def _distance(rates: Rates, planned: Rates, peak: float, size: Size) -> float:
    """Return the largest distance of two curves on a page of this size, in points."""
    width, height = (side * share * INCH for side, share in zip(size, _AXES, strict=True))
    y = planned / peak * height
    slope = np.gradient(y, width / (len(y) - 1))
    apart = np.abs(rates / peak * height - y) / np.hypot(1.0, slope)
    return float(np.nanmax(apart, initial=0.0))


def _own_curve(own: WithoutPlan | None, diagnosis: Diagnosis, clock: Clock) -> Curve | None:
    """Return the schedule that a log has instead of its plan, None if none is known."""
    if own is None or not own.named:
        return None
    (first, *_, last), updates = own.series.times, diagnosis.rows.times
    pace = (last - first) / (updates[-1] - updates[0])
    name, rates = _schedule(own)
    typed = typed_plan(own.fit, own) if own.fit is not None and own.joined is None else None
    if typed is not None and own.fit is not None and own.fit.offset == 0 and pace == 1:
        return replace(typed.curves[0], label=f"logged: {name}", style=_EXPLANATION)
    return _sampled(f"logged: {name}", lambda t: rates(first + (t - updates[0]) * pace), clock, _EXPLANATION)


def _measured(series: Series, at: Rates, path: str, clock: Clock) -> Curve:
    """Return the rows of the log as points at these updates."""
    rows = kept_rows(series)
    times, first = np.unique(at[rows], return_index=True)
    label = f"{os.path.basename(path)}: {series.column}"
    return _table(label, times, series.rates[rows[first]], clock, _POINTS)


def _sampled(label: str, rates: Callable[[Rates], Rates], clock: Clock, style: CurveStyle = _PLAN) -> Curve:
    """Return a curve through the rates at some updates, with both sides of each jump."""
    total = float(clock.total)
    times = np.linspace(0.0, total, _MOST_POINTS + 1) if total > _MOST_POINTS else np.arange(total + 1)
    with np.errstate(all="ignore"):
        values = np.asarray(rates(times), dtype=np.float64)
        jumps = np.flatnonzero(np.abs(np.diff(values)) > _JUMP * np.nanmax(values))
        sides = [side for at in jumps[:200] for side in _jump(rates, float(times[at]), float(times[at + 1]))]
        times = np.unique(np.concatenate((times, sides)))
        values = np.asarray(rates(times), dtype=np.float64)
    known = np.isfinite(values)
    times, values = times[known], np.maximum(values[known], 0.0)
    kept = _corners(times, values, _STRAIGHT * values.max())
    return _table(label, times[kept], values[kept], clock, style)


def _corners(times: Rates, values: Rates, tolerance: float) -> list[int]:
    """Return the points of a polyline that differs from the given one by at most a tolerance: Douglas and Peucker."""
    kept, parts = {0, len(times) - 1}, [(0, len(times) - 1)]
    while parts:
        first, last = parts.pop()
        inside = slice(first, last + 1)
        line = np.interp(times[inside], times[[first, last]], values[[first, last]])
        apart = np.abs(values[inside] - line)
        middle = first + int(apart.argmax())
        if apart.max() > tolerance:
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return sorted(kept)


def _jump(rates: Callable[[Rates], Rates], low: float, high: float) -> tuple[float, float]:
    """Return the two updates between which most of a change happens."""
    first, last = (float(value) for value in rates(np.array([low, high])))
    while high - low > _WITHIN:
        middle = (low + high) / 2
        value = float(rates(np.array([middle]))[0])
        low, high = (middle, high) if abs(value - first) < abs(value - last) else (low, middle)
    return low, high


class _Sampled(PiecewiseInterpolated):
    """A table of rates in which short segments are jumps."""

    @cached_property
    def _jumps(self) -> list[int]:
        return np.flatnonzero(np.diff(self.times) <= _WITHIN).tolist()

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t``: those after a jump from its begin on."""
        rates = super().rate(t)
        for at in self._jumps:
            rates[(t >= self.times[at]) & (t < self.times[at + 1])] = self.values[at + 1]
        return rates

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        """The segments between the jumps."""
        ends = {self.times[at + 1] for at in self._jumps}
        return [(end, kind) for end, kind in super().segments if end not in ends]


def _table(label: str, times: Rates, rates: Rates, clock: Clock, style: CurveStyle) -> Curve:
    values = tuple(map(float, rates))
    given = {"times": tuple(clock.time(float(time)) for time in times), "values": values, "after": "end"}
    schedule = _Sampled(times=tuple(map(float, times)), values=values, after="end")
    return Curve(
        label=label,
        name="piecewise_interpolated",
        params=given,
        schedule=schedule,
        specified=frozenset(given),
        style=style,
    )


def _schedule(found: WithoutPlan) -> tuple[str, Callable[[Rates], Rates]]:
    """Return the name and the rates of the schedule of a log."""
    if found.joined is not None:
        first, second = found.joined.first, found.joined.second
        join = float(second.series.times[0])
        return "two runs", lambda t: np.where(
            t < join,
            first.fit.schedule(np.maximum(t - first.begin + first.fit.offset, 0.0)),
            second.fit.schedule(np.maximum(t - second.begin + second.fit.offset, 0.0)),
        )
    fit = found.fit
    assert fit is not None  # noqa: S101 - a schedule is named
    return fit_name(fit), lambda t: fit.schedule(np.maximum(t + fit.offset, 0.0))


def _join(found: WithoutPlan, at: Rates) -> Callout | None:
    """Return the place where the second of two runs, or the schedule of the log, begins."""
    if found.joined is None:
        return _head(found, at)
    first, second = found.joined.first.series, found.joined.second.series
    before, after = float(first.rates[-1]), float(second.rates[0])
    time = float(second.times[0])
    texts = rate(before), rate(after)
    return Callout(
        time, (before, after), (f"the second run, from {second.unit} {count(time)}", f"{texts[0]} to {texts[1]}")
    )


def _head(found: WithoutPlan, at: Rates) -> Callout | None:
    """Return the place of the first row with the schedule, None if it is the first row."""
    row, series, fit = found.identified.first, found.series, found.fit
    if not row or fit is None:
        return None
    place = f"{series.unit} {count(float(series.times[row]))}"
    lines = f"the schedule from {place} on", f"{plural(row, 'row')} before it with other rates"
    return Callout(float(at[row]), (float(series.rates[row]),), lines)


def _parting(diagnosis: Diagnosis) -> Callout | None:
    """Return the place of the first difference from the plan."""
    first = compared_difference(diagnosis)
    if first is None:
        return None
    unit, time, planned, logged = first
    row = int(np.flatnonzero(diagnosis.series.times == time)[0])
    at = max(float(diagnosis.rows.times[row]) + diagnosis.offset, 0.0)
    lines = f"first differs at {unit} {count(time)}", compared(planned, logged)
    return Callout(at, (planned, logged), lines)
