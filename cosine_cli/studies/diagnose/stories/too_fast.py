"""The scheduler is stepped several times per update."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.wording import count
from cosine_cli.text import either

RANK = 4.0
_KNOWN = 3.2
"""The rank of a factor that is the number of processes or of accumulated batches."""

_MOST = 64
_MOST_TRIED = 16


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan at k times the update, for the factors that fit best."""
    if case.planned.milestones == () and not case.planned.decays and not case.planned.warmup:
        return
    factors = [*range(2, _MOST + 1), *(k for k in known(case) if k > _MOST)]
    for shape in case.shapes:
        errors = case.few.errors(shape(case.few.times * np.array(factors)[:, None]))
        best = [factors[at] for at in np.argsort(errors, kind="stable")[:_MOST_TRIED]]
        exact = [k for k in best if case.rows.error(shape(case.times * k)) == 0]
        for k in sorted(exact, key=lambda k: (k not in known(case), k & (k - 1) != 0, k))[:1] or best[:1]:
            yield Explanation(
                story="too-fast",
                rank=_KNOWN if k in known(case) else RANK,
                rates=partial(_faster, shape, k),
                verdict=f"The scheduler is stepped {k} times per update: the schedule ends at update "
                f"{count(case.planned.total / k)}, planned {count(case.planned.total)}",
                clause=f"stepped {k} times per update",
                advice=_advice(k, case),
                same=f"Same curve: a horizon{' and a warmup' * bool(case.planned.warmup)} {k} times too small.",
                covers=frozenset() if case.planned.warmup else frozenset({"horizon", "horizon-in-epochs"}),
                evidence=_others(sorted(set(exact) - {k})),
                values={"factor": k, "others": sorted(set(exact) - {k})},
            )


def _others(factors: list[int]) -> tuple[str, ...]:
    """Return a sentence on other factors that the rows do not exclude."""
    return (f"The rows do not exclude other factors: {either(map(str, factors))}.",) if factors else ()


def known(case: Case) -> tuple[int, ...]:
    """Return the factors that the number of processes and of accumulated batches give."""
    each = [number for number in (case.facts.processes, case.facts.accumulate) if number and number > 1]
    return (*each, *([each[0] * each[1]] if len(each) > 1 else []))


def _advice(k: int, case: Case) -> str:
    if k == case.facts.processes:
        return (
            f"With {k} processes: a scheduler prepared by Accelerate is stepped once per process; "
            f"multiply its lengths by {k}, or do not prepare it."
        )
    if k == case.facts.accumulate:
        return f"With accumulation {k}: step the scheduler once per optimizer.step(), not per batch."
    if k in known(case):
        return "The factor is processes times accumulation: step the scheduler once per optimizer.step()."
    twice = " Or the framework and the loop both step it." if k == 2 else ""  # noqa: PLR2004 - twice
    first = f"With {k} processes or accumulation {k}, look there first."
    return f"Step the scheduler once per optimizer.step(). {first}{twice}"


def _faster(shape: Planned, k: int, t: Rates) -> Rates:
    return shape(t * k)
