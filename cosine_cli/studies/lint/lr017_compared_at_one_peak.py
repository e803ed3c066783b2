"""Different schedules are compared at the same peak, but their best peaks differ.

A schedule that keeps a high rate for longer, such as constant, WSD or step decay, needs a lower peak than one that
decays from the start. At one peak for all, a comparison shows which schedule suits that peak. A fair comparison tunes
the peak of each schedule, or at least gives all the same budget: the same sum of rates.

In results, the ranking of the schedules changes with the peak.

In a log, the curves share their highest rate and differ in their mean by a factor.

Seen in https://github.com/marin-community/marin/issues/764, which compares schedules at two peaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.schedules.core.search import highest
from cosine_cli.schedules.core.sums import total
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.text import number

SEVERITY: Severity = "note"

_SAME = 1e-6
_FACTOR = 1.5
"""The ratio of two sums of rates from which a comparison is reported."""

_MOST_CURVES = 50


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation for the first curve of a run whose schedules share a peak and differ in their sum."""
    plan, updates = curve.plan, curve.updates
    curves = plan.bases[:_MOST_CURVES]
    if not curve.is_first or plan.match is not None or len({one.name for one in curves}) < 2:  # noqa: PLR2004
        return
    peaks = [highest(one.schedule, updates).rate for one in curves]
    if max(peaks) - min(peaks) > _SAME * max(peaks) or any(one.schedule.ends < updates for one in curves):
        return
    sums = [total(one.schedule, updates) for one in curves]
    if max(sums) < _FACTOR * min(sums) or not min(sums) > 0:
        return
    most, least = (curves[sums.index(value)].label for value in (max(sums), min(sums)))
    yield Violation(
        curve.where("lr"),
        f"all curves have the peak {rate_text(max(peaks))}, but the sum of the rates of {most} is "
        f"{number(max(sums) / min(sums))} times that of {least}: their best peaks differ",
        "tune the peak of each, or compare at an equal sum: --match sum",
    )
