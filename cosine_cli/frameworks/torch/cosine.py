"""PyTorch's cosine annealing, with and without warm restarts."""
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

_EXACT_TO = 64
"""Beyond this length, a cosine that rises again has lost more digits at its floor than the precision allows."""


_NEAR = 1e-7
"""The distance from a floor, in T_max, within which a rate can be 0 in float64."""


_MOST_CALLS = 100_000
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
    eta_min: float = param(0.0, "learning rate after T_max calls")

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.lr, self.eta_min

    @property
    def _meets_floor(self) -> bool:
        return self.T_max.is_integer()

    @property
    def _climbs_anew(self) -> bool:
        """Whether the rise from a floor differs from a wave: it starts from the first rate after the floor."""
        return self._meets_floor and self.T_max > _EXACT_TO and self.lr != self.eta_min and math.isinf(self.ends)

    def formula(self, m: Ops, t: Any) -> Any:
        share = shapes.cosine_of(m, 1.0 - t / self.T_max)
        wave = m.lerp(self.lr, self.eta_min, share)
        if not self._climbs_anew:
            return wave
        begins = self.T_max + 1.0
        begun = m.named("begun", begins + m.floor((t - begins) / (2.0 * self.T_max)) * (2.0 * self.T_max))
        kept = m.named("kept", self._after_floor / (1.0 + m.cos(pi * begun / self.T_max)))
        return m.where(t < begins, wave, self.eta_min + kept * 2.0 * share)

    @property
    def _after_floor(self) -> float:
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
        late = t >= self.T_max + 1.0
        if self._climbs_anew and late.any():
            wave[late] = self.eta_min + self._kept(t[late]) * 2.0 * share[late]
        if not self._meets_floor and late.any():
            stepped = (t == np.floor(t)) & late
            wave[stepped] = self._stepped.at(t[stepped])
        return np.where(t <= self.ends, wave, np.nan) if math.isfinite(self.ends) else wave

    def _kept(self, t: Rates) -> Rates:
        """Return half the height of the wave of each rate after a floor, with PyTorch's rounding."""
        waves = np.floor((t - self.T_max - 1.0) / (2.0 * self.T_max))
        if (np.diff(waves) < 0).any():
            order = np.argsort(waves, kind="stable")
            kept = np.empty_like(t)
            kept[order] = self._kept(t[order])
            return kept
        edges = [0, *(np.flatnonzero(np.diff(waves)) + 1).tolist(), len(waves)]
        return np.concatenate([self._kept_in(t[a:b], float(waves[a])) for a, b in itertools.pairwise(edges)])

    def _kept_in(self, t: Rates, wave: float) -> Rates:
        """Return half the height for times after one floor."""
        floor = self.T_max + wave * 2.0 * self.T_max
        if floor not in self._known_heights:
            if sum(map(len, self._known_heights.values())) > MOST_STEPS:
                rule = f"is limited to {MOST_STEPS:,} calls after its floors, since each rate depends on the one before"
                raise ParameterError("T_max", rule, got=repr(self.T_max))
            self._known_heights[floor] = self._heights(floor)
        heights = self._known_heights[floor]
        if len(heights) == 1:
            return np.full_like(t, heights[0])
        found: Rates = heights[np.minimum(t - floor, len(heights)).astype(np.intp) - 1]
        return found

    @cached_property
    def _known_heights(self) -> dict[float, Rates]:
        """The half heights after each floor, as far as they are known."""
        return {}

    def _heights(self, floor: float) -> Rates:
        """Return the half heights for the calls after a floor, up to where rounding makes no more difference.

        Uses math.cos as PyTorch does: numpy's differs in the last bit, and here the last bits matter.
        """
        lost = 1e-2 * abs(self.eta_min) / self.peak * self.T_max**2
        rate, found = self.eta_min + self._after_floor, [self._after_floor]
        k = floor + 1.0
        above = 1.0 + math.cos(pi * k / self.T_max)
        if not above:
            rule = f"is limited to call {floor:.15g}, after which PyTorch divides by a number that rounds to 0"
            raise ParameterError("T_max", rule, got=repr(self.T_max))
        found[0] /= above
        while len(found) < min(lost**0.4, self.T_max - 2.0):
            k, before = k + 1.0, above
            above = 1.0 + math.cos(pi * k / self.T_max)
            rate = above / before * (rate - self.eta_min) + self.eta_min
            found.append((rate - self.eta_min) / above)
        return np.array(found)

    @cached_property
    def _stepped(self) -> Stepped:
        return Stepped(self._steps(), name="T_max")

    def _steps(self) -> Iterator[float]:
        """Yield the rates of a T_max that is not a whole number, each computed from the one before as in :meth:`step`.

        Works in chunks: what does not depend on the rate before is computed for all calls of a chunk at once.
        """
        rate, after = self.lr, (self.lr - self.eta_min) * (1.0 - math.cos(pi / self.T_max)) / 2.0
        yield rate
        for start in itertools.count(1, _CHUNK):
            k = np.arange(start - 1.0, start + _CHUNK)
            above = 1.0 + np.array([math.cos(angle) for angle in (pi * k / self.T_max).tolist()])
            special = (k[:-1] - self.T_max) % (2.0 * self.T_max) == 0.0
            with np.errstate(divide="ignore", invalid="ignore"):
                ratios = np.where(special, np.nan, above[1:] / above[:-1])
            for ratio, climbs, divisor in zip(ratios.tolist(), special.tolist(), above[:-1].tolist(), strict=True):
                if climbs:
                    rate += after
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
        if self._meets_floor:
            first = bisect_left(range(int(self.T_max)), x=True, key=self._is_floor)
            return float(first) if first < self.T_max else first + 1.0 if self._is_floor(first + 1) else math.inf
        if self.T_max >= 1.0:
            floors = (2.0 * np.arange(MOST_STEPS / (2.0 * self.T_max) + 1.0) + 1.0) * self.T_max
            near = np.rint(floors)
        else:  # with many floors a call, those nearest to the calls
            near = np.arange(1.0, _MOST_CALLS)
            with np.errstate(over="ignore", invalid="ignore"):
                floors = (2.0 * np.rint((near / self.T_max - 1.0) / 2.0) + 1.0) * self.T_max
        near = near[(np.abs(floors - near) / self.T_max < _NEAR) & (near >= 1)]
        return next((k for k in near.tolist() if self._divides_by_0(k + 1.0)), math.inf)

    @property
    def error(self) -> str:
        return DIVIDES_BY_0

    def _divides_by_0(self, k: float) -> bool:
        special = (k - 1 - self.T_max) % (2 * self.T_max) == 0
        return not special and self._is_floor(k - 1)

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
        return self.T_max if self.eta_min == 0 and self._meets_floor else -1.0


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
    eta_min: float = param(0.0, "learning rate at the end of a cycle")

    @cached_property
    def composite(self) -> Schedule:
        length = float(self.T_0)
        plain = 0 <= self.eta_min <= self.lr
        wave = Cosine(lr=self.lr, total=length, min_lr=self.eta_min) if plain else self._wave
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
