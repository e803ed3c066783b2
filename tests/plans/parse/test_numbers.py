"""Parsing of numbers, counts and times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.parse.numbers import MisreadError, Percent, parse_count, parse_number, parse_time, respelled
from cosine_cli.render.core.ticks import time_ticks
from cosine_cli.text import thousands


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("1e-3", 0.001),
        ("-2", -2.0),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1E2", 100.0),
        ("0", 0.0),
        ("1e-320", 1e-320),
        ("10_000", 10_000.0),
        ("1_000.000_5e1", 10_000.005),
    ],
)
def test_a_number(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "nan",
        "inf",
        "-inf",
        "_1",
        "1_",
        "1__0",
        "1_.5",
        "1._5",
        "1e1_0",
        "0x10",
        "٣",
        "１",
        " 1",
        "1 ",
        "1\n",
        "1e",
        "e3",
        "--1",
        "1.2.3",
        "1k",
        "true",
        "1/2",
        ".",
    ],
)
def test_no_number(text: str) -> None:
    with pytest.raises(MisreadError) as error:
        parse_number(text)
    assert (error.value.rule, error.value.hint) == ("must be a number", None)


@pytest.mark.parametrize(
    ("text", "spellings"),
    [
        ("0,1", ["0.1"]),
        ("1,5e3", ["1.5e3"]),
        ("12,5%", ["12.5%"]),
        ("1,000", ["1000", "1.000"]),
        ("1,000,000", ["1000000"]),
        ("1,000.5", ["1000.5"]),
        ("1 000", ["1000"]),
        ("1'000", ["1000"]),
        ("0,001", ["0.001"]),
        ("10 k", ["10k"]),
        ("25t", ["25T"]),
        ("1.5 m", ["1.5M"]),
        ("7b", ["7B"]),
        ("2g steps", ["2Gst"]),
        ("500 steps", ["500st"]),
        ("5 Epochs", ["5ep"]),
        ("3 percent", ["3%"]),
        ("1e\N{MINUS SIGN}3", ["1e-3"]),
        ("abc", []),
        ("1,2,3", []),
        ("1" * 100 + ",5", []),
    ],
)
def test_how_it_is_spelt_here(text: str, spellings: list[str]) -> None:
    assert list(respelled(text)) == spellings


@pytest.mark.parametrize("text", ["1e400", "-1e400", "9" * 400])
def test_too_large_for_a_float(text: str) -> None:
    with pytest.raises(MisreadError, match="must be a finite number"):
        parse_number(text)


def test_a_text_of_any_length_is_read_at_once() -> None:
    with pytest.raises(MisreadError):
        parse_number("9" * 100_000 + "x")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10", 10),
        ("10.0", 10),
        ("1e3", 1000),
        ("10k", 10_000),
        ("1.5M", 1_500_000),
        ("2G", 2 * 10**9),
        ("2B", 2 * 10**9),
        ("100K", 100_000),
        ("25T", 25 * 10**12),
        ("8.4G", 8_400_000_000),
        ("10_000", 10_000),
        ("1_000k", 1_000_000),
        (str(2**53), 2**53),
    ],
)
def test_a_count(text: str, value: int) -> None:
    found = parse_count(text)
    assert found == value
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("10.5", "must be a whole number"),
        ("1.2345k", "must be a whole number"),
        ("1e16", "must be at most 2^53, as larger integers are not exact in float64"),
        (str(2**53 + 1), "must be at most 2^53, as larger integers are not exact in float64"),
        ("9007199254740.993k", "must be at most 2^53, as larger integers are not exact in float64"),
        ("k", "must be a number"),
        ("5%", "must be a number"),
    ],
)
def test_no_count(text: str, rule: str) -> None:
    with pytest.raises(MisreadError) as error:
        parse_count(text)
    assert error.value.rule == rule


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", Time(5.0, "epoch")),
        ("0.5", Time(0.5, "epoch")),
        ("10k", Time(10_000.0, "epoch")),
        ("3ep", Time(3.0, "epoch")),
        ("500st", Time(500.0, "step")),
        ("2 st", Time(2.0, "step")),
        ("1.5kst", Time(1500.0, "step")),
        ("2Tst", Time(2e12, "step")),
        ("1Bst", Time(1e9, "step")),
        ("25T", Time(25e12, "epoch")),
        ("10_000st", Time(10_000.0, "step")),
        ("10%", Percent(10.0)),
        ("2.5 %", Percent(2.5)),
    ],
)
def test_a_time_in_a_plan_of_epochs(text: str, value: Time | Percent) -> None:
    assert parse_time(text, unit="epoch") == value


def test_a_bare_time_counts_in_the_unit() -> None:
    assert parse_time("5", unit="step") == Time(5.0, "step")
    assert parse_time("5ep", unit="step") == Time(5.0, "epoch")


@pytest.mark.parametrize(
    "text", ["ep", "%", "5px", "5%%", "5stst", "inf%", "5 k", "5t", "5g", "5m", "5b", "5s", "5kk", ""]
)
def test_no_time(text: str) -> None:
    with pytest.raises(MisreadError):
        parse_time(text, unit="epoch")


def test_sizes_round_once() -> None:
    """A product would round twice: 1.1 x 1000 is 1100.0000000000002 for a float."""
    assert parse_time("1.1k", unit="step") == Time(1100.0, "step")
    assert parse_count("4.35M") == 4_350_000


@given(st.floats(-1e200, 1e200))
def test_what_python_writes_is_read_back(value: float) -> None:
    assert parse_number(repr(value)) == value


@pytest.mark.parametrize("text", ["1.1e200", "-1e201", "1e308"])
def test_numbers_whose_sums_would_not_be_finite_are_refused(text: str) -> None:
    with pytest.raises(MisreadError, match="at most 1e\\+200"):
        parse_number(text)


@given(st.integers(0, 2**53), st.sampled_from(["", "st", "ep"]))
def test_every_whole_number_that_is_printed_is_read_back(value: int, unit: str) -> None:
    assert parse_count(thousands(value)) == value
    assert parse_count(str(value)) == parse_count(f"{value:_}") == value
    found = parse_time(thousands(value) + unit, unit="epoch")
    assert found == Time(float(value), "step" if unit == "st" else "epoch")


@given(st.floats(1e-6, 1e15))
def test_every_time_that_is_printed_is_read_back_to_its_digits(value: float) -> None:
    found = parse_time(thousands(value), unit="step")
    assert isinstance(found, Time)
    assert found.value == pytest.approx(value, rel=5e-4)


@given(st.integers(1, 2**53), st.integers(2, 20))
def test_every_label_of_a_time_axis_is_read_back(until: int, most: int) -> None:
    for tick in time_ticks(float(until), float(most)):
        assert parse_time(tick.text, unit="step") == Time(pytest.approx(tick.value, rel=1e-11), "step")  # type: ignore[arg-type]


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    for grammar in (parse_number, parse_count, lambda text: parse_time(text, unit="epoch")):
        try:
            grammar(text)
        except MisreadError as error:
            assert error.rule.startswith("must be")  # noqa: PT017
