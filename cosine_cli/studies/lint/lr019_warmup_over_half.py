"""The warmup takes more than half of the run.

A warmup in steps does not shrink with the run: 500 steps are 5% of a run of 10,000 and two thirds of a fine-tuning of
750. The rate reaches its peak and has little time left there; the decay is short and steep. Those who tune the warmup
find the best one at a fifth to a third of a short run (https://github.com/huggingface/setfit/issues/138), and do not
try more than a half (https://github.com/gaoyixu/CAIL2020-Argument-Mining/issues/1). Schedules whose rise is their
design, such as one-cycle and cyclic ones, are not checked.

In a log, the curve is a triangle whose peak is in the second half of the run.

Seen in https://github.com/axolotl-ai-cloud/axolotl/pull/2897, which replaced a fixed number of warmup steps by a share
of the run in every example, and in https://github.com/PeterGriffinJin/Search-R1/issues/28 (a share of 0.95, which later
runs reduced to 0.285).
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.studies.lint.core.specified_warmup import specified_warmup
from cosine_cli.text import number

SEVERITY: Severity = "warning"

_HALF = 0.5
_ALONE = ("optax.linear_schedule", "optax.polynomial_schedule")
"""The schedules whose rise is not a warmup, but all that they are."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a warmup ends in the second half of the run."""
    warmup = specified_warmup(curve)
    share = warmup.length / curve.updates
    if not _HALF < share < 1 or curve.curve.name in _ALONE:
        return
    yield Violation(
        warmup.where,
        f"the warmup of {curve.span(warmup.length)} takes {number(100 * share)}% of the run of {curve.run_length}: the "
        f"peak {rate_text(curve.peak.rate)} comes at {curve.at(warmup.length)}",
        warmup.shorter,
    )
