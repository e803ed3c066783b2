"""The steps per epoch are rounded the other way: the horizon differs by one update per epoch."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count

RANK = 6.0


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with one update per epoch less or more."""
    planned, each = case.planned, case.planned.steps_per_epoch
    if not each or not planned.has_horizon or planned.total % each:
        return
    for by in (-1, 1):
        if planned.total // each * (each + by) <= planned.warmup:
            continue
        for shape in case.shapes:
            yield _explanation(planned, shape, each, by)


def _explanation(planned: Planned, shape: Planned, each: int, by: int) -> Explanation:
    total = planned.total // each * (each + by)
    return Explanation(
        story="rounded-epoch",
        rank=RANK,
        rates=lambda t: shape.rates(t, total=total),
        verdict=f"The horizon is {count(total)}, planned {count(planned.total)}: {count(each + by)} updates per "
        f"epoch instead of {count(each)}",
        clause=f"a horizon of {count(total)}",
        advice=f"The updates per epoch are rounded {'down' if by < 0 else 'up'}: check drop_last, and how "
        "batches are divided by the accumulation.",
        values={"horizon": total, "planned": planned.total},
    )
