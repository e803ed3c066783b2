"""A decay that begins between the start of the run and the first row: a warmup ended there, which no row shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.refine import excess
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers

_LENGTHS = frozenset(("total", "decay", "cycle"))

_MOST_MISSED = 40.0
_WHOLE = 1e-3
_MOST_DIGITS = 2
_MOST_TRIED = 4
_NEAR = 1e-9
_FEW = 3
_MOST_LATE = 2
"""Ultralytics logs the rate of the epoch before the one before."""


def with_late_start(found: Found, rows: Rows, horizon: int | None) -> Found:
    """Return a fit with a warmup up to the beginning of its decay; as it is if it begins with the run.

    - ``horizon``: the length of the run. A decay that ends later lags behind by missed updates.
    """
    curve = found.refined.curve
    if not _LENGTHS.intersection(curve.values) or curve.get("warmup") or curve.every or curve.ahead:
        return found
    if 1.0 < -curve.offset <= rows.times[0] and curve.name != "onecycle":
        return replace(found, refined=found.refined._replace(curve=_shifted(curve, horizon)))
    if found.refined.exact:
        for late in (*_behind(curve, horizon), *_rows_late(curve), *_of_round_peaks(curve, rows)):
            over = excess(late, rows)
            if over <= 1.0:
                return replace(found, refined=found.refined._replace(curve=late, excess=over))
    return found


def _shifted(curve: Curve, horizon: int | None) -> Curve:
    """Return a decay that begins late as one after a warmup, without the updates that it ends after the run."""
    begin, lag = -curve.offset, 0.0
    if horizon is not None and begin.is_integer() and "total" in curve.values:
        missed = begin + curve.get("total") - horizon
        lag = missed if 0.0 < missed < min(begin, _MOST_MISSED) else 0.0
    return curve.having({OFFSET: -lag, "warmup": begin - lag})


def _behind(curve: Curve, horizon: int | None) -> Iterator[Curve]:
    """Yield the line to 0 at the end of the run, of a peak with few digits, that a line with a floor lags behind."""
    if curve.name != "linear" or horizon is None or not curve.get("min_lr"):
        return
    slope = (curve.get("lr") - curve.get("min_lr")) / curve.get("total")
    peak = next(short_numbers(slope * horizon * (1.0 - _NEAR), slope * horizon * (1.0 + _NEAR), near=slope * horizon))
    lag = (curve.get("lr") - peak) / slope - curve.offset
    if digits(peak) <= _MOST_DIGITS and abs(lag - round(lag)) < _WHOLE and 0 < round(lag) < _MOST_MISSED:
        yield curve.having({"lr": peak, "total": float(horizon), "min_lr": 0.0, OFFSET: -float(round(lag))})


def _rows_late(curve: Curve) -> Iterator[Curve]:
    """Yield the line with a floor whose ends both have few digits, and that rows a few times late show."""
    lr, low = curve.get("lr"), curve.get("min_lr")
    if curve.name != "linear" or not low or max(digits(lr), digits(low)) <= _FEW:
        return
    for late in range(1, _MOST_LATE + 1):
        fall = late * (lr - low) / curve.get("total")
        ends = {"lr": _short(lr - fall), "min_lr": _short(low - fall)}
        if ends["min_lr"] > 0.0:
            yield curve.having({**ends, OFFSET: curve.offset - late})


def _short(rate: float) -> float:
    return float(f"{rate:.{_FEW}g}")


def _of_round_peaks(curve: Curve, rows: Rows) -> Iterator[Curve]:
    """Yield lines from a peak with fewer digits, at a whole number of steps before the first row."""
    lr, total = curve.get("lr"), curve.get("total")
    if curve.name != "linear" or curve.get("min_lr") or curve.offset < -1.0 or digits(lr) <= _MOST_DIGITS + 1:
        return
    for count, peak in enumerate(short_numbers(float(rows.rates[0]), lr, near=float(rows.rates[0]))):
        begin = total * (1.0 - peak / lr)
        if count == _MOST_TRIED or digits(peak) > _MOST_DIGITS:
            return
        if abs(begin - round(begin)) < _WHOLE and round(begin) > 0:
            whole = float(round(begin))
            yield curve.having({"lr": peak, "total": total - whole, "warmup": whole})
