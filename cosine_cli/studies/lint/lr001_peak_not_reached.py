"""The run ends before the warmup does, so the peak rate is never used.

Warmups are often copied from longer runs: 500 warmup steps are 5% of a run of 10,000 steps, and longer than a whole
fine-tuning run of 400. The rate then only rises: the model is trained with a fraction of the intended rate, and the
decay never begins. A one-cycle schedule whose ``total_steps`` is larger than the number of updates can end in its rise
too.

In a log, the learning rate is a straight line that rises to the last step.

Seen in https://github.com/facebookresearch/d2go/issues/19, where a warmup as long as the run never reached its rate.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.registry import is_generic
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon, in_steps
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.studies.lint.core.specified_warmup import specified_warmup

SEVERITY: Severity = "error"

_LEAST = 1e-3
"""The rate must be lower than the peak by more than this part of it."""

_PARAMETERS = ("total_iters", "total_steps", "step_size_up", "times")
"""The lengths of a rise that is not a warmup."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the run ends in the warmup, or while the rate rises."""
    end, peak = float(curve.updates), _peak(curve)
    if curve.schedule.ends <= end or not curve.last_rate > curve.first_rate or curve.last_rate > peak * (1 - _LEAST):
        return
    found = horizon(curve)
    if found is not None and in_steps(curve, found):
        return
    warmup = specified_warmup(curve)
    if warmup.length < end and not _rises(curve):
        return
    is_inside = warmup.length >= end
    is_table = curve.is_imported and is_generic(curve.curve.name)
    given = () if is_inside or is_table else tuple(name for name in _PARAMETERS if curve.raw(name))
    reason = f"inside the warmup of {curve.span(warmup.length)}" if is_inside else "while the rate still rises"
    yield Violation(
        curve.where(*given) if given else warmup.where,
        f"the run of {curve.run_length} ends {reason}: the last update uses {rate_text(curve.last_rate)}, "
        f"not the peak {rate_text(peak)}",
        _fix(curve, given[0]) if given else warmup.shorter,
    )


def _peak(curve: LintedCurve) -> float:
    """Return the peak, also of another program's schedule of which the import has only the part in the run."""
    lr = curve.request.run.get("lr") if curve.is_imported and is_generic(curve.curve.name) else None
    return max(curve.schedule.peak, 0.0 if lr is None else float(lr.text))


def _rises(curve: LintedCurve) -> bool:
    """Return whether the rate rises up to the end of the run and beyond it."""
    end = float(curve.updates)
    held = curve.clock.unit_steps if curve.plan.update == "epoch" else curve.steps_per_call
    return curve.peak.time >= end - held and curve.last_rate < curve.rate(end) < curve.rate(end + held)


def _fix(curve: LintedCurve, name: str) -> str:
    if name == "total_steps":
        return f"let it end with the run: {curve.setting(name, str(curve.calls))}"
    if name == "times":
        return f"let the rate reach its peak within {curve.run_length}"
    return f"shorten the rise: {curve.setting(name, str(max(curve.calls // 20, 1)))}"
