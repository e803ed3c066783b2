"""Rows that count the updates where the step of a log counts other things too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cosine_cli.logs.core.log import Series

CALLS = "_step"
"""The steps of Weights & Biases, which count the calls of its logger: also those without a rate."""

COUNTED = f"counted, instead of {CALLS}"


def counted_rows(series: Series) -> Series | None:
    """Return a series with its rows as steps, if its own steps count calls of a logger and leave some out.

    Rows that are logged once in so many steps leave out as many between any two.
    """
    if series.time_column != CALLS or len(np.unique(np.diff(series.times))) <= 1:
        return None
    return replace(series, times=np.arange(len(series.times), dtype=np.float64), time_column=COUNTED)
