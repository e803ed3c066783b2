"""From a command line to its plan: parse, read the config, resolve."""

from __future__ import annotations

import shlex

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.file_words import is_file
from cosine_cli.plans.parse.raw import Request
from cosine_cli.streams import PROGRAM
from cosine_cli.text import quote, visible


def load_plan(line: CommandLine) -> Plan:
    """Return the plan of a command line.

    Raises RequestError if it names more than one config.
    """
    if len(line.files) > 1:
        first, second = map(quote, line.files[:2])
        raise user_error("", "expected one config", got=f"{first} and {second}", hint="only plot takes several")
    return load_plan_from(line, line.files[0] if line.files else None)


def load_plan_from(line: CommandLine, path: str | None) -> Plan:
    """Return the plan of the config at ``path``, overridden by the options of a command line.

    Raises RequestError if the line also names curves.
    """
    from cosine_cli.plans.resolve.request import resolve

    if path is None:
        return resolve(line.request(Request()))
    if line.curves:
        raise _both(line)
    from cosine_cli.plans.config_file import read_config

    return resolve(line.request(read_config(path, line.request(Request()).run)))


def _both(line: CommandLine) -> RequestError:
    """Return the error for a line with files and curves; the hint is one command for each."""
    files = tuple(path if is_file(path) else f"./{path}" for path in line.files)
    alone = (visible(shlex.join((PROGRAM, line.command, *words))) for words in (files, line.curves))
    rule = "cannot combine a config with curves: the curves of the config would be lost"
    got = f"{quote(line.files[0])} and {quote(line.curves[0])}"
    return user_error("", rule, got=got, hint=f"type {' or '.join(alone)}")
