"""Choose the column of learning rates that is read."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import RequestError, user_error
from cosine_cli.logs.core.cells import Floats, Numbers, numbers
from cosine_cli.logs.core.digits import tolerances
from cosine_cli.logs.core.rate_column import exact, is_rate, normal
from cosine_cli.logs.core.raw_log import Table
from cosine_cli.logs.core.runs import Indices
from cosine_cli.logs.core.time_column import steps
from cosine_cli.text import did_you_mean, either, quote, visible

_NOT_BIASES = ("lr/pg1", "x/lr1")
_BIASES = "YOLO has one group of parameters for biases, whose warmup is another"
"""The columns that are read of several that differ, and why."""

LEAST_ROWS = 5
"""The fewest rows with a rate of a log."""

_SHOWN = 8

_LEAST_COMMON = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """The column of rates that is read.

    - ``name``: its name, and ``also``: the columns with the same rates.
    - ``rates``: its numbers, with their ``tolerances``.
    - ``notes``: which other columns there are.
    """

    name: str
    rates: Numbers
    tolerances: Floats
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def rate_columns(table: Table) -> list[str]:
    """Return the columns that are named like a rate and have numbers."""
    return [name for name in table.columns if is_rate(name) and numbers(table.columns[name]).count > 0]


def column_named(table: Table, column: str) -> str | None:
    """Return the name of a requested column as the table has it: the same, or one of the same words; None without."""
    if column in table.columns:
        return column
    return next((name for name in table.columns if normal(name) == normal(column)), None)


def choose_rate(table: Table, column: str | None, where: str) -> Choice:
    """Return the column that is read: the one that is requested, or the only one by its name and its rates.

    - ``where``: the file, the place of errors.

    Raises RequestError if there is no such column, or if several differ.
    """
    if column is not None:
        return _requested(table, column, where)
    names = rate_columns(table)
    if not names:
        raise no_rates(table, where)
    # A few rates are settings beside the rates of the rows.
    names = [name for name in names if numbers(table.columns[name]).count >= LEAST_ROWS] or names
    columns = {name: _measured(table, name) for name in names}
    groups = _same_rates(columns, table)
    if (named := _named(columns)) is not None:
        return _choice(named, groups, columns)
    if (named := next((name for name in _NOT_BIASES if name in columns), None)) is not None:
        return _choice(named, groups, columns, _BIASES)
    if len(groups) == 1:
        return _choice(_most_precise(groups[0], columns), groups, columns)
    raise user_error(
        where,
        f"has {len(groups)} columns of rates that differ",
        got=either(_shown([group[0] for group in groups]), last="and"),
        hint=f"pass {either([f'--column {shlex.quote(visible(group[0]))}' for group in groups[:3]])}",
    )


def no_rates(table: Table, where: str) -> RequestError:
    """Return the error for a table without learning rates."""
    if empty := [name for name in table.columns if is_rate(name)]:
        rejected = numbers(table.columns[empty[0]]).first_rejected
        got = f"{quote(rejected)} in {visible(empty[0])}" if rejected else f"no numbers in {visible(empty[0])}"
        return user_error(where, "must have rates that are numbers", got=got)
    names = _shown([name for name in table.columns if numbers(table.columns[name]).count > 0])
    return user_error(
        where,
        "must have a column of learning rates, such as lr or learning_rate",
        got=f"columns {either(names, last='and')}" if names else "no numbers",
        hint="pass --column NAME if one of them has the rates" if names else None,
    )


def _requested(table: Table, column: str, where: str) -> Choice:
    if not table.columns:
        raise no_rates(table, where)
    name = column_named(table, column)
    if name is None:
        hint = did_you_mean(column, table.columns) or f"it has {either(_shown(list(table.columns)), last='and')}"
        raise user_error("--column", f"must be a column of {where}", got=quote(column), hint=hint)
    rates = numbers(table.columns[name])
    if not rates.count:
        raise user_error("--column", "must be a column of numbers", got=quote(column))
    return Choice(name=name, rates=rates, tolerances=tolerances(rates, single=table.single))


@dataclass(frozen=True, eq=False)
class _Measured:
    """A column of rates with its tolerances."""

    rates: Numbers
    tolerances: Floats


def _measured(table: Table, name: str) -> _Measured:
    rates = numbers(table.columns[name])
    return _Measured(rates, tolerances(rates, single=table.single))


def _named(columns: Mapping[str, _Measured]) -> str | None:
    """Return the column whose name needs no choice: of several, one that changes; settings are logged too."""
    changing = [name for name, column in columns.items() if _changes(column)]
    return exact(columns) if exact(changing) is None else exact(changing)


def _changes(column: _Measured) -> bool:
    rates = column.rates.values
    first = rates[np.isfinite(rates)][0]
    return bool(np.nanmax(np.abs(rates - first) - column.tolerances) > 0)


def _choice(name: str, groups: Sequence[Sequence[str]], columns: Mapping[str, _Measured], reason: str = "") -> Choice:
    also = tuple(other for group in groups if name in group for other in group if other != name)
    others = [group[0] for group in groups if name not in group]
    notes: tuple[str, ...] = ()
    if others:
        differ = f"{either(map(visible, _shown(others)), last='and')} {'differs' if len(others) == 1 else 'differ'}"
        notes = (f"read {visible(name)}; {differ}{f': {reason}' if reason else ''}",)
    measured = columns[name]
    return Choice(name=name, rates=measured.rates, tolerances=measured.tolerances, also=also, notes=notes)


def damaged_names(table: Table, name: str) -> tuple[str, ...]:
    """Return the note on columns of a few rows whose name has one other character than the one that is read."""
    notes: list[str] = []
    for other in table.columns:
        if len(other) == len(name) and sum(map(str.__ne__, other, name)) == 1:
            count = numbers(table.columns[other]).count
            if 0 < count < LEAST_ROWS:
                rows = "1 row has" if count == 1 else f"{count} rows have"
                notes.append(f"{rows} {quote(other)} instead of {visible(name)}: not read")
    return tuple(notes)


def _same_rates(columns: Mapping[str, _Measured], table: Table) -> list[list[str]]:
    """Return the names in groups with the same rates. The average over an epoch does not count beside the steps."""
    groups: list[list[str]] = []
    for name, column in columns.items():
        if name.endswith("_epoch") and name.removesuffix("_epoch") + "_step" in columns:
            continue
        group = next((group for group in groups if _same(columns[group[0]], column, table)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


def _same(one: _Measured, other: _Measured, table: Table) -> bool:
    """Return whether two columns have the same rates in the same rows, or else at the same steps."""
    present, other_present = np.isfinite(one.rates.values), np.isfinite(other.rates.values)
    both = np.flatnonzero(present & other_present)
    if len(both):
        return _are_enough(both, present, other_present) and _close(one, other, both, both)
    for step in steps(table.columns):
        times = numbers(table.columns[step]).values
        _, at, other_at = np.intersect1d(times[present], times[other_present], return_indices=True)
        if _are_enough(at, present, other_present):
            return _close(one, other, np.flatnonzero(present)[at], np.flatnonzero(other_present)[other_at])
    return False


def _are_enough(common: Indices, present: NDArray[np.bool_], other_present: NDArray[np.bool_]) -> bool:
    """Return whether columns have enough rows in common that their rates show whether they are the same."""
    return bool(len(common) >= min(_LEAST_COMMON, present.sum(), other_present.sum()))


def _close(one: _Measured, other: _Measured, rows: Indices, other_rows: Indices) -> bool:
    difference = np.abs(one.rates.values[rows] - other.rates.values[other_rows])
    return bool(np.all(difference <= one.tolerances[rows] + other.tolerances[other_rows]))


def _most_precise(names: Sequence[str], columns: Mapping[str, _Measured]) -> str:
    return min(names, key=lambda name: (-columns[name].rates.count, np.nansum(columns[name].tolerances)))


def _shown(names: Sequence[str]) -> list[str]:
    shown = [visible(name) for name in names[:_SHOWN]]
    return shown if len(names) <= _SHOWN else [*shown[:-1], f"{len(names) - _SHOWN + 1} more"]
