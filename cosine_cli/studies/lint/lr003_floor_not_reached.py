"""The decay is longer than the run, so the rate ends far above its floor.

The horizon of a schedule (``T_max``, ``num_training_steps``, ``total``) is set separately from the length of the run.
It is too long after the run is shortened, if the warmup is not subtracted from it, or with a larger global batch. The
last part of a decay, in which the loss falls most, is then missing. A run that is stopped on purpose, to be continued
later, is fine.

In a log, the curve is cut off before it flattens.

Seen in https://github.com/CodefyUI/CodefyUI/issues/205: half as many epochs with the same ``T_max`` cost two to four
points of accuracy.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import Horizon, horizon, in_steps
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text

SEVERITY: Severity = "warning"

_FAR = 5e-3
"""The distance from the floor, as a part of the peak, that is reported."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a decay ends after the run, and the rate is then far from the rate at its end."""
    found, end = horizon(curve), curve.updates
    if found is None or found.end <= end or in_steps(curve, found) or curve.warmup >= end:
        return
    left, floor = curve.rate(end), curve.rate(found.end)
    if not left - floor > _FAR * curve.schedule.peak or curve.peak.time >= end - curve.steps_per_call:
        return
    yield Violation(
        found.place,
        f"the decay lasts until {curve.at(found.end)} and the run only {curve.run_length}: the rate ends at "
        f"{rate_text(left)}, not at {rate_text(floor)}",
        f"let it end with the run: {_fix(curve, found)}",
    )


def _fix(curve: LintedCurve, found: Horizon) -> str:
    count = (curve.calls if curve.framework else curve.updates) - found.starts
    return found.setting(whole(count) if curve.framework else curve.in_units(count))
