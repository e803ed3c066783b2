"""The answer of ``diagnose`` without a plan: the schedule of a log, as text, as a curve to type, and as a config."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.render.diagnosis import columns_read, document, row_clause, row_sentence, series_json, text
from cosine_cli.render.fit_text import begins_before_rows, fit_drops, fit_words, named_words
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

_ENDED = 0.99

_AT_END = ("total", "decay", "min_lr")
"""The parameters that are not determined if a log stops before the end of the decay."""


def answer(found: WithoutPlan) -> list[str]:
    """Return the lines of an answer."""
    if found.joined is not None:
        return _joined(found.joined)
    fit = found.fit
    if fit is None or not found.named:
        return [f"No schedule fits the log: {found.identified.reason}."]
    return [_verdict(fit, found), *(f"  {line}" for line in _evidence(fit, found))]


def _verdict(fit: Fit, found: WithoutPlan) -> str:
    described = f"{'Perhaps ' if found.identified.doubtful else ''}{named_words(fit, found.series)}"
    if not found.identified.exact:
        return f"Closest to {named_words(fit, found.series)}; off by {percent(fit.error)} of the peak."
    total, first = len(found.series.rates), found.identified.first
    rows = f"{count(total - first)} of {plural(total, 'row')}" if first else f"all {plural(total, 'row')}"
    return f"{described}; fits {rows} to {_digits(fit, found)} digits"


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
    words = fit_words if part.fit.spec.startswith(("multistep:", "step:", "constant:")) else named_words
    return words(part.fit, part.series)


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
    fits = {other.spec.partition(":")[0]: other for other in reversed(found.identified.others)}
    short = [other for kind, other in fits.items() if kind != name and len(other.spec) <= _LONGEST][:_MOST_OTHERS]
    if short:
        specs = [
            other.spec
            if other.offset == fit.offset
            else f"{other.spec} ({row_clause(found.series.unit, other.offset)})"
            for other in short
        ]
        yield f"{'With round numbers' if is_rise(fit) else 'Or, as exactly'}: {either(specs)}."


def _evidence(fit: Fit, found: WithoutPlan) -> Iterator[str]:
    yield _curve(fit, found)
    yield from _others(fit, found)
    if found.identified.doubtful and not is_rise(fit):
        yield "Its numbers are not round: another schedule may have the same rates to these digits."
    if found.identified.first:
        yield _first_rows(found)
    if is_rise(fit):
        unit = found.series.unit
        yield f"The log ends inside the warmup: the rows show its increase per {unit}, not its end or what follows."
    yield from _not_determined(fit.ranges)
    if fit.spec.startswith("multistep:"):
        yield "Same curve: ReduceLROnPlateau that lowered the rate at these times."
    if fit.offset:
        yield row_sentence(found.series.unit, fit.offset)
    if found.identified.lags is not None and found.identified.lags.size and found.identified.lags[-1]:
        missed = plural(round(float(found.identified.lags[-1])), "update")
        yield f"The scheduler missed {missed}, as fp16 loss scaling skips them: harmless."
    if begins_before_rows(fit, found.series):
        begin = count(fit.schedule.warmup_length)
        yield f"No row shows what is before {found.series.unit} {begin}: a warmup, or updates that were missed."
    yield from _stopped(fit, found)
    yield from columns_read(found.series)


def _stopped(fit: Fit, found: WithoutPlan) -> Iterator[str]:
    """Yield at which share of its horizon a log stops, if another row would be before the end."""
    seen, times = found.identified.seen, found.series.times
    if seen is None or fit.length is None or seen >= _ENDED:
        return
    if float(times[-1]) + fit.offset + float(np.median(np.diff(times))) < fit.length:
        yield f"The log stops at {percent(seen)} of the horizon."


def _first_rows(found: WithoutPlan) -> str:
    """Return what the rows are that the schedule does not explain."""
    first, factor, missed = found.identified.first, found.identified.factor, found.identified.missed
    unit, one = found.series.unit, first == 1
    rows = "The first row" if one else f"The first {count(first)} rows"
    if factor is not None:
        ends = f"from {factor.first:.3g} to 1 at {unit} {count(float(f'{factor.until:.4g}'))}"
        like = ", as in Ultralytics" if unit == "epoch" else ""
        return f"{rows} {'is' if one else 'are'} this schedule times a warmup {ends}{like}."
    if missed is not None:
        return f"{rows} {'differs' if one else 'differ'} from it by up to {percent(missed)} of the peak."
    return f"{rows} {'has another rate' if one else 'have other rates'}, as of another warmup."


def _not_determined(ranges: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """Yield the parameters that several values fit, with their ranges: those of what is after the last row apart."""
    for at_end, why in ((False, ""), (True, ": the log ends too early")):
        texts = [f"{name} ({_range(*ends)})" for name, ends in ranges.items() if (name in _AT_END) is at_end]
        if texts:
            yield f"Not determined by the rows: {', '.join(texts)}{why}."


def _range(low: float, high: float) -> str:
    return f"{_end(low)} .. {_end(high)}" if math.isfinite(high) else f"{_end(low)} or more"


def _end(value: float) -> str:
    return count(value) if value >= 1.0 else rate(value, 6)


def _curve(fit: Fit, found: WithoutPlan) -> str:
    """Return the curve to type, if it gives the rates of the fit."""
    if typed_plan(fit, found) is None:
        return f"The curve cannot be typed in one word: {fit.spec}"
    unit = "epochs" if found.series.unit == "epoch" else "steps"
    first = found.identified.first
    place = f" from {found.series.unit} {count(float(found.series.times[first]))} on" if first else ""
    return f"Curve{place}: {_quoted(fit.spec)} --{unit} {typed_length(fit, found)}"


def _quoted(spec: str) -> str:
    """Return a spec as one word of a shell: in double quotes, which its own ones are escaped in."""
    if not _QUOTES.intersection(spec):
        return spec
    return '"{}"'.format(spec.replace('"', '\\"'))


def config(found: WithoutPlan) -> str:
    """Return the schedule of a log as a config."""
    from cosine_cli.plans.writer import config_text

    fit = found.fit
    assert fit is not None  # noqa: S101 - a schedule is named
    plan = typed_plan(fit, found)
    if plan is None:
        raise user_error("--output", "cannot write this schedule as a config", got=fit.spec)
    return config_text(replace(plan, lr=plan.curves[0].own_lr or plan.curves[0].schedule.peak))


def as_json(found: WithoutPlan, lines: Sequence[str]) -> dict[str, Any]:
    """Return an answer as a JSON object."""
    verdict = "joined" if found.joined else "identified" if found.named and found.fit else "unexplained"
    return {"verdict": verdict, **schedule_json(found), **series_json(found.series), "text": list(lines)}


def schedule_json(found: WithoutPlan) -> dict[str, Any]:
    """Return the schedule of a log as a JSON object; its values are empty if none may be named."""
    fit, lags = found.fit, found.identified.lags
    named = fit if found.named and found.joined is None else None
    error = fit.error if fit is not None and found.joined is None else math.inf
    return {
        "curve": named.spec if named else None,
        "run": typed_length(named, found) if named else None,
        "length": named.length if named else None,
        "offset": named.offset if named else None,
        "exact": named.exact if named else None,
        "doubtful": found.identified.doubtful,
        "error": _finite(error),
        "ranges": {name: list(map(_finite, ends)) for name, ends in named.ranges.items()} if named else {},
        "others": [other.spec for other in found.identified.others],
        "other_first_rows": found.identified.first if named else 0,
        "missed": int(lags[-1]) if named and lags is not None and lags.size else 0,
        "seen": found.identified.seen if named else None,
        "parts": list(map(_part_json, (found.joined.first, found.joined.second))) if found.joined else [],
    }


def _part_json(part: Part) -> dict[str, Any]:
    """Return one of two runs in a log as a JSON object."""
    first, last = float(part.series.times[0]), float(part.series.times[-1])
    return {"first": first, "last": last, "begin": part.begin, "curve": part.fit.spec}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
