"""Fit the rate at which a warmup starts."""

from __future__ import annotations

from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows


def fitted_start(planned: Planned, rows: Rows, *, within: float = 0.0) -> float | None:
    """Return the first rate of the warmup that fits best, as short as it fits; None if no row shows it.

    - ``within``: an error relative to the peak that is small enough for a shorter number.
    """
    inside = (rows.times < planned.warmup) & (rows.times >= 0)
    if not planned.warmup or not inside.any():
        return None
    part = rows[inside]
    zero, one = planned.rates(part.times, start=0.0), planned.rates(part.times, start=planned.peak)
    weight = (one - zero) / planned.peak
    if not weight @ weight > 0:
        return None
    start = float(weight @ (part.rates - zero) / (weight @ weight))
    if start < -1e-9 * planned.peak:
        return None
    best = part.error(planned.rates(part.times, start=start))
    shares = (0.0, 1 / 3, *(float(f"{start / planned.peak:.{digits}g}") for digits in range(1, 8)))
    for share in shares:
        if part.error(planned.rates(part.times, start=share * planned.peak)) <= max(best * 1.02, within):
            return share * planned.peak
    return max(start, 0.0)
