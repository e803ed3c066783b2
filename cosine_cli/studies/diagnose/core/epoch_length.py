"""How many steps an epoch of a log has, for a plan in epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cosine_cli.logs.core.log import Floats, Log, Series
from cosine_cli.studies.diagnose.core.wording import plural

_DECIMALS = (0, 2, 3, 4)
"""How many decimals epochs are often rounded to."""

_RELATIVE = 1e-9
_LEAST_ROWS = 5
_MOST = 20
"""No more lengths are tried."""


def epoch_lengths(log: Log, epochs: int) -> tuple[Sequence[int], str]:
    """Return the steps that an epoch may have and how they are known, for a run of so many epochs."""
    if log.runs[0].unit != "step":
        return (), ""
    if log.horizon is not None:
        steps, name = log.horizon
        if steps % epochs == 0:
            return (steps // epochs,), f"{name} of the log is {steps} for {plural(epochs, 'epoch')}"
    return _counted(log.runs[0])[:_MOST], "from the steps and the epochs of the log"


def _counted(series: Series) -> Sequence[int]:
    """Return the whole numbers of steps per epoch that a log with both columns allows, the largest first."""
    if series.epochs is None or series.times.size < _LEAST_ROWS:
        return ()
    for decimals in _DECIMALS:
        if np.array_equal(np.round(series.epochs, decimals), series.epochs):
            if not decimals:
                return _of_numbers(series.times, series.epochs)
            return _of_shares(series.times, series.epochs, 0.51 * 10.0**-decimals)
    return _of_shares(series.times, series.epochs, _RELATIVE * float(series.epochs.max()))


def _of_numbers(times: Floats, epochs: Floats) -> Sequence[int]:
    """Return the steps that an epoch may have if each row has the number of its epoch; both count from 0 or 1."""
    epochs = epochs - min(float(epochs.min()), 1.0)
    later = epochs > 0
    for begin in (0.0, 1.0):
        steps = times - begin
        low = float(np.max(steps / (epochs + 1)))
        high = float(np.min(steps[later] / epochs[later], initial=np.inf))
        if math.isfinite(high) and math.floor(low) < math.floor(high):
            return range(math.floor(high), math.floor(low), -1)
    return ()


def _of_shares(steps: Floats, epochs: Floats, rounding: float) -> Sequence[int]:
    """Return the steps that an epoch may have if each row has a rounded number of epochs."""
    low = float(np.max(steps / (epochs + rounding)))
    above = epochs > rounding
    high = float(np.min(steps[above] / (epochs[above] - rounding), initial=np.inf))
    return range(math.floor(high), math.ceil(low) - 1, -1) if math.isfinite(high) else ()
