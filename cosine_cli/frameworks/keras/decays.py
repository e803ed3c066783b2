"""Keras's exponential, inverse time, piecewise constant and polynomial decays."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.compiled import COMPILED
from cosine_cli.frameworks.core.float32 import (
    Float32Schedule,
    as_array_like,
    below_zero,
    first_calls,
    is_float32,
    last_before_nan,
    operand,
    power,
    stairs,
    tensor,
)
from cosine_cli.frameworks.core.framework_schedule import calls_given
from cosine_cli.frameworks.keras.declarations import FIRST_UPDATE, LATE_DROPS, decay_steps_param, initial_rate
from cosine_cli.frameworks.keras.stairs import drop_count, with_held_ends
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class ExponentialDecay(Float32Schedule):
    r"""Multiplies the rate by ``decay_rate`` every ``decay_steps`` updates, continuously or in steps.

    .. math:: \eta(t) = v\,r^{t / T}

    with :math:`v` = ``initial_learning_rate``, :math:`r` = ``decay_rate``, :math:`T` = ``decay_steps`` (updates). With
    ``staircase`` the exponent is :math:`\lfloor t / T \rfloor`. It never ends.

    >>> ExponentialDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5)([0, 5, 10, 20])
    array([0.1       , 0.07071068, 0.05      , 0.025     ])

    Halved every 10 updates.
    """

    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "No floor; it may increase; with staircase it is the plain step."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": "with staircase a drop takes effect at every multiple of decay_steps",
        "past the end": "it never ends",
        "compiled": LATE_DROPS,
    }

    initial_learning_rate: float = initial_rate()
    decay_steps: float = decay_steps_param("updates per factor of decay_rate")
    decay_rate: float = param(Needed("0.5"), "factor over decay_steps", at_least=0)
    staircase: bool = param(False, "whether it changes in steps")

    @property
    def extremes(self) -> tuple[float, ...]:
        """The start, and what it comes to."""
        start = self.initial_learning_rate
        return (start, 0.0) if self.decay_rate < 1.0 else (start,)

    def formula(self, m: Ops, t: Any) -> Any:
        times = m.cycles(t, self.decay_steps) if self.staircase else t / self.decay_steps
        return self.initial_learning_rate * power(m, self.decay_rate, times)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates without rounding; a staircase is constant between two calls."""
        return self.compiled(np.floor(t)) if self.staircase else super().in_float64(t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        if not self.staircase:
            # 0 ** 0 is 1: after the first update a decay_rate of 0 gives 0.
            return shapes.in_phases(((0.0 if self.decay_rate else 1.0, "smooth"), (math.inf, "smooth")), until)
        return _plateaus_of(self.decay_steps, until, at_most)


@dataclass(frozen=True, kw_only=True)
class InverseTimeDecay(Float32Schedule):
    r"""Inverse time decay, continuously or in steps.

    .. math:: \eta(t) = \frac{v}{1 + r\,t / T}

    with :math:`v` = ``initial_learning_rate``, :math:`r` = ``decay_rate``, :math:`T` = ``decay_steps`` (updates). With
    ``staircase``, :math:`\lfloor t / T \rfloor` replaces :math:`t / T`. It never ends.

    >>> InverseTimeDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=1)([0, 10, 30])
    array([0.1  , 0.05 , 0.025])

    Half of it after 10 updates, a quarter after 30.
    """

    equivalent: ClassVar[str] = "inverse_time"
    difference: ClassVar[str] = "No floor; the plain timescale is decay_steps / decay_rate; it may decay in steps."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": "with staircase a drop takes effect at every multiple of decay_steps",
        "past the end": "it never ends",
        "compiled": LATE_DROPS,
    }

    initial_learning_rate: float = initial_rate()
    decay_steps: float = decay_steps_param("updates in which the divisor grows by decay_rate")
    decay_rate: float = param(Needed("0.5"), "growth of the divisor over decay_steps", at_least=0)
    staircase: bool = param(False, "whether it changes in steps")

    @property
    def extremes(self) -> tuple[float, ...]:
        """The start, and what it comes to."""
        return self.initial_learning_rate, 0.0

    def formula(self, m: Ops, t: Any) -> Any:
        times = m.cycles(t, self.decay_steps) if self.staircase else t / self.decay_steps
        return self.initial_learning_rate / (1.0 + self.decay_rate * times)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates without rounding; a staircase is constant between two calls."""
        return self.compiled(np.floor(t)) if self.staircase else super().in_float64(t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        if not self.staircase:
            return [Piece(0.0, until, "smooth")]
        return _plateaus_of(self.decay_steps, until, at_most)


@dataclass(frozen=True, kw_only=True)
class PiecewiseConstantDecay(Float32Schedule):
    r"""Piecewise-constant rates, each starting one update after its boundary.

    .. math:: \eta(t) = v_n, \quad n = |\{i : m_i < t\}|

    with :math:`m_i` = ``boundaries`` (updates, without their fractions), :math:`v_0, v_1, \dots` = ``values``, one
    more than boundaries. The last rate has no end.

    >>> PiecewiseConstantDecay(boundaries=(30, 60), values=(0.1, 0.02, 0.005))([0, 30, 31, 60, 61])
    array([0.1  , 0.1  , 0.02 , 0.02 , 0.005])

    0.1 for updates 0-30, 0.02 for 31-60, 0.005 from 61.
    """

    equivalent: ClassVar[str] = "piecewise_constant"
    difference: ClassVar[str] = "Each rate starts one update late: with a boundary of 30, update 30 uses the old rate."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses the first value",
        "milestone": "the update of the boundary uses the old rate, the next one the new rate; 2.5 "
        "counts as 2; if boundaries do not rise, the values of all ranges of an update are added",
        "past the end": "it stays at the last value",
    }

    boundaries: tuple[float, ...] = param(
        Needed("30/60"), "updates after which the next rate starts", example="30/60", is_count=True
    )
    values: tuple[float, ...] = param(Needed("0.1/0.02/0.005"), "rates, one more than boundaries", at_least=0)

    def check(self) -> None:
        """Raise unless there is one more value than boundaries."""
        due = len(self.boundaries) + 1
        if len(self.values) != due:
            raise ParameterError("values", f"must be one more than boundaries ({due})", got=str(len(self.values)))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The boundaries, each of which changes the update after it."""
        return calls_given("boundaries", self.boundaries, (math.trunc(bound) + 1.0 for bound in self.boundaries))

    @property
    def extremes(self) -> tuple[float, ...]:
        """All rates."""
        return self._table[1]

    @cached_property
    def _table(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The first updates with a new rate, and the rates: sums of the values of ranges, in Keras's order."""
        bounds = np.trunc(self.boundaries)
        edges = sorted({bound + 1.0 for bound in bounds.tolist() if bound >= 0.0})
        # The bounds of every range, in the order in which their values are added.
        low = np.array([-math.inf, bounds[-1], *bounds[:-1]])
        high = np.array([bounds[0], math.inf, *bounds[1:]])
        values = np.array([self.values[0], self.values[-1], *self.values[1:-1]])
        rates = (np.add.accumulate(values[(low < at) & (at <= high)]) for at in (0.0, *edges))
        return tuple(edges), tuple(float(rate[-1]) if rate.size else 0.0 for rate in rates)

    def formula(self, m: Ops, t: Any) -> Any:
        edges, rates = self._table
        return m.gather(rates, m.count(edges, t)) if edges else rates[0] + 0.0 * t

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases([*((edge, "flat") for edge in self._table[0]), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class PolynomialDecay(Float32Schedule):
    r"""Polynomial decay, once or in cycles.

    .. math:: \eta(t) = e + (v - e)\,(1 - \min(t, T) / T)^p

    with :math:`v` = ``initial_learning_rate``, :math:`e` = ``end_learning_rate``, :math:`p` = ``power``, :math:`T` =
    ``decay_steps`` (updates). It stays at :math:`e` after :math:`T`; with ``cycle``, the base of the power is
    :math:`1 - t / (T \lceil t / T \rceil)`.

    >>> decay = PolynomialDecay(initial_learning_rate=0.1, decay_steps=100, end_learning_rate=0, power=2)
    >>> decay([0, 50, 100, 200]).round(6)
    array([0.1  , 0.025, 0.   , 0.   ])

    0.1 at update 0, a quarter of it halfway, 0 from update 100.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "By default it ends at 1e-4, not at 0, with a power of 1; with cycle it is a sawtooth."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "end": "end_learning_rate takes effect after decay_steps: a run of that length never uses it",
        "past the end": "it stays there; with cycle it jumps up after every multiple of decay_steps, to a half of the "
        "range, a third, and so on, and decays again over decay_steps",
        "compiled": "XLA computes step / decay_steps as step * (1 / decay_steps). At the end that is above 1 for "
        "about half of all lengths (535 of 1 to 1000, such as 10 and 30): with a power that is not a whole number the "
        "rate is NaN from there on, on every processor that fuses multiply and add; with cycle it jumps up an update "
        "early at some of its ends",
    }

    initial_learning_rate: float = initial_rate()
    decay_steps: float = decay_steps_param("updates of the decay")
    end_learning_rate: float = param(0.0001, "rate at the end", at_least=0, share_of="initial_learning_rate")
    power: float = param(1.0, "exponent of the remaining time", at_least=0)
    cycle: bool = param(False, "whether it restarts, each time from a lower rate")

    @property
    def extremes(self) -> tuple[float, ...]:
        """Both ends."""
        return self.initial_learning_rate, self.end_learning_rate

    def formula(self, m: Ops, t: Any) -> Any:
        way = tensor(m, self.initial_learning_rate) - tensor(m, self.end_learning_rate)
        return way * power(m, 1.0 - self._passed(m, t), self.power) + self.end_learning_rate

    def _passed(self, m: Ops, t: Any) -> Any:
        if not self.cycle:
            return m.minimum(t, self.decay_steps) / self.decay_steps
        # The next cycle starts at the next call; until then the rate stays at the end of this one.
        begun = m.named("cycles", self._begun(m, m.floor(t)))
        passed = t / (begun * self.decay_steps)
        return passed if is_float32(m) else m.minimum(1.0, passed)

    def _begun(self, m: Ops, call: Any) -> Any:
        """Return the number of cycles that have started by a call."""
        return m.maximum(1.0, 0.0 - m.floor((0.0 - call) / self.decay_steps))

    def _counted(self, calls: Rates) -> Rates:
        """Return the number for whole calls, in a compiled loop."""
        return as_array_like(self._begun(COMPILED, operand(COMPILED, calls)), calls)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates without rounding, in the cycles of a compiled loop."""
        if not self.cycle:
            return super().in_float64(t)
        passed = np.minimum(1.0, t / (self._counted(np.floor(t)) * self.decay_steps))
        way = self.initial_learning_rate - self.end_learning_rate
        return np.asarray(way * (1.0 - passed) ** self.power + self.end_learning_rate)

    @cached_property
    def ends(self) -> float:
        """The last call before the power of a number below 0."""
        return math.inf if self.cycle else last_before_nan(self, math.ceil(self.decay_steps))

    @property
    def why_it_ends(self) -> str:
        return below_zero("step", self.decay_steps, self.power)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor, or repeated decays, each of which holds its end for one update."""
        length = self.decay_steps
        if not self.cycle:
            return shapes.up_and_down((length,), until)
        count = math.ceil(until / length)
        if count > at_most:
            inside = [Piece(0.0, min(1.0, length), "flat"), Piece(1.0, length, "smooth")]
            parts = tuple(piece for piece in inside if piece.t0 < piece.t1)
            row = Piece(length, until, "cycles", length, parts, uneven=True)
            return [Piece(0.0, length, "smooth"), row]
        numbers = np.arange(1.0, count + 1.0)
        jumps = first_calls(lambda t: self._counted(t) > numbers, count, math.ceil(until) + 1.0)
        return shapes.in_phases(with_held_ends(numbers * length, jumps), until)


def _plateaus_of(length: float, until: float, at_most: int) -> list[Piece]:
    """Return the plateaus of a rate that depends on ``floor(step / length)``."""
    return stairs(lambda t: drop_count(length, t), length, until, at_most)
