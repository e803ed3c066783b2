"""A milestone is never hit, so its drop is skipped without a message.

PyTorch's ``MultiStepLR`` drops the rate if the number of calls is among the milestones. A milestone that is not a whole
number (``0.7 * epochs``) is never equal to it, and PyTorch does not complain. Others are never hit because the schedule
that has them ends before.

In a log, one drop is missing although its time has passed.

Seen in https://github.com/Pointcept/Pointcept/issues/379.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from cosine_cli.schedules.core.milestones import NEVER, Milestone
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.studies.lint.core.milestones_text import idle, is_own, listed, place

SEVERITY: Severity = "error"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a milestone of a framework's scheduler never acts, however long the run is."""
    missed = [one for one in idle(curve).never if one.acts == NEVER and not one.reached and one.calls]
    if not missed:
        return
    uneven = [one for one in missed if not one.value.is_integer()]
    reason = f"not {'a whole number' if len(uneven) == 1 else 'whole numbers'} of calls, so that the drop is skipped"
    name = missed[0].name
    early = f"{listed(missed, curve)} never reached: the schedule ends before"
    yield Violation(
        place(missed[0], curve),
        f"{listed(uneven, curve)} {reason}" if uneven else early,
        _rounded(curve, name, uneven) if uneven else f"remove it from {name}, or let its schedule last until then",
    )


def _rounded(curve: LintedCurve, name: str, uneven: Sequence[Milestone]) -> str:
    if not is_own(uneven[0], curve):
        return f"round {name}: {', '.join(_nearest(one.value) for one in uneven)}"
    return f"count whole calls: {curve.setting(name, [_nearest(each) for each in curve.param(name)])}"


def _nearest(value: float) -> str:
    return str(math.floor(value + 0.5))
