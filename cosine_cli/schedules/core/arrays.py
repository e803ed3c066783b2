"""The array type of the core, and evaluation in blocks that fit the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_cli.errors import ParameterError

Rates = NDArray[np.float64]

# Temporaries of 64 KiB fit the cache and stay below the allocator's mmap threshold (128 KiB); above it every temporary
# causes page faults, which is 2.6 times as slow.
BLOCK = 8192


def in_blocks(rate: Callable[[Rates], Rates], t: ArrayLike) -> Rates:
    """Return ``rate`` at the times ``t``, in the same shape, computed block by block.

    Raises ParameterError if a time is negative or NaN.
    """
    times = np.asarray(t)
    flat = times.reshape(-1)
    rates = np.empty(flat.shape)
    for start in range(0, flat.size, BLOCK):
        block = flat[start : start + BLOCK].astype(np.float64, copy=False)
        if not block.min() >= 0:
            raise ParameterError("t", "must be times of at least 0", got=str(block.min()))
        rates[start : start + BLOCK] = rate(block)
    shaped: Rates = rates.reshape(times.shape)[()]
    return shaped


def whole_cycles(t: Rates, length: float) -> Rates:
    """Return how many whole cycles of ``length`` end at or before ``t``, exact at their boundaries.

    The quotient of two floats can round to either side of a whole number, so it is corrected by the boundary itself.
    """
    n = np.floor(t / length)
    n += (n + 1.0) * length <= t
    n -= n * length > t
    return n


def together(arrays: Iterable[Rates]) -> Iterator[Rates]:
    """Yield the arrays concatenated into arrays of at least ``BLOCK`` values, except the last.

    Evaluating a schedule on thousands of short arrays one by one takes seconds.
    """
    waiting: list[Rates] = []
    count = 0
    for array in arrays:
        waiting.append(array)
        count += array.size
        if count >= BLOCK:
            yield np.concatenate(waiting)
            waiting, count = [], 0
    if waiting:
        yield np.concatenate(waiting)
