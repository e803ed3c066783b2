from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.polynomial import Polynomial


def artists(plan: Plan, kind: type, theme: str = "light") -> list:
    return [artist for artist in draw(plan, theme=theme).artists if type(artist) is kind]


def test_the_figure_has_the_size_and_the_page_that_were_asked_for(default_plan: Plan) -> None:
    figure = draw(default_plan, theme="light")
    assert figure.get_size_inches().tolist() == [8.0, 4.5]
    assert figure.dpi == 200
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    assert to_hex(draw(default_plan, theme="dark").get_facecolor()) == "#0d1117"


def test_the_subject_is_a_solid_line_from_step_0_to_the_end(default_plan: Plan) -> None:
    subject = max(artists(default_plan, Line2D), key=lambda line: line.get_linewidth())
    assert subject.get_linewidth() == 2.6
    assert subject.get_linestyle() == "-"
    assert subject.get_solid_capstyle() == "round"
    x, y = subject.get_data()
    assert (x[0], x[-1]) == pytest.approx((48.0, 522.0))
    assert (y[0], y[-1]) == pytest.approx((36 + 222 / 1.02, 36.0))


def test_nothing_is_clipped(default_plan: Plan) -> None:
    assert not any(artist.get_clip_on() for artist in draw(default_plan, theme="light").artists)


def test_the_tint_is_a_polygon_without_an_edge(default_plan: Plan) -> None:
    (tint,) = artists(default_plan, Polygon)
    assert tint.get_alpha() == 0.065
    assert tint.get_linewidth() == 0


def test_labels_are_taken_literally(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({"_$x^2$ & \\alpha": Cosine(lr=0.1, total=100)}, title="100% $")
    texts = artists(plan, Text)
    assert {"_$x^2$ & \\alpha", "100% $"} <= {text.get_text() for text in texts}
    assert not any(text.get_parse_math() or text.get_usetex() for text in texts)


def test_all_text_is_set_in_the_font_that_ships_with_matplotlib(default_plan: Plan) -> None:
    files = {Path(text.get_fontproperties().get_file()).name for text in artists(default_plan, Text)}
    assert files == {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}


def test_the_users_settings_change_nothing_and_are_left_as_they_were(default_plan: Plan) -> None:
    with mpl.rc_context({"lines.antialiased": False, "text.usetex": True, "figure.facecolor": "red"}):
        figure = draw(default_plan, theme="light")
        assert mpl.rcParams["text.usetex"]
    assert all(line.get_antialiased() for line in figure.artists if isinstance(line, Line2D))
    assert not any(text.get_usetex() for text in figure.artists if isinstance(text, Text))


def test_above_eight_curves_each_has_a_panel(make_plan: Callable[..., Plan]) -> None:
    curves = {f"power {i}": Polynomial(lr=0.1, total=100, power=i + 1.0) for i in range(9)}
    texts = [text.get_text() for text in artists(make_plan(curves), Text)]
    assert [text for text in texts if text.startswith("power")] == list(curves)
