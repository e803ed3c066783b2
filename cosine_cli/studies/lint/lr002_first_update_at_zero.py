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
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.text import thousands

SEVERITY: Severity = "note"

_START = 0.01
"""The rate of the first epoch, as a part of the peak, that a fix suggests."""


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
    if curve.is_imported or "warmup_from" not in curve.curve.params:
        return "harmless in a long run; begin above 0 if the run is short"
    advice, name, value = "begin one step above 0", "from", "first"
    if curve.plan.update == "epoch":
        advice, name, value = "begin above 0", "start", rate_text(curve.peak.rate * _START)
    raw = curve.request.run.get("warmup")
    if raw is None or raw.where.startswith("--") or "warmup" in curve.spec.params or curve.raw(f"warmup_{name}"):
        return f"{advice}: {curve.setting(f'warmup_{name}', value)}"
    new = f"{name}: {value}"  # a warmup of all curves, in a config
    return f"{advice}: {new if raw.keys is not None else f'warmup: {{for: {raw.text}, {new}}}'}"
