from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.save import PNG_KEY, figure_file
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine

SOURCE = "lr: 0.1\n# é 漢 <&>\n"


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_same_plan_gives_the_same_bytes(default_plan: Plan, suffix: str, theme: str) -> None:
    first = figure_file(default_plan, suffix=suffix, theme=theme, source=SOURCE)
    assert figure_file(default_plan, suffix=suffix, theme=theme, source=SOURCE) == first


@pytest.mark.parametrize(("suffix", "magic"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_each_format_is_what_it_says(default_plan: Plan, suffix: str, magic: bytes) -> None:
    assert figure_file(default_plan, suffix=suffix, theme="light", source=SOURCE).data.startswith(magic)


def test_a_png_has_the_pixels_that_were_asked_for_and_holds_its_plan(default_plan: Plan) -> None:
    image = Image.open(BytesIO(figure_file(default_plan, suffix="png", theme="light", source=SOURCE).data))
    assert image.size == (1600, 900)
    assert image.text[PNG_KEY] == SOURCE
    assert "Software" not in image.text
    assert image.mode == "RGB"
    assert image.getpixel((0, 0)) == (255, 255, 255)


def test_an_svg_holds_its_plan_and_no_date(default_plan: Plan) -> None:
    svg = figure_file(default_plan, suffix="svg", theme="light", source=SOURCE).data.decode()
    assert "lr: 0.1\n# é 漢 &lt;&amp;&gt;" in svg
    assert "<dc:date>" not in svg


def test_a_pdf_holds_its_plan_and_no_date_and_embeds_truetype(default_plan: Plan) -> None:
    pdf = figure_file(default_plan, suffix="pdf", theme="light", source="lr: 0.1").data
    assert b"/Subject (lr: 0.1)" in pdf
    assert b"CreationDate" not in pdf
    assert b"/Subtype /Type3" not in pdf


def test_characters_that_the_font_lacks_are_told_and_nothing_is_warned_of(
    make_plan: Callable[..., Plan], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    plan = make_plan({"漢字": Cosine(lr=0.1, total=100)}, title="日\x07")
    with caplog.at_level(logging.DEBUG):
        made = figure_file(plan, suffix="png", theme="light", source="")
    assert made.missing == "日漢字"
    assert capfd.readouterr() == ("", "")


def test_the_users_settings_change_no_byte(default_plan: Plan) -> None:
    plain = figure_file(default_plan, suffix="png", theme="light", source="")
    theirs = {"font.family": ["serif"], "savefig.bbox": "tight", "savefig.transparent": True, "text.usetex": True}
    with mpl.rc_context({**theirs, "path.sketch": (1, 100, 2), "lines.scale_dashes": False}):
        assert figure_file(default_plan, suffix="png", theme="light", source="") == plain


@pytest.mark.parametrize("size", [(1.0, 1.0), (0.4, 3.0), (3.0, 0.4), (40.0, 40.0)])
@pytest.mark.parametrize("log", [False, True])
def test_a_page_of_any_size_is_drawn(
    make_plan: Callable[..., Plan], compared: dict[str, Schedule], size: tuple[float, float], *, log: bool
) -> None:
    plan = make_plan(compared, title="Title", size=size, dpi=20.0, log=log)
    assert figure_file(plan, suffix="png", theme="light", source="").data


@pytest.mark.parametrize("label", ["x" * 5000, "line\n" * 50, "", "_", "\ud800", "$", "a\u0000b"])
def test_any_label_is_drawn(make_plan: Callable[..., Plan], label: str) -> None:
    curves = {label: Cosine(lr=0.1, total=100), "other": Cosine(lr=0.05, total=100)}
    assert figure_file(make_plan(curves, title=label), suffix="svg", theme="light", source="").data


def test_only_what_a_png_needs_is_imported() -> None:
    code = (
        "import sys, cosine_cli.render.figure.mpl.save\n"
        "print([m for m in sys.modules if m in ('matplotlib.pyplot', 'matplotlib.backends.backend_pdf', "
        "'matplotlib.backends.backend_svg', 'rich', 'typer')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_settings_file_that_can_not_be_read_is_not_spoken_of(tmp_path: Path) -> None:
    (settings := tmp_path / "matplotlibrc").write_text("no settings\nlines.linewidth: thick\n")
    code = "import cosine_cli.render.figure.mpl.save"
    environment = {**os.environ, "MATPLOTLIBRC": str(settings)}
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert (made.stdout, made.stderr) == ("", "")


def test_layout_does_not_load_matplotlib() -> None:
    layout = ["margins", "label_placement", "end_values", "strokes", "half_peak", "labels", "lines"]
    layout += ["compose", "multiples", "panels", "matrix", "headings", "spans"]
    imports = (
        f"from cosine_cli.render.figure import {', '.join(layout)}; from cosine_cli.render.core import ticks, traces"
    )
    code = f"{imports}; import sys; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("backend", ["TkAgg", "no such backend"])
def test_a_users_backend_neither_matters_nor_changes(backend: str) -> None:
    code = "import os, sys; from cosine_cli.render.figure.mpl import save; sys.exit(os.environ['MPLBACKEND'])"
    environ = {**os.environ, "MPLBACKEND": backend}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environ)
    assert done.stderr == f"{backend}\n"


def test_an_svg_has_text_a_title_and_a_description(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({"a < b": Cosine(lr=0.1, total=100)}, title="One & all")
    data = figure_file(plan, suffix="svg", theme="light", source=SOURCE).data
    svg = ET.fromstring(data)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert [child.tag for child in svg][:2] == [f"{space}title", f"{space}desc"]
    assert (svg[0].text, svg[1].text) == (
        "One & all",
        "Learning rate: a < b over 100 epochs. Peak 0.1, 100 epochs.",
    )
    assert "a < b" in {text.text for text in svg.iter(f"{space}text")}


def test_outlines_have_no_text(default_plan: Plan) -> None:
    figure = replace(default_plan.figure, outlines=True)
    data = figure_file(replace(default_plan, figure=figure), suffix="svg", theme="light", source=SOURCE).data
    assert b"<text" not in data


def test_a_transparent_figure_has_no_background(default_plan: Plan) -> None:
    figure = replace(default_plan.figure, transparent=True)
    data = figure_file(replace(default_plan, figure=figure), suffix="png", theme="dark", source=SOURCE).data
    assert Image.open(BytesIO(data)).getpixel((0, 0))[3] == 0
