"""A framework's schedule as the call that makes it, and which one gives a curve's rates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import fraction, number
from cosine_cli.code.core.layout import Call, Expression
from cosine_cli.code.core.rates import EXACT, end
from cosine_cli.frameworks.core import catalogue
from cosine_cli.frameworks.core.native import Native, arguments, name_of
from cosine_cli.schedules.core.fields import Pairs, Param, params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.scale import Scale
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
    file = catalogue.module(framework)
    if isinstance(curve.schedule, Native) and framework_of(curve.schedule) == framework:
        native: Native | None = curve.schedule
    else:
        native = file.nearest(_plain(curve.schedule), float(curve.calls))
    if native is None:
        return Found(None, _NONE)
    differences = [compare(one, other, curve.calls, precision=file.PRECISION) for one, other in _groups(curve, native)]
    return Found(native, next((one for one in differences if one.first is not None), _NONE))


def _plain(schedule: Schedule) -> Schedule:
    """Return the core's schedule that a framework's one is made of, where it is made of one."""
    while isinstance(schedule, Native) and schedule.made is not None:
        schedule = schedule.made
    return schedule


def _groups(curve: Coded, native: Native) -> Iterator[tuple[Schedule, Schedule]]:
    """Yield the rates of each group of parameters, and those that a schedule gives it."""
    if not curve.groups:
        yield curve.schedule, native
    for group in curve.groups:
        yield Scale(factor=group.factor, of=curve.schedule), _based(native, group.factor)


def _based(native: Schedule, factor: float) -> Any:
    """Return a schedule, and those in it, on an optimizer with so many times the rate."""
    declared = {field.name: getattr(native, field.name) for field in params(type(native))}
    changed: dict[str, Any] = {"lr": declared["lr"] * factor} if "lr" in declared else {}
    for name, value in declared.items():
        if isinstance(value, tuple) and value and isinstance(value[0], Native):
            changed[name] = tuple(_based(one, factor) for one in value)
    return replace(native, **changed)


def remark(curve: Coded, found: Found, framework: str, otherwise: str) -> list[str]:
    """Say which way to a curve's rates was taken and why."""
    title = catalogue.module(framework).TITLE
    if found.native is None or not found.exact:
        return [f"{otherwise}: {_why_not(curve, found, framework)}"]
    kind = "A composition of its own schedules" if len(names_in(found.native)) > 1 else "Its own schedule"
    single = catalogue.module(framework).PRECISION > EXACT
    how = "over the run, to the precision of its 32-bit floats" if single else "exactly over the run"
    return [f"{kind}: {title} gives these rates {how}.", *filter(None, [end(curve)])]


def _why_not(curve: Coded, found: Found, framework: str) -> str:
    """Say why a function is written in the place of a framework's own schedule."""
    title = catalogue.module(framework).TITLE
    if found.native is None:
        like = isinstance(curve.schedule, Native)
        return f"{title} has none like {name_of(type(curve.schedule))}." if like else f"{title} has none of this shape."
    nearest = " of ".join(_names(found.native))
    at, by = found.difference.first, abs(found.difference.by)
    lost = "where it is NaN" if found.native.ends_in_nan else "where only one of them has a rate"
    how = lost if math.isnan(by) else f"by {by:.3g}"
    return f"the nearest of {title}, {nearest}, first differs at {curve.clock} {at}, {how}."


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


_COUNTS = {"step", "steps", "iters", "T", "t", "milestones", "boundaries", "timescale", "begin", "epochs"}
"""Words that the names of parameters have which count calls; ``t_mul`` is a factor."""


def _argument(value: Any, field: Param, *, first: str, prefix: str) -> Expression:
    # A rate keeps its fraction: Keras takes the type of all rates from the first, and whole numbers round to 0.
    words = set(field.name.split("_"))
    written = number if words & _COUNTS and "mul" not in words else fraction
    if isinstance(value, Pairs):
        return Call("{", tuple((f"{number(time)}: ", fraction(one)) for time, one in value), "}")
    if isinstance(value, tuple) and value and isinstance(value[0], Native):
        parts = (call(part, first=first, prefix=prefix) for part in value)
        return Call("[", tuple(("", _as_keywords(part) if field.member else part) for part in parts), "]")
    if isinstance(value, tuple):
        return Call("[", tuple(("", written(one)) for one in value), "]")
    if isinstance(value, str):
        return f'"{value}"'  # a choice: one of our own words
    return written(value) if isinstance(value, float) else repr(value)


def _as_keywords(made: Call) -> Call:
    """Return a call's arguments as the mapping that some frameworks take in its place."""
    return Call("dict(", made.arguments, ")")
