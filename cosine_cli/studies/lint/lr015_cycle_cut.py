"""The run ends inside a cycle of a cyclic schedule, at a high rate.

A cyclic schedule (``CyclicLR``) rises and falls all the time. Its models are good at the end of a cycle, where the rate
is low; a run whose length is not a whole number of cycles can stop at the peak.

In a log, the curve ends on a slope.

Compare https://github.com/Lightning-AI/pytorch-lightning/issues/3205, where the rate rises and falls every 1,000
iterations instead of once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text

SEVERITY: Severity = "warning"

_PARTS = {"cyclic": ("rise", "fall"), "torch.CyclicLR": ("step_size_up", "step_size_down")}
_HIGH = 0.2
"""The height above the base, as a part of the whole height, that is reported."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the last rate is well above the base."""
    names = _PARTS.get(curve.curve.name)
    if names is None:
        return
    rise = float(curve.param(names[0])) * curve.steps_per_call
    fall = float(curve.param(names[1]) or curve.param(names[0])) * curve.steps_per_call
    base, top = curve.schedule.floor, curve.schedule.peak
    cycles = (curve.updates - curve.curve.warmup) / (rise + fall)
    if curve.updates <= rise or not top > base or not curve.last_rate - base > _HIGH * (top - base):
        return
    ends = [curve.curve.warmup + whole * (rise + fall) for whole in (math.floor(cycles), math.ceil(cycles)) if whole]
    yield Violation(
        curve.where(*names),
        f"the run of {curve.run_length} has {cycles:.3g} cycles: it ends at the rate {rate_text(curve.last_rate)}, far "
        f"above {rate_text(base)}",
        f"let the run end with a cycle: {curve.ending_at(*ends)}",
    )
