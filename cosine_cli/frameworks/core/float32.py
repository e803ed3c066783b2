"""Schedules that a framework computes in 32-bit floats: the same operations in the same order, with the same rounding.

The rates are those of a compiled training loop (``compiled.py``). A call outside of it, such as a log of the rate,
gives those of ``eager.py``.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosine_cli.frameworks.core import compiled, eager
from cosine_cli.frameworks.core.compiled import COMPILED, CompiledOps, Traced, untraced
from cosine_cli.frameworks.core.eager import EAGER, Float32Ops, to_float32
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece

ENDLESS = 2.0**53
"""The most calls of a run: above it, a float cannot tell one from the next."""


def is_float32(m: Ops) -> bool:
    """Return whether operations round to 32 bits."""
    return isinstance(m, Float32Ops)


def tensor(m: Ops, x: float) -> Any:
    """Return a number as a framework stores it that converts numbers to tensors first."""
    return np.float32(x) if is_float32(m) else x


def power(m: Ops, base: Any, exponent: Any) -> Any:
    """Return a power, rounded once in 32 bits."""
    if isinstance(m, CompiledOps):
        return compiled.power(base, exponent)
    return eager.power(base, exponent) if is_float32(m) else base**exponent


def jax_power(m: Ops, base: Any, exponent: Any) -> Any:
    """Return a power as JAX computes it: by multiplication for a constant whole exponent."""
    whole = isinstance(exponent, int | float) and float(exponent).is_integer()
    if not is_float32(m) or not whole or not exponent:
        return power(m, base, exponent)
    found: Any = None
    square, bits = base, abs(int(exponent))
    while bits:
        if bits & 1:
            found = square if found is None else found * square
        bits >>= 1
        square = square * square if bits else square
    return found if exponent > 0 else 1.0 / found


def logarithm(m: Ops, x: Any) -> Any:
    """Return the natural logarithm in 32 bits."""
    return compiled.logarithm(x) if isinstance(m, CompiledOps) else eager.logarithm(x)


def reused(x: Any) -> Any:
    """Return a value that a compiled program computes once and uses twice: a product is rounded then."""
    return Traced(x.value, power_of=x.power_of) if isinstance(x, Traced) else x


def first_calls(reached: Callable[[Rates], NDArray[np.bool_]], count: int, last: float) -> Rates:
    """Return for each of ``count`` conditions the first whole time up to ``last`` from which it holds."""
    low, high = np.full(count, -1.0), np.full(count, last)
    with np.errstate(all="ignore"):
        while (high - low > 1.0).any():
            middle = np.floor((low + high) / 2.0)
            found = reached(middle)
            low, high = np.where(found, low, middle), np.where(found, middle, high)
    return high


def stairs(index: Callable[[Rates], Rates], length: float, until: float, at_most: int) -> list[Piece]:
    """Return the plateaus of a rate that depends on a count; ``index`` returns the count for whole calls.

    Rounding can make a drop one call late or early, compared with multiples of ``length``.
    """
    if math.ceil(until / length) > at_most:
        inside = (
            (Piece(0.0, 1.0, "flat"), Piece(1.0, length, "flat")) if length > 1.0 else (Piece(0.0, length, "flat"),)
        )
        return [Piece(0.0, until, "cycles", length, inside, uneven=True)]
    numbers = np.arange(1.0, math.ceil(until / length) + 1.0)
    drops = first_calls(lambda t: index(t) >= numbers, len(numbers), math.ceil(until) + 1.0)
    return shapes.in_phases([*((drop, "flat") for drop in drops.tolist()), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class Float32Schedule(FrameworkSchedule, ABC):
    """A framework's schedule in 32-bit floats; its formula keeps the framework's order of operations.

    Calls are whole numbers; between two of them, the rates are those without rounding.
    """

    @property
    def counts_calls(self) -> bool:
        """True: only rates at whole calls are rounded to 32 bits."""
        return True

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t`` of a compiled loop; NaN after the last number."""
        whole = np.floor(t) == t
        rates = self.compiled(t)
        if not whole.all():
            with np.errstate(all="ignore"):
                rates = np.where(whole, rates, self.in_float64(t))
        return rates if np.isinf(self.ends) else np.where(t <= self.ends, rates, np.nan)

    def compiled(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t`` as a compiled loop computes them."""
        with np.errstate(all="ignore"):
            return to_float32(self.in_float32(COMPILED, t)).astype(np.float64)

    def eager(self, t: Rates) -> Rates:
        """Return the rates of calls outside of a compiled loop."""
        with np.errstate(all="ignore"):
            return self.in_float32(EAGER, t)

    def in_float32(self, m: Ops, t: Rates) -> Rates:
        """Return the rates before the calls ``t`` in operations that round to 32 bits."""
        return as_array_like(self.formula(m, operand(m, t)), t)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates without rounding."""
        return as_array_like(self.formula(NUMPY, t), t)

    @property
    def ends_in_nan(self) -> bool:
        """True: a loop continues after the last rate that is a number."""
        return True


def last_before_nan(schedule: Float32Schedule, end: float) -> float:
    """Return the last call with a rate, of a schedule that is NaN from some call up to ``end``; inf if it is not.

    It is also inf if no call has a rate, which is rejected elsewhere.
    """
    ends = np.array([0.0, end])
    if end > ENDLESS or np.isnan(schedule.compiled(ends)).tolist() != [False, True]:
        return math.inf
    return float(first_calls(lambda t: np.isnan(schedule.compiled(t)), 1, end)[0]) - 1.0


def below_zero(count: str, length: float, exponent: float) -> str:
    """Return why a power of the remaining share of a length is NaN in a compiled loop."""
    divided, multiplied = f"1 - {count} / {length:.10g}", f"1 - {count} * (1 / {length:.10g})"
    return f"XLA computes {divided} as {multiplied}, which is below 0, and a power of {exponent:g} of that is NaN"


def operand(m: Ops, t: Rates) -> Any:
    """Return times in the type of the operations."""
    if isinstance(m, CompiledOps):
        return m.number(t)
    return to_float32(t) if is_float32(m) else t


def counted_from(m: Ops, start: float, t: Rates) -> tuple[Ops, Rates]:
    """Return the operations for times counted from a start, and these times."""
    if isinstance(m, CompiledOps):
        return m.count_from(start, t)
    # Counts are whole numbers until a 32-bit float is subtracted from them.
    whole = float(start).is_integer()
    return m, t - start if whole else (to_float32(t) - np.float32(start)).astype(np.float64)


def as_array_like(rates: Any, t: Rates) -> Rates:
    """Return the result of a formula as 64-bit floats, a constant repeated for all times."""
    rates = np.asarray(untraced(rates), dtype=np.float64)
    return rates if rates.shape == t.shape else np.full_like(t, rates)


@dataclass(frozen=True, kw_only=True)
class Composite(Float32Schedule, ABC):
    """A schedule that the framework composes of others."""

    @property
    @abstractmethod
    def composite(self) -> Float32Schedule:
        """The schedules that it is composed of."""

    @property
    def extremes(self) -> tuple[float, ...]:
        """The rates between which the schedule inside moves."""
        return self.composite.extremes

    def in_float32(self, m: Ops, t: Rates) -> Rates:
        """Return the rates of the schedule inside."""
        return self.composite.in_float32(m, t)

    def in_float64(self, t: Rates) -> Rates:
        """Return the rates of the schedule inside, without rounding."""
        return self.composite.in_float64(t)
