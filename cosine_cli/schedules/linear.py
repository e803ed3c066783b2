"""The schedule ``linear``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class Linear(Schedule):
    r"""Linear decay from the peak to the floor.

    .. math:: \eta(t) = \eta_0 + (m - \eta_0)\,\min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). After ``total`` it stays at
    ``min_lr``.

    Source: the usual decay since BERT, Devlin et al. 2018 (arXiv 1810.04805), app. A.2.

    >>> Linear(lr=0.1, total=100, min_lr=0.02)([0, 50, 100, 200])
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at step 0, halfway to the floor at 50, 0.02 from step 100 on.
    """

    framework_names = {
        "torch": "LinearLR",
        "transformers": "get_linear_schedule_with_warmup",
        "optax": "linear_schedule",
        "fvcore": "LinearParamScheduler",
        "mmengine": "LinearLR",
        "composer": "LinearScheduler",
        "deepspeed": "WarmupDecayLR",
        "paddle": "LinearLR",
    }
    description_format = "to {min_lr} at {total:moment}"
    summary_format = "[to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return m.lerp(self.lr, self.min_lr, shapes.left(m, t, self.total))
