"""At which times a table has its rows."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.studies.table_rows import Times, choose, round_distance

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


def chosen(plan: Plan, **said: str) -> Times:
    return choose(plan, {name: RawValue(text, f"--{name}", plan.clock.unit) for name, text in said.items()})


def times(found: Times) -> list[float]:
    return [time for block in found.blocks() for time in block.tolist()]


@pytest.mark.parametrize(
    ("words", "said", "expected"),
    [
        ("cosine", {}, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]),
        ("cosine", {"rows": "2"}, [0, 100]),
        ("cosine", {"rows": "3"}, [0, 50, 100]),
        ("cosine", {"rows": "4"}, [0, 50, 100]),
        ("cosine", {"rows": "5"}, [0, 25, 50, 75, 100]),
        ("cosine --epochs 90", {}, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]),
        ("cosine --epochs 95", {"rows": "3"}, [0, 50, 95]),
        ("cosine --epochs 3", {}, [0, 1, 2, 3]),
        ("cosine --epochs 3", {"rows": "1000"}, [0, 1, 2, 3]),
        ("cosine --epochs 1", {}, [0, 1]),
        ("cosine --steps 1234", {"rows": "3"}, [0, 1000, 1234]),
        ("cosine --epochs 2 --steps-per-epoch 5", {"rows": "5"}, [0, 3, 5, 8, 10]),
        ("cosine --epochs 2 --steps-per-epoch 2", {"rows": "50"}, [0, 1, 2, 3, 4]),
        ("step", {"rows": "3"}, [0, 30, 50, 60, 90, 100]),
        ("cosine step:step_size=25 --warmup 5", {"rows": "3"}, [0, 5, 25, 50, 75, 100]),
        ("multistep:milestones=33.3/50/100", {"rows": "2"}, [0, 34, 50, 100]),
        ("step:step_size=1 --epochs 100", {"rows": "2"}, [0, 100]),
        ("cosine", {"every": "40"}, [0, 40, 80, 100]),
        ("step", {"every": "50"}, [0, 50, 100]),
        ("cosine", {"every": "50%"}, [0, 50, 100]),
        ("cosine --steps-per-epoch 4", {"every": "50ep"}, [0, 200, 400]),
        ("cosine --steps-per-epoch 4", {"every": "150st"}, [0, 150, 300, 400]),
        ("cosine", {"every": "1k"}, [0, 100]),
        ("cosine", {"at": "0,30,60"}, [0, 30, 60]),
        ("cosine", {"at": "60/30/30"}, [60, 30, 30]),
        ("cosine --steps-per-epoch 4", {"at": "0.5"}, [2]),
        ("cosine", {"at": "200"}, [200]),
        ("cosine", {"at": "10%,50%"}, [10, 50]),
    ],
)
def test_which_rows(plan: Callable[..., Plan], words: str, said: dict[str, str], expected: list[float]) -> None:
    found = chosen(plan(words), **said)
    assert times(found) == expected
    assert found.rows == len(expected)


@pytest.mark.parametrize(
    ("words", "said", "message"),
    [
        ("cosine", {"rows": "1"}, "--rows: must be a whole number of at least 2, got '1'"),
        ("cosine", {"rows": "x"}, "--rows: must be a whole number of at least 2, got 'x'"),
        ("cosine", {"every": "0"}, "--every: must be a finite number above 0, got '0'"),
        ("cosine", {"every": "0.5"}, "--every: must be a whole number of steps, at least one, got '0.5'"),
        ("cosine", {"every": "1.5"}, "--every: must be a whole number of steps, at least one, got '1.5'"),
        ("cosine", {"every": "0.1%"}, "--every: must be at least one step, got 0.1% of 100"),
        ("cosine", {"at": "-1"}, "--at: must be finite numbers of at least 0, got '-1'"),
        ("cosine", {"at": ""}, "--at: must be finite numbers of at least 0, got an empty string"),
        (
            "cosine --steps 10",
            {"at": "1ep"},
            (
                "--at: cannot be in epochs: the steps per epoch are not known, got '1ep'; "
                "pass --steps-per-epoch (steps_per_epoch in a config)"
            ),
        ),
        ("cosine", {"at": "1", "every": "2"}, "--at and --every: cannot be combined; give one of them"),
    ],
)
def test_no_rows(plan: Callable[..., Plan], words: str, said: dict[str, str], message: str) -> None:
    with pytest.raises(RequestError) as error:
        chosen(plan(words), **said)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("length", "intervals", "whole", "distance"),
    [
        (100, 10, True, 10.0),
        (101, 10, True, 20.0),
        (100, 4, True, 25.0),
        (100, 3, True, 50.0),
        (5, 2, True, 5.0),
        (5, 2, False, 2.5),
        (1, 10, False, 0.1),
        (7, 7, True, 1.0),
        (7, 5000, True, 1.0),
        (10**12, 10, True, 1e11),
        (2**53, 1, True, 1e16),
    ],
)
def test_round_distances(length: int, intervals: int, whole: bool, distance: float) -> None:  # noqa: FBT001
    assert round_distance(length, intervals, whole=whole) == distance


@pytest.mark.parametrize(("knots", "shown"), [(20, 20), (31, 31), (32, 32), (33, 0)])
def test_a_curve_with_up_to_32_knots_has_a_row_for_each_and_one_with_more_for_none(
    plan: Callable[..., Plan], knots: int, shown: int
) -> None:
    milestones = [3 * k + 1 for k in range(knots)]
    found = times(chosen(plan(f"multistep:milestones={'/'.join(map(str, milestones))}"), rows="2"))
    assert found == [0, *milestones[:shown], 100]


@pytest.mark.parametrize("rows", range(2, 60))
@pytest.mark.parametrize(
    "words", ["cosine --epochs 7 --steps-per-epoch 391", "cosine --epochs 100", "cosine --steps 391"]
)
def test_rows_rise_and_hold_both_ends(plan: Callable[..., Plan], words: str, rows: int) -> None:
    made = plan(words)
    found = chosen(made, rows=str(rows))
    listed = times(found)
    assert (listed[0], listed[-1]) == (0.0, made.clock.total)
    assert all(a < b for a, b in itertools.pairwise(listed))
    assert len(listed) == found.rows <= rows
    assert all(time.is_integer() for time in listed)


def test_rows_of_many_blocks_hold_the_knots(plan: Callable[..., Plan]) -> None:
    found = chosen(plan("multistep:milestones=12345/50001/99999 --steps 200000"), every="1")
    assert times(found) == list(range(200_001))
    found = chosen(plan("multistep:milestones=24577/50001/199999 --steps 200000"), rows="100001")
    listed = times(found)
    assert found.rows == len(listed) == 100_001 + 3
    assert [time for time in listed if time % 2] == [24577, 50001, 199999]
    assert listed == sorted(listed)


def test_a_million_million_rows_cost_nothing_to_count(plan: Callable[..., Plan]) -> None:
    found = chosen(plan("cosine --steps 1e12"), every="1")
    assert found.rows == 10**12 + 1
    assert np.array_equal(next(found.blocks())[:3], [0.0, 1.0, 2.0])
