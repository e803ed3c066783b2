"""The run is resumed without the optimizer's rate: the scheduler continues from the peak."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.tail import best_places, joined, tail
from cosine_cli.studies.diagnose.core.wording import count, rate

RANK = 8.4


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan that is scaled to the peak where it is resumed, with its floor scaled or as planned."""
    planned, rest = case.planned, tail(case)
    if rest is None or rest.by <= planned.warmup:
        return
    for floor in dict.fromkeys((0.0, planned.floor)):
        scaled = partial(_scaled, planned, floor)
        places = np.unique(np.concatenate([rest.places - 1, rest.places]))
        for at in best_places(rest.rows, places, scaled):
            yield Explanation(
                story="resumed-base",
                rank=RANK,
                rates=joined(planned, rest.by, partial(scaled, at)),
                verdict=f"Resumed at update {count(at)} without the optimizer's rate: the decay continues from "
                f"{rate(planned.peak)}",
                clause=f"resumed at update {count(at)} without the optimizer's rate",
                advice="Restore the optimizer's state before the scheduler is created: schedulers compute each rate "
                "from the one before.",
                values={"at": at},
            )


def _scaled(planned: Planned, floor: float, at: Any, t: Rates) -> Rates:
    """Return the plan whose distance from the floor is scaled so that it has the peak at a time."""
    there = planned(np.asarray(at, dtype=np.float64)) - floor
    return floor + (planned(t) - floor) * ((planned.peak - floor) / np.where(there > 0, there, np.nan))
