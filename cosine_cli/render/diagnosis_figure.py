"""The figure of ``diagnose``: the rates of a log, the plan, the explanation, and where log and plan part."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.plans.logged import kept_rows
from cosine_cli.plans.model.clock import Clock, TimeUnit
from cosine_cli.plans.model.curve_style import CurveStyle
from cosine_cli.plans.model.plan import Callout, Curve, Plan
from cosine_cli.plans.resolve.axis_limits import with_limits
from cosine_cli.plans.resolve.figure_options import resolve_figure
from cosine_cli.render.descriptions import headline
from cosine_cli.render.diagnosis import compared, compared_difference, row_sentence
from cosine_cli.render.figure.margins import INCH
from cosine_cli.render.fit_text import fit_name
from cosine_cli.render.sampled_curve import sampled_curve, table_curve
from cosine_cli.studies.diagnose.core.without_plan import typed_length, typed_plan
from cosine_cli.studies.diagnose.core.wording import count, plural, rate

if TYPE_CHECKING:
    from cosine_cli.logs.core.log import Series
    from cosine_cli.plans.model.figure_settings import Figure, Size
    from cosine_cli.plans.parse.raw import RawValue
    from cosine_cli.schedules.core.arrays import Rates
    from cosine_cli.studies.diagnose.core.planned import Planned
    from cosine_cli.studies.diagnose.core.search import Diagnosis
    from cosine_cli.studies.diagnose.core.without_plan import WithoutPlan

_PLAN = CurveStyle()
_EXPLANATION = CurveStyle(linestyle="solid", linewidth=2.4)
_POINTS = CurveStyle(linestyle="points", linewidth=2.3)

_LENGTHENED = "warmup-lengthened"

_FEW = 200
"""In a run of so many epochs or steps, it is seen that points are one update before their rows."""

_VISIBLE = 1.2
"""In points, half the width of a line: an explanation that is closer to the plan is hidden by it, and not drawn."""

_AXES = 0.83, 0.68
"""The share of the page's width and height that the axes usually have."""

_ACRONYMS = ("wsd",)
"""Names of schedules in capitals at the start of a heading."""

_REMARK = " ("
"""The begin of what the name of an explanation omits."""

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
    curves = [
        _planned_curve(diagnosis, clock),
        _measured(series, at, path, diagnosis.offset, clock),
    ]
    drawn = _explained_curve(diagnosis, clock, _look(given).size) or _own_curve(own, diagnosis, clock)
    if drawn is not None:
        curves.insert(1, drawn)
    words = [answer[0].replace(f" in {planned.where}", ""), *(answer[1:2] if own is not None and own.named else ())]
    plan = _plan(words, clock, curves, _parting(diagnosis), given)
    return plan if plan.subtitle is not None else replace(plan, subtitle=f"Plan: {_lower(headline(plan))}")


def figure_of_schedule(found: WithoutPlan, path: str, answer: Sequence[str], given: Mapping[str, RawValue]) -> Plan:
    """Return the figure of a log without a plan: its rates, and the schedule that they have."""
    series = found.series
    unit: TimeUnit = "epoch" if series.unit == "epoch" else "step"
    typed = _typed(found)
    offset = found.fit.offset if typed is not None and found.fit is not None else 0.0
    at = np.maximum(series.times + offset, 0.0)
    total = max(math.ceil(float(at[-1])), _length(found))
    clock = Clock(unit=unit, length=total, steps_per_epoch=None if unit == "step" else 1)
    curve = typed.curves[0] if typed is not None else sampled_curve(*_schedule(found), clock)
    curves = [
        replace(curve, label=_schedule(found)[0]),
        _measured(series, at, path, offset, clock),
    ]
    words = answer[:1] if found.joined is None else [answer[0], answer[-1]]
    if typed is None and found.joined is None and found.fit is not None and found.fit.offset:
        words = [f"{words[0]}. {row_sentence(series.unit, found.fit.offset)}"]
    plan = _plan(words, clock, curves, _join(found, at), given)
    rows = series.unit == "row" and "xlabel" not in given
    return replace(plan, figure=replace(plan.figure, xlabel="Row")) if rows else plan


def _typed(found: WithoutPlan) -> Plan | None:
    """Return the plan of a schedule whose rows are at most one update beside it, else None."""
    fit = found.fit
    if fit is None or found.joined is not None or abs(fit.offset) > 1 or _lags(found) is not None:
        return None
    return typed_plan(fit, found)


def _length(found: WithoutPlan) -> int:
    """Return the length of the schedule of a log, on the clock of the log if its rows are far from it."""
    fit = found.fit
    if fit is None or found.joined is not None:
        return 1
    return math.ceil(typed_length(fit, found) - (fit.offset if abs(fit.offset) > 1 else 0.0))


def _lags(found: WithoutPlan) -> Rates | None:
    """Return by how many updates each row is behind the schedule, None if that is the same for all."""
    lags = found.identified.lags
    return lags if lags is not None and lags.size == found.series.times.size and lags.any() else None


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


def _planned_curve(diagnosis: Diagnosis, clock: Clock) -> Curve:
    """Return the curve of the plan, which ends before a log that is longer."""
    planned, best = diagnosis.planned, diagnosis.best
    curve, own = planned.curve, planned.clock
    label = f"planned: {planned.label}" if planned.label else "planned"
    if best.explanation.story == _LENGTHENED:  # the plan as its program executes it
        label = best.explanation.clause
    if curve is None or own is None or own.total != planned.total:  # of a run that ends inside its warmup
        return sampled_curve(label, planned, clock)
    own = own.in_unit(clock.unit)
    return replace(curve, label=label, style=CurveStyle(), clock=own if own.total != clock.total else None)


def _explained_curve(diagnosis: Diagnosis, clock: Clock, size: Size) -> Curve | None:
    """Return the curve of the explanation, None if there is none or if the plan hides it."""
    best = diagnosis.best
    if not diagnosis.explained or best.explanation.story in ("as-planned", _LENGTHENED):
        return None
    times = np.linspace(0.0, float(clock.total), 1000)
    with np.errstate(all="ignore"):
        apart = _distance(best.explanation.rates(times), diagnosis.planned(times), diagnosis.planned.peak, size)
    if not apart > _VISIBLE:
        return None
    return sampled_curve(best.explanation.clause.partition(_REMARK)[0], best.explanation.rates, clock, _EXPLANATION)


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
    typed = _typed(own)
    if typed is not None and own.fit is not None and own.fit.offset == 0 and pace == 1:
        return replace(typed.curves[0], label=f"logged: {name}", style=_EXPLANATION)
    return sampled_curve(f"logged: {name}", lambda t: rates(first + (t - updates[0]) * pace), clock, _EXPLANATION)


def _measured(series: Series, at: Rates, path: str, offset: float, clock: Clock) -> Curve:
    """Return the rows of the log as points at these updates; its name has the offset of their times if that is seen."""
    rows = kept_rows(series)
    times, first = np.unique(at[rows], return_index=True)
    label = f"{os.path.basename(path)}: {series.column}"
    if offset and float(series.times[-1]) <= _FEW:
        label += f" ({series.unit} {'+' if offset > 0 else '-'} {count(abs(offset))})"
    return table_curve(label, times, series.rates[rows[first]], clock, _POINTS)


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
    fit, lags, times = found.fit, _lags(found), found.series.times
    assert fit is not None  # noqa: S101 - a schedule is named
    if lags is not None:
        return fit_name(fit), lambda t: fit.schedule(np.maximum(t - np.interp(t, times, lags), 0.0))
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
    said, named = diagnosis.best.explanation, diagnosis.planned.named_warmup
    if said.story == _LENGTHENED and named is not None:
        place = float(diagnosis.planned(np.array([named]))[0])
        return Callout(
            named, (place,), (f"epoch {said.values['planned_warmup_epochs']:g}", "planned end of the warmup")
        )
    first = compared_difference(diagnosis)
    if first is None:
        return None
    unit, time, planned, logged = first
    row = int(np.flatnonzero(diagnosis.series.times == time)[0])
    at = max(float(diagnosis.rows.times[row]) + diagnosis.offset, 0.0)
    lines = f"first differs at {unit} {count(time)}", compared(planned, logged)
    return Callout(at, (planned, logged), lines)
