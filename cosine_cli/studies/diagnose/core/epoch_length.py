"""How many steps an epoch of a log has, for a plan in epochs."""

from __future__ import annotations

import math

import numpy as np

from cosine_cli.logs.core.log import Floats, Log, Series
from cosine_cli.studies.diagnose.core.wording import plural

_DECIMALS = (0, 2, 3, 4)
"""How many decimals epochs are often rounded to."""

_RELATIVE = 1e-9
_LEAST_ROWS = 5


def epoch_length(log: Log, epochs: int) -> tuple[int, str] | None:
    """Return the steps of an epoch and how they are known, for a run of so many epochs; None if they are not known."""
    if log.runs[0].unit != "step":
        return None
    if log.horizon is not None:
        steps, name = log.horizon
        if steps % epochs == 0:
            return steps // epochs, f"{name} of the log is {steps} for {plural(epochs, 'epoch')}"
    found = _counted(log.runs[0])
    return None if found is None else (found, "from the steps and the epochs of the log")


def _counted(series: Series) -> int | None:
    """Return the only whole number of steps per epoch that a log with both columns allows, None if there are others."""
    if series.epochs is None or series.times.size < _LEAST_ROWS:
        return None
    for decimals in _DECIMALS:
        if np.array_equal(np.round(series.epochs, decimals), series.epochs):
            return (
                _whole(series.times, series.epochs)
                if decimals == 0
                else _only(series.times, series.epochs, 0.51 * 10.0**-decimals)
            )
    return _only(series.times, series.epochs, _RELATIVE * float(series.epochs.max()))


def _whole(times: Floats, epochs: Floats) -> int | None:
    """Return the steps of an epoch of which each row has the number, from 0 or 1, as its steps may count."""
    epochs = epochs - min(float(epochs.min()), 1.0)
    later = epochs > 0
    for begin in (0.0, 1.0):
        steps = times - begin
        low = float(np.max(steps / (epochs + 1)))
        high = float(np.min(steps[later] / epochs[later], initial=np.inf))
        if math.isfinite(high) and math.floor(low) + 1 == math.floor(high):
            return math.floor(high)
    return None


def _only(steps: Floats, epochs: Floats, rounding: float) -> int | None:
    """Return the only whole number of steps per epoch for which all epochs are rounded fractions of it."""
    low = float(np.max(steps / (epochs + rounding)))
    above = epochs > rounding
    high = float(np.min(steps[above] / (epochs[above] - rounding), initial=np.inf))
    return math.floor(high) if math.isfinite(high) and math.ceil(low) == math.floor(high) else None
