"""Each row has the rate of the next update: stepped before the optimizer, or logged after the step."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation

RANK = 3.0


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan one update early."""
    if case.offset:
        return
    yield Explanation(
        story="one-early",
        rank=RANK,
        rates=lambda t: case.planned(t + 1),
        verdict="Each row has the rate of the next update: the log is one update ahead of the plan",
        clause="each row has the rate of the next update",
        advice="Log the rate before scheduler.step(), and call scheduler.step() after optimizer.step().",
        same="Same curve: logged after scheduler.step(), which is harmless, or scheduler.step() before "
        "optimizer.step(), which skips the first rate.",
        values={"updates": 1},
    )
