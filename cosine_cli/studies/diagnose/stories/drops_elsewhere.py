"""Drops are missing, or they are at other times than the planned milestones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count
from cosine_cli.text import either

RANK = 6.8
_FAR = 8.1
_MOVED = 8.38
"""The rank of drops at other times, after a run that is resumed some updates off and missed updates; with all
of them far from the planned ones, it is before a run that is resumed."""

_NEAR = 8

_MOST = 50


class _Drop(NamedTuple):
    """A planned drop and where the log has it: in the rows after ``after`` and up to ``by``; missing if None."""

    planned: float
    factor: float
    after: float | None = None
    by: float | None = None

    @property
    def at(self) -> float | None:
        """The time of the drop, the planned one if the rows allow it."""
        if self.after is None or self.by is None:
            return None
        return self.planned if self.after < self.planned <= self.by else _roundest_in(self.after, self.by)


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with its drops where the log has drops of the same factor."""
    planned = case.planned
    if not 0 < len(planned.milestones) <= _MOST:
        return
    drops = _matched(case, _planned_drops(planned))
    missing = [drop for drop in drops if drop.at is None and drop.planned <= case.last]
    moved = [drop for drop in drops if drop.at is not None and drop.at != drop.planned]
    if not missing and not moved:
        return
    parts = [f"no drop at {either([count(drop.planned) for drop in missing])}"] if missing else []
    parts += [f"a drop at {_place(drop)}, planned {count(drop.planned)}" for drop in moved]
    text = "; ".join(parts)
    yield Explanation(
        story="drops-missing" if missing and not moved else "drops-elsewhere",
        rank=_rank(moved),
        rates=partial(_rates, planned, tuple(drops)),
        verdict=text[0].upper() + text[1:],
        clause=parts[0],
        advice="Milestones must be whole numbers of scheduler.step() calls: one that is never equal to the count, such "
        "as 2.5, is skipped."
        if missing
        else "Frameworks differ by one update at a milestone; a larger difference is another milestone.",
        values={"missing": [drop.planned for drop in missing], "moved": {count(d.planned): d.at for d in moved}},
    )


def _rank(moved: Sequence[_Drop]) -> float:
    if not moved:
        return RANK
    return _FAR if all(abs((drop.at or 0.0) - drop.planned) > _NEAR for drop in moved) else _MOVED


def _planned_drops(planned: Planned) -> list[_Drop]:
    """Return the planned drops with their factors."""
    times = np.array([time for time in planned.milestones if 0 < time <= planned.total])
    before, after = planned(np.nextafter(times, 0.0)), planned(times)
    return [_Drop(float(time), float(b / a)) for time, a, b in zip(times, before, after, strict=True) if b < a]


def _matched(case: Case, drops: Sequence[_Drop]) -> list[_Drop]:
    """Return the drops with their places in the log: jumps by their factors, in the same order, as near as possible."""
    rows = case.rows
    before, after = rows.rates[:-1], rows.rates[1:]
    jumps = [
        place
        for place in np.flatnonzero(before - after > rows.tolerances[1:] + rows.tolerances[:-1])
        if any(_fits(drop, before[place], after[place], rows.tolerances[place]) for drop in drops)
    ][: _MOST + 1]
    costs = np.full((len(jumps), len(drops)), np.inf)
    for at, place in enumerate(jumps):
        low, high = float(rows.times[place]), float(rows.times[place + 1])
        for number, drop in enumerate(drops):
            if _fits(drop, before[place], after[place], rows.tolerances[place]):
                costs[at, number] = abs(drop.planned - min(max(drop.planned, low + 1), high))
    found = list(drops)
    for at, number in _in_order(costs, skip=2.0 * case.planned.total + case.last):
        place = jumps[at]
        found[number] = drops[number]._replace(after=float(rows.times[place]), by=float(rows.times[place + 1]))
    return found


def _in_order(costs: Rates, *, skip: float) -> list[tuple[int, int]]:
    """Return the pairs of rows and columns, both increasing, of the least cost; a row without one costs ``skip``."""
    count, width = costs.shape
    least = np.zeros((count + 1, width + 1))
    least[1:, 0] = skip * np.arange(1, count + 1)
    for row in range(count):
        for column in range(width):
            least[row + 1, column + 1] = min(
                least[row + 1, column], least[row, column + 1] + skip, least[row, column] + costs[row, column]
            )
    pairs: list[tuple[int, int]] = []
    row, column = count, width
    while row and column:
        if least[row, column] == least[row - 1, column - 1] + costs[row - 1, column - 1]:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif least[row, column] == least[row, column - 1]:
            column -= 1
        else:
            row -= 1
    return pairs[::-1]


def _fits(drop: _Drop, before: float, after: float, tolerance: float) -> bool:
    return abs(before * drop.factor - after) <= 4 * tolerance + 1e-9 * before


def _rates(planned: Planned, drops: Sequence[_Drop], t: Rates) -> Rates:
    """Return the plan without its drops, times the factors of the drops that the log has."""
    t = np.maximum(t, 0.0)
    rates = planned(t)
    for drop in drops:
        rates = np.where(t >= drop.planned, rates / drop.factor, rates)
        rates = rates if drop.at is None else np.where(t >= drop.at, rates * drop.factor, rates)
    return rates


def _roundest_in(after: float, by: float) -> float:
    """Return the roundest whole number above ``after`` and up to ``by``."""
    low, high = int(np.floor(after)) + 1, int(np.floor(by))
    for power in range(9, -1, -1):
        step = 10**power
        first = -(-low // step) * step
        if first <= high:
            return float(first)
    return by


def _place(drop: _Drop) -> str:
    at = drop.at or 0.0
    if drop.after is None or drop.by is None or drop.by - drop.after <= 1:
        return count(at)
    return f"{count(drop.after + 1)} to {count(drop.by)}"
