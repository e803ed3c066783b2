"""The schedule ``hyperbolic``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import Derived, decay_length, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule

_LONGEST = 2.5
"""How many times as long as the decay is what its author's example allows for: 250 epochs for 100."""


def _longest_run(given: Mapping[str, Any], run: float) -> float:
    del run
    return _LONGEST * float(given["total"])


@dataclass(frozen=True, kw_only=True)
class Hyperbolic(Schedule):
    r"""A branch of a hyperbola, so laid that runs of different lengths begin alike; then flat.

    .. math:: \eta(t) = \eta_0 + (\eta_0 - m)\,(h(t) - h(0)), \quad
        h(t) = \sqrt{(2 - (N + t) / U)\,(N - t) / U}

    with :math:`\eta_0` = ``lr``, :math:`N` = ``total`` (steps), :math:`U` = ``upper_bound``, the longest run thought
    of, and :math:`m` = ``min_lr``, where a run of that length would end: there it is a straight line. Shorter runs end
    higher, the higher the shorter. After ``total`` it stays where it ends.

    Source: Kim 2024, HyperbolicLR (arXiv 2407.15200); the default upper bound is that of its code's example.

    >>> Hyperbolic(lr=0.1, total=100, upper_bound=500)([0, 50, 100]).round(4)
    array([0.1   , 0.0812, 0.04  ])

    0.1 at step 0, 0.04 at step 100 and from there on; a run of 500 steps would go to 0.
    """

    aliases: ClassVar[str] = "HyperbolicLR hyperbolic_lr"

    lr: float = peak_rate()
    total: float = decay_length()
    upper_bound: float = param(
        Derived(f"{_LONGEST:g} times total", _longest_run), "longest run that it is laid for", above=0, time="length"
    )
    min_lr: float = param(0.0, "learning rate at the end of the longest run", at_least=0, no_more_than="lr")

    def check(self) -> None:
        """Refuse a longest run that is shorter than this one."""
        if self.upper_bound < self.total:
            raise ParameterError("upper_bound", "must be at least as long as total", got=repr(self.upper_bound))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        total, bound = self.total, self.upper_bound
        now = m.named("now", m.minimum(t, total))
        height = m.sqrt((total - now) / bound * (2.0 - (total + now) / bound))
        return m.lerp(self.lr, self.min_lr, 1.0 - (self._drop - height))

    @property
    def _drop(self) -> float:
        """The share of the way down that a run of this length makes."""
        return math.sqrt(self.total / self.upper_bound * (2.0 - self.total / self.upper_bound))

    @property
    def _end(self) -> float:
        return self.lr - (self.lr - self.min_lr) * self._drop

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and what it ends at."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say where the decay ends, and for how long a run it is laid."""
        end = f"to {formatter.number(self._end)} at {formatter.moment(self.total)}"
        return f"{end}, as for {formatter.span(self.upper_bound)}"

    def summary(self, formatter: Formatter) -> str:
        """Say where the decay ends, and for how long a run it is laid."""
        return f"to {formatter.number(self._end)}, of {formatter.length(self.upper_bound)}"
