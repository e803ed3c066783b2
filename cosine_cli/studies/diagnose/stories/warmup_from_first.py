"""The warmup counts from 1: the first update already has the first step above the start."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import rate

RANK = 2.8
_LATE = 8.32
"""The rank if the rows are also one update late: together they are nearly the plan."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with a warmup that is one update ahead."""
    planned = case.planned
    if planned.warmup <= 1:
        return
    first = float(_rates(planned, np.zeros(1))[0])
    yield Explanation(
        story="warmup-from-first",
        rank=_LATE if case.offset else RANK,
        rates=lambda t: _rates(planned, t),
        verdict=f"Matches, but the warmup counts from 1: update 0 has {rate(first)}, planned {rate(planned.first)}",
        clause="a warmup that counts from 1",
        advice="Harmless: libraries differ in it. Write warmup_from=first in the plan.",
        values={"first": first, "planned": planned.first},
        deviates=False,
        compares=False,
    )


def _rates(planned: Planned, t: Rates) -> Rates:
    """Return the plan with the rate of the next update in the warmup."""
    t = np.maximum(t, 0.0)
    share = np.minimum((t + 1.0) / planned.warmup, 1.0)
    target = planned(np.array([planned.warmup]))[0]
    return np.where(t < planned.warmup, planned.ramp(share, target), planned(t))
