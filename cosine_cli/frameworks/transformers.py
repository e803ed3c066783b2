"""Hugging Face's schedules, ``transformers.optimization``: functions that give ``lr`` a factor, update by update.

The Trainer calls ``step()`` after every update of the optimizer. A warmup is part of ``num_training_steps``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.behind import behind, descents, quotient, unscaled
from cosine_cli.frameworks.core.catalogue import Interval
from cosine_cli.frameworks.core.native import FrameworkSchedule, base_rate, idle_param
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.noam import Noam
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd

TITLE = "Transformers"
CALLS: Interval = "update"
PRECISION = 1e-12
VERSION = "5.23.0"

ALIASES = {
    "linear": "get_linear_schedule_with_warmup",
    "cosine": "get_cosine_schedule_with_warmup",
    "cosine_with_restarts": "get_cosine_with_hard_restarts_schedule_with_warmup",
    "polynomial": "get_polynomial_decay_schedule_with_warmup",
    "constant": "get_constant_schedule",
    "constant_with_warmup": "get_constant_schedule_with_warmup",
    "inverse_sqrt": "get_inverse_sqrt_schedule",
    "cosine_with_min_lr": "get_cosine_with_min_lr_schedule_with_warmup",
    "cosine_warmup_with_min_lr": "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
    "warmup_stable_decay": "get_wsd_schedule",
}
"""The values of ``SchedulerType``, which ``get_scheduler`` takes."""

_METRIC = "the metric that the training loop passes to step()"
_ADAFACTOR = "the step sizes that Adafactor computes"
DEPENDS = {
    "reduce_lr_on_plateau": _METRIC,
    "get_reduce_on_plateau_schedule": _METRIC,
    "greedy": _METRIC,
    "get_greedy_schedule": _METRIC,
    "GreedyLR": _METRIC,
    "get_adafactor_schedule": _ADAFACTOR,
    "AdafactorSchedule": _ADAFACTOR,
}
IDLE = dict((idle_param("last_epoch", int, default=-1, fixed=True),))

_CLIMBED = "made with a rate of 0, or with lr where there is no warmup"
_PEAK = "lr is in force for the update that num_warmup_steps names"


def _steps(meaning: str, *, example: str) -> Any:
    """Declare a number of updates that has to be given."""
    return param(Needed(example), meaning, at_least=0)


def _warmup_steps() -> Any:
    """Declare ``num_warmup_steps``."""
    return _steps("updates that the rate climbs", example="10")


def _training_steps() -> Any:
    """Declare ``num_training_steps``."""
    return _steps("updates in all, the warmup among them", example="100")


@dataclass(frozen=True, kw_only=True)
class GetConstantSchedule(FrameworkSchedule):
    r"""One rate for the whole run.

    .. math:: \eta(t) = b

    with :math:`b` = ``lr``. It has no end.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> GetConstantSchedule(lr=0.1)([0, 50])
    array([0.1, 0.1])

    0.1 at every update.
    """

    framework_name: ClassVar[str] = "get_constant_schedule"
    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It is the same."
    boundary_behavior: ClassVar[Mapping[str, str]] = {"first update": "made with lr", "past the end": "it has no end"}

    lr: float = base_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return ``lr``."""
        del m, t
        return self.lr

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return one plateau."""
        del at_most
        return [Piece(0.0, until, "flat")]


@dataclass(frozen=True, kw_only=True)
class GetConstantScheduleWithWarmup(FrameworkSchedule):
    r"""A straight climb from 0, then one rate.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad b \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps`` (updates). It has no end.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> GetConstantScheduleWithWarmup(lr=0.1, num_warmup_steps=10)([0, 5, 10, 50])
    array([0.  , 0.05, 0.1 , 0.1 ])

    Half of it at update 5, 0.1 from update 10.
    """

    framework_name: ClassVar[str] = "get_constant_schedule_with_warmup"
    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "The climb from 0 is its own, where the plain one takes a warmup."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": _PEAK,
        "past the end": "it has no end",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        return _climbed(m, t, self.lr, self.num_warmup_steps, self.lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, and the rate that stays."""
        del at_most
        return shapes.up_and_down((self.num_warmup_steps,), until)


@dataclass(frozen=True, kw_only=True)
class GetLinearScheduleWithWarmup(FrameworkSchedule):
    r"""A straight climb from 0, then a straight line back to 0.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        b\,\max(0, (T - t) / \max(T - W, 1)) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates). It stays
    at 0 after :math:`T`.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> GetLinearScheduleWithWarmup(lr=0.1, num_warmup_steps=10, num_training_steps=100)([0, 5, 10, 55, 100])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    The peak at update 10, half of it halfway through the rest, 0 from update 100.
    """

    framework_name: ClassVar[str] = "get_linear_schedule_with_warmup"
    equivalent: ClassVar[str] = "linear"
    difference: ClassVar[str] = "The climb from 0 is its own; it ends at 0, without a floor."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": f"{_PEAK}; with a warmup as long as the run it is 0 there, and the peak is never reached",
        "end": "0 is in force after num_training_steps: a run of so many updates makes none with it",
        "past the end": "it stays at 0",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    num_training_steps: float = _training_steps()

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        left = m.maximum(0.0, (self.num_training_steps - t) / max(1.0, self._decay))
        return _climbed(m, t, self.lr, self.num_warmup_steps, self.lr * left)

    @property
    def _decay(self) -> float:
        return self.num_training_steps - self.num_warmup_steps

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the descent and the rate that stays."""
        del at_most
        return shapes.up_and_down(_rising(self.num_warmup_steps, self.num_training_steps), until)


@dataclass(frozen=True, kw_only=True)
class GetCosineScheduleWithWarmup(FrameworkSchedule):
    r"""A straight climb from 0, then a cosine wave, half of one by default.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        \tfrac12 b\,(1 + \cos(2 \pi n (t - W) / \max(T - W, 1))) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``. The wave goes on after :math:`T`.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> GetCosineScheduleWithWarmup(lr=0.1, num_warmup_steps=10, num_training_steps=100)([0, 5, 10, 55, 100, 145])
    array([0.  , 0.05, 0.1 , 0.05, 0.  , 0.05])

    The peak at update 10, 0 at update 100, and up again.
    """

    framework_name: ClassVar[str] = "get_cosine_schedule_with_warmup"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "The climb from 0 is its own; past num_training_steps it climbs back up where the plain one stays at the floor."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": _PEAK,
        "end": "with num_cycles of 0.5 it is 0 after num_training_steps: a run of so many updates makes none with it",
        "past the end": "it climbs back up, and falls again; num_cycles of 1.5 is a wave, no restarts; with a warmup "
        "as long as the run it is lr and 0 in turn",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    num_training_steps: float = _training_steps()
    num_cycles: float = param(0.5, "waves from the warmup to num_training_steps")

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        passed = m.named("passed", (t - self.num_warmup_steps) / self._decay)
        return _climbed(m, t, self.lr, self.num_warmup_steps, self.lr * _wave(m, self.num_cycles, passed))

    @property
    def _decay(self) -> float:
        return max(1.0, self.num_training_steps - self.num_warmup_steps)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, and half waves."""

        def rest(length: float) -> list[Piece]:
            return _half_waves(self._decay, self.num_cycles, length, at_most)

        return behind(((self.num_warmup_steps, "smooth"),), rest, until)


@dataclass(frozen=True, kw_only=True)
class GetCosineWithHardRestartsScheduleWithWarmup(FrameworkSchedule):
    r"""A straight climb from 0, then half a cosine wave so many times, each from the peak to 0.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        \tfrac12 b\,(1 + \cos(\pi\,(n p \bmod 1))) \text{ from } W, \quad p = (t - W) / \max(T - W, 1)

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``. It stays at 0 after :math:`T`.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> restarts = GetCosineWithHardRestartsScheduleWithWarmup(num_warmup_steps=0, num_training_steps=100, num_cycles=2)
    >>> restarts([0, 25, 50, 75, 100])
    array([0.1 , 0.05, 0.1 , 0.05, 0.  ])

    Two cosines from 0.1 to 0, each over 50 updates.
    """

    framework_name: ClassVar[str] = "get_cosine_with_hard_restarts_schedule_with_warmup"
    equivalent: ClassVar[str] = "hard_restarts"
    difference: ClassVar[str] = "The climb from 0 is its own; it has no floor, and num_cycles need not be whole."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": f"{_PEAK}; a restart is in force for the first update at or after it, and 0 is never met before",
        "end": "0 after num_training_steps, wherever the cycle stands",
        "past the end": "it stays at 0",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    num_training_steps: float = _training_steps()
    num_cycles: float = param(1.0, "cycles from the warmup to num_training_steps", at_least=0)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        passed = m.named("passed", (t - self.num_warmup_steps) / self._decay)
        cycles = m.named("cycles", self.num_cycles * passed)
        falling = 0.5 * (1.0 + m.cos(pi * (cycles - m.floor(cycles))))
        rate = m.where(passed < 1.0, self.lr * falling, 0.0)
        return _climbed(m, t, self.lr, self.num_warmup_steps, rate)

    @property
    def _decay(self) -> float:
        return max(1.0, self.num_training_steps - self.num_warmup_steps)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the cycles and the rate that stays."""
        if not self.num_cycles:
            ends: list[tuple[float, PieceKind]] = [(self.num_warmup_steps, "smooth"), (self._end, "flat")]
            return shapes.in_phases([*ends, (math.inf, "flat")], until)

        def rest(length: float) -> list[Piece]:
            end = min(length, self._decay)
            found = descents(self._decay / self.num_cycles, end, at_most)
            return [*found, Piece(end, length, "flat")] if end < length else found

        return behind(((self.num_warmup_steps, "smooth"),), rest, until)

    @property
    def _end(self) -> float:
        return self.num_warmup_steps + self._decay


@dataclass(frozen=True, kw_only=True)
class GetPolynomialDecayScheduleWithWarmup(FrameworkSchedule):
    r"""A straight climb from 0, then a decay with a power of the time that is left.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        m + (b - m)\,(1 - (t - W) / (T - W))^p \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`m`
    = ``lr_end``, :math:`p` = ``power``. It stays at :math:`m` after :math:`T`.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> decay = GetPolynomialDecayScheduleWithWarmup(num_warmup_steps=10, num_training_steps=110, lr_end=0, power=2)
    >>> decay([0, 5, 10, 60, 110])
    array([0.   , 0.05 , 0.1  , 0.025, 0.   ])

    The peak at update 10, a quarter of it halfway through the rest, 0 from update 110.
    """

    framework_name: ClassVar[str] = "get_polynomial_decay_schedule_with_warmup"
    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "The climb from 0 is its own; it ends at lr_end of 1e-7, and its power is 1 by default."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": f"{_PEAK}; with a warmup as long as the run it raises there",
        "end": "lr_end is in force after num_training_steps: a run of so many updates makes none with it",
        "past the end": "it stays at lr_end",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    num_training_steps: float = _training_steps()
    lr_end: float = param(1e-7, "learning rate at the end")
    power: float = param(1.0, "exponent of the time that is left", at_least=0)

    def check(self) -> None:
        """Refuse an end that is no lower than the start, and a run in which the first update raises."""
        if self.lr_end >= self.lr:
            raise ParameterError("lr_end", f"must be smaller than initial lr ({self.lr!r})", got=repr(self.lr_end))
        if self.ends < 0:
            rule = "must be above num_warmup_steps where that is 0: it divides by what is left"
            raise ParameterError("num_training_steps", rule, got=repr(self.num_training_steps))

    @property
    def floor(self) -> float:
        """The lower of both ends."""
        return min(self.lr_end, 0.0) if self.num_warmup_steps else self.lr_end

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    @property
    def ends(self) -> float:
        """The last call before Transformers divides by a decay of no length."""
        met = self.num_warmup_steps == self.num_training_steps and self.num_warmup_steps.is_integer()
        return self.num_warmup_steps - 1.0 if met else math.inf

    @property
    def raised(self) -> str:
        """That division."""
        return "ZeroDivisionError: division by zero"

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        start, end = self.num_warmup_steps, self.num_training_steps
        if end <= start:
            return _climbed(m, t, self.lr, start, self.lr_end)
        left = m.named("left", m.maximum(0.0, 1.0 - (t - start) / (end - start)))
        falling = (self.lr - self.lr_end) * left**self.power + self.lr_end
        over = t > end if self.power else t >= math.floor(end) + 1.0
        return _climbed(m, t, self.lr, start, m.where(over, self.lr_end, falling))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the decay and the rate that stays."""
        del at_most
        ends = _rising(self.num_warmup_steps, self.num_training_steps)
        if self.power:
            return shapes.up_and_down(ends, until)
        # 0 ** 0 is 1: the rate falls behind the last update, not with it.
        return shapes.in_phases([(ends[0], "smooth"), (math.floor(ends[1]) + 1.0, "flat"), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class GetInverseSqrtSchedule(FrameworkSchedule):
    r"""A straight climb from 0, then a decay with the inverse square root of the time.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad b / \sqrt{(t + \tau - W) / \tau} \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`\tau` = ``timescale`` (updates), as long as the
    warmup where it is not given, or 10000 where that is 0. It has no end.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> GetInverseSqrtSchedule(lr=0.1, num_warmup_steps=10)([0, 5, 10, 40, 90])
    array([0.        , 0.05      , 0.1       , 0.05      , 0.03333333])

    The peak at update 10, half of it at 40, a third at 90.
    """

    framework_name: ClassVar[str] = "get_inverse_sqrt_schedule"
    equivalent: ClassVar[str] = "inverse_sqrt"
    difference: ClassVar[str] = (
        "The climb from 0 is its own; without a timescale it takes the warmup's length, or 10000."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": f"{_PEAK}; with a timescale of 0 it raises there",
        "past the end": "it has no end",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    timescale: float | None = param(
        None, "updates after which the rate is 0.71 of the peak; the warmup's, or 10000", at_least=0, optional=True
    )

    def check(self) -> None:
        """Refuse what raises in the first update."""
        if self.ends < 0:
            raise ParameterError("timescale", "must be above 0: the rate is divided by it", got=repr(self.timescale))

    @property
    def _scale(self) -> float:
        return self.timescale if self.timescale is not None else self.num_warmup_steps or 10_000.0

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    @property
    def ends(self) -> float:
        """The last call of the warmup, where Transformers then divides by a timescale of 0."""
        return math.inf if self._scale else math.ceil(self.num_warmup_steps) - 1.0

    @property
    def raised(self) -> str:
        """That division."""
        return "ZeroDivisionError: division by zero"

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if not self._scale:
            return _climbed(m, t, self.lr, self.num_warmup_steps, 0.0)
        late = m.maximum(t, self.num_warmup_steps) if self.num_warmup_steps else t
        root = m.sqrt((late + (self._scale - self.num_warmup_steps)) / self._scale)
        return _climbed(m, t, self.lr, self.num_warmup_steps, self.lr * (1.0 / root))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb and the decay."""
        del at_most
        return shapes.in_phases(((self.num_warmup_steps, "smooth"), (math.inf, "smooth")), until)


@dataclass(frozen=True, kw_only=True)
class _ToMinLr(FrameworkSchedule):
    """What both cosines to a floor share: how the floor is said."""

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    num_training_steps: float = _training_steps()
    num_cycles: float = param(0.5, "waves from the warmup to num_training_steps")
    min_lr: float | None = param(None, "learning rate at the lowest; or min_lr_rate", optional=True, example="0.001")
    min_lr_rate: float | None = param(None, "share of lr at the lowest; or min_lr", optional=True)

    def check(self) -> None:
        """Refuse a floor that is said twice, or not at all."""
        if self.min_lr is not None and self.min_lr_rate is not None:
            raise ParameterError("min_lr_rate", "must not be given where min_lr is", got=repr(self.min_lr_rate))
        if self.min_lr is None and self.min_lr_rate is None:
            raise ParameterError("min_lr", "must be given, or min_lr_rate", got="neither")

    @property
    def share(self) -> float:
        """The share of ``lr`` at the lowest."""
        if self.min_lr is not None:
            return self.min_lr / self.lr
        return self.min_lr_rate or 0.0

    @property
    def peak(self) -> float:
        """The higher end of the wave: a floor may lie above ``lr``."""
        return self.lr * max(1.0, self.share)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    @property
    def decay(self) -> float:
        """The updates that the waves are counted over."""
        return max(1.0, self.num_training_steps - self.num_warmup_steps)

    def waving(self, m: Ops, passed: Any) -> Any:
        """Return the rate when so many times the decay has passed."""
        factor = _wave(m, self.num_cycles, passed) * (1.0 - self.share) + self.share
        return self.lr * (m.maximum(0.0, factor) if self.share < 0.0 else factor)


@dataclass(frozen=True, kw_only=True)
class GetCosineWithMinLrScheduleWithWarmup(_ToMinLr):
    r"""A straight climb from 0, then a cosine wave down to a floor.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        m + \tfrac12 (b - m)\,(1 + \cos(2 \pi n (t - W) / \max(T - W, 1))) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``, :math:`m` = ``min_lr``, or ``min_lr_rate`` times ``lr``. The wave goes on after :math:`T`.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> wave = GetCosineWithMinLrScheduleWithWarmup(num_warmup_steps=10, num_training_steps=100, min_lr=0.02)
    >>> wave([0, 5, 10, 55, 100])
    array([0.  , 0.05, 0.1 , 0.06, 0.02])

    The peak at update 10, 0.02 at update 100, and up again.
    """

    framework_name: ClassVar[str] = "get_cosine_with_min_lr_schedule_with_warmup"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "The climb is its own and begins at 0, below the floor; past num_training_steps the rate climbs back up."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _CLIMBED,
        "milestone": _PEAK,
        "end": "with num_cycles of 0.5 the floor is in force after num_training_steps: a run of so many updates makes "
        "none with it",
        "past the end": "it climbs back up, and falls again",
    }

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        passed = m.named("passed", (t - self.num_warmup_steps) / self.decay)
        return _climbed(m, t, self.lr, self.num_warmup_steps, self.waving(m, passed))

    @property
    def floor(self) -> float:
        """The lower of both ends."""
        return 0.0 if self.num_warmup_steps else self.lr * max(0.0, min(1.0, self.share))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, and half waves."""

        def rest(length: float) -> list[Piece]:
            return _half_waves(self.decay, self.num_cycles, length, at_most)

        return behind(((self.num_warmup_steps, "smooth"),), rest, until)


@dataclass(frozen=True, kw_only=True)
class GetCosineWithMinLrScheduleWithWarmupLrRate(_ToMinLr):
    r"""A climb that is at the peak with its last update, then a cosine wave down to a floor.

    .. math:: \eta(t) = b\,(t + 1) / \max(W, 1) \text{ for } t < W, \quad
        m + \tfrac12 (b - m)\,(1 + \cos(2 \pi n (t - W + 1) / \max(T - W, 1))) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``, :math:`m` = ``min_lr``, or ``min_lr_rate`` times ``lr``. With :math:`r` = ``warmup_lr_rate`` the
    climb is :math:`b\,(r + (1 - r)\,t / \max(W - 1, 1))`. The wave goes on after :math:`T`.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> wave = GetCosineWithMinLrScheduleWithWarmupLrRate(num_warmup_steps=10, num_training_steps=100, min_lr=0.02)
    >>> wave([0, 4, 9, 54, 99])
    array([0.01, 0.05, 0.1 , 0.06, 0.02])

    0.01 at the first update, the peak with the tenth, 0.02 with the hundredth.
    """

    framework_name: ClassVar[str] = "get_cosine_with_min_lr_schedule_with_warmup_lr_rate"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "The climb is its own, never 0, and at the peak one update early; so is the floor, and then it climbs back up."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr / num_warmup_steps, or with warmup_lr_rate times lr",
        "milestone": "lr is in force for the last update of the warmup; the one after it is a step down the cosine",
        "end": "with num_cycles of 0.5 the floor is in force for the last update of num_training_steps",
        "past the end": "it climbs back up from the first update after them, and falls again",
    }

    warmup_lr_rate: float | None = param(
        None, "share of lr at the first update; none: lr / num_warmup_steps", optional=True
    )

    @property
    def floor(self) -> float:
        """The lower of both ends."""
        start = 0.0 if self.warmup_lr_rate is None else self.warmup_lr_rate
        low = max(0.0, min(1.0, self.share))
        return self.lr * (min(start, low) if self.num_warmup_steps else low)

    @property
    def peak(self) -> float:
        """The highest of all ends."""
        return self.lr * max(1.0, self.share, self.warmup_lr_rate or 0.0)

    @property
    def _last(self) -> float:
        """The last call of the warmup."""
        return max(math.ceil(self.num_warmup_steps) - 1.0, 0.0)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        warmup = self.num_warmup_steps
        rate = self.waving(m, m.named("passed", (t - warmup + 1.0) / self.decay))
        if not warmup:
            return rate
        climbing = m.minimum(t, self._last)
        start = self.warmup_lr_rate
        if start is None:
            factor = (climbing + 1.0) / max(1.0, warmup)
        else:
            factor = start + (1.0 - start) * climbing / max(1.0, warmup - 1.0)
        return m.where(t < warmup, self.lr * factor, rate)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, its last rate, and half waves, of which the first has begun."""

        def rest(length: float) -> list[Piece]:
            return _half_waves(self.decay, self.num_cycles, length, at_most)

        phases: list[tuple[float, PieceKind]] = [(self._last, "smooth"), (self.num_warmup_steps, "flat")]
        return behind(phases, rest, until, ahead=1.0)


@dataclass(frozen=True, kw_only=True)
class GetWsdSchedule(FrameworkSchedule):
    r"""A climb, a plateau at the peak, and a decay to a floor.

    .. math:: \eta(t) = b\,(r + (1 - r)\,w(t / W)) \text{ for } t < W, \quad b \text{ until } W + S, \quad
        b\,(r + (1 - r)\,d((t - W - S) / D)) \text{ from there}

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`D` = ``num_decay_steps``, :math:`S` =
    ``num_stable_steps``, or what both leave of ``num_training_steps`` (updates), :math:`r` = ``min_lr_ratio``,
    :math:`w` = ``warmup_type``: linear :math:`u`, cosine :math:`(1 - \cos(\pi u)) / 2`, 1-sqrt
    :math:`1 - \sqrt{1 - u}`, and :math:`d` = ``decay_type``: linear :math:`1 - u`, cosine
    :math:`(1 + \cos(2 \pi n u)) / 2` with :math:`n` = ``num_cycles``, 1-sqrt :math:`1 - \sqrt{u}`. It stays at
    :math:`b r` after the decay.

    Source: Transformers 5.23.0, ``transformers/optimization.py`` (2026).

    >>> GetWsdSchedule(lr=0.1, num_warmup_steps=10, num_decay_steps=20, num_training_steps=100)([0, 5, 10, 80, 90, 100])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  ])

    The peak from update 10 to 80, then half a cosine wave to 0 over 20 updates.
    """

    framework_name: ClassVar[str] = "get_wsd_schedule"
    equivalent: ClassVar[str] = "wsd"
    difference: ClassVar[str] = (
        "It falls along a cosine where the plain one falls in a straight line; its climb begins at the floor, not at 0."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with min_lr_ratio times lr, or with lr where there is no warmup",
        "milestone": f"{_PEAK}; num_stable_steps counts where both it and num_training_steps are given",
        "end": "the floor is in force after the decay: a run of num_training_steps updates makes none with it",
        "past the end": "it stays at the floor, wherever num_cycles has left it",
    }

    lr: float = base_rate()
    num_warmup_steps: float = _warmup_steps()
    num_decay_steps: float = _steps("updates of the decay", example="20")
    num_training_steps: float | None = param(
        None, "updates in all; or num_stable_steps", at_least=0, optional=True, example="100"
    )
    num_stable_steps: float | None = param(
        None, "updates at the peak; or num_training_steps", at_least=0, optional=True
    )
    warmup_type: str = param("linear", "how it climbs", choices=("linear", "cosine", "1-sqrt"))
    decay_type: str = param("cosine", "how it falls", choices=("linear", "cosine", "1-sqrt"))
    min_lr_ratio: float = param(0.0, "share of lr at both ends")
    num_cycles: float = param(0.5, "waves of a cosine decay")

    def check(self) -> None:
        """Refuse a plateau of which nobody has said how long it is."""
        if self.num_training_steps is None and self.num_stable_steps is None:
            raise ParameterError("num_training_steps", "must be given, or num_stable_steps", got="neither")

    @property
    def _stable(self) -> float:
        """The updates of the plateau; below 0 where the decay begins within the warmup."""
        if self.num_stable_steps is not None:
            return self.num_stable_steps
        return (self.num_training_steps or 0.0) - self.num_warmup_steps - self.num_decay_steps

    @property
    def _falls(self) -> float:
        return self.num_warmup_steps + self._stable

    @property
    def peak(self) -> float:
        """The highest of all ends."""
        return self.lr * max(1.0, self.min_lr_ratio)

    @property
    def floor(self) -> float:
        """The lowest of all ends."""
        return self.lr * min(1.0, self.min_lr_ratio)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.num_warmup_steps

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        end = self._falls + self.num_decay_steps
        passed = (t - self.num_warmup_steps - self._stable) / max(1.0, self.num_decay_steps)
        falling = m.where(t < end, self._scaled(m, self._decayed(m, m.named("passed", passed))), self._lowest)
        rate = m.where(t < self._falls, self.lr, falling)
        if not self.num_warmup_steps:
            return rate
        u = m.named("u", t / max(1.0, self.num_warmup_steps))
        return m.where(t < self.num_warmup_steps, self._scaled(m, self._risen(m, u)), rate)

    @property
    def _lowest(self) -> float:
        return self.lr * self.min_lr_ratio

    def _scaled(self, m: Ops, factor: Any) -> Any:
        factor = factor * (1.0 - self.min_lr_ratio) + self.min_lr_ratio
        return self.lr * (m.maximum(0.0, factor) if self.min_lr_ratio < 0.0 else factor)

    def _risen(self, m: Ops, u: Any) -> Any:
        if self.warmup_type == "cosine":
            return 0.5 * (1.0 - m.cos(pi * u))
        return 1.0 - m.sqrt(m.maximum(0.0, 1.0 - u)) if self.warmup_type == "1-sqrt" else u

    def _decayed(self, m: Ops, passed: Any) -> Any:
        if self.decay_type == "cosine":
            return _wave(m, self.num_cycles, passed)
        return 1.0 - (m.sqrt(m.maximum(0.0, passed)) if self.decay_type == "1-sqrt" else passed)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the plateau, the decay or its waves, and the floor behind it."""
        ends = _rising(self.num_warmup_steps, self._falls, self._falls + self.num_decay_steps)
        phases: list[tuple[float, PieceKind]] = [(ends[0], "smooth"), (ends[1], "flat")]
        if self.decay_type != "cosine":
            return shapes.in_phases([*phases, (ends[2], "smooth"), (math.inf, "flat")], until)

        def rest(length: float) -> list[Piece]:
            end = min(length, self.num_decay_steps)
            waves = _half_waves(max(1.0, self.num_decay_steps), self.num_cycles, end, at_most) if end > 0.0 else []
            return [*waves, Piece(end, length, "flat")] if end < length else waves

        return behind(phases, rest, until, ahead=ends[1] - self._falls)


def _climbed(m: Ops, t: Any, peak: float, warmup: float, rate: Any) -> Any:
    """Return the rate of a climb from 0 to ``peak``, then ``rate``."""
    return m.where(t < warmup, peak * (t / max(1.0, warmup)), rate) if warmup else rate


def _wave(m: Ops, cycles: float, passed: Any) -> Any:
    """Return a cosine wave between 1 and 0; the order of its factors is that of Transformers, far out it matters."""
    return 0.5 * (1.0 + m.cos(pi * cycles * 2.0 * passed))


def _half_waves(decay: float, cycles: float, until: float, at_most: int) -> list[Piece]:
    """Return the pieces of so many waves over ``decay``, and of those that go on behind it."""
    if not cycles:
        return [Piece(0.0, until, "flat")]
    return shapes.half_waves(decay / (2.0 * abs(cycles)), until, at_most)


def _rising(*ends: float) -> list[float]:
    """Return ends of phases of which none lies before the one before it."""
    found = [0.0]
    for end in ends:
        found.append(max(found[-1], end))
    return found[1:]


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return what comes nearest to a plain schedule over so many updates, None where nothing has its shape."""
    plain = unscaled(schedule)
    climb = plain if isinstance(plain, Warmup) else None
    of = climb.of if climb else plain
    found = _NEAREST.get(type(of))
    return found(of, climb, run) if found else None


def _warmup(climb: Warmup | None) -> float:
    return climb.warmup if climb else 0.0


def _constant(of: Constant, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    if climb is None:
        return GetConstantSchedule(lr=of.lr)
    return GetConstantScheduleWithWarmup(lr=of.lr, num_warmup_steps=climb.warmup)


def _linear(of: Linear | LinearToZero, climb: Warmup | None, run: float) -> FrameworkSchedule:
    low = getattr(of, "min_lr", 0.0)
    if low:
        return _polynomial(Polynomial(lr=of.lr, total=of.total, min_lr=low, power=1.0), climb, run)
    warmup = _warmup(climb)
    return GetLinearScheduleWithWarmup(lr=of.lr, num_warmup_steps=warmup, num_training_steps=warmup + of.total)


def _polynomial(of: Polynomial, climb: Warmup | None, run: float) -> FrameworkSchedule:
    if of.min_lr >= of.lr:
        return _constant(Constant(lr=of.lr), climb, run)
    warmup = _warmup(climb)
    return GetPolynomialDecayScheduleWithWarmup(
        lr=of.lr, num_warmup_steps=warmup, num_training_steps=warmup + of.total, lr_end=of.min_lr, power=of.power
    )


def _cosine(of: Cosine, climb: Warmup | None, run: float) -> FrameworkSchedule:
    warmup = _warmup(climb)
    end = warmup + of.total
    if run > end and (not warmup or not of.min_lr):  # the others climb back up there
        return _falling(of, climb, "cosine")
    if of.min_lr:
        return GetCosineWithMinLrScheduleWithWarmup(
            lr=of.lr, num_warmup_steps=warmup, num_training_steps=end, min_lr=of.min_lr
        )
    return GetCosineScheduleWithWarmup(lr=of.lr, num_warmup_steps=warmup, num_training_steps=end)


def _restarts(of: HardRestarts | Restarts | Sgdr, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    again = of if isinstance(of, Restarts) else of.of
    if not isinstance(again, Restarts) or not isinstance(again.of, Cosine) or again.cycle_mult != 1.0:
        return None
    warmup = _warmup(climb)
    cycles = min(again.cycles, math.floor(max(run - warmup, 0.0) / again.cycle) + 1)
    total = of.total if isinstance(of, HardRestarts) else cycles * again.cycle
    return GetCosineWithHardRestartsScheduleWithWarmup(
        lr=again.of.lr, num_warmup_steps=warmup, num_training_steps=warmup + total, num_cycles=cycles
    )


def _inverse_sqrt(of: InverseSqrt, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return GetInverseSqrtSchedule(lr=of.lr, num_warmup_steps=_warmup(climb), timescale=of.timescale)


def _noam(of: Noam, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    return None if climb else GetInverseSqrtSchedule(lr=of.peak, num_warmup_steps=of.warmup)


def _wsd(of: Wsd, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    if climb is not None:
        return None
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=of.warmup,
        num_stable_steps=of.stable,
        num_decay_steps=of.decay,
        warmup_type=_climb_type(of),
        decay_type=of.decay_shape if of.decay_shape in ("cosine", "1-sqrt") else "linear",
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


def _warmup_hold_cosine(of: WarmupHoldCosine, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    if climb is not None:
        return None
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=of.warmup,
        num_stable_steps=of.hold,
        num_decay_steps=of.decay,
        warmup_type=_climb_type(of),
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


def _climb_type(of: Wsd | WarmupHoldCosine | Warmup | None) -> str:
    return "cosine" if of and of.warmup_shape == "cosine" else "linear"


def _flat_cosine(of: FlatCosine, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=_warmup(climb),
        num_stable_steps=of.hold,
        num_decay_steps=of.decay,
        warmup_type=_climb_type(climb),
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


def _one_minus_sqrt(of: OneMinusSqrt, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return _falling(of, climb, "1-sqrt")


def _falling(of: Cosine | OneMinusSqrt, climb: Warmup | None, decay_type: str) -> FrameworkSchedule:
    """Return a decay without a plateau that stays at its floor."""
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=_warmup(climb),
        num_stable_steps=0.0,
        num_decay_steps=of.total,
        warmup_type=_climb_type(climb),
        decay_type=decay_type,
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


_NEAREST: dict[type[Schedule], Callable[[Any, Warmup | None, float], FrameworkSchedule | None]] = {
    Constant: _constant,
    Linear: _linear,
    LinearToZero: _linear,
    Polynomial: _polynomial,
    Cosine: _cosine,
    HardRestarts: _restarts,
    Restarts: _restarts,
    Sgdr: _restarts,
    InverseSqrt: _inverse_sqrt,
    Noam: _noam,
    Wsd: _wsd,
    FlatCosine: _flat_cosine,
    WarmupHoldCosine: _warmup_hold_cosine,
    OneMinusSqrt: _one_minus_sqrt,
}
