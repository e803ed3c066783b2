"""The decay ends at another rate than planned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import percent, rate, rate_pair

RANK = 6.5
_FITTED = 8.56
"""The rank of a floor with many digits, after another horizon, which may give the same rates within the run."""

_DIGITS = 4


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with the floor that fits best."""
    planned = case.planned
    if not planned.has_horizon:
        return
    inside = case.times >= planned.warmup
    share = (planned(case.times) - planned.floor) / (planned.peak - planned.floor)
    rest = np.where(inside, 1.0 - share, 0.0)
    if not rest @ rest > 0:
        return
    floor = float(rest @ (case.rows.rates - planned.peak * share) / (rest @ rest))
    best = case.rows.error(_rates(planned, floor, case.times))
    rounded = (0.0, *(float(f"{floor:.{digits}g}") for digits in range(1, 10)))
    floor = next((each for each in rounded if case.rows.error(_rates(planned, each, case.times)) <= best * 1.02), floor)
    if floor < 0:
        return
    texts = rate_pair(floor, planned.floor)
    yield Explanation(
        story="other-floor",
        rank=RANK if floor == float(f"{floor:.{_DIGITS - 1}e}") else _FITTED,
        rates=lambda t: _rates(planned, floor, t),
        verdict=f"The rate falls to {texts[0]} ({percent(floor / planned.peak)} of the peak), planned {texts[1]}",
        clause=f"a floor of {rate(floor)}",
        advice="Check the floor of the scheduler (eta_min, min_lr) and whether it is a rate or a share of the peak.",
        values={"floor": floor, "planned": planned.floor},
    )


def _rates(planned: Planned, floor: float, t: Rates) -> Rates:
    """Return the plan with another floor of its decay."""
    rates = planned(t)
    share = (rates - planned.floor) / (planned.peak - planned.floor)
    return np.where(t < planned.warmup, rates, floor + (planned.peak - floor) * share)
