"""The config embedded in a figure of each format."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING

import pytest
from plans.embedded.test_png import KEYED, chunk, png
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import read_config, read_text
from cosine_cli.plans.embedded import extract
from cosine_cli.plans.embedded.extract import extract_plan, figure_difference, is_figure
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text
from cosine_cli.render.figure.mpl.save import figure_file

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ["png", "svg", "pdf"]
TEXT = 'title: "<&> ]]> (\\\\) \\"é\\""\nlr: 0.1\nepochs: 100\ncurves:\n  - cosine:\n      label: "日本 )("\n'


def drawn(form: str, source: str = TEXT, words: str = "cosine --size column --dpi 40") -> bytes:
    return figure_file(planned(words), suffix=form, theme="light", source=source).data


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", [TEXT, TEXT.encode("ascii", "ignore").decode(), TEXT.replace("日本", "é")])
def test_the_embedded_text_is_extracted(form: str, text: str) -> None:
    assert extract_plan(drawn(form, text), "x") == text


@pytest.mark.parametrize("form", FORMS)
def test_the_content_tells_the_kind_and_not_the_name(form: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.yaml"
    path.write_bytes(drawn(form))
    assert is_figure(path.read_bytes())
    assert read_text(str(path)) == TEXT


@pytest.mark.parametrize("form", FORMS)
def test_the_plan_of_a_figure_is_the_one_that_it_shows(form: str, tmp_path: Path) -> None:
    plan = planned("--warmup 5 --grid min_lr=0,1e-3 --preset icml --title '日本'")
    path = tmp_path / "x"
    path.write_bytes(drawn(form, config_text(plan.bare)))
    again = resolve(read_config(str(path)))
    assert again == plan
    assert config_text(again.bare) == config_text(plan.bare)


def test_a_problem_in_the_embedded_config_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(drawn("png", "lr: 0\ncurves:\n  - cosine\n"))
    with pytest.raises(RequestError) as error:
        resolve(read_config(str(path)))
    assert str(error.value) == f"{path}:1:5: must be a finite number above 0, got '0'"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", ["A picture of my cat", "lr: 0.1", "curves:\n", "curves:\nlr: 1\n", "lr: curves:", ""])
def test_other_texts_are_no_plan(form: str, text: str) -> None:
    hint = "pass a config, or a figure drawn by 'cosine-lr plot'"
    message = f"x: does not contain a config: it was not drawn by cosine-lr; {hint}"
    with pytest.raises(RequestError) as error:
        extract_plan(drawn(form, text), "x")
    assert str(error.value) == message


@pytest.mark.parametrize(
    "text",
    ["lr: 1\ncurves:", "title: x\nlr: 1\nlr: 2\ncurves:\n- cosine\n", "lr: \n" * 200_000 + "curves:"],
    ids=["shortest", "twice", "longest"],
)
def test_what_every_plan_has(text: str) -> None:
    assert extract_plan(png(chunk(b"zTXt", KEYED + b"\0" + zlib.compress(text.encode()))), "x") == text


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_anywhere_is_refused_in_one_line(form: str) -> None:
    whole = drawn(form)
    for length in range(8, len(whole) - 2, max(len(whole) // 60, 1)):
        with pytest.raises(RequestError) as error:
            extract_plan(whole[:length], "x")
        assert str(error.value).count("\n") == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_file_with_any_byte_changed_gives_a_text_or_is_refused(form: str) -> None:
    whole = drawn(form)
    for at in range(8, len(whole), max(len(whole) // 120, 1)):
        broken = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        with contextlib.suppress(RequestError):
            assert isinstance(extract_plan(broken, "x"), str)


@pytest.mark.parametrize(
    ("data", "figure"),
    [
        (b"\x89PNG", True),
        (b"%PDF-1.4", True),
        (b"<?xml", True),
        (b"\xef\xbb\xbf \n<svg ", True),
        (b"<!DOCTYPE svg", True),
        (b"", False),
        (b"lr: 0.1", False),
        (b"# <svg>", False),
    ],
)
def test_what_is_a_figure(data: bytes, figure: bool) -> None:  # noqa: FBT001
    assert is_figure(data) is figure


def test_a_figure_may_be_larger_than_a_config_but_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.svg"
    path.write_bytes(drawn("svg") + b"\n" * (1 << 20))
    assert read_text(str(path)) == TEXT
    monkeypatch.setattr(extract, "MOST_BYTES", 1 << 20)
    with pytest.raises(RequestError, match="a figure must be at most 1 MiB, got more"):
        read_text(str(path))


def test_control_characters_in_an_embedded_config(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(drawn("pdf", TEXT + "# \x1b[31m\n"))
    with pytest.raises(RequestError, match=r"must be text without control characters, got \\x1b at offset"):
        read_text(str(path))


def test_why_two_figures_differ() -> None:
    one, other = drawn("png"), drawn("png", words="step --size column --dpi 40")
    assert figure_difference(one, other) == "it contains the same config, but was drawn by another version"
    assert figure_difference(drawn("png", TEXT.replace("100", "90")), one) == "it contains another config"
    assert figure_difference(drawn("png", ""), one) == figure_difference(b"", one) == "it does not contain a config"
    svg = drawn("svg")
    assert b"Matplotlib v" in svg
    older = svg.replace(b"Matplotlib v3", b"Matplotlib v1")
    text = figure_difference(older, svg)
    assert text.startswith("it was drawn with matplotlib 1.")
    assert ", now with 3." in text
