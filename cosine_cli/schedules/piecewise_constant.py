"""The schedule ``piecewise_constant``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cosine_cli.schedules.core.milestones import given
from cosine_cli.schedules.core.prelude import (
    Derived,
    Formatter,
    Milestone,
    Ops,
    ParameterError,
    PieceKind,
    Schedule,
    param,
    share,
)

_MOST_LISTED = 4
"""How many rates a description lists."""


@dataclass(frozen=True, kw_only=True)
class PiecewiseConstant(Schedule):
    r"""Piecewise-constant rates.

    .. math:: \eta(t) = v_n, \quad n = |\{i : m_i \le t\}|

    with :math:`m_i` = ``milestones`` (steps), :math:`v_0, v_1, \dots` = ``values``, one more than milestones. The last
    rate applies until the end.

    Source: Krizhevsky et al. 2012, AlexNet, sec. 5, who chose each rate by hand; Keras's ``PiecewiseConstantDecay``.

    >>> PiecewiseConstant(milestones=(30, 60), values=(0.1, 0.02, 0.005))([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.02 , 0.005])

    0.1 for steps 0-29, 0.02 for 30-59, 0.005 from 60 on.
    """

    family = "tabulated"
    aliases = "piecewise table lookup constant_pieces"
    framework_names = {
        "optax": "piecewise_constant_schedule",
        "keras": "PiecewiseConstantDecay",
        "fvcore": "MultiStepParamScheduler",
        "paddle": "PiecewiseDecay",
    }

    milestones: tuple[float, ...] = param(
        share(0.3, 0.6, 0.9),
        "times at which the next rate begins",
        above=0,
        ascending=True,
        time="moment",
        example="30/60",
    )
    values: tuple[float, ...] = param(
        Derived(
            "0.1, and a tenth of it at each milestone",
            lambda given, _: tuple(0.1 / 10**drops for drops in range(len(given["milestones"]) + 1)),
        ),
        "rates, one more than milestones",
        at_least=0,
        example="0.1/0.02/0.005",
    )

    def check(self) -> None:
        expected = len(self.milestones) + 1
        if len(self.values) != expected:
            rule = f"must be one more than milestones ({expected})"
            raise ParameterError("values", rule, got=str(len(self.values)))
        if not any(self.values):
            raise ParameterError("values", "must include a rate above 0", got="none")

    @cached_property
    def peak(self) -> float:
        return max(self.values)

    @cached_property
    def floor(self) -> float:
        return min(self.values)

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return given("milestones", self.milestones)

    @cached_property
    def _milestones(self) -> Any:
        """The milestones as an array, since the formula is evaluated block by block."""
        return np.array(self.milestones)

    @cached_property
    def _values(self) -> Any:
        return np.array(self.values)

    def formula(self, m: Ops, t: Any) -> Any:
        return m.gather(self._values, m.count(self._milestones, t, "milestones"), "rates")

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return [(end, "flat") for end in (*self.milestones, math.inf)]

    def description(self, formatter: Formatter) -> str:
        if len(self.values) > _MOST_LISTED:
            return f"{len(self.values)} rates"
        rates, times = map(formatter.number, self.values), map(formatter.length, self.milestones)
        return f"{', '.join(rates)} at 0, {', '.join(times)}"

    def summary(self, formatter: Formatter) -> str:
        if len(self.values) > _MOST_LISTED:
            return self.description(formatter)
        return f"at {' '.join(map(formatter.length, self.milestones))}"
