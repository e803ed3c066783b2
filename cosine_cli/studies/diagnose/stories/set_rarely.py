"""The rate is set once in several updates, to the planned one at that time: in each rollout or each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.inverse import branches
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.wording import count

RANK = 8.7
_WHOLE = 0.01
"""The largest difference from a whole update."""

_RARE = 0.005
"""A rate that is set less often than this share of the run deviates from the plan."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan at the multiples of the number of updates of which all rates are those."""
    planned = case.planned
    each = _common(planned, case.rows) if planned.decays and not planned.milestones else 0
    if each <= 1 or each >= planned.total:
        return
    rare = each > _RARE * planned.total
    yield Explanation(
        story="set-rarely",
        rank=RANK,
        rates=partial(_rates, planned, each),
        verdict=f"{'The' if rare else 'Matches, but the'} rate is set once in {count(each)} updates, to the planned "
        "one of that time",
        clause=f"set once in {count(each)} updates",
        advice="Call scheduler.step() after each update, or plan it with --update epoch."
        if rare
        else "Harmless: such as once per rollout or epoch.",
        values={"every": each},
        deviates=rare,
        compares=rare,
    )


def _common(planned: Planned, rows: Rows) -> int:
    """Return the greatest common divisor of the updates with the rates of the rows; 0 if they are not whole."""
    down = branches(planned).down
    if down is None:
        return 0
    inside = (rows.times > planned.warmup) & (rows.rates < planned.peak) & (rows.rates > planned.floor)
    times = down.time_of(rows.rates[inside])
    if not times.size or np.any(np.abs(times - np.round(times)) > _WHOLE):
        return 0
    return int(np.gcd.reduce(np.round(times).astype(np.int64)))


def _rates(planned: Planned, each: int, t: Rates) -> Rates:
    return planned(np.floor(np.maximum(t, 0.0) / each) * each)
