"""The schedule ``sgdr``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cosine_cli.schedules.core.prelude import Derived, Ops, Piece, Schedule, end_rate, param, peak_rate

_ENDLESS = 2**53

_ROUNDED_DOWN = 1.0 - 2.0**-50
"""Makes the cycles end at the end of the run or slightly before it, so that the floor is reached."""


def _third(given: Mapping[str, Any], run: float) -> float:
    mult = float(given["cycle_mult"])
    return max(run / (1.0 + mult + mult * mult) * _ROUNDED_DOWN, 1.0)


def _cycles_in(given: Mapping[str, Any], run: float) -> int:
    from cosine_cli.schedules.restarts import cycles_in

    return cycles_in(given, run)


@dataclass(frozen=True, kw_only=True)
class Sgdr(Schedule):
    r"""Cosine decay with warm restarts, optionally with longer or lower cycles.

    .. math:: \eta(t) = m + \tfrac12 (\max(\eta_0\,d^i, m) - m)\,(1 + \cos(\pi \tau / (c\,k^i)))

    with :math:`\tau = t - c\,(1 + k + \dots + k^{i-1})` in cycle :math:`i`, :math:`\eta_0` = ``lr``, :math:`c` =
    ``cycle`` (steps), :math:`k` = ``cycle_mult``, :math:`d` = ``cycle_decay``, :math:`m` = ``min_lr``. After ``cycles``
    of them it stays at ``min_lr``.

    Source: Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), eq. 5; :math:`d` comes from timm and Keras.

    >>> Sgdr(lr=0.1, cycle=10, cycle_mult=2)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])

    A cosine from 0.1 over 10 steps, one over 20 steps from 0.1, then one over 40.
    """

    family = "cyclic"
    aliases = "cosine_restarts cosine_warm_restarts cosine_annealing_warm_restarts"
    framework_names = {
        "torch": "CosineAnnealingWarmRestarts",
        "timm": "CosineLRScheduler with cycle_mul",
        "optax": "sgdr_schedule",
        "keras": "CosineDecayRestarts",
        "mmengine": "CosineRestartLR",
        "composer": "CosineAnnealingWarmRestartsScheduler",
        "pytorch_optimizer": "CosineAnnealingWarmupRestarts",
        "paddle": "CosineAnnealingWarmRestarts",
    }
    misconceptions = (
        (
            "Cosine annealing restarts",
            "Only sgdr does. PyTorch's, stepped once per update, never reaches eta_min: the next cycle begins there.",
        ),
        ("Restarts win", "With an equal budget and tuned rates they rarely do; they give usable checkpoints early."),
    )

    lr: float = peak_rate()
    cycle: float = param(
        Derived("the length with which three cycles fill the run", _third),
        "length of the first cycle",
        above=0,
        time="length",
        example="10",
    )
    cycle_mult: float = param(2.0, "factor from one cycle's length to the next", at_least=1)
    cycle_decay: float = param(1.0, "factor from one cycle's peak to the next", above=0, at_most=1)
    cycles: int = param(
        Derived("as many as begin within the run", _cycles_in),
        "number of cycles, after which the rate stays at the floor",
        at_least=1,
        at_most=_ENDLESS,
        standalone=_ENDLESS,
    )
    min_lr: float = end_rate()

    def check(self) -> None:
        _ = self.of  # its own check

    @cached_property
    def of(self) -> Schedule:
        """The same cycles as ``restarts``."""
        from cosine_cli.schedules.cosine import Cosine
        from cosine_cli.schedules.restarts import Restarts

        return Restarts(
            cycle=self.cycle,
            cycle_mult=self.cycle_mult,
            cycle_decay=self.cycle_decay,
            cycles=self.cycles,
            of=Cosine(lr=self.lr, total=self.cycle, min_lr=self.min_lr),
        )

    def formula(self, m: Ops, t: Any) -> Any:
        return self.of.at(m, t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        return self.of.pieces(until, at_most)
