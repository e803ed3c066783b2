"""The answer of ``diagnose`` without a plan: the schedule of a log, as text, as a curve to type, and as a config."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.diagnosis import document, text
from cosine_cli.studies.diagnose.core.wording import count, percent, plural, rate
from cosine_cli.text import either

if TYPE_CHECKING:
    from cosine_cli.studies.diagnose.core.without_plan import WithoutPlan
    from cosine_cli.studies.identify.core.fit import Fit

__all__ = ["answer", "as_json", "config", "document", "text"]

_ALL_DIGITS = 15
_ENDED = 0.99


def answer(found: WithoutPlan) -> list[str]:
    """Return the lines of an answer."""
    fit = found.fit
    if fit is None:
        return [f"No schedule fits the log: {found.identified.reason}."]
    if not found.named:
        return [f"No schedule fits the log: {found.identified.reason}."]
    return [_verdict(fit, found), *(f"  {line}" for line in _evidence(fit, found))]


def _verdict(fit: Fit, found: WithoutPlan) -> str:
    name, _, params = fit.spec.partition(":")
    described = ", ".join(part.replace("=", " ").replace("_", " ") for part in params.split(","))
    if not fit.exact:
        return f"Closest to {name}: {described}; off by {percent(fit.error)} of the peak."
    others = [other.spec for other in found.identified.others if not other.spec.startswith(f"{name}:")][:3]
    also = f"; or, as exactly, {either(others)}" if others else ""
    return (
        f"{name}: {described}; fits all {plural(len(found.series.rates), 'row')} to {_digits(fit, found)} digits{also}"
    )


def _digits(fit: Fit, found: WithoutPlan) -> int:
    """Return to how many digits all rows agree."""
    series = found.series
    rates = fit.schedule(np.maximum(series.times + fit.offset, 0.0))
    above = series.rates > 0
    error = np.max(
        np.maximum(np.abs(rates - series.rates), series.tolerances)[above] / series.rates[above], initial=0.0
    )
    return _ALL_DIGITS if error <= 0 else max(min(int(-math.log10(error)), _ALL_DIGITS), 1)


def _evidence(fit: Fit, found: WithoutPlan) -> Iterator[str]:
    yield f"Curve: {fit.spec}{_length(fit, found)}"
    for name, (low, high) in fit.ranges.items():
        yield f"{name} {rate(low)} .. {rate(high)}: the log does not pin it."
    if fit.offset:
        sign = "+" if fit.offset > 0 else "-"
        yield f"The row of {found.series.unit} s has the rate of update s {sign} {count(abs(fit.offset))}."
    if found.identified.lags is not None and found.identified.lags.size and found.identified.lags[-1]:
        yield (
            f"The scheduler missed {count(float(found.identified.lags[-1]))} updates, as fp16 loss scaling skips them: "
            "harmless."
        )
    if found.identified.seen is not None and found.identified.seen < _ENDED:
        yield f"The log stops at {percent(found.identified.seen)} of the horizon."
    if found.series.also:
        yield f"Read {found.series.column}; {either(found.series.also, last='and')} hold the same."


def _length(fit: Fit, found: WithoutPlan) -> str:
    steps = _steps(fit, found)
    return f" --{'epochs' if found.series.unit == 'epoch' else 'steps'} {steps}" if steps else ""


def _steps(fit: Fit, found: WithoutPlan) -> int:
    """Return the length of the run: of the curve, else of the log."""
    if found.horizon is not None and found.series.unit == "step":
        return found.horizon[0]
    last = float(found.series.times[-1]) + 1
    length = fit.length if fit.length is not None and math.isfinite(fit.length) else last
    return math.ceil(length - 1e-6)


def config(found: WithoutPlan) -> str:
    """Return the schedule of a log as a config."""
    from cosine_cli.plans.writer import config_text

    fit = found.fit
    assert fit is not None  # noqa: S101 - a schedule is named
    unit = "epochs" if found.series.unit == "epoch" else "steps"
    return config_text(load_plan(CommandLine.of({"words": [fit.spec], unit: str(_steps(fit, found))})))


def as_json(found: WithoutPlan, lines: Sequence[str]) -> dict[str, Any]:
    """Return an answer as a JSON object."""
    fit = found.fit
    named = fit if found.named else None
    return {
        "verdict": "identified" if named else "unexplained",
        "curve": named.spec if named else None,
        "length": named.length if named else None,
        "offset": named.offset if named else None,
        "exact": named.exact if named else None,
        "error": fit.error if fit is not None and math.isfinite(fit.error) else None,
        "ranges": {name: list(ends) for name, ends in named.ranges.items()} if named else {},
        "others": [other.spec for other in found.identified.others],
        "rows": len(found.series.rates),
        "column": found.series.column,
        "text": list(lines),
    }
