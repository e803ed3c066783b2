"""A curve as a row of bars."""

from __future__ import annotations

import numpy as np

from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.schedule import Schedule

BARS = "▁▂▃▄▅▆▇█"
_ENDED = "·"
"""Not a blank, which would shift right-aligned bars."""


def sparkline(schedule: Schedule, total: int, peak: float | None = None, *, bars: int = 10) -> str:
    """Return a curve as bars: the highest rate in each part of the run, relative to ``peak`` or to the maximum.

    Dots follow the end of a curve.
    """
    _, high = envelope(schedule, np.linspace(0.0, total, bars + 1))
    most = high.max() if peak is None else peak
    levels = np.rint(np.clip(high / most, 0.0, 1.0) * (len(BARS) - 1)).astype(int) if most else np.zeros(bars, int)
    return "".join(_ENDED if ended else BARS[level] for level, ended in zip(levels, np.isneginf(high), strict=True))
