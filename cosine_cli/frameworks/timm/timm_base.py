"""What timm's schedulers share: a linear warmup of their own, and rates computed from the index of the call."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

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

_MAX_CALL = 2.0**53
_MAX_EXPONENT = math.log(np.finfo(np.float64).max)
_MAX_CYCLE_LENGTHS = 1_000_000


class _PythonDivision(Numpy):
    """numpy's operations, except that whole cycles are counted by Python's division, which has no tolerance."""

    @staticmethod
    def cycles(t: Rates, length: float) -> Rates:
        """Return how many whole cycles of ``length`` lie before ``t``."""
        return np.floor_divide(t, length)


_PYTHON_OPS: Ops = _PythonDivision()


@dataclass(frozen=True, kw_only=True)
class TimmScheduler(FrameworkSchedule, ABC):
    """A warmup from ``warmup_lr_init`` over ``warmup_t`` calls, then :meth:`body`, which may already run during it."""

    if TYPE_CHECKING:  # subclasses declare them in the order of the framework
        lr: float
        warmup_t: float
        warmup_lr_init: float

    @abstractmethod
    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""

    @abstractmethod
    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of :meth:`body`."""

    @property
    def shift(self) -> float:
        """The call at which the body begins."""
        return self.warmup_t if getattr(self, "warmup_prefix", True) else 0.0

    @property
    def warmup_target(self) -> float:
        """The rate at the end of the warmup."""
        return self.lr

    @property
    def warmup_length(self) -> float:
        """The length of the warmup."""
        return self.warmup_t

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.lr, getattr(self, "lr_min", 0.0), *((self.warmup_lr_init,) if self.warmup_t else ())

    def body_at(self, t: float) -> float:
        """Return the rate at one time without a warmup."""
        return float(np.asarray(self.body(_PYTHON_OPS, np.array([t]))).reshape(-1)[0])

    @cached_property
    def _first_rate_differs(self) -> bool:
        """Whether the rate that the constructor sets differs from that of the first call."""
        return not self.warmup_t and self.body_at(0.0) != self.lr

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        rate = self.body(m, m.named("local", m.maximum(t - self.shift, 0.0)) if self.shift else t)
        if self.warmup_t:
            slope = (self.warmup_target - self.warmup_lr_init) / self.warmup_t
            return m.where(t < self.warmup_t, self.warmup_lr_init + t * slope, rate)
        return m.where(t < 1.0, self.lr, rate) if self._first_rate_differs else rate

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            values = np.asarray(self.formula(_PYTHON_OPS, t), dtype=np.float64)
        rates = values if values.shape == t.shape else np.full_like(t, values)
        return rates if math.isinf(self.ends) else np.where(t <= self.ends, rates, np.nan)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the warmup, and the pieces after it."""
        end = min(self.warmup_t or float(self._first_rate_differs), until)
        is_flat = not self.warmup_t or self.warmup_target == self.warmup_lr_init
        warmup = [Piece(0.0, end, "flat" if is_flat else "smooth")] if end else []
        if end == until:
            return warmup
        body = (piece.moved(self.shift) for piece in self.body_pieces(until - self.shift, at_most))
        return [*warmup, *between(body, end, until)]


@dataclass(frozen=True, kw_only=True)
class TimmCycles(TimmScheduler, ABC):
    """A decay that repeats, each time ``cycle_mul`` as long and ``cycle_decay`` as high; then ``lr_min``."""

    if TYPE_CHECKING:
        t_initial: float
        lr_min: float
        cycle_mul: float
        cycle_decay: float
        cycle_limit: int

    @abstractmethod
    def shape(self, m: Ops, share: Any) -> Any:
        """Return the remaining part of the decay to ``lr_min`` at a share of the cycle, raised to ``exponent``."""

    @abstractmethod
    def has_negative_radicand(self, passed: float, length: float) -> bool:
        """Return whether the shape takes a root of a negative number after ``passed`` of ``length`` calls."""

    def body(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` without a warmup."""
        if self.cycle_limit <= 0:
            return self.lr_min + 0.0 * t
        if self.cycle_limit == 1 and self.cycle_mul == 1.0:
            share = m.named("u", m.minimum(t / self.t_initial, 1.0))
            remaining = self.shape(m, share if self.exponent == 1.0 else share**self.exponent)
            return m.where(t < self.t_initial, m.lerp(self.lr, self.lr_min, remaining), self.lr_min)
        index, passed, length = self._cycle_at(m, t)
        # The powers come before the division, as in timm: the small rest at the end of a cycle depends on it.
        share = passed / length if self.exponent == 1.0 else passed**self.exponent / length**self.exponent
        peak = self.lr * self.cycle_decay ** m.minimum(index, self.cycle_limit - 1.0)
        decay = m.lerp(peak, self.lr_min, self.shape(m, m.named("u", share)))
        return m.where(index < self.cycle_limit, decay, self.lr_min)

    @property
    def exponent(self) -> float:
        """The exponent of the share of a cycle that has passed."""
        return 1.0

    def _cycle_at(self, m: Ops, t: Any) -> tuple[Any, Any, Any]:
        """Return the index of the cycle, the calls since it start, and its length."""
        if self.cycle_mul == 1.0:
            index = m.named("cycle", m.cycles(t, self.t_initial))
            return index, t - index * self.t_initial, self.t_initial
        first, start, lengths = self._cycle_arrays
        if not isinstance(m, Numpy):
            first, start, lengths = first.tolist(), start.tolist(), lengths.tolist()
        index = m.named("cycle", m.count(first[1:], t))
        length = m.gather(lengths, index)
        return index, m.minimum(m.maximum(t - m.gather(start, index), 0.0), length), length

    @cached_property
    def _cycles(self) -> list[tuple[float, float, float]]:
        """Return for each cycle the first call at which timm computes its index, its start, and its length.

        timm computes the index by a logarithm, which is a call late for some cycles because of its last bit.
        """
        cycles = list(itertools.islice(self._iterate_cycles(), _MAX_CYCLE_LENGTHS + 1))
        if len(cycles) > _MAX_CYCLE_LENGTHS:
            rule = f"must give at most {_MAX_CYCLE_LENGTHS:,} cycles of different lengths"
            raise ParameterError("cycle_mul", rule, got=repr(self.cycle_mul), hint="give 1, or a lower cycle_limit")
        return cycles

    @cached_property
    def _cycle_arrays(self) -> tuple[Any, Any, Any]:
        """The columns of ``_cycles`` as arrays, which are converted once."""
        first, start, lengths = np.array(self._cycles).T
        return first, start, lengths

    def _iterate_cycles(self) -> Iterator[tuple[float, float, float]]:
        for i in range(max(self.cycle_limit, 0) + 1):
            if i * math.log(self.cycle_mul) > _MAX_EXPONENT:
                return
            length = self.cycle_mul**i * self.t_initial
            start = (1.0 - self.cycle_mul**i) / (1.0 - self.cycle_mul) * self.t_initial
            if start + self.shift > _MAX_CALL:
                return
            first = self._first_call(i, start) if i else 0.0
            if first is None:
                return
            yield (start if first == math.ceil(start + self.shift) - self.shift else first, start, length)

    def _first_call(self, i: int, start: float) -> float | None:
        """Return the first call, on the body's clock, for which timm computes cycle ``i`` or a later one."""
        call = max(math.ceil(start + self.shift), math.ceil(self.shift))
        while call > self.shift and (before := self.cycle_of(call - 1)) is not None and before >= i:
            call -= 1
        while (index := self.cycle_of(call)) is not None and index < i:
            call += 1
        return None if index is None else call - self.shift

    def cycle_of(self, call: float) -> int | None:
        """Return the index of the cycle that timm computes for a call, None if it raises."""
        remaining = 1 - (call - self.shift) / self.t_initial * (1 - self.cycle_mul)
        return math.floor(math.log(remaining, self.cycle_mul)) if remaining > 0 else None

    @cached_property
    def ends(self) -> float:
        """The last call before timm takes the logarithm, or a root, of a negative number, or overflows."""
        if self.cycle_mul == 1.0:
            return self._last_before_overflow
        ends = min(self._last_before_zero_length, self._last_before_overflow)
        return min(ends, next(self._last_before_roots, math.inf)) if self.cycle_limit > 0 else ends

    @property
    def error(self) -> str:
        """The error of the logarithm or of the power; a root of a negative number raises none, it is complex."""
        if self.ends == self._last_before_overflow:
            return "OverflowError: (34, 'Numerical result out of range')"
        return "ValueError: math domain error" if self.ends == self._last_before_zero_length else ""

    @cached_property
    def _last_before_overflow(self) -> float:
        """The last call before ``cycle_decay`` to the power of the index of a cycle overflows."""
        if self.cycle_decay <= 1.0:
            return math.inf
        first = math.ceil(max(self.shift, self.warmup_t))
        last = _MAX_CALL if self.cycle_mul >= 1.0 else self._last_before_zero_length
        calls = range(first, max(int(last), first) + 1)
        index = bisect_left(calls, x=True, key=self._overflows)
        return float(calls[index]) - 1.0 if index < len(calls) else math.inf

    def _overflows(self, call: float) -> bool:
        index = (call - self.shift) // self.t_initial if self.cycle_mul == 1.0 else self.cycle_of(call)
        try:
            self.cycle_decay ** (index or 0)
        except OverflowError:
            return True
        return False

    @cached_property
    def _last_before_zero_length(self) -> float:
        """The last call before cycles that become shorter reach length 0."""
        if self.cycle_mul > 1.0:
            return math.inf
        call = math.floor(self.t_initial / (1.0 - self.cycle_mul) + self.shift)
        while self.cycle_of(call) is None:
            call -= 1
        while self.cycle_of(call + 1) is not None:
            call += 1
        return max(float(call), math.ceil(self.warmup_t) - 1.0)

    @property
    def _last_before_roots(self) -> Iterator[float]:
        """The last calls before those next to the start of a cycle at which a root fails."""
        for start, _, _ in self._cycles[1:]:
            first = math.ceil(start + self.shift)
            yield from (call - 1.0 for call in (first - 1, first) if self._root_fails(call))

    def _root_fails(self, call: int) -> bool:
        index = self.cycle_of(call)
        if call < max(self.warmup_t, 1.0) or index is None or not 0 <= index < self.cycle_limit:
            return False
        _, start, length = self._cycles[index]
        return self.has_negative_radicand(call - self.shift - start, length)

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the cycles, and the floor after them."""
        if self.cycle_mul == 1.0:
            end = min(self.t_initial * max(self.cycle_limit, 0), until)
            count = math.ceil(end / self.t_initial)
            edges = [min(i * self.t_initial, end) for i in range(min(count, at_most + 1) + 1)]
        else:
            edges = [min(cycle[0], until) for cycle in self._cycles]
            edges += [] if len(edges) > max(self.cycle_limit, 0) else [until]
            end, count = edges[-1], len(edges) - 1
        after = [Piece(end, until, "flat")] if end < until else []
        if count > at_most:
            first = self.t_initial if self.cycle_mul == 1.0 else edges[1]
            bounds = None if self.cycle_mul == 1.0 else Bounds(np.unique(edges))
            return [Piece(0.0, end, "cycles", first, (Piece(0.0, first, "smooth"),), bounds), *after]
        return [*(Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b), *after]
