"""The syntax of a config file, by its suffix: the module of this folder that parses it."""

from __future__ import annotations

import os
import re
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node

SYNTAXES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "yaml",
    ".toml": "toml",
    ".config": "text_proto",
    ".pbtxt": "text_proto",
    ".jsonnet": "jsonnet",
    ".py": "python",
    ".txt": "arguments",
    ".args": "arguments",
    ".log": "arguments",
    ".sh": "arguments",
    ".bash": "arguments",
    ".slurm": "arguments",
    ".sbatch": "arguments",
}
"""Each module defines ``parse(text: str, path: str) -> Node | None``; other suffixes are YAML or arguments."""

_ARGUMENTS = re.compile(r"#!|\s*+--[A-Za-z]")
"""The beginning of a script, or of the arguments of a command."""

_NOTES = {".py": ": of a Python file, only the values that it assigns are read"}


def note(path: str) -> str:
    """Return what an error says of a file of this syntax that is not recognized."""
    return _NOTES.get(_suffix(path), "")


def parse(text: str, path: str) -> Node | None:
    """Return the nodes of a document, None if it is empty; raise RequestError if it is invalid."""
    name = SYNTAXES.get(_suffix(path)) or ("arguments" if _ARGUMENTS.match(text) else "yaml")
    node: Node | None = import_module(f"cosine_cli.plans.parse.{name}").parse(text, path)
    return node


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()
