"""From the lines of a pattern to the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from cosine_cli.logs.core.printed_rows import NO_BARS, Rows

STEP, EPOCH, SKIPPED = "step", "epoch", "skipped"
ROUNDED_EPOCH = "epoch (rounded)"
"""A name that is not one of a column of times."""

NOT_RATES = (STEP, EPOCH, SKIPPED, ROUNDED_EPOCH)

Columns = Mapping[str, Sequence[float | str | None]]


def columns_of(names: Sequence[str], rows: Rows, notes: list[str]) -> Columns:
    """Return the times, the skipped updates and the rates of rows; notes on the times are added."""
    rows = _after_the_first_step(rows, notes)
    return {**_time_columns(rows, notes), **_skipped_column(rows), **_rate_columns(names, rows)}


def _after_the_first_step(rows: Rows, notes: list[str]) -> Rows:
    """Return the rows without progress bars at 0, if others are at their end: an epoch begins where another ends."""
    if not any(inner == total != "" for inner, total in zip(rows.inners, rows.inner_totals, strict=True)):
        return rows
    later = [line for line, inner in enumerate(rows.inners) if inner != "0"]
    if len(later) == len(rows):
        return rows
    notes.append(f"{len(rows) - len(later)} progress bars at 0 are not read")
    return rows.selected(later)


def _rate_columns(names: Sequence[str], rows: Rows) -> Columns:
    columns: dict[str, Sequence[float | str | None]] = {}
    for printed, rates in zip(names, rows.rates, strict=True):
        name = printed
        while name in columns:
            name += " (again)"
        columns[name] = rates
    return columns


def _skipped_column(rows: Rows) -> Columns:
    """Return how many updates were skipped before each row: printed so, or since the row before."""
    if all(rows.skipped):
        return {SKIPPED: [float(count) for count in rows.skipped]}
    if all(rows.skipped_since):
        return {SKIPPED: [float(total) for total in accumulate(map(int, rows.skipped_since))]}
    return {}


def _time_columns(rows: Rows, notes: list[str]) -> Columns:
    epochs: Columns = {EPOCH: rows.epochs} if rows.epochs[0] else {}
    if rows.word == "update" or (rows.word and not (epochs and _restarts(rows.epochs, rows.steps))):
        return {STEP: rows.steps, **epochs}
    if rows.word:
        return _inner_columns(rows.epochs, rows.steps, rows.totals, notes)
    if rows.inners[0]:
        if 1 < len(set(rows.epochs)) < len(rows) and not _restarts(rows.epochs, rows.inners):
            return {STEP: rows.inners, **epochs}
        return _inner_columns(rows.epochs, rows.inners, rows.inner_totals, notes)
    if "." in "".join(rows.epochs):
        return _fraction_columns(rows, notes)
    return epochs


def _restarts(epochs: Sequence[str], steps: Sequence[str]) -> bool:
    """Return whether the steps begin again when an epoch begins."""
    return any(
        float(epoch) > float(epoch_before) and int(step) <= int(step_before)
        for (epoch_before, step_before), (epoch, step) in pairwise(zip(epochs, steps, strict=True))
    )


def _inner_columns(
    epochs: Sequence[str], inners: Sequence[str], inner_totals: Sequence[str], notes: list[str]
) -> Columns:
    """Return the epochs, and the steps from the start of the run if the number of steps of an epoch is known."""
    if len(set(epochs)) == len(epochs) and inners == inner_totals:
        return {EPOCH: epochs}
    totals = set(inner_totals)
    if len(totals) > 1 or not all(totals):
        return {STEP: inners, EPOCH: epochs}
    total = int(totals.pop())
    first = min(int(float(epoch)) for epoch in epochs)
    base = min(first, 1)
    notes.append(
        f"step = (epoch - {base}) x {total} + step in epoch" if base else f"step = epoch x {total} + step in epoch"
    )
    if first > 1:
        notes.append(f"the first epoch is {first}: epochs are counted from 1")
    steps = [
        float((int(float(epoch)) - base) * total + int(inner)) for epoch, inner in zip(epochs, inners, strict=True)
    ]
    return {STEP: steps, EPOCH: epochs}


def _fraction_columns(rows: Rows, notes: list[str]) -> Columns:
    """Return epochs with decimals, and the steps of progress bars beside them."""
    for side in range(len(NO_BARS)):
        steps = [bar[0] for bars in rows.bars if (bar := bars[side])]
        if len(steps) == len(rows) and _is_proportional(steps, rows.epochs):
            notes.append("the steps are those of the progress bar")
            return {STEP: steps, EPOCH: rows.epochs}
    lines = zip(rows.epochs, rows.printed(), strict=True)
    if any(epoch == next_epoch and rates != next_rates for (epoch, rates), (next_epoch, next_rates) in pairwise(lines)):
        notes.append("the epochs are printed with too few decimals to tell the rows apart: rows are counted")
        return {ROUNDED_EPOCH: rows.epochs}
    return {EPOCH: rows.epochs}


def _is_proportional(steps: Sequence[str], epochs: Sequence[str]) -> bool:
    """Return whether epochs are steps times a number, up to their decimals and to one step."""
    last = max(range(len(steps)), key=lambda at: int(steps[at]))
    if not int(steps[last]) or not float(epochs[last]):
        return False
    per_step = float(epochs[last]) / int(steps[last])
    decimals = max(len(epoch.partition(".")[2]) for epoch in epochs)
    return all(
        abs(int(step) * per_step - float(epoch)) <= per_step + 10.0**-decimals
        for step, epoch in zip(steps, epochs, strict=True)
    )
