"""The schedules by name: the files of the folder, each loaded on demand."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.text import did_you_mean, quote

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

_PACKAGE = "cosine_cli.schedules"

COMPARED = ("cosine", "step", "exponential")
"""The curves of a command without any."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of all schedules, sorted, without loading them."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))


@cache
def load(name: str) -> type[Schedule]:
    """Return the class of the schedule ``name``, which its file defines.

    Raises RequestError if the name is not in the catalogue.
    """
    if name not in names():
        hint = did_you_mean(name, names()) or "see 'cosine-lr explain'"
        raise user_error(f"curve {quote(name)}", "is not a schedule", hint=hint)
    module = import_module(f"{_PACKAGE}.{name}")
    schedule: type[Schedule] = next(value for value in vars(module).values() if _is_schedule_of(value, module.__name__))
    return schedule


def _is_schedule_of(value: object, module: str) -> bool:
    from cosine_cli.schedules.core.schedule import Schedule

    return isinstance(value, type) and issubclass(value, Schedule) and value.__module__ == module


def name_of(schedule: type[Schedule]) -> str:
    """Return the name of a schedule: the stem of its file, or, outside this package, the name of its class."""
    package, _, stem = schedule.__module__.rpartition(".")
    return stem if package == _PACKAGE else schedule.__name__
