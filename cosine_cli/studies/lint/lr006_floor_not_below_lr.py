"""The floor is at or above the rate that should decay to it.

``eta_min`` and ``min_lr`` are rates, not shares of the peak. If the peak is lowered and the floor stays, the decay
becomes flat, or rises to its floor. It also happens if a ratio (0.1 of the peak) is written where a rate is expected.

In a log, the learning rate is constant or rises slowly over the whole run.

Seen in https://github.com/Vision-CAIR/MiniGPT-4/issues/444, where the rate increased during a fine-tuning.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.studies.lint.core.assignment import is_direct
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text

SEVERITY: Severity = "warning"

_FLOORS = ("min_lr", "eta_min", "lr_min", "lr_end", "end_value", "end_learning_rate")
_PEAKS = ("lr", "initial_learning_rate", "peak_value", "init_value")
_USUAL = 0.01


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a floor that was given is not below the peak."""
    name = next((name for name in _FLOORS if _is_given(name, curve)), None)
    peak = next((curve.param(key) for key in _PEAKS if curve.param(key) is not None), None)
    if name is None or peak is None or not curve.param(name) >= peak > 0:
        return
    floor = curve.param(name)
    effect = "the rate is constant" if floor == peak else f"the rate rises from {rate_text(peak)} to it"
    yield Violation(
        curve.where(name),
        f"{name} {rate_text(floor)} is {'' if floor == peak else 'above '}the rate {rate_text(peak)} that should decay "
        f"to it: {effect}",
        f"use a floor below the peak: {curve.setting(name, rate_text(peak * _USUAL))}",
    )


def _is_given(name: str, curve: LintedCurve) -> bool:
    raw = curve.raw(name)
    return curve.param(name) is not None and raw is not None and is_direct(raw)
