"""Names beside the curves, and letters on them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosine_cli.render.ansi import PLAIN, hue
from cosine_cli.render.chart import letters
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.curve_names import names
from cosine_cli.render.chart.text_placement import PlacedText

MakeSheet = Callable[..., ChartContext]

CURVES = st.lists(
    st.sampled_from(
        ["cosine", "step", "exponential", "linear", "polynomial:power=3", "restarts", "constant", "linear:min_lr=0.04"]
    ),
    min_size=1,
    max_size=6,
    unique=True,
)


def cells(words: PlacedText) -> set[tuple[int, int]]:
    return {(words.row, column) for column in range(words.column, words.end)}


def distance(words: PlacedText, taken: np.ndarray) -> float:
    """Return how far a text is from the nearest character of a curve, in dots, by looking at each of them."""
    return min(
        np.hypot(
            max(2 * words.column - (2 * column + 1), (2 * column + 1) - 2 * words.end, 0),
            max(4 * words.row - (4 * row + 2), (4 * row + 2) - 4 * (words.row + 1), 0),
        )
        for row, column in np.argwhere(taken).tolist()
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(words=CURVES, columns=st.integers(20, 120), rows=st.integers(4, 30))
def test_a_name_is_on_no_curve_and_nearest_to_its_own(
    make_sheet: MakeSheet, words: list[str], columns: int, rows: int
) -> None:
    context = make_sheet(" ".join(words), columns=columns, rows=rows)
    found = names(context, []).words
    everything = [cell for one in found for cell in cells(one)]
    assert len(everything) == len(set(everything))
    shared = any(one.text == " and " for one in found)
    for one in found:
        assert all(context.free[cell] for cell in cells(one))
        near = [distance(one, taken) for taken in context.taken]
        assert shared or one.ink.hue == hue(near.index(min(near)))


def test_the_three_decays_have_their_names(make_sheet: MakeSheet) -> None:
    found = names(make_sheet(), [])
    assert ["".join(one.text) for one in found.words] == ["cosine", "step decay", "exponential decay"]


def test_a_name_is_cut_to_its_first_word_where_the_whole_finds_no_room(make_sheet: MakeSheet) -> None:
    found = names(make_sheet(columns=52, rows=15), [])
    assert ["".join(one.text) for one in found.words][-1] == "exponential"


def test_a_name_that_begins_as_another_is_not_cut(make_sheet: MakeSheet) -> None:
    long = "a curve with a name that is much too long"
    context = make_sheet(f"\"cosine:label='{long}'\" \"step:label='{long}, too'\"")
    assert names(context, []).words == []


def test_curves_that_lie_on_each_other_share_a_place(make_sheet: MakeSheet) -> None:
    found = names(make_sheet("linear cosine polynomial:power=1"), [])
    assert found.curves == {0, 1, 2}
    linear, joint, polynomial, cosine = sorted(found.words, key=lambda one: (-one.row, one.column))
    assert ["".join(one.text) for one in (linear, joint, polynomial, cosine)] == [
        "linear",
        " and ",
        "polynomial",
        "cosine",
    ]
    assert [one.ink.hue for one in (linear, joint, polynomial, cosine)] == [hue(0), "", hue(2), hue(1)]
    assert linear.row == joint.row == polynomial.row
    assert (linear.end, joint.end) == (joint.column, polynomial.column)


def test_curves_that_part_anywhere_do_not_share_a_name(make_sheet: MakeSheet) -> None:
    assert len(names(make_sheet("cosine 'cosine:min_lr=0.02'"), []).words) == 2


def test_a_name_keeps_clear_of_what_was_placed(make_sheet: MakeSheet) -> None:
    context = make_sheet("linear")
    first = names(context, []).words[0]
    second = names(context, [first]).words[0]
    assert abs(first.row - second.row) > 1 or second.column > first.end or second.end < first.column


@pytest.mark.parametrize(("count", "named"), [(8, True), (9, False)])
def test_many_curves_have_letters_and_no_names(make_sheet: MakeSheet, count: int, named: bool) -> None:  # noqa: FBT001
    context = make_sheet(" ".join(f"constant:lr={0.1 * i / count}" for i in range(1, count + 1)), rows=40)
    assert bool(names(context, []).words) is named


def test_each_curve_without_a_name_has_a_letter_on_it(make_sheet: MakeSheet) -> None:
    context = make_sheet("cosine linear step exponential")
    one = PlacedText(3, 3, "x", PLAIN)
    found = letters.letters(context, {1})
    assert found == {0: "a", 2: "b", 3: "c"}
    marks = letters.marks(context, found, [one])
    assert [mark.text for mark in marks] == ["a", "b", "c"]
    for index, mark in zip(found, marks, strict=True):
        assert context.taken[index][mark.row, mark.column]
        assert not context.others((index,))[mark.row, mark.column]


@pytest.mark.parametrize(
    ("words", "rows", "found"),
    [
        pytest.param("cosine", 17, {}, id="a-lone-curve"),
        pytest.param("cosine step", 2, {}, id="a-very-low-chart"),
        pytest.param("cosine step", 3, {0: "a", 1: "b"}, id="a-low-chart"),
    ],
)
def test_where_a_letter_says_nothing_there_is_none(
    make_sheet: MakeSheet, words: str, rows: int, found: dict[int, str]
) -> None:
    assert letters.letters(make_sheet(words, rows=rows), set()) == found


def test_letters_end_with_the_alphabet(make_sheet: MakeSheet) -> None:
    context = make_sheet(" ".join(f"constant:lr={i}e-3" for i in range(1, 61)))
    assert len(letters.letters(context, set())) == 52
