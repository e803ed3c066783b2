"""The decay begins with the run, and the warmup replaces its first part."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.wording import count, rate

RANK = 6.3


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with a decay that begins with the run."""
    planned = case.planned
    if not planned.warmup or not planned.has_horizon:
        return
    drop = float(planned.rates(np.array([planned.warmup]), clock="run")[0])
    yield Explanation(
        story="warmup-overlaps",
        rank=RANK,
        rates=lambda t: planned.rates(t, clock="run"),
        verdict=f"The warmup overlaps the decay: the decay begins with the run, and the rate falls to {rate(drop)} at "
        f"the end of the warmup (update {count(planned.warmup)})",
        clause="a warmup that overlaps the decay",
        advice="Begin the decay after the warmup (timm: warmup_prefix=True), or give the scheduler the run minus the "
        "warmup.",
        values={"warmup": planned.warmup, "rate_after_warmup": drop},
    )
