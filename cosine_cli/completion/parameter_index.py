"""The schedules and their parameters, stored in ``parameters.txt`` so that completion does not load the schedules.

Each line has a schedule and its parameters: ``NAME``, ``NAME=CHOICE|CHOICE``, or ``NAME:SCHEDULE`` for a parameter
that is a schedule, with its default. ``python tests/docs/write.py`` writes the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.frameworks.core import discovery
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import NamedCurve, params
from cosine_cli.schedules.core.kinds import Kind

if TYPE_CHECKING:
    from cosine_cli.schedules.core.fields import Param

FILE = os.path.join(os.path.dirname(__file__), "parameters.txt")


class Values(NamedTuple):
    """The values of a parameter: its choices; or any schedule, by default ``curve``."""

    choices: tuple[str, ...] = ()
    curve: str = ""


@cache
def parameters() -> Mapping[str, Mapping[str, Values]]:
    """Return the parameters of every schedule, by their names."""
    with open(FILE, encoding="ascii") as file:
        lines = [line.split() for line in file]
    return {schedule: dict(map(_entry, entries)) for schedule, *entries in lines}


def _entry(text: str) -> tuple[str, Values]:
    name, equals, choices = text.partition("=")
    name, _, curve = name.partition(":")
    return name, Values(tuple(choices.split("|")) if equals else (), curve)


def index_text() -> str:
    """Return the content of the file, from the declarations of the schedules."""
    frameworks = discovery.frameworks()
    names = [
        *catalogue.names(),
        *(f"{one}.{name}" for one in frameworks for name in discovery.framework_schedules(one)),
    ]
    return "".join(f"{' '.join((name, *_entries(name)))}\n" for name in names)


def _entries(schedule: str) -> Iterator[str]:
    from cosine_cli.plans.parse.raw import CurveSpec
    from cosine_cli.plans.registry import load
    from cosine_cli.plans.resolve.split_params import accepted_params

    accepted = accepted_params(CurveSpec(schedule, schedule), params(load(schedule)), in_sequence=False)
    for name, param in accepted.items():
        if param.kind is not Kind.CURVE:
            yield name + _choices(param)
        elif isinstance(param.default, NamedCurve):
            yield f"{name}:{param.default.name}"


def _choices(param: Param) -> str:
    choices = ("true", "false") if param.kind is Kind.SWITCH else param.choices
    return f"={'|'.join(choices)}" if choices else ""
