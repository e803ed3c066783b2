"""The rate jumps where the warmup hands over to the schedule.

A warmup and a decay that are put together do not always meet: the first one is longer than the milestone at which it
is replaced (``LinearLR(total_iters=10)`` with ``milestones=[5]``), or the decay has been counting since the start of
the run (timm without ``warmup_prefix``). A jump up defeats the purpose of the warmup.

In a log, there is a step in the curve at the end of the warmup.

Seen in https://github.com/huggingface/transformers/pull/4940 and
https://github.com/huggingface/pytorch-image-models/issues/1242.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.schedules.core.search import MOST_PIECES
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text

SEVERITY: Severity = "warning"

_JOINED = "torch.SequentialLR"
_WARMUPS = ("milestones", "warmup_t", "warmup_steps", "warmup", "num_warmup_steps")
_LEAST = 0.05
"""The size of a jump, as a part of the peak, that is reported."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a warmup does not lead to the rate that follows it."""
    end = _handover(curve)
    held = curve.clock.unit_steps if curve.plan.update == "epoch" else curve.steps_per_call
    if not 3 * held <= end < curve.updates:
        return
    if held > 1 or curve.schedule.counts_calls:
        before = 2 * curve.rate(end - held) - curve.rate(end - 2 * held)
    elif curve.schedule.pieces_to_end(end, MOST_PIECES)[-1].kind != "smooth":
        return  # a warmup in stairs
    else:
        before = curve.rate(math.nextafter(end, 0.0))
    after = curve.rate(end)
    if (
        not math.isfinite(before + after)
        or before <= curve.first_rate
        or abs(after - before) <= _LEAST * curve.schedule.peak
    ):
        return
    yield Violation(
        curve.where(*_WARMUPS),
        f"the rate jumps {'up' if after > before else 'down'} at the end of the warmup, {curve.at(end)}: from "
        f"{rate_text(before)} to {rate_text(after)}",
        _fix(curve),
    )


def _fix(curve: LintedCurve) -> str:
    if curve.param("warmup_prefix") is not False:
        return "let the warmup end at the rate with which the schedule continues"
    settings = [curve.setting("warmup_prefix", "true")]
    found = horizon(curve)
    if found is not None and found.length + curve.param("warmup_t") > curve.calls:
        settings.append(found.setting(whole(curve.calls - curve.param("warmup_t"))))
    return f"let the decay begin after the warmup: {', '.join(settings)}"


def _handover(curve: LintedCurve) -> float:
    """Return when the warmup ends, in steps, 0 without one."""
    if curve.curve.name == _JOINED:
        return float(curve.curve.params["milestones"][0]) * curve.steps_per_call
    return curve.warmup
