"""The schedule ``cosine``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    r"""Decay along half a cosine wave, from the peak to the floor.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi \min(t, T) / T))

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). After ``total`` it stays at
    ``min_lr``.

    Source: Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), eq. 5, for one cycle.

    >>> Cosine(lr=0.1, total=100)([0, 50, 100, 200])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 at step 0, half of it halfway, 0 from step 100 on.
    """

    aliases = "CosineAnnealing cosine_annealing cosine_with_min_lr"
    framework_names = {
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
    misconceptions = (
        ("It ends at half the initial rate", "It ends at min_lr, 0 by default. Half is its value at half time."),
        ("It adapts to the training", "It is fixed before the run. Adam adapts, and so does reducing on a plateau."),
        (
            "Unlike linear or exponential decay it is smooth",
            "All three are smooth. Only cosine is flat at both ends.",
        ),
        ("Google invented it", "Loshchilov & Hutter (Freiburg) did, in 2016, for SGD with momentum."),
        (
            "It restarts",
            "Restarts belong to sgdr. PyTorch's CosineAnnealingLR rises again after T_max, which is not a restart.",
        ),
        ("It escapes local minima", "The high initial rate does; a constant rate of that size escapes as often."),
        (
            "Its final loss is always lower than that of step or constant",
            "That depends on the noise and on how well each rate is tuned.",
        ),
    )
    description_format = "to {min_lr} at {total:moment}"
    summary_format = "[to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, shapes.left(m, t, self.total)))
