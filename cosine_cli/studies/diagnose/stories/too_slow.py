"""The scheduler is stepped once in several updates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count
from cosine_cli.studies.diagnose.stories.too_fast import known

RANK = 5.0
_KNOWN = 4.6
_MOST = 64


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan at the update divided by k, in stairs and without, for the factors that fit best."""
    planned = case.planned
    for stairs in (False, True):
        if not stairs and not planned.warmup and planned.has_horizon:
            continue  # the horizon is k times too long
        factors = np.arange(2, _MOST + 1)
        errors = case.few.errors(planned(slower(case.few.times, factors[:, None], stairs=stairs)))
        for k in factors[np.argsort(errors, kind="stable")[:2]].tolist():
            yield Explanation(
                story="too-slow",
                rank=(_KNOWN if k in known(case) else RANK) + 0.01 * stairs,
                rates=partial(_rates, planned, k, stairs=stairs),
                verdict=f"The schedule is {k} times too slow: its end is at update {count(planned.total * k)}, "
                f"planned {count(planned.total)}",
                clause=f"stepped once in {k} updates" if stairs else f"{k} times too slow",
                consequence=case.consequence(partial(_rates, planned, k, stairs=stairs)),
                advice=_advice(k, case, stairs=stairs),
                same=""
                if stairs
                else f"Same curve: a horizon{' and a warmup' * bool(planned.warmup)} {k} times too large, "
                "as when they are counted in batches instead of updates.",
                values={"factor": k, "stairs": stairs},
            )


def slower(t: Rates, k: Any, *, stairs: bool) -> Rates:
    """Return the time of a scheduler that is stepped once in k updates."""
    slow: Rates = np.maximum(t, 0.0) / k
    return np.floor(slow) if stairs else slow


def _advice(k: int, case: Case, *, stairs: bool) -> str:
    if stairs:
        return f"The log counts batches of which {k} are accumulated, or the scheduler is stepped once in {k} updates."
    if k == case.facts.accumulate:
        return f"With accumulation {k}: give the scheduler its lengths in updates, not in batches."
    if k == case.facts.processes:
        return f"With {k} processes: give the scheduler the lengths of one process."
    return f"Divide the scheduler's lengths by {k}. With accumulation {k} or {k} processes, look there first."


def _rates(planned: Planned, k: int, t: Rates, *, stairs: bool) -> Rates:
    return planned(slower(t, k, stairs=stairs))
