"""Panels for the values of a parameter: what stands where, as marks and not as pixels."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.render.figure.matrix import scene_of_grid
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.render.figure.palette import LIGHT
from cosine_cli.render.figure.primitives import Area, Dot, Line, Primitive, Text
from cosine_cli.render.figure.ruler import extent

MATRIX = "--grid min_lr=0,1e-3,1e-2 --grid warmup=0,5"


def drawn(words: str, config: str | None = None) -> list[Primitive]:
    return scene_of_grid(planned(words, config), LIGHT, FontRuler())


def texts(marks: list[Primitive]) -> list[str]:
    return [mark.text for mark in marks if isinstance(mark, Text)]


def subjects(marks: list[Primitive]) -> list[Line]:
    """Return the subject's line in each panel; its sample in the key is as short as a key row's."""
    return [mark for mark in marks if isinstance(mark, Line) and mark.color == LIGHT.hue(0) and len(mark.points) > 2]


def words_at(marks: list[Primitive], text: str) -> list[Text]:
    return [mark for mark in marks if isinstance(mark, Text) and mark.text == text]


def test_one_parameter_gives_a_row_of_panels_each_under_its_value() -> None:
    marks = drawn("cosine --grid min_lr=0,1e-3,1e-2")
    assert len(subjects(marks)) == 3
    names, values = words_at(marks, "min_lr"), [words_at(marks, value)[0] for value in ("0", "1e-3", "1e-2")]
    assert len({name.y for name in names}) == 1
    assert [name.x for name in names] == sorted(name.x for name in names)
    lefts = [float(line.points[0, 0]) for line in subjects(marks)]
    assert lefts == pytest.approx([name.x for name in names])
    for name, value in zip(names, values[1:], strict=False):
        assert value.bold
        assert value.x > name.x


def test_many_values_wrap() -> None:
    rows = {line.points[0, 1] for line in subjects(drawn("polynomial --grid power=1,2,3,4,5,6,7,8"))}
    assert 1 < len(rows) < 8


def test_two_parameters_give_a_matrix_with_a_heading_for_each_column_and_row() -> None:
    marks = drawn(f"cosine {MATRIX}")
    assert len(subjects(marks)) == 6
    assert len(words_at(marks, "min_lr")) == 3
    assert len(words_at(marks, "warmup")) == 2
    first = subjects(marks)[0].points[:, 0].min()
    assert all(extent(words, FontRuler()).right < first for words in words_at(marks, "warmup"))


def test_the_panels_are_in_the_order_of_their_headings() -> None:
    """A floor lifts the end of a curve; a warmup begins at 0 and not at the peak."""
    lines = subjects(drawn(f"cosine {MATRIX}"))
    ends = [line.points[-1, 1] for line in lines]
    assert ends[0] < ends[1] < ends[2]
    assert ends[3] < ends[4] < ends[5] < ends[0]
    climbs = [line.points[0, 1] < line.points[:, 1].max() - 1.0 for line in lines]
    assert climbs == [False] * 3 + [True] * 3


def test_panels_share_their_axes() -> None:
    """The peak is 0.05 in the one and 0.1 in the other: half as high, on lines of the grid at the same height."""
    marks = drawn("cosine --grid lr=0.1,0.05")
    high, low = (line.points[:, 1].max() - line.points[:, 1].min() for line in subjects(marks))
    assert high == pytest.approx(2 * low)
    assert texts(marks).count("0.1") == 2  # a tick and a heading


def test_axis_labels_stand_at_the_outer_panels_alone() -> None:
    said = texts(drawn(f"cosine {MATRIX}"))
    assert (said.count("Learning rate"), said.count("Epoch")) == (1, 1)
    assert said.count("0.05") == 2  # a row each
    assert said.count("50") == 3 + 1  # a column each, and half the peak of the first panel


def test_what_marks_mean_is_said_once() -> None:
    said = texts(drawn("--grid min_lr=0,1e-3 --grid warmup=0,5"))
    assert (said.count("half the peak"), said.count("ends at")) == (1, 1)


def test_a_warmup_is_named_where_no_heading_names_it() -> None:
    assert texts(drawn("cosine --warmup 20 --grid min_lr=0,1e-2")).count("warmup, 20") == 1
    assert "warmup, 20" not in texts(drawn("cosine --grid warmup=20,30"))


def test_the_key_names_the_curves_once() -> None:
    said = texts(drawn(MATRIX))
    assert [said.count(name) for name in ("cosine", "step decay", "exponential decay")] == [1, 1, 1]


def test_a_long_key_takes_rows() -> None:
    curves = " ".join(f"polynomial:power={i},label=a_rather_long_name_{i}" for i in range(1, 9))
    marks = drawn(f"{curves} --grid min_lr=0,1e-2")
    names = [words_at(marks, f"a_rather_long_name_{i}")[0] for i in range(1, 9)]
    heights = sorted({name.y for name in names}, reverse=True)
    assert len(heights) > 1
    assert names[0].y == heights[0]
    assert min(heights) > max(line.points[:, 1].max() for line in subjects(marks))
    assert max(extent(name, FontRuler()).right for name in names) <= 8 * 72


def test_half_the_peak_is_marked_where_all_have_one_peak() -> None:
    assert len([mark for mark in drawn("cosine --grid min_lr=0,1e-2") if isinstance(mark, Dot)]) == 2
    dots = [mark for mark in drawn("cosine --grid lr=0.1,0.05") if isinstance(mark, Dot)]
    assert len(dots) == 1


def test_without_annotations_only_curves_and_axes_are_drawn() -> None:
    marks = drawn(f"cosine {MATRIX}", "figure: {annotations: false}")
    assert not [mark for mark in marks if isinstance(mark, Dot | Area)]
    assert "ends at" not in texts(marks)


def test_a_curve_is_dashed_alike_in_all_panels_and_in_the_key() -> None:
    """A high floor is a long plateau, which alone would make the second curve a solid one."""
    marks = drawn("cosine exponential --grid min_lr=0,5e-2")
    dashes = [mark.dash for mark in marks if isinstance(mark, Line) and mark.color == LIGHT.hue(1)]
    assert len(dashes) == 3
    assert all(dashes)


def test_end_values_that_find_no_room_leave_it_to_the_panels() -> None:
    wide, narrow = (drawn(f"cosine {MATRIX} --size {size}") for size in ("8x4.5", "3.25x2.15"))
    assert "ends at" in texts(wide)
    assert "ends at" not in texts(narrow)
    assert max(line.points[:, 0].max() for line in subjects(narrow)) > 3.25 * 72 - 16


@pytest.mark.parametrize("size", ["0.7x0.7", "1x4", "4x1", "40x40"])
@pytest.mark.parametrize("grid", [MATRIX, "--grid min_lr=0,1e-3,1e-2"])
def test_a_page_of_any_size_holds_all_panels_and_no_word_leaves_it(size: str, grid: str) -> None:
    marks = drawn(f"cosine:label=a_curve_with_a_name_that_is_long {grid} --size {size} --title T")
    assert len(subjects(marks)) == (6 if grid == MATRIX else 3)
    width = float(size.partition("x")[0]) * 72
    keyed = [mark for mark in marks if isinstance(mark, Text) and mark.color == LIGHT.hue(0)]
    assert all(extent(mark, FontRuler()).right <= width + 1e-6 for mark in keyed)


def test_the_title_says_of_all_panels_what_is_true_of_all() -> None:
    title = "--title T --grid lr=0.1,0.05"
    assert "Peaks 0.05 to 0.1, 100 epochs" in texts(drawn(f"cosine {title}"))
    assert "Peak 0.1, 100 epochs, warmup over 5" in texts(drawn("cosine --warmup 5 --title T --grid min_lr=0,1e-3"))
    assert "Peak 0.1, 100 epochs" in texts(drawn("cosine --title T --grid warmup=5,9"))
