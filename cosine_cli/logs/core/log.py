"""A log: the learning rates of its runs, with their times and precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.raw_log import Carried

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """The learning rates of one run in one column.

    - ``times``: when each rate was logged, in ``unit``, as the log has it; strictly increasing, shape (n,).
    - ``rates``: the learning rates, shape (n,).
    - ``tolerances``: the largest rounding error of each rate, from the digits of its text or from single precision,
      shape (n,). A rate that is written with all digits has about 1e-15 times itself.
    - ``unit``: what the times count. ``row`` if the log has neither steps nor epochs: then the rows are counted from 0.
    - ``column``: the name of the column, and ``also`` the names of columns with identical rates.
    - ``time_column``: the name of the column of the times, empty if rows are counted.
    - ``epochs``: the epoch of each row, if the log has both steps and epochs, shape (n,).
    - ``skipped``: the number of updates that were skipped before each row, as the log has it (DeepSpeed), shape (n,).
    """

    times: Floats
    rates: Floats
    tolerances: Floats
    unit: Literal["step", "epoch", "row"]
    column: str
    time_column: str = ""
    also: tuple[str, ...] = ()
    epochs: Floats | None = None
    skipped: Floats | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Log:
    """A log that was read.

    - ``path``: the file, also if a folder was given.
    - ``format``: the name of its format.
    - ``runs``: the series that answer the request; several if the file has several runs and none was selected.
    - ``configs``, ``horizon``: as in :class:`~cosine_cli.logs.core.raw_log.RawLog`.
    - ``notes``: which file of a folder, which column and which run was read, what was skipped.
    """

    path: str
    format: str
    runs: tuple[Series, ...]
    configs: tuple[Carried, ...] = ()
    horizon: tuple[int, str] | None = None
    notes: tuple[str, ...] = ()
