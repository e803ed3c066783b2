"""The first drop of a step decay comes after the end of the run, so the rate is constant.

``step_size`` counts calls of the scheduler: 30 is right for a run of 90 epochs, not for one of 20, and a step size in
iterations never comes if the scheduler is called once per epoch.

In a log, the learning rate is constant.

Seen in https://github.com/open-mmlab/mmpretrain/issues/938 (``step=200`` in a run of 200 epochs) and
https://github.com/Project-MONAI/tutorials/issues/1430.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import thousands

SEVERITY: Severity = "warning"

_SIZES = {
    "step": "step_size",
    "torch.StepLR": "step_size",
    "timm.StepLRScheduler": "decay_t",
    "keras.ExponentialDecay": "decay_steps",
    "keras.InverseTimeDecay": "decay_steps",
    "optax.exponential_decay": "transition_steps",
}
_THIRD = 3


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if no update follows the first drop."""
    name = _SIZES.get(curve.curve.name)
    if name is None or curve.param("staircase") is False or curve.param("gamma") == 1:
        return
    size = float(curve.param(name))
    calls = curve.calls if curve.framework else curve.updates
    if size < calls or not curve.raw(name):
        return
    shown = curve.span(size) if not curve.framework else f"{thousands(size)} calls"
    third = max(calls // _THIRD, 1)
    yield Violation(
        curve.where(name),
        f"the first drop comes after {shown}, and the run has {curve.run_length}: the rate never drops",
        f"shorten {name}: {curve.setting(name, str(third) if curve.framework else curve.in_units(third))}",
    )
