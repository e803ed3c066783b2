"""The schedule ``hyperbolic``."""

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Derived, Ops, ParameterError, Schedule, decay_length, param, peak_rate

_LONGEST = 2.5
"""The upper bound over the total in the example of the author's code: 250 epochs over 100."""


@dataclass(frozen=True, kw_only=True)
class Hyperbolic(Schedule):
    r"""Hyperbolic decay whose early part hardly depends on the length of the run.

    .. math:: \eta(t) = \eta_0 + (\eta_0 - m)\,(h(t) - h(0)), \quad
        h(t) = \sqrt{(2 - (N + t) / U)\,(N - t) / U}

    with :math:`\eta_0` = ``lr``, :math:`N` = ``total`` (steps), :math:`U` = ``upper_bound``, the longest run
    considered, and :math:`m` = ``min_lr``, the final rate of a run of that length, which is a straight line. Shorter
    runs end at higher rates. After ``total`` it stays at its last rate.

    Source: Kim 2024, HyperbolicLR (arXiv 2407.15200); the default upper bound is that of the example in its code.

    >>> Hyperbolic(lr=0.1, total=100, upper_bound=500)([0, 50, 100]).round(4)
    array([0.1   , 0.0812, 0.04  ])

    0.1 at step 0, 0.04 from step 100 on; a run of 500 steps would end at 0.
    """

    rare = True
    aliases = "HyperbolicLR hyperbolic_lr"
    description_format = "to {_end} at {total:moment}, as for {upper_bound:span}"
    summary_format = "to {_end}, of {upper_bound:length}"

    lr: float = peak_rate()
    total: float = decay_length()
    upper_bound: float = param(
        Derived(f"{_LONGEST:g} times total", lambda given, _: _LONGEST * given["total"]),
        "longest run considered",
        above=0,
        time="length",
    )
    min_lr: float = param(
        0.0, "learning rate at the end of the longest run", at_least=0, no_more_than="lr", share_of="lr"
    )

    def check(self) -> None:
        if self.upper_bound < self.total:
            raise ParameterError("upper_bound", "must be at least as long as total", got=repr(self.upper_bound))

    def formula(self, m: Ops, t: Any) -> Any:
        total, bound = self.total, self.upper_bound
        now = m.named("now", m.minimum(t, total))
        height = m.sqrt((total - now) / bound * (2.0 - (total + now) / bound))
        return m.lerp(self.lr, self.min_lr, 1.0 - (self._drop - height))

    @property
    def _drop(self) -> float:
        """The share of the way to ``min_lr`` that a run of this length covers."""
        return math.sqrt(self.total / self.upper_bound * (2.0 - self.total / self.upper_bound))

    @property
    def _end(self) -> float:
        return self.lr - (self.lr - self.min_lr) * self._drop
