"""The shapes: the modules of the folder above, loaded when they are needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.outline import Outline

_PACKAGE = "cosine_cli.studies.identify"

Finder = Callable[[Outline], Iterator[Found]]


@cache
def finders() -> tuple[tuple[str, Finder], ...]:
    """Return the name and the function ``find`` of each shape."""
    files = sorted(os.listdir(os.path.dirname(os.path.dirname(__file__))))
    names = [name.removesuffix(".py") for name in files if name.endswith(".py") and name[0] != "_"]
    return tuple((name, import_module(f"{_PACKAGE}.{name}").find) for name in names)
