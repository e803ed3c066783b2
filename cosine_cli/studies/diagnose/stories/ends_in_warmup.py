"""The planned warmup is at least as long as the run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count, plural, rate

RANK = -1.0
_MOST_BEHIND = 16


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan, whose warmup is not shorter than the run, also if the rows are some updates behind it."""
    planned = case.planned
    if planned.warmup < planned.total or case.offset:
        return
    for behind in range(_MOST_BEHIND + 1):
        lie = f"Rows lie {plural(behind, 'update')} behind the logged step."
        yield Explanation(
            story="ends-in-warmup",
            rank=RANK + behind / 100,
            rates=partial(_behind, planned, behind),
            verdict=f"The run ends inside its warmup: {count(planned.total)} steps, warmup {count(planned.warmup)}",
            clause="a warmup longer than the run",
            consequence=f"The peak {rate(planned.peak)} is never reached; the highest rate is "
            f"{rate(float(case.rows.rates.max()))}.",
            advice=shorter_warmup(planned.total),
            evidence=(lie,) if behind else (),
            compares=False,
            values={"steps": planned.total, "warmup": planned.warmup, "behind": behind},
        )


def shorter_warmup(total: int) -> str:
    """Return what to do if a run ends inside its warmup."""
    return f"Make the warmup shorter than the run, for example 5% ({count(round(total * 0.05))} steps)."


def _behind(planned: Planned, behind: int, t: Rates) -> Rates:
    return planned(t - behind)
