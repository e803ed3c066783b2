"""The schedule ``hard_restarts``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Derived,
    Ops,
    ParameterError,
    Piece,
    Schedule,
    between,
    decay_length,
    end_rate,
    param,
    peak_rate,
)

_CYCLES = 4


@dataclass(frozen=True, kw_only=True)
class HardRestarts(Schedule):
    r"""Cosine decay repeated N times, restarting at the peak.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi\,(n t / T \bmod 1)))

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total`` (steps), :math:`n` = ``cycles``, :math:`m` = ``min_lr``. After
    ``total`` it stays at ``min_lr``.

    Source: Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), sec. 3, as in Transformers (2019).

    >>> HardRestarts(lr=0.1, total=100, cycles=4)([0, 12.5, 25, 37.5, 100])
    array([0.1 , 0.05, 0.1 , 0.05, 0.  ])

    Four cosines from 0.1 to 0, each over 25 steps.
    """

    family = "cyclic"
    aliases = "cosine_with_restarts cosine_hard_restarts cosine_with_hard_restarts"
    framework_names = {"transformers": "get_cosine_with_hard_restarts_schedule_with_warmup"}
    description_format = "{_count} of {_cycle:length}"
    summary_format = "cycle {_cycle:length}"

    lr: float = peak_rate()
    total: float = decay_length()
    cycles: int = param(
        Derived(f"{_CYCLES}, at most one per step", lambda given, _: max(min(_CYCLES, int(given["total"])), 1)),
        "number of cycles",
        at_least=1,
        standalone=_CYCLES,
    )
    min_lr: float = end_rate()

    def check(self) -> None:
        if self.cycles > max(self.total, 1.0):
            raise ParameterError("cycles", "must leave each cycle at least one step", got=repr(self.cycles))

    @cached_property
    def of(self) -> Schedule:
        """The same cycles as ``restarts``."""
        from cosine_cli.schedules.cosine import Cosine
        from cosine_cli.schedules.restarts import Restarts

        cycle = self._cycle
        if cycle * self.cycles < self.total:  # or the last one would end before the run
            cycle = math.nextafter(cycle, math.inf)
        of = Cosine(lr=self.lr, total=cycle, min_lr=self.min_lr)
        return Restarts(cycle=max(cycle, 1.0), cycles=self.cycles, of=of)

    @property
    def _cycle(self) -> float:
        return self.total / self.cycles

    @property
    def _count(self) -> str:
        return "1 cycle" if self.cycles == 1 else f"{self.cycles} cycles"

    def formula(self, m: Ops, t: Any) -> Any:
        return m.where(t < self.total, self.of.at(m, t), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        end = min(self.total, until)
        after = [Piece(end, until, "flat")] if end < until else []
        return [*between(self.of.pieces(end, at_most), 0.0, end), *after]
