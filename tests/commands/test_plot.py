"""``cosine-lr plot``: which files are written, and what is said of it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from door import ask
from screen import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml version", "pdf": b"%PDF-"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("", ["cosine-lr.png"]),
        ("cosine --format svg", ["cosine-lr.svg"]),
        ("cosine -o a.pdf", ["a.pdf"]),
        ("cosine -o a.SVG", ["a.SVG"]),
        ("cosine --out-dir f/g --format svg", ["f/g/cosine-lr.svg"]),
        ("cosine -o a.svg --theme both", ["a.svg", "a-dark.svg"]),
    ],
)
def test_the_files_of_a_line(here: Path, words: str, made: list[str]) -> None:
    assert ask("plot", *words.split()) == (0, "".join(f"{name}\n" for name in made).encode(), "")
    assert files(here) == sorted(made)
    for name in made:
        assert (here / name).read_bytes().startswith(BEGINNINGS[name.rpartition(".")[2].lower()])


def test_the_files_of_configs(here: Path) -> None:
    (here / "in").mkdir()
    for name, more in {"a": "", "b": "figure: {output: other.pdf}", "c": "figure: {theme: dark}"}.items():
        (here / "in" / f"{name}.yaml").write_text(f"curves: [cosine]\n{more}\n", encoding="utf-8")
    configs = [f"in/{name}.yaml" for name in "abc"]
    answer = ask("plot", *configs, "--out-dir", "out", "--size", "column", "--dpi", "50")
    assert answer == (0, b"out/a.png\nout/other.pdf\nout/c.png\n", "")
    assert files(here / "out") == ["a.png", "c.png", "other.pdf"]


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
@pytest.mark.parametrize("target", ["-", "/dev/stdout"])
def test_a_picture_on_standard_output_is_that_of_a_file(here: Path, form: str, target: str) -> None:
    code, streamed, err = ask("plot", "cosine", "-o", target, "--format", form)
    assert (code, err) == (0, "")
    assert files(here) == []
    ask("plot", "cosine", "-o", f"a.{form}")
    written = (here / f"a.{form}").read_bytes()
    assert streamed.startswith(BEGINNINGS[form])
    assert streamed[-6:] == written[-6:]


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_same_input_same_bytes(here: Path, form: str) -> None:
    ask("plot", "cosine", "step", "-o", f"a.{form}")
    first = (here / f"a.{form}").read_bytes()
    ask("plot", "cosine", "step", "-o", f"a.{form}")
    assert (here / f"a.{form}").read_bytes() == first


def test_quiet(here: Path) -> None:
    assert ask("plot", "cosine", "-q", "-o", "a.svg") == (0, b"", "")
    assert files(here) == ["a.svg"]


def test_what_a_font_lacks_is_said_once(here: Path) -> None:
    code, out, err = ask("plot", "cosine:label=日本", "step:label=日", "-o", "a.svg", "--theme", "both")
    assert (code, out) == (0, b"a.svg\na-dark.svg\n")
    assert err.startswith("cosine-lr: warning: the font ")
    assert err.count("\n") == 1
    assert files(here) == ["a-dark.svg", "a.svg"]


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "&amp;", "]]>", '"><image href="x"/>'])
def test_no_label_is_live_in_a_picture(here: Path, label: str) -> None:
    ask("plot", f"cosine:label='{label}'", "--title", label, "-o", "a.svg")
    root = ET.fromstring((here / "a.svg").read_bytes())  # noqa: S314
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds.isdisjoint({"script", "image", "foreignObject", "a"})


def test_nothing_is_drawn_where_one_of_several_is_wrong(here: Path) -> None:
    (here / "a.yaml").write_text("lr: 0.1", encoding="utf-8")
    (here / "b.yaml").write_text("lr: x", encoding="utf-8")
    code, out, err = ask("plot", "a.yaml", "b.yaml", "--out-dir", "out")
    assert (code, out) == (2, b"")
    assert err == "cosine-lr: error: b.yaml:1:5: must be a finite number above 0, got 'x'\n"
    assert sorted(os.listdir(here)) == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("-o a.png --out-dir d", "--output and --out-dir: a figure goes to one place: give one of the two"),
        ("-o a.pgn", "output 'a.pgn': must end in .png, .svg or .pdf; did you mean png?"),
        ("-o no/a.png", "output 'no/a.png': its directory must exist; make it first: mkdir -p 'no'"),
        ("-o a.png --format svg", "--format: must be png, as 'a.png' says, got 'svg'"),
        ("--theme both -o -", "--theme: both needs files, got standard output"),
        ("--size 8", "--size: must be 2 finite numbers above 0 with x between, or column, page or slide, got '8'"),
    ],
)
def test_what_is_refused(here: Path, words: str, message: str) -> None:
    assert ask("plot", *words.split()) == (2, b"", f"cosine-lr: error: {message}\n")
    assert files(here) == []


# --- On a terminal, and as a process ---------------------------------------------------------------------------------


def test_no_picture_goes_to_a_terminal(here: Path) -> None:
    message = "cosine-lr: error: --output -: a picture must not go to a terminal; send it to a file or a pipe\n"
    assert on_terminal("plot", "-o", "-") == (2, message)
    assert on_terminal("plot", "-o", "/dev/stdout") == (2, message)
    (here / "c.yaml").write_text("figure: {output: '-'}", encoding="utf-8")
    assert on_terminal("plot", "c.yaml") == (2, message)


def test_a_terminal_is_told_what_was_drawn() -> None:
    assert on_terminal("plot", "cosine", "-o", "a.svg") == (0, "a.svg\ncosine-lr: drew cosine over 100 epochs\n")
    assert on_terminal("plot", "cosine", "-o", "a.svg", "-q") == (0, "")


def test_progress_is_for_terminals(here: Path) -> None:
    for name in ("a", "b"):
        (here / f"{name}.yaml").write_text("curves: [cosine]\nfigure: {size: column, dpi: 40}", encoding="utf-8")
    code, shown = on_terminal("plot", "a.yaml", "b.yaml")
    assert code == 0
    assert "Drawing" in shown
    assert shown.endswith("cosine-lr: drew 2 figures\n")
    words = [sys.executable, "-m", "cosine_cli", "plot", "a.yaml", "b.yaml"]
    done = subprocess.run(words, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"a.png\nb.png\n", b"")
