"""Transformers' constant, linear, polynomial and inverse square root schedules."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, base_rate
from cosine_cli.frameworks.transformers.declarations import (
    FIRST_UPDATE,
    PEAK_UPDATE,
    WarmupSchedule,
    non_decreasing,
    training_steps_param,
)
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class GetConstantSchedule(FrameworkSchedule):
    r"""Constant rate for the whole run.

    .. math:: \eta(t) = b

    with :math:`b` = ``lr``. It never ends.

    >>> GetConstantSchedule(lr=0.1)([0, 50])
    array([0.1, 0.1])

    0.1 at every update.
    """

    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It is the same."
    boundary_behavior: ClassVar[Mapping[str, str]] = {"first update": "uses lr", "past the end": "it never ends"}

    lr: float = base_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        del m, t
        return self.lr

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return [Piece(0.0, until, "flat")]


@dataclass(frozen=True, kw_only=True)
class GetConstantScheduleWithWarmup(WarmupSchedule):
    r"""Straight warmup from 0, then a constant rate.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad b \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps`` (updates). It never ends.

    >>> GetConstantScheduleWithWarmup(lr=0.1, num_warmup_steps=10)([0, 5, 10, 50])
    array([0.  , 0.05, 0.1 , 0.1 ])

    Half of it at update 5, 0.1 from update 10.
    """

    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It has its own warmup from 0."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": PEAK_UPDATE,
        "past the end": "it never ends",
    }

    def formula(self, m: Ops, t: Any) -> Any:
        return self.after_warmup(m, t, self.lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.up_and_down((self.num_warmup_steps,), until)


@dataclass(frozen=True, kw_only=True)
class GetLinearScheduleWithWarmup(WarmupSchedule):
    r"""Straight warmup from 0, then linear decay to 0.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        b\,\max(0, (T - t) / \max(T - W, 1)) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates). It stays
    at 0 after :math:`T`.

    >>> GetLinearScheduleWithWarmup(lr=0.1, num_warmup_steps=10, num_training_steps=100)([0, 5, 10, 55, 100])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    The peak at update 10, half of it halfway through the rest, 0 from update 100.
    """

    equivalent: ClassVar[str] = "linear"
    difference: ClassVar[str] = "It has its own warmup from 0; it ends at 0, without a floor."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": f"{PEAK_UPDATE}; with a warmup as long as the run it is 0 there, and the peak is never reached",
        "end": "0 takes effect after num_training_steps: a run of that length never uses it",
        "past the end": "it stays at 0",
    }

    num_training_steps: float = training_steps_param()

    def formula(self, m: Ops, t: Any) -> Any:
        left = m.maximum(0.0, (self.num_training_steps - t) / max(1.0, self._decay))
        return self.after_warmup(m, t, self.lr * left)

    @property
    def _decay(self) -> float:
        return self.num_training_steps - self.num_warmup_steps

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.up_and_down(non_decreasing(self.num_warmup_steps, self.num_training_steps), until)


@dataclass(frozen=True, kw_only=True)
class GetPolynomialDecayScheduleWithWarmup(WarmupSchedule):
    r"""Straight warmup from 0, then polynomial decay.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        m + (b - m)\,(1 - (t - W) / (T - W))^p \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`m`
    = ``lr_end``, :math:`p` = ``power``. It stays at :math:`m` after :math:`T`.

    >>> decay = GetPolynomialDecayScheduleWithWarmup(num_warmup_steps=10, num_training_steps=110, lr_end=0, power=2)
    >>> decay([0, 5, 10, 60, 110])
    array([0.   , 0.05 , 0.1  , 0.025, 0.   ])

    The peak at update 10, a quarter of it halfway through the rest, 0 from update 110.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "It has its own warmup from 0; by default it ends at 1e-7 with a power of 1."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": f"{PEAK_UPDATE}; with a warmup as long as the run it raises there",
        "end": "lr_end takes effect after num_training_steps: a run of that length never uses it",
        "past the end": "it stays at lr_end",
    }

    num_training_steps: float = training_steps_param()
    lr_end: float = param(1e-7, "learning rate at the end", share_of="lr")
    power: float = param(1.0, "exponent of the remaining time", at_least=0)

    def check(self) -> None:
        """Raise if lr_end is not below lr, or if the first update raises."""
        if self.lr_end >= self.lr:
            raise ParameterError("lr_end", f"must be smaller than initial lr ({self.lr!r})", got=repr(self.lr_end))
        if self.ends < 0:
            rule = "must be above num_warmup_steps of 0: the rest is a divisor"
            raise ParameterError("num_training_steps", rule, got=repr(self.num_training_steps))

    @property
    def floor(self) -> float:
        return min(self.lr_end, 0.0) if self.num_warmup_steps else self.lr_end

    @property
    def ends(self) -> float:
        """The last call before Transformers divides by a decay of length 0."""
        met = self.num_warmup_steps == self.num_training_steps and self.num_warmup_steps.is_integer()
        return self.num_warmup_steps - 1.0 if met else math.inf

    @property
    def error(self) -> str:
        return "ZeroDivisionError: division by zero"

    def formula(self, m: Ops, t: Any) -> Any:
        start, end = self.num_warmup_steps, self.num_training_steps
        if end <= start:
            return self.after_warmup(m, t, self.lr_end)
        left = m.named("left", m.maximum(0.0, 1.0 - (t - start) / (end - start)))
        falling = (self.lr - self.lr_end) * left**self.power + self.lr_end
        over = t > end if self.power else t >= math.floor(end) + 1.0
        return self.after_warmup(m, t, m.where(over, self.lr_end, falling))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        ends = non_decreasing(self.num_warmup_steps, self.num_training_steps)
        if self.power:
            return shapes.up_and_down(ends, until)
        # 0 ** 0 is 1: the rate drops after the last update, not at it.
        return shapes.in_phases([(ends[0], "smooth"), (math.floor(ends[1]) + 1.0, "flat"), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class GetInverseSqrtSchedule(WarmupSchedule):
    r"""Straight warmup from 0, then inverse square root decay.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad b / \sqrt{(t + \tau - W) / \tau} \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`\tau` = ``timescale`` (updates), by default the
    length of the warmup, or 10000 if that is 0. It never ends.

    >>> GetInverseSqrtSchedule(lr=0.1, num_warmup_steps=10)([0, 5, 10, 40, 90])
    array([0.        , 0.05      , 0.1       , 0.05      , 0.03333333])

    The peak at update 10, half of it at 40, a third at 90.
    """

    equivalent: ClassVar[str] = "inverse_sqrt"
    difference: ClassVar[str] = (
        "It has its own warmup from 0; the default timescale is the length of the warmup, or 10000."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": f"{PEAK_UPDATE}; with a timescale of 0 it raises there",
        "past the end": "it never ends",
    }

    timescale: float | None = param(
        None,
        "updates after which the rate is 0.71 of the peak; the warmup's, or 10000",
        at_least=0,
        optional=True,
        is_count=True,
    )

    def check(self) -> None:
        """Raise if the first update raises."""
        if self.ends < 0:
            raise ParameterError("timescale", "must be above 0: the rate is divided by it", got=repr(self.timescale))

    @property
    def _scale(self) -> float:
        return self.timescale if self.timescale is not None else self.num_warmup_steps or 10_000.0

    @property
    def ends(self) -> float:
        """The last call of the warmup if the timescale is 0, by which Transformers then divides."""
        return math.inf if self._scale else math.ceil(self.num_warmup_steps) - 1.0

    @property
    def error(self) -> str:
        return "ZeroDivisionError: division by zero"

    def formula(self, m: Ops, t: Any) -> Any:
        if not self._scale:
            return self.after_warmup(m, t, 0.0)
        late = m.maximum(t, self.num_warmup_steps) if self.num_warmup_steps else t
        root = m.sqrt((late + (self._scale - self.num_warmup_steps)) / self._scale)
        return self.after_warmup(m, t, self.lr * (1.0 / root))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases(((self.num_warmup_steps, "smooth"), (math.inf, "smooth")), until)
