"""The first update uses the rate 0 and changes no weight.

A warmup that computes the rate as ``t / W`` gives 0 to update 0: the first batch is computed for nothing, except for
the momentum of the optimizer. This is what Transformers, optax, Keras and timm do by default, and it costs one update.
It matters if the rate changes once per epoch: then the whole first epoch is lost.

In a log, the first learning rate is 0 and the loss of the second step equals that of the first.

Discussed in https://github.com/google-research/bert/issues/1293.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import thousands

SEVERITY: Severity = "note"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if update 0 uses the rate 0, in a run whose steps are known."""
    if not curve.counts_steps or curve.first_rate != 0.0 or not curve.peak.rate > 0.0:
        return
    lost = curve.clock.unit_steps if curve.updates > 1 and curve.rate(1.0) == 0.0 else 1
    yield Violation(
        curve.where("warmup_start", "warmup", "num_warmup_steps", "warmup_t"),
        f"the first {'update uses' if lost == 1 else f'{thousands(lost)} updates use'} the rate 0 and "
        f"change{'s' * (lost == 1)} no weight",
        _fix(curve),
    )


def _fix(curve: LintedCurve) -> str:
    if "warmup_from" in curve.curve.params:
        return f"begin one step above 0: {curve.setting('warmup_from', 'first')}"
    return "harmless in a long run; begin above 0 if the run is short"
