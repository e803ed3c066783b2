"""The answer of ``diagnose`` without a plan: the schedule of a log, as text, as a curve to type, and as a config."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.render.diagnosis import columns_read, document, text
from cosine_cli.render.fit_text import fit_drops, fit_name, fit_words
from cosine_cli.studies.diagnose.core.without_plan import is_rise, typed_length, typed_plan
from cosine_cli.studies.diagnose.core.wording import count, percent, plural, rate
from cosine_cli.text import either

if TYPE_CHECKING:
    from cosine_cli.studies.diagnose.core.joined_runs import JoinedRuns, Part
    from cosine_cli.studies.diagnose.core.without_plan import WithoutPlan
    from cosine_cli.studies.identify.core.fit import Fit

__all__ = ["answer", "as_json", "config", "document", "text"]

_MOST_OTHERS = 2
_QUOTES = frozenset("'\"")
_LONGEST = 80

_ALL_DIGITS = 15
_PRINTED = 1e-12
"""Rates with a larger relative rounding error are printed with fewer digits than they have."""

_MANY = 1e-5
"""Fits of all rows but the first are called exact if no row is off by more, relative to the peak: to about 5 digits."""

_ENDED = 0.99


def answer(found: WithoutPlan) -> list[str]:
    """Return the lines of an answer."""
    if found.joined is not None:
        return _joined(found.joined)
    fit = found.fit
    if fit is None or not found.named:
        return [f"No schedule fits the log: {found.identified.reason}."]
    return [_verdict(fit, found), *(f"  {line}" for line in _evidence(fit, found))]


def _verdict(fit: Fit, found: WithoutPlan) -> str:
    before = found.first_rows
    after = " after a warmup" if before is not None and before.rise and not fit.schedule.warmup_length else ""
    described = f"{fit_name(fit)}{after}: {fit_words(fit, found.series)}"
    if not (fit.exact or _exact_rest(fit, found)):
        return f"Closest to {described}; off by {percent(fit.error)} of the peak."
    total, first = len(found.series.rates), found.identified.first
    rows = f"{count(total - first)} of {plural(total, 'row')}" if first else f"all {plural(total, 'row')}"
    return f"{described}; fits {rows} to {_digits(fit, found)} digits"


def _exact_rest(fit: Fit, found: WithoutPlan) -> bool:
    """Return whether all rows but the first ones fit to many digits."""
    return found.identified.first > 0 and fit.error <= _MANY


def _digits(fit: Fit, found: WithoutPlan) -> str:
    """Return to how many significant digits all rows agree."""
    series = found.series
    above = (series.rates > 0) & (np.arange(series.rates.size) >= found.identified.first)
    rates, tolerances = series.rates[above], series.tolerances[above]
    if np.max(tolerances / rates, initial=0.0) > _PRINTED:
        return "all printed"
    lags = found.identified.lags
    times = series.times + fit.offset if lags is None or lags.size != series.times.size else series.times - lags
    fitted = fit.schedule(np.maximum(times, 0.0))[above]
    error = float(np.max(np.abs(fitted - rates) / rates, initial=0.0))  # half a unit of the last digit that agrees
    return str(_ALL_DIGITS if error <= 0 else max(min(int(-math.log10(2 * error)), _ALL_DIGITS), 1))


def _first_rows(count_of_rows: int, found: WithoutPlan) -> str:
    """Return what the rows are that the fit does not have."""
    before = found.first_rows
    one = count_of_rows == 1
    rows = f"The first {plural(count_of_rows, 'row')}"
    if before is not None and before.warmup is not None:
        start = f", from {before.start:.3g} of it" if before.start else ""
        length = f"{count(float(f'{before.warmup:.4g}'))} {found.series.unit}s"
        multiplies = " that multiplies the schedule" if before.multiplies else ""
        return f"{rows} are a warmup of {length}{multiplies}{start}."
    if before is not None and before.rise:
        return f"{rows} {'is' if one else 'are'} a warmup of another form."
    return f"{rows} {'has' if one else 'have'} other rates, as of another warmup."


def _joined(joined: JoinedRuns) -> list[str]:
    """Return the lines of two runs in one log."""
    first, second = joined.first.series, joined.second.series
    unit = first.unit
    labels = [f"to {count(float(first.times[-1]))}:", f"from {count(float(second.times[0]))}:"]
    width = max(map(len, labels))
    places = f"{unit}s {count(float(first.times[-1]))} and {count(float(second.times[0]))}"
    jump = f"from {rate(float(first.rates[-1]))} to {rate(float(second.rates[0]))}"
    lines = [f"Two runs in one log, joined between {places}: the rate jumps {jump}."]
    for at, (label, part) in enumerate(zip(labels, (joined.first, joined.second), strict=True), 1):
        counted = f", counted from {count(part.begin)}" if part.begin else ""
        lines.append(f"  {at}. {label:<{width}} {_named(part)}{counted}")
    return [*lines, f"  {_cause(joined)}"]


def _named(part: Part) -> str:
    """Return the schedule of a run in words, with its name if the words do not have it."""
    fit, words = part.fit, fit_words(part.fit, part.series)
    return words if fit.spec.startswith(("multistep:", "step:", "constant:")) else f"{fit_name(fit)}: {words}"


def _cause(joined: JoinedRuns) -> str:
    """Return what the second run has instead of the schedule of the first."""
    drops = fit_drops(joined.first.fit, float(joined.first.series.times[-1]))
    if drops and joined.second.fit.spec.startswith("constant:"):
        times = either([count(time) for time in drops])
        return f"Resumed with other milestones, or without them: the second run has no drop at {times}."
    if joined.second.begin:
        return "The second run begins its schedule again: it was resumed without the state of the scheduler."
    return "Resumed with another schedule, or another run has written to the same file."


def _others(fit: Fit, found: WithoutPlan) -> Iterator[str]:
    """Yield the other schedules that fit as exactly, if they are short."""
    name = fit.spec.partition(":")[0]
    specs = {other.spec.partition(":")[0]: other.spec for other in reversed(found.identified.others)}
    short = [spec for kind, spec in specs.items() if kind != name and len(spec) <= _LONGEST][:_MOST_OTHERS]
    if short:
        yield f"{'With round numbers' if is_rise(fit) else 'Or, as exactly'}: {either(short)}."


def _evidence(fit: Fit, found: WithoutPlan) -> Iterator[str]:
    yield _curve(fit, found)
    yield from _others(fit, found)
    if found.identified.first:
        yield _first_rows(found.identified.first, found)
    warmup = fit.schedule.warmup_length
    if warmup and warmup - fit.offset <= float(found.series.times[0]) and not found.identified.first:
        yield "The warmup ends before the first row: its beginning is not known."
    if is_rise(fit):
        unit = found.series.unit
        yield f"The log ends inside the warmup: the rows pin its increase per {unit}, not its end or what follows."
    if fit.ranges:
        ranges = [f"{name} ({_range(low, high)})" for name, (low, high) in fit.ranges.items()]
        yield f"The rows do not pin {either(ranges, last='and')}."
    if fit.spec.startswith("multistep:"):
        yield "Same curve: ReduceLROnPlateau that lowered the rate at these times."
    if fit.offset:
        sign = "+" if fit.offset > 0 else "-"
        yield f"The row of {found.series.unit} s has the rate of update s {sign} {count(abs(fit.offset))}."
    if found.identified.lags is not None and found.identified.lags.size and found.identified.lags[-1]:
        missed = plural(round(float(found.identified.lags[-1])), "update")
        yield f"The scheduler missed {missed}, as fp16 loss scaling skips them: harmless."
    if found.identified.seen is not None and found.identified.seen < _ENDED:
        yield f"The log stops at {percent(found.identified.seen)} of the horizon."
    yield from columns_read(found.series)


def _range(low: float, high: float) -> str:
    return f"{_end(low)} .. {_end(high)}" if math.isfinite(high) else f"{_end(low)} or more"


def _end(value: float) -> str:
    return count(value) if value >= 1.0 else rate(value, 6)


def _curve(fit: Fit, found: WithoutPlan) -> str:
    """Return the curve to type, if it gives the rates of the fit."""
    if typed_plan(fit, found) is None:
        return f"The curve cannot be typed in one word: {fit.spec}"
    unit = "epochs" if found.series.unit == "epoch" else "steps"
    spec = shlex.quote(fit.spec) if _QUOTES.intersection(fit.spec) else fit.spec
    return f"Curve: {spec} --{unit} {typed_length(fit, found)}"


def config(found: WithoutPlan) -> str:
    """Return the schedule of a log as a config."""
    from cosine_cli.plans.writer import config_text

    fit = found.fit
    assert fit is not None  # noqa: S101 - a schedule is named
    plan = typed_plan(fit, found)
    if plan is None:
        raise user_error("--output", "cannot write this schedule as a config", got=fit.spec)
    return config_text(plan)


def as_json(found: WithoutPlan, lines: Sequence[str]) -> dict[str, Any]:
    """Return an answer as a JSON object."""
    fit = found.fit
    named = fit if found.named and found.joined is None else None
    return {
        "verdict": "joined" if found.joined else "identified" if named else "unexplained",
        "curve": named.spec if named else None,
        "length": named.length if named else None,
        "offset": named.offset if named else None,
        "exact": named.exact if named else None,
        "error": fit.error if fit is not None and math.isfinite(fit.error) else None,
        "ranges": {name: list(map(_finite, ends)) for name, ends in named.ranges.items()} if named else {},
        "others": [other.spec for other in found.identified.others],
        "rows": len(found.series.rates),
        "column": found.series.column,
        "text": list(lines),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
