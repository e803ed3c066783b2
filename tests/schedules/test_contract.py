"""What every schedule keeps, whichever it is: a new file in the folder is covered without a word here."""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedules_of import ANY_TIMES, HORIZONS, PATIENT, any_schedule, even_schedule

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.chebyshev import Chebyshev
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.counts import count_at_least
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.jumps import largest_jump
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import first_fall, highest, lowest
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.core.wrapper import Wrapper
from cosine_cli.schedules.cyclic import Cyclic
from cosine_cli.schedules.k_decay_cosine import KDecayCosine
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.noam import Noam
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.slanted_triangular import SlantedTriangular
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from numpy.typing import NDArray


each_schedule = pytest.mark.parametrize("name", catalogue.names())
half = settings(PATIENT, max_examples=settings().max_examples // 2)
fewer = settings(PATIENT, max_examples=settings().max_examples // 4)
rarely = settings(PATIENT, max_examples=settings().max_examples // 10)

MOST_SCANNED = 30_000

TINY = 1e-12
"""How far rounding may carry a rate, against the peak."""


def scannable(schedule: Schedule, until: float) -> float:
    """Return the largest of ``until``, a quarter of it and so on up to which there are few enough knots to scan all."""
    while schedule.knots(until, MOST_SCANNED) is None:
        until /= 4
    return until


def scan(schedule: Schedule, until: float, points: int = 1500) -> NDArray[np.float64]:
    """Return times from 0 to ``until``, evenly and just before, at and after every knot."""
    knots = np.array(schedule.knots(until, MOST_SCANNED))
    beside = [np.nextafter([*knots, until], 0.0), knots, np.nextafter(knots, np.inf)]
    times = np.concatenate([np.linspace(0.0, until, points), *beside])
    return np.unique(times[times <= until])


# --- Values ---------------------------------------------------------------------------------------------------------


@each_schedule
@half
@given(data=st.data())
def test_rates_are_finite_and_between_the_floor_and_the_peak(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    times = [*data.draw(st.lists(ANY_TIMES, max_size=20)), 0.0, 1e9, 1e12, 2.0**53]
    rates = schedule(times)
    assert rates.dtype == np.float64
    assert np.isfinite(rates).all()
    assert 0.0 <= schedule.floor <= schedule.peak
    assert (rates >= schedule.floor * (1 - TINY)).all()
    assert (rates <= schedule.peak * (1 + TINY)).all()


@each_schedule
@fewer
@given(data=st.data())
def test_a_rate_is_the_same_bit_for_bit_alone_and_among_others(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    times = data.draw(st.lists(ANY_TIMES | st.just(0.0), min_size=1, max_size=30))
    rates = schedule(times)
    assert rates.tolist() == [float(schedule(t)) for t in times]
    assert rates[::-1].tolist() == schedule(times[::-1]).tolist()


SHAPES = {
    "a float": (3.0, ()),
    "an int": (3, ()),
    "0-d": (np.array(3.0), ()),
    "empty": ([], (0,)),
    "a list of ints": ([0, 1, 2], (3,)),
    "int32": (np.arange(4, dtype=np.int32), (4,)),
    "float32": (np.arange(4, dtype=np.float32), (4,)),
    "2-d": (np.arange(6.0).reshape(2, 3), (2, 3)),
    "2-d with strides": (np.arange(12.0).reshape(3, 4).T[::2], (2, 3)),
    "2-d and empty": (np.empty((2, 0)), (2, 0)),
}


@each_schedule
@settings(PATIENT, max_examples=5)
@given(data=st.data())
def test_the_shape_of_the_times_is_the_shape_of_the_rates(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    for kind, (times, shape) in SHAPES.items():
        rates = schedule(times)
        assert np.shape(rates) == shape, kind
        assert rates.dtype == np.float64, kind
        assert np.ravel(rates).tolist() == [float(schedule(float(t))) for t in np.ravel(np.asarray(times))], kind


@each_schedule
@settings(PATIENT, max_examples=5)
@given(data=st.data())
def test_times_are_left_as_they_were(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    times = np.linspace(0.0, 500.0, 77)
    times.flags.writeable = False
    schedule(times)
    assert times.tolist() == np.linspace(0.0, 500.0, 77).tolist()


@each_schedule
@settings(PATIENT, max_examples=5)
@given(data=st.data())
def test_many_blocks_are_as_one(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    times = np.arange(20_000.0) / 8
    parts = [schedule(times[i : i + 999]) for i in range(0, times.size, 999)]
    assert schedule(times).tolist() == np.concatenate(parts).tolist()


@each_schedule
@settings(PATIENT, max_examples=5)
@given(bad=st.sampled_from([-1.0, -1e-300, math.nan, -math.inf]), data=st.data())
def test_a_time_that_is_negative_or_no_number_is_refused(name: str, bad: float, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    for times in (bad, [0.0, bad, 1.0], np.concatenate((np.zeros(10_000), [bad]))):
        with pytest.raises(ParameterError, match="must be times of at least 0") as caught:
            schedule(times)
        assert caught.value.name == "t"


@each_schedule
@settings(PATIENT, max_examples=10)
@given(data=st.data())
def test_after_its_total_it_holds_the_lowest_rate(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    end = getattr(schedule, "total", None)
    if end is None:  # it has no end of its own: far away it still gives a rate
        assert schedule.floor <= schedule(1e15) <= schedule.peak
        return
    last = schedule(end)
    assert (schedule(end * np.array([1.0, 1.5, 2.0, 3.7, 1000.0])) == last).all()
    assert (schedule(np.linspace(0.0, end, 500)) >= last).all()


# --- Decays ---------------------------------------------------------------------------------------------------------


def fields_of(name: str) -> set[str]:
    return {field.name for field in params(catalogue.load(name))}


DECAYS = [
    name for name in catalogue.names() if catalogue.load(name).family == "decays" and {"lr", "total"} <= fields_of(name)
]
STRETCHES = ((-7, 3), (-6, 3), (-1, 1), (0, 1e-9), (20, 40), (-40, -20), (-100, 100))
SHAPES_OF: dict[str, list[dict[str, Any]]] = {
    "k_decay_cosine": [{"k": k} for k in (1e-4, 0.7, 10)],
    "k_decay_polynomial": [{"k": 1e-4, "power": 10}, {"k": 2, "power": 1e-4}, {"k": 10, "power": 3}],
    "polynomial": [{"power": power} for power in (1e-3, 0.9, 1.0, 2.0, 7.3, 300.0)],
    "tanh": [{"lower": lower, "upper": upper} for lower, upper in STRETCHES],
}
"""Shapes that are hard to compute, the extreme ones and those beside another formula."""

SHAPED = [(name, shape) for name in DECAYS for shape in SHAPES_OF.get(name, [{}])]
each_decay = pytest.mark.parametrize(
    ("name", "shape"), SHAPED, ids=[f"{name}-{at}" for at, (name, _) in enumerate(SHAPED)]
)


def decay(name: str, shape: dict[str, Any], **given: float) -> Schedule:
    """Return a decay; one that has no floor goes without, and the longest run of a hyperbola is its own."""
    given["upper_bound"] = given["total"]
    return catalogue.load(name)(**shape, **{key: value for key, value in given.items() if key in fields_of(name)})


def pairs() -> list[tuple[float, float, float]]:
    """Return random peaks, floors and lengths."""
    rng = np.random.default_rng(1)
    peaks, shares = 10 ** rng.uniform(-8, 2, 500), rng.uniform(0.001, 1, 500)
    return list(zip(peaks.tolist(), (peaks * shares).tolist(), rng.uniform(1, 1e6, 500).tolist(), strict=True))


@each_decay
def test_the_ends_of_a_decay_are_exact(name: str, shape: dict[str, Any]) -> None:
    for lr, min_lr, end in pairs():
        low = min_lr if "min_lr" in fields_of(name) else 0.0
        rates = decay(name, shape, total=end, lr=lr, min_lr=min_lr)([0.0, end, 2 * end])
        assert rates.tolist() == [lr, low, low]


PHASED: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("flat_cosine", ("hold", "decay"), {}),
    ("warmup_hold_cosine", ("warmup", "hold", "decay"), {}),
    *(
        ("wsd", ("warmup", "stable", "decay"), {"decay_shape": shape})
        for shape in ("linear", "cosine", "1-sqrt", "sqrt", "exponential")
    ),
]


@pytest.mark.parametrize(("name", "phases", "shape"), PHASED)
def test_phases_meet_at_exact_rates(name: str, phases: tuple[str, ...], shape: dict[str, Any]) -> None:
    for lr, min_lr, length in pairs():
        lengths = [10.0, 50.0, 40.0] if "warmup" in phases else [length, length * min_lr / lr]
        given = {**dict(zip(phases, lengths, strict=True)), **shape}
        ends = np.cumsum([0.0, *lengths])[-3:]
        rates = catalogue.load(name)(lr=lr, min_lr=min_lr, **given)([*ends, 9 * ends[-1]])
        assert rates.tolist() == [lr, lr, min_lr, min_lr]


@each_decay
def test_a_decay_is_one_smooth_piece_and_a_flat_one(name: str, shape: dict[str, Any]) -> None:
    schedule = decay(name, shape, total=30.5, lr=0.1, min_lr=0.01)
    assert schedule.pieces(40, 0) == [Piece(0.0, 30.5, "smooth"), Piece(30.5, 40, "flat")]
    assert schedule.pieces(30, 10) == [Piece(0.0, 30, "smooth")]
    assert schedule.knots(40, 10) == (30.5,)


# --- A value --------------------------------------------------------------------------------------------------------


@each_schedule
@settings(PATIENT, max_examples=10)
@given(data=st.data())
def test_a_schedule_is_a_value(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    copy = dataclasses.replace(schedule)
    schedule.pieces(1000.0, 10)  # what is remembered from a call is no part of the value
    schedule([1.0, 2.0])
    assert schedule == copy
    assert hash(schedule) == hash(copy)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(schedule, params(type(schedule))[0].name, 1)


@each_schedule
@settings(PATIENT, max_examples=10)
@given(data=st.data())
def test_numbers_become_the_declared_type(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    for field in params(type(schedule)):
        value = getattr(schedule, field.name)
        if field.type in (int, float):
            assert all(type(number) is field.type for number in (value if field.many else [value]))


def outside(field: Param, value: Any) -> list[Any]:
    """Return values that break the rule of a number's field; ``value`` keeps it."""
    if field.choices:
        return ["nonsense", "", None, 3]
    bad = [math.nan, math.inf, -math.inf, 10**400, True, "1", None, 1j]
    if field.above is not None:
        bad += [field.above, math.nextafter(field.above, -math.inf), field.above - 1]
    if field.at_least is not None:
        bad += [math.nextafter(field.at_least, -math.inf), field.at_least - 1]
    if field.at_most is not None:
        bad += [field.at_most * 2, math.nextafter(field.at_most, math.inf)]
    if field.whole:
        bad += [1.5]
    if not field.many:
        return bad
    many = [(*value[:-1], number) for number in bad] + [(), 3, None]
    return [*many, (2.0, 1.0), (1.0, 1.0), (*value, value[-1])] if field.ascending else many


@each_schedule
@settings(PATIENT, max_examples=10)
@given(data=st.data())
def test_a_parameter_outside_its_bounds_is_refused_by_its_name(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    for field in params(type(schedule)):
        if field.type not in (int, float) and not field.choices:
            continue
        for bad in outside(field, getattr(schedule, field.name)):
            with pytest.raises(ParameterError) as caught:
                dataclasses.replace(schedule, **{field.name: bad})
            assert caught.value.name == field.name
            assert str(caught.value).startswith(f"{field.name}: must be ")


@each_schedule
@settings(PATIENT, max_examples=10)
@given(data=st.data())
def test_a_parameter_above_its_limit_is_refused_by_its_name(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    for field in params(type(schedule)):
        if field.no_more_than:
            limit = getattr(schedule, field.no_more_than)
            with pytest.raises(ParameterError, match=f"must be at most {field.no_more_than}") as caught:
                dataclasses.replace(schedule, **{field.name: math.nextafter(limit, math.inf)})
            assert caught.value.name == field.name
            assert getattr(dataclasses.replace(schedule, **{field.name: limit}), field.name) == limit


# --- Pieces and knots -----------------------------------------------------------------------------------------------


@each_schedule
@fewer
@given(data=st.data())
def test_pieces_cover_the_curve_in_order(name: str, data: st.DataObject) -> None:
    schedule, until = data.draw(any_schedule(name)), data.draw(HORIZONS)
    pieces = schedule.pieces(until, data.draw(st.sampled_from([0, 1, 10, 1000])))
    assert pieces[0].t0 == 0.0
    assert pieces[-1].t1 == pytest.approx(until, rel=1e-14)
    assert pieces[-1].t1 <= until
    assert all(piece.t0 < piece.t1 for piece in pieces)
    assert [piece.t1 for piece in pieces[:-1]] == [piece.t0 for piece in pieces[1:]]


def check_piece(schedule: Schedule, piece: Piece, until: float, moved: float = 0.0) -> None:
    """Check that a flat piece has one value and a smooth one goes one way, an ulp away from its ends."""
    margin = 1e-9 * until
    t0, t1 = piece.t0 + moved + margin, piece.t1 + moved - margin
    if t0 >= t1:
        return
    rates = schedule(np.linspace(t0, t1, 60))
    if piece.kind == "flat":
        assert np.ptp(rates) <= TINY * schedule.peak, (piece, moved)
    elif piece.kind == "smooth":
        moves = np.diff(rates)
        assert moves.min() >= -TINY * schedule.peak or moves.max() <= TINY * schedule.peak, (piece, moved)


@each_schedule
@fewer
@given(data=st.data())
def test_a_flat_piece_has_one_rate_and_a_smooth_one_goes_one_way(name: str, data: st.DataObject) -> None:
    schedule, until = data.draw(any_schedule(name)), data.draw(HORIZONS)
    for piece in schedule.pieces(until, 30)[:40]:
        check_piece(schedule, piece, until)


def check_row(schedule: Schedule, row: Piece, until: float, moved: float = 0.0) -> None:
    """Check that a row's cycles are cut as it says, and that from one to the next all parts go one way."""
    assert row.period > 0
    assert row.parts[0].t0 == 0.0
    assert [part.t1 for part in row.parts[:-1]] == [part.t0 for part in row.parts[1:]]
    assert row.parts[-1].t1 == pytest.approx(row.period, rel=1e-14)
    whole = math.floor((row.t1 - row.t0) / row.period) if row.bounds is None else row.cycles - 1
    for index in sorted({0, whole // 3, whole // 2, whole - 1} & set(range(whole))):
        start, stretch = moved + row.starts(np.array(float(index))), row.stretches(np.array(float(index)))
        for part in row.parts[:60]:
            if part.kind == "cycles":
                check_row(schedule, part.stretched(float(stretch)), until, float(start))
            else:
                check_piece(schedule, part.stretched(float(stretch)), until, float(start))
    some = np.arange(float(min(whole, 40))) * max(whole // 40, 1)
    starts, stretches = moved + row.starts(some), row.stretches(some)
    for part in row.parts[:60]:
        moves = np.diff(schedule(starts + (part.t0 + part.t1) / 2 * stretches))
        if moves.size:
            slack = 1e-9 * schedule.peak
            assert moves.min() >= -slack or moves.max() <= slack, part


@each_schedule
@fewer
@given(data=st.data())
def test_a_row_of_cycles_is_what_it_says(name: str, data: st.DataObject) -> None:
    schedule, until = data.draw(even_schedule(name)), data.draw(HORIZONS)
    for piece in schedule.pieces(until, data.draw(st.sampled_from([0, 1, 5, 20])))[:40]:
        if piece.kind == "cycles":
            check_row(schedule, piece, until)


def members(schedule: Schedule) -> list[Schedule]:
    """Return the schedules that one is made of."""
    values = (getattr(schedule, field.name) for field in params(type(schedule)))
    held = (one for value in values for one in (value if isinstance(value, tuple) else (value,)))
    return [one for one in held if isinstance(one, Schedule)]


def is_uneven(schedule: Schedule) -> bool:
    """Tell whether stairs may meet cycles inside at no whole number of steps, so that all stairs are listed."""
    return is_retimed(schedule) if isinstance(schedule, Staircase) else any(map(is_uneven, members(schedule)))


def is_retimed(schedule: Schedule) -> bool:
    return isinstance(schedule, Retime) or any(map(is_retimed, members(schedule)))


def listed(schedule: Schedule) -> int:
    """Return how many knots were asked for one by one: milestones, members, plateaus of different heights."""
    count = 4 + getattr(schedule, "nodes", 0)
    for field in params(type(schedule)):
        value = getattr(schedule, field.name)
        values = value if isinstance(value, tuple) else (value,)
        count += sum(listed(one) if isinstance(one, Schedule) else 1 for one in values)
    return count


def check_rows(schedule: Schedule, at_most: int) -> None:
    few, many = schedule.pieces(5000.0, at_most), schedule.pieces(5000.0, 10**6)
    if not is_uneven(schedule):
        assert len(few) <= len(many)
        assert len(few) <= listed(schedule) * (at_most + 2)
    if any(piece.kind == "cycles" for piece in few):
        assert len(many) > at_most // listed(schedule)


@each_schedule
@fewer
@given(data=st.data())
def test_more_pieces_than_asked_for_become_rows_of_cycles(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    at_most = data.draw(st.integers(5, 50))
    check_rows(schedule, at_most)


@each_schedule
@fewer
@given(data=st.data())
def test_knots_are_where_pieces_meet_or_none_where_there_are_too_many(name: str, data: st.DataObject) -> None:
    schedule, until = data.draw(even_schedule(name)), data.draw(HORIZONS)
    at_most = data.draw(st.sampled_from([0, 1, 10, 1000]))
    pieces, knots = schedule.pieces(until, at_most), schedule.knots(until, at_most)
    if knots is None:
        assert len(pieces) > at_most + 1 or "cycles" in {piece.kind for piece in pieces}
    else:
        assert len(knots) <= at_most
        assert list(knots) == [piece.t1 for piece in pieces[:-1]]
        assert all(0.0 < knot < until for knot in knots)


# --- Sums, searches, envelopes --------------------------------------------------------------------------------------


def added_up(schedule: Schedule, updates: int) -> float:
    return math.fsum(schedule(np.arange(updates)).tolist())


def check_sum(schedule: Schedule, updates: int) -> None:
    assert total(schedule, updates) == pytest.approx(added_up(schedule, updates), rel=1e-9, abs=1e-300)


@each_schedule
@fewer
@given(data=st.data())
def test_a_sum_is_that_of_all_steps(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    updates = data.draw(st.one_of(st.integers(1, 3000), st.integers(10_001, 60_000), st.integers(10_001, 300_000)))
    check_sum(schedule, updates)


@each_schedule
@rarely
@given(data=st.data())
def test_a_sum_of_squares_is_that_of_all_steps(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    updates = data.draw(st.integers(10_001, 200_000))
    shares = schedule(np.arange(updates)) / schedule.peak
    found = total(schedule, updates, of=lambda rates: np.square(rates / schedule.peak))
    assert found == pytest.approx(math.fsum((shares * shares).tolist()), rel=1e-9, abs=1e-300)


@each_schedule
@rarely
@given(data=st.data())
def test_a_count_is_that_of_a_look_at_each_update(name: str, data: st.DataObject) -> None:
    schedule, updates = data.draw(any_schedule(name)), data.draw(st.integers(10_001, 200_000))
    after = data.draw(st.sampled_from([0, 0, 777]))
    level = data.draw(st.floats(0.001, 1.2)) * schedule.peak
    rates = schedule(np.arange(after, updates))
    # Where a rate is at the level but for rounding, either answer is right.
    least, most = ((rates >= level * (1 + slack)).sum() for slack in (TINY, -TINY))
    assert least <= count_at_least(schedule, level, after=after, until=updates) <= most


@each_schedule
@rarely
@given(data=st.data())
def test_the_lowest_rate_is_that_of_a_scan(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    until = scannable(schedule, data.draw(HORIZONS))
    after = data.draw(st.sampled_from([0.0, 0.3, 0.77])) * until
    times = scan(schedule, until)
    rates = schedule(np.append(times[times >= after], after))
    assert lowest(schedule, after=after, until=until) == pytest.approx(rates.min(), rel=1e-9, abs=TINY * schedule.peak)


def changes_beside(schedule: Schedule, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how the rate changes from each float beside these times to the next: rounding may move a knot by a few."""
    return np.diff(schedule(times[:, None] + np.arange(-6.0, 7.0) * np.spacing(times)[:, None]))


def check_largest_jump(schedule: Schedule, until: float) -> None:
    knots = np.array(schedule.knots(until, MOST_SCANNED))
    sizes = changes_beside(schedule, knots) if knots.size else np.zeros(1)
    jump = largest_jump(schedule, until)
    # What only is steep may look like a jump to the scan.
    assert (0.0 if jump is None else abs(jump.size)) <= np.abs(sizes).max() + 1e-9 * schedule.peak
    if jump is not None:
        assert 0.0 < jump.time < until
        assert jump.size in changes_beside(schedule, np.array([jump.time]))


@each_schedule
@rarely
@given(data=st.data())
def test_the_largest_jump_is_that_of_a_scan_of_the_knots(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    until = scannable(schedule, data.draw(HORIZONS))
    check_largest_jump(schedule, until)


def check_highest(schedule: Schedule, until: float) -> None:
    point = highest(schedule, until)
    times = scan(schedule, until)
    times = times[times < until]
    rates = schedule(times)
    assert point.rate == pytest.approx(rates.max(), rel=TINY)
    beside = point.time + np.arange(-4.0, 5.0) * np.spacing(point.time)
    assert point.rate in schedule(np.clip(beside, 0.0, np.nextafter(until, 0.0)))
    assert (rates[times < point.time * (1 - 1e-9)] <= point.rate).all()
    assert times[np.argmax(rates >= point.rate * (1 - TINY))] <= beside.max()


@each_schedule
@fewer
@given(data=st.data())
def test_the_highest_point_is_that_of_a_scan(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    until = scannable(schedule, data.draw(HORIZONS))
    check_highest(schedule, until)


@each_schedule
@fewer
@given(data=st.data())
def test_the_first_fall_to_a_level_is_that_of_a_scan(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    until = scannable(schedule, data.draw(HORIZONS))
    level = data.draw(st.floats(0.001, 0.999)) * schedule.peak
    after = data.draw(st.sampled_from([0.0, 0.3, 0.77])) * until
    found = first_fall(schedule, level, after=after, until=until)
    times = scan(schedule, until)
    times = times[times >= after]
    fallen = times[schedule(times) <= level * (1 - TINY)]
    if found is None:
        assert fallen.size == 0
    else:
        assert after <= found <= until
        assert schedule(found) <= level * (1 + TINY)
        assert not fallen.size or found <= fallen[0]


def check_envelope(schedule: Schedule, edges: NDArray[np.float64]) -> None:
    low, high = envelope(schedule, edges)
    times = np.concatenate([scan(schedule, float(edges[-1])), edges[:-1], np.nextafter(edges[1:], 0.0)])
    times = times[(times >= edges[0]) & (times < edges[-1])]
    columns, rates = np.searchsorted(edges, times, side="right") - 1, schedule(times)
    least, most = np.full(low.size, np.inf), np.full(low.size, -np.inf)
    np.minimum.at(least, columns, rates)
    np.maximum.at(most, columns, rates)
    assert low == pytest.approx(least, abs=1e-9 * schedule.peak)
    assert high == pytest.approx(most, abs=1e-9 * schedule.peak)


@each_schedule
@fewer
@given(data=st.data())
def test_an_envelope_holds_all_rates_and_its_bounds_are_rates(name: str, data: st.DataObject) -> None:
    schedule = data.draw(even_schedule(name))
    until = scannable(schedule, data.draw(HORIZONS))
    start = data.draw(st.sampled_from([0.0, 0.0, 0.4])) * until
    edges = np.linspace(start, until, data.draw(st.sampled_from([1, 2, 7, 100])) + 1)
    check_envelope(schedule, edges)


# --- Examples that seeds have found -----------------------------------------------------------------------------------


FAST = Retime(stretch=10.0**-1.5, ahead=1.0, of=Cyclic(lr=1.0, rise=2.0, fall=1.0))


@pytest.mark.parametrize(
    ("schedule", "until"),
    [
        pytest.param(Staircase(every=1.0, of=FAST), 48.0, id="stairs that never meet the cycles inside"),
        pytest.param(
            Retime(stretch=1e-3, ahead=0.1, of=Sgdr(lr=1.0, cycle=1.0)), 30.0, id="restarts that rounding moves"
        ),
        pytest.param(Retime(stretch=1e-3, ahead=0.1, of=Sgdr(lr=1.0, cycle=1.0, cycle_mult=1.0)), 30.0, id="very fast"),
        pytest.param(
            Warmup(warmup=1.0, of=SlantedTriangular(lr=1.0, total=1.0, warmup=1e-6, ratio=10.0)),
            3.0,
            id="a climb within floats",
        ),
        pytest.param(Retime(stretch=1e-4, ahead=1.0, of=Staircase(of=Noam(d_model=1, warmup=2.0))), 4.0, id="fast"),
        pytest.param(Restarts(cycle=1.0, of=OneMinusSqrt(lr=1.0, total=1.0)), 2.0, id="steep behind a restart"),
        pytest.param(Restarts(cycle=1.0, of=KDecayCosine(lr=1.0, total=1.0, k=0.01)), 2.0, id="steeper behind it"),
    ],
)
def test_searches_of_found_examples(schedule: Schedule, until: float) -> None:
    until = scannable(schedule, until)
    check_largest_jump(schedule, until)
    check_highest(schedule, until)
    check_envelope(schedule, np.linspace(0.0, until, 8))


@pytest.mark.parametrize(
    ("schedule", "updates"),
    [
        pytest.param(
            Retime(ahead=9.999999999999998, of=Staircase(every=1.0, of=LinearToZero(lr=1.0, total=10012.0))),
            10_001,
            id="stairs beside whole steps",
        ),
        pytest.param(Staircase(every=1.0, of=FAST), 30_000, id="stairs that never meet the cycles inside"),
    ],
)
def test_sums_of_found_examples(schedule: Schedule, updates: int) -> None:
    check_sum(schedule, updates)


@pytest.mark.parametrize(
    "schedule",
    [
        pytest.param(
            Retime(ahead=1.0, of=Chebyshev(lr=1.0, total=2.0, min_lr=1.0, order="fractal", nodes=1024)), id="plateaus"
        ),
        pytest.param(Sgdr(lr=1.0, cycle=1.0, cycle_mult=1.07), id="slowly growing cycles"),
    ],
)
def test_pieces_of_found_examples(schedule: Schedule) -> None:
    check_rows(schedule, 5)


# --- Catalogue and documentation ------------------------------------------------------------------------------------


@each_schedule
def test_the_file_defines_one_final_class_of_its_own_name(name: str) -> None:
    declared = catalogue.load(name)
    assert declared.__name__ == "".join(map(str.capitalize, name.split("_")))
    assert catalogue.name_of(declared) == name
    assert declared.__bases__ in {(Schedule,), (Wrapper,)}
    ours = [sub for sub in declared.__subclasses__() if sub.__module__.startswith("cosine_cli.")]  # tests have others
    assert ours == []
    assert declared.__dataclass_params__.frozen
    assert all(field.kw_only for field in dataclasses.fields(declared))


_LOADS = """
import json, sys
from cosine_cli.schedules.core import catalogue
def loaded():
    return {m.rpartition(".")[2] for m in sys.modules if m.startswith("cosine_cli.schedules.") and m.count(".") == 2}
found = {"": sorted(loaded())}
catalogue.names()
found[""] += sorted(loaded())
for name in catalogue.names():
    catalogue.load(name)
    found[name] = sorted(loaded() - {"core"})
    del sys.modules["cosine_cli.schedules." + name]
print(json.dumps(found))
"""


def test_loading_one_schedule_loads_no_other() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADS], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert set(found.pop("")) == {"core"}
    assert found == {name: [name] for name in catalogue.names()}


@each_schedule
def test_the_class_is_documented_with_its_formula_an_example_and_a_reading_of_it(name: str) -> None:
    lines = (inspect.getdoc(catalogue.load(name)) or "").splitlines()
    assert lines[0].endswith(".")
    assert lines[1] == ""
    math_at = next(i for i, line in enumerate(lines) if line.startswith(".. math::"))
    example_at = max(i for i, line in enumerate(lines) if line.startswith(">>>"))
    assert 1 < math_at < example_at
    reading = "\n".join(lines[example_at:]).partition("\n\n")[2]
    assert reading.endswith(".")
    assert ">>>" not in reading


@each_schedule
def test_every_parameter_has_a_meaning_and_stands_in_the_documentation_or_explains_itself(name: str) -> None:
    for field in params(catalogue.load(name)):
        assert field.meaning
        assert field.meaning[0].islower()
        assert not field.meaning.endswith(".")
