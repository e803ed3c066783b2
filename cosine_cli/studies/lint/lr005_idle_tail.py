"""More than a quarter of the run has a constant rate below 1% of the peak.

A schedule whose horizon is too short stays at its floor for the rest of the run (optax, Keras, timm and the schedules
of cosine-lr; the cosines of PyTorch and Transformers rise again, see LR004). With a floor of 0 these updates change
nothing; with a tiny one they hardly do. Typical causes are a horizon in epochs or in batches of one device where the
scheduler counts updates, and a scheduler that several processes step.

In a log, the curve falls to the floor early and is flat to the end, and so is the loss.

Seen in https://github.com/SafeAILab/EAGLE/pull/107 (a fixed horizon and a larger dataset) and
https://github.com/jzhang38/EasyContext/issues/21 (several processes stepped the scheduler).
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.search import MOST_PIECES
from cosine_cli.studies.drops import drops
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.horizon import horizon, in_epochs
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.text import number

SEVERITY: Severity = "warning"

_TAIL = 0.25
_LOW = 0.01
_SLACK = 1e-9
_MOST_DROPS = 10
"""A curve with so many drops or fewer is a step decay, whose last level may be low on purpose."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if the run ends with a long constant piece at a low rate after a decay."""
    pieces = curve.schedule.pieces_to_end(curve.updates, MOST_PIECES)
    start = _tail(curve, pieces)
    share = (curve.updates - start) / curve.updates
    found = horizon(curve)
    is_zero = curve.peak.rate == 0.0
    if not is_zero and (start <= 0 or share <= _TAIL or curve.last_rate >= _LOW * curve.peak.rate * (1 - _SLACK)):
        return
    if found is not None and in_epochs(curve, found):
        return
    yield Violation(
        curve.spec.where if found is None else found.place,
        f"the rate is 0 in the whole run of {curve.run_length}"
        if is_zero
        else f"the rate is {rate_text(curve.last_rate)} from {curve.at(start)} on: the last {number(100 * share)}% of "
        f"{curve.run_length} hardly train",
        _fix(curve),
    )


def _tail(curve: LintedCurve, pieces: list[Piece]) -> float:
    """Return when the last rate begins, 0 if the run does not end with a constant rate, or drops to it in few steps."""
    at = len(pieces)
    while at and pieces[at - 1].kind == "flat" and curve.rate(pieces[at - 1].t0) == curve.last_rate:
        at -= 1
    drops_to_it = drops(curve.schedule, curve.updates, at_most=_MOST_DROPS)
    return pieces[at].t0 if 0 < at < len(pieces) and not drops_to_it else 0.0


def _fix(curve: LintedCurve) -> str:
    found = horizon(curve)
    if found is None:
        return f"let the decay end at {curve.at(curve.updates)}, or give it a floor above 1% of the peak"
    count = (curve.calls if curve.framework else curve.updates) - found.starts
    return f"let it last the run: {found.setting(whole(count) if curve.framework else curve.in_units(count))}"
