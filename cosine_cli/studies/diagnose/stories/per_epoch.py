"""The scheduler is stepped once per epoch, although its horizon is in updates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count

RANK = 4.5
_INFERRED = 8.8
"""The rank of a length of an epoch that only the log shows."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan at the number of whole epochs."""
    planned = case.planned
    for each in _lengths(case):
        yield Explanation(
            story="per-epoch",
            rank=RANK if each == planned.steps_per_epoch else _INFERRED,
            rates=partial(_rates, planned, each),
            verdict=f"The scheduler is stepped once per epoch of {count(each)} updates, but its horizon is "
            f"{count(planned.total)} updates",
            clause=f"stepped once in {count(each)} updates",
            consequence=case.consequence(partial(_rates, planned, each)),
            advice="Call scheduler.step() after each optimizer.step(), or give the scheduler its lengths in epochs.",
            values={"steps_per_epoch": each},
        )


def _lengths(case: Case) -> Iterator[int]:
    """Yield the steps per epoch of the plan, else the greatest common divisor of the times of the changes."""
    if case.planned.steps_per_epoch and case.planned.steps_per_epoch > 1:
        yield case.planned.steps_per_epoch
        return
    rows = case.rows
    if not case.whole or len(rows) < 3 or rows.gaps.max() > 1:  # noqa: PLR2004 - two changes
        return
    changes = np.flatnonzero(np.abs(np.diff(rows.rates)) > rows.tolerances[1:] + rows.tolerances[:-1]) + 1
    if changes.size:
        length = int(np.gcd.reduce(rows.times[changes].astype(np.int64)))
        if length > 1:
            yield length


def _rates(planned: Planned, each: int, t: Rates) -> Rates:
    return planned(np.floor(np.maximum(t, 0.0) / each))
