"""Parameters, texts and the warmup that several of Transformers' schedules share."""

from __future__ import annotations

from typing import Any

from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops

FIRST_UPDATE = "made with a rate of 0, or with lr where there is no warmup"
PEAK_UPDATE = "lr is in force for the update that num_warmup_steps names"


def steps_param(meaning: str, *, example: str) -> Any:
    """Declare a number of updates that has to be given."""
    return param(Needed(example), meaning, at_least=0)


def warmup_steps_param() -> Any:
    """Declare ``num_warmup_steps``."""
    return steps_param("updates that the rate climbs", example="10")


def training_steps_param() -> Any:
    """Declare ``num_training_steps``."""
    return steps_param("updates in all, the warmup among them", example="100")


def with_warmup(m: Ops, t: Any, peak: float, warmup: float, rate: Any) -> Any:
    """Return the rate of a climb from 0 to ``peak``, then ``rate``."""
    return m.where(t < warmup, peak * (t / max(1.0, warmup)), rate) if warmup else rate


def non_decreasing(*ends: float) -> list[float]:
    """Return ends of phases of which none lies before the one before it."""
    found = [0.0]
    for end in ends:
        found.append(max(found[-1], end))
    return found[1:]
