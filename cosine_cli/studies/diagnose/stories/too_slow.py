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
_LONGER = 1.5
"""A log with times above so many times the length of the plan counts in another unit."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan at the update divided by k, in stairs and without, for the factors that fit best."""
    planned = case.planned
    counts_epochs = planned.unit == "epoch" and planned.steps_per_epoch is None  # an epoch has no batches to accumulate
    is_longer = case.last > _LONGER * planned.total and not counts_epochs
    for stairs in (False, True):
        if not (stairs or is_longer or planned.warmup) and planned.has_horizon:
            continue  # the horizon is k times too long
        factors = np.arange(2, _MOST + 1)
        errors = case.few.errors(planned(slower(case.few.times, factors[:, None], stairs=stairs)))
        for k in factors[np.argsort(errors, kind="stable")[:2]].tolist():
            yield (_in_batches if is_longer else _too_slow)(case, k, stairs=stairs)


def _too_slow(case: Case, k: int, *, stairs: bool) -> Explanation:
    planned = case.planned
    return Explanation(
        story="too-slow",
        rank=(_KNOWN if k in known(case) else RANK) + 0.01 * stairs,
        rates=partial(_rates, planned, k, stairs=stairs),
        verdict=f"The schedule is {k} times too slow: its end is at update {count(planned.total * k)}, "
        f"planned {count(planned.total)}",
        clause=f"stepped once in {k} updates" if stairs else f"{k} times too slow",
        consequence=case.ends(partial(_rates, planned, k, stairs=stairs)),
        advice=_advice(k, case, stairs=stairs),
        same=""
        if stairs
        else f"Same curve: a horizon{' and a warmup' * bool(planned.warmup)} {k} times too large, "
        "as when they are counted in batches instead of updates.",
        values={"factor": k, "stairs": stairs},
    )


def _in_batches(case: Case, k: int, *, stairs: bool) -> Explanation:
    """Return the same for a log that is longer than the plan: its steps are then not the updates of the plan."""
    is_known = k in known(case)
    return Explanation(
        story="log-in-batches",
        rank=_KNOWN + 0.01 * stairs,
        covers=frozenset({"horizon"}),
        rates=partial(_rates, case.planned, k, stairs=stairs),
        verdict=f"Matches: the log counts batches, {k} for each planned update"
        if is_known
        else f"The log has {k} steps for each planned update",
        clause=f"{k} steps of the log for each update",
        advice=""
        if is_known
        else f"If it counts batches of which {k} are accumulated, it matches: pass --accumulate {k}. Else the schedule "
        f"is {k} times too slow.",
        deviates=not is_known,
        compares=False,
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
