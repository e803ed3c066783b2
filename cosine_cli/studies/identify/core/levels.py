"""Rates that stay the same for many rows and then change at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.log import Floats
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import short_numbers, whole_numbers

_CLEAR = 3.0
"""A change is a jump if it is so many times what rounding explains."""

_MOSTLY = 0.8
"""So large a share of the changes has to be jumps; a drop of a small rate may be as small as its rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Levels:
    """Consecutive rows of equal rates.

    - ``starts``: the index of the first row of each level, shape (k,).
    - ``rates``: the rates of the levels, shape (k,).
    """

    rows: Rows
    starts: NDArray[np.intp]

    @property
    def rates(self) -> Floats:
        """The rate of each level."""
        return self.rows.rates[self.starts]

    @property
    def times(self) -> Floats:
        """The time of the first row of each level."""
        return self.rows.times[self.starts]

    @property
    def bounds(self) -> Floats:
        """The last row before and the first row of each level but the first, shape (k - 1, 2)."""
        later = self.starts[1:]
        return np.stack((self.rows.times[later - 1], self.rows.times[later]), axis=1)

    @property
    def are_jumps(self) -> bool:
        """Whether the rates change by much more than rounding, after enough equal rows."""
        later = self.starts[1:]
        room = self.rows.allowed[later] + self.rows.allowed[later - 1]
        return bool((np.abs(np.diff(self.rates)) > _CLEAR * room).mean() > _MOSTLY) if len(later) else True

    def edges(self) -> Rows:
        """Return the first and the last row of each level."""
        lasts = np.append(self.starts[1:], len(self.rows)) - 1
        return self.rows.part(np.unique(np.concatenate((self.starts, lasts))))


def levels_of(rows: Rows) -> Levels:
    """Return the levels of rows."""
    room = rows.allowed[1:] + rows.allowed[:-1]
    changes = np.flatnonzero(np.abs(np.diff(rows.rates)) > room) + 1
    return Levels(rows=rows, starts=np.concatenate(([0], changes)).astype(np.intp))


def time_between(before: float, first: float) -> float:
    """Return the shortest number after ``before`` and up to ``first``, a whole one if there is one."""
    after = np.nextafter(before, np.inf)
    whole = whole_numbers(float(after), first, near=first)
    return whole[0] if whole else next(short_numbers(float(after), first, near=first), first)
