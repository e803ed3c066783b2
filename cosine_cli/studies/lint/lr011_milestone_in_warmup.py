"""A milestone lies inside the warmup.

The warmup hides the drop, and ends at the lower rate instead of the peak. Usually a warmup was added to a recipe, or is
counted in epochs while the milestones are in iterations.

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
        place(climbed[0], curve),
        f"{listed(climbed, curve)} inside the warmup{length}, after which the rate is only "
        f"{rate_text(curve.rate(math.ceil(warmup) + 1.0) if warmup else curve.peak.rate)}",
        _fix(curve, climbed[0].name, min(one.value for one in climbed)),
    )


def _fix(curve: LintedCurve, name: str, first: float) -> str:
    shorter = int(curve.clock.units(first)) // 2
    if curve.framework or not shorter or curve.raw("warmup") is None:
        return f"move {name} after the warmup, or shorten the warmup"
    return f"shorten the warmup: {curve.setting('warmup', str(shorter))}; or move {name} after it"
