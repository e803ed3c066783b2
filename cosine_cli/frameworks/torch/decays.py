"""PyTorch's schedulers that multiply the rate: constant, linear, polynomial, exponential and step decays."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.frameworks.core.framework_schedule import base_rate, calls_given
from cosine_cli.frameworks.core.simulate import DIVIDES_BY_0, Leaf, Multiplicative, OptimizerState
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import NEVER, Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Formatter
from cosine_cli.schedules.step import Step


@dataclass(frozen=True, kw_only=True)
class ConstantLR(Multiplicative):
    r"""A smaller rate for ``total_iters`` calls, then ``lr``.

    .. math:: \eta(t) = b\,f \text{ for } t < n, \quad b \text{ from } n

    with :math:`b` = ``lr``, :math:`f` = ``factor``, :math:`n` = ``total_iters`` (calls). It stays at ``lr`` after
    that.

    >>> ConstantLR(lr=0.1, factor=0.5, total_iters=5)([0, 4, 5])
    array([0.05, 0.05, 0.1 ])

    0.05 for calls 0-4, 0.1 from 5.
    """

    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It is a warmup: a third of lr for 5 calls, unless factor is 1."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses factor times lr",
        "end": "lr takes effect at update total_iters; never if that is 0 or not a whole number",
        "past the end": "it stays at lr; with a factor of 0, step() raises there",
    }

    lr: float = base_rate()
    factor: float = param(1.0 / 3, "factor of lr", at_least=0, at_most=1)
    total_iters: float = param(5.0, "calls before lr takes effect", at_least=0)

    @property
    def _restores(self) -> bool:
        return self.total_iters >= 1.0 and self.total_iters.is_integer()

    @property
    def ends(self) -> float:
        """The last call before PyTorch divides by a factor of 0."""
        return self.total_iters - 1.0 if self._restores and not self.factor else math.inf

    @property
    def error(self) -> str:
        return DIVIDES_BY_0

    @property
    def floor(self) -> float:
        return self.lr * self.factor

    def formula(self, m: Ops, t: Any) -> Any:
        low = self.lr * self.factor
        return m.where(t < self.total_iters, low, self.lr) if self._restores else low

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases(((self.total_iters if self._restores else 0.0, "flat"), (math.inf, "flat")), until)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del start, first
        if k == 0:
            return state.rate * self.factor
        return state.rate * (1.0 / self.factor) if k == self.total_iters else state.rate

    def restart(self, state: OptimizerState, start: float) -> float:
        del state
        return start if self.total_iters <= 0 else start * self.factor

    @property
    def after_restart(self) -> Leaf:
        """The same, except that a total_iters of 0 has no effect after a restart."""
        return replace(self, factor=1.0) if self.total_iters == 0 else self


@dataclass(frozen=True, kw_only=True)
class LinearLR(Multiplicative):
    r"""A straight line from one multiple of ``lr`` to another.

    .. math:: \eta(t) = b\,(s + (e - s)\,\min(t, n) / n)

    with :math:`b` = ``lr``, :math:`s` = ``start_factor``, :math:`e` = ``end_factor``, :math:`n` = ``total_iters``
    (calls). It stays constant after that.

    >>> LinearLR(lr=0.1, start_factor=0.1, total_iters=10)([0, 5, 10, 20])
    array([0.01 , 0.055, 0.1  , 0.1  ])

    0.01 at call 0, halfway up at call 5, 0.1 from call 10.
    """

    equivalent: ClassVar[str] = "linear"
    difference: ClassVar[str] = (
        "It increases by default, from a third of lr over 5 calls, never from 0; it takes factors, not rates."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses start_factor times lr",
        "end": "end_factor times lr takes effect at update total_iters",
        "past the end": "it stays constant; with total_iters 0 at start_factor, where step(epoch) divides by 0",
    }

    lr: float = base_rate()
    start_factor: float = param(1.0 / 3, "factor of lr at the start", above=0, at_most=1)
    end_factor: float = param(1.0, "factor of lr at the end", at_least=0, at_most=1)
    total_iters: float = param(5.0, "calls from start_factor to end_factor", at_least=0)

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.lr * self.start_factor, self.lr * self._last

    @property
    def _last(self) -> float:
        """The last factor, which is reached before end_factor if total_iters is not a whole number."""
        passed = math.floor(self.total_iters) / self.total_iters if self.total_iters else 0.0
        return self.end_factor if passed == 1.0 else self.start_factor + (self.end_factor - self.start_factor) * passed

    def formula(self, m: Ops, t: Any) -> Any:
        if self.total_iters < 1.0:
            return self.lr * self.start_factor
        end = math.floor(self.total_iters)
        return m.lerp(self.lr * self._last, self.lr * self.start_factor, shapes.passed(m, t, float(end)))

    def rate(self, t: Rates) -> Rates:
        if self.total_iters < 1.0:
            return super().rate(t)
        passed = t / math.floor(self.total_iters)
        np.minimum(passed, 1.0, out=passed)
        passed *= self.lr * (self._last - self.start_factor)
        passed += self.lr * self.start_factor
        return passed

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases(((math.floor(self.total_iters), "smooth"), (math.inf, "flat")), until)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del start
        if k == 0:
            return state.rate * self.start_factor
        if first or k > self.total_iters:
            return state.rate
        rise = self.end_factor - self.start_factor
        return state.rate * (1.0 + rise / (self.total_iters * self.start_factor + (k - 1) * rise))

    def restart(self, state: OptimizerState, start: float) -> float:
        del state
        return start * (self.start_factor + (self.end_factor - self.start_factor) * 0.0 / self.total_iters)

    @property
    def after_restart(self) -> Leaf | None:
        return self if self.total_iters else None


@dataclass(frozen=True, kw_only=True)
class StepLR(Multiplicative):
    r"""Multiplies the rate by ``gamma`` after every ``step_size`` calls.

    .. math:: \eta(t) = b\,\gamma^{\lfloor t / s \rfloor}

    with :math:`b` = ``lr``, :math:`s` = ``step_size`` (calls), :math:`\gamma` = ``gamma``. It never ends.

    >>> StepLR(lr=0.1, step_size=30)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for calls 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    equivalent: ClassVar[str] = "step"
    difference: ClassVar[str] = (
        "No floor; a step_size that is not a whole number drops only at multiples that are whole numbers."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr",
        "milestone": "the drop takes effect at the update of the milestone",
        "past the end": "it continues to drop",
    }

    lr: float = base_rate()
    step_size: float = param(Needed("30"), "calls between two drops", above=0)
    gamma: float = param(0.1, "factor of a drop", at_least=0)

    @property
    def _between(self) -> float:
        """The calls between two drops, at multiples of step_size that are whole numbers."""
        return float(Fraction(self.step_size).numerator)

    def formula(self, m: Ops, t: Any) -> Any:
        return self.lr * self.gamma ** m.cycles(t, self._between)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        return Step(lr=self.lr, step_size=self._between).pieces(until, at_most)

    def description(self, formatter: Formatter) -> str:
        span = formatter.span(self._between).removeprefix("an ").removeprefix("a ")
        return f"×{formatter.number(self.gamma)} every {span}"

    def summary(self, formatter: Formatter) -> str:
        return f"×{formatter.number(self.gamma)} / {formatter.length(self._between)}"

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del start, first
        return state.rate if k == 0 or k % self.step_size else state.rate * self.gamma


@dataclass(frozen=True, kw_only=True)
class MultiStepLR(Multiplicative):
    r"""Multiplies the rate by ``gamma`` at each milestone.

    .. math:: \eta(t) = b\,\gamma^{n(t)}, \quad n(t) = |\{i : m_i \le t\}|

    with :math:`b` = ``lr``, :math:`m_i` = ``milestones`` (calls), :math:`\gamma` = ``gamma``. It stays constant
    after the last.

    >>> MultiStepLR(lr=0.1, milestones=(30, 60))([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for calls 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    equivalent: ClassVar[str] = "multistep"
    difference: ClassVar[str] = (
        "No floor; a milestone that is not a whole number is ignored; one given twice counts twice."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr, or gamma times lr with a milestone of 0",
        "milestone": "the drop takes effect at the update of the milestone; 2.5 is silently ignored, "
        "although step(epoch) would count it",
        "past the end": "it stays at the last rate",
    }

    lr: float = base_rate()
    milestones: tuple[float, ...] = param(
        Needed("30/60/80"), "calls at which it drops", at_least=0, example="30/60/80", may_be_empty=True
    )
    gamma: float = param(0.1, "factor of a drop", at_least=0)

    @cached_property
    def _drops(self) -> list[float]:
        return sorted(milestone for milestone in self.milestones if float(milestone).is_integer())

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The milestones, including those that no call is equal to."""
        acts = (milestone if float(milestone).is_integer() else NEVER for milestone in self.milestones)
        return calls_given("milestones", self.milestones, acts)

    def formula(self, m: Ops, t: Any) -> Any:
        return self.lr * self.gamma ** m.count(self._drops, t) if self._drops else self.lr

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus, one per milestone, whatever ``at_most``."""
        del at_most
        edges = [0.0, *sorted({drop for drop in self._drops if 0 < drop < until}), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]

    def description(self, formatter: Formatter) -> str:
        if not 0 < len(self._drops) <= 3:  # noqa: PLR2004 - what a line can hold
            return f"×{formatter.number(self.gamma)} at {len(self._drops)} milestones"
        return f"×{formatter.number(self.gamma)} at {', '.join(map(formatter.length, self._drops))}"

    def summary(self, formatter: Formatter) -> str:
        return self.description(formatter).replace(" at ", " / ").replace(", ", " ")

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del start, first
        count = self._drops.count(k)
        return state.rate * self.gamma**count if count else state.rate

    def restart(self, state: OptimizerState, start: float) -> float:
        del state
        return start * self.gamma ** bisect_right(sorted(self.milestones), 0)


@dataclass(frozen=True, kw_only=True)
class ExponentialLR(Multiplicative):
    r"""Multiplies the rate by ``gamma`` at every call.

    .. math:: \eta(t) = b\,\gamma^t

    with :math:`b` = ``lr``, :math:`\gamma` = ``gamma``. It never ends.

    >>> ExponentialLR(lr=0.1, gamma=0.5)([0, 1, 2])
    array([0.1  , 0.05 , 0.025])

    0.1 at call 0, halved at every call.
    """

    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "No floor; gamma is the factor of one call, be it an epoch or an update."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr",
        "past the end": "it continues to drop, below the smallest float to 0",
    }

    lr: float = base_rate()
    gamma: float = param(Needed("0.95"), "factor of one call", at_least=0)

    def formula(self, m: Ops, t: Any) -> Any:
        return self.lr * self.gamma**t if self.gamma else m.where(t < 1.0, self.lr, 0.0)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        if not self.gamma:
            return shapes.in_phases(((1.0, "flat"), (math.inf, "flat")), until)
        return [Piece(0.0, until, "flat" if self.gamma == 1.0 else "smooth")]

    def description(self, formatter: Formatter) -> str:
        return f"×{formatter.number(self.gamma)} {formatter.span(1.0)}"

    def summary(self, formatter: Formatter) -> str:
        return self.description(formatter)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del k, start
        return state.rate if first else state.rate * self.gamma


@dataclass(frozen=True, kw_only=True)
class PolynomialLR(Multiplicative):
    r"""Polynomial decay to 0.

    .. math:: \eta(t) = b\,(1 - \min(t, n) / n)^p

    with :math:`b` = ``lr``, :math:`n` = ``total_iters`` (calls), :math:`p` = ``power``. It stays at 0 after that.

    >>> PolynomialLR(lr=0.1, total_iters=10, power=2)([0, 5, 10, 20])
    array([0.1  , 0.025, 0.   , 0.   ])

    0.1 at call 0, a quarter of it at call 5, 0 from call 10.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "No floor; the defaults are a power of 1 and 5 calls."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr",
        "end": "0 takes effect at update total_iters",
        "past the end": "it stays at 0; with a total_iters of 0 it stays at lr",
    }

    lr: float = base_rate()
    total_iters: float = param(5.0, "calls until the rate is 0", at_least=0)
    power: float = param(1.0, "exponent of the remaining time")

    @property
    def ends(self) -> float:
        """The last call before 0 is raised to a negative power."""
        raises = self.power < 0 and self.total_iters >= 1.0 and self.total_iters.is_integer()
        return self.total_iters - 1.0 if raises else math.inf

    @property
    def error(self) -> str:
        return "ZeroDivisionError: 0.0 cannot be raised to a negative power"

    @property
    def peak(self) -> float:
        return self.lr if self.power >= 0 else float(self.rate(np.array([min(self._last, self.ends)]))[0])

    @property
    def _last(self) -> float:
        return float(math.floor(self.total_iters))

    def formula(self, m: Ops, t: Any) -> Any:
        if self.total_iters < 1.0 or not self.power:
            return self.lr
        return self.lr * (1.0 - m.minimum(t, self._last) / self.total_iters) ** self.power

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases(((self._last, "smooth" if self.power else "flat"), (math.inf, "flat")), until)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del start
        if first or k > self.total_iters:
            return state.rate
        left, before = 1.0 - k / self.total_iters, 1.0 - (k - 1) / self.total_iters
        return float(state.rate * (left / before) ** self.power)

    def restart(self, state: OptimizerState, start: float) -> float:
        del state
        return float(start * (1.0 - 0.0 / self.total_iters) ** self.power)

    @property
    def after_restart(self) -> Leaf | None:
        return self if self.total_iters else None
