"""Plans of other programs' configs, as on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.resolve.request import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.model.plan import Plan


def planned_of(text: str, flags: Mapping[str, str] | None = None) -> Plan:
    """Return the plan of a config's text with options of the run."""
    line = CommandLine.of(flags or {})
    return resolve(line.request(parse_config_text(text, "f", line.request(Request()).run)))


def problems(text: str, flags: Mapping[str, str] | None = None) -> list[str]:
    """Return the problems of a file, one line each."""
    try:
        planned_of(text, flags)
    except RequestError as error:
        return [str(problem) for problem in error.problems]
    return []
