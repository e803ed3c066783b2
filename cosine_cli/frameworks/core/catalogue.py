"""The frameworks by their names, and their schedules; a framework's file is loaded when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cosine_cli.frameworks.core.native import FrameworkSchedule

Interval = Literal["epoch", "update"]
"""How often a loop calls a framework's schedules as its documentation shows it."""


@cache
def frameworks() -> tuple[str, ...]:
    """Return the names of the frameworks, sorted: the folder's listing; loads none."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))


def module(framework: str) -> ModuleType:
    """Return the file of a framework; it says ``TITLE``, ``CALLS`` and ``PRECISION`` of all its schedules."""
    return import_module(f"cosine_cli.frameworks.{framework}")


@cache
def framework_schedules(framework: str) -> dict[str, type[FrameworkSchedule]]:
    """Return a framework's schedules by its own names, in the order of its file."""
    from cosine_cli.frameworks.core.native import FrameworkSchedule

    file = module(framework)
    public = (value for name, value in vars(file).items() if not name.startswith("_"))
    found = (value for value in public if isinstance(value, type) and issubclass(value, FrameworkSchedule))
    return {native.framework_name or native.__name__: native for native in found if native.__module__ == file.__name__}


def aliases(framework: str) -> Mapping[str, str]:
    """Return the framework's other names for its schedules, as those that its own factory takes."""
    found: Mapping[str, str] = getattr(module(framework), "ALIASES", {})
    return found


def depends(framework: str) -> Mapping[str, str]:
    """Return the framework's schedules whose rates are not a function of time alone: by name, what they depend on."""
    found: Mapping[str, str] = getattr(module(framework), "DEPENDS", {})
    return found


def calls(native: type[object]) -> Interval:
    """Return how often a loop calls a schedule of this class."""
    found: Interval = import_module(native.__module__).CALLS
    return found
