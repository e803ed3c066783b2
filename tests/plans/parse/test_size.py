"""Sizes of figures: a width, or a width and a height, each with its own unit or that of the other."""

from __future__ import annotations

import re

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.size import read_size, size_schema
from cosine_cli.schedules.core.fields import params

SIZE = next(param for param in params(Figure) if param.name == "size")


def raw(text: str) -> RawValue:
    return RawValue(text, "here")


def listed(*texts: str) -> RawValue:
    return RawValue("", "here", parts=tuple(map(raw, texts)))


@pytest.mark.parametrize(
    ("text", "inches"),
    [
        ("5", [5]),
        ("8x4.5", [8, 4.5]),
        ("8 x 4.5", [8, 4.5]),
        ("8,4.5", [8, 4.5]),
        ("50.8mm", [2]),
        ("50.8 mm", [2]),
        ("5.08cmx2in", [2, 2]),
        ("50.8x25.4mm", [2, 1]),
        ("50.8mmx25.4", [2, 1]),
        ("50.8 mm x 2.54 cm", [2, 1]),
        ("144x72pt", [2, 1]),
        ("1e1x5", [10, 5]),
    ],
)
def test_a_text(text: str, inches: list[float]) -> None:
    assert read_size(SIZE, raw(text)) == pytest.approx(inches)
    assert re.match(size_schema(SIZE)["anyOf"][1]["pattern"], text)


@pytest.mark.parametrize(
    ("texts", "inches"),
    [(("8", "4.5"), [8, 4.5]), (("50.8mm", "2.54cm"), [2, 1]), (("50.8", "25.4mm"), [2, 1])],
)
def test_a_list(texts: tuple[str, ...], inches: list[float]) -> None:
    assert read_size(SIZE, listed(*texts)) == pytest.approx(inches)
    assert all(re.match(size_schema(SIZE)["anyOf"][2]["items"]["anyOf"][1]["pattern"], text) for text in texts)


@pytest.mark.parametrize(
    "text", ["", "x", "84mmcm", "84mm mm", "84mm 60mm", "8x", "8x4x2", "0x4", "1.2.3", "8 4", "-8x4"]
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(RequestError, match="must be a width"):
        read_size(SIZE, raw(text))


@pytest.mark.parametrize("texts", [(), ("84x60",), ("8",), ("8", "4", "2"), ("8", "4x2"), ("8 x", "4"), ("0", "4")])
def test_what_is_no_list_of_two_sides(texts: tuple[str, ...]) -> None:
    with pytest.raises(RequestError, match="must be a width"):
        read_size(SIZE, listed(*texts))
