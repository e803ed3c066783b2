"""Keras's schedules, ``keras.optimizers.schedules``: functions of an optimizer's iterations, in 32-bit floats.

An optimizer calls its schedule at every update, with the number of updates made before, as an int32. The rates are
those of ``fit`` on JAX, which compiles the update, for a CPU; ``core/compiled.py`` says what that changes. TensorFlow's
``fit`` compiles with XLA too, unless the model or ``jit_compile=False`` forbids it, and without XLA its graphs multiply
by a reciprocal as well (``ReduceDivToReciprocalMul`` in Grappler; both read, not run). The torch backend does not
compile: there, and in logs that ask the optimizer for its ``learning_rate``, the rates are those of ``eager.py``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core import eager
from cosine_cli.frameworks.core.behind import descents, in_32_bits, quotient, unscaled
from cosine_cli.frameworks.core.catalogue import Interval
from cosine_cli.frameworks.core.compiled import COMPILED
from cosine_cli.frameworks.core.native import FrameworkSchedule, calls_given, idle_param
from cosine_cli.frameworks.core.singles import (
    ENDLESS,
    InSingles,
    below_zero,
    filled,
    first_calls,
    kept,
    last_before_nan,
    logarithm,
    operand,
    power,
    rounds,
    stairs,
    tensor,
)
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates, whole_cycles
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Bounds, Piece, PieceKind
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_time import InverseTime
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

TITLE = "Keras"
CALLS: Interval = "update"
PRECISION = 2e-7
VERSION = "3.15.1"

DEPENDS = {
    "ReduceLROnPlateau": "a metric of the training",
    "LearningRateScheduler": "a Python function, schedule",
}
IDLE = dict((idle_param("name", str, default=None),))

_TYPE = (
    "Keras computes with the type of initial_learning_rate: with 0 or 1 in the place of 0.0 or 1.0, in whole numbers"
)
_LATE_DROPS = (
    "XLA multiplies by 1 / decay_steps instead of dividing. At some drops the product is below a whole number: with a "
    "length of 41, 47, 55 or 61, and a ninth of those up to 200, some drops of a staircase come an update late"
)
_STARTS = f"made with initial_learning_rate; {_TYPE}"
_MOST_CYCLES = 1_000_000


def _initial() -> Any:
    """Declare ``initial_learning_rate``."""
    return param(0.1, "rate at the start", at_least=0, inherits="lr")


def _decay_steps(meaning: str) -> Any:
    """Declare ``decay_steps``."""
    return param(Needed("100"), meaning, above=0)


@dataclass(frozen=True, kw_only=True)
class ExponentialDecay(InSingles):
    r"""A decay by the same factor in every so many updates, all the time or all at once.

    .. math:: \eta(t) = v\,r^{t / T}

    with :math:`v` = ``initial_learning_rate``, :math:`r` = ``decay_rate``, :math:`T` = ``decay_steps`` (updates). With
    ``staircase`` the exponent is :math:`\lfloor t / T \rfloor`. It has no end.

    Source: Keras 3.15.1, ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (2026).

    >>> ExponentialDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5)([0, 5, 10, 20])
    array([0.1       , 0.07071068, 0.05      , 0.025     ])

    Half of what it was every 10 updates.
    """

    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "No floor; it may grow, and may fall in steps: with staircase it is the plain step."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _STARTS,
        "milestone": "with staircase a drop is in force for the update that decay_steps names",
        "past the end": "it has no end",
        "compiled": _LATE_DROPS,
    }

    initial_learning_rate: float = _initial()
    decay_steps: float = _decay_steps("updates in which it changes by decay_rate")
    decay_rate: float = param(Needed("0.5"), "factor over decay_steps", at_least=0)
    staircase: bool = param(False, "whether it changes all at once")

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The start, and what it comes to."""
        start = self.initial_learning_rate
        return (start, 0.0) if self.decay_rate < 1.0 else (start,)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        times = m.cycles(t, self.decay_steps) if self.staircase else t / self.decay_steps
        return self.initial_learning_rate * power(m, self.decay_rate, times)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates without rounding; stairs are held from call to call."""
        return self.compiled(np.floor(t)) if self.staircase else super().in_doubles(t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return one decay, or its plateaus."""
        if not self.staircase:
            # 0 ** 0 is 1: behind the first update a decay_rate of 0 leaves nothing.
            return shapes.in_phases(((0.0 if self.decay_rate else 1.0, "smooth"), (math.inf, "smooth")), until)
        return _plateaus_of(self.decay_steps, until, at_most)


@dataclass(frozen=True, kw_only=True)
class InverseTimeDecay(InSingles):
    r"""A decay with the inverse of the time, all the time or now and then.

    .. math:: \eta(t) = \frac{v}{1 + r\,t / T}

    with :math:`v` = ``initial_learning_rate``, :math:`r` = ``decay_rate``, :math:`T` = ``decay_steps`` (updates). With
    ``staircase`` it is :math:`\lfloor t / T \rfloor` in the place of :math:`t / T`. It has no end.

    Source: Keras 3.15.1, ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (2026).

    >>> InverseTimeDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=1)([0, 10, 30])
    array([0.1  , 0.05 , 0.025])

    Half of it after 10 updates, a quarter after 30.
    """

    equivalent: ClassVar[str] = "inverse_time"
    difference: ClassVar[str] = "No floor; the plain one's timescale is decay_steps / decay_rate; it may fall in steps."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _STARTS,
        "milestone": "with staircase a drop is in force for the update that decay_steps names",
        "past the end": "it has no end",
        "compiled": _LATE_DROPS,
    }

    initial_learning_rate: float = _initial()
    decay_steps: float = _decay_steps("updates in which the divisor grows by decay_rate")
    decay_rate: float = param(Needed("0.5"), "what the divisor grows by over decay_steps", at_least=0)
    staircase: bool = param(False, "whether it changes all at once")

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The start, and what it comes to."""
        return self.initial_learning_rate, 0.0

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        times = m.cycles(t, self.decay_steps) if self.staircase else t / self.decay_steps
        return self.initial_learning_rate / (1.0 + self.decay_rate * times)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates without rounding; stairs are held from call to call."""
        return self.compiled(np.floor(t)) if self.staircase else super().in_doubles(t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return one decay, or its plateaus."""
        if not self.staircase:
            return [Piece(0.0, until, "smooth")]
        return _plateaus_of(self.decay_steps, until, at_most)


@dataclass(frozen=True, kw_only=True)
class PiecewiseConstantDecay(InSingles):
    r"""One rate after the other, each from the update behind its boundary on.

    .. math:: \eta(t) = v_n, \quad n = |\{i : m_i < t\}|

    with :math:`m_i` = ``boundaries`` (updates, without their fractions), :math:`v_0, v_1, \dots` = ``values``, one
    more than boundaries. The last rate has no end.

    Source: Keras 3.15.1, ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (2026).

    >>> PiecewiseConstantDecay(boundaries=(30, 60), values=(0.1, 0.02, 0.005))([0, 30, 31, 60, 61])
    array([0.1  , 0.1  , 0.02 , 0.02 , 0.005])

    0.1 for updates 0-30, 0.02 for 31-60, 0.005 from 61.
    """

    equivalent: ClassVar[str] = "piecewise_constant"
    difference: ClassVar[str] = "Each rate begins one update late: a boundary of 30 leaves update 30 the old one."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with the first value",
        "milestone": "the old rate is in force for the update that the boundary names, the new one for the next; 2.5 "
        "is 2; where boundaries do not rise, the values of all ranges that an update lies in are added up",
        "past the end": "it stays at the last value",
    }

    boundaries: tuple[float, ...] = param(Needed("30/60"), "updates behind which the next rate begins", example="30/60")
    values: tuple[float, ...] = param(Needed("0.1/0.02/0.005"), "rates, one more than boundaries", at_least=0)

    def check(self) -> None:
        """Refuse more or fewer rates than the boundaries part the run into."""
        due = len(self.boundaries) + 1
        if len(self.values) != due:
            raise ParameterError("values", f"must be one more than boundaries ({due})", got=str(len(self.values)))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The boundaries, each of which changes the update behind it."""
        return calls_given("boundaries", self.boundaries, (math.trunc(bound) + 1.0 for bound in self.boundaries))

    @property
    def ends_at(self) -> tuple[float, ...]:
        """All rates."""
        return self._table[1]

    @cached_property
    def _table(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The first updates with another rate, and the rates: sums of the values of all ranges, as Keras adds them."""
        bounds = np.trunc(self.boundaries)
        edges = sorted({bound + 1.0 for bound in bounds.tolist() if bound >= 0.0})
        # Every range by what lies before it and where it ends, in the order in which their values are added.
        low = np.array([-math.inf, bounds[-1], *bounds[:-1]])
        high = np.array([bounds[0], math.inf, *bounds[1:]])
        values = np.array([self.values[0], self.values[-1], *self.values[1:-1]])
        rates = (np.add.accumulate(values[(low < at) & (at <= high)]) for at in (0.0, *edges))
        return tuple(edges), tuple(float(rate[-1]) if rate.size else 0.0 for rate in rates)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        edges, rates = self._table
        return m.gather(rates, m.count(edges, t)) if edges else rates[0] + 0.0 * t

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus."""
        del at_most
        return shapes.in_phases([*((edge, "flat") for edge in self._table[0]), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class PolynomialDecay(InSingles):
    r"""A decay with a power of the time that is left, once or again and again.

    .. math:: \eta(t) = e + (v - e)\,(1 - \min(t, T) / T)^p

    with :math:`v` = ``initial_learning_rate``, :math:`e` = ``end_learning_rate``, :math:`p` = ``power``, :math:`T` =
    ``decay_steps`` (updates). It stays at :math:`e` after :math:`T`; with ``cycle`` it is
    :math:`1 - t / (T \lceil t / T \rceil)` that is raised to the power, again and again.

    Source: Keras 3.15.1, ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (2026).

    >>> decay = PolynomialDecay(initial_learning_rate=0.1, decay_steps=100, end_learning_rate=0, power=2)
    >>> decay([0, 50, 100, 200]).round(6)
    array([0.1  , 0.025, 0.   , 0.   ])

    0.1 at update 0, a quarter of it halfway, 0 from update 100.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "It ends at 1e-4, not at 0, and its power is 1 by default; cycle makes it a sawtooth."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _STARTS,
        "end": "end_learning_rate is in force after decay_steps: a run of so many updates makes none with it",
        "past the end": "it stays there; with cycle it jumps up behind every multiple of decay_steps, to a half of the "
        "way, a third, and so on, and falls again over decay_steps",
        "compiled": "XLA computes step / decay_steps as step * (1 / decay_steps). At the end that is above 1 for "
        "about half of all lengths (535 of 1 to 1000, such as 10 and 30): with a power that is not a whole number the "
        "rate is NaN from there on, on every processor that fuses multiply and add; with cycle it jumps up an update "
        "early at some of its ends",
    }

    initial_learning_rate: float = _initial()
    decay_steps: float = _decay_steps("updates of the decay")
    end_learning_rate: float = param(0.0001, "rate at the end", at_least=0)
    power: float = param(1.0, "exponent of the time that is left", at_least=0)
    cycle: bool = param(False, "whether it begins again, at ever less than the start")

    @property
    def ends_at(self) -> tuple[float, ...]:
        """Both ends."""
        return self.initial_learning_rate, self.end_learning_rate

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        way = tensor(m, self.initial_learning_rate) - tensor(m, self.end_learning_rate)
        return way * power(m, 1.0 - self._passed(m, t), self.power) + self.end_learning_rate

    def _passed(self, m: Ops, t: Any) -> Any:
        if not self.cycle:
            return m.minimum(t, self.decay_steps) / self.decay_steps
        # The next cycle begins with the next call, up to which the rate stays at the end of this one.
        begun = m.named("cycles", self._begun(m, m.floor(t)))
        passed = t / (begun * self.decay_steps)
        return passed if rounds(m) else m.minimum(1.0, passed)

    def _begun(self, m: Ops, call: Any) -> Any:
        """Return how many cycles have begun by a call."""
        return m.maximum(1.0, 0.0 - m.floor((0.0 - call) / self.decay_steps))

    def _counted(self, calls: Rates) -> Rates:
        """Return the same for whole calls, as a compiled loop counts."""
        return filled(self._begun(COMPILED, operand(COMPILED, calls)), calls)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates without rounding, in the cycles that a compiled loop counts."""
        if not self.cycle:
            return super().in_doubles(t)
        passed = np.minimum(1.0, t / (self._counted(np.floor(t)) * self.decay_steps))
        way = self.initial_learning_rate - self.end_learning_rate
        return np.asarray(way * (1.0 - passed) ** self.power + self.end_learning_rate)

    @cached_property
    def ends(self) -> float:
        """The last call before the power of a number below 0."""
        return math.inf if self.cycle else last_before_nan(self, math.ceil(self.decay_steps))

    @property
    def why_it_ends(self) -> str:
        """What becomes of the quotient in a compiled loop."""
        return below_zero("step", self.decay_steps, self.power)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and what is behind it, or decay after decay, the end of each held for an update."""
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
        return shapes.in_phases(_held(numbers * length, jumps), until)


@dataclass(frozen=True, kw_only=True)
class CosineDecay(InSingles):
    r"""Half a cosine wave from a rate to a share of it, behind a straight climb where there is one.

    .. math:: \eta(t) = v\,((1 - \alpha)\,\tfrac12 (1 + \cos(\pi \min(t, T) / T)) + \alpha)

    with :math:`v` = ``initial_learning_rate``, :math:`T` = ``decay_steps`` (updates), :math:`\alpha` = ``alpha``. With
    ``warmup_target`` :math:`\eta_0` it is :math:`v + (\eta_0 - v)\,t / W` for :math:`t < W` = ``warmup_steps``, and
    from there the wave over :math:`T` more, with :math:`\eta_0` in the place of :math:`v`. It stays where that
    ends.

    Source: Keras 3.15.1, ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (2026).

    >>> wave = CosineDecay(initial_learning_rate=0, decay_steps=100, warmup_target=0.1, warmup_steps=10)
    >>> wave([0, 5, 10, 60, 110])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    The peak at update 10, half of it at 60, 0 from update 110.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "Its floor is a share of its peak; its climb comes on top of decay_steps."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "made with initial_learning_rate, or with warmup_target where warmup_steps is 0; without a "
        f"warmup_target there is no climb, whatever warmup_steps says; {_TYPE}",
        "milestone": "warmup_target is in force for the update that warmup_steps names",
        "end": "alpha times the peak is in force after warmup_steps and decay_steps: a run of so many updates makes "
        "none with it",
        "past the end": "it stays there",
    }

    initial_learning_rate: float = _initial()
    decay_steps: float = _decay_steps("updates of the wave, without the climb")
    alpha: float = param(0.0, "share of the peak at the end", at_least=0)
    warmup_target: float | None = param(None, "rate behind the climb; none: no climb", at_least=0, optional=True)
    warmup_steps: float = param(0.0, "updates of the climb", at_least=0)

    @property
    def _peak(self) -> float:
        return self.initial_learning_rate if self.warmup_target is None else self.warmup_target

    @property
    def _climb(self) -> float:
        return 0.0 if self.warmup_target is None else self.warmup_steps

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The ends of the wave, and the start of a climb."""
        return self._peak, self._peak * self.alpha, *((self.initial_learning_rate,) if self._climb else ())

    @property
    def ramp(self) -> float:
        """The length of the climb."""
        return self._climb

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        late = m.minimum(t, self.decay_steps + self._climb)
        local = m.maximum(late - self._climb, 0.0) if self._climb else late
        wave = 0.5 * (1.0 + m.cos(pi * (local / self.decay_steps)))
        rate = self._peak * ((1.0 - self.alpha) * wave + self.alpha)
        if not self._climb:
            return rate
        rise = tensor(m, self._peak) - tensor(m, self.initial_learning_rate)
        return m.where(t < self._climb, rise * (t / self._climb) + self.initial_learning_rate, rate)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the wave and what is behind it."""
        del at_most
        return shapes.up_and_down((self._climb, self._climb + self.decay_steps), until)


@dataclass(frozen=True, kw_only=True)
class CosineDecayRestarts(InSingles):
    r"""Half a cosine wave again and again, each longer and lower than the one before.

    .. math:: \eta(t) = v\,((1 - \alpha)\,d^i\,\tfrac12 (1 + \cos(\pi \tau / (T k^i))) + \alpha)

    with :math:`\tau = t - T\,(1 + k + \dots + k^{i-1})` in cycle :math:`i`, :math:`v` = ``initial_learning_rate``,
    :math:`T` = ``first_decay_steps`` (updates), :math:`k` = ``t_mul``, :math:`d` = ``m_mul``, :math:`\alpha` =
    ``alpha``. It has no end; with :math:`k < 1` it is no number from :math:`T / (1 - k)` on.

    Source: Keras 3.15.1, ``keras/src/optimizers/schedules/learning_rate_schedule.py`` (2026).

    >>> CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=10)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])

    A cosine from 0.1 over 10 updates, one over 20, and so on.
    """

    equivalent: ClassVar[str] = "sgdr"
    difference: ClassVar[str] = "Its floor is a share of its peak that m_mul leaves alone, and some restarts come late."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _STARTS,
        "milestone": "a restart is in force for the update that it is due at; the cycle is found in 32 bits, which "
        "loses some: there the floor is used for one update, and the wave is one update into its way after that",
        "past the end": "it has no end; with t_mul below 1 it is NaN from first_decay_steps / (1 - t_mul) on",
        "compiled": "on a CPU it loses, with a t_mul of 2, the 13th and the 15th restart, at 8191 and 32767 times "
        "first_decay_steps; with 1.05 or 10 the first one; with 1 some of those of a first_decay_steps of 41, 47,"
        " 55 or 61. A GPU, and a call without a compiler, have a logarithm of their own and may lose others",
    }

    initial_learning_rate: float = _initial()
    first_decay_steps: float = param(Needed("10"), "updates of the first cycle", above=0)
    t_mul: float = param(2.0, "factor from one cycle's length to the next", above=0)
    m_mul: float = param(1.0, "factor from one cycle's height to the next", at_least=0)
    alpha: float = param(0.0, "share of initial_learning_rate at the floor", at_least=0)

    def check(self) -> None:
        """Refuse a multiplier so near to 1 that the cycles can not be counted."""
        if not self._even and self._count > _MOST_CYCLES:
            rule = f"must leave at most {_MOST_CYCLES:,} cycles of different lengths"
            raise ParameterError("t_mul", rule, got=repr(self.t_mul), hint="give 1")

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The first peak and the floor."""
        return self.initial_learning_rate, self.initial_learning_rate * self.alpha

    @cached_property
    def ends(self) -> float:
        """The last call before the logarithm of 0."""
        if self._even or self.t_mul > 1.0:
            return math.inf
        return float(first_calls(lambda t: ~(self._grown(COMPILED, t) > 0.0), 1, ENDLESS)[0]) - 1.0

    @property
    def why_it_ends(self) -> str:
        """What Keras takes the logarithm of."""
        return "no time is left for another cycle, and Keras takes log() of a number that is not above 0"

    @property
    def _even(self) -> bool:
        with np.errstate(over="ignore"):
            return float(np.float32(self.t_mul)) == 1.0

    def _share(self, m: Ops, t: Rates) -> Any:
        return operand(m, t) / tensor(m, self.first_decay_steps)

    def _grown(self, m: Ops, t: Rates) -> Any:
        """Return what the logarithm is taken of: how many times as long as the first one the next cycle would be."""
        return 1.0 - self._share(m, t) * (np.float32(1.0) - np.float32(self.t_mul))

    def _cycle(self, m: Ops, t: Rates) -> Any:
        """Return the number of the cycle as Keras finds it."""
        if self._even:
            return m.floor(self._share(m, t))
        return m.floor(logarithm(m, self._grown(m, t)) / eager.logarithm(self.t_mul))

    def _counted(self, calls: Rates) -> Rates:
        """Return the number of the cycle for whole calls, as a compiled loop counts."""
        return filled(self._cycle(COMPILED, calls), calls)

    @property
    def _last(self) -> float:
        return min(ENDLESS, self.ends)

    @cached_property
    def _count(self) -> int:
        """How many cycles begin behind the first one."""
        with np.errstate(all="ignore"):
            index = float(self._counted(np.array([self._last]))[0])
        return int(index) if math.isfinite(index) else _MOST_CYCLES + 1

    @cached_property
    def _begins(self) -> Rates:
        """The first call of each cycle behind the first one: of lost restarts one call late."""
        index = np.arange(1.0, self._count + 1.0)
        return first_calls(lambda t: self._counted(t) >= index, self._count, self._last)

    @cached_property
    def _starts(self) -> Rates:
        """Where cycles should begin, the first one among them, and the end of the last."""
        factor = float(np.float32(self.t_mul))
        stretches = factor ** np.arange(self._count + 2.0)
        return self.first_decay_steps * (stretches - 1.0) / (factor - 1.0)

    def in_singles(self, m: Ops, t: Rates) -> Rates:
        """Return the rates before the calls ``t`` as Keras computes them."""
        share, index = self._share(m, t), self._cycle(m, t)
        if self._even:
            return filled(self._falling(m, index, kept(share) - index), t)
        one, factor = np.float32(1.0), np.float32(self.t_mul)
        stretch = power(m, factor, index)
        passed = (share - (one - stretch) / (one - factor)) / stretch
        return filled(self._falling(m, index, passed), t)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates without rounding, in the cycles that a compiled loop counts."""
        if not self._even:
            return super().in_doubles(t)
        index = self._counted(np.floor(t))
        return filled(self._falling(NUMPY, index, np.clip(t / self.first_decay_steps - index, 0.0, 1.0)), t)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``; of a lost restart the end of the cycle before it."""
        if self._even:
            index = m.named("cycle", m.cycles(t, self.first_decay_steps))
            return self._falling(m, index, t / self.first_decay_steps - index)
        starts = self._starts
        index = m.named("cycle", m.count(self._begins.tolist(), t))
        local = (t - m.gather(starts[:-1].tolist(), index)) / m.gather(np.diff(starts).tolist(), index)
        return self._falling(m, index, m.named("passed", m.minimum(m.maximum(local, 0.0), 1.0)))

    def _falling(self, m: Ops, index: Any, passed: Any) -> Any:
        height = power(m, self.m_mul, index) if self.m_mul != 1.0 or rounds(m) else 1.0
        wave = 0.5 * height * (1.0 + m.cos(pi * passed))
        return self.initial_learning_rate * ((tensor(m, 1.0) - tensor(m, self.alpha)) * wave + self.alpha)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the cycles; where a restart is lost, the end of the one before it for an update."""
        if self._even:
            return self._even_pieces(until, at_most)
        if np.searchsorted(self._begins, until) > at_most:
            bounds = Bounds(np.append(0.0, self._begins))
            first = float(self._begins[0])
            return [Piece(0.0, until, "cycles", first, (Piece(0.0, first, "smooth"),), bounds)]
        phases: list[tuple[float, PieceKind]] = []
        begins = 0.0
        for end, next_one in zip(self._starts[1:].tolist(), [*self._begins.tolist(), math.inf], strict=True):
            phases += [(min(end, next_one), "smooth"), (next_one, "flat" if end > begins else "smooth")]
            begins = next_one
            if begins >= until:
                break
        return shapes.in_phases(_in_order(phases), until)

    def _even_pieces(self, until: float, at_most: int) -> list[Piece]:
        length, count = self.first_decay_steps, math.ceil(until / self.first_decay_steps)
        if count > at_most:
            return [row._replace(uneven=True) for row in descents(length, until, at_most)]
        numbers = np.arange(1.0, count + 1.0)
        restarts = first_calls(lambda t: self._counted(t) >= numbers, count, math.ceil(until) + 1.0)
        return shapes.in_phases(_held(numbers * length, restarts), until)


def _plateaus_of(length: float, until: float, at_most: int) -> list[Piece]:
    """Return the plateaus of a rate that depends on ``floor(step / length)``."""
    return stairs(lambda t: _drops(length, t), length, until, at_most)


def _drops(length: float, calls: Rates) -> Rates:
    """Return ``floor(step / length)`` for whole calls, as a compiled loop computes it."""
    return filled(COMPILED.cycles(operand(COMPILED, calls), length), calls)


def _held(ends: Rates, jumps: Rates) -> list[tuple[float, PieceKind]]:
    """Return phases of which each is held from its end until the call with which the next one begins."""
    phases: list[tuple[float, PieceKind]] = []
    for end, jump in zip(ends.tolist(), jumps.tolist(), strict=True):
        phases += [(min(end, jump), "smooth"), (jump, "flat")]
    return _in_order([*phases, (math.inf, "smooth")])


def _in_order(phases: list[tuple[float, PieceKind]]) -> list[tuple[float, PieceKind]]:
    """Return phases of which none ends before the one before it."""
    ends = itertools.accumulate((end for end, _ in phases), max)
    return [(end, kind) for end, (_, kind) in zip(ends, phases, strict=True)]


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return what comes nearest to a plain schedule over so many updates, None where nothing has its shape."""
    plain = unscaled(schedule)
    if isinstance(plain, Warmup):
        return _warmed(plain, run)
    found = _NEAREST.get(type(plain))
    return found(plain, run) if found else None


def _warmed(climb: Warmup, run: float) -> FrameworkSchedule | None:
    del run
    if not isinstance(climb.of, Cosine):
        return None
    return CosineDecay(
        initial_learning_rate=climb.warmup_start,
        decay_steps=climb.of.total,
        alpha=quotient(climb.of.min_lr, climb.of.lr),
        warmup_target=climb.of.lr,
        warmup_steps=climb.warmup,
    )


def _constant(of: Constant, run: float) -> FrameworkSchedule:
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=max(run, 1.0), decay_rate=1.0)


def _cosine(of: Cosine, run: float) -> FrameworkSchedule:
    del run
    return CosineDecay(initial_learning_rate=of.lr, decay_steps=of.total, alpha=quotient(of.min_lr, of.lr))


def _step(of: Step, run: float) -> FrameworkSchedule:
    due = np.ceil(np.arange(1.0, min(run / of.step_size, _MOST_PLATEAUS)) * of.step_size)
    late = _drops(of.step_size, due) != whole_cycles(due, of.step_size)
    if (of.min_lr or late.any()) and (found := _plateaus(of, run)):
        return found
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=of.step_size, decay_rate=of.gamma, staircase=True)


def _plateaus(of: Step | Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    """Return the rates of all plateaus; a boundary is the last update before the next one."""
    starts = [piece.t0 for piece in of.pieces(run + 1.0, _MOST_PLATEAUS)]
    if not 1 < len(starts) <= _MOST_PLATEAUS:
        return None
    return PiecewiseConstantDecay(
        boundaries=tuple(math.ceil(start) - 1.0 for start in starts[1:]), values=tuple(of(np.array(starts)).tolist())
    )


def _piecewise(of: Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    return _plateaus(of, run) or _constant(Constant(lr=of.peak), run)


def _exponential(of: Exponential, run: float) -> FrameworkSchedule:
    steps, factor = in_32_bits(of.per, of.gamma, run)
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=steps, decay_rate=factor)


def _natural_exponential(of: NaturalExponential, run: float) -> FrameworkSchedule:
    del run
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=of.timescale, decay_rate=math.exp(-1.0))


def _inverse_time(of: InverseTime, run: float) -> FrameworkSchedule:
    del run
    return InverseTimeDecay(initial_learning_rate=of.lr, decay_steps=of.timescale, decay_rate=1.0)


def _polynomial(of: Linear | LinearToZero | Polynomial, run: float) -> FrameworkSchedule:
    del run
    return PolynomialDecay(
        initial_learning_rate=of.lr,
        decay_steps=of.total,
        end_learning_rate=of.floor,
        power=of.power if isinstance(of, Polynomial) else 1.0,
    )


def _restarts(of: Sgdr | HardRestarts | Restarts, run: float) -> FrameworkSchedule | None:
    del run
    again = of if isinstance(of, Restarts) else of.of
    if not isinstance(again, Restarts) or not isinstance(again.of, Cosine):
        return None
    return CosineDecayRestarts(
        initial_learning_rate=again.of.lr,
        first_decay_steps=again.cycle,
        t_mul=again.cycle_mult,
        m_mul=again.cycle_decay,
        alpha=quotient(again.of.min_lr, again.of.lr),
    )


_MOST_PLATEAUS = 1000
_NEAREST: dict[type[Schedule], Callable[[Any, float], FrameworkSchedule | None]] = {
    Constant: _constant,
    Cosine: _cosine,
    Step: _step,
    Multistep: _piecewise,
    PiecewiseConstant: _piecewise,
    Exponential: _exponential,
    NaturalExponential: _natural_exponential,
    InverseTime: _inverse_time,
    Linear: _polynomial,
    LinearToZero: _polynomial,
    Polynomial: _polynomial,
    Sgdr: _restarts,
    HardRestarts: _restarts,
    Restarts: _restarts,
}
