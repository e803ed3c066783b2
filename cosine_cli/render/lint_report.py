"""The findings of ``lint`` as text, JSON, GitHub annotations or SARIF, and the descriptions of rules."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from cosine_cli import __version__
from cosine_cli.render.help import WIDTH
from cosine_cli.render.terminal import Terminal
from cosine_cli.streams import PROGRAM
from cosine_cli.text import visible

if TYPE_CHECKING:
    from cosine_cli.studies.lint.core.finding import Finding
    from cosine_cli.studies.lint.core.rules import Rule

_PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)", re.DOTALL)
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_INDENT = " " * 7
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Location(NamedTuple):
    """A place in a file."""

    file: str
    line: int
    column: int


def location(where: str) -> Location | None:
    """Return the place in a file, None for an option or a curve of the command line.

    >>> location("runs/a.yaml:7:5")
    Location(file='runs/a.yaml', line=7, column=5)
    """
    match = _PLACE.fullmatch(where)
    return None if match is None else Location(match["file"], int(match["line"]), int(match["column"]))


def report(findings: Sequence[Finding], rules: Sequence[Rule], form: str, terminal: Terminal) -> Iterator[bytes]:
    """Yield the findings in a format."""
    if form == "json":
        yield _json([_as_json(finding) for finding in findings])
    elif form == "sarif":
        yield _json(_sarif(findings, rules))
    else:
        for finding in findings:
            yield terminal.encode(_annotation(finding) if form == "github" else _text(finding))


def rule_list(rules: Sequence[Rule], terminal: Terminal) -> Iterator[bytes]:
    """Yield one line per rule: its code, severity, name and summary."""
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        start = f"{rule.code}  {rule.severity:<7}  {rule.name:<{width}}"
        fits = len(start) + len(rule.summary) + 2 <= terminal.width
        yield terminal.encode(f"{start}  {rule.summary}\n" if fits else _under(start, rule.summary, terminal.width))


def _under(start: str, text: str, width: int) -> str:
    """Return a text in indented lines under another one, for a screen where it does not fit beside it."""
    lines = textwrap.wrap(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return "".join(f"{line}\n" for line in (start.rstrip(), *lines))


def explanation(rule: Rule, terminal: Terminal) -> Iterator[bytes]:
    """Yield the description of a rule."""
    yield terminal.encode(f"{rule.code} {rule.name} ({rule.severity})\n")
    for paragraph in rule.explanation.replace("``", "").split("\n\n"):
        lines = textwrap.wrap(paragraph, min(terminal.width, WIDTH), break_long_words=False, break_on_hyphens=False)
        yield terminal.encode("\n" + "".join(f"{line}\n" for line in lines))


def message(finding: Finding) -> str:
    """Return what a rule found, with the label of the curve unless the place has it."""
    sentence = finding.violation.sentence
    named = finding.violation.where.startswith("curve ") or finding.violation.where == finding.label
    return visible(sentence if named else f"{finding.label}: {sentence}")


def _text(finding: Finding) -> str:
    where, _, fix = finding.violation
    return f"{where}: {finding.severity} {finding.code}: {message(finding)}\n    fix: {visible(fix)}\n"


def _as_json(finding: Finding) -> dict[str, Any]:
    where, sentence, fix = finding.violation
    place = location(where)
    return {
        "code": finding.code,
        "severity": finding.severity,
        "curve": finding.label,
        "where": where,
        **(place._asdict() if place else {}),
        "message": sentence,
        "fix": fix,
    }


def _annotation(finding: Finding) -> str:
    """Return a workflow command of GitHub Actions, which shows the finding at its line."""
    place = location(finding.violation.where)
    named = {"title": finding.code} if place is None else {**_github_place(place), "title": finding.code}
    properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in named.items())
    where = "" if place else f"{finding.violation.where}: "
    text = f"{where}{message(finding)}; fix: {finding.violation.fix}"
    return f"::{_GITHUB[finding.severity]} {properties}::{_escaped(text, '')}\n"


def _github_place(place: Location) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "col": place.column}


def _escaped(text: str, more: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in text)


def _sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> dict[str, Any]:
    """Return a SARIF 2.1.0 log, as code scanning reads it."""
    driver = {"name": PROGRAM, "version": __version__, "rules": [_described(rule) for rule in rules]}
    results = [_result(finding) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _described(rule: Rule) -> dict[str, Any]:
    paragraphs = [paragraph.replace("\n", " ") for paragraph in rule.explanation.split("\n\n")]
    markdown = "\n\n".join(paragraphs).replace("``", "`")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": paragraphs[1].replace("``", "")},
        "help": {"text": markdown.replace("`", ""), "markdown": markdown},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding) -> dict[str, Any]:
    place = location(finding.violation.where)
    text = f"{message(finding)}; fix: {finding.violation.fix}"
    result = {"ruleId": finding.code, "level": finding.severity, "message": {"text": text}}
    if place is None:
        logical = [{"fullyQualifiedName": finding.violation.where}]
        return {**result, "locations": [{"logicalLocations": logical}]}
    region = {"startLine": place.line, "startColumn": place.column}
    physical = {"artifactLocation": {"uri": _uri(place.file)}, "region": region}
    return {**result, "locations": [{"physicalLocation": physical}]}


def _uri(path: str) -> str:
    """Return a path as a URI, relative if the path is.

    >>> _uri("./runs/a b.yaml"), _uri("/runs/100%.yaml")
    ('runs/a%20b.yaml', 'file:///runs/100%25.yaml')
    """
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=2).encode() + b"\n"
