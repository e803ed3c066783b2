"""The times that a schedule was given to change at."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedules_of import PATIENT, any_schedule

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.milestones import NEVER, Milestone, in_turn, under_warmup
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.warmup import Warmup

DROPS = Multistep(lr=0.1, milestones=(10, 30))
TABLES = [
    name
    for name in catalogue.names()
    if any(param.many and param.time == "moment" for param in params(catalogue.load(name)))
]


def acts(schedule: object) -> list[float]:
    return [milestone.acts for milestone in schedule.milestones_given]  # type: ignore[attr-defined]


def test_the_tables_are_found() -> None:
    assert TABLES == ["multistep", "piecewise_constant", "piecewise_interpolated"]


@pytest.mark.parametrize("name", TABLES)
@settings(PATIENT, max_examples=10)
@given(data=st.data())
def test_every_schedule_with_moments_gives_them(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    declared = next(param for param in params(type(schedule)) if param.many and param.time == "moment")
    values = getattr(schedule, declared.name)
    assert [(one.name, one.value, one.acts) for one in schedule.milestones_given] == [
        (declared.name, value, value) for value in values
    ]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        pytest.param(Constant(lr=0.1), [], id="none"),
        pytest.param(DROPS, [10, 30], id="its-own"),
        pytest.param(Staircase(every=7, of=DROPS), [14, 35], id="the-next-stair"),
        pytest.param(Staircase(every=5, of=DROPS), [10, 30], id="on-a-stair"),
        pytest.param(Retime(stretch=2, of=DROPS), [20, 60], id="stretched"),
        pytest.param(Retime(stretch=2, ahead=5, of=DROPS), [10, 50], id="ahead"),
        pytest.param(Restarts(cycle=20, of=DROPS), [10, NEVER], id="after-the-cycle"),
        pytest.param(Restarts(cycle=40, of=DROPS), [10, 30], id="in-the-cycle"),
        pytest.param(Sequence(of=(DROPS, DROPS), lengths=(30, 70)), [10, NEVER, 40, 60], id="in-turn"),
        pytest.param(Warmup(warmup=5, of=Restarts(cycle=40, of=DROPS)), [15, 35], id="after-a-warmup"),
        pytest.param(Warmup(warmup=10, of=DROPS), [10, 30], id="on-the-run's-clock"),
    ],
)
def test_when_they_act(schedule: object, expected: list[float]) -> None:
    assert acts(schedule) == expected


def test_a_warmup_on_the_runs_clock_climbs_to_what_holds_at_its_end() -> None:
    assert [one.climbed for one in Warmup(warmup=10, of=DROPS).milestones_given] == [True, False]
    assert [one.climbed for one in Warmup(warmup=9, of=DROPS).milestones_given] == [False, False]
    assert [one.climbed for one in Warmup(warmup=15, of=Restarts(cycle=40, of=DROPS)).milestones_given] == [False] * 2


@pytest.mark.parametrize(("reached", "at_the_end"), [(False, NEVER), (True, 30.0)])
def test_a_rate_that_is_reached_may_be_reached_at_the_end(at_the_end: float, *, reached: bool) -> None:
    found = in_turn([Milestone("times", 20.0, 20.0, reached=reached)], 10.0, 30.0)
    assert [one.acts for one in found] == [at_the_end]
    climbed = under_warmup([Milestone("times", 20.0, 20.0, reached=reached)], 20.0)
    assert [one.climbed for one in climbed] == [not reached]
    assert math.isinf(NEVER)
