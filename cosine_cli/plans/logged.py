"""The rates of a log as curves of points, labelled by the file and the column."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import RequestError, user_error
from cosine_cli.logs.core.formats import matching
from cosine_cli.logs.core.log import Log, Series
from cosine_cli.logs.core.rate_choice import LEAST_ROWS
from cosine_cli.logs.core.reading import read_log, rows_with_rates
from cosine_cli.logs.core.source import read_source
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, labelled
from cosine_cli.plans.importers.core.flags import LENGTH, Flags
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.read_as import of_file
from cosine_cli.plans.parse.argv import LogFlags
from cosine_cli.plans.parse.file_words import LOGS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.run_budget import read_budget, with_counts
from cosine_cli.schedules.core.fields import params
from cosine_cli.text import thousands, visible

_SELECTED = {param.name: param for param in params(LogFlags)}

MOST_POINTS = 2000
"""The largest number of rows of a curve, besides those at jumps."""

Rows: TypeAlias = "NDArray[np.int64]"

_JUMP = 0.02
"""The smallest change from one row to the next, relative to the largest rate, that thinning keeps in its place."""


def is_log(path: str) -> bool:
    """Return whether a file is a log, or a folder, judged by the content.

    A file without the suffix of a log must have some rows with rates.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    if not stat.S_ISREG(mode):
        return stat.S_ISDIR(mode)
    try:
        source = read_source(path)
        certain = path.lower().endswith(LOGS)
        return any(
            certain or reader.FORMAT.certain or rows_with_rates(reader.read(source)) >= LEAST_ROWS
            for reader in matching(source)
        )
    except RequestError:  # reading it as a config tells why
        return False


def log_request(path: str, given: Mapping[str, RawValue], selected: Mapping[str, RawValue], name: str) -> Request:
    """Return the rates of a log as curves.

    - ``given``: the options of the run on the command line, of which a log takes its length.
    - ``selected``: the options that select the column and the run.
    - ``name``: the name of the log in the labels, empty if it is added later.

    Raises RequestError for options that would change the rates.
    """
    flags = Flags(with_counts(given, read_budget(given)))
    flags.check_accepted("a log", LENGTH, {})
    column, run = (read(_SELECTED[name], selected[name]) if name in selected else None for name in ("column", "run"))
    log = read_log(path, column=column, run=run, steps_per_epoch=flags.steps_per_epoch)
    return request_of(log, flags, name)


def request_of(log: Log, flags: Flags, name: str) -> Request:
    """Return the rates of each run of a log as a curve with the line style ``points``.

    The run is as long as the log, or as the whole run if the log or an option has its length.

    Raises RequestError for epochs that are fractions without ``--steps-per-epoch``.
    """
    where = visible(log.path)
    unit: TimeUnit = "step" if log.runs[0].unit == "step" else "epoch"
    _check_epochs(log, unit, flags)
    kept = [kept_rows(series) for series in log.runs]
    length = _length(log, unit, flags)
    peak = max(float(series.rates.max()) for series in log.runs)
    return Request(
        unit=unit,
        run={"lr": RawValue(repr(peak), where), **length},
        curves=tuple(
            _curve(series, rows, where, unit, _label(log, number, name))
            for number, (series, rows) in enumerate(zip(log.runs, kept, strict=True), 1)
        ),
        remarks=tuple(of_file(where, remark) for remark in _remarks(log, kept)),
    )


def _check_epochs(log: Log, unit: TimeUnit, flags: Flags) -> None:
    if unit == "epoch":
        flags.check_epochs("the log")
    times = np.concatenate([series.times for series in log.runs])
    if unit == "epoch" and flags.steps_per_epoch is None and (times % 1).any():
        got = f"{times[times % 1 > 0][0]:g}"
        raise user_error(visible(log.path), "has epochs that are fractions", got=got, hint="pass --steps-per-epoch")


def _length(log: Log, unit: TimeUnit, flags: Flags) -> dict[str, RawValue]:
    """Return the length of the run in the unit of the log."""
    where = visible(log.path)
    if unit == "epoch":
        last = max(float(series.times[-1]) for series in log.runs)
        begins_at_0 = all(series.times[0] == 0 for series in log.runs)
        length = flags.epoch_count or computed_value(
            math.floor(last) + 1 if begins_at_0 else math.ceil(last), where, unit
        )
        given = {"steps_per_epoch": flags.given["steps_per_epoch"]} if flags.steps_per_epoch else {}
        return {"epochs": length, **given}
    if log.horizon is not None and flags.length is None:
        return {"steps": computed_value(log.horizon[0], where)}
    last = max(float(series.times[-1]) for series in log.runs)
    return {"steps": flags.length or computed_value(max(math.ceil(last), 1), where)}


def kept_rows(series: Series) -> Rows:
    """Return the rows that are kept: evenly spaced ones, and those at both sides of a jump."""
    count = len(series.times)
    if count <= MOST_POINTS:
        return np.arange(count)
    jumps = np.flatnonzero(np.abs(np.diff(series.rates)) > _JUMP * series.rates.max())[: MOST_POINTS // 2]
    even = np.linspace(0, count - 1, MOST_POINTS).astype(np.int64)
    return np.unique(np.concatenate((even, jumps, jumps + 1)))


def _curve(series: Series, rows: Rows, where: str, unit: TimeUnit, label: str) -> CurveSpec:
    table = {
        "times": computed_list(series.times[rows].tolist(), where, unit),
        "values": RawValue(
            "", where, unit, parts=tuple(RawValue(repr(rate), where) for rate in series.rates[rows].tolist())
        ),
        "after": computed_value("end", where),
        "linestyle": computed_value("points", where),
    }
    return labelled(CurveSpec("piecewise_interpolated", where, unit, table), label)


def _label(log: Log, number: int, name: str) -> str:
    """Return the label of a run: the log and the column, and the number of the run if there are several."""
    run = f", run {number}" if len(log.runs) > 1 else ""
    return f"{name}{': ' if name else ''}{log.runs[number - 1].column}{run}"


def _remarks(log: Log, kept: Sequence[Rows]) -> Iterator[str]:
    """Yield what was read, which rows are used, and up to where the curve is constant because no rate is logged."""
    rows, used = (sum(map(len, parts)) for parts in ([series.times for series in log.runs], kept))
    of = f" of {thousands(rows)}" if used < rows else ""
    yield f"read as a log, {log.format}: {thousands(used)}{of} rows of {log.runs[0].column}, straight lines between"
    yield from log.notes
    unit = log.runs[0].unit
    if unit == "row":
        yield "its rows are counted as epochs"
    first = min(series.times[0] for series in log.runs)
    if first > 1:
        yield f"no rate is logged before {unit} {thousands(first)}: the curve is constant up to it"
