"""What can go wrong, as values."""

from __future__ import annotations

import pytest

from cosine_cli.errors import CosineLrError, Fault, OutcomeError, ParameterError, RequestError, failure, refusal


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault("--lr", "must be above 0"), "--lr: must be above 0"),
        (Fault("--lr", "must be above 0", got="'-1'"), "--lr: must be above 0, got '-1'"),
        (Fault("--lr", "must be above 0", mend="leave it out"), "--lr: must be above 0; leave it out"),
        (Fault("c:1:2", "must be b", got="'a'", mend="did you mean b?"), "c:1:2: must be b, got 'a'; did you mean b?"),
    ],
)
def test_a_fault_is_one_line(fault: Fault, line: str) -> None:
    assert str(fault) == line


def test_exit_codes_sit_on_the_classes() -> None:
    assert (RequestError.exit_code, OutcomeError.exit_code, ParameterError.exit_code) == (2, 1, 2)
    assert issubclass(ParameterError, ValueError)
    assert not hasattr(CosineLrError, "exit_code")


def test_an_error_holds_its_faults() -> None:
    error = RequestError(Fault("a", "b"), Fault("c", "d", "e"))
    assert [fault.where for fault in error.faults] == ["a", "c"]
    assert str(error) == "a: b\nc: d, got e"


def test_short_ways_to_one_fault() -> None:
    assert isinstance(refusal("a", "b"), RequestError)
    assert isinstance(failure("a", "b"), OutcomeError)
    assert str(refusal("a", "b", got="c", mend="d")) == str(failure("a", "b", got="c", mend="d")) == "a: b, got c; d"


def test_a_parameters_fault_is_placed_where_it_was_said() -> None:
    error = ParameterError("lr", "must be above 0", got="0", mend="x")
    assert error.name == "lr"
    assert str(error) == "lr: must be above 0, got 0; x"
    placed = error.at("plan.yaml:3:5")
    assert type(placed) is RequestError
    assert str(placed) == "plan.yaml:3:5: must be above 0, got 0; x"
