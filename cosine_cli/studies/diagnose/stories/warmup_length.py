"""The warmup is shorter, longer or missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.fitting import fitted, roundest
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.wording import count, rate, rate_pair
from cosine_cli.studies.diagnose.stories.ends_in_warmup import shorter_warmup

RANK = 7.0
_FITTED = 7.5
_MOST = 100.0
_SAME = 0.5
"""Warmups that differ by less are of the same length: another story has the planned one that counts from 1."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan without a warmup, with a fitted one, and with one that is longer than the run."""
    planned = case.planned
    if planned.milestones == () and not planned.decays and not planned.warmup:
        return
    if planned.warmup:
        yield _without(planned)
    if case.is_constant:
        return
    for keeps_end in (True, False):
        length = _fitted(case, keeps_end=keeps_end)
        if length is None or length >= case.last:
            continue
        yield _explanation(planned, length, keeps_end=keeps_end)
    length = _fitted(case, keeps_end=True, from_first=True)
    if length is not None and length < case.last and abs(length - planned.warmup) > _SAME:
        yield _explanation(planned, length, keeps_end=True, from_first=True)
    yield from _longer_than_run(case)


def _without(planned: Planned) -> Explanation:
    return Explanation(
        story="no-warmup",
        rank=RANK,
        rates=lambda t: planned.rates(t, warmup=0.0),
        verdict=f"There is no warmup, planned {count(planned.warmup)}: the rate begins at the peak, "
        f"{rate(planned.peak)}",
        clause="no warmup",
        advice="Check the name of the option: a scheduler without a warmup ignores it.",
        values={"warmup": 0, "planned": planned.warmup},
    )


def _rates(planned: Planned, length: float | Rates, t: Rates, *, keeps_end: bool, from_first: bool = False) -> Rates:
    """Return rates with a warmup of another length; the decay is shorter by it, or it keeps its length.

    - ``from_first``: whether the first update already has the first step above the start.
    """
    total = float(planned.total) if keeps_end else planned.total + length - planned.warmup
    rates = planned.rates(t, warmup=length, total=total)
    if not from_first:
        return rates
    next_ones = planned.rates(np.maximum(t, 0.0) + 1.0, warmup=length, total=total)
    return np.where(t < length - 1, next_ones, np.where(t < length, planned.peak, rates))


def _fitted(case: Case, *, keeps_end: bool, from_first: bool = False) -> float | None:
    """Return the length of the warmup of the least squares, as short as it fits."""
    planned = case.planned
    most = min(planned.total * 0.999 if keeps_end else planned.total * _MOST, max(case.last, 2.0) * 0.999)
    if most <= 1:
        return None

    rates = partial(_rates, planned, keeps_end=keeps_end, from_first=from_first)
    length = fitted(lambda t, lengths: rates(lengths, t), case.rows, 1.0, most)
    if length is None:
        return None
    return roundest(
        length,
        lambda length: (
            case.rows.error(rates(length, case.times)) if length < planned.total or not keeps_end else np.inf
        ),
    )


def _explanation(planned: Planned, length: float, *, keeps_end: bool, from_first: bool = False) -> Explanation:
    return Explanation(
        story="warmup-length",
        rank=_FITTED + 0.01 * (not keeps_end) + 0.02 * from_first,
        rates=partial(_rates, planned, length, keeps_end=keeps_end, from_first=from_first),
        verdict=f"The warmup is {count(length)} updates, planned {count(planned.warmup)}"
        + ", and it counts from 1" * from_first,
        clause=f"a warmup of {count(length)}{' that counts from 1' * from_first}",
        consequence="After it, the decay ends as planned."
        if keeps_end
        else "The decay after it is as long as planned.",
        advice="Check the unit of the warmup (steps, batches or epochs) and the default of the trainer.",
        values={"warmup": length, "planned": planned.warmup},
    )


def _longer_than_run(case: Case) -> Iterator[Explanation]:
    """Yield a straight line to the peak that the rows do not reach, from its own start or the planned one."""
    planned, rows = case.planned, case.rows
    if np.any(np.diff(rows.rates) < -rows.tolerances[1:]) or case.last < planned.total * 0.5:
        return
    for start in dict.fromkeys((planned.first, _start_of_line(rows, planned.peak))):
        length = _length_to_peak(rows, start, planned.peak)
        if length is None or length < case.last:
            continue
        yield _unfinished(case, start, length)


def _start_of_line(rows: Rows, peak: float) -> float:
    """Return the rate at time 0 of a straight line through the rows, as a share of the peak with few digits."""
    times = rows.times - rows.times.mean()
    slope = float(times @ rows.rates / (times @ times))
    start = float(rows.rates.mean() - slope * rows.times.mean())
    return max(float(f"{start / peak:.3g}"), 0.0) * peak


def _length_to_peak(rows: Rows, start: float, peak: float) -> float | None:
    """Return when a straight line from the start through the rows reaches the peak."""
    slope = float(rows.times @ (rows.rates - start)) / float(rows.times @ rows.times)
    if not slope > 0:
        return None
    return roundest((peak - start) / slope, lambda length: rows.error(_line(start, peak, length, rows.times)))


def _line(start: float, peak: float, length: float, t: Rates) -> Rates:
    return start + (peak - start) * (np.maximum(t, 0.0) / length)


def _unfinished(case: Case, start: float, length: float) -> Explanation:
    planned = case.planned
    peaks = rate_pair(float(case.rows.rates.max()), planned.peak)
    starts = f"The warmup starts at {rate(start)}, planned {rate(planned.first)}." if start != planned.first else ""
    return Explanation(
        story="warmup-longer-than-run",
        rank=RANK + 0.1 * bool(starts),
        rates=lambda t: _line(start, planned.peak, length, t),
        verdict=f"The run ends inside its warmup: {count(planned.total)} steps, warmup {count(length)}, planned "
        f"{count(planned.warmup)}",
        clause=f"a warmup of {count(length)}",
        consequence=f"The peak {peaks[1]} is never reached; the highest rate is {peaks[0]}.",
        advice=shorter_warmup(planned.total),
        besides=(starts,) if starts else (),
        values={"warmup": length, "planned": planned.warmup, "start": start},
    )
