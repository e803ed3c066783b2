"""Numbers that a program keeps in single precision."""

from __future__ import annotations

import numpy as np


def shortest(value: float) -> float:
    """Return the number with the fewest digits that is the same one in single precision.

    >>> shortest(0.0010000000474974513), shortest(0.0799999982)
    (0.001, 0.08)
    """
    return float(str(np.float32(value)))
