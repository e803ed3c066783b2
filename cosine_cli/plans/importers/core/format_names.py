"""The names of the supported config formats, without importing the modules that read them."""

from __future__ import annotations

import os
from functools import cache

CONFIG_FORMATS = "formats"
"""The word of ``explain`` for the formats."""


@cache
def importers() -> tuple[str, ...]:
    """Return the sorted names of the importers, the modules in the folder ``importers``."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))
