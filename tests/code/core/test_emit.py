from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schedules_of import any_schedule

from cosine_cli.code import numpy as for_numpy
from cosine_cli.code.core import plain
from cosine_cli.code.core.emit import WIDTH, Language, function, number
from cosine_cli.code.core.layout import indented, tables
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.schedules.core.schedule import Schedule

each_schedule = pytest.mark.parametrize("name", catalogue.names())
few = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def compiled(schedule: Schedule, language: Language, *, array: str = "") -> Callable[[object], object]:
    body = function(schedule, language)
    text = "\n".join([*tables([body], array=array), "def lr(t):", *indented(body.lines)])
    assert all(len(line) <= WIDTH for line in body.lines), text
    from bisect import bisect_right

    names: dict[str, object] = {"math": math, "bisect_right": bisect_right, "np": np}
    exec(compile(ast.parse(text), "<generated>", "exec"), names)  # noqa: S102 - running it is the test
    return names["lr"]  # type: ignore[return-value]


@each_schedule
@few
@given(data=st.data())
def test_python_gives_the_rates(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    lr = compiled(schedule, plain.LANGUAGE)
    times = [*range(60), *data.draw(st.lists(st.integers(0, 10**6), max_size=20))]
    expected = schedule([float(t) for t in times])
    assert [lr(t) for t in times] == pytest.approx(expected.tolist(), abs=1e-12 * schedule.peak, rel=0)


@each_schedule
@few
@given(data=st.data())
def test_numpy_gives_the_rates(name: str, data: st.DataObject) -> None:
    schedule = data.draw(any_schedule(name))
    times = np.array([*range(60), *data.draw(st.lists(st.integers(0, 10**6), max_size=20))], dtype=np.float64)
    with np.errstate(all="ignore"):  # of branches that are not taken
        found = compiled(schedule, for_numpy.LANGUAGE, array="np.array")(times)
    assert np.shape(found) == times.shape
    assert found == pytest.approx(schedule(times), abs=1e-12 * schedule.peak, rel=0)


def test_a_case_becomes_an_if() -> None:
    schedule = Warmup(warmup=5, of=Cosine(lr=0.1, total=95, min_lr=1e-5))
    assert function(schedule, plain.LANGUAGE).lines == (
        "if t < 5:",
        "    u = min(t / 5, 1)",
        "    return 0.1 * u",
        "left = max(0, (95 - max(t - 5, 0)) / 95)",
        "return 1e-05 + (0.1 - 1e-05) * math.sin(math.pi / 2 * left) ** 2",
    )


def test_a_table_gets_a_name() -> None:
    found = function(Multistep(lr=0.1, milestones=(30, 60)), plain.LANGUAGE, prefix="mine_")
    assert found.lines == ("return 0.1 * 0.1 ** bisect_right(MINE_EDGES, t)",)
    assert found.tables == {"MINE_EDGES": (30.0, 60.0)}


@pytest.mark.parametrize(
    ("value", "text"),
    [(100.0, "100"), (0.1, "0.1"), (2.0**31, "2147483648.0"), (1e-7, "1e-07"), (math.inf, 'float("inf")')],
    ids=["whole", "fraction", "beyond 32 bits", "small", "infinite"],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text
