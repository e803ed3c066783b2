"""What all schedules of a framework share: title, version, source, calls, precision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cosine_cli.frameworks.core.ignored import IgnoredParam

Interval = Literal["epoch", "update"]
"""How often a loop calls a framework's schedules in the framework's documentation."""

YEAR = 2026
"""When the sources of these versions were read."""


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A framework, declared in the ``__init__.py`` of its folder.

    - ``title``: its name in sentences.
    - ``version``: the version whose schedules these are; ``source``: the file that defines most of them.
    - ``files``: the files of the folder that define schedules, in the order in which they are listed.
    - ``calls``: how often a loop calls its schedules.
    - ``precision``: how far its rates may be from ours, relative to the highest.
    - ``functions``: whether its schedules are functions, with names in snake case, instead of classes.
    - ``aliases``: its other names for its schedules, such as those that its own factory takes.
    - ``depends``: its schedules whose rates are not a function of time, and what they depend on.
    - ``ignored``: the parameters of all its schedules that change no rate.
    """

    title: str
    version: str
    source: str
    files: tuple[str, ...]
    calls: Interval
    precision: float
    functions: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    depends: Mapping[str, str] = field(default_factory=dict)
    ignored: Mapping[str, IgnoredParam] = field(default_factory=dict)

    def citation(self, file: str = "") -> str:
        """Return the source of a schedule: framework, version, file and year."""
        return f"{self.title} {self.version}, ``{file or self.source}`` ({YEAR})."
