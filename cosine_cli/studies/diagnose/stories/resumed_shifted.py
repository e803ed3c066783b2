"""The resumed schedule is some updates off: saved before the step, or stepped twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.tail import joined, tail
from cosine_cli.studies.diagnose.core.wording import plural

RANK = 8.3
_MOST = 8


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan that is some updates late or early from a row on."""
    planned, rest = case.planned, tail(case)
    if rest is None:
        return
    for size in range(1, _MOST + 1):
        for by in (-size, size):
            way = "behind" if by < 0 else "ahead of"
            yield Explanation(
                story="resumed-shifted",
                rank=RANK + (size - 1) / 100,
                rates=joined(planned, rest.by, partial(_shifted, planned, by)),
                verdict=f"From {case.place(rest.by)} on, the rate is {plural(size, 'update')} {way} the plan",
                clause=f"resumed {plural(size, 'update')} {'late' if by < 0 else 'early'}",
                advice="Save and restore the scheduler's state together with the optimizer's, after scheduler.step()."
                if by < 0
                else "The scheduler is stepped once too often at the resume: restore its state, do not step it again.",
                same="Same curve: one update skipped by fp16 loss scaling there." if by == -1 else "",
                covers=frozenset({"missed-updates"} if by == -1 else ()),
                values={"from": rest.by - case.offset, "updates": by},
            )


def _shifted(planned: Planned, by: int, t: Rates) -> Rates:
    return planned(t + by)
