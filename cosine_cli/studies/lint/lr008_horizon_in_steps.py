"""The horizon is a number of steps, but the scheduler is called once per epoch.

``T_max=len(loader) * epochs`` or ``total_steps=92160`` count batches. If the loop, or Lightning with its default
``interval: epoch``, calls ``scheduler.step()`` after each epoch, the schedule advances by a few of its thousands of
steps: a cosine hardly moves, and a warmup never ends.

In a log, the learning rate is a staircase that stays near its first value.

Seen in https://github.com/sthalles/SimCLR/issues/8, https://github.com/pytorch/pytorch/issues/65417 and
https://github.com/espnet/espnet/pull/3319.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon, in_steps
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import thousands

SEVERITY: Severity = "warning"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the horizon is that of the updates, or far longer than the calls."""
    found = horizon(curve)
    if found is None or not in_steps(curve, found):
        return
    yield Violation(
        found.place,
        f"{found.name} is {thousands(found.length)}, but the scheduler is called once per epoch, "
        f"{thousands(curve.calls)} times: it covers only {100 * curve.calls / (found.length + found.starts):.2g}% of "
        "its schedule",
        f"count epochs: {found.setting(whole(curve.calls - found.starts))}; or call the scheduler after each update",
    )
