"""Plans from the words of a command line, or from the text of a config."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.resolve.request import resolve

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan


def planned(words: str = "", config: str | None = None) -> Plan:
    """Return the plan of a command line's words, over a config."""
    curves: list[str] = []
    flags: dict[str, Any] = {}
    pieces = iter(shlex.split(words))
    for word in pieces:
        if word.startswith("--"):
            name = word.removeprefix("--").replace("-", "_")
            if name == "grid":
                flags.setdefault(name, []).append(next(pieces))
            else:
                flags[name] = True if name in ("log", "drop_last") else next(pieces)
        else:
            curves.append(word)
    below = Request() if config is None else parse_config_text(config, "c.yaml")
    return resolve(CommandLine.of({"words": curves, **flags}).request(below))
