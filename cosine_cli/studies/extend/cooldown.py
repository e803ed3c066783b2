"""The rate of the stop is constant, and decays to the floor as 1 - sqrt at the end.

Source: Hägele et al. 2024 (arXiv 2405.18392), "Scaling laws and compute-optimal training beyond fixed training
durations", sec. 3: a cooldown over 20% of the updates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.studies.extend.core.composed import composed

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Curve
    from cosine_cli.studies.extend.core.stopped import Stopped

ORDER = 6


def extended(run: Stopped) -> Curve:
    """Return the old curve, then its rate at the stop, and then a decay.

    Raises RequestError if the rate is that of the floor, or the decay longer than what remains.
    """
    rate = run.rate_above_0("cooldown")
    if rate <= run.floor:
        raise user_error("cooldown", "is not possible: the rate is that of the floor", got=f"{rate:g}")
    if run.cooldown > run.remaining:
        rule = f"must be at most the rest of the run, {run.clock.time(run.remaining)}"
        raise user_error("cooldown", rule, got=str(run.clock.time(run.cooldown)), hint="pass --cooldown")
    stable = run.clock.time(run.remaining - run.cooldown)
    lasts = run.clock.time(run.cooldown)
    rest = composed(
        "wsd",
        run.clock,
        lr=rate,
        warmup=run.clock.time(0.0),
        stable=stable,
        decay=lasts,
        decay_shape="1-sqrt",
        min_lr=run.floor,
    )
    return run.then(rest)
