"""The schedule ``wsd``: warmup, stable, decay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, end_rate, param, peak_rate, portion
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule


def _what_is_left(given: Mapping[str, Any], run: float) -> float:
    return max(run - float(given["warmup"]) - float(given["decay"]), 0.0)


@dataclass(frozen=True, kw_only=True)
class Wsd(Schedule):
    r"""A climb, a long plateau, and a decay to the floor at the end.

    .. math:: \eta(t) = a + (\eta_0 - a)\,w(t / W) \text{ for } t < W, \quad \eta_0 \text{ until } W + S, \quad
        m + (\eta_0 - m)\,s(\min((t - W - S) / D, 1)) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`W` = ``warmup``, :math:`S` = ``stable``, :math:`D` = ``decay`` (steps),
    :math:`a` = ``warmup_start``, :math:`w` = ``warmup_shape``, :math:`m` = ``min_lr`` and :math:`s` = ``decay_shape``:
    linear :math:`1 - u`, cosine :math:`(1 + \cos(\pi u)) / 2`, 1-sqrt :math:`1 - \sqrt{u}`, sqrt :math:`\sqrt{1 - u}`,
    and exponential, by equal factors. It stays at ``min_lr`` after the decay.

    Source: Hu et al. 2024, MiniCPM (arXiv 2404.06395), sec. 4.2; the linear one is the trapezoid of Xing et al. 2018
    (arXiv 1802.08770); 1-sqrt is of Hägele et al. 2024 (arXiv 2405.18392), sec. 3.

    >>> Wsd(lr=0.1, warmup=10, stable=70, decay=20)([0, 5, 10, 79, 90, 100])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  ])

    Up to 0.1 over 10 steps, 0.1 for 70 steps, then a straight line to 0 over the last 20.
    """

    family: ClassVar[Family] = "phases"
    aliases: ClassVar[str] = "trapezoid trapezoidal warmup_stable_decay cooldown"
    framework_names: ClassVar[Mapping[str, str]] = {"transformers": "get_wsd_schedule", "timm": "WSDLRScheduler"}
    phases: ClassVar[tuple[str, ...]] = ("warmup", "stable", "decay")

    lr: float = peak_rate()
    warmup: float = param(portion(0.05), "time that the rate climbs first", at_least=0, time="length")
    stable: float = param(
        Derived("what warmup and decay leave", _what_is_left), "time at the peak", at_least=0, time="length"
    )
    decay: float = param(
        portion(0.2), "length of the decay at the end", above=0, time="length", share_name="decay_ratio"
    )
    decay_shape: str = param("linear", "how it falls", choices=shapes.FALLS)
    min_lr: float = end_rate()
    warmup_shape: str = shapes.warmup_shape()
    warmup_start: float = shapes.warmup_start()

    def check(self) -> None:
        """Refuse shapes that can not begin, or end, where they have to."""
        shapes.check_climb(self.warmup_shape, self.warmup_start, self.lr)
        if self.decay_shape == "exponential" and self.min_lr == 0:
            raise ParameterError(
                "min_lr", "must be above 0 for an exponential decay", got="0", hint="equal factors never reach 0"
            )

    @property
    def floor(self) -> float:
        """The lower of both ends."""
        return min(self.min_lr, self.warmup_start) if self.warmup else self.min_lr

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup

    @property
    def _falls(self) -> float:
        return self.warmup + self.stable

    @property
    def _ends(self) -> float:
        return self._falls + self.decay

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        rate = self._behind(m, t)
        if not self.warmup:
            return rate
        u = m.named("progress", m.minimum(t / self.warmup, 1.0))
        return m.where(t < self.warmup, shapes.climb(m, self.warmup_shape, self.warmup_start, self.lr, u), rate)

    def _behind(self, m: Ops, t: Any) -> Any:
        left = shapes.left_after(m, t, self._falls, self._ends, self.decay)
        return shapes.fall(m, self.decay_shape, self.lr, self.min_lr, left)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the plateau, the decay and the floor behind it."""
        del at_most
        climb: PieceKind = "flat" if self.warmup_shape == "constant" else "smooth"
        phases: list[tuple[float, PieceKind]] = [(self.warmup, climb), (self._falls, "flat"), (self._ends, "smooth")]
        return shapes.in_phases([*phases, (np.inf, "flat")], until)

    def description(self, formatter: Formatter) -> str:
        """Say when the decay begins and where it ends."""
        end = formatter.moment(self._ends)
        return f"{self.decay_shape} from {formatter.moment(self._falls)} to {formatter.number(self.min_lr)} at {end}"

    def summary(self, formatter: Formatter) -> str:
        """Say how long each phase is."""
        return " + ".join(map(formatter.length, (self.warmup, self.stable, self.decay)))
