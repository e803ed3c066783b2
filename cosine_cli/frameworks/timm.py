"""timm's schedulers, ``timm.scheduler``: the rate that its own training script uses in epoch ``t``.

That script calls ``step(epoch + 1)`` when an epoch ends, and nothing before the first: epoch 0 runs at the rate that
the constructor leaves. Each rate is computed from its epoch alone.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.behind import quotient
from cosine_cli.frameworks.core.catalogue import Interval
from cosine_cli.frameworks.core.native import base_rate, calls_given, idle_param
from cosine_cli.frameworks.core.warmed import Cycling, Warmed
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.catalogue import name_of as plain_name
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind
from cosine_cli.schedules.core.schedule import Formatter, Schedule

if TYPE_CHECKING:
    from cosine_cli.schedules.constant import Constant
    from cosine_cli.schedules.cosine import Cosine
    from cosine_cli.schedules.exponential import Exponential
    from cosine_cli.schedules.flat_cosine import FlatCosine
    from cosine_cli.schedules.hard_restarts import HardRestarts
    from cosine_cli.schedules.inverse_sqrt import InverseSqrt
    from cosine_cli.schedules.k_decay_cosine import KDecayCosine
    from cosine_cli.schedules.k_decay_polynomial import KDecayPolynomial
    from cosine_cli.schedules.linear import Linear
    from cosine_cli.schedules.linear_to_zero import LinearToZero
    from cosine_cli.schedules.multistep import Multistep
    from cosine_cli.schedules.natural_exponential import NaturalExponential
    from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
    from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
    from cosine_cli.schedules.polynomial import Polynomial
    from cosine_cli.schedules.restarts import Restarts
    from cosine_cli.schedules.scale import Scale
    from cosine_cli.schedules.sgdr import Sgdr
    from cosine_cli.schedules.step import Step
    from cosine_cli.schedules.tanh import Tanh
    from cosine_cli.schedules.warmup import Warmup
    from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
    from cosine_cli.schedules.wsd import Wsd

TITLE = "timm"
CALLS: Interval = "epoch"
PRECISION = 1e-12
VERSION = "1.0.31"

_METRIC = "the metric that the training loop passes to step()"
DEPENDS = {"PlateauLRScheduler": _METRIC, "plateau": _METRIC}
IDLE = dict(
    (
        idle_param("t_in_epochs", bool, default=True, fixed=True, hint="leave it out, and count updates with --steps"),
        idle_param("initialize", bool, default=True, fixed=True),
        idle_param("noise_range_t", float, default=None, fixed=True, many=True, optional=True),
        idle_param("noise_pct", float, default=0.67),
        idle_param("noise_std", float, default=1.0),
        idle_param("noise_seed", int, default=42),
    )
)

_MOST_STEPS = 2**53
"""Beyond it a float counts no single calls."""


def _length() -> Any:
    return param(Needed("90"), "epochs of the first cycle", above=0, at_most=_MOST_STEPS)


def _lowest() -> Any:
    return param(0.0, "learning rate at the end of a cycle, and after the last", at_least=0)


def _cycle_mul() -> Any:
    return param(1.0, "factor from one cycle's length to the next", above=0)


def _cycle_decay() -> Any:
    return param(1.0, "factor from one cycle's peak to the next", at_least=0)


def _cycle_limit(**bounds: float) -> Any:
    return param(1, "number of cycles, then lr_min; below 1 there is none", **bounds)


def _warmup_t() -> Any:
    return param(0.0, "epochs that the rate climbs first", at_least=0, at_most=_MOST_STEPS)


def _warmup_lr_init() -> Any:
    return param(0.0, "learning rate at the start of the warmup", at_least=0)


def _warmup_prefix(*, default: bool) -> Any:
    return param(default, "whether the schedule begins behind the warmup, and not underneath it")


_FIRST = "made with lr, which the constructor leaves, or with warmup_lr_init where there is a warmup"
_RESTART = (
    "a cycle begins at its peak; the cycle is found by a logarithm, which loses the first epoch of some "
    "(cycle_mul=3 with t_initial=5: epoch 605), and lr_min stands there"
)
_UNDER = "at warmup_t the rate drops onto the curve that has run underneath, unless warmup_prefix is true"


@dataclass(frozen=True, kw_only=True)
class CosineLRScheduler(Cycling):
    r"""Half a cosine wave to the floor, once or in cycles, with a warmup.

    .. math:: \eta(t) = m + \tfrac12 (b\,d^i - m)\,(1 + \cos(\pi\,(\tau / T_i)^k)), \quad T_i = T\,c^i

    with :math:`\tau` the epochs since cycle :math:`i` began, :math:`b` = ``lr``, :math:`m` = ``lr_min``, :math:`T` =
    ``t_initial``, :math:`c` = ``cycle_mul``, :math:`d` = ``cycle_decay``, :math:`k` = ``k_decay``. It stays at
    ``lr_min`` after ``cycle_limit`` cycles.

    Source: timm 1.0.31, ``timm/scheduler/cosine_lr.py`` (2026).

    >>> CosineLRScheduler(lr=0.1, t_initial=50)([0, 25, 50, 75])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 in epoch 0, half of it in epoch 25, 0 from epoch 50.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "A warmup runs over the start of the wave, which never reaches lr then."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _FIRST,
        "milestone": f"{_UNDER}; {_RESTART}",
        "end": "lr_min is in force for epoch t_initial: a run of as many epochs has none with it",
        "past the end": "it stays at lr_min; cycles that become shorter end, and step() raises there",
    }

    lr: float = base_rate()
    t_initial: float = _length()
    lr_min: float = _lowest()
    cycle_mul: float = _cycle_mul()
    cycle_decay: float = _cycle_decay()
    cycle_limit: int = _cycle_limit()
    warmup_t: float = _warmup_t()
    warmup_lr_init: float = _warmup_lr_init()
    warmup_prefix: bool = _warmup_prefix(default=False)
    k_decay: float = param(1.0, "exponent of the time that has passed", above=0)

    @property
    def slowing(self) -> float:
        """``k_decay``."""
        return self.k_decay

    def shape(self, m: Ops, share: Any) -> Any:
        """Return what is left of the way to the floor."""
        return shapes.cosine_of(m, 1.0 - share)

    def breaks(self, passed: float, length: float) -> bool:
        """Tell whether a root of a time below 0 is taken."""
        del length
        return passed < 0 and not self.k_decay.is_integer()


@dataclass(frozen=True, kw_only=True)
class TanhLRScheduler(Cycling):
    r"""A stretch of the hyperbolic tangent, once or in cycles, with a warmup.

    .. math:: \eta(t) = m + \tfrac12 (b\,d^i - m)\,(1 - \tanh(l\,(1 - u) + h\,u)), \quad u = \tau / T_i

    with :math:`\tau` the epochs since cycle :math:`i` began, :math:`T_i = T\,c^i`, :math:`b` = ``lr``, :math:`m` =
    ``lr_min``, :math:`T` = ``t_initial``, :math:`c` = ``cycle_mul``, :math:`d` = ``cycle_decay``, :math:`l` = ``lb``,
    :math:`h` = ``ub``. It stays at ``lr_min`` after ``cycle_limit`` cycles.

    Source: timm 1.0.31, ``timm/scheduler/tanh_lr.py`` (2026).

    >>> TanhLRScheduler(lr=0.1, t_initial=50, lb=-3)([0, 25, 50])
    array([0.1 , 0.05, 0.  ])

    0.1 in epoch 0, half of it in epoch 25, 0.00025 at the very end of the way and 0 from epoch 50.
    """

    equivalent: ClassVar[str] = "tanh"
    difference: ClassVar[str] = "It does not quite begin at lr, and drops from 0.25% above lr_min onto it."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _FIRST,
        "milestone": f"a warmup climbs to the curve where it meets it, or to lr with warmup_prefix; {_RESTART}",
        "end": "lr_min is in force for epoch t_initial; the epoch before it ends well above",
        "past the end": "it stays at lr_min; cycles that become shorter end, and step() raises there",
    }

    lr: float = base_rate()
    t_initial: float = _length()
    lb: float = param(-7.0, "where the stretch begins")
    ub: float = param(3.0, "where the stretch ends")
    lr_min: float = _lowest()
    cycle_mul: float = _cycle_mul()
    cycle_decay: float = _cycle_decay()
    cycle_limit: int = _cycle_limit(at_least=0)
    warmup_t: float = _warmup_t()
    warmup_lr_init: float = _warmup_lr_init()
    warmup_prefix: bool = _warmup_prefix(default=False)

    def check(self) -> None:
        """Refuse a stretch of no length, as timm does."""
        if self.lb >= self.ub:
            raise ParameterError("lb", f"must be below ub ({self.ub!r})", got=repr(self.lb))
        if self.warmup_t and not self.warmup_prefix and self.cycle_mul != 1.0 and self.found(self.warmup_t) is None:
            rule = "must end before cycles that become shorter have no length left"
            raise ParameterError("warmup_t", rule, got=repr(self.warmup_t))

    @cached_property
    def target(self) -> float:
        """The rate that the warmup climbs to: of the curve where it ends."""
        return self.lr if self.warmup_prefix else self.body_at(self.warmup_t)

    def shape(self, m: Ops, share: Any) -> Any:
        """Return what is left of the way to the floor."""
        return 0.5 * (1.0 - m.tanh(self.lb * (1.0 - share) + self.ub * share))

    def breaks(self, passed: float, length: float) -> bool:
        """Tell that no root is taken."""
        del passed, length
        return False


@dataclass(frozen=True, kw_only=True)
class PolyLRScheduler(Cycling):
    r"""A power of the time that is left, once or in cycles, with a warmup.

    .. math:: \eta(t) = m + (b\,d^i - m)\,(1 - (\tau / T_i)^k)^p, \quad T_i = T\,c^i

    with :math:`\tau` the epochs since cycle :math:`i` began, :math:`b` = ``lr``, :math:`m` = ``lr_min``, :math:`T` =
    ``t_initial``, :math:`c` = ``cycle_mul``, :math:`d` = ``cycle_decay``, :math:`k` = ``k_decay``, :math:`p` =
    ``power``. It stays at ``lr_min`` after ``cycle_limit`` cycles.

    Source: timm 1.0.31, ``timm/scheduler/poly_lr.py`` (2026).

    >>> PolyLRScheduler(lr=0.1, t_initial=100, power=2)([0, 50, 100])
    array([0.1  , 0.025, 0.   ])

    0.1 in epoch 0, a quarter of it in epoch 50, 0 from epoch 100.
    """

    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "Its power is 0.5 unless said: slow at first, then fast; a warmup runs over its start."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _FIRST,
        "milestone": f"{_UNDER}; {_RESTART}",
        "end": "lr_min is in force for epoch t_initial",
        "past the end": "it stays at lr_min; cycles that become shorter end, and step() raises there",
    }

    lr: float = base_rate()
    t_initial: float = _length()
    power: float = param(0.5, "exponent of what is left", at_least=0)
    lr_min: float = _lowest()
    cycle_mul: float = _cycle_mul()
    cycle_decay: float = _cycle_decay()
    cycle_limit: int = _cycle_limit()
    warmup_t: float = _warmup_t()
    warmup_lr_init: float = _warmup_lr_init()
    warmup_prefix: bool = _warmup_prefix(default=False)
    k_decay: float = param(1.0, "exponent of the time that has passed", above=0)

    @property
    def slowing(self) -> float:
        """``k_decay``."""
        return self.k_decay

    def shape(self, m: Ops, share: Any) -> Any:
        """Return what is left of the way to the floor."""
        del m
        left = 1.0 - share
        return left if self.power == 1.0 else left**self.power

    def breaks(self, passed: float, length: float) -> bool:
        """Tell whether a root of a time below 0, or of less than nothing left, is taken."""
        if passed < 0:
            return not self.k_decay.is_integer()
        return passed**self.k_decay / length**self.k_decay > 1.0 and not self.power.is_integer()


@dataclass(frozen=True, kw_only=True)
class StepLRScheduler(Warmed):
    r"""A drop by the same factor after every so many epochs, with a warmup.

    .. math:: \eta(t) = b\,\gamma^{\lfloor t / s \rfloor}

    with :math:`b` = ``lr``, :math:`s` = ``decay_t``, :math:`\gamma` = ``decay_rate``, and :math:`t` counted from the
    end of the warmup unless ``warmup_prefix`` is false. It has no end.

    Source: timm 1.0.31, ``timm/scheduler/step_lr.py`` (2026).

    >>> StepLRScheduler(lr=0.1, decay_t=30, decay_rate=0.1)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for epochs 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    equivalent: ClassVar[str] = "step"
    difference: ClassVar[str] = "decay_rate is 1, which drops nothing, unless it is said; no floor."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _FIRST,
        "milestone": "the drop is in force for the epoch that the milestone names; 2.4 epochs are counted as such",
        "past the end": "it goes on dropping",
    }

    lr: float = base_rate()
    decay_t: float = param(Needed("30"), "epochs from one drop to the next", above=0)
    decay_rate: float = param(1.0, "factor of a drop", at_least=0)
    warmup_t: float = _warmup_t()
    warmup_lr_init: float = _warmup_lr_init()
    warmup_prefix: bool = _warmup_prefix(default=True)

    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""
        return self.lr * self.decay_rate ** m.cycles(t, self.decay_t)

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus; as a row of cycles where there are too many."""
        count = math.ceil(until / self.decay_t)
        if count > at_most:
            return [Piece(0.0, until, "cycles", self.decay_t, (Piece(0.0, self.decay_t, "flat"),))]
        edges = [min(self._drop(i), until) for i in range(count + 1)]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b]

    def _drop(self, index: int) -> float:
        """Return the first time that Python's division, which does not round, finds the drop at."""
        time = index * self.decay_t
        return time if time // self.decay_t >= index else math.nextafter(time, math.inf)

    def description(self, formatter: Formatter) -> str:
        """Say the factor and how often it comes."""
        return f"×{formatter.number(self.decay_rate)} every {formatter.span(self.decay_t).removeprefix('an ').removeprefix('a ')}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and how often it comes."""
        return f"×{formatter.number(self.decay_rate)} / {formatter.length(self.decay_t)}"


@dataclass(frozen=True, kw_only=True)
class MultiStepLRScheduler(Warmed):
    r"""A drop by the same factor before each of some epochs, with a warmup.

    .. math:: \eta(t) = b\,\gamma^{n(t)}, \quad n(t) = |\{i : m_i \le t + 1\}|

    with :math:`b` = ``lr``, :math:`m_i` = ``decay_t``, :math:`\gamma` = ``decay_rate``, and :math:`t` counted from the
    end of the warmup unless ``warmup_prefix`` is false. It stays where it is after the last.

    Source: timm 1.0.31, ``timm/scheduler/multistep_lr.py`` (2026).

    >>> MultiStepLRScheduler(lr=0.1, decay_t=(30, 60), decay_rate=0.1)([0, 28, 29, 59])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for epochs 0-28, 0.01 for 29-58, 0.001 from 59.
    """

    equivalent: ClassVar[str] = "multistep"
    difference: ClassVar[str] = (
        "Each drop comes an epoch early; decay_rate is 1, which drops nothing, unless it is said."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _FIRST,
        "milestone": "the drop is in force for the epoch before the one that it names, which timm keeps on purpose",
        "past the end": "it stays at the last rate",
    }

    lr: float = base_rate()
    decay_t: tuple[float, ...] = param(
        Needed("30/60/80"), "epochs of the drops", at_least=0, example="30/60/80", may_be_empty=True
    )
    decay_rate: float = param(1.0, "factor of a drop", at_least=0)
    warmup_t: float = _warmup_t()
    warmup_lr_init: float = _warmup_lr_init()
    warmup_prefix: bool = _warmup_prefix(default=True)

    @cached_property
    def _drops(self) -> list[float]:
        """After which milestones the number of drops changes."""
        return sorted(set(self.decay_t))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The drops, each in the call before the one that it names; one under a warmup is passed over."""
        found = calls_given("decay_t", self.decay_t, (self.shift + drop - 1.0 for drop in self.decay_t))
        return tuple(one._replace(climbed=one.acts < self.warmup_t) for one in found)

    @cached_property
    def _rates(self) -> list[float]:
        # By bisection, like timm's, which passes over some where milestones are in no order.
        counts = [0, *(bisect_right(self.decay_t, drop) for drop in self._drops)]
        with np.errstate(over="ignore"):
            return [float(rate) for rate in self.lr * np.power(self.decay_rate, counts)]

    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""
        return m.gather(self._rates, m.count(self._drops, t + 1.0)) if self._drops else self.lr

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus: as many as were asked for by name, so ``at_most`` leaves them alone."""
        del at_most
        edges = [0.0, *(drop - 1.0 for drop in self._drops if 1 < drop < until + 1.0), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]


_STABLE = ("constant", "rsqrt", "power")
_DECAYS = ("linear", "1-sqrt", "cosine", "power", "exp")


@dataclass(frozen=True, kw_only=True)
class WSDLRScheduler(Warmed):
    r"""A warmup, a stable phase, and a decay over the last epochs.

    .. math:: \eta(t) = m + (\max(b\,g(\tau), m) - m)\,f\!\left(\frac{\tau - (T - D)}{D}\right), \quad \tau = t - W

    with :math:`b` = ``lr``, :math:`m` = ``lr_min``, :math:`W` = ``warmup_t``, :math:`T` = ``t_initial``, :math:`D` =
    ``decay_t``; :math:`g` by ``stable_fn``: constant 1, rsqrt :math:`(1 + \tau / s)^{-1/2}`, power
    :math:`(1 + \tau / s)^{-q}` with :math:`s` = ``stable_timescale``, :math:`q` = ``stable_power``; :math:`f` from 1
    to 0 by ``decay_fn``. It stays at ``lr_min`` after that.

    Source: timm 1.0.31, ``timm/scheduler/wsd_lr.py`` (2026).

    >>> WSDLRScheduler(lr=0.1, t_initial=100, decay_t=20)([0, 80, 85, 100])
    array([0.1 , 0.1 , 0.05, 0.  ])

    0.1 until epoch 80, half of it 5 epochs later, 0 from epoch 100.
    """

    equivalent: ClassVar[str] = "wsd"
    difference: ClassVar[str] = "t_initial is the length without the warmup; the decay is 1-sqrt unless it is said."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": _FIRST,
        "milestone": "the decay has begun in the epoch after warmup_t + t_initial - decay_t",
        "end": "lr_min is in force for epoch warmup_t + t_initial: the last of a run is a step short of it",
        "past the end": "it stays at lr_min",
    }

    lr: float = base_rate()
    t_initial: float = param(Needed("90"), "epochs of the stable phase and the decay", above=0)
    decay_t: float = param(Needed("18"), "epochs of the decay", above=0)
    lr_min: float = param(0.0, "learning rate at the end of the decay", at_least=0)
    stable_fn: str = param("constant", "what the rate does before the decay", choices=_STABLE)
    stable_timescale: float | None = param(None, "epochs that rsqrt and power count in: warmup_t", optional=True)
    stable_power: float = param(0.5, "exponent of the power before the decay", above=0)
    decay_fn: str = param("1-sqrt", "how it falls", choices=_DECAYS)
    decay_power: float = param(0.5, "exponent of the power of the decay", above=0)
    decay_ratio: float = param(0.1, "what an exponential decay leaves before it is stretched to lr_min", above=0)
    warmup_t: float = _warmup_t()
    warmup_lr_init: float = _warmup_lr_init()

    def check(self) -> None:
        """Refuse what timm refuses: a decay longer than it all, no timescale, a ratio that is no decay."""
        if self.decay_t > self.t_initial:
            raise ParameterError("decay_t", f"must be at most t_initial ({self.t_initial!r})", got=repr(self.decay_t))
        if self.decay_ratio >= 1.0:
            raise ParameterError("decay_ratio", "must be below 1", got=repr(self.decay_ratio))
        if self.stable_fn != "constant" and self._timescale <= 0:
            rule = f"must be above 0 with stable_fn {self.stable_fn}; it is warmup_t unless it is said"
            raise ParameterError("stable_timescale", rule, got=repr(self._timescale))

    @property
    def _timescale(self) -> float:
        return self.warmup_t if self.stable_timescale is None else self.stable_timescale

    @property
    def _power(self) -> float:
        return {"constant": 0.0, "rsqrt": 0.5, "power": self.stable_power}[self.stable_fn]

    @property
    def _falls(self) -> float:
        return self.t_initial - self.decay_t

    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""
        passed = m.named("u", m.minimum(1.0, m.maximum(0.0, (t - self._falls) / self.decay_t)))
        return m.lerp(self._stable(m, t), self.lr_min, self._left(m, passed))

    def _stable(self, m: Ops, t: Any) -> Any:
        if not self._power:
            return max(self.lr, self.lr_min)
        factor = (1.0 + t / self._timescale) ** -self._power
        return m.maximum(self.lr * factor, self.lr_min) if self.lr_min else self.lr * factor

    def _left(self, m: Ops, passed: Any) -> Any:
        if self.decay_fn == "cosine":
            return shapes.cosine_of(m, 1.0 - passed)
        if self.decay_fn == "exp":
            return (self.decay_ratio**passed - self.decay_ratio) / (1.0 - self.decay_ratio)
        if self.decay_fn == "power":
            return 1.0 - passed**self.decay_power
        return 1.0 - (m.sqrt(passed) if self.decay_fn == "1-sqrt" else passed)

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the phases."""
        del at_most
        sunk = self._sunk
        phases: list[tuple[float, PieceKind]] = [(self._falls, "flat" if sunk <= 0 or not self._power else "smooth")]
        phases = [(sunk, "smooth"), (self._falls, "flat")] if self._power and 0 < sunk < self._falls else phases
        if self._falls < sunk < self.t_initial:
            phases.append((sunk, "smooth"))
        level = sunk <= self._falls
        return shapes.in_phases((*phases, (self.t_initial, "flat" if level else "smooth"), (math.inf, "flat")), until)

    @property
    def _sunk(self) -> float:
        """From when a stable phase that falls is at lr_min."""
        if not self.lr_min or not self._power:
            return 0.0 if self.lr_min > self.lr else math.inf
        return float(self._timescale * ((self.lr / self.lr_min) ** (1.0 / self._power) - 1.0))


def nearest(schedule: Schedule, run: float) -> Warmed | None:
    """Return what a user of timm reaches for to get a plain curve, whose times count epochs; None for some."""
    maker = _NEAREST.get(plain_name(type(schedule)))
    return maker(schedule, run) if maker else None


def _constant(of: Constant, run: float) -> Warmed:
    return StepLRScheduler(lr=of.lr, decay_t=max(run, 1.0))


def _cosine(of: Cosine, run: float) -> Warmed:
    del run
    return CosineLRScheduler(lr=of.lr, t_initial=of.total, lr_min=of.min_lr)


def _k_decay_cosine(of: KDecayCosine, run: float) -> Warmed:
    del run
    return CosineLRScheduler(lr=of.lr, t_initial=of.total, lr_min=of.min_lr, k_decay=of.k)


def _linear(of: Linear | LinearToZero, run: float) -> Warmed:
    del run
    low = getattr(of, "min_lr", 0.0)
    return PolyLRScheduler(lr=of.lr, t_initial=of.total, power=1.0, lr_min=low)


def _polynomial(of: Polynomial, run: float) -> Warmed:
    del run
    return PolyLRScheduler(lr=of.lr, t_initial=of.total, power=of.power, lr_min=of.min_lr)


def _k_decay_polynomial(of: KDecayPolynomial, run: float) -> Warmed:
    del run
    return PolyLRScheduler(lr=of.lr, t_initial=of.total, power=of.power, lr_min=of.min_lr, k_decay=of.k)


def _tanh(of: Tanh, run: float) -> Warmed:
    del run
    return TanhLRScheduler(lr=of.lr, t_initial=of.total, lb=of.lower, ub=of.upper, lr_min=of.min_lr)


def _step(of: Step, run: float) -> Warmed:
    del run
    return StepLRScheduler(lr=of.lr, decay_t=of.step_size, decay_rate=of.gamma)


def _multistep(of: Multistep, run: float) -> Warmed:
    """Return drops that are named an epoch late, as they come an epoch early."""
    del run
    return MultiStepLRScheduler(lr=of.lr, decay_t=tuple(one + 1.0 for one in of.milestones), decay_rate=of.gamma)


def _piecewise_constant(of: PiecewiseConstant, run: float) -> Warmed | None:
    """Return the drops of rates that fall by equal factors."""
    del run
    if not all(of.values[:-1]):
        return None
    factors = [quotient(after, before) for before, after in itertools.pairwise(of.values)]
    if not all(math.isclose(factor, factors[0], rel_tol=1e-14) for factor in factors):
        return None
    return MultiStepLRScheduler(
        lr=of.values[0], decay_t=tuple(one + 1.0 for one in of.milestones), decay_rate=factors[0]
    )


def _exponential(of: Exponential, run: float) -> Warmed:
    """Return a drop every epoch."""
    del run
    return StepLRScheduler(lr=of.lr, decay_t=1.0, decay_rate=of.gamma ** (1.0 / of.per))


def _natural_exponential(of: NaturalExponential, run: float) -> Warmed:
    """Return a drop every epoch."""
    del run
    return StepLRScheduler(lr=of.lr, decay_t=1.0, decay_rate=math.exp(-1.0 / of.timescale))


def _inverse_sqrt(of: InverseSqrt, run: float) -> Warmed:
    """Return a stable phase as long as the run, with a decay that begins behind it."""
    return WSDLRScheduler(
        lr=of.lr,
        t_initial=math.ceil(run) + 1.0,
        decay_t=1.0,
        lr_min=of.min_lr,
        stable_fn="rsqrt",
        stable_timescale=of.timescale,
    )


def _sgdr(of: Sgdr, run: float) -> Warmed:
    del run
    return CosineLRScheduler(
        lr=of.lr,
        t_initial=of.cycle,
        lr_min=of.min_lr,
        cycle_mul=of.cycle_mult,
        cycle_decay=of.cycle_decay,
        cycle_limit=of.cycles,
    )


def _hard_restarts(of: HardRestarts, run: float) -> Warmed:
    del run
    return CosineLRScheduler(lr=of.lr, t_initial=of.total / of.cycles, lr_min=of.min_lr, cycle_limit=of.cycles)


def _restarts(of: Restarts, run: float) -> Warmed | None:
    once = nearest(of.of, run)
    if not isinstance(once, Cycling):
        return None
    cycles: dict[str, Any] = {"cycle_mul": of.cycle_mult, "cycle_decay": of.cycle_decay, "cycle_limit": of.cycles}
    return replace(once, t_initial=of.cycle, **cycles)


_FALLS = {"linear": "linear", "cosine": "cosine", "1-sqrt": "1-sqrt", "exponential": "exp"}


def _wsd(of: Wsd, run: float) -> Warmed:
    """Return the same phases; an exponential decay stretched to end at lr_min is one of equal factors."""
    del run
    exponential = of.decay_shape == "exponential" and of.min_lr < of.lr
    ratio: dict[str, Any] = {"decay_ratio": quotient(of.min_lr, of.lr)} if exponential else {}
    return WSDLRScheduler(
        lr=of.lr,
        t_initial=of.stable + of.decay,
        decay_t=of.decay,
        lr_min=of.min_lr,
        decay_fn=_FALLS.get(of.decay_shape, "linear"),
        warmup_t=of.warmup,
        warmup_lr_init=of.lr if of.warmup_shape == "constant" and not of.warmup else of.warmup_start,
        **ratio,
    )


def _one_minus_sqrt(of: OneMinusSqrt, run: float) -> Warmed:
    """Return a decay without a stable phase."""
    del run
    return WSDLRScheduler(lr=of.lr, t_initial=of.total, decay_t=of.total, lr_min=of.min_lr)


def _flat_cosine(of: FlatCosine, run: float) -> Warmed:
    del run
    return WSDLRScheduler(lr=of.lr, t_initial=of.hold + of.decay, decay_t=of.decay, lr_min=of.min_lr, decay_fn="cosine")


def _warmup_hold_cosine(of: WarmupHoldCosine, run: float) -> Warmed:
    del run
    return WSDLRScheduler(
        lr=of.lr,
        t_initial=of.hold + of.decay,
        decay_t=of.decay,
        lr_min=of.min_lr,
        decay_fn="cosine",
        warmup_t=of.warmup,
        warmup_lr_init=of.warmup_start,
    )


def _warmup(of: Warmup, run: float) -> Warmed | None:
    """Return what is behind the warmup, with timm's own; where it keeps the run's clock, underneath."""
    behind = nearest(of.of, run - of.shift)
    if behind is None or behind.warmup_t:
        return None
    climb: dict[str, Any] = {"warmup_t": of.warmup, "warmup_lr_init": of.warmup_start}
    if hasattr(behind, "warmup_prefix"):
        climb["warmup_prefix"] = not of.on_run_clock
    return replace(behind, **climb)


def _scale(of: Scale, run: float) -> Warmed | None:
    """Return the same of a curve whose own rates are multiplied."""
    found = nearest(of.of, run)
    if found is None:
        return None
    names = ("lr", "lr_min", "warmup_lr_init")
    return replace(found, **{name: of.factor * getattr(found, name) for name in names if hasattr(found, name)})


_NEAREST: Mapping[str, Callable[[Any, float], Warmed | None]] = {
    "constant": _constant,
    "cosine": _cosine,
    "exponential": _exponential,
    "flat_cosine": _flat_cosine,
    "hard_restarts": _hard_restarts,
    "inverse_sqrt": _inverse_sqrt,
    "k_decay_cosine": _k_decay_cosine,
    "k_decay_polynomial": _k_decay_polynomial,
    "linear": _linear,
    "linear_to_zero": _linear,
    "multistep": _multistep,
    "natural_exponential": _natural_exponential,
    "one_minus_sqrt": _one_minus_sqrt,
    "piecewise_constant": _piecewise_constant,
    "polynomial": _polynomial,
    "restarts": _restarts,
    "scale": _scale,
    "sgdr": _sgdr,
    "step": _step,
    "tanh": _tanh,
    "warmup": _warmup,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
"""What comes nearest to each plain schedule, by its name: none is loaded that nobody asks for."""
