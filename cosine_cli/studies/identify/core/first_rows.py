"""The first rows of a log, which a decay does not explain: another warmup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from cosine_cli.logs.core.log import Floats
from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.minimax import minimax
from cosine_cli.studies.identify.core.rows import Rows

_LEAST_RISING = 3
"""Any two factors are on a line."""

_NEAR = 0.005
"""A warmup that is off by more than this share of the peak is not named."""


_SLACK = 0.05
"""The line of rates with few digits may end by this share later; the decay alone has the row after the first ones."""


class Factor(NamedTuple):
    """A warmup that multiplies the decay: its factor at the first row, and the time from which on it is 1."""

    first: float
    until: float


def factor_of(curve: Curve, rows: Rows, first: int) -> Factor | None:
    """Return the line by which a decay is multiplied in the first rows; None if there is none to all digits.

    The warmup may count its updates from the row, and the decay from the one before, or both as the other rows do.
    """
    before = rows.part(slice(0, first))
    for offset in (curve.offset, curve.offset + 1.0):
        decay = curve.having({OFFSET: offset}).rates(before.times)
        found = _line_of_factors(decay, before) if decay is not None and (decay > 0.0).all() else None
        if found is not None and found.until <= rows.times[first] + _SLACK * found.until:
            return found
    return None


def _line_of_factors(decay: Floats, rows: Rows) -> Factor | None:
    factors, room = rows.rates / decay, rows.allowed / decay
    rising = factors < 1.0 - room
    if rising.sum() < _LEAST_RISING:
        return None
    matrix = np.stack((rows.times, np.ones(len(rows))), axis=1) / room[:, None]
    slope, at_0 = minimax(matrix[rising], (factors / room)[rising]).tolist()
    line = np.minimum(slope * rows.times + at_0, 1.0)
    if slope <= 0.0 or (np.abs(line - factors) > room).any():
        return None
    return Factor(first=float(factors[0]), until=(1.0 - at_0) / slope)


def first_of_last_line(rows: Rows) -> int:
    """Return the first of the last rows that are on a line to all digits."""
    low, high = 0, len(rows) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _on_chord(rows.part(slice(middle, None))) else (middle + 1, high)
    return low


def _on_chord(rows: Rows) -> bool:
    """Return whether rows are on the line from the first to the last of them."""
    chord = np.interp(rows.times, rows.times[[0, -1]], rows.rates[[0, -1]])
    return bool((np.abs(chord - rows.rates) <= 2.0 * rows.allowed).all())


def with_warmup(curve: Curve, rows: Rows, first: int) -> Curve | None:
    """Return a decay that begins late after a line that is near the first rows; None if they are not near one."""
    if curve.values.get("warmup") or curve.ahead or curve.every or not 0.0 < -curve.offset <= rows.times[first]:
        return None
    for start in _starts(rows.part(slice(0, first))):
        values = {"warmup": -curve.offset, "warmup_start": start}
        whole = curve.having({OFFSET: 0.0, **values})
        rates = whole.rates(rows.times)
        errors = np.abs(rates - rows.rates) if rates is not None else np.full(len(rows), np.inf)
        if (errors <= np.where(np.arange(len(rows)) < first, _NEAR * rows.peak, rows.allowed)).all():
            return whole
    return None


def _starts(rows: Rows) -> Iterator[float]:
    """Yield the rates from which the first rows may rise: 0, and that of the line through them."""
    yield 0.0
    if len(rows) > 1:
        at_0 = float(np.polyfit(rows.times, rows.rates, 1)[1])
        if at_0 > 0.0:
            yield float(f"{at_0:.3g}")
