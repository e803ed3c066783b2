"""The rates are those of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation

RANK = 0.0


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan itself."""
    yield Explanation(
        story="as-planned",
        rank=RANK,
        rates=case.planned,
        verdict="Matches the plan",
        clause="as planned",
        deviates=False,
    )
