"""A curve that is known by simulation only: its rates in order, cached as far as they were requested."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece

MOST_STEPS = 10_000_000
"""The most calls that are simulated, which takes half a minute."""

_FIRST = 1024
_JUMP = 3.0
"""A change is a jump if it is this many times as large as its neighbors."""

_BEND = 1.25
"""The curve bends between two changes whose ratio exceeds this, or is below its inverse."""


class Stepped:
    """Rates at the whole times 0, 1, ...; NaN after the last one."""

    def __init__(self, rates: Iterator[float], *, name: str) -> None:
        self._rates, self._name = rates, name
        self._kept = np.full(0, np.nan)

    def upto(self, last: int) -> Rates:
        """Return the rates at times 0 to ``last``, and perhaps some more.

        Raises ParameterError if that is too far to simulate.
        """
        if last > MOST_STEPS + _FIRST:
            rule = f"is limited to {MOST_STEPS:,} calls, since each rate depends on the one before"
            raise ParameterError(self._name, rule, got=f"{last:,}")
        if last >= len(self._kept):
            more = max(last + 1, min(2 * len(self._kept), MOST_STEPS), _FIRST) - len(self._kept)
            new = np.fromiter(itertools.islice(self._rates, more), dtype=np.float64)
            self._kept = np.concatenate([self._kept, new, np.full(more - len(new), np.nan)])
        return self._kept

    def at(self, t: Rates) -> Rates:
        """Return the rates at ``t``, interpolated between whole times except at jumps."""
        if not t.size:
            return t.copy()
        known = self.upto(int(t.max()) + 2)
        k = np.floor(t).astype(np.intp)
        rates = known[k]
        passed = t - k
        if passed.any():
            change = np.where(_jumps(known, k) | np.isnan(known[k + 1]), 0.0, known[k + 1] - rates)
            rates += passed * change
        return rates

    def pieces(self, until: float) -> list[Piece]:
        """Return the pieces between the times at which it turns, bends or jumps."""
        count = int(np.ceil(until))
        known = self.upto(count + 2)
        changes = np.nan_to_num(np.diff(known[: count + 1]))
        held = (changes == 0.0) | _jumps(known, np.arange(count))
        before, after = changes[:-1], changes[1:]
        bends = (before * after <= 0.0) & ((before != 0.0) | (after != 0.0))
        bends |= (np.abs(before) > _BEND * np.abs(after)) | (np.abs(after) > _BEND * np.abs(before))
        bends |= held[:-1] != held[1:]
        edges = [0, *(np.flatnonzero(bends) + 1).tolist(), count]
        spans = ((a, b) for a, b in itertools.pairwise(edges) if a < b)
        return [Piece(float(a), min(float(b), until), "flat" if held[a] else "smooth") for a, b in spans]


def _jumps(known: Rates, index: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return whether the change after each whole time is a jump."""
    this, after = np.abs(known[index + 1] - known[index]), np.abs(known[index + 2] - known[index + 1])
    first = np.maximum(index - 1, 0)
    before = np.where(index > 0, np.abs(known[index] - known[first]), after)
    return np.asarray(this > _JUMP * np.fmax(before, np.nan_to_num(after)))
