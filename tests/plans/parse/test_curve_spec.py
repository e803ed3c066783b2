"""Parsing of curve specs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.curve_spec import MOST_PARAMETERS, parse_curve


def texts(spec: str) -> tuple[str, dict[str, str]]:
    curve = parse_curve(spec, unit="epoch")
    return curve.name, {name: value.text for name, value in curve.params.items()}


@pytest.mark.parametrize(
    ("spec", "name", "params"),
    [
        ("cosine", "cosine", {}),
        ("step:", "step", {}),
        ("step:step_size=20,gamma=0.5", "step", {"step_size": "20", "gamma": "0.5"}),
        (" step : gamma = 0.5 , lr = 1 ", "step", {"gamma": "0.5", "lr": "1"}),
        ("multistep:milestones=30/60/80", "multistep", {"milestones": "30/60/80"}),
        ("multistep:milestones=30,60,80,gamma=0.5", "multistep", {"milestones": "30,60,80", "gamma": "0.5"}),
        ("cosine:label='a, b',lr=1", "cosine", {"label": "a, b", "lr": "1"}),
        ('cosine:label="it\'s, x=1"', "cosine", {"label": "it's, x=1"}),
        ("cosine:label=''", "cosine", {"label": ""}),
        ("cosine:label=it's", "cosine", {"label": "it's"}),
        ("cosine:label=Cosine annealing, linear warmup", "cosine", {"label": "Cosine annealing, linear warmup"}),
        ("cosine:label=a,  b , c ,lr=1", "cosine", {"label": "a,  b , c", "lr": "1"}),
        ("multistep:milestones=30, 60, 80", "multistep", {"milestones": "30, 60, 80"}),
        ("cosine:label=a=b", "cosine", {"label": "a=b"}),
        ("cosine:label=a:b", "cosine", {"label": "a:b"}),
        ("restarts:of=cosine:lr=1", "restarts", {"of": "cosine:lr=1"}),
    ],
)
def test_what_a_text_says(spec: str, name: str, params: dict[str, str]) -> None:
    assert texts(spec) == (name, params)


def test_a_quoted_value_says_so() -> None:
    curve = parse_curve("cosine:label='5',lr=5", unit="step")
    assert (curve.params["label"].quoted, curve.params["lr"].quoted) == (True, False)
    assert (curve.unit, curve.params["lr"].unit) == ("step", "step")
    assert curve.params["lr"].where == "curve 'cosine:label='5',lr=5': lr"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "curve '': must begin with the name of a schedule; as in step:step_size=20"),
        (":", "curve ':': must begin with the name of a schedule; as in step:step_size=20"),
        (":lr=1", "curve ':lr=1': must begin with the name of a schedule; as in step:step_size=20"),
        ("a:b", "curve 'a:b': write parameters as name=value, got 'b'"),
        ("a:b=", "curve 'a:b=': write parameters as name=value, got 'b='"),
        ("a:=b", "curve 'a:=b': write parameters as name=value, got '=b'"),
        ("a:,", "curve 'a:,': write parameters as name=value, got nothing"),
        ("a:b=1,", "curve 'a:b=1,': write parameters as name=value, got nothing"),
        ("a:b=1,,c=2", "curve 'a:b=1,,c=2': write parameters as name=value, got nothing"),
        ("a:b=1,b=2", "curve 'a:b=1,b=2': duplicate parameter 'b'"),
        ("a:b='x'y", "curve 'a:b='x'y': must not have text after a closing quote, got ''x'y'"),
        ("a:b='x", "curve 'a:b='x': quotes must be closed, got 'b='x'"),
        ("a:b='x',y", "curve 'a:b='x',y': write parameters as name=value, got 'y'"),
    ],
)
def test_what_is_no_curve(spec: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        parse_curve(spec, unit="epoch")
    assert str(error.value) == message


@pytest.mark.parametrize("number", [1000, 1001])
def test_how_many_parameters_a_text_may_have(number: int) -> None:
    spec = "a:" + ",".join(f"p{at}=1" for at in range(number))
    if number <= MOST_PARAMETERS:
        assert len(texts(spec)[1]) == number
        return
    with pytest.raises(RequestError, match="must have at most 1,000 parameters, got more"):
        parse_curve(spec, unit="epoch")


LONG = 1 << 22
"""The length of a text for which a quadratic split would copy 8 TB."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a" + "'" * LONG, None),
        ("'" + '"' * LONG + "'", '"' * LONG),
        ("1" + ",1" * (LONG // 2), None),
        ("a" + "=" * LONG, None),
        ("a" + " " * LONG + "b", None),
    ],
    ids=["quotes", "quoted quotes", "commas", "equals", "spaces"],
)
def test_a_long_value(value: str, expected: str | None) -> None:
    assert texts(f"cosine:label={value},lr=1") == ("cosine", {"label": expected or value, "lr": "1"})


@given(st.text(max_size=40))
def test_any_text_is_a_curve_or_refused(spec: str) -> None:
    try:
        curve = parse_curve(spec, unit="epoch")
    except RequestError as error:
        assert len(error.problems) == 1  # noqa: PT017
    else:
        assert curve.name


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(st.characters(exclude_characters="'"))))
def test_quoted_values_come_back_as_they_are(params: dict[str, str]) -> None:
    spec = "cosine:" + ",".join(f"{name}='{value}'" for name, value in params.items())
    assert texts(spec) == ("cosine", params)
