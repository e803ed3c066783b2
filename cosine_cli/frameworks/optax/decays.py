"""optax's constant, polynomial, linear and exponential schedules."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.frameworks.core.compiled import COMPILED
from cosine_cli.frameworks.core.concat import concat
from cosine_cli.frameworks.core.float32 import (
    Composite,
    Float32Schedule,
    as_array_like,
    below_zero,
    jax_power,
    last_before_nan,
    operand,
    power,
    stairs,
)
from cosine_cli.frameworks.optax.declarations import (
    FIRST_UPDATE,
    LATE_DROPS,
    MOST_PARTS,
    inherited_rate,
    required,
    transition_begin,
)
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates, whole_cycles
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece

_NAN = (
    "XLA computes count / transition_steps as count * (1 / transition_steps). At the end that is above 1 for "
    "about half of all lengths (535 of 1 to 1000, such as 10 and 30): with a power that is not a whole number the"
    " rate is NaN from there on, on every processor that fuses multiply and add"
)


_LATE = 1e-3
"""The relative margin after which a decay counts as clipped, since rounding changes the moment."""


@dataclass(frozen=True, kw_only=True)
class ConstantSchedule(Float32Schedule):
    r"""Constant rate for the whole run.

    .. math:: \eta(t) = v

    with :math:`v` = ``value``. It never ends.

    >>> ConstantSchedule(value=0.1)([0, 50])
    array([0.1, 0.1])

    0.1 at every update.
    """

    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It is the same."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses value",
        "past the end": "it never ends",
    }

    value: float = inherited_rate("the rate")

    @property
    def extremes(self) -> tuple[float, ...]:
        """The one rate."""
        return (self.value,)

    def formula(self, m: Ops, t: Any) -> Any:
        del m, t
        return self.value

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return [Piece(0.0, until, "flat")]


@dataclass(frozen=True, kw_only=True)
class PolynomialSchedule(Float32Schedule):
    r"""Polynomial from one rate to another.

    .. math:: \eta(t) = e + (v - e)\,(1 - \min(\max(t - B, 0), T) / T)^p

    with :math:`v` = ``init_value``, :math:`e` = ``end_value``, :math:`p` = ``power``, :math:`T` =
    ``transition_steps``, :math:`B` = ``transition_begin`` (updates). It stays at :math:`e` after :math:`B + T`.

    >>> PolynomialSchedule(init_value=0.1, end_value=0, power=2, transition_steps=100)([0, 50, 100, 200]).round(6)
    array([0.1  , 0.025, 0.   , 0.   ])

    0.1 at update 0, a quarter of it halfway, 0 from update 100.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "It may rise, and may start late; with transition_steps of 0 it stays at init_value."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "end": "end_value takes effect after transition_begin and transition_steps: a run of that length never uses it",
        "past the end": "it stays at end_value; with transition_steps of 0 or below at init_value, all the time",
        "compiled": _NAN,
    }

    init_value: float = inherited_rate("initial rate")
    end_value: float = required("final rate", example="0", share_of="init_value")
    power: float = param(Needed("2"), "exponent of the remaining time", at_least=0)
    transition_steps: float = param(Needed("100"), "updates from init_value to end_value", is_count=True)
    transition_begin: float = transition_begin()

    @property
    def extremes(self) -> tuple[float, ...]:
        """Both ends."""
        return (self.init_value, self.end_value) if self.transition_steps > 0 else (self.init_value,)

    @property
    def _begins(self) -> float:
        return max(self.transition_begin, 0.0)

    @property
    def warmup_length(self) -> float:
        return self._begins + max(self.transition_steps, 0.0) if self.init_value < self.end_value else 0.0

    def formula(self, m: Ops, t: Any) -> Any:
        if self.transition_steps <= 0:
            return self.init_value
        late = m.maximum(t - self._begins, 0.0) if self._begins else t
        passed = m.minimum(late, self.transition_steps)
        left = m.named("left", 1.0 - passed / self.transition_steps)
        return (self.init_value - self.end_value) * jax_power(m, left, self.power) + self.end_value

    @cached_property
    def ends(self) -> float:
        """The last call before the power of a number below 0."""
        return last_before_nan(self, math.ceil(self._begins + max(self.transition_steps, 0.0)))

    @property
    def why_it_ends(self) -> str:
        count = f"(count - {self._begins:g})" if self._begins else "count"
        return below_zero(count, self.transition_steps, self.power)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        begins = self._begins
        end = begins + max(self.transition_steps, 0.0)
        return shapes.in_phases(((begins, "flat"), (end, "smooth"), (math.inf, "flat")), until)


@dataclass(frozen=True, kw_only=True)
class LinearSchedule(Composite):
    r"""A straight line from one rate to another.

    .. math:: \eta(t) = v + (e - v)\,\min(\max(t - B, 0), T) / T

    with :math:`v` = ``init_value``, :math:`e` = ``end_value``, :math:`T` = ``transition_steps``, :math:`B` =
    ``transition_begin`` (updates). It stays at :math:`e` after :math:`B + T`.

    >>> LinearSchedule(init_value=0.1, end_value=0.02, transition_steps=100)([0, 50, 100, 200]).round(6)
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at update 0, halfway at 50, 0.02 from update 100.
    """

    equivalent: ClassVar[str] = "linear"
    difference: ClassVar[str] = "It may rise, and may start late; with transition_steps of 0 it stays at init_value."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        **PolynomialSchedule.boundary_behavior,
        "compiled": "with an end_value of 0 it may end a little above or below 0: at -1.5e-9 after 10 updates from 0.1",
    }

    init_value: float = inherited_rate("initial rate")
    end_value: float = required("final rate", example="0", share_of="init_value")
    transition_steps: float = param(Needed("100"), "updates from init_value to end_value", is_count=True)
    transition_begin: float = transition_begin()

    @cached_property
    def composite(self) -> Float32Schedule:
        return PolynomialSchedule(
            init_value=self.init_value,
            end_value=self.end_value,
            power=1.0,
            transition_steps=self.transition_steps,
            transition_begin=self.transition_begin,
        )


@dataclass(frozen=True, kw_only=True)
class ExponentialDecay(Float32Schedule):
    r"""Multiplies the rate by ``decay_rate`` every ``transition_steps`` updates, continuously or in steps.

    .. math:: \eta(t) = v\,r^{(t - B) / T} \text{ for } t > B

    with :math:`v` = ``init_value``, :math:`r` = ``decay_rate``, :math:`T` = ``transition_steps``, :math:`B` =
    ``transition_begin`` (updates). With ``staircase`` the exponent is :math:`\lfloor (t - B) / T \rfloor`. It has no
    end; with ``end_value`` it never falls below that, or never rises above it if :math:`r \ge 1`.

    >>> ExponentialDecay(init_value=0.1, transition_steps=10, decay_rate=0.5)([0, 5, 10, 20])
    array([0.1       , 0.07071068, 0.05      , 0.025     ])

    Halved every 10 updates.
    """

    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "It may start late and may increase; with staircase it is the plain step."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{FIRST_UPDATE}, or end_value if that is already reached",
        "milestone": "with staircase a drop takes effect at every multiple of transition_steps",
        "past the end": "it never ends; transition_steps of 0 or below, or a decay_rate of 0, leave it at init_value",
        "compiled": LATE_DROPS,
    }

    init_value: float = inherited_rate("initial rate")
    transition_steps: float = param(Needed("10"), "updates per factor of decay_rate", is_count=True)
    decay_rate: float = param(Needed("0.5"), "factor over transition_steps", at_least=0)
    transition_begin: float = transition_begin()
    staircase: bool = param(False, "whether it changes in steps")
    end_value: float | None = param(None, "limit of the rate", at_least=0, optional=True, share_of="init_value")

    @property
    def extremes(self) -> tuple[float, ...]:
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
        if self._stays:
            return self.init_value
        late = m.maximum(t - self._begins, 0.0) if self._begins else t
        times = m.cycles(late, self.transition_steps) if self.staircase else late / self.transition_steps
        rate = self.init_value * power(m, self.decay_rate, times)
        if self.end_value is None:
            return rate
        return m.maximum(rate, self.end_value) if self.decay_rate < 1.0 else m.minimum(rate, self.end_value)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates without rounding; a staircase is constant between two calls."""
        return self.compiled(np.floor(t)) if self.staircase else super().in_float64(t)

    def _drops(self, calls: Rates) -> Rates:
        """Return the number of drops in a compiled loop by a call, counted from the start of the decay."""
        return as_array_like(COMPILED.cycles(operand(COMPILED, calls), self.transition_steps), calls)

    def in_step(self, run: float) -> bool:
        """Return whether the first drops of a staircase within a run are neither late nor early."""
        due = np.ceil(np.arange(1.0, min(run / self.transition_steps, MOST_PARTS)) * self.transition_steps)
        return bool((self._drops(due) == whole_cycles(due, self.transition_steps)).all())

    def pieces(self, until: float, at_most: int) -> list[Piece]:
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

        return concat(((min(self._begins, end), "flat"),), rest, until) if end > 0.0 else [Piece(0.0, until, "flat")]

    @property
    def _clipped_from(self) -> float:
        """A time from which the rate is ``end_value``, possibly a little late."""
        if self.end_value is None or (not self.end_value and self.decay_rate < 1.0):
            return math.inf
        if not self.init_value or self._clipped(self.init_value) == self.end_value:
            return 0.0 if self.init_value else math.inf
        # The quotient of the two could underflow.
        times = (math.log(self.end_value) - math.log(self.init_value)) / math.log(self.decay_rate)
        return (
            self._begins + (math.ceil(times) + 1.0 if self.staircase else times * (1.0 + _LATE)) * self.transition_steps
        )
