"""PyTorch's schedulers, ``torch.optim.lr_scheduler``: the rate that a loop makes update ``t`` with.

One call of ``step()`` after every epoch is what its documentation shows. Values are those of the recursions that
``step()`` follows, in closed form where they have one.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import pi
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.behind import quotient
from cosine_cli.frameworks.core.catalogue import Interval
from cosine_cli.frameworks.core.native import Idle, base_rate, calls_given, idle_param
from cosine_cli.frameworks.core.one_optimizer import (
    Acting,
    Composed,
    Factor,
    Group,
    InTurn,
    Member,
    RaisedError,
    Single,
    Together,
    check_members,
    leaves,
    rates,
)
from cosine_cli.frameworks.core.products import product_pieces
from cosine_cli.frameworks.core.stepped import MOST_STEPS, Stepped
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.catalogue import name_of as plain_name
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import NEVER, Milestone, in_turn
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Formatter, Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.step import Step

if TYPE_CHECKING:
    from cosine_cli.schedules.constant import Constant
    from cosine_cli.schedules.cyclic import Cyclic
    from cosine_cli.schedules.exponential import Exponential
    from cosine_cli.schedules.flat_cosine import FlatCosine
    from cosine_cli.schedules.hard_restarts import HardRestarts
    from cosine_cli.schedules.linear import Linear
    from cosine_cli.schedules.linear_to_zero import LinearToZero
    from cosine_cli.schedules.multistep import Multistep
    from cosine_cli.schedules.natural_exponential import NaturalExponential
    from cosine_cli.schedules.onecycle import Onecycle
    from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
    from cosine_cli.schedules.polynomial import Polynomial
    from cosine_cli.schedules.scale import Scale
    from cosine_cli.schedules.sgdr import Sgdr
    from cosine_cli.schedules.warmup import Warmup
    from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
    from cosine_cli.schedules.wsd import Wsd

TITLE = "PyTorch"
CALLS: Interval = "epoch"
PRECISION = 1e-12
VERSION = "2.13.0"

_FUNCTION = "a Python function"
DEPENDS = {
    "ReduceLROnPlateau": "the metric that the training loop passes to step()",
    "LambdaLR": f"{_FUNCTION}, lr_lambda",
    "MultiplicativeLR": f"{_FUNCTION}, lr_lambda",
}
IDLE = dict(
    (
        idle_param("last_epoch", int, default=-1, fixed=True),
        idle_param("verbose", str, default="deprecated"),
    )
)
_MOMENTUM = (
    idle_param("cycle_momentum", bool, default=True),
    idle_param("base_momentum", float, default=None, many=True),
    idle_param("max_momentum", float, default=None, many=True),
)

_EXACT_TO = 64
"""A cosine that climbs back from a floor farther away has lost more digits there than PRECISION allows."""

_NEAR = 1e-7
"""How near to a floor, in T_max, a rate above it can be 0 in float64."""

_MOST_CALLS = 100_000
"""So many calls are looked at where a cosine has many floors in each."""

_LARGEST = math.log(np.finfo(np.float64).max)

_CHUNK = 10_000

_DIVIDES_BY_0 = "ZeroDivisionError: float division by zero"


@dataclass(frozen=True, kw_only=True)
class ConstantLR(Factor):
    r"""A smaller rate for so many calls, then ``lr``.

    .. math:: \eta(t) = b\,f \text{ for } t < n, \quad b \text{ from } n

    with :math:`b` = ``lr``, :math:`f` = ``factor``, :math:`n` = ``total_iters`` (calls). It stays at ``lr`` after
    that.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> ConstantLR(lr=0.1, factor=0.5, total_iters=5)([0, 4, 5])
    array([0.05, 0.05, 0.1 ])

    0.05 for calls 0-4, 0.1 from 5.
    """

    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It is a warmup: a third of lr for 5 calls, unless factor is 1."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with factor times lr",
        "end": "lr is in force for the update that total_iters names; a total_iters of 0 or no whole number never ends",
        "past the end": "it stays at lr; with a factor of 0, step() raises there",
    }

    lr: float = base_rate()
    factor: float = param(1.0 / 3, "what lr is multiplied with", at_least=0, at_most=1)
    total_iters: float = param(5.0, "calls until lr is in force", at_least=0)

    @property
    def _restores(self) -> bool:
        return self.total_iters >= 1.0 and self.total_iters.is_integer()

    @property
    def ends(self) -> float:
        """The last call before PyTorch divides by a factor of 0."""
        return self.total_iters - 1.0 if self._restores and not self.factor else math.inf

    @property
    def raised(self) -> str:
        """That division."""
        return _DIVIDES_BY_0

    @property
    def floor(self) -> float:
        """The smaller rate."""
        return self.lr * self.factor

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        low = self.lr * self.factor
        return m.where(t < self.total_iters, low, self.lr) if self._restores else low

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return both rates."""
        del at_most
        return shapes.in_phases(((self.total_iters if self._restores else 0.0, "flat"), (math.inf, "flat")), until)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del start, first
        if k == 0:
            return group.rate * self.factor
        return group.rate * (1.0 / self.factor) if k == self.total_iters else group.rate

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        del group
        return start if self.total_iters <= 0 else start * self.factor

    @property
    def in_sequence(self) -> Single:
        """The same, but that 0 calls are none after a restart."""
        return replace(self, factor=1.0) if self.total_iters == 0 else self


@dataclass(frozen=True, kw_only=True)
class LinearLR(Factor):
    r"""A straight line from one multiple of ``lr`` to another.

    .. math:: \eta(t) = b\,(s + (e - s)\,\min(t, n) / n)

    with :math:`b` = ``lr``, :math:`s` = ``start_factor``, :math:`e` = ``end_factor``, :math:`n` = ``total_iters``
    (calls). It stays where it is after that.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> LinearLR(lr=0.1, start_factor=0.1, total_iters=10)([0, 5, 10, 20])
    array([0.01 , 0.055, 0.1  , 0.1  ])

    0.01 at call 0, halfway up at call 5, 0.1 from call 10.
    """

    equivalent: ClassVar[str] = "linear"
    difference: ClassVar[str] = "It climbs, from a third of lr in 5 calls, never from 0; it says factors, not rates."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with start_factor times lr",
        "end": "end_factor times lr is in force for the update that total_iters names",
        "past the end": "it stays; with a total_iters of 0 at start_factor, where step(epoch) would divide by 0",
    }

    lr: float = base_rate()
    start_factor: float = param(1.0 / 3, "what lr is multiplied with at first", above=0, at_most=1)
    end_factor: float = param(1.0, "what lr is multiplied with in the end", at_least=0, at_most=1)
    total_iters: float = param(5.0, "calls from one to the other", at_least=0)

    @property
    def peak(self) -> float:
        """The higher end."""
        return self.lr * max(self.start_factor, self._last)

    @property
    def floor(self) -> float:
        """The lower end."""
        return self.lr * min(self.start_factor, self._last)

    @property
    def _last(self) -> float:
        """The factor that it stays at: only whole calls are made."""
        passed = math.floor(self.total_iters) / self.total_iters if self.total_iters else 0.0
        return self.end_factor if passed == 1.0 else self.start_factor + (self.end_factor - self.start_factor) * passed

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if self.total_iters < 1.0:
            return self.lr * self.start_factor
        end = math.floor(self.total_iters)
        return m.lerp(self.lr * self._last, self.lr * self.start_factor, shapes.passed(m, t, float(end)))

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        if self.total_iters < 1.0:
            return super().rate(t)
        passed = t / math.floor(self.total_iters)
        np.minimum(passed, 1.0, out=passed)
        passed *= self.lr * (self._last - self.start_factor)
        passed += self.lr * self.start_factor
        return passed

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the line, and what stays."""
        del at_most
        return shapes.in_phases(((math.floor(self.total_iters), "smooth"), (math.inf, "flat")), until)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del start
        if k == 0:
            return group.rate * self.start_factor
        if first or k > self.total_iters:
            return group.rate
        rise = self.end_factor - self.start_factor
        return group.rate * (1.0 + rise / (self.total_iters * self.start_factor + (k - 1) * rise))

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        del group
        return start * (self.start_factor + (self.end_factor - self.start_factor) * 0.0 / self.total_iters)

    @property
    def in_sequence(self) -> Single | None:
        """The same; 0 calls are divided by."""
        return self if self.total_iters else None


@dataclass(frozen=True, kw_only=True)
class StepLR(Factor):
    r"""A drop by the same factor after every so many calls.

    .. math:: \eta(t) = b\,\gamma^{\lfloor t / s \rfloor}

    with :math:`b` = ``lr``, :math:`s` = ``step_size`` (calls), :math:`\gamma` = ``gamma``. It has no end.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> StepLR(lr=0.1, step_size=30)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for calls 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    equivalent: ClassVar[str] = "step"
    difference: ClassVar[str] = (
        "No floor; a step_size that is no whole number drops only where a multiple of it is one."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "milestone": "the drop is in force for the update that the milestone names",
        "past the end": "it goes on dropping",
    }

    lr: float = base_rate()
    step_size: float = param(Needed("30"), "calls from one drop to the next", above=0)
    gamma: float = param(0.1, "factor of a drop", at_least=0)

    @property
    def _between(self) -> float:
        """The calls between two drops: a multiple of step_size is a whole number in so many calls."""
        return float(Fraction(self.step_size).numerator)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        return self.lr * self.gamma ** m.cycles(t, self._between)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus; as a row of cycles where there are too many."""
        return Step(lr=self.lr, step_size=self._between).pieces(until, at_most)

    def description(self, formatter: Formatter) -> str:
        """Say the factor and how often it comes."""
        return f"×{formatter.number(self.gamma)} every {formatter.span(self._between).removeprefix('an ').removeprefix('a ')}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and how often it comes."""
        return f"×{formatter.number(self.gamma)} / {formatter.length(self._between)}"

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del start, first
        return group.rate if k == 0 or k % self.step_size else group.rate * self.gamma


@dataclass(frozen=True, kw_only=True)
class MultiStepLR(Factor):
    r"""A drop by the same factor at each of some calls.

    .. math:: \eta(t) = b\,\gamma^{n(t)}, \quad n(t) = |\{i : m_i \le t\}|

    with :math:`b` = ``lr``, :math:`m_i` = ``milestones`` (calls), :math:`\gamma` = ``gamma``. It stays where it is
    after the last.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> MultiStepLR(lr=0.1, milestones=(30, 60))([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for calls 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    equivalent: ClassVar[str] = "multistep"
    difference: ClassVar[str] = (
        "No floor; a milestone that is no whole number never comes; one given twice counts twice."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr, or a drop lower with a milestone of 0",
        "milestone": "the drop is in force for the update that the milestone names; 2.5 is passed over in silence, "
        "where step(epoch) would count it",
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
        """The drops, those that no call is equal to among them."""
        acts = (milestone if float(milestone).is_integer() else NEVER for milestone in self.milestones)
        return calls_given("milestones", self.milestones, acts)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        return self.lr * self.gamma ** m.count(self._drops, t) if self._drops else self.lr

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus: as many as were asked for by name, so ``at_most`` leaves them alone."""
        del at_most
        edges = [0.0, *sorted({drop for drop in self._drops if 0 < drop < until}), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]

    def description(self, formatter: Formatter) -> str:
        """Say the factor and the milestones."""
        if not 0 < len(self._drops) <= 3:  # noqa: PLR2004 - what a line can hold
            return f"×{formatter.number(self.gamma)} at {len(self._drops)} milestones"
        return f"×{formatter.number(self.gamma)} at {', '.join(map(formatter.length, self._drops))}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and the milestones."""
        return self.description(formatter).replace(" at ", " / ").replace(", ", " ")

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del start, first
        count = self._drops.count(k)
        return group.rate * self.gamma**count if count else group.rate

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        del group
        return start * self.gamma ** bisect_right(sorted(self.milestones), 0)


@dataclass(frozen=True, kw_only=True)
class ExponentialLR(Factor):
    r"""A drop by the same factor at every call.

    .. math:: \eta(t) = b\,\gamma^t

    with :math:`b` = ``lr``, :math:`\gamma` = ``gamma``. It has no end.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> ExponentialLR(lr=0.1, gamma=0.5)([0, 1, 2])
    array([0.1  , 0.05 , 0.025])

    0.1 at call 0, and half as much after each.
    """

    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "No floor; gamma is the factor of one call, whatever a call is."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "past the end": "it goes on dropping, below the smallest float to 0",
    }

    lr: float = base_rate()
    gamma: float = param(Needed("0.95"), "factor of one call", at_least=0)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        return self.lr * self.gamma**t if self.gamma else m.where(t < 1.0, self.lr, 0.0)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay."""
        del at_most
        if not self.gamma:
            return shapes.in_phases(((1.0, "flat"), (math.inf, "flat")), until)
        return [Piece(0.0, until, "flat" if self.gamma == 1.0 else "smooth")]

    def description(self, formatter: Formatter) -> str:
        """Say the factor."""
        return f"×{formatter.number(self.gamma)} {formatter.span(1.0)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor."""
        return self.description(formatter)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del k, start
        return group.rate if first else group.rate * self.gamma


@dataclass(frozen=True, kw_only=True)
class PolynomialLR(Factor):
    r"""A power of the time that is left, down to 0.

    .. math:: \eta(t) = b\,(1 - \min(t, n) / n)^p

    with :math:`b` = ``lr``, :math:`n` = ``total_iters`` (calls), :math:`p` = ``power``. It stays at 0 after that.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> PolynomialLR(lr=0.1, total_iters=10, power=2)([0, 5, 10, 20])
    array([0.1  , 0.025, 0.   , 0.   ])

    0.1 at call 0, a quarter of it at call 5, 0 from call 10.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "No floor; a power of 1 is its default, and 5 calls."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "end": "0 is in force for the update that total_iters names",
        "past the end": "it stays at 0; with a total_iters of 0 at lr",
    }

    lr: float = base_rate()
    total_iters: float = param(5.0, "calls until 0 is reached", at_least=0)
    power: float = param(1.0, "exponent of the time that is left")

    @property
    def ends(self) -> float:
        """The last call before 0 is raised to a negative power."""
        raises = self.power < 0 and self.total_iters >= 1.0 and self.total_iters.is_integer()
        return self.total_iters - 1.0 if raises else math.inf

    @property
    def raised(self) -> str:
        """That power."""
        return "ZeroDivisionError: 0.0 cannot be raised to a negative power"

    @property
    def peak(self) -> float:
        """The rate at the start, or with a negative power at the end."""
        return self.lr if self.power >= 0 else float(self.rate(np.array([min(self._last, self.ends)]))[0])

    @property
    def _last(self) -> float:
        return float(math.floor(self.total_iters))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if self.total_iters < 1.0 or not self.power:
            return self.lr
        return self.lr * (1.0 - m.minimum(t, self._last) / self.total_iters) ** self.power

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, and what stays."""
        del at_most
        return shapes.in_phases(((self._last, "smooth" if self.power else "flat"), (math.inf, "flat")), until)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del start
        if first or k > self.total_iters:
            return group.rate
        left, before = 1.0 - k / self.total_iters, 1.0 - (k - 1) / self.total_iters
        return float(group.rate * (left / before) ** self.power)

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        del group
        return float(start * (1.0 - 0.0 / self.total_iters) ** self.power)

    @property
    def in_sequence(self) -> Single | None:
        """The same; 0 calls are divided by."""
        return self if self.total_iters else None


@dataclass(frozen=True, kw_only=True)
class CosineAnnealingLR(Single):
    r"""Half a cosine wave to the floor, and back up again.

    .. math:: \eta(t) = m + \tfrac12 (b - m)\,(1 + \cos(\pi t / T))

    with :math:`b` = ``lr``, :math:`T` = ``T_max`` (calls), :math:`m` = ``eta_min``. After ``T_max`` it climbs back to
    ``lr`` at twice ``T_max``, and so on.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> CosineAnnealingLR(lr=0.1, T_max=50)([0, 25, 50, 75, 100])
    array([0.1 , 0.05, 0.  , 0.05, 0.1 ])

    0.1 at call 0, 0 at call 50, 0.1 again at call 100.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "Past T_max it climbs back up where the plain one stays at the floor."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "end": "eta_min is in force after T_max calls: a run of T_max updates makes none with it",
        "past the end": "it climbs back to lr at 2 T_max, and falls again; each rate is made from the one before, and "
        "the digits lost at a floor far away are missing on the climb: 2e-5 of the peak for a T_max of a million",
    }

    lr: float = base_rate()
    T_max: float = param(Needed("50"), "calls from the peak to the floor", above=0)
    eta_min: float = param(0.0, "learning rate after T_max calls")

    @property
    def peak(self) -> float:
        """The upper end of the wave."""
        return max(self.lr, self.eta_min)

    @property
    def floor(self) -> float:
        """The lower end of the wave."""
        return min(self.lr, self.eta_min)

    @property
    def _meets_floor(self) -> bool:
        return self.T_max.is_integer()

    @property
    def _climbs_anew(self) -> bool:
        """Tell whether the climb from a floor has to be told from a wave: it starts from the one rate after it."""
        return self._meets_floor and self.T_max > _EXACT_TO and self.lr != self.eta_min and math.isinf(self.ends)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        share = shapes.cosine_of(m, 1.0 - t / self.T_max)
        wave = m.lerp(self.lr, self.eta_min, share)
        if not self._climbs_anew:
            return wave
        begins = self.T_max + 1.0
        begun = m.named("begun", begins + m.floor((t - begins) / (2.0 * self.T_max)) * (2.0 * self.T_max))
        kept = m.named("kept", self._after_floor / (1.0 + m.cos(pi * begun / self.T_max)))
        return m.where(t < begins, wave, self.eta_min + kept * 2.0 * share)

    @property
    def _after_floor(self) -> float:
        """How far above the floor PyTorch's rate is one call after it."""
        return self.eta_min + (self.lr - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0 - self.eta_min

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        share = 1.0 - t / self.T_max
        share *= 0.5 * pi
        np.sin(share, out=share)
        share *= share
        wave = share * self.lr
        if self.eta_min:
            wave += (1.0 - share) * self.eta_min
            np.clip(wave, self.floor, self.peak, out=wave)
        late = t >= self.T_max + 1.0
        if self._climbs_anew and late.any():
            wave[late] = self.eta_min + self._kept(t[late]) * 2.0 * share[late]
        if not self._meets_floor and late.any():
            stepped = (t == np.floor(t)) & late
            wave[stepped] = self._stepped.at(t[stepped])
        return np.where(t <= self.ends, wave, np.nan) if math.isfinite(self.ends) else wave

    def _kept(self, t: Rates) -> Rates:
        """Return half the height of the wave that each rate after a floor lies on, as PyTorch's digits make it."""
        waves = np.floor((t - self.T_max - 1.0) / (2.0 * self.T_max))
        if (np.diff(waves) < 0).any():
            order = np.argsort(waves, kind="stable")
            kept = np.empty_like(t)
            kept[order] = self._kept(t[order])
            return kept
        edges = [0, *(np.flatnonzero(np.diff(waves)) + 1).tolist(), len(waves)]
        return np.concatenate([self._kept_in(t[a:b], float(waves[a])) for a, b in itertools.pairwise(edges)])

    def _kept_in(self, t: Rates, wave: float) -> Rates:
        """Return the same for times behind one floor."""
        floor = self.T_max + wave * 2.0 * self.T_max
        if floor not in self._known_heights:
            if sum(map(len, self._known_heights.values())) > MOST_STEPS:
                rule = f"can be followed for {MOST_STEPS:,} calls after its floors: its rates are made one from another"
                raise ParameterError("T_max", rule, got=repr(self.T_max))
            self._known_heights[floor] = self._heights(floor)
        heights = self._known_heights[floor]
        if len(heights) == 1:
            return np.full_like(t, heights[0])
        found: Rates = heights[np.minimum(t - floor, len(heights)).astype(np.intp) - 1]
        return found

    @cached_property
    def _known_heights(self) -> dict[float, Rates]:
        """What has been found of the heights behind each floor."""
        return {}

    def _heights(self, floor: float) -> Rates:
        """Return the half heights for the calls after a floor, one by one until rounding makes no more difference.

        With math's cosine, like PyTorch: numpy's differs in the last bit, and only those are left here.
        """
        lost = 1e-2 * abs(self.eta_min) / self.peak * self.T_max**2
        rate, found = self.eta_min + self._after_floor, [self._after_floor]
        k = floor + 1.0
        above = 1.0 + math.cos(pi * k / self.T_max)
        if not above:
            rule = f"can be followed up to call {floor:.15g}: behind it PyTorch divides by what rounds to 0"
            raise ParameterError("T_max", rule, got=repr(self.T_max))
        found[0] /= above
        while len(found) < min(lost**0.4, self.T_max - 2.0):
            k, before = k + 1.0, above
            above = 1.0 + math.cos(pi * k / self.T_max)
            rate = above / before * (rate - self.eta_min) + self.eta_min
            found.append((rate - self.eta_min) / above)
        return np.array(found)

    @cached_property
    def _stepped(self) -> Stepped:
        return Stepped(self._steps(), name="T_max")

    def _steps(self) -> Iterator[float]:
        """Yield the rates of a T_max that is not whole, one made from the other as :meth:`following` makes them.

        A chunk at a time: what does not hang on the rate before is computed for all its calls at once.
        """
        rate, after = self.lr, (self.lr - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0
        yield rate
        for start in itertools.count(1, _CHUNK):
            k = np.arange(start - 1.0, start + _CHUNK)
            above = 1.0 + np.array([math.cos(angle) for angle in (pi * k / self.T_max).tolist()])
            special = (k[:-1] - self.T_max) % (2.0 * self.T_max) == 0.0
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios = np.where(special, np.nan, above[1:] / above[:-1])
            for ratio, climbs, divisor in zip(ratios.tolist(), special.tolist(), above[:-1].tolist(), strict=True):
                if climbs:
                    rate += after
                elif divisor:
                    rate = ratio * (rate - self.eta_min) + self.eta_min
                else:
                    return
                yield rate

    @cached_property
    def ends(self) -> float:
        """The last call before PyTorch divides by 0: beside a floor that it meets by rounding.

        A T_max that is not whole meets one sooner or later; one of more than 2 10^8 rounds to it before it is there.
        """
        if self._meets_floor:
            first = bisect_left(range(int(self.T_max)), x=True, key=self._is_floor)
            return float(first) if first < self.T_max else first + 1.0 if self._is_floor(first + 1) else math.inf
        if self.T_max >= 1.0:
            floors = (2.0 * np.arange(MOST_STEPS / (2.0 * self.T_max) + 1.0) + 1.0) * self.T_max
            near = np.rint(floors)
        else:  # with many floors a call, those nearest to the calls
            near = np.arange(1.0, _MOST_CALLS)
            with np.errstate(over="ignore", invalid="ignore"):
                floors = (2.0 * np.rint((near / self.T_max - 1.0) / 2.0) + 1.0) * self.T_max
        near = near[(np.abs(floors - near) / self.T_max < _NEAR) & (near >= 1)]
        return next((k for k in near.tolist() if self._divides_by_0(k + 1.0)), math.inf)

    @property
    def raised(self) -> str:
        """That division."""
        return _DIVIDES_BY_0

    def _divides_by_0(self, k: float) -> bool:
        special = (k - 1 - self.T_max) % (2 * self.T_max) == 0
        return not special and self._is_floor(k - 1)

    def _is_floor(self, k: float) -> bool:
        """Tell whether the wave is 0 in float64 before call ``k``."""
        return 1.0 + math.cos(pi * k / self.T_max) == 0.0

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return half waves, down and up."""
        return shapes.half_waves(self.T_max, until, at_most)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        if first:
            return group.rate
        if (k - 1 - self.T_max) % (2 * self.T_max) == 0:
            return group.rate + (start - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0
        ratio = (1.0 + math.cos(pi * k / self.T_max)) / (1.0 + math.cos(pi * (k - 1) / self.T_max))
        return ratio * (group.rate - self.eta_min) + self.eta_min

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        del group
        return self.eta_min + (start - self.eta_min) * 2.0 / 2.0

    @property
    def multiplies_until(self) -> float:
        """The last call at which a step multiplies whatever rate stands there: T_max, where the floor is 0."""
        return self.T_max if self.eta_min == 0 and self._meets_floor else -1.0


@dataclass(frozen=True, kw_only=True)
class CosineAnnealingWarmRestarts(Single):
    r"""Half a cosine wave again and again, each as long as the one before or a multiple of it.

    .. math:: \eta(t) = m + \tfrac12 (b - m)\,(1 + \cos(\pi \tau / T_i)), \quad T_i = T_0\,k^i

    with :math:`\tau` the calls since the last restart, :math:`b` = ``lr``, :math:`T_0` = ``T_0`` (calls), :math:`k` =
    ``T_mult``, :math:`m` = ``eta_min``. It has no end.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> CosineAnnealingWarmRestarts(lr=0.1, T_0=10, T_mult=2)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])

    A cosine from 0.1 over 10 calls, one over 20, then one over 40.
    """

    equivalent: ClassVar[str] = "sgdr"
    difference: ClassVar[str] = (
        "Lengths and their multiple are whole numbers; every cycle begins at lr; there is no last."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "milestone": "lr is in force for the update that a restart names: eta_min is never used; step(epoch) finds the "
        "cycle by a logarithm and gives eta_min at some restarts (T_mult=3 with T_0=5: epoch 605)",
        "past the end": "it goes on restarting",
    }

    lr: float = base_rate()
    T_0: int = param(Needed("10"), "calls of the first cycle", at_least=1)
    T_mult: int = param(1, "factor from one cycle's length to the next", at_least=1)
    eta_min: float = param(0.0, "learning rate that a cycle falls to")

    @cached_property
    def made(self) -> Schedule:
        """The restarts of a wave."""
        length = float(self.T_0)
        plain = 0 <= self.eta_min <= self.lr
        wave = Cosine(lr=self.lr, total=length, min_lr=self.eta_min) if plain else self._wave
        return Restarts(cycle=length, cycle_mult=float(self.T_mult), of=wave)

    @property
    def _wave(self) -> CosineAnnealingLR:
        return CosineAnnealingLR(lr=self.lr, T_max=float(self.T_0), eta_min=self.eta_min)

    def before(self, last: int) -> int:
        """Return the number of a call from that of the one before: never below 0."""
        return max(last + 1, 0)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del group, first
        length = self.T_0
        if self.T_mult == 1:
            k %= length
        while k >= length:
            k, length = k - length, length * self.T_mult
        return self.eta_min + (start - self.eta_min) * (1.0 + math.cos(pi * k / length)) / 2.0

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        return self.following(0, group, start, first=True)


@dataclass(frozen=True, kw_only=True)
class OneCycleLR(Single):
    r"""A climb to the peak and a longer descent far below the start, once.

    .. math:: \eta(t) = y + \tfrac12 (x - y)\,(1 + \cos(\pi u)), \quad u = (t - t_0) / (t_1 - t_0)

    in phases from rate :math:`x` to rate :math:`y`, call :math:`t_0` to :math:`t_1`: from ``max_lr / div_factor`` up
    to ``max_lr`` until ``pct_start * total_steps - 1``, then down to ``max_lr / div_factor / final_div_factor`` until
    ``total_steps - 1``; with ``anneal_strategy`` linear along straight lines. It raises after ``total_steps`` calls.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> OneCycleLR(max_lr=0.1, total_steps=100, pct_start=0.21)([0, 10, 20, 99])
    array([4.0e-03, 5.2e-02, 1.0e-01, 4.0e-07])

    From 0.004 up to 0.1 at call 20, down to 4e-7 at call 99.
    """

    idle: ClassVar[Mapping[str, Idle]] = dict(_MOMENTUM)
    equivalent: ClassVar[str] = "onecycle"
    difference: ClassVar[str] = "It peaks a call before pct_start of total_steps, and is at its end a call before that."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with max_lr / div_factor, whatever the optimizer's rate; below one call of pct_start, "
        "somewhere on the way down",
        "milestone": "max_lr is in force for update pct_start * total_steps - 1, where that is a whole number",
        "end": "the lowest rate is in force for update total_steps - 1, the last of a run of total_steps",
        "past the end": "update total_steps bounces back up the wave, or below 0 along the line; then step() raises",
    }

    max_lr: float = param(0.1, "highest learning rate", above=0, inherits="lr")
    total_steps: int | None = param(None, "calls of the whole cycle", at_least=1, optional=True, example="100")
    epochs: int | None = param(None, "epochs, in the place of total_steps", at_least=1, optional=True)
    steps_per_epoch: int | None = param(None, "calls an epoch, in the place of total_steps", at_least=1, optional=True)
    pct_start: float = param(0.3, "share of the calls that it climbs for", at_least=0, at_most=1)
    anneal_strategy: str = param("cos", "how it climbs and falls", choices=("cos", "linear"))
    div_factor: float = param(25.0, "highest rate over the first", above=0)
    final_div_factor: float = param(1e4, "first rate over the last", above=0)
    three_phase: bool = param(False, "whether it falls as it climbed, and then below the start")

    def check(self) -> None:
        """Refuse a cycle without a length, and a first phase of no length."""
        if self.total_steps is None and (self.epochs is None or self.steps_per_epoch is None):
            raise ParameterError("total_steps", "must be given, or epochs and steps_per_epoch", got="none of them")
        if self._phases[0][0] == 0.0:
            rule = "must not make pct_start * total_steps 1: PyTorch divides by the length of that phase, 0"
            raise ParameterError("pct_start", rule, got=repr(self.pct_start))

    @property
    def _total(self) -> int:
        return self.total_steps or (self.epochs or 0) * (self.steps_per_epoch or 0)

    @cached_property
    def _phases(self) -> tuple[tuple[float, int, int], ...]:
        """Where each phase ends, and which of the rates it goes from and to."""
        first = (self.pct_start * self._total - 1.0, 0, 1)
        last = self._total - 1.0
        if not self.three_phase:
            return (first, (last, 1, 2))
        return (first, (2.0 * self.pct_start * self._total - 2.0, 1, 0), (last, 0, 2))

    @cached_property
    def _rates(self) -> tuple[float, float, float]:
        initial = self.max_lr / self.div_factor
        return initial, self.max_lr, initial / self.final_div_factor

    @property
    def peak(self) -> float:
        """The highest of its rates."""
        return max(self._rates)

    @property
    def floor(self) -> float:
        """The lowest of its rates; a straight line goes below it at the very end."""
        return min(self._rates) if self.anneal_strategy == "cos" else min(*self._rates, self._bounce)

    @property
    def _bounce(self) -> float:
        return self._at(self._total, self._rates) if self.ends == self._total else math.inf

    @property
    def ends(self) -> float:
        """The last call that does not raise: total_steps, or one less where the last phase has no length."""
        start, end = self._phases[-2][0], self._phases[-1][0]
        return end if start == end else end + 1.0

    @property
    def raised(self) -> str:
        """One call too many, or a phase of no length."""
        if self.ends < self._total:
            return _DIVIDES_BY_0
        raw = f"Tried to step {self._total + 1} times. The specified number of total steps is {self._total}"
        return f"ValueError: {raw}"

    def _at(self, t: float, three: tuple[float, float, float]) -> float:
        """Return the rate at one time, as PyTorch reckons it."""
        start = 0.0
        for end, x, y in self._phases[:-1]:
            if t <= end:
                return self._between(three[x], three[y], (t - start) / (end - start))
            start = end
        end, x, y = self._phases[-1]
        return self._between(three[x], three[y], (t - start) / (end - start))

    def _between(self, x: float, y: float, share: float) -> float:
        if self.anneal_strategy == "cos":
            return y + (x - y) / 2.0 * (math.cos(pi * share) + 1.0)
        return (y - x) * share + x

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        starts = (0.0, *(end for end, _, _ in self._phases))
        phases = [(start, *phase) for start, phase in zip(starts, self._phases, strict=False) if start != phase[0]]
        rate: Any = None
        for start, end, x, y in reversed(phases):
            share = (t - start) / (end - start)
            start_rate, end_rate = self._rates[x], self._rates[y]
            if self.anneal_strategy == "cos":  # from its end, like PyTorch: a rate far below the start keeps its digits
                here = end_rate + (start_rate - end_rate) * shapes.cosine_of(m, 1.0 - share)
            else:
                here = start_rate + (end_rate - start_rate) * share
            rate = here if rate is None else m.where(t <= end, here, rate)
        return rate

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the phases, the bounce behind them, and that there is nothing after it."""
        start, end = self._phases[-2][0], self._phases[-1][0]
        ends = [phase[0] for phase in self._phases[:-1]]
        if self.anneal_strategy == "cos" and start < end:
            turns = (start + i * (end - start) for i in range(1, at_most))
            ends += itertools.takewhile(lambda turn: turn < self.ends, turns)
        elif self.anneal_strategy == "linear":
            ends.append(end)
        inner = sorted({one for one in ends if 0 < one < self.ends})
        beyond = math.nextafter(self.ends, math.inf)
        return shapes.in_phases((*((one, "smooth") for one in inner), (beyond, "smooth"), (math.inf, "flat")), until)

    def joins(self, group: Group) -> float:
        """Put its own three rates into the group, in the place of what stood there."""
        group.initial, group.high, group.low = self._rates
        return group.initial

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``, between the rates in the group."""
        del first
        if k > self._total:
            raise RaisedError
        return self._at(k, (start if group.initial is None else group.initial, group.high, group.low))

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        return self.following(0, group, start, first=True)


@dataclass(frozen=True, kw_only=True)
class CyclicLR(Single):
    r"""A straight climb and a straight descent, again and again.

    .. math:: \eta(t) = a + (c - a)\,h(t)\,g(t)

    with :math:`a` = ``base_lr``, :math:`c` = ``max_lr``, :math:`h` the line from 0 up to 1 over ``step_size_up`` calls
    and back over ``step_size_down``, :math:`g` by ``mode``: triangular 1, triangular2 half as much in each cycle,
    exp_range :math:`\gamma^t` with :math:`\gamma` = ``gamma``. It has no end.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> CyclicLR(base_lr=0.01, max_lr=0.1, step_size_up=10, mode="triangular2")([0, 10, 20, 30, 40])
    array([0.01 , 0.1  , 0.01 , 0.055, 0.01 ])

    From 0.01 up to 0.1 over 10 calls and back over 10, then half as high.
    """

    idle: ClassVar[Mapping[str, Idle]] = dict(
        (*_MOMENTUM, idle_param("scale_fn", str, default=None, fixed=True, optional=True))
    )
    equivalent: ClassVar[str] = "cyclic"
    difference: ClassVar[str] = "It climbs for 2000 calls unless it is told otherwise, and gamma is 1 then."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with base_lr, whatever the optimizer's rate",
        "milestone": "max_lr is in force for update step_size_up",
        "past the end": "it goes on; in mode triangular2 step() raises in cycle 1025, and with a gamma above 1 when "
        "its power exceeds what a float holds",
    }

    base_lr: float = param(Needed("0.001"), "learning rate between two cycles", at_least=0)
    max_lr: float = param(0.1, "highest learning rate", at_least=0, inherits="lr")
    step_size_up: float = param(2000.0, "calls that a cycle climbs", above=0)
    step_size_down: float | None = param(
        None, "calls that a cycle falls; as many as it climbs", at_least=0, optional=True
    )
    mode: str = param("triangular", "what becomes of the height", choices=("triangular", "triangular2", "exp_range"))
    gamma: float = param(1.0, "factor of the height at every call, in mode exp_range", at_least=0)
    scale_mode: str = param("cycle", "what scale_fn counts: nothing without one", choices=("cycle", "iterations"))

    @property
    def _cycle(self) -> float:
        return self.step_size_up + (self.step_size_up if self.step_size_down is None else self.step_size_down)

    @property
    def peak(self) -> float:
        """The higher of both rates."""
        return max(self.base_lr, self.max_lr)

    @property
    def floor(self) -> float:
        """The lower of both rates."""
        return min(self.base_lr, self.max_lr)

    @property
    def ends(self) -> float:
        """The last call before the height is divided by more than a float holds, or multiplied with it."""
        if self.mode == "triangular2":
            return math.ceil(1024.0 * self._cycle) - 1.0
        if self.mode == "exp_range" and self.gamma > 1.0:
            return float(math.floor(_LARGEST / math.log(self.gamma)))
        return math.inf

    @property
    def raised(self) -> str:
        """That power."""
        return "OverflowError: (34, 'Numerical result out of range')"

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``, in the order in which PyTorch reckons."""
        passed = t / self._cycle
        cycle = m.named("cycle", m.floor(1.0 + passed))
        local = m.named("local", 1.0 + passed - cycle)
        turn = self.step_size_up / self._cycle
        height = local / turn
        if turn < 1.0:
            height = m.where(local <= turn, height, (local - 1.0) / (turn - 1.0))
        if self.mode == "triangular2":
            height = height * 0.5 ** (cycle - 1.0)
        if self.mode == "exp_range":
            height = height * self.gamma**t
        return self.base_lr + (self.max_lr - self.base_lr) * height

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb and the descent of every cycle; as a row of cycles where there are too many."""
        knots = sorted({0.0, self.step_size_up, *self._turns, self._cycle})
        one = tuple(Piece(a, b, "smooth") for a, b in itertools.pairwise(knots))
        end = min(until, math.nextafter(self.ends, math.inf))
        behind = [Piece(end, until, "flat")] if end < until else []
        count = math.ceil(end / self._cycle)
        if count * len(one) > at_most:
            return [Piece(0.0, end, "cycles", self._cycle, one), *behind]
        edges = sorted({min(i * self._cycle + knot, end) for i in range(count) for knot in knots})
        return [*(Piece(a, b, "smooth") for a, b in itertools.pairwise(edges)), *behind]

    @property
    def _turns(self) -> Iterator[float]:
        """The times in a cycle at which the factor begins to move the rate more than the line does."""
        if self.mode == "exp_range" and self.gamma not in (0.0, 1.0):
            over = -1.0 / math.log(self.gamma)
            if 0 < over < self.step_size_up:
                yield over
            if over < 0 and self.step_size_up < self._cycle + over:
                yield self._cycle + over

    def joins(self, group: Group) -> float:
        """Put its lower rate into the group, from which whoever comes later starts."""
        group.rate = self.base_lr
        group.started()
        return self.base_lr

    def constructed(self, group: Group, start: float) -> float:
        """Return the rate after the constructor: it forgets base_lr where the optimizer has been started before."""
        del start
        return group.started()

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``."""
        del group, start, first
        if k > self.ends:
            raise RaisedError
        return float(self.formula(NUMPY, np.float64(k)))

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        return self.following(0, group, start, first=True)


@dataclass(frozen=True, kw_only=True)
class SWALR(Single):
    r"""From ``lr`` to the constant rate of stochastic weight averaging, then flat.

    .. math:: \eta(t) = b + (c - b)\,s(\min(t, n) / n)

    with :math:`b` = ``lr``, :math:`c` = ``swa_lr``, :math:`n` = ``anneal_epochs`` (calls), and :math:`s` by
    ``anneal_strategy``: cos :math:`(1 - \cos(\pi u)) / 2`, linear :math:`u`. It stays at ``swa_lr`` after that.

    Source: PyTorch 2.13.0, ``torch/optim/swa_utils.py`` (2026).

    >>> SWALR(lr=0.1, swa_lr=0.02)([0, 5, 10, 20])
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at call 0, halfway down at call 5, 0.02 from call 10.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "It is made for the end of a run, and goes to swa_lr whatever the rate was."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr, or with swa_lr where anneal_epochs is 0",
        "end": "swa_lr is in force for update anneal_epochs",
        "past the end": "it stays at swa_lr",
    }

    lr: float = base_rate()
    swa_lr: float = param(Needed("0.05"), "learning rate that it goes to", at_least=0)
    anneal_epochs: int = param(10, "calls until swa_lr is in force", at_least=0)
    anneal_strategy: str = param("cos", "how it goes there", choices=("cos", "linear"))

    @property
    def peak(self) -> float:
        """The higher of both rates."""
        return max(self.lr, self.swa_lr)

    @property
    def floor(self) -> float:
        """The lower of both rates."""
        return min(self.lr, self.swa_lr)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if not self.anneal_epochs:
            return self.swa_lr
        u = shapes.passed(m, t, float(self.anneal_epochs))
        return m.lerp(self.swa_lr, self.lr, shapes.cosine_of(m, u) if self.anneal_strategy == "cos" else u)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the way, and what stays."""
        del at_most
        return shapes.in_phases(((float(self.anneal_epochs), "smooth"), (math.inf, "flat")), until)

    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``: what was mixed before is taken out of the rate, and mixed anew."""
        del start, first
        k = k if self.anneal_epochs else max(1, k)
        done, now = (max(0.0, min(1.0, one / max(1, self.anneal_epochs))) for one in (k - 1, k))
        before, after = self._way(done), self._way(now)
        taken_out = group.averaged if before == 1.0 else (group.rate - before * group.averaged) / (1.0 - before)
        return group.averaged * after + taken_out * (1.0 - after)

    def joins(self, group: Group) -> float:
        """Put the rate that it goes to into the group, in the place of what stood there."""
        group.averaged = self.swa_lr
        return super().joins(group)

    def undone(self, last: int) -> int:
        """Return the number of a call when a step is forgotten: it counts its steps, which nobody undoes."""
        return last

    def _way(self, share: float) -> float:
        return (1.0 - math.cos(pi * share)) / 2.0 if self.anneal_strategy == "cos" else share

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it: that of the first call, by the rate in the group."""
        return self.following(0, group, start, first=True)

    @property
    def in_sequence(self) -> Single | None:
        """None: it goes on from what the one before it left."""
        return None


def _on(member: Single, lr: float) -> Single:
    """Return a scheduler on an optimizer of another rate, if it starts from that."""
    on: dict[str, Any] = {"lr": lr} if hasattr(member, "lr") else {}
    return replace(member, **on)


def _placed(members: tuple[Schedule, ...], lr: float) -> tuple[list[Single], float] | None:
    """Return single schedulers with the rates that they start from on one optimizer, and that of the optimizer.

    OneCycleLR and CyclicLR move what the others start from. None where a member is made of others.
    """
    group, placed = Group(lr), list[Single]()
    for member in members:
        if not isinstance(member, Single):
            return None
        start = member.joins(group)
        if start <= 0 and not isinstance(member, CyclicLR):
            return None
        placed.append(_on(member, start))
    cycles = [member for member in placed if isinstance(member, OneCycleLR)]
    for i, member in enumerate(placed):
        if isinstance(member, OneCycleLR):  # the last one's rates stand in the group
            last = cycles[-1]
            placed[i] = replace(
                member, max_lr=last.max_lr, div_factor=last.div_factor, final_div_factor=last.final_div_factor
            )
    return placed, group.started()


@dataclass(frozen=True, kw_only=True)
class SequentialLR(Composed):
    r"""Schedulers one after the other, each from ``lr`` and counting from its milestone.

    .. math:: \eta(t) = f_i(t - m_i) \text{ for } m_i \le t < m_{i+1}, \quad m_0 = 0

    with :math:`f_i` = ``schedulers`` and :math:`m_1, m_2, \dots` = ``milestones`` (calls). The last one goes on.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> warm, wave = LinearLR(lr=0.1, start_factor=0.1, total_iters=5), CosineAnnealingLR(lr=0.1, T_max=10)
    >>> SequentialLR(lr=0.1, schedulers=(warm, wave), milestones=(5,))([0, 4, 5, 10, 15])
    array([0.01 , 0.082, 0.1  , 0.05 , 0.   ])

    From 0.01 up to 0.1 at call 5, then a cosine over 10 calls.
    """

    equivalent: ClassVar[str] = "sequence"
    difference: ClassVar[str] = "Boundaries in the place of lengths; every part begins at the optimizer's rate."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with the first rate of the first scheduler",
        "milestone": "the next scheduler's first rate is in force for the update that the milestone names, whether the "
        "one before has finished or not; at a milestone that is no whole number the next one steps on from the rate "
        "that it finds; a sequence or a chain behind a milestone raises there",
        "past the end": "what the last scheduler does; a sequence as the first of a sequence is one step ahead",
    }

    milestones: tuple[float, ...] = param(
        Needed("5"), "calls at which the next one begins", at_least=0, example="5", may_be_empty=True
    )

    def check(self) -> None:
        """Refuse what PyTorch refuses: no scheduler, and more or fewer milestones than it needs."""
        check_members(self.schedulers, self.lr)
        due = len(self.schedulers) - 1
        if len(self.milestones) != due:
            rule = f"must be one fewer than the schedulers ({due})"
            raise ParameterError("milestones", rule, got=str(len(self.milestones)))
        if next(rates(self, self.lr), None) is None:  # a sequence inside steps once before the first update
            rule = "must not raise in the step that PyTorch makes them begin with"
            raise ParameterError("schedulers", rule, got=" and ".join(type(one).__name__ for one in self.schedulers))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Where the next scheduler begins, and those of all schedulers, each as long as its turn lasts."""
        turns = zip(self.schedulers, (0.0, *self.milestones), (*self.milestones, math.inf), strict=True)
        inside = (one for of, start, end in turns for one in in_turn(of.milestones_given, start, end))
        return *calls_given("milestones", self.milestones, self.milestones), *inside

    @cached_property
    def _turns(self) -> list[tuple[float, float, Single | None]] | None:
        """Who begins when, ends when, and is who, None for one that raises there; None where that is not all."""
        found = _placed(self.schedulers, self.lr)
        whole = all(float(milestone).is_integer() for milestone in self.milestones)
        if found is None or not whole or list(self.milestones) != sorted(self.milestones):
            return None
        placed, initial = found
        first = bisect_right(self.milestones, 0)
        follows = not isinstance(placed[first], CosineAnnealingWarmRestarts)  # which begins where it was made
        if follows and getattr(placed[first], "lr", initial) != initial:
            return None
        if any(isinstance(member, SWALR) for member in placed[first + 1 :]):
            return None
        starts = [0.0, *self.milestones[first:]]
        ends = [*self.milestones[first:], math.inf]
        turns = zip(starts, ends, placed[first:], strict=True)
        return [(a, b, one if a == 0.0 else one.in_sequence) for a, b, one in turns if a < b]

    @cached_property
    def made(self) -> Schedule | None:
        """The sequence of single schedulers, each with the rate that it starts from."""
        turns = self._turns
        if turns is None:
            return None
        of = [(end - start, one) for start, end, one in turns if one is not None]
        lengths = [min(length, 1.0) if math.isinf(length) else length for length, _ in of]
        return Sequence(of=tuple(one for _, one in of), lengths=tuple(lengths))

    @cached_property
    def ends(self) -> float:
        """The last call before the one whose turn it is raises."""
        if self._turns is None:
            parts = any(isinstance(leaf, Single) is False for leaf in self.schedulers)
            parts |= any(leaf.in_sequence is None for leaf in leaves(self))
            return self.raises_after(surely=parts, milestones=_milestones(self))
        for start, end, one in self._turns:
            if one is None:
                return start - 1.0
            if start + one.ends + 1.0 < end:
                return start + one.ends
        return math.inf

    @property
    def raised(self) -> str:
        """What the one whose turn it is raises; without a closed form of the turns, what any could."""
        at_end = (one for start, end, one in self._turns or () if start <= self.ends + 1.0 < end)
        one = next(at_end, None)
        if one is None:
            return "ZeroDivisionError" if self._turns else super().raised
        return one.raised

    def acting(self, group: Group) -> Acting:
        """Return the schedulers at work."""
        members = [member.acting(group) for member in self.schedulers if isinstance(member, Member)]
        return InTurn(members, self.milestones, group)

    def description(self, formatter: Formatter) -> str:
        """Say who comes when."""
        names = [type(member).__name__ for member in self.schedulers]
        later = (f"{name} from {formatter.moment(at)}" for name, at in zip(names[1:], self.milestones, strict=True))
        return ", ".join([names[0], *later])

    def summary(self, formatter: Formatter) -> str:
        """Say the milestones."""
        return "at " + " ".join(map(formatter.length, self.milestones)) if self.milestones else ""


def _milestones(of: Schedule) -> float:
    """Return the sum of all milestones of a scheduler and those inside it."""
    own = sum(of.milestones) if isinstance(of, SequentialLR) else 0.0
    return own + sum(_milestones(member) for member in getattr(of, "schedulers", ()))


@dataclass(frozen=True, kw_only=True)
class ChainedScheduler(Composed):
    r"""Schedulers that all step at once, each on the rate that the one before leaves.

    .. math:: \eta(t) = \lambda_n(\dots \lambda_1(\eta(t - 1)))

    with :math:`\lambda_i` what a step of each of the ``schedulers`` does to the rate: mostly a factor, and then
    :math:`\eta` is the product of their curves. It has no end but theirs.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> warm, decay = LinearLR(lr=0.1, start_factor=0.5, total_iters=4), ExponentialLR(lr=0.1, gamma=0.5)
    >>> ChainedScheduler(lr=0.1, schedulers=(warm, decay))([0, 2, 4])
    array([0.05   , 0.01875, 0.00625])

    The rate is halved at every call, while the warmup lets the factor grow from 0.5 to 1.
    """

    optimizer_first: ClassVar[bool] = False
    equivalent: ClassVar[str] = "warmup"
    difference: ClassVar[str] = "Both run from the start: a decay has begun when the warmup ends."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with what the constructors, in their order, have made of lr",
        "milestone": "a warm restart, a cycle or a one-cycle sets the rate, and what stood before it is lost",
        "past the end": "a cosine adds to the rate on its climb, so the curves are no product from there on; with an "
        "eta_min other than 0 they never are",
    }

    def check(self) -> None:
        """Refuse what PyTorch refuses: no scheduler."""
        check_members(self.schedulers, self.lr)

    @cached_property
    def _factors(self) -> tuple[Single, ...]:
        """The curves whose product it is, as far as it is one; none where it is not."""
        singles = tuple(_on(one, 1.0) for one in self.schedulers if isinstance(one, Single))
        product = len(singles) == len(self.schedulers) and min(one.multiplies_until for one in singles) >= 0
        return singles if product else ()

    @cached_property
    def _product_until(self) -> float:
        return min((one.multiplies_until for one in self._factors), default=-1.0)

    @cached_property
    def made(self) -> Schedule | None:
        """The last one, where it sets the rate, or is the only one."""
        found = _placed(self.schedulers, self.lr)
        if found is None:
            return None
        last = found[0][-1]
        alone = len(self.schedulers) == 1
        return last if alone or isinstance(last, CosineAnnealingWarmRestarts | OneCycleLR) else None

    @cached_property
    def ends(self) -> float:
        """The last call before any of them raises."""
        if all(isinstance(one, Single) for one in self.schedulers):
            return min(one.ends for one in self.schedulers)
        return self.raises_after(surely=_any_turn_raises(self), milestones=_milestones(self))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``, where it is a product."""
        if math.isinf(self._product_until):
            rate: Any = self.lr
            for one in self._factors:
                rate = rate * one.formula(m, t)
            return rate
        return super().formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        if self.made or self._product_until < 0:
            return super().rate(t)
        late = t > self._product_until
        found = np.full_like(t, self.lr)
        for one in self._factors:
            found *= one.rate(t)
        if late.any():
            found[late] = self.stepped.at(t[late])
        return found

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the stretches between the knots and the turns of the product, and those found by stepping."""
        if self.made or self._product_until < 0:
            return super().pieces(until, at_most)
        end = min(until, self._product_until)
        product = product_pieces(self._factors, end, at_most)
        return [*product, *between(self.stepped.pieces(until), end, until)] if end < until else product

    def acting(self, group: Group) -> Acting:
        """Return the schedulers at work."""
        return Together([member.acting(group) for member in self.schedulers if isinstance(member, Member)])


def _any_turn_raises(of: Schedule) -> bool:
    """Tell whether a sequence inside may raise at a milestone."""
    members = getattr(of, "schedulers", ())
    here = isinstance(of, SequentialLR) and math.isfinite(of.ends)
    return here or any(map(_any_turn_raises, members))


def nearest(schedule: Schedule, run: float) -> Member | None:
    """Return what a user of PyTorch reaches for to get a plain curve, whose times count calls; None for some.

    It need not be exact: a warmup can not start at 0 here, and there is no floor below most decays.
    """
    maker = _NEAREST.get(plain_name(type(schedule)))
    return maker(schedule, run) if maker else None


def _calls(length: float) -> int:
    return max(round(length), 1)


def _constant(of: Constant, run: float) -> Member:
    del run
    return ConstantLR(lr=of.lr, factor=1.0)


def _cosine(of: Cosine, run: float) -> Member:
    del run
    return CosineAnnealingLR(lr=of.lr, T_max=of.total, eta_min=of.min_lr)


def _linear(of: Linear | LinearToZero, run: float) -> Member:
    del run
    low = getattr(of, "min_lr", 0.0)
    return LinearLR(lr=of.lr, start_factor=1.0, end_factor=quotient(low, of.lr), total_iters=of.total)


def _polynomial(of: Polynomial, run: float) -> Member:
    del run
    return PolynomialLR(lr=of.lr, total_iters=of.total, power=of.power)


def _exponential(of: Exponential, run: float) -> Member:
    del run
    return ExponentialLR(lr=of.lr, gamma=of.gamma ** (1.0 / of.per))


def _natural_exponential(of: NaturalExponential, run: float) -> Member:
    del run
    return ExponentialLR(lr=of.lr, gamma=math.exp(-1.0 / of.timescale))


def _step(of: Step, run: float) -> Member:
    del run
    return StepLR(lr=of.lr, step_size=float(math.ceil(of.step_size)), gamma=of.gamma)


def _multistep(of: Multistep, run: float) -> Member:
    del run
    return MultiStepLR(lr=of.lr, milestones=tuple(float(math.ceil(one)) for one in of.milestones), gamma=of.gamma)


def _piecewise_constant(of: PiecewiseConstant, run: float) -> Member | None:
    """Return one scheduler for equal factors, else one a milestone: PyTorch has no list of rates."""
    del run
    if not all(of.values[:-1]):
        return None
    factors = [quotient(after, before) for before, after in itertools.pairwise(of.values)]
    calls = [float(math.ceil(one)) for one in of.milestones]
    if len(set(factors)) == 1:
        return MultiStepLR(lr=of.values[0], milestones=tuple(calls), gamma=factors[0])
    drops = zip(calls, factors, strict=True)
    parts = (MultiStepLR(lr=of.values[0], milestones=(call,), gamma=factor) for call, factor in drops)
    return ChainedScheduler(lr=of.values[0], schedulers=tuple(parts))


def _onecycle(of: Onecycle, run: float) -> Member:
    """Return a cycle one call longer than the plain one, since PyTorch's ends a call early."""
    del run
    total = _calls(of.total) + 1
    return OneCycleLR(
        max_lr=of.lr,
        total_steps=total,
        pct_start=min((of.warmup + 1.0) / total, 1.0) if of.warmup else 0.0,
        anneal_strategy="cos" if of.anneal == "cosine" else "linear",
        div_factor=of.div,
        final_div_factor=of.final_div,
        three_phase=of.three_phase,
    )


def _cyclic(of: Cyclic, run: float) -> Member:
    del run
    gamma = of.gamma ** (1.0 / of.per) if of.mode == "exp_range" else 1.0
    return CyclicLR(
        base_lr=of.min_lr,
        max_lr=of.lr,
        step_size_up=of.rise,
        step_size_down=None if of.fall == of.rise else of.fall,
        mode=of.mode,
        gamma=gamma,
    )


def _cycles(lr: float, cycle: float, mult: float, low: float) -> Member:
    return CosineAnnealingWarmRestarts(lr=lr, T_0=_calls(cycle), T_mult=max(round(mult), 1), eta_min=low)


def _sgdr(of: Sgdr, run: float) -> Member:
    del run
    return _cycles(of.lr, of.cycle, of.cycle_mult, of.min_lr)


def _hard_restarts(of: HardRestarts, run: float) -> Member:
    del run
    return _cycles(of.lr, of.total / of.cycles, 1.0, of.min_lr)


def _restarts(of: Restarts, run: float) -> Member | None:
    del run
    wave = of.of
    return _cycles(wave.lr, of.cycle, of.cycle_mult, wave.min_lr) if isinstance(wave, Cosine) else None


def _wsd(of: Wsd, run: float) -> Member:
    """Return a warmup, a constant and a decay in turn."""
    falling: dict[str, Single] = {
        "cosine": CosineAnnealingLR(lr=of.lr, T_max=of.decay, eta_min=of.min_lr),
        "sqrt": PolynomialLR(lr=of.lr, total_iters=of.decay, power=0.5),
        "exponential": ExponentialLR(lr=of.lr, gamma=(of.min_lr / of.lr) ** (1.0 / of.decay)),
    }
    line = LinearLR(lr=of.lr, start_factor=1.0, end_factor=quotient(of.min_lr, of.lr), total_iters=of.decay)
    level = (of.stable, ConstantLR(lr=of.lr, factor=1.0))
    climb = (of.warmup, _climb(of.warmup, of.warmup_shape, of.warmup_start, of.lr))
    del run
    return _in_turn([one for one in (climb, level) if one[0]], falling.get(of.decay_shape, line))


def _flat_cosine(of: FlatCosine, run: float) -> Member:
    """Return a constant and a cosine in turn."""
    del run
    wave = CosineAnnealingLR(lr=of.lr, T_max=of.decay, eta_min=of.min_lr)
    return _in_turn([(of.hold, ConstantLR(lr=of.lr, factor=1.0))] if of.hold else [], wave)


def _warmup_hold_cosine(of: WarmupHoldCosine, run: float) -> Member:
    """Return a warmup, a constant and a cosine in turn."""
    del run
    climb = (of.warmup, _climb(of.warmup, of.warmup_shape, of.warmup_start, of.lr))
    level = (of.hold, ConstantLR(lr=of.lr, factor=1.0))
    wave = CosineAnnealingLR(lr=of.lr, T_max=of.decay, eta_min=of.min_lr)
    return _in_turn([one for one in (climb, level) if one[0]], wave)


def _climb(length: float, shape: str, start: float, target: float) -> Single:
    """Return a warmup: what it starts from is a factor of what it climbs to, and above 0."""
    if shape == "constant":
        return ConstantLR(lr=target, factor=quotient(start, target), total_iters=length)
    return LinearLR(lr=target, start_factor=max(quotient(start, target), _LEAST_FACTOR), total_iters=length)


def _in_turn(before: list[tuple[float, Single]], last: Member) -> Member:
    """Return schedulers one after the other, each but the last for so many calls."""
    if not before:
        return last
    # At a milestone that is no whole number the next one would not begin at its own start.
    ends = map(float, map(round, itertools.accumulate(length for length, _ in before)))
    lr = before[0][1].lr if hasattr(before[0][1], "lr") else 0.1
    return SequentialLR(lr=lr, schedulers=(*(one for _, one in before), last), milestones=tuple(ends))


def _warmup(of: Warmup, run: float) -> Member | None:
    """Return a warmup and what is behind it, in turn; where that keeps the run's clock, at once."""
    behind = nearest(of.of, run - of.shift)
    target = float(of.of.rate(np.array([of.warmup - of.shift]))[0])
    lr = getattr(behind, "lr", None)
    if isinstance(behind, SequentialLR) and not of.on_run_clock:
        climb = _climb(of.warmup, of.warmup_shape, of.warmup_start, behind.lr)
        ends = (float(round(of.warmup + milestone)) for milestone in (0.0, *behind.milestones))
        return SequentialLR(lr=behind.lr, schedulers=(climb, *behind.schedulers), milestones=tuple(ends))
    if not isinstance(behind, Single) or lr is None or target <= 0:
        return None
    if of.on_run_clock:
        climb = _climb(of.warmup, of.warmup_shape, of.warmup_start * lr / target, lr)
        return ChainedScheduler(lr=lr, schedulers=(climb, behind))
    return _in_turn([(of.warmup, _climb(of.warmup, of.warmup_shape, of.warmup_start, lr))], behind)


def _sequence(of: Sequence, run: float) -> Member | None:
    """Return the schedulers in turn, where they all begin at one rate."""
    parts = [nearest(one, run) for one in of.of]
    starts = {getattr(part, "lr", None) for part in parts}
    if len(starts) != 1 or None in starts or not all(isinstance(part, Single) for part in parts):
        return None
    members = [part for part in parts if isinstance(part, Single)]
    return _in_turn(list(zip(of.lengths, members[:-1], strict=False)), members[-1])


def _scale(of: Scale, run: float) -> Member | None:
    """Return the same of a curve whose own rates are multiplied."""
    rates_of = {name: getattr(of.of, name, None) for name in ("lr", "min_lr")}
    if rates_of["lr"] is None:
        return None
    return nearest(replace(of.of, **{name: of.factor * one for name, one in rates_of.items() if one is not None}), run)


_LEAST_FACTOR = 1e-8

_NEAREST: Mapping[str, Callable[[Any, float], Member | None]] = {
    "constant": _constant,
    "cosine": _cosine,
    "cyclic": _cyclic,
    "exponential": _exponential,
    "flat_cosine": _flat_cosine,
    "hard_restarts": _hard_restarts,
    "linear": _linear,
    "linear_to_zero": _linear,
    "multistep": _multistep,
    "natural_exponential": _natural_exponential,
    "onecycle": _onecycle,
    "piecewise_constant": _piecewise_constant,
    "polynomial": _polynomial,
    "restarts": _restarts,
    "scale": _scale,
    "sequence": _sequence,
    "sgdr": _sgdr,
    "step": _step,
    "warmup": _warmup,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
"""What comes nearest to each plain schedule, by its name: none is loaded that nobody asks for."""
