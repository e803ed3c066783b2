"""A parameter and all that it says of itself."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from cosine_cli.schedules.core.fields import Derived, NamedCurve, OneUnit, Param, Share, param, params, share


def number(**rules: Any) -> Param:
    return Param(name="x", type=rules.pop("type", float), default=1.0, meaning="a number", **rules)


ACCEPTED = [
    pytest.param({"above": 0}, 1e-300, True, id="above: over it"),
    pytest.param({"above": 0}, 0, False, id="above: on it"),
    pytest.param({"at_least": 0}, 0, True, id="at least: on it"),
    pytest.param({"at_least": 0}, -1e-300, False, id="at least: under it"),
    pytest.param({"at_most": 1}, 1, True, id="at most: on it"),
    pytest.param({"at_most": 1}, 1.0000001, False, id="at most: over it"),
    pytest.param({}, -5.0, True, id="no bounds"),
    pytest.param({}, np.float64(2), True, id="numpy's float"),
    pytest.param({}, np.int64(2), True, id="numpy's int"),
    pytest.param({}, math.inf, False, id="infinite"),
    pytest.param({}, math.nan, False, id="not a number"),
    pytest.param({}, True, False, id="a truth value"),
    pytest.param({"type": int}, 3.0, True, id="whole: a whole float"),
    pytest.param({"type": int}, 3.5, False, id="whole: a fraction"),
    pytest.param({"many": True}, (1, 2), True, id="many"),
    pytest.param({"many": True}, [2, 1], True, id="many: a list in any order"),
    pytest.param({"many": True}, (), False, id="many: none"),
    pytest.param({"many": True, "above": 0}, (1, 0), False, id="many: one on the bound"),
    pytest.param({"many": True, "ascending": True}, (1, 2, 2.5), True, id="rising"),
    pytest.param({"many": True, "ascending": True}, (1, 1), False, id="rising: twice the same"),
    pytest.param({"many": True, "ascending": True}, (2, 1), False, id="rising: falling"),
    pytest.param({"choices": ("a", "b")}, "b", True, id="choices"),
    pytest.param({"choices": ("a", "b")}, "c", False, id="choices: none of them"),
]


@pytest.mark.parametrize(("rules", "value", "accepted"), ACCEPTED)
def test_a_rule_accepts_what_it_says(rules: dict[str, Any], value: Any, accepted: bool) -> None:  # noqa: FBT001
    assert number(**rules).accepts(value) is accepted


SAID = [
    pytest.param({}, "must be a finite number", id="no bounds"),
    pytest.param({"above": 0}, "must be a finite number above 0", id="above"),
    pytest.param({"at_least": 1}, "must be a finite number of at least 1", id="at least"),
    pytest.param({"at_most": 1}, "must be a finite number of at most 1", id="at most"),
    pytest.param({"above": 0, "at_most": 1}, "must be a finite number above 0 and at most 1", id="both"),
    pytest.param(
        {"at_least": 1, "at_most": 2**53, "type": int},
        "must be a whole number of at least 1 and at most 9007199254740992",
        id="whole and large",
    ),
    pytest.param(
        {"many": True, "ascending": True, "above": 0}, "must be finite numbers in rising order above 0", id="many"
    ),
    pytest.param({"choices": ("a", "b", "c")}, "must be a, b or c", id="choices"),
]


@pytest.mark.parametrize(("rules", "said"), SAID)
def test_a_rule_in_words(rules: dict[str, Any], said: str) -> None:
    assert number(**rules).rule == said


CASTS = [
    pytest.param({}, 3, "3.0", id="float"),
    pytest.param({"type": int}, 3.0, "3", id="int"),
    pytest.param({"many": True}, [1, 2], "(1.0, 2.0)", id="many"),
]


@pytest.mark.parametrize(("rules", "value", "cast"), CASTS)
def test_an_accepted_value_takes_the_declared_type(rules: dict[str, Any], value: Any, cast: str) -> None:
    assert repr(number(**rules).cast(value)) == cast


DEFAULTS = [
    pytest.param(share(0.3), "30% of the run", id="one share"),
    pytest.param(share(0.3, 0.6), "30%/60% of the run", id="two shares"),
    pytest.param(OneUnit(), "1 epoch or step", id="one unit"),
    pytest.param(Derived("as many as fit", lambda given, run: run / given["cycle"]), "as many as fit", id="derived"),
    pytest.param(NamedCurve("cosine"), "cosine", id="a curve"),
]


@pytest.mark.parametrize(("default", "said"), DEFAULTS)
def test_a_default_in_words(default: object, said: str) -> None:
    assert str(default) == said


@dataclass(frozen=True, kw_only=True)
class Declared:
    size: float = param(share(0.5), "how long", above=0, time="length", standalone=7.0)
    given: float = param(share(0.5), "how long, to be given")
    times: tuple[float, ...] = param((1.0,), "when", ascending=True, time="moment")
    count: int = param(3, "how many")
    kind: str = param("a", "which", choices=("a", "b"))
    plain: float = 2.0


def test_a_dataclass_tells_its_parameters_in_their_order() -> None:
    assert [field.name for field in params(Declared)] == ["size", "given", "times", "count", "kind"]


def test_a_parameter_knows_what_was_declared() -> None:
    size, _, times, count, kind = params(Declared)
    assert (size.default, size.above, size.time, size.many, size.whole) == (Share((0.5,)), 0, "length", False, False)
    assert (times.type, times.many, times.ascending, times.time) == (float, True, True, "moment")
    assert (count.type, count.whole, count.default) == (int, True, 3)
    assert (kind.type, kind.choices) == (str, ("a", "b"))


def test_a_default_that_needs_a_plan_has_to_be_given_where_nothing_stands_in_for_it() -> None:
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'given'"):
        Declared()
    made = Declared(given=1.0)
    assert (made.size, made.times, made.count) == (7.0, (1.0,), 3)


def test_fields_load_no_numpy() -> None:
    code = "import sys, cosine_cli.schedules.core.fields; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
