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
from cosine_cli.studies.diagnose.core.wording import count, rate, rate_pair

RANK = 7.0
_FITTED = 7.5
_MOST = 100.0


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan without a warmup, with a fitted one, and with one that is longer than the run."""
    planned = case.planned
    if not planned.decays and not planned.warmup:
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


def _rates(planned: Planned, length: float | Rates, t: Rates, *, keeps_end: bool) -> Rates:
    """Return rates with a warmup of another length; the decay is shorter by it, or it keeps its length."""
    total = float(planned.total) if keeps_end else planned.total + length - planned.warmup
    return planned.rates(t, warmup=length, total=total)


def _fitted(case: Case, *, keeps_end: bool) -> float | None:
    """Return the length of the warmup of the least squares, as short as it fits."""
    planned = case.planned
    most = min(planned.total * 0.999 if keeps_end else planned.total * _MOST, max(case.last, 2.0) * 0.999)
    if most <= 1:
        return None

    length = fitted(lambda t, lengths: _rates(planned, lengths, t, keeps_end=keeps_end), case.rows, 1.0, most)
    if length is None:
        return None
    return roundest(
        length,
        lambda length: (
            case.rows.error(_rates(planned, length, case.times, keeps_end=keeps_end))
            if length < planned.total or not keeps_end
            else np.inf
        ),
    )


def _explanation(planned: Planned, length: float, *, keeps_end: bool) -> Explanation:
    return Explanation(
        story="warmup-length",
        rank=_FITTED + 0.01 * (not keeps_end),
        rates=partial(_rates, planned, length, keeps_end=keeps_end),
        verdict=f"The warmup is {count(length)} updates, planned {count(planned.warmup)}",
        clause=f"a warmup of {count(length)}",
        consequence="After it, the decay ends as planned."
        if keeps_end
        else "The decay after it is as long as planned.",
        advice="Check the unit of the warmup (updates, batches or epochs) and the default of the trainer.",
        values={"warmup": length, "planned": planned.warmup},
    )


def _longer_than_run(case: Case) -> Iterator[Explanation]:
    """Yield a warmup that the rows do not leave, from the planned start or from the first row."""
    planned, rows = case.planned, case.rows
    if np.any(np.diff(rows.rates) < -rows.tolerances[1:]) or case.last < planned.total * 0.5:
        return
    share = (rows.times @ (rows.rates - planned.first)) / (rows.times @ rows.times)
    if not share > 0:
        return
    length = roundest(
        float((planned.peak - planned.first) / share),
        lambda length: rows.error(planned.ramp(np.maximum(rows.times, 0.0) / length, planned.peak)),
    )
    if length < case.last:
        return
    peaks = rate_pair(float(rows.rates.max()), planned.peak)
    yield Explanation(
        story="warmup-longer-than-run",
        rank=RANK,
        rates=lambda t: planned.ramp(np.maximum(t, 0.0) / length, planned.peak),
        verdict=f"The run ends inside its warmup: {count(planned.total)} steps, warmup {count(length)}, planned "
        f"{count(planned.warmup)}",
        clause=f"a warmup of {count(length)}",
        consequence=f"The peak {peaks[1]} is never reached; the highest rate is {peaks[0]}.",
        advice=f"Make the warmup shorter than the run, for example 5% ({count(round(planned.total * 0.05))} steps).",
        values={"warmup": length, "planned": planned.warmup},
    )
