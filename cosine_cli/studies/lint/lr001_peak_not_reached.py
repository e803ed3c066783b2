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

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon, in_steps
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text

SEVERITY: Severity = "error"

_LEAST = 1e-3
"""The rate must be lower than the peak by more than this part of it."""

_USUAL = "5%"
_PARAMETERS = ("num_warmup_steps", "total_iters", "total_steps", "warmup_t", "step_size_up", "times")


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the run ends in the warmup, or while the rate rises."""
    end, peak = float(curve.updates), curve.schedule.peak
    if curve.schedule.ends <= end or curve.last_rate <= curve.first_rate or curve.last_rate > peak * (1 - _LEAST):
        return
    found = horizon(curve)
    if found is not None and in_steps(curve, found):
        return
    held = curve.clock.unit_steps if curve.plan.update == "epoch" else curve.steps_per_call
    rises = curve.last_rate < curve.rate(end) < curve.rate(end + held)
    if curve.peak.time < end - held or not (rises or curve.warmup >= end):
        return
    warmup = curve.warmup if curve.warmup >= end else 0.0
    reason = f"inside the warmup of {curve.span(warmup)}" if warmup else "while the rate still rises"
    yield Violation(
        curve.where("warmup", *_PARAMETERS),
        f"the run of {curve.run_length} ends {reason}: the last update uses {rate_text(curve.last_rate)}, "
        f"not the peak {rate_text(peak)}",
        _fix(curve),
    )


def _fix(curve: LintedCurve) -> str:
    name = next((name for name in ("warmup", *_PARAMETERS) if curve.raw(name)), "")
    if name == "total_steps":
        return f"let it end with the run: {curve.setting(name, str(curve.calls))}"
    if name in ("", "times"):
        return f"shorten the warmup to less than {curve.run_length}"
    return f"shorten the warmup: {curve.setting(name, _length(curve, name))}"


def _length(curve: LintedCurve, name: str) -> str:
    """Return a twentieth of the run in the unit of a parameter."""
    raw = curve.raw(name)
    if name == "warmup" and not (raw and raw.origin):
        return _USUAL
    units = curve.clock.units(curve.updates) if name == "warmup" and raw and raw.unit == "epoch" else curve.calls
    return str(max(int(units) // 20, 1))
