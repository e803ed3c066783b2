"""``cosine-lr plot``: which files are written, and what is said of it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from door import ask
from plans_of import planned
from screen import on_terminal

from cosine_cli.render.descriptions import with_factors
from cosine_cli.render.figure.arrangement import name_texts
from cosine_cli.render.figure.mpl.fonts import FontRuler

if TYPE_CHECKING:
    from pathlib import Path

PRESETS = "neurips, icml, iclr, cvpr, ieee, nature, slide or readme"
TAKES = "the curves take lr, total, min_lr, warmup, warmup_shape, warmup_start and warmup_from"
BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml version", "pdf": b"%PDF-"}


pytestmark = pytest.mark.usefixtures("here")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


SIZE = "must be a width, or a width x a height, in inches, cm, mm or pt; or column, page or slide"


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
        ("-o a.png --out-dir d", "--output and --out-dir: cannot be combined; give one of them"),
        ("-o a.pgn", "output 'a.pgn': must end in .png, .svg or .pdf; did you mean a.png?"),
        ("-o no/a.png", "output 'no/a.png': its directory must exist; create it with mkdir -p 'no'"),
        ("-o a.png --format svg", "--format: must be png to match 'a.png', got 'svg'"),
        ("--theme both -o -", "--theme: both requires files, got standard output"),
        ("--preset imcl", f"--preset: must be {PRESETS}, got 'imcl'; did you mean icml?"),
        ("--size 84mm --preset imcl", f"--preset: must be {PRESETS}, got 'imcl'; did you mean icml?"),
        ("--font-size 4.9", "--font-size: must be a finite number of at least 5, got '4.9'"),
        (
            "--xlabel $t_{a_{b_{c}}}$ --math --font-size 5 --dpi 20 -o a.png",
            "figure: letters must be at least one pixel high, got 20 dots per inch; give a larger --dpi",
        ),
        ("cosine --grid min=0", f"--grid min: no curve has a parameter 'min'; {TAKES}"),
        ("cosine --grid min_lr=0,1", "--grid min_lr: must be at most lr (0.1), got '1'"),
        ("--check -o -", "--check: needs a file to compare with, got standard output"),
        (
            "--size 0",
            f"--size: {SIZE}, got '0'; as in 8x4.5, 84mm or 84x60mm",
        ),
    ],
)
def test_what_is_refused(here: Path, words: str, message: str) -> None:
    assert ask("plot", *words.split()) == (2, b"", f"cosine-lr: error: {message}\n")
    assert files(here) == []


# --- Figures as inputs -----------------------------------------------------------------------------------------------

GRID = "--grid min_lr=0,1e-3 --grid warmup=0,5 --preset icml --theme both"


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
@pytest.mark.parametrize("words", ["", "cosine step:label='a\"(é日' --warmup 5 --title x --log", GRID])
def test_a_figure_draws_itself_again(here: Path, form: str, words: str) -> None:
    assert ask("plot", *shlex.split(words), "-q", "-o", f"a.{form}").code == 0
    for name in [f"a.{form}", *([f"a-dark.{form}"] if "both" in words else [])]:
        assert ask("plot", name, "-q", "-o", f"again.{form}").code == 0
        assert (here / f"again.{form}").read_bytes() == (here / name).read_bytes()
        (here / f"again.{form}").unlink()
        assert ask("plot", name, "-q", "-o", "x.svg").code == 0


def test_every_command_takes_a_figure(here: Path) -> None:
    words = ["cosine:min_lr=1e-3", "wsd", "--steps", "500"]
    ask("plot", *words, "-o", "a.svg")
    assert ask("table", "a.svg", "--format", "json").out == ask("table", *words, "--format", "json").out
    (here / "a.yaml").write_bytes(ask("plan", "a.svg").out)
    assert ask("table", "a.yaml", "--format", "csv").out == ask("table", *words, "--format", "csv").out


def test_a_flag_goes_over_the_plan_of_a_figure(here: Path) -> None:
    ask("plot", "cosine", "--grid", "min_lr=0,1e-3", "-o", "a.svg")
    ask("plot", "cosine", "--log", "--grid", "min_lr=0,1e-3", "-o", "b.svg")
    ask("plot", "a.svg", "--log", "-o", "c.svg")
    assert (here / "c.svg").read_bytes() == (here / "b.svg").read_bytes()


def test_a_figure_is_not_drawn_over_itself(here: Path) -> None:
    ask("plot", "cosine", "-o", "a.png")
    before = (here / "a.png").read_bytes()
    code, out, err = ask("plot", "a.png", "--log")
    assert (code, out) == (2, b"")
    assert err == (
        "cosine-lr: error: output 'a.png': must not be an input, got the figure 'a.png'; "
        "give -o, or --check to see whether it is up to date\n"
    )
    assert (here / "a.png").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", "a.png: invalid PNG: truncated file"),
        (
            "a.yaml",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "a.yaml: does not contain a config: it was not drawn by cosine-lr",
        ),
        ("a.pdf", b"%PDF-1.7 ...", "a.pdf: invalid PDF: truncated file"),
    ],
)
@pytest.mark.parametrize("command", ["plot", "table", "plan"])
def test_pictures_that_are_not_ours(here: Path, command: str, name: str, data: bytes, message: str) -> None:
    (here / name).write_bytes(data)
    code, out, err = ask(command, name)
    assert (code, out) == (2, b"")
    assert err.startswith(f"cosine-lr: error: {message}")
    assert err.count("\n") == 1
    assert files(here) == [name]


# --- Is a file out of date? -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
@pytest.mark.parametrize("words", ["cosine", f"cosine {GRID}"])
def test_what_was_drawn_passes_the_check_silently(here: Path, form: str, words: str) -> None:
    ask("plot", *words.split(), "-o", f"a.{form}")
    before = {name: (here / name).stat().st_mtime_ns for name in files(here)}
    assert ask("plot", *words.split(), "-o", f"a.{form}", "--check") == (0, b"", "")
    assert {name: (here / name).stat().st_mtime_ns for name in files(here)} == before


def test_a_check_says_which_files_differ_and_writes_nothing(here: Path) -> None:
    ask("plot", "cosine", "-o", "a.png")
    (here / "a.png").rename(here / "a-dark.png")
    assert ask("plot", "cosine", "-o", "a.png", "--theme", "both", "--check") == (
        1,
        b"",
        (
            "cosine-lr: error: figure 'a.png': is missing\n"
            "cosine-lr: error: figure 'a-dark.png': is out of date; it contains another config\n"
        ),
    )
    assert files(here) == ["a-dark.png"]


def test_a_check_of_all_configs(here: Path) -> None:
    for name in "ab":
        (here / f"{name}.yaml").write_text("curves: [cosine]\nfigure: {size: column, dpi: 40}", encoding="utf-8")
    missing = "".join(f"cosine-lr: error: figure 'out/{name}.png': is missing\n" for name in "ab")
    check = ["plot", "a.yaml", "b.yaml", "--out-dir", "out", "--check"]
    assert ask(*check) == (1, b"", missing)
    assert not (here / "out").exists()
    ask(*check[:-1])
    assert ask(*check) == (0, b"", "")
    data = (here / "out" / "b.png").read_bytes()
    (here / "out" / "b.png").write_bytes(data + b"\0")
    message = "figure 'out/b.png': is out of date; it contains the same config, but was drawn by another version"
    assert ask(*check) == (1, b"", f"cosine-lr: error: {message}\n")


def test_a_figure_is_checked_against_its_own_plan() -> None:
    ask("plot", "cosine", "-o", "a.png")
    assert ask("plot", "a.png", "--check") == (0, b"", "")
    assert ask("plot", "a.png", "--log", "--check").code == 1


def test_what_can_not_be_compared_is_told(here: Path) -> None:
    (here / "a.png").mkdir()
    message = "cosine-lr: error: cannot read file 'a.png': is a directory\n"
    assert ask("plot", "cosine", "-o", "a.png", "--check") == (1, b"", message)
    os.mkfifo(here / "b.png")
    message = "cosine-lr: error: cannot read file 'b.png': is not a regular file\n"
    assert ask("plot", "cosine", "-o", "b.png", "--check") == (1, b"", message)


def test_annotations_can_be_left_out(here: Path) -> None:
    ask("plot", "cosine", "-o", "a.svg", "--no-annotations")
    (here / "c.yaml").write_text("curves: [cosine]\nfigure: {annotations: false}", encoding="utf-8")
    ask("plot", "c.yaml", "-o", "b.svg")
    assert (here / "a.svg").read_bytes() == (here / "b.svg").read_bytes()


# --- On a terminal, and as a process ---------------------------------------------------------------------------------


def test_no_picture_goes_to_a_terminal(here: Path) -> None:
    message = "cosine-lr: error: --output -: cannot write a figure to a terminal; redirect it to a file or a pipe\n"
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
    code, shown = on_terminal("plot", "a.yaml", "b.yaml", "--each")
    assert code == 0
    assert "Drawing" in shown
    assert shown.endswith("cosine-lr: drew 2 figures\n")
    words = [sys.executable, "-m", "cosine_cli", "plot", "a.yaml", "b.yaml", "--each"]
    done = subprocess.run(words, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"a.png\nb.png\n", b"")


NINE = ("cosine", "step", "exponential", "linear", "polynomial", "wsd", "onecycle", "restarts", "noam")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        pytest.param(
            (*NINE, "--size", "2x1.2"),
            "none for 9 of 9 at 2x1.2 inches; give --size 2x2.15, or draw only the first 2 curves",
            id="nine-on-a-card",
        ),
        pytest.param(
            ("cosine", "step", "--size", "1x1"),
            "none for 'cosine' and 'step decay' at 1x1 inches; give --size 1x1.25, or draw only the first curve",
            id="two-on-a-stamp",
        ),
    ],
)
def test_a_figure_without_names_is_refused_with_what_would_do(here: Path, words: tuple[str, ...], error: str) -> None:
    said = f"cosine-lr: error: figure 'a.png': is too small for all names, got {error}\n"
    assert ask("plot", *words, "-o", "a.png") == (2, b"", said)
    assert ask("plot", *words, "-o", "a.png", "--check") == (2, b"", said)
    assert files(here) == []
    (size,) = re.findall(r"--size [\d.]+x[\d.]+", error)
    larger = [*words, *size.split()] if "--size" not in words else [*words[:-2], *size.split()]
    assert ask("plot", *larger, "-o", "a.png", "--dpi", "50")[:2] == (0, b"a.png\n")


def test_where_one_of_several_figures_is_refused_none_is_drawn(here: Path) -> None:
    (here / "a.yaml").write_text("curves: [cosine]", encoding="utf-8")
    (here / "b.yaml").write_text("curves: [cosine, step]\nfigure: {size: [1, 1]}", encoding="utf-8")
    answer = ask("plot", "a.yaml", "b.yaml", "--each")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err.startswith("cosine-lr: error: figure 'b.png': is too small for all names, ")
    assert files(here) == ["a.yaml", "b.yaml"]


def test_long_names_are_drawn_whole_without_a_note() -> None:
    words = (*(f"cosine:label={at}{'x' * 300}" for at in range(1, 6)), "-o", "a.png", "--dpi", "50")
    assert ask("plot", *words) == (0, b"a.png\n", "")


def test_a_label_of_100_000_letters_is_one_line_and_no_file(here: Path) -> None:
    answer = ask("plot", f"cosine:label={'x' * 100_000}", "-o", "a.png")
    rule = "cannot show a label of more than 1000 characters, got 100000 in '" + "x" * 59 + "…'"
    assert answer == (2, b"", f"cosine-lr: error: figure 'a.png': {rule}; give a shorter label=\n")
    assert files(here) == []


def test_a_legend_on_the_curves_of_panels_is_refused() -> None:
    answer = ask("plot", "cosine", "--grid", "min_lr=0,1e-3", "--legend", "direct", "-o", "a.png")
    rule = "cannot be direct with --grid; give above, below, right or none"
    assert answer == (2, b"", f"cosine-lr: error: --legend: {rule}\n")


@pytest.mark.parametrize("backend", ["qtagg", "module://elsewhere", "nonsense"])
def test_the_users_backend_is_kept_and_never_used(here: Path, backend: str) -> None:
    program = "import os; from cosine_cli.cli import run; code = run(['plot']); print(os.environ['MPLBACKEND'], code)"
    environment = {**os.environ, "MPLBACKEND": backend}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines()[-1] == f"{backend} 0"
    assert done.stderr == ""
    assert files(here) == ["cosine-lr.png"]


@pytest.mark.usefixtures("here")
def test_a_figure_of_matched_curves_shows_the_factors_and_keeps_the_match() -> None:
    words = ["constant", "linear", "--match", "area"]
    assert ask("plot", *words, "-o", "a.svg")[:2] == (0, b"a.svg\n")
    assert ask("plot", "a.svg", "--check", "-o", "a.svg") == (0, b"", "")
    assert ask("plan", "a.svg").out == ask("plan", *words).out.replace(b"# default: 100% of the run", b"").replace(
        b"total: 100               \n", b"total: 100\n"
    )
    assert ask("table", "a.svg", "--summary", "--format", "csv") == ask("table", *words, "--summary", "--format", "csv")
    texts = name_texts(with_factors(planned("constant linear --match area")), FontRuler())
    names = [text.text for text in texts if text.names is not None and text.names.kind == "curve"]
    assert names == ["constant ×1", "linear ×1.98"]
    assert ask("plot", "a.svg", "--match", "peak", "--check", "-o", "a.svg").code == 1


@pytest.fixture
def nine(here: Path) -> list[str]:
    """Return the names of nine configs, whose figures take different times."""
    for at in range(9):
        curves = ", ".join(["cosine", "step", "linear", "wsd", "onecycle"][: 1 + at % 5])
        (here / f"{at}.yaml").write_text(f"curves: [{curves}]\nepochs: {60 + at}\n", encoding="utf-8")
    return [f"{at}.yaml" for at in range(9)]


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_several_processes_write_the_same(here: Path, nine: list[str], form: str) -> None:
    words = ("plot", *nine, "--dpi", "50", "--format", form, "--theme", "both")
    one = ask(*words, "--out-dir", "one", "--jobs", "1")
    several = ask(*words, "--out-dir", "several", "-j", "3")
    assert one.code == several.code == 0
    assert several.out == one.out.replace(b"one/", b"several/")
    assert several.err == one.err
    assert files(here / "several") == files(here / "one")
    for name in files(here / "one"):
        assert (here / "several" / name).read_bytes() == (here / "one" / name).read_bytes()
    assert ask(*words, "--out-dir", "one", "--check", "-j", "3") == (0, b"", "")
    (here / "one" / f"3.{form}").unlink()
    (here / "one" / f"7-dark.{form}").write_bytes(b"")
    assert ask(*words, "--out-dir", "one", "--check", "-j", "3") == ask(
        *words, "--out-dir", "one", "--check", "-j", "1"
    )


def test_notes_of_several_processes_are_in_order(nine: list[str]) -> None:
    words = ("plot", *nine, "--dpi", "50", "--milestones", "70", "--out-dir", "out")
    assert ask(*words, "-j", "3") == ask(*words, "-j", "1")


def test_an_error_of_one_figure_in_several_processes(here: Path, nine: list[str]) -> None:
    (here / "out" / "4.png").mkdir(parents=True)
    (here / "4.yaml").write_text("curves: [cosine]\nfigure: {output: ../5.png}", encoding="utf-8")
    words = ("plot", *nine, "--dpi", "50", "--out-dir", "out")
    assert ask(*words, "-j", "3") == ask(*words, "-j", "1")
    assert files(here / "out") == []


def test_a_figure_that_cannot_be_written_in_several_processes(here: Path, nine: list[str]) -> None:
    (here / "out").mkdir()
    (here / "out" / "4.png").symlink_to("/dev/full")
    words = ("plot", *nine, "--dpi", "50", "--out-dir", "out")
    one, several = ask(*words, "-j", "1"), ask(*words, "-j", "3")
    assert one.code == 1
    assert one == several
    assert not [name for name in files(here / "out") if name.endswith(".tmp")]


@pytest.mark.parametrize("jobs", ["0", "-1", "1.5", "x"])
def test_jobs_is_a_count(jobs: str) -> None:
    code, out, err = ask("plot", "--jobs", jobs)
    assert (code, out) == (2, b"")
    assert err == f"cosine-lr: error: --jobs: must be a whole number of at least 1, got '{jobs}'\n"


def test_one_figure_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multiprocessing.get_context", None)
    assert ask("plot", "--jobs", "4", "--dpi", "50").code == 0


def test_limits_of_the_axes(here: Path) -> None:
    (here / "a.yaml").write_text("epochs: 90\ncurves: [cosine, step]\nfigure: {xlim: [0, 20], ylim: [0.05, 0.1]}\n")
    assert ask("plot", "a.yaml", "-o", "a.svg") == (0, b"a.svg\n", "")
    assert ask("plot", "a.yaml", "-o", "a.svg", "--check")[0] == 0
    status, _, error = ask("plot", "a.yaml", "-o", "a.svg", "--check", "--xlim", "0,30")
    assert (status, "is out of date" in error) == (1, True)
    assert ask("plot", "a.svg", "-o", "b.svg")[0] == 0
    assert (here / "a.svg").read_bytes() == (here / "b.svg").read_bytes()
    assert ask("plot", "cosine", "--xlim", "20,0", "-o", "c.svg")[0] == 2
    assert files(here) == ["a.svg", "a.yaml", "b.svg"]


def test_runs_of_several_files_have_limits_on_the_common_clock(here: Path) -> None:
    for name, epochs in {"a": 10, "b": 40}.items():
        (here / f"{name}.yaml").write_text(f"epochs: {epochs}\ncurves: [cosine]\n")
    status, plan, _ = ask("plan", "a.yaml", "b.yaml", "--xlim", "5,50%")
    assert (status, plan.decode().splitlines()[-1]) == (0, "  xlim: [5, 20]")


def test_a_setting_that_cannot_be_drawn_is_reported_with_its_config(here: Path) -> None:
    (here / "a.yaml").write_text("curves: [cosine]", encoding="utf-8")
    (here / "b.yaml").write_text("curves: [cosine]\nfigure: {colors: redd}", encoding="utf-8")
    code, out, err = ask("plot", "a.yaml", "b.yaml", "--out-dir", "out")
    assert (code, out) == (2, b"")
    assert err.startswith("cosine-lr: error: b.yaml: --colors: must be a color of matplotlib")
    assert ask("plot", "--colors", "redd").err.startswith("cosine-lr: error: --colors: must be")


def test_a_curve_outside_the_limits_is_named_on_standard_error(here: Path) -> None:
    line = ["plot", "cosine", "constant:lr=0.03,label=low", "-o", "a.svg"]
    note = "cosine-lr: outside the limits of the axes: low\n"
    assert ask(*line, "--ylim", "0.05,0.1") == (0, b"a.svg\n", note)
    assert ask(*line, "--ylim", "0.02,0.1") == (0, b"a.svg\n", "")
    assert files(here) == ["a.svg"]
