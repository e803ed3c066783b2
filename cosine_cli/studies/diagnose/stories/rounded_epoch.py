"""The steps per epoch are rounded the other way: the horizon differs by one update per epoch."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.wording import count

RANK = 6.0


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with one update per epoch less or more."""
    planned, each = case.planned, case.planned.steps_per_epoch
    if not each or not planned.has_horizon or planned.total % each:
        return
    epochs = planned.total // each
    for by, rounding in ((-1, "down"), (1, "up")):
        total = epochs * (each + by)
        if total <= planned.warmup:
            continue
        yield Explanation(
            story="rounded-epoch",
            rank=RANK,
            rates=lambda t, total=total: planned.rates(t, total=total),  # type: ignore[misc]
            verdict=f"The horizon is {count(total)}, planned {count(planned.total)}: {count(each + by)} updates per "
            f"epoch instead of {count(each)}",
            clause=f"a horizon of {count(total)}",
            advice=f"The updates per epoch are rounded {rounding}: check drop_last, and how batches are divided by the "
            "accumulation.",
            values={"horizon": total, "planned": planned.total},
        )
