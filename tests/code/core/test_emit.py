"""Trees as text: what a function says, as formatters leave it, and that it gives the tree's values."""

from __future__ import annotations

import ast
import math
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedules_of import PATIENT, any_schedule

from cosine_cli.code import numpy as for_numpy
from cosine_cli.code.core import python_functions
from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import WIDTH, Language, function, literal
from cosine_cli.code.core.formatting import indented, tables
from cosine_cli.code.core.function_body import rate_function
from cosine_cli.code.core.lowering import LoweringOptions, lower
from cosine_cli.code.core.simplify import simplify
from cosine_cli.code.core.symbols import TIME, Symbolic, TreeNode
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.code.core.emit import Function
    from cosine_cli.schedules.core.schedule import Schedule

each_schedule = pytest.mark.parametrize("name", catalogue.names())
few = settings(PATIENT, max_examples=12)


def written(schedule: Schedule, language: Language, *, last: float = 1e6) -> Function:
    tree = simplify(schedule.formula(Symbolic(), TIME), last, branches=language.branches)
    return function(lower(tree, last, LoweringOptions("quotient")), language)


def compiled(body: Function, language: Language) -> Callable[[object], object]:
    text = "\n".join([*tables([body], array=language.array), "def lr(t):", *indented(body.lines)])
    assert all(len(line) <= WIDTH for line in body.lines), text
    names: dict[str, object] = {"math": math, "bisect_right": bisect_right, "np": np}
    exec(compile(ast.parse(text), "<generated>", "exec"), names)  # noqa: S102 - running it is the test
    return names["lr"]  # type: ignore[return-value]


def run_of(schedule: Schedule, calls: int) -> CodegenCurve:
    run: dict[str, Any] = {"updates": calls, "calls": calls, "batches": 1, "per_epoch": False}
    return CodegenCurve(name="mine", label="mine", schedule=schedule, lr=1.0, **run)


@each_schedule
@few
@given(data=st.data())
def test_python_gives_the_rates(name: str, data: st.DataObject) -> None:
    schedule, calls = data.draw(any_schedule(name)), data.draw(st.integers(1, 400))
    lr = compiled(rate_function(run_of(schedule, calls), python_functions.LANGUAGE), python_functions.LANGUAGE)
    expected = schedule(np.arange(calls + 1.0)).tolist()
    assert [lr(t) for t in range(calls + 1)] == pytest.approx(expected, abs=1e-12 * schedule.peak, rel=0)


@each_schedule
@few
@given(data=st.data())
def test_numpy_gives_the_rates(name: str, data: st.DataObject) -> None:
    schedule, calls = data.draw(any_schedule(name)), data.draw(st.integers(1, 400))
    times = np.arange(calls + 1.0)
    with np.errstate(all="ignore"):  # of branches that are not taken
        found = compiled(rate_function(run_of(schedule, calls), for_numpy.LANGUAGE), for_numpy.LANGUAGE)(times)
    assert np.shape(found) == times.shape
    assert found == pytest.approx(schedule(times), abs=1e-12 * schedule.peak, rel=0)


def test_a_case_becomes_an_if() -> None:
    schedule = Warmup(warmup=5, of=Cosine(lr=0.1, total=95, min_lr=1e-5))
    assert written(schedule, python_functions.LANGUAGE).lines == (
        "if t < 5:",
        "    return 0.1 * t / 5",
        "progress = min((t - 5) / 95, 1)",
        "return 1e-05 + (0.1 - 1e-05) * 0.5 * (1 + math.cos(math.pi * progress))",
    )


def test_the_time_has_the_name_that_the_language_gives_it() -> None:
    found = written(Cosine(lr=0.1, total=95), replace(python_functions.LANGUAGE, time="epoch"), last=90)
    assert found.lines == ("return 0.1 * 0.5 * (1 + math.cos(math.pi * epoch / 95))",)


def test_a_table_that_fits_a_line_stands_in_the_function() -> None:
    found = written(Multistep(lr=0.1, milestones=(30, 60)), python_functions.LANGUAGE)
    assert found.lines == ("milestones = (30, 60)", "return 0.1 * 0.1 ** bisect_right(milestones, t)")
    assert not found.tables


def test_a_long_table_stands_before_the_function() -> None:
    times = tuple(1.5 * i * i for i in range(1, 40))
    tree = Symbolic().count(times, TIME, "milestones")
    found = function(0.1**tree, python_functions.LANGUAGE, prefix="mine_")
    assert found.lines == ("return 0.1 ** bisect_right(MINE_MILESTONES, t)",)
    assert found.tables == {"MINE_MILESTONES": times}


@pytest.mark.parametrize(
    ("array", "lines"),
    [
        ("", ["STARTS = [1.1 * i for i in range(30)]"]),
        ("np.array", ["STARTS = 1.1 * np.arange(30)"]),
    ],
    ids=["python", "numpy"],
)
def test_a_table_of_equal_steps_is_computed(array: str, lines: list[str]) -> None:
    found = function(Symbolic().count([1.1 * i for i in range(30)], TIME, "starts"), python_functions.LANGUAGE)
    assert tables([found], array=array) == lines


X, LONG = TreeNode("name", name="t"), 1.2345678901234567


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        (TreeNode("-", (X, TreeNode("-", (X, 1.0)))), ["return t - (t - 1)"]),
        (TreeNode("*", (2.0, TreeNode("/", (X, 3.0)))), ["return 2 * (t / 3)"]),
        (TreeNode("+", (1.0, TreeNode("+", (X, 3.0)))), ["return 1 + (t + 3)"]),
        (TreeNode("**", (TreeNode("neg", (X,)), 2.0)), ["return (-t) ** 2"]),
        (TreeNode("neg", (TreeNode("**", (X, 2.0)),)), ["return -(t**2)"]),
        (TreeNode("**", (X, -0.5)), ["return t**-0.5"]),
        (TreeNode("*", (-2.0, X)), ["return -2 * t"]),
        (TreeNode("/", (TreeNode("%", (X, 7.0)), 7.0)), ["return t % 7 / 7"]),
        (
            TreeNode(
                "*",
                (LONG, TreeNode("minimum", (TreeNode("+", (X, LONG)), TreeNode("*", (LONG, TreeNode("exp", (X,))))))),
            ),
            ["return 1.2345678901234567 * min(t + 1.2345678901234567, 1.2345678901234567 * math.exp(t))"],
        ),
        (
            TreeNode(
                "+",
                (TreeNode("*", (LONG, TreeNode("exp", (X,)))), TreeNode("*", (LONG, TreeNode("minimum", (X, LONG))))),
            ),
            ["return 1.2345678901234567 * math.exp(t) + 1.2345678901234567 * min(t, 1.2345678901234567)"],
        ),
    ],
    ids=["minus", "times", "plus", "power of minus", "minus a power", "root", "minus two", "rest", "wide", "sum"],
)
def test_what_is_written_is_the_tree_to_the_last_bit(tree: TreeNode, lines: list[str]) -> None:
    found = list(function(tree, python_functions.LANGUAGE).lines)
    text = "".join(line.strip() for line in found)
    written = eval(text.removeprefix("return "), {"math": math, "min": min, "t": 0.3})  # noqa: S307 - as above
    whole = eval(lines[0].removeprefix("return "), {"math": math, "min": min, "t": 0.3})  # noqa: S307 - as above
    assert written == whole
    if len(lines[0]) <= WIDTH - 4:
        assert found == lines
    else:
        assert len(found) > 1
        assert max(map(len, found)) <= WIDTH - 4


@pytest.mark.parametrize(
    ("value", "text"),
    [(100.0, "100"), (0.1, "0.1"), (2.0**31, "2147483648.0"), (1e-7, "1e-07"), (math.inf, 'float("inf")')],
    ids=["whole", "fraction", "beyond 32 bits", "small", "infinite"],
)
def test_numbers(value: float, text: str) -> None:
    assert literal(value) == text
