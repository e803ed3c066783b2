"""Find the stories that explain the rows of a log, the simplest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.errors import RequestError, user_error
from cosine_cli.logs.core.log import Series
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case, Facts
from cosine_cli.studies.diagnose.core.explanation import Explanation
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows
from cosine_cli.studies.diagnose.core.stories import Story, stories
from cosine_cli.studies.diagnose.core.warmup_start import fitted_start
from cosine_cli.studies.diagnose.core.wording import percent, rate_pair

NAMED = 0.005
"""No cause is named if it is off by more than this share of the peak, planned or logged, whichever is lower."""

EQUAL = 0.001
"""A log whose largest difference from the plan is at most this share of the peak matches it."""

_MOST_BEYOND = 1.5
"""The times of a log in the unit of the plan are at most so many times its length."""

_CHANGES = 1e-4
"""A plan that changes by more than this share of a rate does not have one rate."""

_BETTER = 0.2
"""An inexact story is named if its error is at most this share of that of the plan."""

_AS_GOOD = 1.5
"""A simpler inexact story is taken if its error is at most this factor of the least."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """An explanation and how well it fits.

    - ``offset``: the row logged at time t has the predicted rate at ``t + offset``.
    - ``error``: the largest difference beyond the digits, relative to the peak; 0 if it is exact.
    """

    explanation: Explanation
    offset: float
    error: float

    @property
    def exact(self) -> bool:
        """Whether every row agrees to all its digits."""
        return self.error == 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Diagnosis:
    """The answer for one series and one plan.

    - ``candidates``: the explanations that fit exactly, the simplest first; if there is none, the best one.
    - ``as_planned``: the plan itself, with the offset that fits best.
    - ``rows``: all rows, in updates; ``planned``: the plan.
    """

    series: Series
    planned: Planned
    rows: Rows
    as_planned: Candidate
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The explanation that is named first."""
        return self.candidates[0]

    @property
    def explained(self) -> bool:
        """Whether the best explanation may be named."""
        best = self.best
        if best.exact:
            return True
        if best.explanation is self.as_planned.explanation:
            return best.error <= EQUAL
        high = min(1.0, float(self.rows.rates.max()) / self.planned.peak)  # errors are relative to the planned peak
        return best.error <= NAMED * high and best.error <= _BETTER * self.as_planned.error

    @property
    def is_plan(self) -> bool:
        """Whether the rates are exactly those of the plan."""
        return self.best.exact and self.best.explanation is self.as_planned.explanation

    @property
    def offset(self) -> float:
        """The offset of the rows, in updates: 0 if nothing explains them, as none is known then."""
        return self.best.offset if self.explained else 0.0

    @property
    def deviates(self) -> bool:
        """Whether the run deviates from the plan."""
        if not self.explained:
            return True
        return self.best.explanation.deviates or self.best.error > EQUAL

    def predicted(self, candidate: Candidate) -> Rates:
        """Return the rates that an explanation predicts for all rows."""
        with np.errstate(all="ignore"):  # as in the search
            return candidate.explanation.rates(self.rows.times + candidate.offset)


def diagnose(series: Series, planned: Planned, facts: Facts | None = None) -> Diagnosis:
    """Return what explains a series against a plan."""
    with np.errstate(all="ignore"):  # a story may not apply to a plan: its rates are then NaN and do not fit
        return _diagnose(series, planned, facts or Facts())


def _diagnose(series: Series, planned: Planned, facts: Facts) -> Diagnosis:
    if not 0 < planned.peak < np.inf:
        rule = "the planned rates must be above 0 and finite"
        raise user_error("plan", rule, got=f"a peak of {planned.peak:g}", hint="check lr, the warmup and --update")
    times = updates_of(series, planned)
    rows = Rows.of(times, series.rates, series.tolerances, planned.peak)
    offsets = _offsets(series, planned)
    base = _as_planned(rows, planned, offsets)
    if base.exact and planned.decays:
        _check_digits(series, planned(times + base.offset))
    found = [base] if base.exact else []
    if not found or planned.warmup >= planned.total or planned.named_warmup is not None:
        at = int(np.argmax(rows.excess(planned(times + base.offset)) > 0))
        found = _search(series, rows, planned, facts, at)
        if not found or (not found[0].exact and base.error <= EQUAL):
            found = [base]
    diagnosis = Diagnosis(series=series, planned=planned, rows=rows, as_planned=base, candidates=tuple(found))
    return diagnosis if diagnosis.explained else _with_other_start(diagnosis, facts, at)


def _with_other_start(diagnosis: Diagnosis, facts: Facts, at: int) -> Diagnosis:
    """Return what explains a series whose warmup also starts at another rate than planned; the same if nothing does."""
    planned, rows = diagnosis.planned, diagnosis.rows
    start = fitted_start(planned, rows, within=EQUAL)
    if start is None or start == planned.first:
        return diagnosis
    found = _search(diagnosis.series, rows, planned.starting_at(start), facts, at)
    texts = rate_pair(start, planned.first)
    sentence = f"The warmup starts at {texts[0]} ({percent(start / planned.peak)} of the peak), planned {texts[1]}."
    candidates = tuple(_with_evidence(each, sentence, planned.warmup) for each in found)
    if not candidates:
        return diagnosis
    other = replace(diagnosis, candidates=candidates)
    return other if other.explained else diagnosis


def _with_evidence(candidate: Candidate, sentence: str, until: float) -> Candidate:
    """Return the same with a sentence on what else differs up to a time."""
    explanation = candidate.explanation
    more = replace(
        explanation,
        deviates=True,
        besides=(*explanation.besides, sentence),
        first_after=max(explanation.first_after, until),
    )
    return replace(candidate, explanation=more)


def _check_digits(series: Series, planned: Rates) -> None:
    """Raise RequestError if a plan that changes has the logged rates only because they have too few digits."""
    first = float(series.rates[0])
    if np.all(series.rates == first) and np.ptp(planned) > _CHANGES * first:
        rule = "the rates have too few digits to compare them with the plan"
        got = f"{first:g} in all {series.rates.size} rows"
        raise user_error(series.column, rule, got=got, hint="log the rate with more digits")


def planned_error(series: Series, planned: Planned) -> float:
    """Return by how much some rows of a series differ from a plan, relative to the peak; inf if it is unknown."""
    try:
        times = updates_of(series, planned)
    except RequestError:
        return np.inf
    with np.errstate(all="ignore"):
        rows = Rows.of(times, series.rates, series.tolerances, planned.peak).thinned()
        return _as_planned(rows, planned, _offsets(series, planned)).error


def updates_of(series: Series, planned: Planned) -> Rates:
    """Return the times of a series in updates of the plan.

    Raises RequestError if one of them counts epochs, the other updates, and the updates per epoch are not known.
    """
    if series.unit == "epoch" and planned.unit == "step" and planned.steps_per_epoch is None:
        rule = "number of steps per epoch unknown: the log counts epochs, the plan steps"
        raise user_error("--steps-per-epoch", rule, hint="pass --steps-per-epoch, or a plan with --epochs")
    if series.unit == "epoch":
        return series.times * float(planned.steps_per_epoch or 1)
    if series.unit == "step" and planned.unit == "epoch" and planned.steps_per_epoch is None:
        if series.epochs is None and series.times[-1] > _MOST_BEYOND * planned.total:
            rule = "number of steps per epoch unknown: the log counts steps, the plan epochs"
            raise user_error("--steps-per-epoch", rule, hint="pass --steps-per-epoch, or a plan with --steps")
        return series.times if series.epochs is None else series.epochs
    return series.times


def _offsets(series: Series, planned: Planned) -> tuple[float, ...]:
    """Return the shifts of the rows that are no deviation, in updates, the most usual first."""
    each = float(planned.steps_per_epoch or 1)
    if series.unit == "epoch" and each > 1:
        return (0.0, -each, -1.0, each - 1.0)
    return (0.0, -1.0)


def _as_planned(rows: Rows, planned: Planned, offsets: Sequence[float]) -> Candidate:
    """Return the plan with the offset that fits best."""
    story = next(each for each in stories() if each.name == "as_planned")
    errors = {offset: rows.error(planned(rows.times + offset)) for offset in offsets}
    offset = min(offsets, key=lambda offset: errors[offset])
    case = Case(rows=rows, all_rows=rows, planned=planned, facts=Facts(), offset=offset)
    return Candidate(explanation=next(story.explanations(case)), offset=offset, error=errors[offset])


def _search(series: Series, rows: Rows, planned: Planned, facts: Facts, at: int) -> list[Candidate]:
    """Return the exact explanations of all stories, the simplest first; the best one if none is exact.

    - ``at``: the first row that is not as planned, near which all rows are used.
    """
    found: list[Candidate] = []
    offsets = _offsets(series, planned)
    for offset in offsets:
        moved = replace(rows, times=rows.times + offset)
        thin = moved.thinned(at)
        case = Case(
            rows=thin,
            all_rows=moved,
            planned=planned,
            facts=facts,
            offset=offset,
            whole=bool(np.all(thin.times == np.round(thin.times))),
            skipped=series.skipped,
            unit=series.unit,
            each=float(planned.steps_per_epoch or 1) if series.unit == "epoch" else 1.0,
        )
        found += _candidates(case, stories())
    found.sort(key=lambda each: (not each.exact, each.explanation.rank if each.exact else each.error))
    return _checked(found, rows)


def _candidates(case: Case, tried: Sequence[Story]) -> Iterator[Candidate]:
    for story in tried:
        for explanation in story.explanations(case):
            error = case.rows.error(explanation.rates(case.times))
            if np.isfinite(error):
                yield Candidate(explanation=explanation, offset=case.offset, error=error)


def _checked(found: Sequence[Candidate], rows: Rows) -> list[Candidate]:
    """Return the explanations that are exact on all rows, one per story; the simplest of the best if none is."""
    exact: dict[str, Candidate] = {}
    for each in found:
        story = each.explanation.story
        if each.exact and story not in exact and _on_all(each, rows).exact:
            exact[story] = each
    if exact:
        found = list(exact.values())
        if found[0].explanation.rank < 0:  # about the plan itself: nothing else explains it
            return found[:1]
        covered = found[0].explanation.covers
        return [
            found[0],
            *(each for each in found[1:] if each.explanation.story not in covered and not each.explanation.partial),
        ]
    inexact = [_on_all(each, rows) for each in sorted(found, key=lambda each: each.error)[:6]]
    if not inexact:
        return []
    least = min(each.error for each in inexact)
    as_good = [each for each in inexact if each.error <= _AS_GOOD * least]
    return [min(as_good, key=lambda each: each.explanation.rank)]


def _on_all(candidate: Candidate, rows: Rows) -> Candidate:
    """Return the same with its error on all rows."""
    return replace(candidate, error=rows.error(candidate.explanation.rates(rows.times + candidate.offset)))
