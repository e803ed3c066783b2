"""Choose the column of steps or epochs that the rates are read at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import user_error
from cosine_cli.logs.core.cells import Floats, numbers
from cosine_cli.logs.core.rate_choice import Choice
from cosine_cli.logs.core.raw_log import Table
from cosine_cli.logs.core.runs import Runs, runs_of
from cosine_cli.logs.core.time_column import epochs, steps
from cosine_cli.text import visible

_FEW_RUNS = 4
"""A file has at least so many rows for each run: else its steps do not go on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Times:
    """The times of the rows with rates.

    - ``rows``: the rows of the table that have a rate and a time.
    - ``values``: their times, in ``unit``, and ``column``: where the times are, empty if rows are counted.
    - ``runs``: the runs, as indices into ``rows``.
    """

    rows: NDArray[np.intp]
    values: Floats
    unit: Literal["step", "epoch", "row"]
    column: str
    runs: Runs
    notes: tuple[str, ...] = ()


def choose_times(table: Table, choice: Choice, where: str) -> Times:
    """Return the times of the rates: steps if there are any that go on, else epochs, else the numbers of the rows.

    Raises RequestError if there are steps, but none that go on.
    """
    rows = np.flatnonzero(np.isfinite(choice.rates.values))
    step_names, epoch_names = steps(table.columns), epochs(table.columns)
    for name in step_names:
        if (times := _times(table, choice, rows, name, "step")) is not None:
            return times
    for name in epoch_names:
        if (times := _times(table, choice, rows, name, "epoch")) is not None:
            return times
    if step_names:
        raise user_error(
            where,
            "must have steps that go on",
            got=f"a column {visible(step_names[0])} that starts again and again",
            hint="pass --steps-per-epoch S if it counts within epochs",
        )
    counted = np.arange(len(rows), dtype=np.float64)
    one = runs_of(counted, choice.rates.values[rows], choice.tolerances[rows])
    note = "the log has neither steps nor epochs: rows are counted from 0"
    return Times(rows=rows, values=counted, unit="row", column="", runs=one, notes=(note,))


def _times(
    table: Table, choice: Choice, rates: NDArray[np.intp], name: str, unit: Literal["step", "epoch"]
) -> Times | None:
    """Return the times in a column, None if it does not go on."""
    column = numbers(table.columns[name]).values
    rows = rates[np.isfinite(column[rates])]
    if 2 * len(rows) < len(rates):
        return None
    times = column[rows]
    runs = runs_of(times, choice.rates.values[rows], choice.tolerances[rows])
    goes_on = all(np.all(np.diff(times[run]) > 0) for run in runs.rows) and len(runs.rows) * _FEW_RUNS <= len(rows)
    if not goes_on:
        return None
    missing = len(rates) - len(rows)
    notes = (f"{missing} rows with a rate have no {visible(name)}: not read",) if missing else ()
    return Times(rows=rows, values=times, unit=unit, column=name, runs=runs, notes=notes)
