"""From the lines of a pattern to the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from cosine_cli.logs.core.printed_rows import NO_BARS, Row
from cosine_cli.logs.core.printed_times import PrintedTime

STEP, EPOCH, SKIPPED = "step", "epoch", "skipped"
ROUNDED_EPOCH = "epoch (rounded)"
"""A name that is not one of a column of times."""

NOT_RATES = (STEP, EPOCH, SKIPPED, ROUNDED_EPOCH)

Columns = Mapping[str, Sequence[float | str | None]]


def columns_of(names: Sequence[str], rows: Sequence[Row], notes: list[str]) -> Columns:
    """Return the times, the skipped updates and the rates of rows; notes on the times are added."""
    rows = _after_the_first_step(rows, notes)
    return {**_time_columns(rows, notes), **_skipped_column(rows), **_rate_columns(names, rows)}


def _after_the_first_step(rows: Sequence[Row], notes: list[str]) -> Sequence[Row]:
    """Return the rows without progress bars at 0, if others are at their end: an epoch begins where another ends."""
    if not any(row.time.inner == row.time.inner_total != "" for row in rows):
        return rows
    later = [row for row in rows if row.time.inner != "0"]
    if len(later) < len(rows):
        notes.append(f"{len(rows) - len(later)} progress bars at 0 are not read")
    return later


def _rate_columns(names: Sequence[str], rows: Sequence[Row]) -> Columns:
    columns: dict[str, Sequence[float | str | None]] = {}
    for at, printed in enumerate(names):
        name = printed
        while name in columns:
            name += " (again)"
        columns[name] = [row.texts[at] for row in rows]
    return columns


def _skipped_column(rows: Sequence[Row]) -> Columns:
    """Return how many updates were skipped before each row: printed so, or since the row before."""
    if all(row.skipped for row in rows):
        return {SKIPPED: [float(row.skipped) for row in rows]}
    if all(row.skipped_since for row in rows):
        return {SKIPPED: [float(total) for total in accumulate(int(row.skipped_since) for row in rows)]}
    return {}


def _time_columns(rows: Sequence[Row], notes: list[str]) -> Columns:
    times = [row.time for row in rows]
    first = times[0]
    epochs: Columns = {EPOCH: [time.epoch for time in times]} if first.epoch else {}
    if first.word == "update" or (first.word and not (first.epoch and _restarts(times))):
        return {STEP: [time.step for time in times], **epochs}
    if first.word:
        times = [time._replace(inner=time.step, inner_total=time.total) for time in times]
    if first.inner and 1 < len({time.epoch for time in times}) < len(times) and not _restarts(_as_steps(times)):
        return {STEP: [time.inner for time in times], **epochs}
    if times[0].inner:
        return _inner_columns(times, notes)
    if "." in "".join(time.epoch for time in times):
        return _fraction_columns(rows, notes)
    return epochs


def _as_steps(times: Sequence[PrintedTime]) -> list[PrintedTime]:
    return [time._replace(step=time.inner) for time in times]


def _restarts(times: Sequence[PrintedTime]) -> bool:
    """Return whether the steps begin again when an epoch begins."""
    return any(
        float(after.epoch) > float(before.epoch) and int(after.step) <= int(before.step)
        for before, after in pairwise(times)
    )


def _inner_columns(times: Sequence[PrintedTime], notes: list[str]) -> Columns:
    """Return the epochs, and the steps from the start of the run if the number of steps of an epoch is known."""
    epochs: Columns = {EPOCH: [time.epoch for time in times]}
    totals = {time.inner_total for time in times}
    if len({time.epoch for time in times}) == len(times) and all(time.inner == time.inner_total for time in times):
        return epochs
    if len(totals) > 1 or not all(totals):
        return {STEP: [time.inner for time in times], **epochs}
    total = int(totals.pop())
    first = min(int(float(time.epoch)) for time in times)
    base = min(first, 1)
    notes.append(
        f"step = (epoch - {base}) x {total} + step in epoch" if base else f"step = epoch x {total} + step in epoch"
    )
    if first > 1:
        notes.append(f"the first epoch is {first}: epochs are counted from 1")
    return {STEP: [float((int(float(time.epoch)) - base) * total + int(time.inner)) for time in times], **epochs}


def _fraction_columns(rows: Sequence[Row], notes: list[str]) -> Columns:
    """Return epochs with decimals, and the steps of progress bars beside them."""
    epochs = [row.time.epoch for row in rows]
    for side in range(len(NO_BARS)):
        bars = [row.bars[side] for row in rows]
        if all(bars) and _is_proportional([bar[0] for bar in bars if bar], epochs):
            notes.append("the steps are those of the progress bar")
            return {STEP: [bar[0] for bar in bars if bar], EPOCH: epochs}
    if any(before.time.epoch == after.time.epoch and before.texts != after.texts for before, after in pairwise(rows)):
        notes.append("the epochs are printed with too few decimals to tell the rows apart: rows are counted")
        return {ROUNDED_EPOCH: epochs}
    return {EPOCH: epochs}


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
