"""The number of updates of the whole run, where every row of a log has it."""

from __future__ import annotations

import numpy as np

from cosine_cli.logs.core.cells import numbers
from cosine_cli.logs.core.rate_column import normal
from cosine_cli.logs.core.raw_log import Table

_KEYS = ("max_steps", "total_steps", "max_iters", "total_iters", "max_iter", "total_iter")


def horizon_of(table: Table) -> tuple[int, str] | None:
    """Return the number of updates in a column that has one value, with the name of the column; None without one."""
    by_name = {normal(name): name for name in table.columns}
    for name in (by_name[key] for key in _KEYS if key in by_name):
        values = numbers(table.columns[name]).values
        values = values[np.isfinite(values)]
        if values.size and values[0] > 0 and values[0].is_integer() and np.all(values == values[0]):
            return int(values[0]), name
    return None
