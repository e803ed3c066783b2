"""A curve in a row of bars."""

from __future__ import annotations

import numpy as np

from cosine_cli.plans.model.plan import Curve
from cosine_cli.schedules.core.envelope import envelope

BARS = "▁▂▃▄▅▆▇█"
_ENDED = "·"
"""No blank: at the end of a line it would move the bars before it."""


def sparkline(curve: Curve, total: int, peak: float | None = None, *, bars: int = 10) -> str:
    """Return the curve in bars: the highest rate in each part of the run, against ``peak``, or the highest of all.

    Where it has ended there are dots.
    """
    _, high = envelope(curve.schedule, np.linspace(0.0, total, bars + 1))
    most = high.max() if peak is None else peak
    levels = np.rint(np.clip(high / most, 0.0, 1.0) * (len(BARS) - 1)).astype(int) if most else np.zeros(bars, int)
    return "".join(_ENDED if ended else BARS[level] for level, ended in zip(levels, np.isneginf(high), strict=True))
