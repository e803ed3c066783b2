"""A warmup length is a fraction of one step: a share of the run was meant.

``warmup_steps: 0.05`` is 5% of the run in recent versions of Transformers, and a twentieth of one step wherever a
number of steps is expected. The schedule then begins at its peak, without any warmup.

In a log, the first learning rates are already at the peak.

OneTrainer accepts both since https://github.com/Nerogar/OneTrainer/pull/559, and Transformers since
https://github.com/huggingface/transformers/pull/41326.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import number

SEVERITY: Severity = "warning"

_WARMUPS = ("num_warmup_steps", "warmup_steps", "warmup_t", "transition_begin")


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a warmup of a framework's schedule is less than one call and not 0."""
    name = next((name for name in _WARMUPS if curve.raw(name) and 0 < (curve.param(name) or 0) < 1), None)
    if name is None:
        return
    share = float(curve.param(name))
    calls = max(round(share * curve.calls), 1)
    yield Violation(
        curve.where(name),
        f"{name} is {number(share)} of a step, which is no warmup; {number(100 * share)}% of {curve.run_length} are "
        f"{calls} steps",
        f"count steps: {curve.setting(name, str(calls))}",
    )
