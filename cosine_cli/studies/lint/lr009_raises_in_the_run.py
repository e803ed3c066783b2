"""The framework raises an error, or the rate becomes NaN, before the run ends.

``OneCycleLR`` raises ValueError at the call after ``total_steps``; others divide by 0 at their end or take a power of a
negative number. Typically the number of updates was computed from another batch size, another number of devices, or
without ``ceil``. The error comes at the end of the run, when the time is spent.

In a log, the run stops one or a few steps after the end of the schedule.

Seen in https://github.com/vLAR-group/GrowSP/issues/11 (60,002 calls of 60,000) and
https://github.com/A4Bio/PiFold/issues/6.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import thousands

SEVERITY: Severity = "error"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the schedule has no rate in a part of the run."""
    schedule, updates = curve.schedule, curve.updates
    if curve.curve.params.get("after") == "end":  # a table that is given only up to there, such as a log
        return
    gaps = schedule.gaps(updates)
    if gaps:
        first, reason = math.ceil(gaps[0].t0), schedule.why_of_gaps
    elif schedule.ends < updates - 1 or _raises_at_last_call(curve):
        first, reason = math.floor(schedule.ends) + 1, schedule.why_it_ends
    else:
        return
    found = horizon(curve)
    effect = "the rate is NaN" if gaps or schedule.ends_in_nan else "the run stops"
    yield Violation(
        curve.spec.where if found is None else found.place,
        f"{effect} at update {thousands(first)} of {thousands(updates)}: {reason}",
        "let the schedule last the run" + (f": {found.setting(whole(curve.calls))}" if found else ""),
    )


def _raises_at_last_call(curve: LintedCurve) -> bool:
    """Return whether a scheduler of PyTorch, which loops also call after the last update, raises then."""
    ends, is_called = curve.schedule.ends, curve.framework in ("torch", "transformers")
    return is_called and math.isfinite(ends) and math.floor(ends / curve.steps_per_call) < curve.calls
