"""Parameters and texts that several of timm's schedulers share."""

from __future__ import annotations

from typing import Any

from cosine_cli.schedules.core.fields import Needed, param

_MOST_EPOCHS = 2**53
"""Above it, a float cannot tell one epoch from the next."""

FIRST_EPOCH = "uses lr, which the constructor sets, or warmup_lr_init if there is a warmup"
RESTART = (
    "a cycle begins at its peak; the cycle is computed by a logarithm, which loses the first epoch of some "
    "(cycle_mul=3 with t_initial=5: epoch 605), which use lr_min"
)
AFTER_WARMUP = "at warmup_t the rate drops to the curve, which starts at epoch 0 unless warmup_prefix is true"


def t_initial_param() -> Any:
    """Declare ``t_initial``."""
    return param(Needed("90"), "epochs of the first cycle", above=0, at_most=_MOST_EPOCHS, is_count=True)


def lr_min_param() -> Any:
    """Declare ``lr_min``."""
    return param(0.0, "learning rate at the end of a cycle, and after the last", at_least=0, share_of="lr")


def cycle_mul_param() -> Any:
    """Declare ``cycle_mul``."""
    return param(1.0, "factor from one cycle's length to the next", above=0)


def cycle_decay_param() -> Any:
    """Declare ``cycle_decay``."""
    return param(1.0, "factor from one cycle's peak to the next", at_least=0)


def cycle_limit_param(**bounds: float) -> Any:
    """Declare ``cycle_limit``."""
    return param(1, "number of cycles, followed by lr_min; below 1: no cycle", **bounds)


def warmup_t_param() -> Any:
    """Declare ``warmup_t``."""
    return param(0.0, "epochs of the warmup", at_least=0, at_most=_MOST_EPOCHS, is_count=True)


def warmup_lr_init_param() -> Any:
    """Declare ``warmup_lr_init``."""
    return param(0.0, "learning rate at the start of the warmup", at_least=0, share_of="lr")


def warmup_prefix_param(*, default: bool) -> Any:
    """Declare ``warmup_prefix``."""
    return param(default, "whether the schedule starts after the warmup instead of during it")
