"""The syntax of a config file, by its suffix: the module of this folder that parses it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node

SYNTAXES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "yaml",
    ".toml": "toml",
    ".txt": "arguments",
    ".args": "arguments",
    ".log": "arguments",
    ".sh": "arguments",
    ".bash": "arguments",
    ".slurm": "arguments",
    ".sbatch": "arguments",
}
"""Each module defines ``parse(text: str, path: str) -> Node | None``; other suffixes are YAML too."""


def parse(text: str, path: str) -> Node | None:
    """Return the nodes of a document, None if it is empty; raise RequestError if it is invalid."""
    name = SYNTAXES.get(os.path.splitext(path)[1].lower(), "yaml")
    node: Node | None = import_module(f"cosine_cli.plans.parse.{name}").parse(text, path)
    return node
