"""The stories: the modules of the folder ``stories``, loaded when they are needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.explanation import Explanation

_PACKAGE = "cosine_cli.studies.diagnose.stories"


class Story(NamedTuple):
    """One story.

    - ``name``: that of its file.
    - ``rank``: its place among stories that fit equally well.
    - ``summary``: the first line of its docstring.
    - ``explanations``: yields the rates that it predicts.
    """

    name: str
    rank: float
    summary: str
    explanations: Callable[[Case], Iterator[Explanation]]


@cache
def stories() -> tuple[Story, ...]:
    """Return all stories, the simplest first."""
    folder = os.path.join(os.path.dirname(os.path.dirname(__file__)), "stories")
    names = sorted(file.removesuffix(".py") for file in os.listdir(folder) if file.endswith(".py") and file[0] != "_")
    return tuple(sorted(map(_load, names), key=lambda story: (story.rank, story.name)))


def _load(name: str) -> Story:
    module = import_module(f"{_PACKAGE}.{name}")
    return Story(name, module.RANK, (module.__doc__ or "").partition("\n")[0], module.explanations)
