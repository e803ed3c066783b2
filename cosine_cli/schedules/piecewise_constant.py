"""The schedule ``piecewise_constant``: a list of rates."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import Derived, param, share
from cosine_cli.schedules.core.milestones import Milestone, given
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_SPOKEN = 4
"""How many rates a sentence can hold."""


def _tenths(given: Mapping[str, Any], run: float) -> tuple[float, ...]:
    del run
    return tuple(0.1 / 10**drops for drops in range(len(given["milestones"]) + 1))


@dataclass(frozen=True, kw_only=True)
class PiecewiseConstant(Schedule):
    r"""One rate after the other, each from its time on.

    .. math:: \eta(t) = v_n, \quad n = |\{i : m_i \le t\}|

    with :math:`m_i` = ``milestones`` (steps), :math:`v_0, v_1, \dots` = ``values``, one more than milestones. The last
    rate has no end.

    Source: Krizhevsky et al. 2012, AlexNet, sec. 5, who chose each rate by hand; Keras's ``PiecewiseConstantDecay``.

    >>> PiecewiseConstant(milestones=(30, 60), values=(0.1, 0.02, 0.005))([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.02 , 0.005])

    0.1 for steps 0-29, 0.02 for 30-59, 0.005 from 60.
    """

    family: ClassVar[Family] = "tables"
    aliases: ClassVar[str] = "piecewise table lookup constant_pieces"
    framework_names: ClassVar[Mapping[str, str]] = {
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
        Derived("0.1, and a tenth of it at each milestone", _tenths),
        "rates, one more than milestones",
        at_least=0,
        example="0.1/0.02/0.005",
    )

    def check(self) -> None:
        """Refuse more or fewer rates than the milestones part the run into, and a run of nothing."""
        due = len(self.milestones) + 1
        if len(self.values) != due:
            rule = f"must be one more than milestones ({due})"
            raise ParameterError("values", rule, got=str(len(self.values)))
        if not any(self.values):
            raise ParameterError("values", "must have a rate above 0", got="none")

    @cached_property
    def peak(self) -> float:
        """The highest of the rates."""
        return max(self.values)

    @cached_property
    def floor(self) -> float:
        """The lowest of the rates."""
        return min(self.values)

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The times of all rates but the first."""
        return given("milestones", self.milestones)

    @cached_property
    def _milestones(self) -> Any:
        """The milestones as an array, since the formula is evaluated block by block."""
        return np.array(self.milestones)

    @cached_property
    def _values(self) -> Any:
        return np.array(self.values)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return m.gather(self._values, m.count(self._milestones, t, "milestones"), "rates")

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus: as many as were asked for by name, so ``at_most`` leaves them alone."""
        del at_most
        edges = [0.0, *(milestone for milestone in self.milestones if milestone < until), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]

    def description(self, formatter: Formatter) -> str:
        """Say the rates and the milestones."""
        if len(self.values) > _SPOKEN:
            return f"{len(self.values)} rates"
        rates, times = map(formatter.number, self.values), map(formatter.length, self.milestones)
        return f"{', '.join(rates)} at 0, {', '.join(times)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the milestones."""
        if len(self.values) > _SPOKEN:
            return self.description(formatter)
        return f"at {' '.join(map(formatter.length, self.milestones))}"
