"""A finding of a rule: where, what, and how to fix it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from cosine_cli.text import either

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The severities, the most severe first."""


class Violation(NamedTuple):
    """What a rule reports about one curve.

    - ``where``: the place in messages: ``run.yaml:7:5``, ``--warmup``, a curve of the command line.
    - ``sentence``: what happens, with the numbers of the plan.
    - ``fix``: what to change, as text to paste where possible.
    """

    where: str
    sentence: str
    fix: str


class Finding(NamedTuple):
    """A violation, with the code and the severity of its rule, and the label of the curve."""

    code: str
    severity: Severity
    label: str
    violation: Violation


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Return whether a severity is at or above another one."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


def counted(findings: Iterable[Finding]) -> str:
    """Return how many findings there are: ``1 error and 2 notes``."""
    counts = Counter(finding.severity for finding in findings)
    texts = [f"{counts[each]} {each}{'s' * (counts[each] > 1)}" for each in SEVERITIES if counts[each]]
    return either(texts, last="and") if texts else "no findings"
