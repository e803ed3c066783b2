"""Schedules with a linear warmup of their own that compute each rate from the number of the call: timm's way."""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import Numpy, Ops
from cosine_cli.schedules.core.pieces import Bounds, Piece, between

_ENDLESS = 2.0**53
_LARGEST = math.log(np.finfo(np.float64).max)
_MOST_LENGTHS = 1_000_000


class _Divided(Numpy):
    """numpy's operations, but that whole cycles are counted by Python's division, which knows no tolerance."""

    @staticmethod
    def cycles(t: Rates, length: float) -> Rates:
        """Return how many whole cycles of ``length`` lie before ``t``."""
        return np.floor_divide(t, length)


_AS_PYTHON: Ops = _Divided()


@dataclass(frozen=True, kw_only=True)
class Warmed(FrameworkSchedule, ABC):
    """A climb from ``warmup_lr_init`` over ``warmup_t`` calls, then :meth:`body`, or before it on the same clock."""

    if TYPE_CHECKING:  # each declares them in the framework's order
        lr: float
        warmup_t: float
        warmup_lr_init: float

    @abstractmethod
    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""

    @abstractmethod
    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the same."""

    @property
    def shift(self) -> float:
        """How much later the body begins."""
        return self.warmup_t if getattr(self, "warmup_prefix", True) else 0.0

    @property
    def target(self) -> float:
        """The rate that the warmup climbs to."""
        return self.lr

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup_t

    @property
    def peak(self) -> float:
        """The highest of its rates."""
        return max(self.lr, self._lowest, *([self.warmup_lr_init] if self.warmup_t else []))

    @property
    def floor(self) -> float:
        """The lowest of its rates."""
        return min(self.lr, self._lowest, *([self.warmup_lr_init] if self.warmup_t else []))

    @property
    def _lowest(self) -> float:
        return float(getattr(self, "lr_min", 0.0))

    def body_at(self, t: float) -> float:
        """Return the rate at one time without a warmup."""
        return float(np.asarray(self.body(_AS_PYTHON, np.array([t]))).reshape(-1)[0])

    @cached_property
    def _held_first(self) -> bool:
        """Tell whether the constructor leaves another rate than the first call would set."""
        return not self.warmup_t and self.body_at(0.0) != self.lr

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        rate = self.body(m, m.named("local", m.maximum(t - self.shift, 0.0)) if self.shift else t)
        if self.warmup_t:
            slope = (self.target - self.warmup_lr_init) / self.warmup_t
            return m.where(t < self.warmup_t, self.warmup_lr_init + t * slope, rate)
        return m.where(t < 1.0, self.lr, rate) if self._held_first else rate

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            found = np.asarray(self.formula(_AS_PYTHON, t), dtype=np.float64)
        rates = found if found.shape == t.shape else np.full_like(t, found)
        return rates if math.isinf(self.ends) else np.where(t <= self.ends, rates, np.nan)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, and the pieces behind it."""
        end = min(self.warmup_t or float(self._held_first), until)
        level = not self.warmup_t or self.target == self.warmup_lr_init
        climb = [Piece(0.0, end, "flat" if level else "smooth")] if end else []
        if end == until:
            return climb
        body = (piece.moved(self.shift) for piece in self.body_pieces(until - self.shift, at_most))
        return [*climb, *between(body, end, until)]


@dataclass(frozen=True, kw_only=True)
class Cycling(Warmed, ABC):
    """A decay again and again, each ``cycle_mul`` times as long and ``cycle_decay`` times as high; then ``lr_min``."""

    if TYPE_CHECKING:
        t_initial: float
        lr_min: float
        cycle_mul: float
        cycle_decay: float
        cycle_limit: int

    @abstractmethod
    def shape(self, m: Ops, share: Any) -> Any:
        """Return what is left of the way to ``lr_min`` when the share of a cycle, to ``slowing``, has passed."""

    @abstractmethod
    def breaks(self, passed: float, length: float) -> bool:
        """Tell whether a power of a negative number comes up when ``passed`` of ``length`` calls have passed."""

    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""
        if self.cycle_limit <= 0:
            return self.lr_min + 0.0 * t
        if self.cycle_limit == 1 and self.cycle_mul == 1.0:
            share = m.named("u", m.minimum(t / self.t_initial, 1.0))
            left = self.shape(m, share if self.slowing == 1.0 else share**self.slowing)
            return m.where(t < self.t_initial, m.lerp(self.lr, self.lr_min, left), self.lr_min)
        index, passed, length = self._cycle_in(m, t)
        # Each to its power before they are divided: what little is left at the end of a cycle hangs on it.
        share = passed / length if self.slowing == 1.0 else passed**self.slowing / length**self.slowing
        peak = self.lr * self.cycle_decay ** m.minimum(index, self.cycle_limit - 1.0)
        falling = m.lerp(peak, self.lr_min, self.shape(m, m.named("u", share)))
        return m.where(index < self.cycle_limit, falling, self.lr_min)

    @property
    def slowing(self) -> float:
        """The exponent of the share of a cycle that has passed."""
        return 1.0

    def _cycle_in(self, m: Ops, t: Any) -> tuple[Any, Any, Any]:
        """Return the number of the cycle, how much of it has passed, and its length."""
        if self.cycle_mul == 1.0:
            index = m.named("cycle", m.cycles(t, self.t_initial))
            return index, t - index * self.t_initial, self.t_initial
        taken, began, lengths = self._columns
        if not isinstance(m, Numpy):
            taken, began, lengths = taken.tolist(), began.tolist(), lengths.tolist()
        index = m.named("cycle", m.count(taken[1:], t))
        length = m.gather(lengths, index)
        return index, m.minimum(m.maximum(t - m.gather(began, index), 0.0), length), length

    @cached_property
    def _cycles(self) -> list[tuple[float, float, float]]:
        """Return from when the framework takes each cycle for the one that runs, when it began, and its length.

        The framework finds the cycle by a logarithm, whose last bit loses the first call of some.
        """
        found = list(itertools.islice(self._cycles_found(), _MOST_LENGTHS + 1))
        if len(found) > _MOST_LENGTHS:
            rule = f"must leave at most {_MOST_LENGTHS:,} cycles of different lengths"
            raise ParameterError("cycle_mul", rule, got=repr(self.cycle_mul), hint="give 1, or a lower cycle_limit")
        return found

    @cached_property
    def _columns(self) -> tuple[Any, Any, Any]:
        """The same as arrays: a list is made an array anew at every call."""
        taken, began, lengths = np.array(self._cycles).T
        return taken, began, lengths

    def _cycles_found(self) -> Iterator[tuple[float, float, float]]:
        for i in range(max(self.cycle_limit, 0) + 1):
            if i * math.log(self.cycle_mul) > _LARGEST:
                return
            length = self.cycle_mul**i * self.t_initial
            began = (1.0 - self.cycle_mul**i) / (1.0 - self.cycle_mul) * self.t_initial
            if began + self.shift > _ENDLESS:
                return
            taken = self._taken(i, began) if i else 0.0
            if taken is None:
                return
            yield (began if taken == math.ceil(began + self.shift) - self.shift else taken, began, length)

    def _taken(self, i: int, began: float) -> float | None:
        """Return the first call, on the body's clock, for which the framework finds cycle ``i`` or a later one."""
        call = max(math.ceil(began + self.shift), math.ceil(self.shift))
        while call > self.shift and (before := self.found(call - 1)) is not None and before >= i:
            call -= 1
        while (index := self.found(call)) is not None and index < i:
            call += 1
        return None if index is None else call - self.shift

    def found(self, call: float) -> int | None:
        """Return the cycle that the framework finds for a call, None where it raises."""
        left = 1 - (call - self.shift) / self.t_initial * (1 - self.cycle_mul)
        return math.floor(math.log(left, self.cycle_mul)) if left > 0 else None

    @cached_property
    def ends(self) -> float:
        """The last call before the framework takes the logarithm, or a root, of a negative number, or overflows."""
        if self.cycle_mul == 1.0:
            return self._overflown
        ends = min(self._shrunk, self._overflown)
        return min(ends, next(self._broken, math.inf)) if self.cycle_limit > 0 else ends

    @property
    def raised(self) -> str:
        """That of the logarithm or of the power; a root of a negative number is a complex one."""
        if self.ends == self._overflown:
            return "OverflowError: (34, 'Numerical result out of range')"
        return "ValueError: math domain error" if self.ends == self._shrunk else ""

    @cached_property
    def _overflown(self) -> float:
        """The last call before ``cycle_decay`` to the power of a cycle's number is beyond the floats, run or not."""
        if self.cycle_decay <= 1.0:
            return math.inf
        first = math.ceil(max(self.shift, self.warmup_t))
        most = _ENDLESS if self.cycle_mul >= 1.0 else self._shrunk
        calls = range(first, max(int(most), first) + 1)
        found = bisect_left(calls, x=True, key=self._overflows)
        return float(calls[found]) - 1.0 if found < len(calls) else math.inf

    def _overflows(self, call: float) -> bool:
        index = (call - self.shift) // self.t_initial if self.cycle_mul == 1.0 else self.found(call)
        try:
            self.cycle_decay ** (index or 0)
        except OverflowError:
            return True
        return False

    @cached_property
    def _shrunk(self) -> float:
        """The last call before cycles that become shorter have no length left."""
        if self.cycle_mul > 1.0:
            return math.inf
        call = math.floor(self.t_initial / (1.0 - self.cycle_mul) + self.shift)
        while self.found(call) is None:
            call -= 1
        while self.found(call + 1) is not None:
            call += 1
        return max(float(call), math.ceil(self.warmup_t) - 1.0)

    @property
    def _broken(self) -> Iterator[float]:
        """The last calls before one, beside the start of a cycle, for which a root fails."""
        for taken, _, _ in self._cycles[1:]:
            first = math.ceil(taken + self.shift)
            yield from (call - 1.0 for call in (first - 1, first) if self._fails(call))

    def _fails(self, call: int) -> bool:
        index = self.found(call)
        if call < max(self.warmup_t, 1.0) or index is None or not 0 <= index < self.cycle_limit:
            return False
        _, began, length = self._cycles[index]
        return self.breaks(call - self.shift - began, length)

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the cycles, and the floor behind them."""
        if self.cycle_mul == 1.0:
            end = min(self.t_initial * max(self.cycle_limit, 0), until)
            count = math.ceil(end / self.t_initial)
            edges = [min(i * self.t_initial, end) for i in range(min(count, at_most + 1) + 1)]
        else:
            edges = [min(cycle[0], until) for cycle in self._cycles]
            edges += [] if len(edges) > max(self.cycle_limit, 0) else [until]
            end, count = edges[-1], len(edges) - 1
        behind = [Piece(end, until, "flat")] if end < until else []
        if count > at_most:
            first = self.t_initial if self.cycle_mul == 1.0 else edges[1]
            bounds = None if self.cycle_mul == 1.0 else Bounds(np.unique(edges))
            return [Piece(0.0, end, "cycles", first, (Piece(0.0, first, "smooth"),), bounds), *behind]
        return [*(Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b), *behind]
