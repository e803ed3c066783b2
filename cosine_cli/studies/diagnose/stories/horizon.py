"""The decay ends at another time than planned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.fitting import fitted, roundest
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.wording import count, factor

RANK = 8.55
"""The rank of other horizons, before a run that is resumed with one."""

_MULTIPLE = 4.8
"""The rank of a horizon that is a whole multiple of the planned one, or a whole part of it."""

_MOST = 64


def explanations(case: Case) -> Iterator[Explanation]:
    """Yield the plan with the horizon that fits best."""
    planned = case.planned
    if not planned.has_horizon or case.is_constant:
        return
    for shape in case.shapes:
        for total in horizons(shape, case.rows):
            yield _explanation(case, shape, total)


def horizons(shape: Planned, rows: Rows) -> Iterator[float]:
    """Yield the horizons that fit best: a whole multiple or part of the planned one, and a fitted one."""
    few, factors = rows.thinned(most=160), np.arange(2.0, _MOST + 1)
    parts = shape.total / factors
    totals = np.concatenate([shape.total * factors, parts[parts > shape.warmup]])
    errors = few.errors(shape.rates(few.times, total=totals[:, None]))
    best = int(np.argmin(errors))
    yield float(totals[best])
    if errors[best] > 0:
        total = fit_horizon(shape, rows)
        if total is not None:
            yield total


def fit_horizon(shape: Planned, rows: Rows) -> float | None:
    """Return the horizon of the least squares, as short as it fits."""
    low = max(shape.warmup * 1.001 + 1.0, shape.total / _MOST)
    total = fitted(lambda t, totals: shape.rates(t, total=totals), rows, low, shape.total * 100.0, points=160)
    if total is None:
        return None
    return roundest(total, lambda total: rows.error(shape.rates(rows.times, total=total)))


def _explanation(case: Case, shape: Planned, total: float) -> Explanation:
    planned = case.planned
    longer = total / planned.total
    name, is_whole = relation(longer)
    k = round(max(longer, 1 / longer))
    return Explanation(
        story="horizon",
        rank=_MULTIPLE if is_whole else RANK,
        rates=partial(rates_to, shape, total),
        verdict=f"The horizon is {count(total)}, planned {count(planned.total)}{name}",
        clause=f"a horizon of {count(total)}",
        consequence=case.ends(partial(rates_to, shape, total)),
        advice=_advice(case, k) + f"Set the scheduler's end (end=, total_steps, T_max) to {count(planned.total)}.",
        same=_same(case, k, longer=longer > 1) if is_whole else "",
        covers=frozenset() if planned.warmup else frozenset({"too-fast", "too-slow"}),
        values={"horizon": total, "planned": planned.total, "factor": longer},
    )


def _advice(case: Case, k: int) -> str:
    """Return the sentence on a factor that is the number of processes or of accumulated batches."""
    if k == case.facts.accumulate:
        return f"With accumulation {k}: the horizon is counted in batches instead of updates. "
    if k == case.facts.processes:
        return f"With {k} processes: the horizon is counted for one process. "
    return ""


def rates_to(shape: Planned, total: float, t: Rates) -> Rates:
    """Return the rates of a plan with another horizon."""
    return shape.rates(t, total=total)


def relation(longer: float) -> tuple[str, bool]:
    """Return how long a horizon is as text, and whether it is a whole multiple or part of the planned one."""
    k = round(max(longer, 1 / longer))
    is_whole = k > 1 and abs(max(longer, 1 / longer) - k) <= 1e-9 * k
    if is_whole or not 1 / 1.5 < longer < 1.5:  # noqa: PLR2004 - otherwise the factor says less than the numbers
        return f": {factor(max(longer, 1 / longer))} times too {'long' if longer > 1 else 'short'}", is_whole
    return "", False


def _same(case: Case, k: int, *, longer: bool) -> str:
    """Return the sentence on a scheduler of another pace, and where to look unless the advice says it."""
    planned = case.planned
    warmup = f" with a warmup of {count(planned.warmup / k if longer else planned.warmup * k)}" * bool(planned.warmup)
    pace = f"stepped once in {k} updates" if longer else f"stepped {k} times per update"
    hint = "" if _advice(case, k) else f" With {k} processes or accumulation {k}, look there first."
    return f"Same curve: {pace}{warmup}.{hint}"
