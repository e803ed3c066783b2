"""The schedule ``scale``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Formatter, NamedCurve, Ops, ParameterError, Schedule, Wrapper, param


@dataclass(frozen=True, kw_only=True)
class Scale(Wrapper):
    r"""Multiplies another schedule by a constant factor.

    .. math:: \eta(t) = c\,f(t)

    with :math:`c` = ``factor``, :math:`f` = ``of``. It ends when ``of`` does.

    Source: one rate per parameter group, as for the layers of ULMFiT: Howard & Ruder 2018 (arXiv 1801.06146),
    sec. 3.1.

    >>> from cosine_cli.schedules.linear import Linear
    >>> Scale(factor=0.1, of=Linear(lr=0.1, total=10))([0, 5, 10])
    array([0.01 , 0.005, 0.   ])

    A tenth of the straight line from 0.1 to 0.
    """

    family = "composite"
    aliases = "lr_scale multiply layer_decay"

    factor: float = param(1.0, "multiplier of every rate", above=0)
    of: Schedule = param(NamedCurve("cosine"), "schedule to scale")

    def check(self) -> None:
        if not math.isfinite(self.peak):
            rule = f"must leave the peak of {self.of.peak!r} a finite number"
            raise ParameterError("factor", rule, got=repr(self.factor))

    @property
    def peak(self) -> float:
        return self.factor * self.of.peak

    @property
    def floor(self) -> float:
        return self.factor * self.of.floor

    def formula(self, m: Ops, t: Any) -> Any:
        return self.factor * self.of.at(m, t)

    def description(self, formatter: Formatter) -> str:
        return self._scaled(formatter, self.of.description(formatter))

    def summary(self, formatter: Formatter) -> str:
        return self._scaled(formatter, self.of.summary(formatter))

    def _scaled(self, formatter: Formatter, text: str) -> str:
        if self.factor == 1.0:
            return text
        return f"{formatter.number(self.factor)} × ({text})" if text else f"×{formatter.number(self.factor)}"
