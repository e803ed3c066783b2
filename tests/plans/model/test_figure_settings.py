"""Settings of a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cosine_cli.plans.model.figure_settings import PRESETS
from cosine_cli.plans.writer import config_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan

# Column and text widths in inches, as the venues' own templates have them.
ROOM = {"neurips": 5.5, "iclr": 5.5, "icml": 3.25, "cvpr": 3.25, "ieee": 3.5, "nature": 89 / 25.4}


@pytest.mark.parametrize("name", ROOM)
def test_a_figure_for_a_paper_fits_its_column(name: str) -> None:
    width, height = PRESETS[name].size
    assert 0.9 * ROOM[name] <= width <= ROOM[name]
    assert height < width
    assert PRESETS[name].dpi >= 300
    assert PRESETS[name].captioned


@pytest.mark.parametrize("name", ["slide", "readme"])
def test_a_figure_for_a_screen_is_as_wide_as_one(name: str) -> None:
    width, height = PRESETS[name].size
    assert width / height == pytest.approx(16 / 9)
    assert not PRESETS[name].captioned


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_size_dpi_and_font(plan: Callable[..., Plan], name: str) -> None:
    figure = plan(f"--preset {name}").figure
    preset = PRESETS[name]
    assert (figure.size, figure.dpi, figure.base) == (preset.size, preset.dpi, preset.base)


def test_explicit_settings_override_a_preset(plan: Callable[..., Plan]) -> None:
    figure = plan("--preset icml --size 6x3 --dpi 77").figure
    assert (figure.size, figure.dpi, figure.base) == ((6.0, 3.0), 77.0, 7.2)
    assert plan("--preset ieee --size page").figure.dpi == 600.0


def test_a_preset_on_the_command_line_replaces_what_the_config_says_of_the_same(plan: Callable[..., Plan]) -> None:
    config = "figure: {preset: icml, size: [3, 2], dpi: 50, font: Arial, font_size: 5, log: true}"
    figure, slide = plan("--preset slide", config).figure, PRESETS["slide"]
    assert (figure.size, figure.dpi, figure.fonts, figure.base) == (slide.size, slide.dpi, slide.fonts, slide.base)
    assert figure.log
    assert plan("--preset slide --dpi 77", config).figure.dpi == 77.0
    assert plan("", config).figure.size == (3.0, 2.0)


def test_without_a_preset_the_width_says_it(plan: Callable[..., Plan]) -> None:
    assert [(f.size, f.dpi, f.base) for f in (plan().figure, plan("--size column").figure)] == [
        ((8.0, 4.5), 200.0, None),
        ((3.25, 2.15), 300.0, None),
    ]


@pytest.mark.parametrize(
    ("width", "captioned", "dpi"), [(4.99, True, 300.0), (5.0, False, 200.0), (5.01, False, 200.0)]
)
def test_below_5_inches_a_figure_is_a_column_of_a_paper(
    plan: Callable[..., Plan],
    width: float,
    captioned: bool,  # noqa: FBT001
    dpi: float,
) -> None:
    made = plan(f"--size {width}x3")
    assert (made.figure.captioned, made.figure.dpi) == (captioned, dpi)
    assert (made.title is None) == captioned


def test_a_caption_replaces_the_default_title(plan: Callable[..., Plan]) -> None:
    titled = {name for name in PRESETS if plan(f"--preset {name}").title is not None}
    assert titled == {"slide", "readme"}
    assert plan("--preset icml --title Mine").title == "Mine"


def test_a_preset_is_written_alone(plan: Callable[..., Plan]) -> None:
    assert config_text(plan("cosine --preset neurips")).endswith("\nfigure:\n  preset: neurips\n")
    written = config_text(plan("cosine --preset neurips --size 3x2"))
    assert written.endswith("\nfigure:\n  size: [3, 2]\n  preset: neurips\n")
