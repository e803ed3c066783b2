"""Choose the steps or epochs that the rates are read at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.logs.core.cells import Floats, numbers
from cosine_cli.logs.core.epoch_steps import EpochSteps, epoch_steps, epochs_with_changes, length_unknown
from cosine_cli.logs.core.rate_choice import Choice
from cosine_cli.logs.core.raw_log import Table
from cosine_cli.logs.core.runs import Indices, Runs, runs_by_rates, runs_of
from cosine_cli.logs.core.time_column import epochs, steps
from cosine_cli.text import visible

_LEAST_ROWS_OF_RUN = 4
"""Runs have at least so many rows on average: else the steps do not go on."""

_UNORDERED = 3
"""If the rates change direction at one in so many changes, they do not follow each other in time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RowTimes:
    """The times of the rows with rates.

    - ``rows``: the rows of the table that have a rate and a time.
    - ``values``: their times, in ``unit``, and ``column``: where the times are, empty if rows are counted.
    - ``runs``: the runs, as indices into ``rows``.
    - ``notes``: what the user has to know of them.
    """

    rows: Indices
    values: Floats
    unit: Literal["step", "epoch", "row"]
    column: str
    runs: Runs
    notes: tuple[str, ...] = ()


def choose_times(table: Table, choice: Choice, *, steps_per_epoch: int | None, where: str) -> RowTimes:
    """Return the times of the rates: steps if there are any that go on, else epochs, else the numbers of the rows.

    - ``steps_per_epoch``: the steps of an epoch, for steps that count within epochs.

    Raises RequestError if there are steps, but none that go on, or if the rows have no order.
    """
    for name in steps(table.columns):
        times = _times(table, choice, name, "step")
        if times is not None and not times.runs.restarts:
            return times
        within = _within_epochs(table, choice, name)
        if within is not None:
            return _combined(within, choice, name, steps_per_epoch, where)
        if times is not None:
            return times
    for name in epochs(table.columns):
        times = _times(table, choice, name, "epoch")
        if times is not None:
            return times
    return _counted(table, choice, where)


def _times(table: Table, choice: Choice, name: str, unit: Literal["step", "epoch"]) -> RowTimes | None:
    """Return the times in a column, None if it does not go on."""
    column = numbers(table.columns[name]).values
    has_rate = np.isfinite(choice.rates.values)
    rows = np.flatnonzero(has_rate & np.isfinite(column))
    missing = choice.rates.count - len(rows)
    if missing > len(rows):
        return None
    series = column[rows], choice.rates.values[rows], choice.tolerances[rows]
    runs = runs_of(*series)
    if runs is None and unit == "step":  # several rates of an epoch are not runs
        runs = runs_by_rates(*series)
    if runs is None or len(runs.rows) * _LEAST_ROWS_OF_RUN > max(len(rows), _LEAST_ROWS_OF_RUN):
        return None
    notes = _without_time(missing, f"a {visible(name)}")
    return RowTimes(rows=rows, values=column[rows], unit=unit, column=name, runs=runs, notes=notes)


def _without_time(count: int, names: str) -> tuple[str, ...]:
    """Return the note on rows without one of the columns of times."""
    if not count:
        return ()
    which, were = ("1 row with a rate does", "was") if count == 1 else (f"{count} rows with a rate do", "were")
    return (f"{which} not have {names} and {were} not read",)


@dataclass(frozen=True, eq=False)
class _Within:
    """Rows whose steps count within epochs; ``epochs`` is the name of the column of these, empty if there is none."""

    rows: Indices
    steps: EpochSteps
    epochs: str = ""


def _within_epochs(table: Table, choice: Choice, name: str) -> _Within | None:
    """Return the steps in a column that start again in each epoch, None if they do not."""
    rates = _rate_rows(choice)
    column = numbers(table.columns[name]).values
    for epoch_name in epochs(table.columns):
        epoch_column = numbers(table.columns[epoch_name]).values
        rows = rates[np.isfinite(column[rates]) & np.isfinite(epoch_column[rates])]
        if 2 * len(rows) > len(rates) and (found := epoch_steps(column[rows], epoch_column[rows])) is not None:
            return _Within(rows, found, epoch_name)
    rows = rates[np.isfinite(column[rates])]
    if not epochs(table.columns) and 2 * len(rows) > len(rates):
        found = epoch_steps(column[rows], None)
        if found is not None and _goes_on(choice.rates.values[rows], found.epochs):
            return _Within(rows, found)
    return None


def _goes_on(rates: Floats, epochs: Floats) -> bool:
    """Return whether the rates go on from an epoch to the next, as they do not in runs one after the other."""
    first = np.flatnonzero(np.concatenate(([True], np.diff(epochs) > 0)))
    last = np.concatenate((first[1:] - 1, [len(rates) - 1]))
    jumps = np.abs(rates[first[1:]] - rates[last[:-1]]).sum()
    from_start = np.abs(rates[first[1:]] - rates[first[:-1]]).sum()
    return bool(from_start > 0 and jumps <= from_start)


def _combined(within: _Within, choice: Choice, name: str, length: int | None, where: str) -> RowTimes:
    """Return the steps of the run from those within epochs, or its epochs if their length is unknown."""
    rows, found = within.rows, within.steps
    rates, tolerances = choice.rates.values[rows], choice.tolerances[rows]
    names = [name, within.epochs] if within.epochs else [name]
    missing = _without_time(choice.rates.count - len(rows), " or ".join(map(visible, names)))
    if length is not None:
        if length < found.least_length:
            raise user_error("--steps-per-epoch", f"must be at least {found.least_length} for {where}", got=str(length))
        values = found.times(length)
        note = f"{visible(name)} starts again in each epoch: steps are counted with {length} per epoch"
        runs = runs_of(values, rates, tolerances)
        if runs is not None:
            return RowTimes(rows=rows, values=values, unit="step", column=name, runs=runs, notes=(note, *missing))
    elif not found.counted and (times := _in_epochs(within, choice, name)) is not None:
        return replace(times, notes=(*times.notes, *missing))
    _check_order(rates, tolerances, choice.name, where)
    raise length_unknown(name, where, found.least_length)


def _in_epochs(within: _Within, choice: Choice, name: str) -> RowTimes | None:
    """Return the epochs of steps within epochs, None if the rates change within most of them.

    Rates that change in the first epochs only, such as a warmup, have times that are slightly wrong.
    """
    rows, found = within.rows, within.steps
    rates, tolerances = choice.rates.values[rows], choice.tolerances[rows]
    changing = epochs_with_changes(rates, tolerances, found.epochs)
    again = f"{visible(name)} starts again in each epoch"
    if not len(changing):
        values = found.epochs + found.first
        note = f"{again}, whose rows have the same rate: one row per epoch"
    elif 2 * (changing.max() - found.epochs.min() + 1) <= np.ptp(found.epochs) + 1:
        values = found.approximate_epochs()
        note = (
            f"{again}, of {found.least_length} or more steps: times within epochs are approximate; "
            "pass --steps-per-epoch S for steps"
        )
    else:
        return None
    runs = runs_of(values, rates, tolerances)
    if runs is None:
        return None
    runs = replace(runs, repeated=0)
    return RowTimes(rows=rows, values=values, unit="epoch", column=within.epochs, runs=runs, notes=(note,))


def _counted(table: Table, choice: Choice, where: str) -> RowTimes:
    """Return the numbers of the rows as times."""
    rows = _rate_rows(choice)
    values = np.arange(len(rows), dtype=np.float64) + np.searchsorted(table.damaged, rows, side="right")
    names = [*steps(table.columns), *epochs(table.columns)]
    if names and not _has_some(table, names, rows):
        names = []
    step_names = [name for name in names if name in steps(table.columns)]
    rates = choice.rates.values[rows]
    _check_order(rates, choice.tolerances[rows], choice.name, where)
    if step_names:
        raise user_error(
            where,
            "must have increasing steps",
            got=f"a column {visible(step_names[0])} that does not increase",
            hint="pass --steps-per-epoch S if it counts within epochs",
        )
    missing = "neither steps nor epochs" if not names else "no steps, and several rows per epoch"
    note = f"the log has {missing}: rows are counted from 0"
    return RowTimes(rows=rows, values=values, unit="row", column="", runs=Runs((np.arange(len(rows)),)), notes=(note,))


def _has_some(table: Table, names: list[str], rows: Indices) -> bool:
    return any(np.isfinite(numbers(table.columns[name]).values[rows]).any() for name in names)


def _check_order(rates: Floats, tolerances: Floats, name: str, where: str) -> None:
    """Raise RequestError for rates without steps that go on, if they are those of a search rather than of a run."""
    if not _is_ordered(rates, tolerances):
        raise user_error(
            where,
            "looks like a table of settings, not a log",
            got=f"values of {visible(name)} in no order, without increasing steps",
            hint="pass the log of one run",
        )


def _is_ordered(rates: Floats, tolerances: Floats) -> bool:
    """Return whether rates may follow each other in time: those of a table of settings change direction often."""
    differences = np.diff(rates)
    changes = differences[np.abs(differences) > tolerances[1:] + tolerances[:-1]]
    turns = int(np.count_nonzero(np.diff(np.sign(changes))))
    return turns < _UNORDERED or turns * _UNORDERED < len(changes)


def _rate_rows(choice: Choice) -> Indices:
    return np.flatnonzero(np.isfinite(choice.rates.values))
