"""Parameters and texts that several of optax's schedules share."""

from __future__ import annotations

from typing import Any

from cosine_cli.schedules.core.fields import Needed, param

MOST_PARTS = 200
"""The largest number of parts in the equivalent of a core schedule."""

FIRST_UPDATE = "uses init_value"
LATE_DROPS = (
    "XLA multiplies by 1 / transition_steps instead of dividing. At some drops the product is below a whole "
    "number: with a length of 41, 47, 55 or 61, and a ninth of those up to 200, some drops of a staircase are one"
    " update late"
)


def inherited_rate(meaning: str) -> Any:
    """Declare the rate whose default is the plan's ``lr``."""
    return param(0.1, meaning, at_least=0, inherits="lr")


def required(meaning: str, *, example: str, is_count: bool = False, share_of: str | None = None) -> Any:
    """Declare a rate or a number of updates without a default."""
    return param(Needed(example), meaning, at_least=0, is_count=is_count, share_of=share_of)


def transition_begin() -> Any:
    """Declare ``transition_begin``."""
    return param(0.0, "updates before it changes; below 0 counts as 0", is_count=True)
