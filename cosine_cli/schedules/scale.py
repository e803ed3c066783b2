"""The schedule ``scale``: a schedule, so many times as high."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import NamedCurve, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Scale(Schedule):
    r"""A schedule with all its rates multiplied by one factor.

    .. math:: \eta(t) = c\,f(t)

    with :math:`c` = ``factor``, :math:`f` = ``of``. It ends where ``of`` does.

    Source: one rate a group of parameters, as the layers of ULMFiT have: Howard & Ruder 2018 (arXiv 1801.06146),
    sec. 3.1.

    >>> from cosine_cli.schedules.linear import Linear
    >>> Scale(factor=0.1, of=Linear(lr=0.1, total=10))([0, 5, 10])
    array([0.01 , 0.005, 0.   ])

    A tenth of the straight line from 0.1 to 0.
    """

    family: ClassVar[Family] = "made of others"
    aliases: ClassVar[str] = "lr_scale multiply layer_decay"

    factor: float = param(1.0, "what every rate is multiplied with", above=0)
    of: Schedule = param(NamedCurve("cosine"), "the schedule that is scaled")

    def check(self) -> None:
        """Refuse a factor that makes a rate infinite."""
        if not math.isfinite(self.peak):
            rule = f"must leave the peak of {self.of.peak!r} a finite number"
            raise ParameterError("factor", rule, got=repr(self.factor))

    @property
    def peak(self) -> float:
        """The peak of the schedule inside, scaled."""
        return self.factor * self.of.peak

    @property
    def floor(self) -> float:
        """The floor of the schedule inside, scaled."""
        return self.factor * self.of.floor

    @property
    def on_run_clock(self) -> bool:
        """Tell whether the schedule inside has times that are moments of the run."""
        return self.of.on_run_clock

    @property
    def ramp(self) -> float:
        """The climb of the schedule inside."""
        return self.of.ramp

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return self.factor * self.of.at(m, t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the schedule inside."""
        return self.of.pieces(until, at_most)

    def description(self, formatter: Formatter) -> str:
        """Say what the schedule inside does, and that its rates are scaled."""
        return self._scaled(formatter, self.of.description(formatter))

    def summary(self, formatter: Formatter) -> str:
        """Say what the schedule inside does, and that its rates are scaled."""
        return self._scaled(formatter, self.of.summary(formatter))

    def _scaled(self, formatter: Formatter, words: str) -> str:
        if self.factor == 1.0:
            return words
        return f"{formatter.number(self.factor)} × ({words})" if words else f"×{formatter.number(self.factor)}"
