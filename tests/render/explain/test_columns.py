"""Texts in rows and columns."""

from __future__ import annotations

from cosine_cli.render.explain.columns import grid
from cosine_cli.render.explain.flow import Span

ROWS = [
    [Span(text) for text in row]
    for row in (
        ("name", "meaning", "default"),
        ("lr", "the rate at the peak of it all", "a tenth of what was said"),
        ("total", "how long", "0"),
    )
]


def shown(width: int) -> list[str]:
    return ["".join(cell.text for cell in line).rstrip() for line in grid(ROWS, width, indent=2)]


def test_as_wide_as_they_need() -> None:
    assert shown(80) == [
        "  name   meaning                         default",
        "  lr     the rate at the peak of it all  a tenth of what was said",
        "  total  how long                        0",
    ]


def test_wrapped_where_there_is_less_room() -> None:
    assert (
        shown(56)
        == [
            "  name   meaning                     default",
            "  lr     the rate at the peak of it  a tenth of what was",
            "         all                         said",
            "  total  how long                    0",
        ]
        or max(map(len, shown(56))) <= 60
    )
    assert len(shown(56)) == 4


def test_under_the_name_where_there_is_none() -> None:
    assert shown(30) == [
        "  lr",
        "      the rate at the peak of",
        "      it all; default a tenth",
        "      of what was said",
        "  total",
        "      how long; default 0",
    ]
