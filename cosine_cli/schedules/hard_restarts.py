"""The schedule ``hard_restarts``: a number of cosine cycles in a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import Derived, decay_length, end_rate, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_CYCLES = 4


def _four(given: Mapping[str, Any], run: float) -> int:
    del run
    return max(min(_CYCLES, int(given["total"])), 1)


@dataclass(frozen=True, kw_only=True)
class HardRestarts(Schedule):
    r"""Half a cosine wave so many times over a run, each beginning at the peak.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi\,(n t / T \bmod 1)))

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total`` (steps), :math:`n` = ``cycles``, :math:`m` = ``min_lr``. It
    stays at ``min_lr`` after ``total``.

    Source: Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), sec. 3, as Transformers has it (2019).

    >>> HardRestarts(lr=0.1, total=100, cycles=4)([0, 12.5, 25, 37.5, 100])
    array([0.1 , 0.05, 0.1 , 0.05, 0.  ])

    Four cosines from 0.1 to 0, each over 25 steps.
    """

    family: ClassVar[Family] = "cycles"
    aliases: ClassVar[str] = "cosine_with_restarts cosine_hard_restarts cosine_with_hard_restarts"
    framework_names: ClassVar[Mapping[str, str]] = {
        "transformers": "get_cosine_with_hard_restarts_schedule_with_warmup"
    }

    lr: float = peak_rate()
    total: float = decay_length()
    cycles: int = param(Derived(f"{_CYCLES}, at most one a step", _four), "number of cycles", at_least=1, alone=_CYCLES)
    min_lr: float = end_rate()

    def check(self) -> None:
        """Refuse cycles in which no update is made."""
        if self.cycles > max(self.total, 1.0):
            rule = "must leave each cycle at least one step"
            raise ParameterError("cycles", rule, got=repr(self.cycles))

    @cached_property
    def of(self) -> Schedule:
        """The restarts that this is a name for."""
        from cosine_cli.schedules.cosine import Cosine
        from cosine_cli.schedules.restarts import Restarts

        cycle = self.total / self.cycles
        if cycle * self.cycles < self.total:  # or the last one would end before the run
            cycle = math.nextafter(cycle, math.inf)
        of = Cosine(lr=self.lr, total=cycle, min_lr=self.min_lr)
        return Restarts(cycle=max(cycle, 1.0), cycles=self.cycles, of=of)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return m.where(t < self.total, self.of.at(m, t), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of every cycle, and the floor behind them."""
        end = min(self.total, until)
        behind = [Piece(end, until, "flat")] if end < until else []
        return [*between(self.of.pieces(end, at_most), 0.0, end), *behind]

    def description(self, formatter: Formatter) -> str:
        """Say how many cycles there are and how long each is."""
        return f"{self.cycles} cycle{'' if self.cycles == 1 else 's'} of {formatter.length(self.total / self.cycles)}"

    def summary(self, formatter: Formatter) -> str:
        """Say how long a cycle is."""
        return f"cycle {formatter.length(self.total / self.cycles)}"
