"""Colors in a terminal."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem

from cosine_cli.render.ansi import BOLD, DIM, HUES, PLAIN, Cell, Ink, hue, styled


def cells(text: str, ink: Ink) -> list[Cell]:
    return [Cell(char, ink) for char in text]


@pytest.mark.parametrize(("colors", "system"), [("256", ColorSystem.EIGHT_BIT), ("truecolor", ColorSystem.TRUECOLOR)])
@pytest.mark.parametrize("shade", HUES)
def test_a_hue_is_the_code_that_rich_gives_it_in_tables(shade: str, colors: str, system: ColorSystem) -> None:
    codes = ";".join(Color.parse(shade).downgrade(system).get_ansi_codes())
    assert styled(cells("x", Ink(shade, "bold")), colors) == f"\x1b[1;{codes}mx\x1b[0m"


def test_hues_begin_again_when_they_are_used_up() -> None:
    assert [hue(0), hue(7), hue(8), hue(17)] == [HUES[0], HUES[7], HUES[0], HUES[1]]


def test_runs_of_one_ink_are_escaped_once_and_blanks_never() -> None:
    line = [*cells("  ", DIM), *cells("ab", DIM), *cells("c", PLAIN), *cells("de", BOLD), *cells("  ", BOLD)]
    assert styled(line, "256") == "\x1b[2m  ab\x1b[0mc\x1b[1mde\x1b[0m"
    assert styled(line, "") == "  abcde"


def test_a_wide_character_takes_its_two_columns() -> None:
    assert styled([Cell("日"), Cell(""), Cell("x"), Cell(" ")], "") == "日x"
