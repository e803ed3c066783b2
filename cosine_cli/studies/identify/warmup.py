"""A warmup that does not end in the log: a line up to the last row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.minimax import minimax
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined, excess
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import digits

_LEAST_ROWS = 3
"""Any two rows are on a line."""

_MOST_DIGITS = 17
"""So many digits tell any two numbers in double precision apart."""

_STARTS = (0.0, 0.001, 0.01, 0.1, 1 / 3, 1e-6)
_MOST_LENGTHS = 20000
_MOST_TRIED = 200
_MOST_ROUND = 3
_ROUND = (1, 2, 3, 5, 10)


def find(outline: Outline) -> Iterator[Found]:
    """Yield the line through the rows, which pins neither the length nor the peak, then round numbers for them."""
    rows = outline.rows
    if (
        not outline.first
        or len(rows) < _LEAST_ROWS
        or not outline.rises_once
        or rows.rates[-1] < rows.peak - 2.0 * rows.allowed[-1]
    ):
        return
    slope, at_0 = _line(rows)
    if slope <= 0.0:
        return
    line = _up_to_last_row(rows, slope, at_0)
    if line is None:
        return
    yield line
    options = [found for share in _STARTS for found in _lengths(outline, slope, at_0, float(rows.times[-1]), share)]
    options.sort(key=lambda found: (found.cost, found.refined.curve.get("warmup")))
    yield from islice(_exact(options[:_MOST_TRIED], rows), _MOST_ROUND)


def _exact(options: Sequence[Found], rows: Rows) -> Iterator[Found]:
    for found in options:
        over = excess(found.refined.curve, rows)
        if over <= 1.0:
            yield replace(found, refined=Refined(found.refined.curve, over))


def _line(rows: Rows) -> tuple[float, float]:
    """Return the slope and the rate at time 0 of the line whose largest error is least."""
    matrix = np.stack((rows.times, np.ones(len(rows))), axis=1) / rows.allowed[:, None]
    slope, at_0 = minimax(matrix, rows.rates / rows.allowed).tolist()
    return slope, at_0


def _up_to_last_row(rows: Rows, slope: float, at_0: float) -> Found | None:
    """Return the line from the first update to the last row; None if rows are not on it."""
    last = float(rows.times[-1])
    offset = float(round(at_0 / slope)) if at_0 < 0.0 else 0.0
    start = max(at_0 + slope * -offset, 0.0)
    curve = Curve(
        name="piecewise_interpolated",
        values={"times": (0.0, last + offset), "values": (start, at_0 + slope * last)},
        offset=offset,
    )
    curve = _shortened(_shortened(curve, rows, at=0), rows, at=1)
    over = excess(curve, rows)
    if over > 1.0:
        return None
    length, peak = curve.values["times"][1], curve.values["values"][1]
    ranges = {"warmup": (length, np.inf), "lr": (peak, np.inf)}
    return Found(refined=Refined(curve, over), free=(), ranges=ranges)


def _shortened(curve: Curve, rows: Rows, *, at: int) -> Curve:
    """Return the line with one of its two rates rounded as far as the rows allow."""
    ends = list(curve.values["values"])
    for count in range(_MOST_DIGITS):
        values = (*ends[:at], float(f"{ends[at]:.{count}e}") if count else 0.0, *ends[at + 1 :])
        trial = curve.having({"values": values})
        if excess(trial, rows) <= 1.0:
            return trial
    return curve


def _lengths(outline: Outline, slope: float, at_0: float, last: float, share: float) -> Iterator[Found]:
    """Yield warmups from a share of the peak whose length and peak have few digits, and about the line's slope."""
    offset = float(round(at_0 / slope)) if share == 0.0 else 0.0
    start = max(1.0, float(np.floor(last + offset)))
    lengths = np.unique(np.concatenate((np.arange(start, start + _MOST_LENGTHS), np.outer(_UNITS, _MANTISSAS).ravel())))
    lengths = lengths[lengths >= start]
    peaks = slope * lengths / (1.0 - share)
    rounded = np.array([float(f"{peak:.1e}") for peak in peaks.tolist()])
    near = np.abs(rounded / peaks - 1.0) < 2.0 * float((outline.rows.allowed / outline.rows.peak).max()) + 1e-9
    for length, lr in zip(lengths[near].tolist(), rounded[near].tolist(), strict=True):
        values = {"lr": lr, "warmup": length, "warmup_start": share * lr}
        digit = int(f"{lr:e}"[0])
        extra = 2.0 + digits(lr) + digits(length) + (2.0 if share else 0.0) + abs(offset) + (digit not in _ROUND)
        curve = Curve(name="constant", values=values, offset=offset)
        yield Found(refined=Refined(curve, np.inf), free=(), extra=extra)


_UNITS = 10.0 ** np.arange(8)
_MANTISSAS = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0])
