"""A decay that begins between the start of the run and the first row: a warmup ended there, which no row shows."""

from __future__ import annotations

from dataclasses import replace

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.refine import Refined, excess
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers

_DECAYS = ("cosine", "linear", "polynomial")

_LEAST = 10.0
"""A decay that begins fewer steps after the start may be late by missed updates instead."""

_MOST_MISSED = 40.0
_WHOLE = 1e-3
_MOST_DIGITS = 2
_MOST_TRIED = 4


def with_late_start(found: Found, rows: Rows, horizon: int | None) -> Found:
    """Return a fit with a warmup up to the beginning of its decay; as it is if it begins with the run.

    - ``horizon``: the length of the run. A decay that ends later lags behind by missed updates.
    """
    curve = found.refined.curve
    if curve.name not in _DECAYS or "warmup" in curve.values or curve.every or curve.ahead:
        return found
    for late in (_shifted(curve, horizon), *_of_round_peaks(curve, rows)):
        over = excess(late, rows) if late is not None else 2.0
        if late is not None and over <= 1.0:
            return replace(found, refined=Refined(late, over))
    return found


def _shifted(curve: Curve, horizon: int | None) -> Curve | None:
    begin = -curve.offset
    missed = begin + curve.get("total") - horizon if horizon is not None else 0.0
    known = horizon is not None and 0.0 <= missed < min(begin, _MOST_MISSED)
    if begin <= 1.0 or not begin.is_integer() or not (known or begin >= _LEAST):
        return None
    lag = missed if known else 0.0
    return replace(curve.having({"warmup": begin - lag}), offset=-lag)


def _of_round_peaks(curve: Curve, rows: Rows) -> list[Curve]:
    """Return lines from a peak with fewer digits, at a whole number of steps before the first row."""
    lr, total = curve.get("lr"), curve.get("total")
    if curve.name != "linear" or curve.get("min_lr") or curve.offset < -1.0 or digits(lr) <= _MOST_DIGITS + 1:
        return []
    lines = []
    for count, peak in enumerate(short_numbers(float(rows.rates[0]), lr, near=float(rows.rates[0]))):
        begin = total * (1.0 - peak / lr)
        if count == _MOST_TRIED or digits(peak) > _MOST_DIGITS:
            break
        if abs(begin - round(begin)) < _WHOLE and round(begin) > 0:
            whole = float(round(begin))
            lines.append(curve.having({"lr": peak, "total": total - whole, "warmup": whole}))
    return lines
