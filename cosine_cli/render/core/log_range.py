"""The range of a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

_FEWEST, _MOST = 4.0, 40.0
_SLACK = 1e-9


def decades_below(peaks: Sequence[float]) -> float:
    """Return how many decades an axis extends below the largest peak: four, or as many as show the lowest peak.

    >>> decades_below([0.1, 0.1]), decades_below([0.1, 1e-7])
    (4.0, 7.0)
    """
    lowest = min((peak for peak in peaks if peak > 0), default=1.0)
    if lowest >= max(peaks):
        return _FEWEST
    # The quotient of the two could overflow.
    depth = math.ceil(math.log10(max(peaks)) - math.log10(lowest) - _SLACK) + 1.0
    return min(max(_FEWEST, depth), _MOST)
