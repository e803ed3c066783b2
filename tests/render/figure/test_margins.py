from __future__ import annotations

from dataclasses import replace

import pytest

from cosine_cli.render.figure.margins import ShownText, page_layout, scale

FULL = ShownText(title=True, rate_ticks=28.0, ends=5.6 * 5)


def test_the_default_page_has_the_margins_of_the_specification() -> None:
    made = page_layout((8.0, 4.5), FULL)
    assert made.box == (48.0, 36.0, 576.0 - 20.0 - 34.0, 324.0 - 66.0)
    assert made.scale == 1.0
    assert made.rate_line == 324.0 - 56.0


def test_without_a_title_the_curves_reach_higher() -> None:
    made = page_layout((8.0, 4.5), ShownText(title=False, rate_ticks=28.0, ends=28.0))
    assert made.box.top == 324.0 - 26.0
    assert made.rate_line == 324.0 - 13.0


def test_long_end_values_get_more_room() -> None:
    assert page_layout((8.0, 4.5), ShownText(title=True, rate_ticks=28.0, ends=5.6 * 7)).box.right == pytest.approx(
        576 - 20 - 39.2
    )


def test_long_ticks_get_more_room() -> None:
    assert page_layout((8.0, 4.5), ShownText(title=True, rate_ticks=60.0, ends=28.0)).box.left > 60.0


def test_text_is_smaller_in_a_column() -> None:
    assert [scale(width) for width in (1, 3.25, 3.5, 4.5, 5.5, 8, 40)] == [0.8, 0.8, 0.8, 0.9, 1.0, 1.0, 1.0]


def test_a_base_font_scales_everything_whatever_the_width() -> None:
    assert [scale(width, 14.0) for width in (3.25, 10.0)] == [round(14 / 9, 6)] * 2
    made = page_layout((10.0, 5.625), FULL, 18.0)
    assert made.box == (96.0, 72.0, 720.0 - 2 * 54.0, 405.0 - 132.0)


def test_a_row_of_names_under_another_lowers_the_curves() -> None:
    plain = ShownText(title=False, rate_ticks=28.0, ends=28.0)
    assert (
        page_layout((8.0, 4.5), plain).box.top - page_layout((8.0, 4.5), replace(plain, key_above=26.0)).box.top == 26.0
    )


def test_each_line_of_a_title_lowers_the_curves_and_a_key_below_lifts_them() -> None:
    longer = page_layout((8.0, 4.5), replace(FULL, title_lines=3, subtitle_lines=2))
    assert page_layout((8.0, 4.5), FULL).box.top - longer.box.top == 2 * 15.0 + 12.0
    assert page_layout((8.0, 4.5), FULL).rate_line - longer.rate_line == 42.0
    below = page_layout((8.0, 4.5), replace(FULL, key_below=20.0))
    assert (below.box.bottom, below.time_line) == (56.0, 29.0)


def test_the_axes_have_at_least_half_of_the_width() -> None:
    assert page_layout((4.0, 3.0), replace(FULL, ends=100.0)).shown.ends == 0.0
    assert page_layout((4.0, 3.0), replace(FULL, ends=70.0)).box.width >= 144.0


@pytest.mark.parametrize("width", [0.5, 1, 1.5, 2, 3.25, 8, 40])
@pytest.mark.parametrize("height", [0.5, 1, 1.5, 2.15, 4.5, 40])
def test_a_small_page_goes_without_words_rather_than_without_curves(width: float, height: float) -> None:
    made = page_layout((width, height), FULL)
    assert made.box.width > 0.3 * 72 * width
    assert made.box.height > 0.3 * 72 * height


def test_an_inch_shows_the_curves_alone() -> None:
    shown = page_layout((1.0, 1.0), FULL).shown
    assert (shown.title, shown.ends, shown.rate_ticks, shown.time_ticks) == (False, 0.0, 0.0, False)
