"""Parsing of values by the declaration of their parameter."""

from __future__ import annotations

from typing import Any

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.model.curve_options import LABEL
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.model.options import CurveFlags, Rows, Run
from cosine_cli.plans.parse.numbers import Percent
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.multistep import Multistep

DECLARED = {param.name: param for kind in (Run, Rows, CurveFlags, Figure) for param in params(kind)}
DECLARED |= {"milestones": next(p for p in params(Multistep) if p.name == "milestones"), "label": LABEL}


def raw(text: str = "", **more: Any) -> RawValue:
    return RawValue(text, "here", **more)


def listed(*texts: str) -> RawValue:
    return raw(parts=tuple(map(raw, texts)))


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("lr", raw("1e-3"), 0.001),
        ("epochs", raw("10k"), 10_000),
        ("warmup", raw("5"), Time(5.0, "epoch")),
        ("warmup", raw("5", unit="step"), Time(5.0, "step")),
        ("warmup", raw("5%"), Percent(5.0)),
        ("warmup", raw("5%", quoted=True), Percent(5.0)),
        ("epochs", raw("10k", quoted=True), 10_000),
        ("update", raw("epoch"), "epoch"),
        ("log", raw("true"), True),
        ("log", raw("False"), False),
        ("size", raw("8x4.5"), (8.0, 4.5)),
        ("size", raw("8,4.5"), (8.0, 4.5)),
        ("size", raw("page"), (5.5, 3.1)),
        ("size", listed("8", "4.5"), (8.0, 4.5)),
        ("at", raw("0,30,60"), (Time(0.0, "epoch"), Time(30.0, "epoch"), Time(60.0, "epoch"))),
        ("at", raw("0/30"), (Time(0.0, "epoch"), Time(30.0, "epoch"))),
        ("milestones", raw("30/60"), (Time(30.0, "epoch"), Time(60.0, "epoch"))),
        ("milestones", listed("30", "60ep"), (Time(30.0, "epoch"), Time(60.0, "epoch"))),
        ("milestones", listed("300st", "2ep"), (Time(300.0, "step"), Time(2.0, "epoch"))),
        ("milestones", listed("30", "80%"), (Time(30.0, "epoch"), Percent(80.0))),
        ("milestones", raw("30/60", quoted=True), (Time(30.0, "epoch"), Time(60.0, "epoch"))),
        ("size", raw("page", quoted=True), (5.5, 3.1)),
        ("label", raw("5"), "5"),
        ("label", raw("", quoted=True), ""),
        ("label", raw("~", quoted=True), "~"),
    ],
)
def test_a_value(name: str, given: RawValue, value: Any) -> None:
    assert read(DECLARED[name], given) == value


COUNT = "must be a whole number of at least 1 and at most 9007199254740992"
RISING = "must be finite numbers in rising order above 0"
SIZE = "must be a width, or a width x a height, in inches, cm, mm or pt; or column, page or slide"
SIZES = "as in 8x4.5, 84mm or 84x60mm"


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("lr", raw("0"), "here: must be a finite number above 0, got '0'"),
        ("lr", raw("x"), "here: must be a finite number above 0, got 'x'"),
        ("lr", raw("0,1"), "here: must be a finite number above 0, got '0,1'; did you mean 0.1?"),
        ("lr", raw("1k"), "here: must be a finite number above 0, got '1k'"),
        (
            "lr",
            raw("5%"),
            (
                "here: must be a finite number above 0, got '5%'; only rates below the peak can be percentages, as in "
                "min_lr=10%"
            ),
        ),
        ("min_lr", raw("-5%"), "here: must be a finite number of at least 0, got '-5%'"),
        ("lr", raw(), "here: must be a finite number above 0, got an empty string"),
        ("lr", listed("1", "2"), "here: must be a finite number above 0, got '[1, 2]'"),
        ("lr", raw(keys={}), "here: must be a finite number above 0, got a mapping"),
        (
            "lr",
            raw("0.1", quoted=True),
            "here: must be a finite number above 0, got a quoted string; write the number without quotes",
        ),
        ("epochs", raw("10.5"), f"here: {COUNT}, got '10.5'"),
        ("epochs", raw("1e16"), "here: must be at most 2^53, as larger integers are not exact in float64, got '1e16'"),
        ("warmup", raw("-1"), "here: must be a finite number of at least 0, got '-1'"),
        ("warmup", raw("-1%"), "here: must be a finite number of at least 0, got '-1%'"),
        ("update", raw("epocs"), "here: must be step or epoch, got 'epocs'; did you mean epoch?"),
        ("log", raw("yes"), "here: must be true or false, got 'yes'"),
        ("log", raw("true", quoted=True), "here: must be true or false, got a quoted string"),
        ("log", listed("true"), "here: must be true or false, got '[true]'"),
        ("label", raw("~"), "here: must be a string, got nothing"),
        ("label", listed("a"), "here: must be a string, got '[a]'"),
        ("size", raw("-8"), f"here: {SIZE}, got '-8'; {SIZES}"),
        ("size", raw("8em"), f"here: {SIZE}, got '8em'; {SIZES}"),
        ("size", raw("colum"), f"here: {SIZE}, got 'colum'; did you mean column?"),
        ("size", listed("8"), f"here: {SIZE}, got '[8]'; {SIZES}"),
        ("size", raw("8x4x2"), f"here: {SIZE}, got '8x4x2'; {SIZES}"),
        ("size", raw("8x0"), f"here: {SIZE}, got '8x0'; {SIZES}"),
        ("size", raw("8x"), f"here: {SIZE}, got '8x'; {SIZES}"),
        ("milestones", raw("30/20"), f"here: {RISING}, got '30/20'"),
        (
            "milestones",
            raw("30", quoted=True),
            f"here: {RISING}, got a quoted string; write the number without quotes",
        ),
        ("milestones", raw("0/20"), f"here: {RISING}, got '0/20'"),
        ("milestones", listed("30", "x"), f"here: {RISING}, got 'x'"),
        ("milestones", listed("30", "-10%"), f"here: {RISING}, got '[30, -10%]'"),
        ("milestones", raw(parts=()), f"here: {RISING}, got '[]'"),
        ("milestones", raw(parts=(listed("3"),)), f"here: {RISING}, got a list with lists or mappings"),
        ("milestones", raw(parts=(CurveSpec("step", "x"),)), f"here: {RISING}, got a list with lists or mappings"),
    ],
)
def test_no_value(name: str, given: RawValue, message: str) -> None:
    with pytest.raises(RequestError) as error:
        read(DECLARED[name], given)
    assert str(error.value) == message


def test_a_long_value_is_cut() -> None:
    with pytest.raises(RequestError) as error:
        read(DECLARED["lr"], raw("9" * 1000))
    assert str(error.value) == f"here: must be a finite number above 0, got '{'9' * 59}…'"


def test_every_declared_default_is_accepted_by_its_own_rule() -> None:
    plain = [param for param in DECLARED.values() if isinstance(param.default, int | float | str | bool)]
    assert len(plain) > 5
    assert [param.name for param in plain if not _reads_its_default(param)] == []


def _reads_its_default(param: Param) -> bool:
    found = read(param, raw(str(param.default).lower() if param.type is bool else str(param.default)))
    return (found.value if isinstance(found, Time) else found) == param.default


@pytest.mark.parametrize("text", ["1/" * 20_000 + "1", "1," * 20_000 + "1"], ids=["slashes", "commas"])
def test_more_values_than_a_text_may_have(text: str) -> None:
    with pytest.raises(RequestError) as error:
        read(DECLARED["at"], raw(text))
    assert str(error.value) == "here: must have at most 20,000 values, got 20,001"
