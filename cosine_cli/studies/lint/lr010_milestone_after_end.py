"""A milestone comes after the last update of the run.

Milestones are often copied from a recipe of another length: 30, 60 and 90 epochs of ImageNet in a run of 50. Milestones
in iterations in a run of epochs, or the other way round, have the same effect: the drops are never made, and the run
ends at a rate that is too high. A last milestone at the end of the run, and an only one far beyond it, are common ways
to write that there is no drop, and are not reported.

In a log, the last drops are missing.

Discussed in https://github.com/bshall/Tacotron/issues/3, where milestones in steps look like epochs.
"""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.schedules.core.milestones import NEVER
from cosine_cli.studies.lint.core.finding import Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, rate_text
from cosine_cli.studies.lint.core.milestones_text import evenly, idle, listed, place

SEVERITY: Severity = "warning"

_FAR = 2
"""An only milestone after so many times the run is how recipes keep the rate constant."""


def check(curve: LintedCurve) -> Iterator[Violation]:
    """Yield a violation if a milestone acts after the last update."""
    found = idle(curve)
    late = [one for one in found.never if one.acts < NEVER and not (found.left and one.acts == curve.updates)]
    if not late or (len(late) == 1 and not found.left and late[0].acts >= _FAR * curve.updates):
        return
    rest = "no other milestone is left" if not found.left else f"{found.left} of {found.left + len(late)} take effect"
    yield Violation(
        place(late[0], curve),
        f"{listed(late, curve)} after the last update of {curve.run_length}; {rest}, and the run ends at the rate "
        f"{rate_text(curve.last_rate)}",
        evenly(curve, late[0], len(late) + len(found.climbed) + found.left),
    )
