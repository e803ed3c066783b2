"""The decay begins before or after the end of the warmup: the milestone of a sequence is not the warmup's length."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.fitting import fitted, roundest
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count

RANK = 8.34


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with the decay joined at the time that fits best."""
    planned = case.planned
    if not planned.warmup or not planned.has_horizon or case.is_constant:
        return
    for early in (True, False):
        for keeps_end in (False, True):
            at = _fitted(case, early=early, keeps_end=keeps_end)
            if at is None:
                continue
            texts = f"at update {count(at)}, the warmup ends at {count(planned.warmup)}"
            yield Explanation(
                story="joined-elsewhere",
                rank=RANK,
                rates=partial(_rates, planned, at, keeps_end=keeps_end),
                verdict=f"The decay begins {texts}: "
                + ("the rate jumps" if early else "the rate is constant between them"),
                clause=f"a decay that begins at update {count(at)}",
                advice=f"Set milestones=[{count(planned.warmup)}] of SequentialLR to the length of the warmup.",
                values={"milestone": at, "warmup": planned.warmup},
            )


def _rates(planned: Planned, at: float | Rates, t: Rates, *, keeps_end: bool) -> Rates:
    """Return the warmup until the decay begins at another time."""
    t = np.maximum(t, 0.0)
    length = planned.total - planned.warmup
    pace = length / np.maximum(planned.total - at, 1e-9) if keeps_end else 1.0
    ramp = planned.ramp(np.minimum(t / planned.warmup, 1.0), planned.peak)
    return np.where(t < at, ramp, planned.decay(np.maximum(t - at, 0.0) * pace))


def _fitted(case: Case, *, early: bool, keeps_end: bool) -> float | None:
    planned = case.planned
    low, high = (1.0, planned.warmup) if early else (planned.warmup, min(case.last, planned.total - 1.0))
    if high <= low:
        return None
    found = fitted(lambda t, places: _rates(planned, places, t, keeps_end=keeps_end), case.rows, low, high)
    if found is None:
        return None
    return roundest(found, lambda each: case.rows.error(_rates(planned, each, case.times, keeps_end=keeps_end)))
