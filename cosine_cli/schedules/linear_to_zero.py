"""The schedule ``linear_to_zero``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class LinearToZero(Schedule):
    r"""Linear decay from the peak to 0, whatever the floor of the other curves.

    .. math:: \eta(t) = \eta_0\,(1 - \min(t, T) / T)

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total`` (steps). After ``total`` it stays at 0.

    Source: Bergsma et al. 2025, Straight to Zero (ICLR, arXiv 2502.15938), who find it better than a decay to a tenth
    of the peak.

    >>> LinearToZero(lr=0.1, total=100)([0, 50, 100, 200])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 at step 0, half of it halfway, 0 from step 100 on.
    """

    aliases = "d2z linear_d2z decay_to_zero straight_to_zero"
    framework_names = {
        "torch": "LinearLR with start_factor 1, end_factor 0",
        "transformers": "get_linear_schedule_with_warmup",
    }
    description_format = "to 0 at {total:moment}"

    lr: float = peak_rate()
    total: float = decay_length()

    def formula(self, m: Ops, t: Any) -> Any:
        return self.lr * shapes.left(m, t, self.total)
