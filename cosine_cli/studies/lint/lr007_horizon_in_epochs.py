"""The horizon is the number of epochs, but the scheduler is called once per update.

``T_max=90`` means 90 calls of ``scheduler.step()``. Called after each epoch, that is the run; called after each batch,
it is a fraction of the first epoch. PyTorch's cosine then swings up and down hundreds of times; other schedules are at
their floor after a few batches and stay there.

In a log, the learning rate oscillates quickly, or is 0 almost from the start.

Seen in https://github.com/ivadomed/ivadomed/issues/57 and https://github.com/ScrollPrize/villa/pull/1495.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon, in_epochs
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import thousands

SEVERITY: Severity = "error"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the horizon equals the epochs of a run in which each update calls the scheduler."""
    found = horizon(curve)
    if found is None or not in_epochs(curve, found):
        return
    yield Violation(
        found.place,
        f"{found.name} is {thousands(found.length)}, the number of epochs, but the scheduler is called in each of the "
        f"{thousands(curve.updates)} updates: the decay ends in epoch 1",
        f"count updates: {found.setting(whole(curve.updates - found.starts))}",
    )
