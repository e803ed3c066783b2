"""The rate never changes: the scheduler is not stepped, or steps another optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.wording import plural, rate

RANK = 1.0


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the first planned rate, and the peak, for all rows."""
    if not case.is_constant or not (case.planned.decays or case.planned.warmup):
        return
    for value, what in ((case.planned.first, "the rate of update 0"), (case.planned.peak, "the planned peak")):
        yield Explanation(
            story="never-stepped",
            rank=RANK,
            rates=partial(_constant, value),
            verdict=f"The rate never changes: it is {rate(value)} in all {plural(len(case.rows), 'row')}, {what}",
            clause="the scheduler is never stepped",
            advice="Call scheduler.step() after each optimizer.step(), and check that the scheduler has been created "
            "with the optimizer that trains.",
            values={"rate": value},
        )


def _constant(value: float, t: Rates) -> Rates:
    return np.full_like(t, value)
