"""Errors as values."""

from __future__ import annotations

import pytest

from cosine_cli.errors import (
    CosineLrError,
    OutcomeError,
    ParameterError,
    Problem,
    RequestError,
    reason_of,
    runtime_error,
    user_error,
)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("--lr", "must be above 0"), "--lr: must be above 0"),
        (Problem("--lr", "must be above 0", got="'-1'"), "--lr: must be above 0, got '-1'"),
        (Problem("--lr", "must be above 0", hint="leave it out"), "--lr: must be above 0; leave it out"),
        (Problem("", "unknown option '--font'", hint="see --help"), "unknown option '--font'; see --help"),
        (
            Problem("c:1:2", "must be b", got="'a'", hint="did you mean b?"),
            "c:1:2: must be b, got 'a'; did you mean b?",
        ),
    ],
)
def test_a_problem_is_one_line(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_each_class_has_its_exit_code() -> None:
    assert (RequestError.exit_code, OutcomeError.exit_code, ParameterError.exit_code) == (2, 1, 2)
    assert issubclass(ParameterError, ValueError)
    assert not hasattr(CosineLrError, "exit_code")


def test_an_error_contains_its_problems() -> None:
    error = RequestError(Problem("a", "b"), Problem("c", "d", "e"))
    assert [problem.where for problem in error.problems] == ["a", "c"]
    assert str(error) == "a: b\nc: d, got e"


def test_constructors_for_one_problem() -> None:
    assert isinstance(user_error("a", "b"), RequestError)
    assert isinstance(runtime_error("a", "b"), OutcomeError)
    assert (
        str(user_error("a", "b", got="c", hint="d"))
        == str(runtime_error("a", "b", got="c", hint="d"))
        == "a: b, got c; d"
    )


def test_a_parameter_error_moves_to_the_place_of_its_value() -> None:
    error = ParameterError("lr", "must be above 0", got="0", hint="x")
    assert error.name == "lr"
    assert str(error) == "lr: must be above 0, got 0; x"
    placed = error.at("plan.yaml:3:5")
    assert type(placed) is RequestError
    assert str(placed) == "plan.yaml:3:5: must be above 0, got 0; x"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (IsADirectoryError(21, "Is a directory"), "is a directory"),
        (OSError("Not now"), "not now"),
        (ValueError("embedded null byte"), "invalid file name"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), "invalid file name"),
    ],
)
def test_the_reason_of_an_operating_system_error(error: OSError | ValueError, reason: str) -> None:
    assert reason_of(error) == reason
