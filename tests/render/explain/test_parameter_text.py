"""Parameters in words."""

from __future__ import annotations

from typing import Any

import pytest

from cosine_cli.render.explain.parameter_text import aliases_text, default_text, kind_text, takes
from cosine_cli.schedules.core.fields import Derived, NamedCurve, OneUnit, Param, Share


def one(**said: Any) -> Param:
    return Param(**{"name": "x", "type": float, "default": 0.1, "meaning": "m", **said})


TAKEN = [
    pytest.param({}, "number", id="any"),
    pytest.param({"above": 0}, "number above 0", id="above"),
    pytest.param({"at_least": 0}, "number from 0 up", id="at least"),
    pytest.param({"at_most": 1}, "number up to 1", id="at most"),
    pytest.param({"above": 0, "at_most": 1}, "number above 0 to 1", id="both"),
    pytest.param({"at_least": 0, "no_more_than": "lr"}, "number from 0 to lr", id="of another"),
    pytest.param({"at_least": 0, "at_most": 1, "no_more_than": "lr"}, "number from 0 to 1 and lr", id="of both"),
    pytest.param({"type": int, "at_least": 1, "at_most": 2**53}, "count from 1 to 2^53", id="count"),
    pytest.param({"time": "length", "above": 0}, "time above 0", id="length"),
    pytest.param(
        {"time": "moment", "above": 0, "many": True, "ascending": True}, "moments above 0, ascending", id="moments"
    ),
    pytest.param({"many": True, "exactly": 2}, "2 numbers", id="so many"),
    pytest.param({"type": str, "choices": ("a", "b", "c")}, "a, b or c", id="words"),
    pytest.param({"type": bool}, "true or false", id="bool"),
    pytest.param({"type": "Schedule"}, "curve", id="curve"),
    pytest.param({"type": "tuple[Schedule, ...]", "many": True}, "curves", id="curves"),
]


@pytest.mark.parametrize(("said", "words"), TAKEN)
def test_what_a_parameter_takes(said: dict[str, Any], words: str) -> None:
    assert takes(one(**said)) == words


def test_the_sort_of_a_word() -> None:
    assert kind_text(one(type=str, choices=("a", "b"))) == "word"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"default": 10000.0}, "10000"),
        ({"default": 0.1}, "0.1"),
        ({"default": False}, "false"),
        ({"default": "linear"}, "linear"),
        ({"default": (0.1, 0.02)}, "0.1/0.02"),
        ({"default": Share((0.3, 0.6))}, "30%/60% of the run"),
        ({"default": OneUnit()}, "1 epoch or step"),
        ({"default": Derived("what is left", lambda _given, run: run)}, "what is left"),
        ({"default": NamedCurve("cosine")}, "cosine"),
        ({"default": None}, "none"),
        ({"default": ()}, "none"),
        ({"default": (), "of_members": True}, "set by for= on each curve"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_it_is_where_nothing_is_said(said: dict[str, Any], words: str) -> None:
    assert default_text(one(**said)) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ""),
        ({"alias": "x"}, ""),
        ({"alias": "decay_rate"}, "alias decay_rate"),
        ({"share_name": "pct"}, "alias pct (a fraction)"),
        ({"alias": "decay_rate", "share_name": "pct"}, "alias decay_rate or pct (a fraction)"),
    ],
)
def test_what_else_it_is_called(said: dict[str, Any], words: str) -> None:
    assert aliases_text(one(**said)) == words
