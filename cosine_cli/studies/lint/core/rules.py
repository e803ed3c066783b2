"""The rules by code, loaded when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.raw import Request
from cosine_cli.studies.lint.core.codes import RuleFile, rule_files
from cosine_cli.studies.lint.core.finding import Finding, Severity, Violation
from cosine_cli.studies.lint.core.linted_curve import LintedCurve, linted_curves
from cosine_cli.text import did_you_mean, quote

_PACKAGE = "cosine_cli.studies.lint"


class Rule(NamedTuple):
    """One rule.

    - ``code``, ``name``: as in its file's name: ``LR004``, ``rises-again``.
    - ``explanation``: the docstring of its module; the first line is a summary.
    - ``check``: yields the violations of a curve.
    """

    code: str
    name: str
    severity: Severity
    explanation: str
    check: Callable[[LintedCurve], Iterator[Violation]]

    @property
    def summary(self) -> str:
        """What the rule reports, in one line."""
        return self.explanation.partition("\n")[0]


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules in the order of their codes."""
    return tuple(map(_load, rule_files()))


def _load(file: RuleFile) -> Rule:
    module = import_module(f"{_PACKAGE}.{file.module}")
    return Rule(file.code, file.name, module.SEVERITY, (module.__doc__ or "").strip(), module.check)


def rules_of(codes: Sequence[str], where: str) -> tuple[Rule, ...]:
    """Return the rules of codes or names, in any capitals, each once.

    Raises RequestError at ``where`` for a code that no rule has.
    """
    known = {key: rule for rule in rules() for key in (rule.code, rule.name)}
    folded = {key.lower(): rule for key, rule in known.items()}
    return tuple(dict.fromkeys(folded.get(code.lower()) or _unknown(code, where, list(known)) for code in codes))


def _unknown(code: str, where: str, known: Sequence[str]) -> Rule:
    hint = did_you_mean(code.upper(), known) or did_you_mean(code, known) or "see 'cosine-lr lint --explain all'"
    raise user_error(where, "must be the code of a rule", got=quote(code), hint=hint)


def lint(request: Request, plan: Plan, selected: Sequence[Rule]) -> Iterator[Finding]:
    """Yield what the selected rules find in the curves of a plan, curve by curve; once for equal panels.

    The cost does not grow with the length of the run.
    """
    yield from dict.fromkeys(
        Finding(rule.code, rule.severity, curve.curve.label, violation)
        for curve in linted_curves(request, plan)
        for rule in selected
        for violation in rule.check(curve)
    )
