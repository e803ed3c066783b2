"""A milestone comes after the last update of the run.

Milestones are often copied from a recipe of another length: 30, 60 and 90 epochs of ImageNet in a run of 50. Milestones
in iterations in a run of epochs, or the other way round, have the same effect: the drops are never made, and the run
ends at a rate that is too high.

In a log, the last drops are missing.

Discussed in https://github.com/bshall/Tacotron/issues/3, where milestones in steps look like epochs.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import Time
from cosine_cli.schedules.core.milestones import NEVER
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.studies.lint.core.milestones_text import idle, listed, place

SEVERITY: Severity = "warning"


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a milestone acts after the last update."""
    found = idle(curve)
    late = [one for one in found.never if one.acts < NEVER]
    if not late:
        return
    rest = "no other milestone is left" if not found.left else f"{found.left} of {found.left + len(late)} take effect"
    yield Violation(
        place(late[0], curve),
        f"{listed(late, curve)} after the last update of {curve.run_length}; {rest}, and the run ends at the rate "
        f"{rate_text(curve.last_rate)}",
        _fix(curve, late[0].name, len(found.never) + len(found.climbed) + found.left),
    )


def _fix(curve: LintedCurve, name: str, count: int) -> str:
    """Return milestones that divide the run evenly, or advice for a run too short for them."""
    length = curve.calls if curve.framework else curve.clock.units(curve.updates)
    if count >= length:
        return f"give it fewer {name}, all before the end of the run"
    given = curve.curve.params.get(name, ())
    if len(given) != count or not all(isinstance(each, int | float | Time) for each in given):
        return f"move them in {name} before the end of the run"
    moved = [f"{length * (at + 1) / (count + 1):.0f}" for at in range(count)]
    return f"move them into the run: {curve.setting(name, moved)}"
