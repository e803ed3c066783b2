"""The scheduler missed updates, as fp16 loss scaling skips some: harmless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.inverse import Interval, branches
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.wording import count, rate, rate_pair

RANK = 8.35
_START = 2.5
"""The rank of updates that are all missed before the first rows, which is only a shift."""

_EARLY = 32
"""Loss scaling finds its scale within so many updates."""

_SHARE = 0.1
"""At most this share of the updates is missed, or all of those in which loss scaling finds its scale."""

_SHARE_OF_DROPS = 0.05
"""The same for a plan of drops alone, whose rates show little: otherwise a drop is at another time than planned."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Missed:
    """The number of missed updates before each row, the fewest that explain the rates.

    - ``times``: the times of the rows; ``counts``: the numbers.
    """

    times: Rates
    counts: Rates

    @property
    def total(self) -> int:
        """The number of updates missed by the last row."""
        return int(self.counts[-1])

    @property
    def first(self) -> int:
        """The number of updates missed by the first row."""
        return int(self.counts[0])

    def at(self, t: Rates) -> Rates:
        """Return the number of updates missed before a time: between two rows, and up to the first, at an even pace."""
        counts: Rates = np.interp(t, [min(0.0, self.times[0]), *self.times], [0.0, *self.counts])
        return counts


def missed_updates(planned: Planned, rows: Rows, *, most: float) -> Missed | None:
    """Return the missed updates of rows, None if they do not explain the rates."""
    if np.any(rows.times != np.round(rows.times)):
        return None
    interval = _updates_with_rates(planned, rows)
    if interval is None:
        return None
    first, last = interval
    early = rows.times <= 0  # a time before the start is the start
    least = np.where(early, 0.0, np.maximum(rows.times - last, 0.0))
    counts = np.maximum.accumulate(least)
    fits = early | (counts <= rows.times - first) | ((first <= 0) & np.isfinite(first))
    if not fits.all() or counts[-1] > most or not counts[-1]:
        return None
    return Missed(times=rows.times, counts=counts)


def _updates_with_rates(planned: Planned, rows: Rows) -> Interval | None:
    """Return the updates up to the time of each row with its rate: the latest ones of a plan that rises and falls."""
    up, down = (None if part is None else part.interval(rows) for part in branches(planned))
    if up is None or down is None:
        return up or down
    falls = (down.first <= rows.times) & (down.first <= down.last)
    joins = falls & (up.last >= down.first - 1)
    return Interval(
        np.where(joins, up.first, np.where(falls, down.first, up.first)), np.where(falls, down.last, up.last)
    )


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan at the number of updates made, if the fewest missed updates are few."""
    planned = case.planned
    if case.is_constant or (planned.unit == "epoch" and planned.steps_per_epoch is None):
        return  # an epoch is not skipped
    most = _SHARE_OF_DROPS * case.last if planned.milestones else max(_EARLY, _SHARE * case.last)
    if missed_updates(planned, case.rows, most=most) is None:
        return
    missed = missed_updates(planned, case.all_rows, most=most)
    if missed is None or (case.skipped is None and _EARLY < missed.first == missed.total):
        return
    evidence = []
    if case.skipped is not None:
        logged = int(case.skipped[-1])
        skipped = f"{count(logged)} skipped updates"
        is_equal = logged == missed.total
        evidence = [f"Equal to the {skipped} of the log." if is_equal else f"The log itself counts {skipped}."]
    at_start = bool(missed.at(np.array([max(_EARLY, float(case.times[0]))]))[0] == missed.total)
    yield Explanation(
        story="missed-updates",
        rank=_START if at_start else RANK,
        rates=lambda t: planned(t - missed.at(t)),
        verdict=f"Matches, but the scheduler missed {count(missed.total)} of {count(max(planned.total, case.last))} "
        "updates",
        clause=f"{count(missed.total)} updates missed by the scheduler (fp16 loss scaling)",
        advice="fp16 loss scaling skips an update on overflow, and the scheduler with it: harmless; "
        + _end(case, planned),
        evidence=(_course(case, missed), *evidence),
        values={"missed": missed.total, "before_first_row": missed.first},
        deviates=False,
        compares=False,
    )


def _end(case: Case, planned: Planned) -> str:
    last = float(case.rows.rates[-1])
    if case.last < 0.99 * planned.total:
        texts = rate_pair(last, float(planned(case.times[-1:])[0]))
        return f"the rate is {texts[0]} at the last row instead of {texts[1]}."
    return f"the rate ends at {rate(last, 2)} instead of {rate(float(planned(np.array([planned.total]))[0]), 2)}."


def _course(case: Case, missed: Missed) -> str:
    """Return when the updates were missed: at the start, and how many in 100 after it."""
    row = case.place(float(case.times[0]))
    later = missed.total - missed.first
    span = case.last - float(case.times[0])
    first = f"{count(missed.first)} missed before {row}"
    if not later:
        return f"All {count(missed.first)} missed before {row}."
    each = later / span * 100
    pace = f"about {each:.0f} in every 100 updates" if each >= 1 else f"{count(later)} by the last row"
    if missed.first:
        return f"{first}, then {pace if each >= 1 else pace.replace(' by', ' more by')}"
    return f"Missed {pace}"
