"""optax's schedules, ``optax.schedules``: functions of the count of updates, in 32-bit floats.

An optimizer calls its schedule at every update, with the number of updates made before, as an int32. The rates are
those of an update that is compiled (``jax.jit``) for a CPU; ``core/compiled.py`` says what that changes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from functools import cached_property
from math import pi
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.behind import behind, in_32_bits, quotient, unscaled
from cosine_cli.frameworks.core.catalogue import Interval
from cosine_cli.frameworks.core.compiled import COMPILED
from cosine_cli.frameworks.core.native import FrameworkSchedule, calls_given
from cosine_cli.frameworks.core.singles import (
    InSingles,
    MadeOf,
    below_zero,
    counted_from,
    filled,
    last_before_nan,
    operand,
    power,
    raised,
    rounds,
    stairs,
)
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates, whole_cycles
from cosine_cli.schedules.core.fields import Needed, Pairs, param
from cosine_cli.schedules.core.milestones import NEVER, Milestone, in_turn
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
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
from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.slanted_triangular import SlantedTriangular
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd

TITLE = "optax"
CALLS: Interval = "update"
PRECISION = 2e-7
VERSION = "0.2.8"

_VALUE = "the value that the training loop passes to update()"
DEPENDS = {
    "reduce_on_plateau": _VALUE,
    "contrib.reduce_on_plateau": _VALUE,
    "StatefulSchedule": "a state that the training updates",
    "WrappedSchedule": "a Python function, schedule_fn",
}

_SOURCE_FIRST = "made with init_value"
_NAN = (
    "XLA computes count / transition_steps as count * (1 / transition_steps). At the end that is above 1 for "
    "about half of all lengths (535 of 1 to 1000, such as 10 and 30): with a power that is not a whole number the"
    " rate is NaN from there on, on every processor that fuses multiply and add"
)
_LATE_DROPS = (
    "XLA multiplies by 1 / transition_steps instead of dividing. At some drops the product is below a whole "
    "number: with a length of 41, 47, 55 or 61, and a ninth of those up to 200, some drops of a staircase come an"
    " update late"
)
_LATE = 1e-3
"""How much later than computed, relative, a decay counts as clipped: rounding moves the moment."""


def _rate(meaning: str, *, default: float = 0.1, inherits: str | None = None) -> Any:
    """Declare a learning rate."""
    return param(default, meaning, at_least=0, inherits=inherits)


def _peak(meaning: str) -> Any:
    """Declare the rate that stands for the plan's ``lr``."""
    return param(0.1, meaning, at_least=0, inherits="lr")


def _needed(meaning: str, *, example: str) -> Any:
    """Declare a rate or a number of updates that has to be given."""
    return param(Needed(example), meaning, at_least=0)


def _begin() -> Any:
    """Declare ``transition_begin``."""
    return param(0.0, "updates before it moves; below 0 is none")


@dataclass(frozen=True, kw_only=True)
class ConstantSchedule(InSingles):
    r"""One rate for the whole run.

    .. math:: \eta(t) = v

    with :math:`v` = ``value``. It has no end.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> ConstantSchedule(value=0.1)([0, 50])
    array([0.1, 0.1])

    0.1 at every update.
    """

    framework_name: ClassVar[str] = "constant_schedule"
    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It is the same."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with value",
        "past the end": "it has no end",
    }

    value: float = _peak("the rate")

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The one rate."""
        return (self.value,)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return ``value``."""
        del m, t
        return self.value

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return one plateau."""
        del at_most
        return [Piece(0.0, until, "flat")]


@dataclass(frozen=True, kw_only=True)
class PolynomialSchedule(InSingles):
    r"""A way from one rate to another with a power of the time that is left.

    .. math:: \eta(t) = e + (v - e)\,(1 - \min(\max(t - B, 0), T) / T)^p

    with :math:`v` = ``init_value``, :math:`e` = ``end_value``, :math:`p` = ``power``, :math:`T` =
    ``transition_steps``, :math:`B` = ``transition_begin`` (updates). It stays at :math:`e` after :math:`B + T`.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> PolynomialSchedule(init_value=0.1, end_value=0, power=2, transition_steps=100)([0, 50, 100, 200]).round(6)
    array([0.1  , 0.025, 0.   , 0.   ])

    0.1 at update 0, a quarter of it halfway, 0 from update 100.
    """

    framework_name: ClassVar[str] = "polynomial_schedule"
    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "It may rise, and may begin late; with no transition_steps it stays at init_value."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _SOURCE_FIRST,
        "end": "end_value is in force after transition_begin and transition_steps: a run of so many makes none with it",
        "past the end": "it stays at end_value; with transition_steps of 0 or below at init_value, all the time",
        "compiled": _NAN,
    }

    init_value: float = _peak("rate at the start")
    end_value: float = _needed("rate at the end", example="0")
    power: float = param(Needed("2"), "exponent of the time that is left", at_least=0)
    transition_steps: float = param(Needed("100"), "updates from one to the other")
    transition_begin: float = _begin()

    @property
    def ends_at(self) -> tuple[float, ...]:
        """Both ends."""
        return (self.init_value, self.end_value) if self.transition_steps > 0 else (self.init_value,)

    @property
    def _begins(self) -> float:
        return max(self.transition_begin, 0.0)

    @property
    def ramp(self) -> float:
        """The way, where it goes up."""
        return self._begins + max(self.transition_steps, 0.0) if self.init_value < self.end_value else 0.0

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if self.transition_steps <= 0:
            return self.init_value
        late = m.maximum(t - self._begins, 0.0) if self._begins else t
        passed = m.minimum(late, self.transition_steps)
        left = m.named("left", 1.0 - passed / self.transition_steps)
        return (self.init_value - self.end_value) * raised(m, left, self.power) + self.end_value

    @cached_property
    def ends(self) -> float:
        """The last call before the power of a number below 0."""
        return last_before_nan(self, math.ceil(self._begins + max(self.transition_steps, 0.0)))

    @property
    def why_it_ends(self) -> str:
        """What becomes of the quotient in a compiled loop."""
        count = f"(count - {self._begins:g})" if self._begins else "count"
        return below_zero(count, self.transition_steps, self.power)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return what is before the way, the way, and what is behind it."""
        del at_most
        begins = self._begins
        end = begins + max(self.transition_steps, 0.0)
        return shapes.in_phases(((begins, "flat"), (end, "smooth"), (math.inf, "flat")), until)


@dataclass(frozen=True, kw_only=True)
class LinearSchedule(MadeOf):
    r"""A straight line from one rate to another.

    .. math:: \eta(t) = v + (e - v)\,\min(\max(t - B, 0), T) / T

    with :math:`v` = ``init_value``, :math:`e` = ``end_value``, :math:`T` = ``transition_steps``, :math:`B` =
    ``transition_begin`` (updates). It stays at :math:`e` after :math:`B + T`.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> LinearSchedule(init_value=0.1, end_value=0.02, transition_steps=100)([0, 50, 100, 200]).round(6)
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at update 0, halfway at 50, 0.02 from update 100.
    """

    framework_name: ClassVar[str] = "linear_schedule"
    equivalent: ClassVar[str] = "linear"
    difference: ClassVar[str] = "It may rise, and may begin late; with no transition_steps it stays at init_value."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        **PolynomialSchedule.boundary_behavior,
        "compiled": "with an end_value of 0 it may end a little above or below 0: at -1.5e-9 after 10 updates from 0.1",
    }

    init_value: float = _peak("rate at the start")
    end_value: float = _needed("rate at the end", example="0")
    transition_steps: float = param(Needed("100"), "updates from one to the other")
    transition_begin: float = _begin()

    @cached_property
    def made(self) -> InSingles:
        """A polynomial of power 1."""
        return PolynomialSchedule(
            init_value=self.init_value,
            end_value=self.end_value,
            power=1.0,
            transition_steps=self.transition_steps,
            transition_begin=self.transition_begin,
        )


@dataclass(frozen=True, kw_only=True)
class ExponentialDecay(InSingles):
    r"""A decay by the same factor in every so many updates, all the time or all at once.

    .. math:: \eta(t) = v\,r^{(t - B) / T} \text{ for } t > B

    with :math:`v` = ``init_value``, :math:`r` = ``decay_rate``, :math:`T` = ``transition_steps``, :math:`B` =
    ``transition_begin`` (updates). With ``staircase`` the exponent is :math:`\lfloor (t - B) / T \rfloor`. It has no
    end; with ``end_value`` it never falls below that, or never rises above it where :math:`r \ge 1`.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> ExponentialDecay(init_value=0.1, transition_steps=10, decay_rate=0.5)([0, 5, 10, 20])
    array([0.1       , 0.07071068, 0.05      , 0.025     ])

    Half of what it was every 10 updates.
    """

    framework_name: ClassVar[str] = "exponential_decay"
    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = (
        "It may begin late, may grow, and may fall in steps: with staircase it is the plain step."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{_SOURCE_FIRST}, or with an end_value that lies on its other side",
        "milestone": "with staircase a drop is in force for the update that transition_steps names",
        "past the end": "it has no end; transition_steps of 0 or below, or a decay_rate of 0, leave it at init_value",
        "compiled": _LATE_DROPS,
    }

    init_value: float = _peak("rate at the start")
    transition_steps: float = param(Needed("10"), "updates in which it changes by decay_rate")
    decay_rate: float = param(Needed("0.5"), "factor over transition_steps", at_least=0)
    transition_begin: float = _begin()
    staircase: bool = param(False, "whether it changes all at once")
    end_value: float | None = param(None, "rate that it never passes", at_least=0, optional=True)

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The start, and what it comes to."""
        if self._stays or self.decay_rate == 1.0:
            return (self._clipped(self.init_value),)
        last = 0.0 if self.decay_rate < 1.0 else self.init_value
        return (self._clipped(self.init_value), self.end_value if self.end_value is not None else last)

    def _clipped(self, rate: float) -> float:
        if self.end_value is None or self._stays:
            return rate
        return max(rate, self.end_value) if self.decay_rate < 1.0 else min(rate, self.end_value)

    @property
    def _stays(self) -> bool:
        return self.transition_steps <= 0 or self.decay_rate == 0

    @property
    def _begins(self) -> float:
        return max(self.transition_begin, 0.0)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if self._stays:
            return self.init_value
        late = m.maximum(t - self._begins, 0.0) if self._begins else t
        times = m.cycles(late, self.transition_steps) if self.staircase else late / self.transition_steps
        rate = self.init_value * power(m, self.decay_rate, times)
        if self.end_value is None:
            return rate
        return m.maximum(rate, self.end_value) if self.decay_rate < 1.0 else m.minimum(rate, self.end_value)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates without rounding; stairs are held from call to call."""
        return self.compiled(np.floor(t)) if self.staircase else super().in_doubles(t)

    def _drops(self, calls: Rates) -> Rates:
        """Return how many drops a compiled loop has made by a call, counted from where it begins."""
        return filled(COMPILED.cycles(operand(COMPILED, calls), self.transition_steps), calls)

    def in_step(self, run: float) -> bool:
        """Tell whether no drop of a staircase comes late, or early, as far as its first ones within a run tell."""
        due = np.ceil(np.arange(1.0, min(run / self.transition_steps, _MOST_PARTS)) * self.transition_steps)
        return bool((self._drops(due) == whole_cycles(due, self.transition_steps)).all())

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return what is before the decay, the decay or its plateaus, and what it is clipped to."""
        if self._stays or self.decay_rate == 1.0:
            return [Piece(0.0, until, "flat")]
        end = min(until, self._clipped_from)

        def rest(length: float) -> list[Piece]:
            decaying = min(length, end - self._begins)
            if decaying <= 0.0:
                return [Piece(0.0, length, "flat")]
            if not self.staircase:
                return shapes.in_phases(((decaying, "smooth"), (math.inf, "flat")), length)
            plateaus = stairs(self._drops, self.transition_steps, decaying, at_most)
            return [*plateaus, Piece(decaying, length, "flat")] if decaying < length else plateaus

        return behind(((min(self._begins, end), "flat"),), rest, until) if end > 0.0 else [Piece(0.0, until, "flat")]

    @property
    def _clipped_from(self) -> float:
        """A time from which ``end_value`` holds, at most a little late."""
        if self.end_value is None or (not self.end_value and self.decay_rate < 1.0):
            return math.inf
        if not self.init_value or self._clipped(self.init_value) == self.end_value:
            return 0.0 if self.init_value else math.inf
        # The quotient of the two could underflow.
        times = (math.log(self.end_value) - math.log(self.init_value)) / math.log(self.decay_rate)
        return (
            self._begins + (math.ceil(times) + 1.0 if self.staircase else times * (1.0 + _LATE)) * self.transition_steps
        )


@dataclass(frozen=True, kw_only=True)
class CosineDecaySchedule(InSingles):
    r"""Half a cosine wave from a rate to a share of it, or a power of that wave.

    .. math:: \eta(t) = v\,((1 - \alpha)\,(\tfrac12 (1 + \cos(\pi \min(t, T) / T)))^p + \alpha)

    with :math:`v` = ``init_value``, :math:`T` = ``decay_steps`` (updates), :math:`\alpha` = ``alpha``, :math:`p` =
    ``exponent``. It stays at :math:`\alpha v` after :math:`T`.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> CosineDecaySchedule(init_value=0.1, decay_steps=100, alpha=0.2)([0, 50, 100, 200])
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at update 0, halfway at 50, a fifth of it from update 100.
    """

    framework_name: ClassVar[str] = "cosine_decay_schedule"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "Its floor is a share of its peak, and its wave may be raised to a power."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _SOURCE_FIRST,
        "end": "alpha times init_value is in force after decay_steps: a run of so many updates makes none with it",
        "past the end": "it stays there",
    }

    init_value: float = _peak("rate at the start")
    decay_steps: float = param(Needed("100"), "updates of the decay", above=0)
    alpha: float = param(0.0, "share of init_value at the end", at_least=0)
    exponent: float = param(1.0, "power of the wave", at_least=0)

    @property
    def ends_at(self) -> tuple[float, ...]:
        """Both ends."""
        return self.init_value, self.init_value * self.alpha

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        passed = pi * m.minimum(t, self.decay_steps) / self.decay_steps
        wave = m.named("wave", 0.5 * (1.0 + m.cos(passed)))
        return self.init_value * ((1.0 - self.alpha) * raised(m, wave, self.exponent) + self.alpha)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the wave and what is behind it."""
        del at_most
        return shapes.up_and_down((self.decay_steps,), until)


@dataclass(frozen=True, kw_only=True)
class PiecewiseConstantSchedule(InSingles):
    r"""A rate that is multiplied at each of some updates.

    .. math:: \eta(t) = v \prod_{i : m_i \le t} s_i

    with :math:`v` = ``init_value``, :math:`m_i` and :math:`s_i` = ``boundaries_and_scales`` (updates, factors). It
    stays where it is after the last.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> PiecewiseConstantSchedule(init_value=0.1, boundaries_and_scales={30: 0.1, 60: 0.5})([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.005])

    0.1 for updates 0-29, a tenth of it from 30, half of that from 60.
    """

    framework_name: ClassVar[str] = "piecewise_constant_schedule"
    equivalent: ClassVar[str] = "piecewise_constant"
    difference: ClassVar[str] = "It takes factors, each of the rate before, where the plain one takes rates."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{_SOURCE_FIRST}; a boundary of 0 acts on it already",
        "milestone": "the new rate is in force for the update that the boundary names",
        "past the end": "it stays at the last rate, for good at 0 after a factor of 0",
    }

    init_value: float = _peak("rate at the start")
    boundaries_and_scales: Pairs = param(
        Pairs(), "factors by the update that they act from", at_least=0, example="{30: 0.1, 60: 0.5}"
    )

    @cached_property
    def _values(self) -> tuple[float, ...]:
        """The rates one after the other, each rounded as the one before it has been."""
        found = [np.float32(self.init_value)]
        for _, scale in self.boundaries_and_scales:
            found.append(np.float32(scale) * found[-1])
        return tuple(map(float, found))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The boundaries."""
        return calls_given("boundaries_and_scales", self._times, self._times)

    @property
    def _times(self) -> tuple[float, ...]:
        return tuple(time for time, _ in self.boundaries_and_scales)

    @property
    def ends_at(self) -> tuple[float, ...]:
        """All rates."""
        return _products(self.init_value, self.boundaries_and_scales)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if not self.boundaries_and_scales:
            return self.init_value
        return m.gather(self._values if rounds(m) else self.ends_at, m.count(self._times, t))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus."""
        del at_most
        return shapes.in_phases([*((time, "flat") for time in self._times), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class PiecewiseInterpolateSchedule(InSingles):
    r"""Rates at some updates, each a multiple of the one before, and lines or cosine waves between them.

    .. math:: \eta(t) = v_i + (v_{i+1} - v_i)\,s\!\left(\frac{t - m_i}{m_{i+1} - m_i}\right)
        \text{ for } m_i \le t < m_{i+1}, \quad v_{i+1} = v_i s_i

    with :math:`v_0` = ``init_value``, :math:`m_0 = 0`, further :math:`m_i` and :math:`s_i` =
    ``boundaries_and_scales`` (updates, factors), :math:`s` = ``interpolate_type``: linear :math:`u`, cosine
    :math:`(1 - \cos(\pi u)) / 2`. It stays at the last rate after the last boundary.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> points = {10: 2, 30: 0.5}
    >>> lines = PiecewiseInterpolateSchedule(interpolate_type="linear", init_value=0.1, boundaries_and_scales=points)
    >>> lines([0, 5, 10, 30]).round(6)
    array([0.1 , 0.15, 0.2 , 0.1 ])

    Up to twice as much at update 10, and back to 0.1 at 30.
    """

    framework_name: ClassVar[str] = "piecewise_interpolate_schedule"
    equivalent: ClassVar[str] = "piecewise_interpolated"
    difference: ClassVar[str] = "It takes factors, each of the rate before, where the plain one takes rates."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{_SOURCE_FIRST}, times the factor of a boundary of 0",
        "milestone": "the rate of a boundary is in force for the update that it names",
        "past the end": "it stays at the last rate",
    }

    interpolate_type: str = param(
        Needed("linear"), "how it goes from one rate to the next", choices=("linear", "cosine")
    )
    init_value: float = _peak("rate at the start")
    boundaries_and_scales: Pairs = param(
        Pairs(),
        "factors by the update that they are reached at",
        at_least=0,
        example="{30: 0.1, 60: 0.5}",
    )

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The boundaries, at which their rates are reached."""
        return calls_given("boundaries_and_scales", self._bounds[1:], self._bounds[1:], reached=True)

    @cached_property
    def _bounds(self) -> tuple[float, ...]:
        return 0.0, *(time for time, _ in self.boundaries_and_scales)

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The rates at all boundaries."""
        return _products(self.init_value, self.boundaries_and_scales)

    @cached_property
    def _values(self) -> tuple[float, ...]:
        scales = (self.init_value, *(scale for _, scale in self.boundaries_and_scales))
        return tuple(map(float, np.cumprod(np.array(scales, dtype=np.float32))))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        bounds, values = self._bounds, self._values if rounds(m) else self.ends_at
        if len(bounds) == 1:
            return self.init_value
        index = m.named("index", m.count(bounds[1:-1], t))
        start, end = m.gather(values[:-1], index), m.gather(values[1:], index)
        lengths = tuple(max(b - a, 1.0) for a, b in itertools.pairwise(bounds))
        passed = m.named("passed", (t - m.gather(bounds[:-1], index)) / m.gather(lengths, index))
        return m.where(t < bounds[-1], self._between(m, start, end, passed), values[-1])

    def _between(self, m: Ops, start: Any, end: Any, passed: Any) -> Any:
        if self.interpolate_type == "cosine":
            return end + (start - end) / 2.0 * (m.cos(pi * passed) + 1.0)
        return (end - start) * passed + start

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the ways from one rate to the next, and the last rate."""
        del at_most
        return shapes.up_and_down(self._bounds[1:], until)


@dataclass(frozen=True, kw_only=True)
class LinearOnecycleSchedule(MadeOf):
    r"""Straight lines up to the peak, back to the start, and far below it.

    .. math:: a \to \eta_0 \text{ at } \lfloor p T \rfloor, \quad \to a \text{ at } \lfloor q T \rfloor, \quad
        \to a / f \text{ at } T, \quad a = \eta_0 / d

    with :math:`\eta_0` = ``peak_value``, :math:`T` = ``transition_steps`` (updates), :math:`p` = ``pct_start``,
    :math:`q` = ``pct_final``, :math:`d` = ``div_factor``, :math:`f` = ``final_div_factor``. It stays at the end.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> cycle = LinearOnecycleSchedule(transition_steps=100, peak_value=0.1, div_factor=10, final_div_factor=100)
    >>> cycle([0, 15, 30, 85, 100]).round(6)
    array([0.01  , 0.055 , 0.1   , 0.01  , 0.0001])

    From 0.01 up to 0.1 at update 30, back to 0.01 at 85, and to a hundredth of that at 100.
    """

    framework_name: ClassVar[str] = "linear_onecycle_schedule"
    equivalent: ClassVar[str] = "onecycle"
    difference: ClassVar[str] = (
        "Of three phases, in straight lines; the peak comes with update int(pct_start times steps)."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with peak_value / div_factor",
        "milestone": "the peak is in force for the update int(pct_start * transition_steps); of two phases that end "
        "with the same update the later one stands alone: with pct_start equal to pct_final it never rises",
        "end": "the last rate is in force after transition_steps: a run of so many updates makes none with it",
        "past the end": "it stays there, at the start over final_div_factor, not at the peak over it",
    }

    transition_steps: float = param(Needed("100"), "updates of the cycle", above=0)
    peak_value: float = _peak("rate at the peak")
    pct_start: float = param(0.3, "share of the cycle at which the peak is", at_least=0)
    pct_final: float = param(0.85, "share of the cycle at which the rate is back", at_least=0)
    div_factor: float = param(25.0, "peak over the rate at the start", above=0)
    final_div_factor: float = param(1e4, "rate at the start over the rate at the end", above=0)

    @cached_property
    def made(self) -> InSingles:
        """Lines between the ends of the phases."""
        total = self.transition_steps
        points = {
            float(int(self.pct_start * total)): self.div_factor,
            float(int(self.pct_final * total)): 1.0 / self.div_factor,
            total: 1.0 / self.final_div_factor,
        }
        return _interpolated("linear", self.peak_value / self.div_factor, points)


@dataclass(frozen=True, kw_only=True)
class CosineOnecycleSchedule(MadeOf):
    r"""Half a cosine wave up to the peak, and another one far below the start.

    .. math:: a \to \eta_0 \text{ at } \lfloor p T \rfloor, \quad \to a / f \text{ at } T, \quad a = \eta_0 / d

    with :math:`\eta_0` = ``peak_value``, :math:`T` = ``transition_steps`` (updates), :math:`p` = ``pct_start``,
    :math:`d` = ``div_factor``, :math:`f` = ``final_div_factor``. It stays at the end.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> cycle = CosineOnecycleSchedule(transition_steps=100, peak_value=0.1, div_factor=10, final_div_factor=100)
    >>> cycle([0, 15, 30, 65, 100]).round(6)
    array([0.01   , 0.055  , 0.1    , 0.05005, 0.0001 ])

    From 0.01 up to 0.1 at update 30, and down to 0.0001 at 100.
    """

    framework_name: ClassVar[str] = "cosine_onecycle_schedule"
    equivalent: ClassVar[str] = "onecycle"
    difference: ClassVar[str] = "The peak comes with update int(pct_start times steps)."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with peak_value / div_factor",
        "milestone": "the peak is in force for the update int(pct_start * transition_steps); with pct_start of 1 it "
        "never rises",
        "end": "the last rate is in force after transition_steps: a run of so many updates makes none with it",
        "past the end": "it stays there, at the start over final_div_factor, not at the peak over it",
    }

    transition_steps: float = param(Needed("100"), "updates of the cycle", above=0)
    peak_value: float = _peak("rate at the peak")
    pct_start: float = param(0.3, "share of the cycle at which the peak is", at_least=0)
    div_factor: float = param(25.0, "peak over the rate at the start", above=0)
    final_div_factor: float = param(1e4, "rate at the start over the rate at the end", above=0)

    @cached_property
    def made(self) -> InSingles:
        """Waves between the ends of the phases."""
        points = {
            float(int(self.pct_start * self.transition_steps)): self.div_factor,
            float(int(self.transition_steps)): 1.0 / (self.div_factor * self.final_div_factor),
        }
        return _interpolated("cosine", self.peak_value / self.div_factor, points)


@dataclass(frozen=True, kw_only=True)
class JoinSchedules(InSingles):
    r"""Schedules one after the other, each counting from its own start.

    .. math:: \eta(t) = f_0(t) \text{ for } t < b_1, \quad f_i(t - b_i) \text{ for } b_i \le t < b_{i+1}

    with :math:`f_i` = ``schedules``, :math:`b_i` = ``boundaries`` (updates). The last one goes on.

    Source: optax 0.2.8, ``optax/schedules/_join.py`` (2026).

    >>> climb = LinearSchedule(init_value=0, end_value=0.1, transition_steps=10)
    >>> JoinSchedules(schedules=(climb, ConstantSchedule(value=0.1)), boundaries=(10,))([0, 5, 10, 50])
    array([0.  , 0.05, 0.1 , 0.1 ])

    Up to 0.1 over 10 updates, where it stays.
    """

    framework_name: ClassVar[str] = "join_schedules"
    equivalent: ClassVar[str] = "sequence"
    difference: ClassVar[str] = "It takes boundaries, where the plain one takes lengths that fill the run."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with the first schedule's first rate",
        "milestone": "the next schedule's first rate is in force for the update that the boundary names, wherever the "
        "one before it stands",
        "past the end": "the last schedule goes on; one too many is left out, and so is a boundary too many; where "
        "boundaries do not rise, the later schedule counts",
    }

    schedules: tuple[Schedule, ...] = param(
        Needed("constant_schedule: {value: 0.02}, cosine_decay_schedule: {init_value: 0.1, decay_steps: 95}"),
        "the schedules, in their order",
        example="linear_schedule: {init_value: 0, end_value: 0.1, transition_steps: 5}, ...",
    )
    boundaries: tuple[float, ...] = param(
        Needed("5"), "updates at which the next one begins", example="5", may_be_empty=True
    )

    def check(self) -> None:
        """Refuse a row of nothing, and members that are not optax's."""
        if not self.schedules:
            raise ParameterError("schedules", "must have at least one schedule", got="none")
        for schedule in self.schedules:
            if not isinstance(schedule, InSingles) or type(schedule).__module__ != __name__:
                raise ParameterError("schedules", "must be schedules of optax", got=type(schedule).__name__)

    @property
    def _members(self) -> tuple[InSingles, ...]:
        return tuple(
            schedule for schedule in self.schedules[: len(self.boundaries) + 1] if isinstance(schedule, InSingles)
        )

    @cached_property
    def _starts(self) -> tuple[float, ...]:
        return 0.0, *self.boundaries[: len(self.schedules) - 1]

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Where the next schedule begins, if there is one, and those of all schedules, as long as their turns last."""
        used = len(self._starts) - 1
        own = calls_given("boundaries", self.boundaries, (*self._starts[1:], *[NEVER] * (len(self.boundaries) - used)))
        turns = zip(self._members, self._starts, (*self._starts[1:], math.inf), strict=True)
        inside = (one for of, start, end in turns for one in in_turn(of.milestones_given, start, end))
        return *own, *inside

    @cached_property
    def _begun(self) -> tuple[tuple[float, int], ...]:
        """The times at which another schedule takes over, and which: the last of those that have begun."""
        edges = sorted({0.0, *(max(start, 0.0) for start in self._starts)})
        return tuple((edge, max(i for i, start in enumerate(self._starts) if not i or start <= edge)) for edge in edges)

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The rates between which any of those that run moves."""
        return tuple(rate for _, index in self._begun for rate in self._members[index].ends_at)

    @property
    def ramp(self) -> float:
        """The climb of the first one."""
        return min(self._members[0].ramp, self._starts[1] if len(self._starts) > 1 else math.inf)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        (_, index), *later = self._begun
        rate = self._member_formula(m, t, index)
        for start, index in later:
            rate = m.where(t < start, rate, self._member_formula(m, t, index))
        return rate

    def _member_formula(self, m: Ops, t: Any, index: int) -> Any:
        start = self._starts[index]
        return self._members[index].formula(m, m.maximum(t - start, 0.0) if start else t)

    def in_singles(self, m: Ops, t: Rates) -> Rates:
        """Return the rates before the calls ``t``, each of one schedule alone."""

        def rates_of(index: int, times: Rates) -> Rates:
            return self._members[index].in_singles(*counted_from(m, self._starts[index], times))

        return self._each(t, rates_of)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates as they would be without rounding."""

        def rates_of(index: int, times: Rates) -> Rates:
            rates = self._members[index].in_doubles(times - self._starts[index])
            return np.where(times <= self._last_of(index), rates, np.nan)

        return self._each(t, rates_of)

    def _each(self, t: Rates, rates_of: Callable[[int, Rates], Rates]) -> Rates:
        times, indices = (np.array(column) for column in zip(*self._begun, strict=True))
        # Most blocks of times lie in one schedule, which their ends tell.
        ends = np.array([t.min(initial=math.inf), t.max(initial=0.0)])
        first, last = np.maximum(np.searchsorted(times, ends, side="right") - 1, 0)
        if first >= last:
            return rates_of(int(indices[last]), t)
        index: NDArray[np.intp] = indices[np.searchsorted(times, t, side="right") - 1]
        rates = np.empty_like(t)
        for i in np.unique(index).tolist():
            mine = index == i
            rates[mine] = rates_of(i, t[mine])
        return rates

    @property
    def ends(self) -> float:
        """The last call with a rate of the schedule that goes on."""
        begun, index = self._begun[-1]
        return max(self._last_of(index), begun - 1.0)

    @property
    def why_it_ends(self) -> str:
        """What happens in the schedule that goes on."""
        return self._members[self._begun[-1][1]].why_it_ends

    @property
    def why_of_gaps(self) -> str:
        """What happens in the first schedule that is NaN before the next one begins, or in one inside it."""
        members = [self._members[index] for _, index in self._begun]
        whys = (one.why_it_ends if math.isfinite(one.ends) else one.why_of_gaps for one in members)
        return next(filter(None, whys), "")

    def _last_of(self, index: int) -> float:
        """Return the last call for which a schedule has a rate."""
        return self._starts[index] + self._members[index].ends

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of all that run, each moved to its start; none where one is NaN before the next begins."""
        found: list[Piece] = []
        ends = [*(start for start, _ in self._begun[1:]), until]
        for (begun, index), end in zip(self._begun, ends, strict=True):
            stop, start = min(end, until), self._starts[index]
            known = max(min(stop, math.nextafter(self._last_of(index), math.inf)), begun)
            if begun < known:
                pieces = self._members[index].pieces(known - start, max(at_most - len(found), 1))
                found += between((piece.moved(start) for piece in pieces), begun, known)
            if known < stop:
                found.append(Piece(known, stop, "none"))
        return found


@dataclass(frozen=True, kw_only=True)
class WarmupConstantSchedule(MadeOf):
    r"""A straight climb, then one rate.

    .. math:: \eta(t) = v + (\eta_0 - v)\,\min(t, W) / W

    with :math:`v` = ``init_value``, :math:`\eta_0` = ``peak_value``, :math:`W` = ``warmup_steps`` (updates). It has
    no end.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> WarmupConstantSchedule(init_value=0, peak_value=0.1, warmup_steps=10)([0, 5, 10, 50])
    array([0.  , 0.05, 0.1 , 0.1 ])

    Half of it at update 5, 0.1 from update 10.
    """

    framework_name: ClassVar[str] = "warmup_constant_schedule"
    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = (
        "The climb is its own, where the plain one takes a warmup; of no steps it stays at init_value."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _SOURCE_FIRST,
        "milestone": "peak_value is in force for the update that warmup_steps names",
        "past the end": "it has no end; with warmup_steps of 0 it stays at init_value",
    }

    init_value: float = _needed("rate at the start", example="0")
    peak_value: float = _peak("rate behind the climb")
    warmup_steps: float = param(Needed("10"), "updates of the climb")

    @cached_property
    def made(self) -> InSingles:
        """A line."""
        return _line(self.init_value, self.peak_value, self.warmup_steps)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return max(self.warmup_steps, 0.0)


@dataclass(frozen=True, kw_only=True)
class WarmupCosineDecaySchedule(MadeOf):
    r"""A straight climb, then half a cosine wave.

    .. math:: \eta(t) = v + (\eta_0 - v)\,t / W \text{ for } t < W, \quad
        e + (\eta_0 - e)\,(\tfrac12 (1 + \cos(\pi (t - W) / (T - W))))^p \text{ from } W

    with :math:`v` = ``init_value``, :math:`\eta_0` = ``peak_value``, :math:`e` = ``end_value``, :math:`W` =
    ``warmup_steps``, :math:`T` = ``decay_steps`` (updates), the climb among them, :math:`p` = ``exponent``. It stays
    at :math:`e` after :math:`T`.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> wave = WarmupCosineDecaySchedule(init_value=0, peak_value=0.1, warmup_steps=10, decay_steps=110)
    >>> wave([0, 5, 10, 60, 110])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    The peak at update 10, half of it at 60, 0 from update 110.
    """

    framework_name: ClassVar[str] = "warmup_cosine_decay_schedule"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "The climb is its own, and decay_steps counts it too; its wave may be raised to a power."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{_SOURCE_FIRST}, or with peak_value where warmup_steps is 0",
        "milestone": "peak_value is in force for the update that warmup_steps names",
        "end": "end_value is in force after decay_steps: a run of so many updates makes none with it",
        "past the end": "it stays at end_value",
    }

    init_value: float = _needed("rate at the start", example="0")
    peak_value: float = _peak("rate behind the climb")
    warmup_steps: float = _needed("updates of the climb", example="10")
    decay_steps: float = param(Needed("100"), "updates in all, the climb among them")
    end_value: float = param(0.0, "rate at the end", at_least=0)
    exponent: float = param(1.0, "power of the wave", at_least=0)

    def check(self) -> None:
        """Refuse a climb that leaves nothing to the wave."""
        if self.decay_steps <= self.warmup_steps:
            rule = f"must be above warmup_steps ({self.warmup_steps!r}): the cosine requires positive decay_steps"
            raise ParameterError("decay_steps", rule, got=repr(self.decay_steps))

    @cached_property
    def made(self) -> InSingles:
        """A line and a wave."""
        wave = CosineDecaySchedule(
            init_value=self.peak_value,
            decay_steps=self.decay_steps - self.warmup_steps,
            alpha=self.end_value / self.peak_value if self.peak_value else 0.0,
            exponent=self.exponent,
        )
        return _joined(_line(self.init_value, self.peak_value, self.warmup_steps), wave, self.warmup_steps)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup_steps


@dataclass(frozen=True, kw_only=True)
class WarmupExponentialDecaySchedule(MadeOf):
    r"""A straight climb, then a decay by the same factor in every so many updates.

    .. math:: \eta(t) = v + (\eta_0 - v)\,t / W \text{ for } t < W, \quad
        \eta_0\,r^{(t - W - B) / T} \text{ for } t > W + B

    with :math:`v` = ``init_value``, :math:`\eta_0` = ``peak_value``, :math:`W` = ``warmup_steps``, :math:`r` =
    ``decay_rate``, :math:`T` = ``transition_steps``, :math:`B` = ``transition_begin`` (updates). ``staircase`` and
    ``end_value`` are those of ``exponential_decay``. It has no end.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> decay = WarmupExponentialDecaySchedule(
    ...     init_value=0, peak_value=0.1, warmup_steps=10, transition_steps=20, decay_rate=0.5
    ... )
    >>> decay([0, 5, 10, 30, 50])
    array([0.   , 0.05 , 0.1  , 0.05 , 0.025])

    The peak at update 10, and half of what it was every 20 updates.
    """

    framework_name: ClassVar[str] = "warmup_exponential_decay_schedule"
    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "The climb is its own; it may begin late, may grow, and may fall in steps."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{_SOURCE_FIRST}, or with peak_value where warmup_steps is 0",
        "milestone": "peak_value is in force for the update that warmup_steps names; transition_begin counts from it",
        "past the end": "it has no end",
        "compiled": _LATE_DROPS,
    }

    init_value: float = _needed("rate at the start", example="0")
    peak_value: float = _peak("rate behind the climb")
    warmup_steps: float = _needed("updates of the climb", example="10")
    transition_steps: float = param(Needed("10"), "updates in which it changes by decay_rate")
    decay_rate: float = param(Needed("0.5"), "factor over transition_steps", at_least=0)
    transition_begin: float = param(0.0, "updates from the peak before it moves; below 0 is none")
    staircase: bool = param(False, "whether it changes all at once")
    end_value: float | None = param(None, "rate that it never passes", at_least=0, optional=True)

    @cached_property
    def made(self) -> InSingles:
        """A line and a decay."""
        decay = ExponentialDecay(
            init_value=self.peak_value,
            transition_steps=self.transition_steps,
            decay_rate=self.decay_rate,
            transition_begin=self.transition_begin,
            staircase=self.staircase,
            end_value=self.end_value,
        )
        return _joined(_line(self.init_value, self.peak_value, self.warmup_steps), decay, self.warmup_steps)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup_steps


@dataclass(frozen=True, kw_only=True)
class SgdrSchedule(MadeOf):
    r"""Climbs and cosine waves one after the other, each with peak and length of its own.

    .. math:: \eta(t) = f_i(t - T_0 - \dots - T_{i-1}) \text{ in cycle } i

    with :math:`f_i` the ``warmup_cosine_decay_schedule`` of each mapping in ``cosine_kwargs``, :math:`T_i` its
    ``decay_steps`` (updates). It stays at the last one's ``end_value``.

    Source: optax 0.2.8, ``optax/schedules/_schedule.py`` (2026).

    >>> long = WarmupCosineDecaySchedule(init_value=0, peak_value=0.1, warmup_steps=10, decay_steps=60)
    >>> short = WarmupCosineDecaySchedule(init_value=0, peak_value=0.05, warmup_steps=0, decay_steps=40)
    >>> SgdrSchedule(cosine_kwargs=(long, short))([0, 10, 35, 60, 80, 100])
    array([0.   , 0.1  , 0.05 , 0.05 , 0.025, 0.   ])

    A climb and a cosine over 60 updates, then one from half the peak over 40.
    """

    framework_name: ClassVar[str] = "sgdr_schedule"
    equivalent: ClassVar[str] = "sgdr"
    difference: ClassVar[str] = "Every cycle is said by itself, with a climb of its own; there are as many as are said."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with the first init_value, or its peak_value where warmup_steps is 0",
        "milestone": "a cycle's first rate is in force for the update at which the one before it has made its "
        "decay_steps: the end_value before it is never met",
        "past the end": "it stays at the last end_value",
    }

    cosine_kwargs: tuple[Schedule, ...] = param(
        Needed(
            "{init_value: 0, peak_value: 0.1, warmup_steps: 5, decay_steps: 50}, "
            "{init_value: 0, peak_value: 0.05, warmup_steps: 5, decay_steps: 50}"
        ),
        "the parameters of each cycle",
        member="warmup_cosine_decay_schedule",
        example="{init_value: 0, peak_value: 0.1, warmup_steps: 5, decay_steps: 50}, ...",
    )

    def check(self) -> None:
        """Refuse a row of nothing, and other schedules."""
        if not self.cosine_kwargs:
            raise ParameterError("cosine_kwargs", "must have at least one cycle", got="none")
        for cycle in self.cosine_kwargs:
            if not isinstance(cycle, WarmupCosineDecaySchedule):
                rule = "must be those of warmup_cosine_decay_schedule"
                raise ParameterError("cosine_kwargs", rule, got=type(cycle).__name__)

    @cached_property
    def made(self) -> InSingles:
        """The cycles, joined."""
        lengths = (cycle.decay_steps for cycle in self.cosine_kwargs if isinstance(cycle, WarmupCosineDecaySchedule))
        return JoinSchedules(schedules=self.cosine_kwargs, boundaries=tuple(itertools.accumulate(lengths))[:-1])

    @property
    def ramp(self) -> float:
        """The climb of the first cycle."""
        return self.cosine_kwargs[0].ramp


def _products(start: float, pairs: Pairs) -> tuple[float, ...]:
    """Return a rate and what becomes of it by one factor after the other."""
    return tuple(itertools.accumulate((scale for _, scale in pairs), lambda rate, scale: rate * scale, initial=start))


def _line(start: float, end: float, steps: float) -> LinearSchedule:
    return LinearSchedule(init_value=start, end_value=end, transition_steps=steps)


def _joined(first: InSingles, then: InSingles, boundary: float) -> JoinSchedules:
    return JoinSchedules(schedules=(first, then), boundaries=(boundary,))


def _interpolated(kind: str, start: float, points: Mapping[float, float]) -> PiecewiseInterpolateSchedule:
    return PiecewiseInterpolateSchedule(
        interpolate_type=kind, init_value=start, boundaries_and_scales=Pairs(sorted(points.items()))
    )


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return what comes nearest to a plain schedule over so many updates, None where nothing has its shape."""
    return _nearest(unscaled(schedule), run)


def _nearest(plain: Schedule, run: float) -> InSingles | None:
    found = _NEAREST.get(type(plain))
    return found(plain, run) if found else None


def _row(parts: Row[tuple[InSingles, float]]) -> InSingles:
    """Return schedules one after the other, each with how long it lasts; what lasts no time is left out."""
    lasting = [(part, length) for part, length in parts[:-1] if length > 0.0]
    members = (*(part for part, _ in lasting), parts[-1][0])
    if len(members) == 1:
        return members[0]
    boundaries = itertools.accumulate(length for _, length in lasting)
    return JoinSchedules(schedules=members, boundaries=tuple(boundaries))


def _constant(of: Constant, run: float) -> InSingles:
    del run
    return ConstantSchedule(value=of.lr)


def _linear(of: Linear | LinearToZero, run: float) -> InSingles:
    del run
    return _line(of.lr, of.floor, of.total)


def _polynomial(of: Polynomial, run: float) -> InSingles:
    del run
    return _row(_down(of.lr, of.min_lr, of.power, of.total))


def _down(start: float, end: float, exponent: float, steps: float) -> list[tuple[InSingles, float]]:
    """Return a polynomial decay, and behind it its end where it would be NaN there."""
    decay = PolynomialSchedule(init_value=start, end_value=end, power=exponent, transition_steps=steps)
    held: list[tuple[InSingles, float]] = [(ConstantSchedule(value=end), 0.0)] if math.isfinite(decay.ends) else []
    return [(decay, steps), *held]


def _cosine(of: Cosine, run: float) -> InSingles:
    del run
    return _wave(of.lr, of.total, of.min_lr)


def _wave(start: float, length: float, end: float) -> InSingles:
    return CosineDecaySchedule(init_value=start, decay_steps=length, alpha=quotient(end, start))


def _exponential(of: Exponential, run: float) -> InSingles:
    return _by_factors(of.lr, *in_32_bits(of.per, of.gamma, run), of.min_lr)


def _natural_exponential(of: NaturalExponential, run: float) -> InSingles:
    del run
    return _by_factors(of.lr, of.timescale, math.exp(-1.0), of.min_lr)


def _by_factors(start: float, steps: float, factor: float, low: float) -> ExponentialDecay:
    return ExponentialDecay(
        init_value=start, transition_steps=steps, decay_rate=factor, end_value=low if low and factor < 1.0 else None
    )


def _step(of: Step, run: float) -> InSingles:
    """Return a staircase, or its plateaus where rounding would have some of its drops come late."""
    stairs_of = replace(_by_factors(of.lr, of.step_size, of.gamma, of.min_lr), staircase=True)
    return stairs_of if stairs_of.in_step(run) else _plateaus(of, run) or stairs_of


def _plateaus(of: Schedule, run: float, begin: float = 0.0) -> InSingles | None:
    """Return the rates of all plateaus from a time on, each as a multiple of the one before."""
    pieces = list(between(of.pieces(run + 1.0, _MOST_PARTS), begin, run + 1.0))
    if not pieces or any(piece.kind != "flat" for piece in pieces) or len(pieces) > _MOST_PARTS:
        return None
    starts = [piece.t0 for piece in pieces]
    rates = of(np.array(starts)).tolist()
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        parts = [
            (ConstantSchedule(value=rate), end - start)
            for rate, start, end in zip(rates, starts, [*starts[1:], 0.0], strict=True)
        ]
        return _row(parts)
    scales = (quotient(b, a) if a else 0.0 for a, b in itertools.pairwise(rates))
    points = Pairs((start - begin, scale) for start, scale in zip(starts[1:], scales, strict=True))
    return PiecewiseConstantSchedule(init_value=rates[0], boundaries_and_scales=points)


def _piecewise_constant(of: Multistep | PiecewiseConstant, run: float) -> InSingles | None:
    return _plateaus(of, run)


def _piecewise_interpolated(of: PiecewiseInterpolated, run: float) -> InSingles | None:
    del run
    times, rates = of.times, of.values
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        return _through(((0.0, rates[0]), *zip(times, rates, strict=True)))
    points = {time: quotient(b, a) if a else 0.0 for time, a, b in zip(times[1:], rates, rates[1:], strict=False)}
    held = {times[0]: 1.0} if times[0] else {}
    return _interpolated(of.between, rates[0], held | points)


def _through(points: Iterable[tuple[float, float]]) -> InSingles | None:
    """Return straight lines through points, the first of them at time 0."""
    found = list(points)
    lines = [
        (_line(a, b, end - start), end - start) for (start, a), (end, b) in itertools.pairwise(found) if start < end
    ]
    return _row(lines) if 0 < len(lines) <= _MOST_PARTS else ConstantSchedule(value=found[-1][1]) if not lines else None


def _onecycle(of: Onecycle, run: float) -> InSingles:
    del run
    start, fall = of.lr / of.div, 1.0 / (of.div * of.final_div)
    share = of.warmup / of.total
    if int(share * of.total) != of.warmup:  # rounding would bring the peak an update early
        share = (of.warmup + 0.5) / of.total
    if of.three_phase and of.anneal == "linear":
        back = (2.0 * of.warmup + 0.5) / of.total
        return LinearOnecycleSchedule(
            transition_steps=of.total,
            peak_value=of.lr,
            pct_start=share,
            pct_final=back,
            div_factor=of.div,
            final_div_factor=of.final_div,
        )
    if of.three_phase:
        points = {of.warmup: of.div, 2.0 * of.warmup: 1.0 / of.div, of.total: 1.0 / of.final_div}
        return _interpolated("cosine", start, points)
    if of.anneal == "linear":
        return _interpolated("linear", start, {of.warmup: of.div, of.total: fall})
    return CosineOnecycleSchedule(
        transition_steps=of.total, peak_value=of.lr, pct_start=share, div_factor=of.div, final_div_factor=of.final_div
    )


def _slanted_triangular(of: SlantedTriangular, run: float) -> InSingles | None:
    del run
    low = of.lr / of.ratio
    return _through(((0.0, low if of.warmup else of.lr), (of.warmup, of.lr), (of.total, low)))


def _cyclic(of: Cyclic, run: float) -> InSingles | None:
    cycle = of.rise + of.fall
    if of.mode == "exp_range" or run / cycle > _MOST_PARTS:
        return None
    points = [(0.0, of.min_lr)]
    for index in range(math.ceil((run + 1.0) / cycle)):
        height = 0.5**index if of.mode == "triangular2" else 1.0
        top = of.min_lr + (of.lr - of.min_lr) * height
        points += [(index * cycle + of.rise, top), ((index + 1) * cycle, of.min_lr)]
    return _through(points)


def _restarts(of: Sgdr | HardRestarts | Restarts, run: float) -> InSingles | None:
    again = of if isinstance(of, Restarts) else of.of
    if not isinstance(again, Restarts) or not isinstance(again.of, Cosine):
        return None
    cycles = list(itertools.islice(_cycles(again, again.of, run), _MOST_PARTS + 1))
    return SgdrSchedule(cosine_kwargs=tuple(cycles)) if len(cycles) <= _MOST_PARTS else None


def _cycles(again: Restarts, wave: Cosine, run: float) -> Iterator[InSingles]:
    start, length = 0.0, again.cycle
    for index in range(again.cycles):
        if start > run or length < 1.0:
            return
        peak = max(wave.lr * again.cycle_decay**index, wave.min_lr)
        yield WarmupCosineDecaySchedule(
            init_value=peak, peak_value=peak, warmup_steps=0.0, decay_steps=length, end_value=wave.min_lr
        )
        start, length = start + length, length * again.cycle_mult


def _climb(shape: str, start: float, target: float, length: float) -> InSingles:
    """Return a climb; one along a cosine needs a start to be a multiple of."""
    if shape == "constant":
        return ConstantSchedule(value=start)
    if shape == "cosine" and start:
        return _interpolated("cosine", start, {length: quotient(target, start)})
    if shape == "exponential":
        return ExponentialDecay(init_value=start, transition_steps=length, decay_rate=quotient(target, start))
    return _line(start, target, length)


def _fall(of: Wsd) -> list[tuple[InSingles, float]]:
    if of.decay_shape == "cosine":
        return [(_wave(of.lr, of.decay, of.min_lr), of.decay)]
    if of.decay_shape == "exponential":
        return [(_by_factors(of.lr, of.decay, quotient(of.min_lr, of.lr), of.min_lr), of.decay)]
    return _down(of.lr, of.min_lr, 0.5 if of.decay_shape == "sqrt" else 1.0, of.decay)


def _wsd(of: Wsd, run: float) -> InSingles:
    del run
    climb = _climb(of.warmup_shape, of.warmup_start, of.lr, of.warmup) if of.warmup else ConstantSchedule(value=of.lr)
    return _row([(climb, of.warmup), (ConstantSchedule(value=of.lr), of.stable), *_fall(of)])


def _flat_cosine(of: FlatCosine, run: float) -> InSingles:
    del run
    return _row([(ConstantSchedule(value=of.lr), of.hold), (_wave(of.lr, of.decay, of.min_lr), of.decay)])


def _warmup_hold_cosine(of: WarmupHoldCosine, run: float) -> InSingles:
    del run
    climb = _climb(of.warmup_shape, of.warmup_start, of.lr, of.warmup) if of.warmup else ConstantSchedule(value=of.lr)
    wave = _wave(of.lr, of.decay, of.min_lr)
    return _row([(climb, of.warmup), (ConstantSchedule(value=of.lr), of.hold), (wave, of.decay)])


def _sequence(of: Sequence, run: float) -> InSingles | None:
    parts = [(_nearest(part, min(length, run)), length) for part, length in zip(of.of, of.lengths, strict=True)]
    found = [(part, length) for part, length in parts if part is not None]
    return _row(found) if len(found) == len(parts) else None


def _warmed(of: Warmup, run: float) -> InSingles | None:
    """Return a climb and what is behind it: optax's own of both, where it has one."""
    inside, straight = of.of, of.warmup_shape == "linear"
    if straight and isinstance(inside, Constant):
        return WarmupConstantSchedule(init_value=of.warmup_start, peak_value=inside.lr, warmup_steps=of.warmup)
    if straight and isinstance(inside, Cosine):
        return WarmupCosineDecaySchedule(
            init_value=of.warmup_start,
            peak_value=inside.lr,
            warmup_steps=of.warmup,
            decay_steps=of.warmup + inside.total,
            end_value=inside.min_lr,
        )
    if straight and isinstance(inside, Exponential):
        steps, factor = in_32_bits(inside.per, inside.gamma, run - of.warmup)
        return WarmupExponentialDecaySchedule(
            init_value=of.warmup_start,
            peak_value=inside.lr,
            warmup_steps=of.warmup,
            transition_steps=steps,
            decay_rate=factor,
            end_value=inside.min_lr if inside.min_lr and inside.gamma < 1.0 else None,
        )
    behind = _plateaus(inside, run, of.warmup) if inside.on_run_clock else _nearest(inside, run - of.warmup)
    if behind is None:
        return None
    target = float(inside(of.warmup - of.shift))
    return _row([(_climb(of.warmup_shape, of.warmup_start, target, of.warmup), of.warmup), (behind, run)])


_MOST_PARTS = 200
_NEAREST: dict[type[Schedule], Callable[[Any, float], InSingles | None]] = {
    Constant: _constant,
    Linear: _linear,
    LinearToZero: _linear,
    Polynomial: _polynomial,
    Cosine: _cosine,
    Exponential: _exponential,
    NaturalExponential: _natural_exponential,
    Step: _step,
    Multistep: _piecewise_constant,
    PiecewiseConstant: _piecewise_constant,
    PiecewiseInterpolated: _piecewise_interpolated,
    Onecycle: _onecycle,
    SlantedTriangular: _slanted_triangular,
    Cyclic: _cyclic,
    Sgdr: _restarts,
    HardRestarts: _restarts,
    Restarts: _restarts,
    Wsd: _wsd,
    FlatCosine: _flat_cosine,
    WarmupHoldCosine: _warmup_hold_cosine,
    Sequence: _sequence,
    Warmup: _warmed,
}
