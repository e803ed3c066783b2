"""Other programs' configs: their documents, and their plans as on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text, parse_document
from cosine_cli.plans.importers.core.wandb import is_wrapped, unwrapped
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.resolve.request import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.model.plan import Plan
    from cosine_cli.plans.parse.node import Node


def document(text: str, path: str = "f") -> Node:
    """Return the document of a file, that of the program if it is in a W&B config."""
    top = parse_document(text, path)
    assert top is not None
    return unwrapped(top) if is_wrapped(top) else top


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
