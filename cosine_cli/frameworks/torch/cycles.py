"""PyTorch's one-cycle and cyclical schedulers."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.ignored import IgnoredParam, by_name, ignored_param
from cosine_cli.frameworks.core.simulate import DIVIDES_BY_0, FrameworkError, Leaf, OptimizerState
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece

_MOMENTUM = (
    ignored_param("cycle_momentum", bool, default=True),
    ignored_param("base_momentum", float, default=None, many=True),
    ignored_param("max_momentum", float, default=None, many=True),
)


_MAX_EXPONENT = math.log(np.finfo(np.float64).max)


@dataclass(frozen=True, kw_only=True)
class OneCycleLR(Leaf):
    r"""One cycle: an increase to the peak, then a longer decay far below the initial rate.

    .. math:: \eta(t) = y + \tfrac12 (x - y)\,(1 + \cos(\pi u)), \quad u = (t - t_0) / (t_1 - t_0)

    where each phase goes from rate :math:`x` at call :math:`t_0` to :math:`y` at :math:`t_1`: from
    ``max_lr / div_factor`` up to ``max_lr`` until ``pct_start * total_steps - 1``, then down to
    ``max_lr / div_factor / final_div_factor`` until ``total_steps - 1``; with ``anneal_strategy`` linear along straight
    lines. ``step()`` raises ValueError after ``total_steps`` calls.

    >>> OneCycleLR(max_lr=0.1, total_steps=100, pct_start=0.21)([0, 10, 20, 99])
    array([4.0e-03, 5.2e-02, 1.0e-01, 4.0e-07])

    From 0.004 up to 0.1 at call 20, down to 4e-7 at call 99.
    """

    ignored: ClassVar[Mapping[str, IgnoredParam]] = by_name(*_MOMENTUM)
    equivalent: ClassVar[str] = "onecycle"
    difference: ClassVar[str] = (
        "It peaks one call before pct_start of total_steps, and ends one call before total_steps."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses max_lr / div_factor, whatever the optimizer's rate; if pct_start is less than one call, "
        "a rate of the decay",
        "milestone": "max_lr takes effect at update pct_start * total_steps - 1, if that is a whole number",
        "end": "the lowest rate takes effect at update total_steps - 1, the last of a run of total_steps",
        "past the end": "at update total_steps the rate increases again (cos) or falls below 0 (linear); then step() "
        "raises",
    }

    max_lr: float = param(0.1, "highest learning rate", above=0, inherits="lr")
    total_steps: int | None = param(
        None, "calls of the whole cycle", at_least=1, optional=True, example="100", is_count=True
    )
    epochs: int | None = param(None, "epochs, instead of total_steps", at_least=1, optional=True, is_count=True)
    steps_per_epoch: int | None = param(
        None, "calls per epoch, instead of total_steps", at_least=1, optional=True, is_count=True
    )
    pct_start: float = param(0.3, "share of the calls before the peak", at_least=0, at_most=1)
    anneal_strategy: str = param("cos", "shape of the increase and the decay", choices=("cos", "linear"))
    div_factor: float = param(25.0, "ratio of the highest rate to the first", above=0)
    final_div_factor: float = param(1e4, "ratio of the first rate to the last", above=0)
    three_phase: bool = param(False, "whether it first decays to the initial rate, and then below it")

    def check(self) -> None:
        """Raise if the cycle has no length, or its first phase has length 0."""
        if self.total_steps is None and (self.epochs is None or self.steps_per_epoch is None):
            raise ParameterError("total_steps", "must be given, or epochs and steps_per_epoch", got="none of them")
        if self._phases[0][0] == 0.0:
            rule = "must not make pct_start * total_steps 1: PyTorch divides by the length of that phase, 0"
            raise ParameterError("pct_start", rule, got=repr(self.pct_start))

    @property
    def _total_calls(self) -> int:
        return self.total_steps or (self.epochs or 0) * (self.steps_per_epoch or 0)

    @cached_property
    def _phases(self) -> tuple[tuple[float, int, int], ...]:
        """The end of each phase, and the indices of the rates that it goes from and to."""
        first = (self.pct_start * self._total_calls - 1.0, 0, 1)
        last = self._total_calls - 1.0
        if not self.three_phase:
            return (first, (last, 1, 2))
        return (first, (2.0 * self.pct_start * self._total_calls - 2.0, 1, 0), (last, 0, 2))

    @cached_property
    def _phase_rates(self) -> tuple[float, float, float]:
        initial = self.max_lr / self.div_factor
        return initial, self.max_lr, initial / self.final_div_factor

    @property
    def peak(self) -> float:
        return max(self._phase_rates)

    @property
    def floor(self) -> float:
        """The lowest rate; a straight line goes below the others at its very end."""
        return min(self._phase_rates) if self.anneal_strategy == "cos" else min(*self._phase_rates, self._rate_past_end)

    @property
    def _rate_past_end(self) -> float:
        return self._rate_at(self._total_calls, self._phase_rates) if self.ends == self._total_calls else math.inf

    @property
    def ends(self) -> float:
        """The last call that does not raise: total_steps, or one less if the last phase has length 0."""
        start, end = self._phases[-2][0], self._phases[-1][0]
        return end if start == end else end + 1.0

    @property
    def error(self) -> str:
        if self.ends < self._total_calls:
            return DIVIDES_BY_0
        raw = f"Tried to step {self._total_calls + 1} times. The specified number of total steps is {self._total_calls}"
        return f"ValueError: {raw}"

    def _rate_at(self, t: float, phase_rates: tuple[float, float, float]) -> float:
        """Return the rate at one time, in PyTorch's order of operations."""
        start = 0.0
        for end, x, y in self._phases[:-1]:
            if t <= end:
                return self._interpolate(phase_rates[x], phase_rates[y], (t - start) / (end - start))
            start = end
        end, x, y = self._phases[-1]
        return self._interpolate(phase_rates[x], phase_rates[y], (t - start) / (end - start))

    def _interpolate(self, x: float, y: float, share: float) -> float:
        if self.anneal_strategy == "cos":
            return y + (x - y) / 2.0 * (math.cos(pi * share) + 1.0)
        return (y - x) * share + x

    def formula(self, m: Ops, t: Any) -> Any:
        starts = (0.0, *(end for end, _, _ in self._phases))
        phases = [(start, *phase) for start, phase in zip(starts, self._phases, strict=False) if start != phase[0]]
        rate: Any = None
        for start, end, x, y in reversed(phases):
            share = (t - start) / (end - start)
            start_rate, end_rate = self._phase_rates[x], self._phase_rates[y]
            if (
                self.anneal_strategy == "cos"
            ):  # from its end, like PyTorch: a rate far below the initial one keeps its digits
                phase_rate = end_rate + (start_rate - end_rate) * shapes.cosine_of(m, 1.0 - share)
            else:
                phase_rate = start_rate + (end_rate - start_rate) * share
            rate = phase_rate if rate is None else m.where(t <= end, phase_rate, rate)
        return rate

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        start, end = self._phases[-2][0], self._phases[-1][0]
        ends = [phase[0] for phase in self._phases[:-1]]
        if self.anneal_strategy == "cos" and start < end:
            turns = (start + i * (end - start) for i in range(1, at_most))
            ends += itertools.takewhile(lambda turn: turn < self.ends, turns)
        elif self.anneal_strategy == "linear":
            ends.append(end)
        inner = sorted({phase_end for phase_end in ends if 0 < phase_end < self.ends})
        after_end = math.nextafter(self.ends, math.inf)
        return shapes.in_phases(
            (*((phase_end, "smooth") for phase_end in inner), (after_end, "smooth"), (math.inf, "flat")), until
        )

    def attach(self, state: OptimizerState) -> float:
        """Set the three rates in the state to its own."""
        state.initial, state.high, state.low = self._phase_rates
        return state.initial

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``, between the rates in the state."""
        del first
        if k > self._total_calls:
            raise FrameworkError
        return self._rate_at(k, (start if state.initial is None else state.initial, state.high, state.low))

    def restart(self, state: OptimizerState, start: float) -> float:
        return self.step(0, state, start, first=True)


@dataclass(frozen=True, kw_only=True)
class CyclicLR(Leaf):
    r"""Repeated straight lines up and down.

    .. math:: \eta(t) = a + (c - a)\,h(t)\,g(t)

    with :math:`a` = ``base_lr``, :math:`c` = ``max_lr``, :math:`h` the line from 0 up to 1 over ``step_size_up`` calls
    and back over ``step_size_down``, :math:`g` by ``mode``: triangular 1, triangular2 half as much in each cycle,
    exp_range :math:`\gamma^t` with :math:`\gamma` = ``gamma``. It never ends.

    >>> CyclicLR(base_lr=0.01, max_lr=0.1, step_size_up=10, mode="triangular2")([0, 10, 20, 30, 40])
    array([0.01 , 0.1  , 0.01 , 0.055, 0.01 ])

    From 0.01 up to 0.1 over 10 calls and back over 10, then half as high.
    """

    ignored: ClassVar[Mapping[str, IgnoredParam]] = by_name(
        *_MOMENTUM, ignored_param("scale_fn", str, default=None, fixed=True, optional=True)
    )
    equivalent: ClassVar[str] = "cyclic"
    difference: ClassVar[str] = "By default it rises for 2000 calls, and gamma is 1."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses base_lr, whatever the optimizer's rate",
        "milestone": "max_lr takes effect at update step_size_up",
        "past the end": "it never ends; in mode triangular2 step() raises in cycle 1025, and with a gamma above 1 when "
        "its power overflows",
    }

    base_lr: float = param(Needed("0.001"), "learning rate between two cycles", at_least=0, share_of="max_lr")
    max_lr: float = param(0.1, "highest learning rate", at_least=0, inherits="lr")
    step_size_up: float = param(2000.0, "calls of the rising part of a cycle", above=0, is_count=True)
    step_size_down: float | None = param(
        None, "calls of the falling part of a cycle; default: step_size_up", at_least=0, optional=True, is_count=True
    )
    mode: str = param("triangular", "how the height changes", choices=("triangular", "triangular2", "exp_range"))
    gamma: float = param(1.0, "factor of the height at every call, in mode exp_range", at_least=0)
    scale_mode: str = param("cycle", "what scale_fn counts; ignored without one", choices=("cycle", "iterations"))

    @property
    def _cycle(self) -> float:
        return self.step_size_up + (self.step_size_up if self.step_size_down is None else self.step_size_down)

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.base_lr, self.max_lr

    @property
    def ends(self) -> float:
        """The last call before the power in the height overflows."""
        if self.mode == "triangular2":
            return math.ceil(1024.0 * self._cycle) - 1.0
        if self.mode == "exp_range" and self.gamma > 1.0:
            return float(math.floor(_MAX_EXPONENT / math.log(self.gamma)))
        return math.inf

    @property
    def error(self) -> str:
        return "OverflowError: (34, 'Numerical result out of range')"

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``, in PyTorch's order of operations."""
        passed = t / self._cycle
        cycle = m.named("cycle", m.floor(1.0 + passed))
        local = m.named("local", 1.0 + passed - cycle)
        rise_share = self.step_size_up / self._cycle
        height = local / rise_share
        if rise_share < 1.0:
            height = m.where(local <= rise_share, height, (local - 1.0) / (rise_share - 1.0))
        if self.mode == "triangular2":
            height = height * 0.5 ** (cycle - 1.0)
        if self.mode == "exp_range":
            height = height * self.gamma**t
        return self.base_lr + (self.max_lr - self.base_lr) * height

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        knots = sorted({0.0, self.step_size_up, *self._turning_points, self._cycle})
        cycle_pieces = tuple(Piece(a, b, "smooth") for a, b in itertools.pairwise(knots))
        end = min(until, math.nextafter(self.ends, math.inf))
        after = [Piece(end, until, "flat")] if end < until else []
        count = math.ceil(end / self._cycle)
        if count * len(cycle_pieces) > at_most:
            return [Piece(0.0, end, "cycles", self._cycle, cycle_pieces), *after]
        edges = sorted({min(i * self._cycle + knot, end) for i in range(count) for knot in knots})
        return [*(Piece(a, b, "smooth") for a, b in itertools.pairwise(edges)), *after]

    @property
    def _turning_points(self) -> Iterator[float]:
        """The times in a cycle at which the factor starts to change the rate more than the line does."""
        if self.mode == "exp_range" and self.gamma not in (0.0, 1.0):
            over = -1.0 / math.log(self.gamma)
            if 0 < over < self.step_size_up:
                yield over
            if over < 0 and self.step_size_up < self._cycle + over:
                yield self._cycle + over

    def attach(self, state: OptimizerState) -> float:
        """Set the state to its lower rate, from which later schedulers start."""
        state.rate = self.base_lr
        state.initial_rate()
        return self.base_lr

    def initialize(self, state: OptimizerState, start: float) -> float:
        """Return the rate after the constructor, which ignores base_lr if an initial rate is set."""
        del start
        return state.initial_rate()

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del state, start, first
        if k > self.ends:
            raise FrameworkError
        return float(self.formula(NUMPY, np.float64(k)))

    def restart(self, state: OptimizerState, start: float) -> float:
        return self.step(0, state, start, first=True)
