"""Descriptions of a schedule from format strings.

``{min_lr}`` is a parameter or an attribute of the schedule as a number. Times name how they are written:
``{total:moment}`` (epoch 100), ``{step_size:length}`` (30), ``{step_size:span}`` (30 epochs), ``{step_size:every}``
(every 30 epochs) or ``{per:per}`` (an epoch). ``[, to {min_lr}]`` is left out if its parameters have their defaults.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from cosine_cli.schedules.core.fields import params

_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class Formatter(Protocol):
    """How a plan writes a schedule's numbers: in its unit, on its clock."""

    def number(self, value: float) -> str:
        """Return a rate or a factor, such as ``0.955``."""

    def length(self, steps: float) -> str:
        """Return a length without its unit, such as ``30``."""

    def span(self, steps: float) -> str:
        """Return a length with its unit, such as ``30 epochs`` or ``an epoch``."""

    def moment(self, steps: float) -> str:
        """Return a time on the schedule's clock as one of the run, such as ``epoch 100``."""

    def shifted(self, steps: float) -> Formatter:
        """Return the formatter of a schedule that begins ``steps`` later."""

    def stretched(self, factor: float) -> Formatter:
        """Return the formatter of a schedule whose step takes ``factor`` steps of this one."""


def fill_template(text: str, schedule: Any, formatter: Formatter) -> str:
    """Return a format string filled in with the values of a schedule."""
    declared: type = type(schedule)
    defaults = {param.name: param.default for param in params(declared)}

    def optional(match: re.Match[str]) -> str:
        names = [field[1] for field in _FIELD.finditer(match[1])]
        return "" if all(getattr(schedule, name) == defaults[name] for name in names) else match[1]

    def value(match: re.Match[str]) -> str:
        return _written(getattr(schedule, match[1]), match[2] or "number", formatter)

    return _FIELD.sub(value, _OPTIONAL.sub(optional, text))


def _written(value: Any, form: str, formatter: Formatter) -> str:
    if isinstance(value, str):
        return value
    if form == "every":
        return f"every {formatter.span(value).removeprefix('an ').removeprefix('a ')}"
    if form == "per":
        span = formatter.span(value)
        return span if span.startswith("a") else f"every {span}"
    return str(getattr(formatter, form)(value))
