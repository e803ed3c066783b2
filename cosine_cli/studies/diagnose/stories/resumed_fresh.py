"""The run is resumed with a new scheduler: the schedule begins again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.tail import best_places, joined, tail
from cosine_cli.studies.diagnose.core.wording import count

RANK = 8.2


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan that begins again at the time that fits best."""
    planned, rest = case.planned, tail(case)
    if rest is None:
        return

    def again(at: Any, t: Rates) -> Rates:
        return planned(t - at)

    for at in best_places(rest.rows, rest.all_places, again):
        yield Explanation(
            story="resumed-fresh",
            rank=RANK,
            rates=joined(planned, at, partial(again, at)),
            verdict=f"Resumed with a new scheduler at update {count(at)}: the schedule begins again",
            clause=f"resumed with a new scheduler at update {count(at)}",
            advice="Restore the scheduler with load_state_dict, after it is created and before the first update.",
            values={"at": at},
        )
