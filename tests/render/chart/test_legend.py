"""The lines under the chart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.render.ansi import styled
from cosine_cli.render.chart.legend import Row, lines, rate_text, rows, trimmed
from cosine_cli.studies.summary import summarise

DECAYS = [
    Row("", "cosine", ("50", "0", "0.0505", "")),
    Row("", "step decay", ("30", "0.0001", "0.0333", "30, 60, 90")),
    Row("", "exponential decay", ("15.05", "0.001", "0.0220", "")),
]


def text(found: list[Row], width: int) -> str:
    return "".join(f"{styled(cells, '')}\n" for cells in lines(found, width, "…"))


WORDS = """\
 cosine              half at 50      ends at 0        mean 0.0505
 step decay          half at 30      ends at 0.0001   mean 0.0333   drops at 30, 60, 90
 exponential decay   half at 15.05   ends at 0.001    mean 0.0220
"""

HEADS = """\
                    half at  ends at    mean  drops at
 cosine                  50        0  0.0505
 step decay              30   0.0001  0.0333  30, 60, 90
 exponential decay    15.05    0.001  0.0220
"""

SHORT_NAMES = """\
           half at  ends at    mean  drops at
 cosine         50        0  0.0505
 step de…       30   0.0001  0.0333  30, 60, 90
 exponen…    15.05    0.001  0.0220
"""

WITHOUT_DROPS = """\
            half at  ends at    mean
 cosine          50        0  0.0505
 step dec…       30   0.0001  0.0333
 exponent…    15.05    0.001  0.0220
"""


@pytest.mark.parametrize(
    ("width", "shown"),
    [(1 << 20, WORDS), (87, WORDS), (86, HEADS), (56, HEADS), (47, SHORT_NAMES), (36, WITHOUT_DROPS)],
)
def test_what_fits(width: int, shown: str) -> None:
    assert text(DECAYS, width) == shown


def test_names_alone_on_the_narrowest_screen_and_nothing_on_a_narrower_one() -> None:
    assert text(DECAYS, 12) == " cosine\n step decay\n exponentia…\n"
    assert text(DECAYS, 11) == ""


@given(
    st.integers(1, 120),
    st.lists(st.sampled_from([*DECAYS, Row("", "日本語" * 5, ("1T", "1e-10", "3", ""))]), min_size=1),
)
def test_no_line_is_wider_than_the_screen(width: int, found: list[Row]) -> None:
    assert max(map(len, lines(found, width, "…")), default=0) <= width


def test_a_curve_without_a_key_is_indented_like_the_others() -> None:
    plan = planned("cosine linear")
    found = rows(plan, summarise(plan), ["cosine", "linear"], ["", "a"])
    assert text(found, 80).splitlines() == [
        "   cosine   half at 50   ends at 0   mean 0.0505",
        " a linear   half at 50   ends at 0   mean 0.0505",
    ]


@pytest.mark.parametrize(
    ("rate", "peak", "shown"),
    [
        (0.0505, 0.1, "0.0505"),
        (0.021996, 0.1, "0.0220"),
        (1e-4, 0.1, "0.0001"),
        (1.23e-5, 0.1, "1.23e-5"),
        (0.0, 0.1, "0"),
        (2.5, 3.0, "2.500"),
        (1.5e-4, 3e-4, "1.5e-4"),
        (1234.5, 5000.0, "1234"),
        (5e199, 1e200, "5e199"),
        (0.0, 0.0, "0"),
        (math.nan, 0.1, "NaN"),
    ],
)
def test_a_rate(rate: float, peak: float, shown: str) -> None:
    assert rate_text(rate, peak=peak) == shown


@pytest.mark.parametrize(("rate", "shown"), [("0.1000", "0.1"), ("100", "100"), ("1.50e-10", "1.50e-10"), ("–", "–")])
def test_zeros_that_say_nothing_go(rate: str, shown: str) -> None:
    assert trimmed(rate) == shown
