"""The schedule ``sgdr``: cosine with warm restarts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cosine_cli.schedules.core.fields import Derived, end_rate, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Schedule

_ENDLESS = 2**53


_ROUNDED_DOWN = 1.0 - 2.0**-50
"""Lets the cycles end at the end of the run, or a rounding before it: behind it the floor would not be reached."""


def _first_of_three(given: Mapping[str, Any], run: float) -> float:
    mult = float(given["cycle_mult"])
    return max(run / (1.0 + mult + mult * mult) * _ROUNDED_DOWN, 1.0)


def _cycles_in(given: Mapping[str, Any], run: float) -> int:
    from cosine_cli.schedules.restarts import cycles_in

    return cycles_in(given, run)


@dataclass(frozen=True, kw_only=True)
class Sgdr(Schedule):
    r"""Half a cosine wave again and again, each longer than the one before, and lower where it is asked for.

    .. math:: \eta(t) = m + \tfrac12 (\max(\eta_0\,d^i, m) - m)\,(1 + \cos(\pi \tau / (c\,k^i)))

    with :math:`\tau = t - c\,(1 + k + \dots + k^{i-1})` in cycle :math:`i`, :math:`\eta_0` = ``lr``, :math:`c` =
    ``cycle`` (steps), :math:`k` = ``cycle_mult``, :math:`d` = ``cycle_decay``, :math:`m` = ``min_lr``. It stays at
    ``min_lr`` after ``cycles`` of them.

    Source: Loshchilov & Hutter 2016, SGDR (ICLR 2017, arXiv 1608.03983), eq. 5; :math:`d` is of timm and Keras.

    >>> Sgdr(lr=0.1, cycle=10, cycle_mult=2)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])

    A cosine from 0.1 over 10 steps, one over 20 steps from 0.1, then one over 40.
    """

    family: ClassVar[Family] = "cycles"
    aliases: ClassVar[str] = "cosine_restarts cosine_warm_restarts cosine_annealing_warm_restarts"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "CosineAnnealingWarmRestarts",
        "timm": "CosineLRScheduler with cycle_mul",
        "optax": "sgdr_schedule",
        "keras": "CosineDecayRestarts",
        "mmengine": "CosineRestartLR",
        "composer": "CosineAnnealingWarmRestartsScheduler",
        "pytorch_optimizer": "CosineAnnealingWarmupRestarts",
        "paddle": "CosineAnnealingWarmRestarts",
    }
    misconceptions: ClassVar[tuple[tuple[str, str], ...]] = (
        (
            "Cosine annealing restarts",
            "Only this one does. PyTorch's, stepped once an update, never gives eta_min: the next cycle begins there.",
        ),
        ("Restarts win", "At equal budget and tuned rates they rarely do; they give usable checkpoints early."),
    )

    lr: float = peak_rate()
    cycle: float = param(
        Derived("what lets three cycles fill the run", _first_of_three),
        "length of the first cycle",
        above=0,
        time="length",
        example="10",
    )
    cycle_mult: float = param(2.0, "factor from one cycle's length to the next", at_least=1)
    cycle_decay: float = param(1.0, "factor from one cycle's peak to the next", above=0, at_most=1)
    cycles: int = param(
        Derived("as many as begin within the run", _cycles_in),
        "number of cycles, then the floor",
        at_least=1,
        at_most=_ENDLESS,
        alone=_ENDLESS,
    )
    min_lr: float = end_rate()

    def check(self) -> None:
        """Refuse what the restarts inside refuse."""
        _ = self.of

    @cached_property
    def of(self) -> Schedule:
        """The restarts that this is a name for."""
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
        """Return the rate at ``t``."""
        return self.of.at(m, t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of every cycle."""
        return self.of.pieces(until, at_most)
