"""Parameters, texts and the warmup that several of Transformers' schedules share."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import Any

from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, base_rate
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops

FIRST_UPDATE = "uses a rate of 0, or lr if there is no warmup"
PEAK_UPDATE = "lr takes effect at update num_warmup_steps"


def steps_param(meaning: str, *, example: str) -> Any:
    """Declare a number of updates that has to be given."""
    return param(Needed(example), meaning, at_least=0, is_count=True)


def warmup_steps_param() -> Any:
    """Declare ``num_warmup_steps``."""
    return steps_param("updates of the warmup", example="10")


def training_steps_param() -> Any:
    """Declare ``num_training_steps``."""
    return steps_param("updates in all, including the warmup", example="100")


@dataclass(frozen=True, kw_only=True)
class WarmupSchedule(FrameworkSchedule, ABC):
    """A schedule with a straight warmup from 0."""

    lr: float = base_rate()
    num_warmup_steps: float = warmup_steps_param()

    @property
    def warmup_length(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    def after_warmup(self, m: Ops, t: Any, rate: Any) -> Any:
        """Return the rate of the warmup before its end, then ``rate``."""
        warmup = self.num_warmup_steps
        return m.where(t < warmup, self.lr * (t / max(1.0, warmup)), rate) if warmup else rate


def non_decreasing(*ends: float) -> list[float]:
    """Return the ends of phases, each at least the one before it."""
    found = [0.0]
    for end in ends:
        found.append(max(found[-1], end))
    return found[1:]
