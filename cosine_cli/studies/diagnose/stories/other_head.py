"""The first rows differ from the plan, and all after them match."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.wording import plural

RANK = 9.9
_MOST = 0.1
"""The largest share of the rows that may differ."""


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the logged rates up to the last row that differs, and the plan after it."""
    rows, planned = case.all_rows, case.planned
    others = np.flatnonzero(rows.excess(planned(rows.times)) > 0)
    if not others.size or others[-1] + 1 > _MOST * len(rows):
        return
    at = int(others[-1]) + 1
    yield Explanation(
        story="other-head",
        rank=RANK,
        rates=partial(_rates, planned, rows, float(rows.times[at])),
        verdict=f"Matches from {case.place(float(rows.times[at]))} on; the {plural(at, 'row')} before it "
        "differ from the plan",
        clause=f"{plural(at, 'row')} at the start with other rates",
        advice="Look for a warmup that the plan does not have, or for a parameter group with a warmup of its own.",
        values={"rows": at},
        partial=True,
    )


def _rates(planned: Planned, rows: Rows, begin: float, t: Rates) -> Rates:
    """Return the logged rates before a time and the plan from it on."""
    return np.where(t < begin, np.interp(t, rows.times, rows.rates), planned(t))
