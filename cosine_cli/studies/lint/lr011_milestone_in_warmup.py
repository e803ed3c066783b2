"""A milestone lies inside the warmup.

The warmup hides it: the drop first shows when the warmup ends, at a rate below the peak. Usually a warmup was added
to a recipe, or is counted in epochs while the milestones are in iterations.

In a log, the warmup ends below the peak, and the first drop is missing.

Seen in https://github.com/stickeritis/sticker/pull/153, where the decay begins during the warmup.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.studies.lint.core.milestones_text import idle, listed, place
from cosine_cli.studies.lint.core.specified_warmup import specified_warmup

SEVERITY: Severity = "warning"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a warmup hides a milestone."""
    climbed = idle(curve).climbed
    if not climbed:
        return
    warmup = specified_warmup(curve).length
    length = f" of {curve.span(warmup)}" if warmup else ""
    yield Violation(
        place(curve, climbed[0].name),
        f"{listed(climbed, curve)} inside the warmup{length}, after which the rate is only "
        f"{rate_text(curve.rate(math.ceil(warmup) + 1.0) if warmup else curve.peak.rate)}",
        f"move {climbed[0].name} after the warmup, or shorten the warmup",
    )
