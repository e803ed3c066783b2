"""Schedules that a framework computes in 32-bit floats: the same operations in the same order, rounded as it rounds.

Elementary functions are computed in 64 bits and rounded once, which XLA's come very near to; numpy's own 32-bit ones
do not.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosine_cli.frameworks.core.native import Native
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import NUMPY, Numpy, Ops


def _where(condition: Any, x: Any, y: Any) -> Any:
    return np.where(condition, rounded(x), rounded(y))


def _cos(x: Any) -> Any:
    return rounded(np.cos(_double(x)))


def _cycles(t: Any, length: float) -> Any:
    """Return the whole part of the quotient, as it is rounded."""
    return np.floor(t / length)


class Single(Numpy):
    """numpy's operations for arrays of 32-bit floats; numbers of Python are rounded where they meet an array."""

    where: Any = staticmethod(_where)
    cos: Any = staticmethod(_cos)
    cycles: Any = staticmethod(_cycles)

    @staticmethod
    def count(edges: Sequence[float], t: Any, name: str = "") -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        del name
        return rounded(np.searchsorted(np.asarray(edges), _double(t), side="right"))

    @staticmethod
    def take(values: Sequence[float], index: Any, name: str = "") -> Any:
        """Return the value at each index."""
        del name
        return rounded(values)[np.asarray(index).astype(np.intp)]


SINGLE: Ops = Single()


def rounded(x: Any) -> NDArray[np.float32]:
    """Return numbers as 32-bit floats."""
    return np.asarray(x, dtype=np.float32)


def _double(x: Any) -> Rates:
    return np.asarray(x, dtype=np.float64)


def tensor(m: Ops, x: float) -> Any:
    """Return a number as a framework holds it that makes tensors of numbers before it computes with them."""
    return np.float32(x) if m is SINGLE else x


def power(m: Ops, base: Any, exponent: Any) -> Any:
    """Return a power, in 32 bits rounded once."""
    if m is not SINGLE:
        return base**exponent
    return rounded(np.power(_double(rounded(base)), _double(rounded(exponent))))


def logarithm(x: Any) -> NDArray[np.float32]:
    """Return the natural logarithm in 32 bits."""
    return rounded(np.log(_double(x)))


@dataclass(frozen=True, kw_only=True)
class InSingles(Native, ABC):
    """A framework's schedule in 32-bit floats; its formula keeps the framework's order of operations.

    Calls are counted in whole numbers: between two of them it is the curve that the rates are roundings of.
    """

    @property
    @abstractmethod
    def ends_at(self) -> tuple[float, ...]:
        """The rates between which it moves."""

    @property
    def peak(self) -> float:
        """The highest of the rates between which it moves."""
        return max(self.ends_at)

    @property
    def floor(self) -> float:
        """The lowest of the rates between which it moves."""
        return min(self.ends_at)

    @property
    def counts_calls(self) -> bool:
        """It does: between two calls nothing is rounded to 32 bits."""
        return True

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``; NaN where there is none."""
        whole = np.floor(t) == t
        with np.errstate(all="ignore"):
            rates = self.in_singles(t) if whole.all() else np.where(whole, self.in_singles(t), self.in_doubles(t))
        return rates if np.isinf(self.ends) else np.where(t <= self.ends, rates, np.nan)

    def in_singles(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t`` as the framework computes them."""
        return _filled(self.formula(SINGLE, rounded(t)), t)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates as they would be without rounding."""
        return _filled(self.formula(NUMPY, t), t)


def _filled(rates: Any, t: Rates) -> Rates:
    rates = np.asarray(rates, dtype=np.float64)
    return rates if rates.shape == t.shape else np.full_like(t, rates)


@dataclass(frozen=True, kw_only=True)
class MadeOf(InSingles, ABC):
    """A schedule that the framework itself makes of others."""

    @property
    @abstractmethod
    def made(self) -> InSingles:
        """What it is made of."""

    @property
    def ends_at(self) -> tuple[float, ...]:
        """The rates between which the schedule inside moves."""
        return self.made.ends_at

    @property
    def peak(self) -> float:
        """The peak of the schedule inside."""
        return self.made.peak

    @property
    def floor(self) -> float:
        """The floor of the schedule inside."""
        return self.made.floor

    def in_singles(self, t: Rates) -> Rates:
        """Return the rates of the schedule inside."""
        return self.made.in_singles(t)

    def in_doubles(self, t: Rates) -> Rates:
        """Return the rates of the schedule inside, without rounding."""
        return self.made.in_doubles(t)
