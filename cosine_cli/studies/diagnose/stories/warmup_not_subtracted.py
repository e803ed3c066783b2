"""The decay takes the whole horizon after the warmup."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.wording import count

RANK = 6.1


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with a decay that is longer by the warmup."""
    planned = case.planned
    if not planned.warmup or not planned.has_horizon:
        return
    total = planned.total + planned.warmup
    yield Explanation(
        story="warmup-not-subtracted",
        rank=RANK,
        rates=lambda t: planned.rates(t, total=total),
        verdict=f"The warmup is not part of the horizon: the decay takes {count(planned.total)} updates after a "
        f"warmup of {count(planned.warmup)}",
        clause="a warmup that is not part of the horizon",
        consequence=case.consequence(lambda t: planned.rates(t, total=total)),
        advice=f"Give the decay {count(planned.total - planned.warmup)} updates: the run minus its warmup.",
        values={"horizon": total, "planned": planned.total, "warmup": planned.warmup},
    )
