"""Parameters and texts that several of Keras's schedules share."""

from __future__ import annotations

from typing import Any

from cosine_cli.schedules.core.fields import Needed, param

TYPE_OF_RATE = (
    "Keras computes with the type of initial_learning_rate: with 0 or 1 instead of 0.0 or 1.0 it uses whole numbers"
)


LATE_DROPS = (
    "XLA multiplies by 1 / decay_steps instead of dividing. At some drops the product is below a whole number: with a "
    "length of 41, 47, 55 or 61, and a ninth of those up to 200, some drops of a staircase are one update late"
)


FIRST_UPDATE = f"uses initial_learning_rate; {TYPE_OF_RATE}"


def initial_rate() -> Any:
    """Declare ``initial_learning_rate``."""
    return param(0.1, "initial rate", at_least=0, inherits="lr")


def decay_steps_param(meaning: str) -> Any:
    """Declare ``decay_steps``."""
    return param(Needed("100"), meaning, above=0)
