"""The frameworks by name, one folder each, and their schedules; a file is loaded when it is needed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cosine_cli.frameworks.core.framework import Framework

if TYPE_CHECKING:
    from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
    from cosine_cli.schedules.core.schedule import Schedule

_PACKAGE = "cosine_cli.frameworks"
_SHARED = "core"


@cache
def frameworks() -> tuple[str, ...]:
    """Return the names of the frameworks, sorted, from the listing of the folder; loads none."""
    with os.scandir(os.path.dirname(os.path.dirname(__file__))) as entries:
        folders = [entry.name for entry in entries if entry.is_dir() and entry.name[0] not in "_."]
    return tuple(sorted(name for name in folders if name != _SHARED))


SYNONYMS = {
    "pytorch": "torch",
    "huggingface": "transformers",
    "hf": "transformers",
    "tf": "keras",
    "tensorflow": "keras",
}
"""Other names of frameworks."""


def framework_named(name: str) -> str | None:
    """Return the framework of a name in any capitals, which may be a synonym; None if it is not one."""
    folded = SYNONYMS.get(name.lower(), name.lower())
    return folded if folded in frameworks() else None


@cache
def load_framework(name: str) -> Framework:
    """Return the framework of this name; loads none of its schedules."""
    framework: Framework = import_module(f"{_PACKAGE}.{name}").FRAMEWORK
    return framework


def framework_of(schedule: type) -> str:
    """Return the name of the framework that a schedule belongs to, which is the folder of its file."""
    return schedule.__module__.removeprefix(f"{_PACKAGE}.").partition(".")[0]


def framework_name(schedule: type) -> str:
    """Return the framework's name for a schedule: its class, in snake case where it is a function there."""
    name = schedule.__name__
    return re.sub(r"\B([A-Z])", r"_\1", name).lower() if load_framework(framework_of(schedule)).functions else name


def framework_schedule(framework: str, name: str) -> type[Schedule] | None:
    """Return a framework's schedule by its name there, None if there is none; loads files up to the one it is in."""
    return next((schedule for own, schedule in _schedules(framework) if own == name), None)


@cache
def framework_schedules(framework: str) -> dict[str, type[Schedule]]:
    """Return all schedules of a framework by their names there, in the order of its files."""
    return dict(_schedules(framework))


def nearest(framework: str, schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return the nearest of a framework's schedules over a run of so many calls, which the schedule's times count.

    None if the framework has no schedule of this shape. Raises ParameterError or ArithmeticError if the one that it
    has does not accept these values.
    """
    found: FrameworkSchedule | None = import_module(f"{_PACKAGE}.{framework}.nearest").nearest(schedule, run)
    return found


def _schedules(framework: str) -> Iterator[tuple[str, type[Schedule]]]:
    for file in load_framework(framework).files:
        module = import_module(f"{_PACKAGE}.{framework}.{file}")
        classes = (value for value in vars(module).values() if isinstance(value, type))
        for cls in classes:
            if cls.__module__ == module.__name__ and hasattr(cls, "equivalent") and cls.equivalent:
                yield framework_name(cls), cls
