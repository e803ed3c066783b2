"""Keras's cosine decay, with and without restarts."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core import eager
from cosine_cli.frameworks.core.compiled import COMPILED
from cosine_cli.frameworks.core.concat import repeated_decay
from cosine_cli.frameworks.core.float32 import (
    ENDLESS,
    Float32Schedule,
    as_array_like,
    first_calls,
    is_float32,
    logarithm,
    operand,
    power,
    reused,
    tensor,
)
from cosine_cli.frameworks.keras.declarations import FIRST_UPDATE, TYPE_OF_RATE, decay_steps_param, initial_rate
from cosine_cli.frameworks.keras.stairs import ordered_phases, with_held_ends
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Bounds, Piece, PieceKind

_MOST_CYCLES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class CosineDecay(Float32Schedule):
    r"""Cosine decay to a share of the peak, with an optional straight warmup.

    .. math:: \eta(t) = v\,((1 - \alpha)\,\tfrac12 (1 + \cos(\pi \min(t, T) / T)) + \alpha)

    with :math:`v` = ``initial_learning_rate``, :math:`T` = ``decay_steps`` (updates), :math:`\alpha` = ``alpha``. With
    ``warmup_target`` :math:`\eta_0` it is :math:`v + (\eta_0 - v)\,t / W` for :math:`t < W` = ``warmup_steps``, and
    then the wave over the next :math:`T` updates, with :math:`\eta_0` instead of :math:`v`. It stays constant after
    that.

    >>> wave = CosineDecay(initial_learning_rate=0, decay_steps=100, warmup_target=0.1, warmup_steps=10)
    >>> wave([0, 5, 10, 60, 110])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    The peak at update 10, half of it at 60, 0 from update 110.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "Its floor is a share of its peak; the warmup is not part of decay_steps."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses initial_learning_rate, or warmup_target if warmup_steps is 0; without a "
        f"warmup_target there is no warmup, whatever warmup_steps is; {TYPE_OF_RATE}",
        "milestone": "warmup_target takes effect at update warmup_steps",
        "end": "alpha times the peak takes effect after warmup_steps and decay_steps: a run of that length "
        "never uses it",
        "past the end": "it stays there",
    }

    initial_learning_rate: float = initial_rate()
    decay_steps: float = decay_steps_param("updates of the wave, without the warmup")
    alpha: float = param(0.0, "share of the peak at the end", at_least=0)
    warmup_target: float | None = param(None, "rate after the warmup; none: no warmup", at_least=0, optional=True)
    warmup_steps: float = param(0.0, "updates of the warmup", at_least=0, is_count=True)

    @property
    def _peak(self) -> float:
        return self.initial_learning_rate if self.warmup_target is None else self.warmup_target

    @property
    def _warmup_length(self) -> float:
        return 0.0 if self.warmup_target is None else self.warmup_steps

    @property
    def extremes(self) -> tuple[float, ...]:
        """The ends of the wave, and the start of a climb."""
        return self._peak, self._peak * self.alpha, *((self.initial_learning_rate,) if self._warmup_length else ())

    @property
    def warmup_length(self) -> float:
        return self._warmup_length

    def formula(self, m: Ops, t: Any) -> Any:
        late = m.minimum(t, self.decay_steps + self._warmup_length)
        local = m.maximum(late - self._warmup_length, 0.0) if self._warmup_length else late
        wave = 0.5 * (1.0 + m.cos(pi * (local / self.decay_steps)))
        rate = self._peak * ((1.0 - self.alpha) * wave + self.alpha)
        if not self._warmup_length:
            return rate
        rise = tensor(m, self._peak) - tensor(m, self.initial_learning_rate)
        return m.where(t < self._warmup_length, rise * (t / self._warmup_length) + self.initial_learning_rate, rate)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.up_and_down((self._warmup_length, self._warmup_length + self.decay_steps), until)


@dataclass(frozen=True, kw_only=True)
class CosineDecayRestarts(Float32Schedule):
    r"""Cosine decay with restarts, each cycle longer and lower than the one before.

    .. math:: \eta(t) = v\,((1 - \alpha)\,d^i\,\tfrac12 (1 + \cos(\pi \tau / (T k^i))) + \alpha)

    with :math:`\tau = t - T\,(1 + k + \dots + k^{i-1})` in cycle :math:`i`, :math:`v` = ``initial_learning_rate``,
    :math:`T` = ``first_decay_steps`` (updates), :math:`k` = ``t_mul``, :math:`d` = ``m_mul``, :math:`\alpha` =
    ``alpha``. It has no end; with :math:`k < 1` it is NaN from :math:`T / (1 - k)` on.

    >>> CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=10)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])

    A cosine from 0.1 over 10 updates, one over 20, and so on.
    """

    equivalent: ClassVar[str] = "sgdr"
    difference: ClassVar[str] = "Its floor is a share of its peak, not scaled by m_mul; some restarts are late."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": "a restart takes effect at its own update; the cycle is computed in 32 bits, which "
        "loses some: there one update uses the floor, and the wave continues from its second update",
        "past the end": "it never ends; with t_mul below 1 it is NaN from first_decay_steps / (1 - t_mul) on",
        "compiled": "on a CPU it loses, with a t_mul of 2, the 13th and the 15th restart, at 8191 and 32767 times "
        "first_decay_steps; with 1.05 or 10 the first one; with 1 some of those of a first_decay_steps of 41, 47,"
        " 55 or 61. A GPU, and a call without a compiler, have other logarithms and may lose others",
    }

    initial_learning_rate: float = initial_rate()
    first_decay_steps: float = param(Needed("10"), "updates of the first cycle", above=0, is_count=True)
    t_mul: float = param(2.0, "factor from one cycle's length to the next", above=0)
    m_mul: float = param(1.0, "factor from one cycle's height to the next", at_least=0)
    alpha: float = param(0.0, "share of initial_learning_rate at the floor", at_least=0)

    def check(self) -> None:
        """Raise if t_mul is so near to 1 that there are too many cycles."""
        if not self._even and self._count > _MOST_CYCLES:
            rule = f"must give at most {_MOST_CYCLES:,} cycles of different lengths"
            raise ParameterError("t_mul", rule, got=repr(self.t_mul), hint="give 1")

    @property
    def extremes(self) -> tuple[float, ...]:
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
        return "the cycles have no time left, and Keras takes log() of a number that is not above 0"

    @property
    def _even(self) -> bool:
        with np.errstate(over="ignore"):
            return float(np.float32(self.t_mul)) == 1.0

    def _share(self, m: Ops, t: Rates) -> Any:
        return operand(m, t) / tensor(m, self.first_decay_steps)

    def _grown(self, m: Ops, t: Rates) -> Any:
        """Return the argument of the logarithm: the length of the next cycle over that of the first."""
        return 1.0 - self._share(m, t) * (np.float32(1.0) - np.float32(self.t_mul))

    def _cycle(self, m: Ops, t: Rates) -> Any:
        """Return the index of the cycle as Keras computes it."""
        if self._even:
            return m.floor(self._share(m, t))
        return m.floor(logarithm(m, self._grown(m, t)) / eager.logarithm(self.t_mul))

    def _counted(self, calls: Rates) -> Rates:
        """Return the index of the cycle for whole calls, in a compiled loop."""
        return as_array_like(self._cycle(COMPILED, calls), calls)

    @property
    def _last(self) -> float:
        return min(ENDLESS, self.ends)

    @cached_property
    def _count(self) -> int:
        """The number of cycles after the first one."""
        with np.errstate(all="ignore"):
            index = float(self._counted(np.array([self._last]))[0])
        return int(index) if math.isfinite(index) else _MOST_CYCLES + 1

    @cached_property
    def _begins(self) -> Rates:
        """The first call of each cycle after the first one; one call late for lost restarts."""
        index = np.arange(1.0, self._count + 1.0)
        return first_calls(lambda t: self._counted(t) >= index, self._count, self._last)

    @cached_property
    def _starts(self) -> Rates:
        """The exact starts of all cycles, and the end of the last."""
        factor = float(np.float32(self.t_mul))
        stretches = factor ** np.arange(self._count + 2.0)
        return self.first_decay_steps * (stretches - 1.0) / (factor - 1.0)

    def in_float32(self, m: Ops, t: Rates) -> Rates:
        share, index = self._share(m, t), self._cycle(m, t)
        if self._even:
            return as_array_like(self._falling(m, index, reused(share) - index), t)
        one, factor = np.float32(1.0), np.float32(self.t_mul)
        stretch = power(m, factor, index)
        passed = (share - (one - stretch) / (one - factor)) / stretch
        return as_array_like(self._falling(m, index, passed), t)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates without rounding, in the cycles of a compiled loop."""
        if not self._even:
            return super().in_float64(t)
        index = self._counted(np.floor(t))
        return as_array_like(self._falling(NUMPY, index, np.clip(t / self.first_decay_steps - index, 0.0, 1.0)), t)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``; at a lost restart, the end of the cycle before it."""
        if self._even:
            index = m.named("cycle", m.cycles(t, self.first_decay_steps))
            return self._falling(m, index, t / self.first_decay_steps - index)
        starts = self._starts
        index = m.named("cycle", m.count(self._begins.tolist(), t))
        local = (t - m.gather(starts[:-1].tolist(), index)) / m.gather(np.diff(starts).tolist(), index)
        return self._falling(m, index, m.named("passed", m.minimum(m.maximum(local, 0.0), 1.0)))

    def _falling(self, m: Ops, index: Any, passed: Any) -> Any:
        height = power(m, self.m_mul, index) if self.m_mul != 1.0 or is_float32(m) else 1.0
        wave = 0.5 * height * (1.0 + m.cos(pi * passed))
        return self.initial_learning_rate * ((tensor(m, 1.0) - tensor(m, self.alpha)) * wave + self.alpha)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the cycles; before a lost restart, the end of a cycle is held for one update."""
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
        return shapes.in_phases(ordered_phases(phases), until)

    def _even_pieces(self, until: float, at_most: int) -> list[Piece]:
        length, count = self.first_decay_steps, math.ceil(until / self.first_decay_steps)
        if count > at_most:
            return [row._replace(uneven=True) for row in repeated_decay(length, until, at_most)]
        numbers = np.arange(1.0, count + 1.0)
        restarts = first_calls(lambda t: self._counted(t) >= numbers, count, math.ceil(until) + 1.0)
        return shapes.in_phases(with_held_ends(numbers * length, restarts), until)
