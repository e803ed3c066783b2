"""How many updates an epoch has, from a log that has the epoch of each of its steps."""

from __future__ import annotations

import math

import numpy as np

from cosine_cli.logs.core.log import Floats, Series

_MOST = 60
"""More numbers of updates than this are not tried one by one."""

_PRINTED = (1, 2, 3, 4)
"""How many decimals epochs may be rounded to."""

_SINGLE = 2.0**-23


def epoch_lengths(series: Series) -> list[int]:
    """Return the numbers of updates per epoch that agree with the epochs of all rows, the likeliest first.

    Epochs are either passed shares of the run, or the numbers of the epochs in which the rows are. The updates of an
    epoch may also be rounded down or up, as batches are that are accumulated.
    """
    if series.unit != "step" or series.epochs is None:
        return []
    known = np.isfinite(series.epochs) & (series.times > 0)
    times, epochs = series.times[known], series.epochs[known]
    if len(times) == 0 or epochs[-1] <= 0 or (np.diff(epochs) < 0).any():
        return []
    numbered = bool((epochs == np.floor(epochs)).all() and (np.diff(epochs) == 0).any())
    low, high = _numbered(times, epochs) if numbered else _shares(times, epochs)
    if not 0.0 < low <= high < math.inf:
        return []
    lengths = range(max(math.floor(low), 1), math.ceil(high) + 1)
    middle = 0.5 * (low + high)
    return sorted(lengths, key=lambda length: abs(length - middle))[:_MOST]


def _shares(times: Floats, epochs: Floats) -> tuple[float, float]:
    """Return the bounds of the length of an epoch if rows have passed shares of the run."""
    room = _rounding(epochs) + _SINGLE * epochs
    above = epochs > 2.0 * room
    if not above.any():
        return 0.0, 0.0
    times, epochs, room = times[above], epochs[above], room[above]
    low, high = float((times / (epochs + room)).max()), float((times / (epochs - room)).min())
    if low <= high:
        return low, high
    length = float(times[-1] / epochs[-1])  # the last batches of an epoch may be left out
    return length, length


def _rounding(epochs: Floats) -> float:
    for decimals in _PRINTED:
        if (np.abs(epochs - np.round(epochs, decimals)) <= _SINGLE * epochs).all():
            return 0.5 * 10.0**-decimals
    return 0.0


def _numbered(times: Floats, epochs: Floats) -> tuple[float, float]:
    """Return the bounds of the length of an epoch if rows have the numbers of their epochs, from 0 or 1."""
    first = 1.0 if epochs[0] >= 1.0 else 0.0
    passed = epochs - first
    later = passed > 0
    low = float((times / (passed + 1.0)).max())
    high = float((times[later] / passed[later]).min()) if later.any() else math.inf
    return low, high
