"""A warmup that does not end in the log."""

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined, excess
from cosine_cli.studies.identify.core.short_numbers import digits

_STARTS = (0.0, 0.001, 0.01, 0.1, 1 / 3, 1e-6)
_MOST_LENGTHS = 20000
_ROUND = (1, 2, 3, 5, 10)


def find(outline: Outline) -> Iterator[Found]:
    """Yield lines up to a peak that is not reached; the line pins only the ratio of peak and length."""
    rows = outline.rows
    if outline.first < len(rows) - 1 or not outline.rises_once or outline.ramp is None or len(rows) < 3:
        return
    slope, at_0 = outline.ramp
    last = float(rows.times[-1])
    options = [found for share in _STARTS for found in _lengths(outline, slope, at_0, last, share)]
    yield from sorted(options, key=lambda found: (found.cost, found.refined.curve.get("warmup")))[:3]


def _lengths(outline: Outline, slope: float, at_0: float, last: float, share: float) -> Iterator[Found]:
    """Yield warmups from a share of the peak whose length and peak have few digits."""
    offset = float(round(at_0 / slope)) if share == 0.0 else 0.0
    start = max(1.0, float(np.floor(last + offset)))
    lengths = np.unique(np.concatenate((np.arange(start, start + _MOST_LENGTHS), np.outer(_UNITS, _MANTISSAS).ravel())))
    lengths = lengths[lengths >= start]
    peaks = slope * lengths / (1.0 - share)
    rounded = np.array([float(f"{peak:.1e}") for peak in peaks.tolist()])
    near = np.abs(rounded / peaks - 1.0) < 2.0 * float((outline.rows.allowed / outline.rows.peak).max()) + 1e-9
    for length, lr in zip(lengths[near].tolist(), rounded[near].tolist(), strict=True):
        values = {"lr": lr, "warmup": length, "warmup_start": share * lr}
        curve = Curve(name="constant", values=values, offset=offset)
        over = excess(curve, outline.rows)
        if over <= 1.0:
            digit = int(f"{lr:e}"[0])
            extra = 2.0 + digits(lr) + digits(length) + (2.0 if share else 0.0) + abs(offset) + (digit not in _ROUND)
            yield Found(refined=Refined(curve, over), free=(), extra=extra)


_UNITS = 10.0 ** np.arange(8)
_MANTISSAS = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0])
