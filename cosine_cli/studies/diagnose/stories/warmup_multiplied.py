"""The warmup multiplies a decay that begins with the run: chained instead of in sequence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count, rate_pair

RANK = 6.2


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the product of the warmup and the decay, whose length is the run or the run minus the warmup."""
    planned = case.planned
    if not planned.warmup or not planned.has_horizon:
        return
    for shape in case.shapes:
        for length in (planned.total - planned.warmup, float(planned.total)):
            high = float(np.max(_product(shape, length, np.arange(planned.warmup + 1.0))))
            peaks = rate_pair(high, planned.peak)
            yield Explanation(
                story="warmup-multiplied",
                rank=RANK,
                rates=partial(_product, shape, length),
                verdict="The warmup and the decay run at the same time and are multiplied: the highest rate is "
                f"{peaks[0]}, planned {peaks[1]}",
                clause="a warmup that is multiplied with the decay",
                consequence=f"The decay ends at update {count(length)}, planned {count(planned.total)}.",
                advice="Use SequentialLR with milestones=[warmup] instead of ChainedScheduler or two schedulers "
                "stepped together.",
                values={"peak": high, "end": length},
            )


def _product(shape: Planned, length: float, t: Rates) -> Rates:
    """Return the product of the share that the warmup has reached and a decay that begins with the run."""
    t = np.maximum(t, 0.0)
    decay = shape.decay(t * ((shape.total - shape.decay_start) / length))
    share = np.where(t < shape.warmup, shape.ramp(t / shape.warmup, 1.0), 1.0)
    return decay * share
