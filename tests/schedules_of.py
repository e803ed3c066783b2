"""Schedules drawn from what their fields declare: any of the catalogue, with any parameters."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, reject, seed, settings
from hypothesis import strategies as st

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.schedule import Schedule


def holds_schedules(declared: type[Schedule]) -> bool:
    return any("Schedule" in str(field.type) for field in params(declared))


LEAVES = [name for name in catalogue.names() if not holds_schedules(catalogue.load(name))]

ANY_TIMES = st.one_of(
    st.integers(1, 300).map(float),
    st.integers(1, 1200).map(lambda quarters: quarters / 4),
    st.floats(0.01, 1000.0),
    st.floats(3.0, 7.0).map(lambda digits: 10.0**digits),
)
WHOLE_TIMES = st.one_of(st.integers(1, 60), st.integers(1, 60_000)).map(float)
SHORT_WHOLE_TIMES = st.integers(1, 60).map(float)
"""Stairs, cycles and steps of them meet again after at most 60 of one, which is what sums count on."""


def within(field: Param, value: float) -> bool:
    return (
        (field.above is None or value > field.above)
        and (field.at_least is None or value >= field.at_least)
        and (field.at_most is None or value <= field.at_most)
    )


def numbers(field: Param, times: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    """Return values that keep the bounds of one field."""
    low = field.above if field.above is not None else field.at_least
    if field.whole:
        top = None if field.at_most is None else int(field.at_most)
        return st.one_of(st.integers(int(low or 0), int(low or 0) + 30), *([] if top is None else [st.just(top)]))
    values = times if field.time else st.floats(-4.0, 1.0).map(lambda digits: 10.0**digits)
    corners = [edge for edge in (field.at_least, field.at_most) if edge is not None]
    values = values.filter(lambda value: within(field, value))
    return st.one_of(st.sampled_from(corners), values, values) if corners and not field.time else values


SHARES = st.sampled_from([0.0, 1.0]) | st.floats(0.0, 1.0)


@cache
def plain(name: str, at: int, times: st.SearchStrategy[float], count: int | None) -> st.SearchStrategy[Any]:
    """Return values of one field, ``count`` of them where it takes many; hypothesis checks each strategy once."""
    field = params(catalogue.load(name))[at]
    if field.name == "after":  # a table that ends has no rates after it: tests/schedules/test_piecewise_interpolated.py
        return st.just(field.default)
    if field.choices:
        return st.sampled_from(field.choices)
    if field.type is bool:
        return st.booleans()
    if field.type is str:
        return st.just(field.default)
    if not field.many:
        return numbers(field, times)
    many = st.lists(numbers(field, times), min_size=count or 1, max_size=count or 6, unique=field.ascending)
    return many.map(sorted).map(tuple) if field.ascending else many.map(tuple)


@cache
def schedules(
    name: str, inner: st.SearchStrategy[float], outer: st.SearchStrategy[float], depth: int = 2
) -> st.SearchStrategy[Schedule]:
    """Return schedules: ``outer`` times for one that is composed of others, ``inner`` times for one that is not."""
    return composed(name, inner, outer, depth)


@cache
def members(
    inner: st.SearchStrategy[float], outer: st.SearchStrategy[float], depth: int
) -> st.SearchStrategy[Schedule]:
    names = st.sampled_from(catalogue.names() if depth > 1 else LEAVES)
    return names.flatmap(lambda chosen: schedules(chosen, inner, outer, depth - 1))


@st.composite
def composed(
    draw: st.DrawFn, name: str, inner: st.SearchStrategy[float], outer: st.SearchStrategy[float], depth: int
) -> Schedule:
    declared = catalogue.load(name)
    times = outer if holds_schedules(declared) else inner
    of = members(inner, outer, depth)
    drawn: dict[str, Any] = {}
    fields = enumerate(params(declared))
    for at, field in sorted(fields, key=lambda pair: (pair[1].no_more_than is not None, pair[1].of_members)):
        if "tuple[Schedule" in str(field.type):
            drawn[field.name] = tuple(draw(st.lists(of, min_size=1, max_size=3)))
        elif "Schedule" in str(field.type):
            drawn[field.name] = draw(of)
        elif field.no_more_than:
            drawn[field.name] = draw(SHARES) * drawn[field.no_more_than]
            assume(within(field, drawn[field.name]))
        else:
            drawn[field.name] = draw(plain(name, at, times, len(drawn["of"]) if field.of_members else field.exactly))
    try:
        return declared(**drawn)
    except ParameterError as error:  # a rule between parameters
        broken = error.name
    for value in others(drawn[broken]):
        try:
            return declared(**{**drawn, broken: value})
        except ParameterError:
            continue
    return reject()


def others(value: Any) -> Iterator[Any]:
    """Yield values that may keep a rule that this one breaks: very small, 1, or another number of them."""
    if isinstance(value, tuple):
        yield from ((value * 7)[:count] for count in range(1, 8))
    else:
        yield from (1e-6, 1)


PROFILE = settings()
"""Of the run: inside a test, the default is the settings of that test."""

PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.nested_given])
"""For tests that draw schedules: the first one that needs the examples of a schedule draws them."""


@cache
def any_schedule(name: str) -> st.SearchStrategy[Schedule]:
    return shared(schedules(name, ANY_TIMES, ANY_TIMES), name)


@cache
def even_schedule(name: str) -> st.SearchStrategy[Schedule]:
    """Return schedules whose knots fall on whole steps."""
    return shared(schedules(name, WHOLE_TIMES, SHORT_WHOLE_TIMES), name)


def shared(strategy: st.SearchStrategy[Schedule], name: str) -> st.SearchStrategy[Schedule]:
    """Return a strategy that samples from examples drawn once, because drawing takes longer than most tests.

    Profiles with random seeds draw new examples for each test.
    """
    return st.sampled_from(examples(strategy, name)) if PROFILE.derandomize else strategy


def examples(strategy: st.SearchStrategy[Schedule], name: str) -> list[Schedule]:
    found = []

    @seed(zlib.crc32(name.encode()))
    @settings(PROFILE, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(strategy)
    def collect(schedule: Schedule) -> None:
        found.append(schedule)

    collect()
    return found


HORIZONS = st.one_of(st.integers(1, 3000), st.integers(3000, 20_000)).map(float)
