"""What can go wrong, as values."""

from __future__ import annotations

import pytest

from cosine_cli.errors import (
    CosineLrError,
    OutcomeError,
    ParameterError,
    Problem,
    RequestError,
    runtime_error,
    user_error,
)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("--lr", "must be above 0"), "--lr: must be above 0"),
        (Problem("--lr", "must be above 0", got="'-1'"), "--lr: must be above 0, got '-1'"),
        (Problem("--lr", "must be above 0", hint="leave it out"), "--lr: must be above 0; leave it out"),
        (
            Problem("c:1:2", "must be b", got="'a'", hint="did you mean b?"),
            "c:1:2: must be b, got 'a'; did you mean b?",
        ),
    ],
)
def test_a_fault_is_one_line(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_exit_codes_sit_on_the_classes() -> None:
    assert (RequestError.exit_code, OutcomeError.exit_code, ParameterError.exit_code) == (2, 1, 2)
    assert issubclass(ParameterError, ValueError)
    assert not hasattr(CosineLrError, "exit_code")


def test_an_error_holds_its_faults() -> None:
    error = RequestError(Problem("a", "b"), Problem("c", "d", "e"))
    assert [problem.where for problem in error.problems] == ["a", "c"]
    assert str(error) == "a: b\nc: d, got e"


def test_short_ways_to_one_fault() -> None:
    assert isinstance(user_error("a", "b"), RequestError)
    assert isinstance(runtime_error("a", "b"), OutcomeError)
    assert (
        str(user_error("a", "b", got="c", hint="d"))
        == str(runtime_error("a", "b", got="c", hint="d"))
        == "a: b, got c; d"
    )


def test_a_parameters_fault_is_placed_where_it_was_said() -> None:
    error = ParameterError("lr", "must be above 0", got="0", hint="x")
    assert error.name == "lr"
    assert str(error) == "lr: must be above 0, got 0; x"
    placed = error.at("plan.yaml:3:5")
    assert type(placed) is RequestError
    assert str(placed) == "plan.yaml:3:5: must be above 0, got 0; x"
