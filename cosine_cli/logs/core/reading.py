"""Read a log: from a path to the series of its learning rates."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.errors import RequestError, user_error
from cosine_cli.logs.core.beside import configs_beside
from cosine_cli.logs.core.cells import Floats, NumberColumns, numbers
from cosine_cli.logs.core.folder import logs_in
from cosine_cli.logs.core.formats import Reader, matching, readers
from cosine_cli.logs.core.horizon import horizon_of
from cosine_cli.logs.core.log import Log, Series
from cosine_cli.logs.core.rate_choice import (
    LEAST_ROWS,
    Choice,
    choose_rate,
    column_named,
    damaged_names,
    no_rates,
    rate_columns,
)
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.runs import Indices
from cosine_cli.logs.core.source import STDIN, Source, read_source
from cosine_cli.logs.core.time_choice import RowTimes, choose_times
from cosine_cli.logs.core.time_column import epochs
from cosine_cli.text import either, quote, visible

_MOST_TRIED = 10
"""The most files of a folder that are read in search of rates."""

_MOST_SHOWN = 4

_MOST_NEXT = 3
"""How many of the other logs of a folder a note names."""

_LARGEST = 1e6
"""A rate above this is a damaged number."""

_LATEST = 2.0**53
"""The first time from which on a double does not have every whole number."""

_SKIPPED = "skipped"


def read_log(
    path: str, *, column: str | None = None, run: int | None = None, steps_per_epoch: int | None = None
) -> Log:
    """Return the log at ``path``: a file, the folder of a run, or ``-`` for standard input.

    - ``column``: the name of the column of rates, None to choose it.
    - ``run``: the number of the run in the file, from 1; None for all.
    - ``steps_per_epoch``: the steps of an epoch, which a log needs whose steps start again in each epoch.

    Raises RequestError if it is not a log with learning rates, or if it is not sure which rates are meant.
    """
    selection = Selection(column, run, steps_per_epoch)
    if path == STDIN or not os.path.isdir(path):
        return _read_file(path, selection)
    return _read_folder(path, selection)


@dataclass(frozen=True)
class Selection:
    """What is read of a log: a column, a run, and how long its epochs are; None for what the log decides."""

    column: str | None
    run: int | None
    steps_per_epoch: int | None


def _read_folder(folder: str, selection: Selection) -> Log:
    """Return the first log of a folder that has rates."""
    paths = logs_in(folder)
    errors: list[RequestError] = []
    for path in paths[:_MOST_TRIED]:
        try:
            log = _read_file(path, selection)
        except RequestError as error:
            errors.append(error)
            continue
        note = f"read {visible(path)}" + (f", one of {len(paths)} logs in the folder" if len(paths) > 1 else "")
        if following := paths[len(errors) + 1 :][:_MOST_NEXT]:
            names = either([visible(os.path.relpath(each, folder)) for each in following], last="and")
            note += f" (next: {names})"
        if errors:
            skipped = either([visible(os.path.relpath(each, folder)) for each in paths[: len(errors)]], last="and")
            note += f", as {skipped} cannot be read: {errors[0]}"
        return replace(log, notes=(note, *log.notes))
    raise errors[0]


def _read_file(path: str, selection: Selection) -> Log:
    source = read_source(path)
    try:
        reader, raw = _read(source, selection.column)
    except MemoryError:
        raise user_error(source.where, "needs more memory than there is") from None
    where, source_notes = source.where, source.notes
    del source  # its bytes, which may be many
    series, notes = _series(raw, selection, where)
    return Log(
        path=path,
        format=reader.FORMAT.name,
        runs=_selected(series, selection.run),
        configs=(*raw.configs, *configs_beside(path, reader.FORMAT.configs)),
        horizon=_horizon(raw, where),
        notes=(*source_notes, *raw.notes, *notes),
    )


def _horizon(raw: RawLog, where: str) -> tuple[int, str] | None:
    """Return the number of updates of the whole run, from the file or else from a column."""
    horizon = raw.horizon or next(filter(None, map(horizon_of, raw.tables)), None)
    if horizon is not None and horizon[0] > _LATEST:
        raise user_error(where, f"must have {visible(horizon[1])} up to 2^53", got="more")
    return horizon


def rows_with_rates(raw: RawLog) -> int:
    """Return the largest number of rates in a column."""
    columns = (table.columns[name] for table in raw.tables for name in rate_columns(table))
    return max((numbers(column).count for column in columns), default=0)


def _read(source: Source, column: str | None) -> tuple[Reader, RawLog]:
    """Return the columns of a file in the first of its formats that has rates, or else in the first."""
    first: tuple[Reader, RawLog] | None = None
    for reader in matching(source):
        raw = reader.read(source)
        raw = replace(raw, tables=tuple(replace(each, columns=NumberColumns(each.columns)) for each in raw.tables))
        if reader.FORMAT.certain or any(_columns(table, column) for table in raw.tables):
            return reader, raw
        if raw.tables:
            first = first or (reader, raw)
    if first is None:
        names = either([module.FORMAT.name for module in readers()])
        zero = source.data.find(b"\0")
        got = f"a binary file of another format: byte {zero} is zero" if source.is_binary else None
        raise user_error(source.where, f"must be a log: {names}", got=got)
    return first


def _series(raw: RawLog, selection: Selection, where: str) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """Return the series of all runs, and the notes on them."""
    runs: list[Series] = []
    notes: list[str] = []
    tables = _tables(raw, selection.column, where)
    for table in tables:
        choice = choose_rate(table, selection.column, where)
        _check_count(choice.rates.count, where)
        _check_rates(choice, where)
        times = choose_times(table, choice, steps_per_epoch=selection.steps_per_epoch, where=where)
        _check_times(times, where)
        notes += [
            *_rejected(choice),
            *damaged_names(table, choice.name),
            *choice.notes,
            *times.notes,
            *_run_notes(times),
        ]
        runs += [_run_series(table, choice, times, rows) for rows in times.runs.rows]
    notes += _other_rows(raw, tables, selection.column)
    return _long_enough(runs, notes, where)


def _tables(raw: RawLog, column: str | None, where: str) -> Sequence[Table]:
    """Return the tables with the requested column, or else those with rates; without the ones that have few rows."""
    if not raw.tables:
        raise no_rates(Table(columns={}), where)
    tables = [table for table in raw.tables if _columns(table, column)] or raw.tables[:1]
    return [table for table in tables if _rows(table, column) >= LEAST_ROWS] or tables[:1]


def _columns(table: Table, column: str | None) -> list[str]:
    """Return the requested column of a table, or else those with rates."""
    if column is None:
        return rate_columns(table)
    name = column_named(table, column)
    return [] if name is None else [name]


def _rows(table: Table, column: str | None) -> int:
    """Return the number of rows that have the requested column, or else a rate."""
    return max((numbers(table.columns[name]).count for name in _columns(table, column)), default=0)


def _other_rows(raw: RawLog, tables: Sequence[Table], column: str | None) -> Iterator[str]:
    """Yield the note on the tables with rates that are not read."""
    present, read = (sum(_rows(table, column) for table in each) for each in (raw.tables, tables))
    if count := present - read:
        have, were = ("1 row with a rate has", "was") if count == 1 else (f"{count} rows with a rate have", "were")
        yield f"{have} other columns and {were} not read"


def _long_enough(runs: Sequence[Series], notes: list[str], where: str) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """Return the runs without those of a few rows, such as one that stopped at once, and the notes.

    Raises RequestError if no other is left, for example because all rows have the same step.
    """
    kept = tuple(series for series in runs if len(series.rates) >= LEAST_ROWS)
    if not kept:
        _check_count(max(len(series.rates) for series in runs), where)
    if len(kept) == len(runs):
        return tuple(runs), tuple(notes)
    count = len(runs) - len(kept)
    note = f"1 run has fewer than {LEAST_ROWS} rows and was not read"
    if count > 1:
        note = f"{count} runs have fewer than {LEAST_ROWS} rows and were not read"
    return kept, (*notes, note)


def _run_series(table: Table, choice: Choice, times: RowTimes, run: Indices) -> Series:
    rows = times.rows[run]
    name = f"{table.name}: {choice.name}" if table.name else choice.name
    return Series(
        times=times.values[run],
        rates=choice.rates.values[rows],
        tolerances=choice.tolerances[rows],
        unit=times.unit,
        column=name,
        time_column=times.column,
        also=choice.also,
        epochs=_complete(table, next(iter(epochs(table.columns)), None), rows) if times.unit != "epoch" else None,
        skipped=_complete(table, _SKIPPED, rows),
    )


def _complete(table: Table, name: str | None, rows: Indices) -> Floats | None:
    """Return the values of a column at rows, None if one is missing."""
    if name is None or name not in table.columns:
        return None
    values = numbers(table.columns[name]).values[rows]
    return values if np.all(np.isfinite(values)) else None


def _check_count(count: int, where: str) -> None:
    if count < LEAST_ROWS:
        raise user_error(where, f"must have at least {LEAST_ROWS} rows with a learning rate", got=str(count))


def _check_rates(choice: Choice, where: str) -> None:
    rates = choice.rates.values[np.isfinite(choice.rates.values)]
    name = visible(choice.name)
    if not np.any(rates):
        got = f"{name} printed as 0 in all {len(rates)} rows"
        raise user_error(where, "must have rates above 0", got=got, hint="log more digits, or another parameter group")
    if rates.min() < 0 or rates.max() > _LARGEST:
        wrong = rates.min() if rates.min() < 0 else rates.max()
        raise user_error(where, f"must have rates from 0 to {_LARGEST:g}", got=f"{wrong:g} in {name}")


def _check_times(times: RowTimes, where: str) -> None:
    latest = float(np.abs(times.values).max())
    if latest > _LATEST:
        raise user_error(where, f"must have {times.unit}s up to 2^53", got=f"{latest:g} in {visible(times.column)}")


def _rejected(choice: Choice) -> tuple[str, ...]:
    rates = choice.rates
    if not rates.rejected:
        return ()
    name, first = visible(choice.name), quote(rates.first_rejected)
    if rates.rejected == 1:
        return (f"1 cell of {name} is not a number and was not read: {first}",)
    return (f"{rates.rejected} cells of {name} are not numbers and were not read; the first is {first}",)


def _run_notes(times: RowTimes) -> Iterator[str]:
    runs = times.runs
    if runs.repeated:
        again = f"; the {times.unit}s start again {_times_text(runs.restarts)}" if runs.restarts else ""
        if runs.repeated == 1:
            yield f"1 row repeats the {times.unit} and the rate of another row and was merged{again}"
        else:
            yield f"{runs.repeated} rows repeat the {times.unit} and the rate of another row and were merged{again}"
    if len(runs.rows) > 1:
        spans = [f"{times.values[run[0]]:g} to {times.values[run[-1]]:g}" for run in runs.rows[:_MOST_SHOWN]]
        spans += [f"{len(runs.rows) - _MOST_SHOWN} more"] * (len(runs.rows) > _MOST_SHOWN)
        yield f"{len(runs.rows)} runs in one file, {times.unit}s {either(spans, last='and')}: choose one with --run N"


def _times_text(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _selected(series: tuple[Series, ...], run: int | None) -> tuple[Series, ...]:
    if run is None:
        return series
    if not 1 <= run <= len(series):
        rule = f"must be from 1 to {len(series)}" if len(series) > 1 else "must be 1, or left out: the log has one run"
        raise user_error("--run", rule, got=str(run))
    return (series[run - 1],)
