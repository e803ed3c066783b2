"""A framework's schedule as the call that makes it, and which one gives a curve's rates."""

from __future__ import annotations

from typing import Any, NamedTuple

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import number
from cosine_cli.code.core.layout import Call, Expression
from cosine_cli.frameworks.core import catalogue
from cosine_cli.frameworks.core.native import Native, arguments, name_of
from cosine_cli.schedules.core.fields import Pairs, Param, params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.studies.differ import Difference, compare


class Found(NamedTuple):
    """What a framework has for a curve.

    - ``native``: its schedule that comes nearest, None where it has none like it.
    - ``difference``: how that one differs from the curve; its ``first`` is None where it is exact.
    """

    native: Native | None
    difference: Difference

    @property
    def exact(self) -> bool:
        """Tell whether it gives the curve's rates."""
        return self.native is not None and self.difference.first is None


_NONE = Difference(None, 0.0, 0.0, 0)


def find(curve: Coded, framework: str) -> Found:
    """Return what a framework has for a curve: the curve itself where it is the framework's."""
    if isinstance(curve.schedule, Native) and framework_of(curve.schedule) == framework:
        return Found(curve.schedule, _NONE)
    file = catalogue.module(framework)
    native = file.nearest(curve.schedule, float(curve.calls))
    if native is None:
        return Found(None, _NONE)
    return Found(native, compare(curve.schedule, native, curve.calls, precision=file.PRECISION))


def why_not(found: Found, framework: str) -> str:
    """Say why a function is written in the place of a framework's own schedule."""
    title = catalogue.module(framework).TITLE
    if found.native is None:
        return f"{title} has no schedule of this shape."
    nearest = " of ".join(_names(found.native))
    at, by = found.difference.first, abs(found.difference.by)
    return f"the nearest of {title}, {nearest}, first differs at update {at}, by {by:.3g}."


def _names(native: Schedule) -> list[str]:
    parts = [part for part in _parts(native) if isinstance(part, Native)]
    inside = ", ".join(own_name(part) for part in parts)
    return [own_name(native), *([inside] if inside else [])]


def _parts(native: Schedule) -> tuple[Any, ...]:
    values = (getattr(native, field.name) for field in params(type(native)))
    return tuple(part for value in values if isinstance(value, tuple) for part in value)


def framework_of(native: Schedule) -> str:
    """Return the name of the framework that a schedule is of."""
    return name_of(type(native)).partition(".")[0]


def own_name(native: Schedule) -> str:
    """Return the framework's name of a schedule."""
    return name_of(type(native)).partition(".")[2]


def names_in(native: Schedule) -> set[str]:
    """Return the names that the call of a schedule uses: its own, and those of its parts."""
    parts = (part for part in _parts(native) if isinstance(part, Native))
    return {own_name(native)}.union(*map(names_in, parts))


def call(native: Schedule, *, first: str = "", prefix: str = "") -> Call:
    """Return the call that makes a schedule: what differs from the framework's defaults, ``first`` in front.

    ``prefix`` stands before its name: ``optax.``.
    """
    declared = {field.name: field for field in params(type(native))}
    # A rate that a plan gives by default is one that the framework has no default for.
    differs = {name for name, value in arguments(native).items() if value != declared[name].default}
    given = {name: value for name, value in arguments(native).items() if name in differs or declared[name].inherits}
    leading = first if getattr(native, "optimizer_first", True) else ""
    said = tuple(
        (f"{name}=", _argument(value, declared[name], first=first, prefix=prefix)) for name, value in given.items()
    )
    return Call(f"{prefix}{own_name(native)}(", (*([("", leading)] if leading else []), *said), ")")


_COUNTS = ("step", "iters", "T_", "_t", "t_", "milestones", "boundaries", "timescale", "begin", "epochs")
"""What the names of parameters have in them that count calls."""


def _argument(value: Any, field: Param, *, first: str, prefix: str) -> Expression:
    # A rate keeps its fraction: Keras takes the type of all rates from the first, and whole numbers round to 0.
    written = number if any(part in field.name for part in _COUNTS) else repr
    if isinstance(value, Pairs):
        return Call("{", tuple((f"{number(time)}: ", repr(one)) for time, one in value), "}")
    if isinstance(value, tuple) and value and isinstance(value[0], Native):
        parts = (call(part, first=first, prefix=prefix) for part in value)
        return Call("[", tuple(("", _as_keywords(part) if field.member else part) for part in parts), "]")
    if isinstance(value, tuple):
        return Call("[", tuple(("", written(one)) for one in value), "]")
    return written(value) if isinstance(value, float) else repr(value)


def _as_keywords(made: Call) -> Call:
    """Return a call's arguments as the mapping that some frameworks take in its place."""
    return Call("dict(", made.arguments, ")")
