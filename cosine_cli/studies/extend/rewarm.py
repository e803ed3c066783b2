"""A new warmup from the rate of the stop to a share of the peak, and the decay of the schedule again.

Source: Ibrahim et al. 2024 (arXiv 2403.08763), "Simple and scalable strategies to continually pre-train large language
models", sec. 4.1: re-warming to the peak over 1% of the updates, and re-decaying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.studies.extend.core.composed import composed, warmed_up

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve
    from cosine_cli.studies.extend.core.stopped import Stopped

ORDER = 5


def extended(run: Stopped) -> Curve:
    """Return the old curve, then a warmup, and then its decay from the peak on.

    Raises RequestError if the warmup is longer than what remains, and for a schedule that does not decay.
    """
    if not run.decays:
        raise user_error("rewarm", "is not possible: the schedule does not decay after its peak")
    if run.rewarm >= run.remaining:
        rule = f"must be shorter than the rest of the run, {run.clock.time(run.remaining)}"
        raise user_error("rewarm", rule, got=str(run.clock.time(run.rewarm)), hint="pass --rewarm")
    decay = run.stretched(run.decay_begin, run.remaining - run.rewarm, warmup=run.rewarm)
    lower = decay if run.rewarm_to == 1.0 else composed("scale", run.clock, factor=run.rewarm_to, of=decay)
    rest = warmed_up(lower, run.clock.time(run.rewarm), run.rate, run.clock)
    return run.then(rest)
