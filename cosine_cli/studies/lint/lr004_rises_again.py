"""The rate reaches its floor before the end of the run, and rises again.

PyTorch's ``CosineAnnealingLR`` does not stop at ``T_max``, and Transformers' cosine does not stop at
``num_training_steps``: both follow the cosine back up to the peak. It happens when the horizon of the schedule is
shorter than the run: epochs that are raised later, a scheduler that several processes step, a horizon in epochs for a
scheduler that is called per batch. The last part of the run undoes what the decay achieved.

In a log, the learning rate is near 0 in the middle of the run and high at its end.

Seen in https://github.com/ContextualAI/HALOs/pull/33 (two processes stepped the scheduler) and
https://github.com/CodefyUI/CodefyUI/issues/205.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.schedules.core.search import lowest
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon, in_epochs
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.text import thousands

SEVERITY: Severity = "warning"

_RISING = (
    "transformers.get_cosine_schedule_with_warmup",
    "transformers.get_cosine_with_min_lr_schedule_with_warmup",
    "transformers.get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
)
"""Transformers' schedules that rise again after their horizon, as does each of PyTorch with a ``T_max``."""

_LEAST = 1e-3
"""The rise from the floor, as a part of the peak, that is reported."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a schedule without restarts has its floor inside the run and ends above it."""
    found = horizon(curve)
    if found is None or not (found.name == "T_max" or curve.curve.name in _RISING) or in_epochs(curve, found):
        return
    if not 0 < found.end < curve.updates - 1:
        return
    floor = lowest(curve.schedule, after=found.end * 0.5, until=found.end + 1)
    highest_after = max(curve.rate(t) for t in (curve.updates - 1.0, min(2 * found.end, curve.updates - 1.0)))
    if highest_after - floor <= _LEAST * curve.schedule.peak:
        return
    again = "s again and again" if curve.updates > 2 * found.end + 1 else "s again"
    yield Violation(
        found.place,
        f"the rate is lowest at {curve.at(found.end)} and rise{again} to {rate_text(highest_after)} by the end of "
        f"{curve.run_length} ({found.name} is {thousands(found.length)})",
        f"let the decay last the run: {found.setting(whole(curve.calls - found.starts))}",
    )
