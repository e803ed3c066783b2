"""Options shared by the commands, from which flags, config keys and the JSON Schema are derived."""

from __future__ import annotations

from typing import Any

from cosine_cli.plans.model.clock import MOST_STEPS, TIME_UNITS
from cosine_cli.schedules.core.fields import Param, declaration, param, params, peak_rate

EPOCHS = 100


@declaration
class Run:
    """The run of all curves: flags of every command, and top-level keys of a config."""

    lr: float = peak_rate()
    epochs: int = param(EPOCHS, "length of the run in epochs", at_least=1, at_most=MOST_STEPS)
    steps: int = param(None, "length of the run in steps; times are then in steps", at_least=1, at_most=MOST_STEPS)
    steps_per_epoch: int = param(1, "optimizer steps per epoch", at_least=1, at_most=MOST_STEPS, example="391")
    warmup: float = param(0, "warmup length, part of the run", at_least=0, time="length")
    min_lr: float = param(0, "minimum learning rate; % is of the peak", at_least=0, share_of="lr")
    update: str = param("step", "update the rate every step or every epoch", choices=("step", "epoch"))


RUN = {param.name: param for param in params(Run)}
LR = RUN["lr"]


@declaration
class CurveFlags:
    """Flags that set a parameter of single schedules."""

    step_size: Any = param(None, "time between drops (step)", example="30")
    gamma: Any = param(None, "factor applied at each drop (step, multistep)", example="0.1")
    decay_rate: Any = param(None, "decay factor per epoch, or per step (exponential)", example="0.95")
    milestones: Any = param(None, "times of the drops (multistep)", example="30/60/80")
    power: Any = param(None, "exponent of the decay (polynomial)", example="2")


_FLAGS = {
    ("step", "step_size"): "step_size",
    ("step", "gamma"): "gamma",
    ("multistep", "gamma"): "gamma",
    ("multistep", "milestones"): "milestones",
    ("exponential", "gamma"): "decay_rate",
    ("polynomial", "power"): "power",
}
"""The flags of :class:`CurveFlags` by schedule and parameter."""


def flag_of(param: Param) -> str | None:
    """Return the name of the flag that sets a schedule's parameter, None if it has none."""
    return _FLAGS.get((param.owner.removeprefix("cosine_cli.schedules."), param.name))


MEASURES = ("sum", "mean", "final", "peak")


@declaration
class Match:
    """A comparison at an equal budget: a flag of the commands that show curves, and a top-level key of a config."""

    match: str | None = param(
        None,
        "rescale the curves to have this in common with the first; area is the sum",
        choices=MEASURES,
        synonyms={"area": "sum"},
    )


@declaration
class TimeAxis:
    """The unit in which times are shown: a flag of the commands that show curves, and a top-level key of a config."""

    axis: tuple[str, ...] | None = param(
        None,
        "unit of the time axis, and of bare times of --at, --every and --xlim: epoch, step, sample or token; "
        "two units add a second axis",
        choices=TIME_UNITS,
        synonyms={f"{unit}s": unit for unit in TIME_UNITS},
        separator=",",
        example="token,step",
    )


@declaration
class Beside:
    """Curves added to those of the plan."""

    as_: str = param(None, "comma-separated frameworks; adds the closest scheduler of each", example="torch,timm")


@declaration
class Rows:
    """The rows of a table."""

    rows: int = param(11, "approximate number of rows; breakpoints are added", at_least=2)
    every: float = param(
        None, "one row at each multiple of this time, and at the end", above=0, time="length", example="5"
    )
    at: tuple[float, ...] = param(None, "rows at exactly these times", at_least=0, time="moment", example="0,30,60")
