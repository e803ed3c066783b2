"""The schedule ``cosine``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import decay_length, end_rate, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    r"""Half a cosine wave from the peak to the floor, then flat.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi \min(t, T) / T))

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). It stays at
    ``min_lr`` after ``total``.

    Source: Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), eq. 5, for one cycle.

    >>> Cosine(lr=0.1, total=100)([0, 50, 100, 200])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 at step 0, half of it halfway, 0 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "cos CosineAnnealing cosine_annealing cosine_decay half_cosine"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "CosineAnnealingLR",
        "transformers": "get_cosine_schedule_with_warmup",
        "timm": "CosineLRScheduler",
        "optax": "cosine_decay_schedule",
        "keras": "CosineDecay",
        "fvcore": "CosineParamScheduler",
        "mmengine": "CosineAnnealingLR",
        "composer": "CosineAnnealingScheduler",
        "paddle": "CosineAnnealingDecay",
    }
    misconceptions: ClassVar[tuple[tuple[str, str], ...]] = (
        ("It ends at half the initial rate", "It ends at min_lr, 0 by default; half is its value at half time."),
        ("It adapts", "It is fixed before the run. What adapts is Adam's step, or a plateau rule."),
        (
            "Unlike linear or exponential decay it is smooth",
            "All three are smooth; cosine is flat at both ends, which neither of the others is.",
        ),
        ("Google made it", "Loshchilov & Hutter at Freiburg did, in 2016, with SGD and momentum."),
        (
            "It restarts",
            "Restarts belong to sgdr. PyTorch's CosineAnnealingLR climbs back after T_max, which is no restart.",
        ),
        ("It escapes local minima", "The high rate at first does; a constant rate of that size escapes as often."),
        ("It always ends lower than step or constant", "That depends on noise, and on tuning each one's own rate."),
    )

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, shapes.left(m, t, self.total)))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say where the decay ends."""
        return f"to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the floor where there is one."""
        return f"to {formatter.number(self.min_lr)}" if self.min_lr else ""
