"""The code of one curve: a call of the framework's own schedule, or the body of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import Function
from cosine_cli.code.core.formatting import comment
from cosine_cli.code.core.framework_calls import find_equivalent, names_in, remark
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.studies.compilation import effect


class Generated(NamedTuple):
    """The code of one curve.

    - ``framework_schedule``: the framework's own schedule, None if it is not near enough.
    - ``body``: the function that gives the rates, None if the framework's schedule does.
    - ``comment``: which of them it is, and why.
    """

    curve: CodegenCurve
    framework_schedule: FrameworkSchedule | None
    body: Function | None
    comment: list[str]

    @property
    def names(self) -> set[str]:
        """The names to import from the framework."""
        return names_in(self.framework_schedule) if self.framework_schedule else set()


def generate(
    curve: CodegenCurve, framework: str, within: float, function: Callable[[CodegenCurve], Function]
) -> Generated:
    """Return the framework's own schedule if it is near enough, otherwise what ``function`` writes."""
    equivalent = find_equivalent(curve, framework, within)
    sentences = remark(curve, equivalent, framework)
    if equivalent.framework_schedule is None:
        return written(curve, function, sentences)
    curve = replace(curve, lr=getattr(equivalent.framework_schedule, "lr", curve.lr))
    sentences += _compilation_remark(equivalent.framework_schedule, curve.calls)
    return Generated(curve, equivalent.framework_schedule, None, comment(sentences, curve.label_comment))


def written(curve: CodegenCurve, function: Callable[[CodegenCurve], Function], sentences: Sequence[str]) -> Generated:
    """Return a curve as what ``function`` writes, with a comment of these sentences."""
    body = function(curve)
    return Generated(curve, None, body, comment([*sentences, *body.remarks], curve.label_comment))


def _compilation_remark(schedule: FrameworkSchedule, calls: int) -> list[str]:
    """Return a sentence if a call of the schedule outside of a compiled loop gives another rate."""
    difference = effect(schedule, calls)
    text = "A compiled training loop uses another rate than a call of this gives, first at update"
    return [f"{text} {difference.update}."] if difference else []
