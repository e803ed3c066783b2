"""The shapes: the modules of the folder above, loaded when they are needed.

A module with ``GENERAL = True`` has the curves of other shapes among its own, with more parameters.
"""

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
def finders(*, general: bool) -> tuple[Finder, ...]:
    """Return the function ``find`` of each general shape, or of each other one."""
    files = sorted(os.listdir(os.path.dirname(os.path.dirname(__file__))))
    names = [name.removesuffix(".py") for name in files if name.endswith(".py") and name[0] != "_"]
    modules = [import_module(f"{_PACKAGE}.{name}") for name in names]
    return tuple(module.find for module in modules if getattr(module, "GENERAL", False) == general)
