"""The framework schedule nearest to a curve, and the call that creates it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import float_literal, literal
from cosine_cli.code.core.formatting import Call, Expression
from cosine_cli.code.core.function_body import EXACT, end
from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.discovery import framework_name, framework_of, load_framework, nearest
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, arguments, qualified_name
from cosine_cli.schedules.core.fields import Pairs, Param, params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.scale import Scale
from cosine_cli.studies.differ import Difference, compare
from cosine_cli.text import either


class EquivalentSchedule(NamedTuple):
    """The equivalent of a curve in a framework.

    - ``equivalent``: the equivalent, None if there is none.
    - ``difference``: how it differs from the curve; its ``first`` is None if it is exact.
    - ``share``: the largest difference, relative to the peak.
    - ``framework_schedule``: the schedule, None if it is not near enough to be used.
    """

    equivalent: FrameworkSchedule | None
    difference: Difference
    share: float
    framework_schedule: FrameworkSchedule | None


_NONE = EquivalentSchedule(None, Difference(None, 0.0, 0.0, 0), 0.0, None)


def find_equivalent(curve: CodegenCurve, framework: str, within: float) -> EquivalentSchedule:
    """Return the equivalent of a curve in a framework: the curve itself if it is of this framework.

    It is used if it is exact, or ``within`` this share of the peak.
    """
    if isinstance(curve.schedule, FrameworkSchedule) and framework_of(type(curve.schedule)) == framework:
        equivalent: FrameworkSchedule | None = curve.schedule
    else:
        equivalent = _equivalent(framework, _unwrapped(curve.schedule), float(curve.calls))
    if equivalent is None:
        return _NONE
    try:
        pairs = list(_groups(curve, equivalent))
    except ParameterError:  # the schedule does not accept the rate of a group
        return _NONE
    precision = load_framework(framework).precision
    differences = [
        (compare(original, other, curve.calls, precision=precision), original.peak) for original, other in pairs
    ]
    share, difference = max(
        ((_share(original, peak), original) for original, peak in differences), key=lambda pair: pair[0]
    )
    used = difference.first is None or share <= within
    return EquivalentSchedule(equivalent, difference, share, equivalent if used else None)


def _equivalent(framework: str, schedule: Schedule, calls: float) -> FrameworkSchedule | None:
    """Return the equivalent of a schedule in a framework, None if it has none or does not accept these values."""
    try:
        return nearest(framework, schedule, calls)
    except (ParameterError, ArithmeticError):
        return None


def _share(difference: Difference, peak: float) -> float:
    most = abs(difference.most)
    return math.inf if math.isnan(most) else most / (peak or 1.0)


def _unwrapped(schedule: Schedule) -> Schedule:
    """Return the core schedule that a framework's schedule is composed of, if it is."""
    while isinstance(schedule, FrameworkSchedule) and schedule.composite is not None:
        schedule = schedule.composite
    return schedule


def _groups(curve: CodegenCurve, schedule: FrameworkSchedule) -> Iterator[tuple[Schedule, Schedule]]:
    """Yield the rates of each parameter group, and those that a framework's schedule gives it."""
    if not curve.groups:
        yield curve.schedule, schedule
    for group in curve.groups:
        yield Scale(factor=group.factor, of=curve.schedule), _based(schedule, group.factor)


def _based(schedule: Schedule, factor: float) -> Any:
    """Return a schedule and its members on an optimizer with ``factor`` times the rate."""
    declared = {field.name: getattr(schedule, field.name) for field in params(type(schedule))}
    changed: dict[str, Any] = {"lr": declared["lr"] * factor} if "lr" in declared else {}
    for name, value in declared.items():
        if isinstance(value, tuple) and value and isinstance(value[0], FrameworkSchedule):
            changed[name] = tuple(_based(one, factor) for one in value)
    return replace(schedule, **changed)


def remark(curve: CodegenCurve, equivalent: EquivalentSchedule, framework: str) -> list[str]:
    """Return sentences about the code that was chosen, and why."""
    title = load_framework(framework).title
    if equivalent.framework_schedule is None:
        return [f"A function: {_why_not(curve, equivalent, title)}"]
    ends = filter(None, [end(curve)])
    if equivalent.difference.first is not None:
        return [f"Differs by at most {_off(curve, equivalent)}; --exact writes a function.", *ends]
    exactly = (
        " exactly" if load_framework(framework).precision <= EXACT else ", up to the rounding of its 32-bit floats"
    )
    return [f"{title} gives these rates{exactly}.", *ends]


def _off(curve: CodegenCurve, equivalent: EquivalentSchedule) -> str:
    most, at = abs(equivalent.difference.most), equivalent.difference.most_at
    return f"{most:.2g} ({equivalent.share:.2g} of the peak), at {curve.clock} {at}"


def _why_not(curve: CodegenCurve, equivalent: EquivalentSchedule, title: str) -> str:
    """Return why a function is written instead of a framework's own schedule."""
    if equivalent.equivalent is None:
        of = f" of {qualified_name(type(curve.schedule))}" if isinstance(curve.schedule, FrameworkSchedule) else ""
        return f"{title} has no built-in equivalent{of}."
    names = " of ".join(_names(equivalent.equivalent))
    which = f"{title}'{'' if title.endswith('s') else 's'} nearest, {names},"
    if math.isinf(equivalent.share):
        lost = "is NaN at" if equivalent.equivalent.ends_in_nan else "has no rate for"
        return f"{which} {lost} some updates."
    return f"{which} is off by up to {_off(curve, equivalent)}."


def _names(schedule: Schedule) -> list[str]:
    parts = [framework_name(type(part)) for part in _parts(schedule) if isinstance(part, FrameworkSchedule)]
    return [framework_name(type(schedule)), *([either(list(dict.fromkeys(parts)), last="and")] if parts else [])]


def _parts(schedule: Schedule) -> tuple[Any, ...]:
    values = (getattr(schedule, field.name) for field in params(type(schedule)))
    return tuple(part for value in values if isinstance(value, tuple) for part in value)


def names_in(schedule: Schedule) -> set[str]:
    """Return the names that the call of a schedule uses: its own, and those of its parts."""
    parts = (part for part in _parts(schedule) if isinstance(part, FrameworkSchedule))
    return {framework_name(type(schedule))}.union(*map(names_in, parts))


def constructor_call(schedule: Schedule, *, first: str = "", prefix: str = "") -> Call:
    """Return the call that creates a schedule, without the framework's defaults, with ``first`` as first argument.

    ``prefix`` precedes its name, such as ``optax.``.
    """
    declared = {field.name: field for field in params(type(schedule))}
    # If a plan has a default for a rate, the framework has none.
    differs = {name for name, value in arguments(schedule).items() if value != declared[name].default}
    needed = {name for name in arguments(schedule) if name in differs or declared[name].inherits}
    given = {
        name: value
        for name, value in arguments(schedule).items()
        if name in needed or _tells(schedule, declared[name], value)
    }
    leading = first if getattr(schedule, "optimizer_first", True) else ""
    raw = tuple(
        (f"{name}=", _argument(value, declared[name], first=first, prefix=prefix)) for name, value in given.items()
    )
    return Call(f"{prefix}{framework_name(type(schedule))}(", (*([("", leading)] if leading else []), *raw), ")")


def _tells(schedule: Schedule, field: Param, value: Any) -> bool:
    """Return whether a length with the framework's default is written, since rates depend on it."""
    if not field.is_count or not isinstance(value, int | float) or not value:
        return False
    times = np.arange(min(2.0 * value, _SEEN) + 1.0)
    try:
        return not np.array_equal(schedule(times), replace(schedule, **{field.name: 2 * value})(times), equal_nan=True)
    except ParameterError:
        return True


_SEEN = 10_000


def _argument(value: Any, field: Param, *, first: str, prefix: str) -> Expression:
    # A rate keeps its fraction: Keras takes the type of all rates from the first, and whole numbers round to 0.
    written = literal if field.is_count else float_literal
    if isinstance(value, Pairs):
        return Call("{", tuple((f"{literal(time)}: ", float_literal(one)) for time, one in value), "}")
    if isinstance(value, tuple) and value and isinstance(value[0], FrameworkSchedule):
        parts = [constructor_call(part, first=first, prefix=prefix) for part in value]
        # Schedulers act on the optimizer, so equal ones are still separate objects.
        return _listed([_as_keywords(part) if field.member else part for part in parts], repeated=not first)
    if isinstance(value, tuple):
        return _in_range(value) or _listed([written(one) for one in value])
    if isinstance(value, str):
        return f'"{value}"'  # a choice, which needs no escaping
    return written(value) if isinstance(value, float) else repr(value)


def _listed(values: list[Any], *, repeated: bool = False) -> Call:
    """Return a list; ``repeated``: as a product if it repeats its first one or two values."""
    for length in (1, 2) if repeated else ():
        times, rest = divmod(len(values), length)
        if times > 1 and not rest and len(values) >= _LONG and values == values[:length] * times:
            return Call("[", tuple(("", one) for one in values[:length]), f"]\n* {times}")
    return Call("[", tuple(("", one) for one in values), "]")


def _in_range(values: tuple[float, ...]) -> str:
    """Return many whole numbers in equal steps as a range, else nothing."""
    steps = {b - a for a, b in itertools.pairwise(values)}
    if len(values) < _LONG or len(steps) != 1 or not all(float(one).is_integer() for one in values):
        return ""
    (step,) = map(int, steps)
    return f"list(range({int(values[0])}, {int(values[-1]) + 1}, {step}))" if step > 0 else ""


_LONG = 4
"""The number of values from which they are shortened."""


def _as_keywords(made: Call) -> Call:
    """Return a call's arguments as the mapping that some frameworks take instead."""
    return Call("dict(", made.arguments, ")")
