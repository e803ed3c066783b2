"""PyTorch's cosine annealing, with and without warm restarts.

``CosineAnnealingLR`` computes each rate from the one before it: it multiplies the distance from the floor by the
ratio of two cosines, ``(1 + cos(pi*k/T)) / (1 + cos(pi*(k-1)/T))``. Up to the first floor this is a cosine wave. At a
floor the ratio is 0 / 0 and PyTorch adds a first step instead; the rounding of that step scales the following wave.
So after a floor the rates here are waves with an amplitude computed as PyTorch does. If ``T_max`` is not a whole
number, no call is exactly at a floor, and the rates after the first one come from the recursion itself.
"""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import base_rate
from cosine_cli.frameworks.core.simulate import DIVIDES_BY_0, Leaf, OptimizerState
from cosine_cli.frameworks.core.stepped import MOST_STEPS, Stepped
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.restarts import Restarts

_MAX_EXACT_LENGTH = 64
"""Beyond this length, a cosine that rises again has lost more digits at its floor than the precision allows."""


_FLOOR_TOLERANCE = 1e-7
"""The distance from a floor, in T_max, within which a rate can be 0 in float64."""


_MAX_CHECKED_CALLS = 100_000
"""The number of calls that are checked if a cosine has several floors per call."""


_CHUNK = 10_000


@dataclass(frozen=True, kw_only=True)
class CosineAnnealingLR(Leaf):
    r"""Half a cosine wave to the floor, and up again.

    .. math:: \eta(t) = m + \tfrac12 (b - m)\,(1 + \cos(\pi t / T))

    with :math:`b` = ``lr``, :math:`T` = ``T_max`` (calls), :math:`m` = ``eta_min``. After ``T_max`` it rises back to
    ``lr`` at twice ``T_max``, and so on.

    >>> CosineAnnealingLR(lr=0.1, T_max=50)([0, 25, 50, 75, 100])
    array([0.1 , 0.05, 0.  , 0.05, 0.1 ])

    0.1 at call 0, 0 at call 50, 0.1 again at call 100.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "Past T_max it rises again, where the plain schedule stays at the floor."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr",
        "end": "eta_min takes effect after T_max calls: a run of T_max updates never uses it",
        "past the end": "it rises back to lr at 2 T_max, and decays again; each rate is computed from the one before, "
        "so rounding errors at the floor persist, up to 2e-5 of the peak for a T_max of a million",
    }

    lr: float = base_rate()
    T_max: float = param(Needed("50"), "calls from the peak to the floor", above=0, is_count=True)
    eta_min: float = param(0.0, "learning rate after T_max calls", share_of="lr")

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.lr, self.eta_min

    @property
    def _reaches_floor(self) -> bool:
        return self.T_max.is_integer()

    @property
    def _amplitude_changes(self) -> bool:
        """Whether the rise from a floor differs from a wave: it starts from the first rate after the floor."""
        return (
            self._reaches_floor and self.T_max > _MAX_EXACT_LENGTH and self.lr != self.eta_min and math.isinf(self.ends)
        )

    def formula(self, m: Ops, t: Any) -> Any:
        share = shapes.cosine_of(m, 1.0 - t / self.T_max)
        wave = m.lerp(self.lr, self.eta_min, share)
        if not self._amplitude_changes:
            return wave
        rise_start = self.T_max + 1.0
        wave_start = m.named("begun", rise_start + m.floor((t - rise_start) / (2.0 * self.T_max)) * (2.0 * self.T_max))
        half_amplitude = m.named("kept", self._first_rise / (1.0 + m.cos(pi * wave_start / self.T_max)))
        return m.where(t < rise_start, wave, self.eta_min + half_amplitude * 2.0 * share)

    @property
    def _first_rise(self) -> float:
        """The distance of PyTorch's rate from the floor, one call after it."""
        return self.eta_min + (self.lr - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0 - self.eta_min

    def rate(self, t: Rates) -> Rates:
        share = 1.0 - t / self.T_max
        share *= 0.5 * pi
        np.sin(share, out=share)
        share *= share
        wave = share * self.lr
        if self.eta_min:
            wave += (1.0 - share) * self.eta_min
            np.clip(wave, self.floor, self.peak, out=wave)
        past_floor = t >= self.T_max + 1.0
        if self._amplitude_changes and past_floor.any():
            wave[past_floor] = self.eta_min + self._half_amplitudes(t[past_floor]) * 2.0 * share[past_floor]
        if not self._reaches_floor and past_floor.any():
            is_whole_call = (t == np.floor(t)) & past_floor
            wave[is_whole_call] = self._recursion.at(t[is_whole_call])
        return np.where(t <= self.ends, wave, np.nan) if math.isfinite(self.ends) else wave

    def _half_amplitudes(self, t: Rates) -> Rates:
        """Return half the amplitude of the wave at each time after a floor, with PyTorch's rounding."""
        waves = np.floor((t - self.T_max - 1.0) / (2.0 * self.T_max))
        if (np.diff(waves) < 0).any():
            order = np.argsort(waves, kind="stable")
            half_amplitude = np.empty_like(t)
            half_amplitude[order] = self._half_amplitudes(t[order])
            return half_amplitude
        edges = [0, *(np.flatnonzero(np.diff(waves)) + 1).tolist(), len(waves)]
        return np.concatenate(
            [self._half_amplitudes_after(t[a:b], float(waves[a])) for a, b in itertools.pairwise(edges)]
        )

    def _half_amplitudes_after(self, t: Rates, wave: float) -> Rates:
        """Return half the amplitude for times after one floor."""
        floor = self.T_max + wave * 2.0 * self.T_max
        if floor not in self._amplitude_cache:
            if sum(map(len, self._amplitude_cache.values())) > MOST_STEPS:
                rule = f"is limited to {MOST_STEPS:,} calls after its floors, since each rate depends on the one before"
                raise ParameterError("T_max", rule, got=repr(self.T_max))
            self._amplitude_cache[floor] = self._compute_half_amplitudes(floor)
        cached = self._amplitude_cache[floor]
        if len(cached) == 1:
            return np.full_like(t, cached[0])
        amplitudes: Rates = cached[np.minimum(t - floor, len(cached)).astype(np.intp) - 1]
        return amplitudes

    @cached_property
    def _amplitude_cache(self) -> dict[float, Rates]:
        """The half amplitudes after each floor that has been computed."""
        return {}

    def _compute_half_amplitudes(self, floor: float) -> Rates:
        """Return the half amplitudes of the calls after a floor, up to where rounding makes no more difference.

        Uses math.cos as PyTorch does: numpy's differs in the last bit, and here the last bits matter.
        """
        lost_precision = 1e-2 * abs(self.eta_min) / self.peak * self.T_max**2
        rate, amplitudes = self.eta_min + self._first_rise, [self._first_rise]
        k = floor + 1.0
        height = 1.0 + math.cos(pi * k / self.T_max)
        if not height:
            rule = f"is limited to call {floor:.15g}, after which PyTorch divides by a number that rounds to 0"
            raise ParameterError("T_max", rule, got=repr(self.T_max))
        amplitudes[0] /= height
        while len(amplitudes) < min(lost_precision**0.4, self.T_max - 2.0):
            k, before = k + 1.0, height
            height = 1.0 + math.cos(pi * k / self.T_max)
            rate = height / before * (rate - self.eta_min) + self.eta_min
            amplitudes.append((rate - self.eta_min) / height)
        return np.array(amplitudes)

    @cached_property
    def _recursion(self) -> Stepped:
        return Stepped(self._recursive_rates(), name="T_max")

    def _recursive_rates(self) -> Iterator[float]:
        """Yield the rates of a T_max that is not a whole number, each computed from the one before as in :meth:`step`.

        Works in chunks: what does not depend on the rate before is computed for all calls of a chunk at once.
        """
        rate, first_rise = self.lr, (self.lr - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0
        yield rate
        for start in itertools.count(1, _CHUNK):
            k = np.arange(start - 1.0, start + _CHUNK)
            height = 1.0 + np.array([math.cos(angle) for angle in (pi * k / self.T_max).tolist()])
            at_floor_mask = (k[:-1] - self.T_max) % (2.0 * self.T_max) == 0.0
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios = np.where(at_floor_mask, np.nan, height[1:] / height[:-1])
            for ratio, at_floor, divisor in zip(
                ratios.tolist(), at_floor_mask.tolist(), height[:-1].tolist(), strict=True
            ):
                if at_floor:
                    rate += first_rise
                elif divisor:
                    rate = ratio * (rate - self.eta_min) + self.eta_min
                else:
                    return
                yield rate

    @cached_property
    def ends(self) -> float:
        """The last call before PyTorch divides by 0, next to a floor that it reaches by rounding.

        A T_max that is not a whole number reaches one eventually; one above 2 10^8 rounds to 0 before the floor.
        """
        if self._reaches_floor:
            first = bisect_left(range(int(self.T_max)), x=True, key=self._is_floor)
            return float(first) if first < self.T_max else first + 1.0 if self._is_floor(first + 1) else math.inf
        if self.T_max >= 1.0:
            floors = (2.0 * np.arange(MOST_STEPS / (2.0 * self.T_max) + 1.0) + 1.0) * self.T_max
            near = np.rint(floors)
        else:  # with many floors a call, those nearest to the calls
            near = np.arange(1.0, _MAX_CHECKED_CALLS)
            with np.errstate(over="ignore", invalid="ignore"):
                floors = (2.0 * np.rint((near / self.T_max - 1.0) / 2.0) + 1.0) * self.T_max
        near = near[(np.abs(floors - near) / self.T_max < _FLOOR_TOLERANCE) & (near >= 1)]
        return next((k for k in near.tolist() if self._divides_by_0(k + 1.0)), math.inf)

    @property
    def error(self) -> str:
        return DIVIDES_BY_0

    def _divides_by_0(self, k: float) -> bool:
        at_floor = (k - 1 - self.T_max) % (2 * self.T_max) == 0
        return not at_floor and self._is_floor(k - 1)

    def _is_floor(self, k: float) -> bool:
        """Return whether the wave is 0 in float64 before call ``k``."""
        return 1.0 + math.cos(pi * k / self.T_max) == 0.0

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        return shapes.half_waves(self.T_max, until, at_most)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        if first:
            return state.rate
        if (k - 1 - self.T_max) % (2 * self.T_max) == 0:
            return state.rate + (start - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0
        ratio = (1.0 + math.cos(pi * k / self.T_max)) / (1.0 + math.cos(pi * (k - 1) / self.T_max))
        return ratio * (state.rate - self.eta_min) + self.eta_min

    def restart(self, state: OptimizerState, start: float) -> float:
        del state
        return self.eta_min + (start - self.eta_min) * 2.0 / 2.0

    @property
    def multiplies_until(self) -> float:
        """The last call at which a step multiplies the rate: T_max, if the floor is 0."""
        return self.T_max if self.eta_min == 0 and self._reaches_floor else -1.0


@dataclass(frozen=True, kw_only=True)
class CosineAnnealingWarmRestarts(Leaf):
    r"""Cosine decay with warm restarts; each cycle is ``T_mult`` times as long as the one before.

    .. math:: \eta(t) = m + \tfrac12 (b - m)\,(1 + \cos(\pi \tau / T_i)), \quad T_i = T_0\,k^i

    with :math:`\tau` the calls since the last restart, :math:`b` = ``lr``, :math:`T_0` = ``T_0`` (calls), :math:`k` =
    ``T_mult``, :math:`m` = ``eta_min``. It never ends.

    >>> CosineAnnealingWarmRestarts(lr=0.1, T_0=10, T_mult=2)([0, 5, 10, 20, 30])
    array([0.1 , 0.05, 0.1 , 0.05, 0.1 ])

    A cosine from 0.1 over 10 calls, one over 20, then one over 40.
    """

    equivalent: ClassVar[str] = "sgdr"
    difference: ClassVar[str] = "T_0 and T_mult are whole numbers; every cycle begins at lr; the cycles never end."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr",
        "milestone": "lr takes effect at the update of a restart, so eta_min is never used; step(epoch) computes the "
        "cycle by a logarithm and gives eta_min at some restarts (T_mult=3 with T_0=5: epoch 605)",
        "past the end": "it continues to restart",
    }

    lr: float = base_rate()
    T_0: int = param(Needed("10"), "calls of the first cycle", at_least=1, is_count=True)
    T_mult: int = param(1, "factor from one cycle's length to the next", at_least=1, is_count=True)
    eta_min: float = param(0.0, "learning rate at the end of a cycle", share_of="lr")

    @cached_property
    def composite(self) -> Schedule:
        length = float(self.T_0)
        is_decay = 0 <= self.eta_min <= self.lr
        wave = Cosine(lr=self.lr, total=length, min_lr=self.eta_min) if is_decay else self._wave
        return Restarts(cycle=length, cycle_mult=float(self.T_mult), of=wave)

    @property
    def _wave(self) -> CosineAnnealingLR:
        return CosineAnnealingLR(lr=self.lr, T_max=float(self.T_0), eta_min=self.eta_min)

    def next_index(self, last: int) -> int:
        """Return the index of the call after ``last``, at least 0."""
        return max(last + 1, 0)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        del state, first
        length = self.T_0
        if self.T_mult == 1:
            k %= length
        while k >= length:
            k, length = k - length, length * self.T_mult
        return self.eta_min + (start - self.eta_min) * (1.0 + math.cos(pi * k / length)) / 2.0

    def restart(self, state: OptimizerState, start: float) -> float:
        return self.step(0, state, start, first=True)
