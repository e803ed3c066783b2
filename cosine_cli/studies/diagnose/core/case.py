"""What a story has to explain: the rows of a log, a plan, and what is known about the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.wording import count, rate_pair

_SAME = 1e-9
"""Rates that differ by less, relative to the planned peak, are the same."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known about a run besides its log and its plan; None if it is not."""

    processes: int | None = None
    accumulate: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """The rows that a story has to explain.

    - ``rows``: the rows, thinned; the row logged at time t has the time ``t + offset``, in updates.
    - ``all_rows``: the same rows before they were thinned.
    - ``offset``: the shift of the rows that the case assumes.
    - ``whole``: whether the rows are counted in updates.
    - ``unit``: what the times of the log count; ``each``: the updates in one of it.
    - ``skipped``: the number of skipped updates before each row as the log has it, None without it.
    """

    rows: Rows
    all_rows: Rows
    planned: Planned
    facts: Facts
    offset: float = 0.0
    whole: bool = True
    skipped: Rates | None = None
    unit: str = "step"
    each: float = 1.0

    @property
    def times(self) -> Rates:
        """The times of the rows, in updates."""
        return self.rows.times

    @property
    def last(self) -> float:
        """The time of the last row."""
        return float(self.rows.times[-1])

    @cached_property
    def shapes(self) -> tuple[Planned, ...]:
        """The plan, and what it is in other libraries: a cosine that rises again, a decay of fixed length."""
        others = (self.planned.rising_again(), self.planned.keeping_decay())
        return (self.planned, *(shape for shape in others if shape is not None))

    @cached_property
    def few(self) -> Rows:
        """Very few of the rows, to discard a story at once."""
        even = np.unique(np.linspace(0, len(self.rows) - 1, 48).round().astype(np.intp))
        return self.rows[even]

    @cached_property
    def first_other(self) -> int:
        """The index of the first row that does not have the planned rate; the number of rows if all have it."""
        differs = self.rows.excess(self.planned(self.times)) > 0
        return int(np.argmax(differs)) if differs.any() else len(self.rows)

    @cached_property
    def is_constant(self) -> bool:
        """Whether all rows have one rate."""
        rows = self.rows
        return bool((rows.rates - rows.tolerances).max() <= (rows.rates + rows.tolerances).min())

    def consequence(self, rates: Callable[[Rates], Rates]) -> str:
        """Return the sentence on the rate at the end of the run by an explanation; empty if it is the planned one.

        A log that is longer than its plan ends with its last row.
        """
        end, planned = np.array([max(float(self.planned.total), self.last)]), np.array([float(self.planned.total)])
        rate, right = float(rates(end)[0]), float(self.planned(planned)[0])
        if abs(rate - right) <= _SAME * self.planned.peak:
            return ""
        texts = rate_pair(rate, right)
        return f"The rate ends at {texts[0]}, planned {texts[1]}."

    def place(self, time: float) -> str:
        """Return the time of a row as the log has it: ``step 440``."""
        return f"{self.unit} {count((time - self.offset) / self.each)}"
