"""Check plans for common mistakes before the run.

Each finding has the place, the numbers of the plan and a fix. Several files are
checked one by one. "--explain all" lists the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from cosine_cli.errors import OutcomeError, Problem, RequestError, user_error
from cosine_cli.files import STDOUT, write
from cosine_cli.plans.load import check_no_log, load_request
from cosine_cli.plans.model.options import Match
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages
from cosine_cli.text import visible

if TYPE_CHECKING:
    from cosine_cli.studies.lint.core.finding import Finding, Severity
    from cosine_cli.studies.lint.core.rules import Rule

GROUP = "Prepare a run"
EXAMPLES = (
    "cosine-lr lint training_args.json",
    "cosine-lr lint torch.CosineAnnealingLR:T_max=90 --epochs 120",
    "cosine-lr lint configs/*.yaml --ignore LR002 --format github",
)

FORMATS = ("text", "json", "github", "sarif")
ALL = "all"
"""The word of --explain for the list of all rules."""


@declaration
class Options:
    """Options of ``lint`` alone."""

    select: str | None = param(None, "comma-separated codes of rules to check (default: all)", example="LR001,LR004")
    ignore: str | None = param(None, "comma-separated codes of rules to skip", example="LR002")
    fail_on: str = param("warning", "exit 1 for findings from this severity on", choices=("error", "warning", "note"))
    format: str = param("text", "output format", choices=FORMATS)
    explain: str | None = param(None, "describe a rule; all lists the rules", example="LR004")


OPTIONS = (Options, Match)


def run(line: CommandLine) -> None:
    """Print the findings of all plans, or the description of a rule."""
    from cosine_cli.render.lint_report import report

    raw = line.values(Options)
    if "explain" in raw:
        line.check_alone("explain", "quiet")
        write(STDOUT, _explained(raw["explain"]))
        return
    rules = _rules(line)
    check_no_log(line)
    lines = _lines(line)
    findings: list[Finding] = []
    errors: list[RequestError] = []
    for one in lines:
        try:
            findings += _with_file(_findings(one, rules), one, lines)
        except RequestError as error:
            errors.append(_error_with_file(error, one, lines))
    if len(errors) < len(lines):
        with suppress(BrokenPipeError):  # the exit code does not depend on what is read
            write(STDOUT, report(findings, rules, raw.get("format", FORMATS[0]), Terminal.here()))
    if errors:
        raise RequestError(*(problem for error in errors for problem in error.problems))
    _conclude(findings, raw.get("fail_on", "warning"), line)


def _lines(line: CommandLine) -> list[CommandLine]:
    """Return a command line per file; files with curves, or combined, are one plan."""
    if line.curves or "combine" in line.options or len(line.files) <= 1:
        return [line]
    return [replace(line, files=(file,)) for file in line.files]


def _with_file(findings: Sequence[Finding], line: CommandLine, lines: Sequence[CommandLine]) -> list[Finding]:
    """Return the findings of a file; of several files, those at a flag are labelled with it."""
    return [
        finding._replace(label=f"{visible(line.files[0])}: {finding.label}")
        if len(lines) > 1 and finding.violation.where.startswith("--")
        else finding
        for finding in findings
    ]


def _error_with_file(error: RequestError, line: CommandLine, lines: Sequence[CommandLine]) -> RequestError:
    """Return the error of a file; of several files, problems of a flag begin with it."""
    if len(lines) == 1:
        return error
    file = visible(line.files[0])
    return RequestError(
        *(
            problem._replace(where=f"{file}: {problem.where}") if problem.where.startswith("--") else problem
            for problem in error.problems
        )
    )


def _findings(line: CommandLine, rules: Sequence[Rule]) -> list[Finding]:
    from cosine_cli.plans.resolve.request import resolve
    from cosine_cli.studies.lint.core.rules import lint

    request = load_request(line)
    plan = resolve(request)
    Messages(quiet=line.quiet).notes(*plan.remarks)
    return list(lint(request, plan, rules))


def _rules(line: CommandLine) -> tuple[Rule, ...]:
    """Return the selected rules without the ignored ones."""
    from cosine_cli.studies.lint.core.rules import rules, rules_of

    given = line.given(Options)
    codes = {name: _split(given[name].text) for name in ("select", "ignore") if name in given}
    selected = rules_of(codes["select"], given["select"].where) if "select" in codes else rules()
    ignored = rules_of(codes["ignore"], given["ignore"].where) if "ignore" in codes else ()
    left = tuple(rule for rule in selected if rule not in ignored)
    if not left:
        raise user_error(given["ignore"].where, "must leave a rule to check", got=given["ignore"].echo)
    return left


def _split(text: str) -> list[str]:
    return [code.strip() for code in text.split(",")]


def _explained(code: str) -> Iterator[bytes]:
    from cosine_cli.render.lint_report import explanation, rule_list
    from cosine_cli.studies.lint.core.rules import rules, rules_of

    terminal = Terminal.here()
    if code.lower() == ALL:
        return rule_list(rules(), terminal)
    return explanation(rules_of([code], "--explain")[0], terminal)


def _conclude(findings: Sequence[Finding], fail_on: Severity, line: CommandLine) -> None:
    """Print how many findings there are; raise OutcomeError if one is severe enough."""
    from cosine_cli.studies.lint.core.finding import at_least, counted

    if any(at_least(finding.severity, fail_on) for finding in findings):
        raise OutcomeError(Problem("lint", counted(findings)))
    Messages(quiet=line.quiet).notes(f"lint: {counted(findings)}")
