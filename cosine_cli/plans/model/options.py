"""What every command can be asked: the one declaration behind flags, config keys and the JSON Schema."""

from __future__ import annotations

from typing import Any

from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.schedules.core.fields import declaration, param, params, peak_rate

EPOCHS = 100


@declaration
class Run:
    """The run that all curves share: flags of every command, and the top keys of a config."""

    lr: float = peak_rate()
    epochs: int = param(EPOCHS, "length of the run in epochs", at_least=1, at_most=MOST_STEPS)
    steps: int = param(None, "length of the run in steps, which times then count", at_least=1, at_most=MOST_STEPS)
    steps_per_epoch: int = param(1, "optimizer updates in an epoch", at_least=1, at_most=MOST_STEPS, example="391")
    warmup: float = param(0, "time that the rate climbs first, within the run", at_least=0, time="length")
    min_lr: float = param(0, "rate at the end of a decay, or its floor", at_least=0)
    update: str = param("step", "when the rate moves", choices=("step", "epoch"))


RUN = {param.name: param for param in params(Run)}
LR = RUN["lr"]


@declaration
class CurveFlags:
    """Parameters of single schedules that have a flag of their own; the schedules' fields name it."""

    step_size: Any = param(None, "time from one drop to the next (step)", example="30")
    gamma: Any = param(None, "factor of a drop (step, multistep)", example="0.1")
    decay_rate: Any = param(None, "factor of the decay an epoch, or a step (exponential)", example="0.95")
    milestones: Any = param(None, "times of the drops (multistep)", example="30/60/80")
    power: Any = param(None, "exponent of the decay (polynomial)", example="2")


@declaration
class Beside:
    """What stands beside the plan's curves."""

    as_: str = param(
        None, "frameworks, with commas between, whose nearest schedules stand beside the curves", example="torch,timm"
    )


@declaration
class Rows:
    """Which rows a table has."""

    rows: int = param(11, "about how many rows: round times, both ends and the knots", at_least=2)
    every: float = param(
        None, "a row at each multiple of this time, and both ends", above=0, time="length", example="5"
    )
    at: tuple[float, ...] = param(None, "rows at exactly these times", at_least=0, time="moment", example="0,30,60")
