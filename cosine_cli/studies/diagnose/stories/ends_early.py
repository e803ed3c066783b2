"""Each phase ends one update early: its first and its last update have the rates of its ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned, Warp
from cosine_cli.studies.diagnose.core.wording import count

RANK = 2.9
_LATE = 8.33
"""The rank if the rows are also one update late: together they are nearly the plan."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan whose warmup and decay end one update early, and the one whose warmup does."""
    planned = case.planned
    if planned.warmup <= 1:
        return
    warmup, total = planned.warmup - 1, planned.total - 1
    top = f"the peak is at update {count(warmup)}, planned {count(planned.warmup)}"
    both = f"{top}, and the end at {count(total)}, planned {count(planned.total)}"
    if planned.has_horizon:
        yield _explanation(case, both, lambda t: planned.rates(t, warmup=warmup, total=total))
    yield _explanation(case, top, partial(_peaks_early, planned))


def _peaks_early(planned: Planned, t: Rates) -> Rates:
    """Return the plan with a warmup whose last update has the peak, as the first one after it."""
    t = np.maximum(t, 0.0)
    target = planned(np.array([planned.warmup]))[0]
    share = np.minimum(t / (planned.warmup - 1), 1.0)
    return np.where(t < planned.warmup, planned.ramp(share, target), planned(t))


def _explanation(case: Case, text: str, rates: Warp) -> Explanation:
    return Explanation(
        story="ends-early",
        rank=_LATE if case.offset else RANK,
        rates=rates,
        verdict=f"Matches, but {text}",
        clause="an end one update early",
        covers=frozenset({"warmup-length"}),
        advice=_advice(case),
        values={"warmup": case.planned.warmup - 1},
        deviates=False,
        compares=False,
    )


def _advice(case: Case) -> str:
    if case.planned.name == "onecycle":
        return "Harmless: PyTorch counts so. Write torch.OneCycleLR:max_lr=LR,total_steps=T in the plan."
    return "Harmless: libraries differ in it, as numpy.linspace includes both ends."
