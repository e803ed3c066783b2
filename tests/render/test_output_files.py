"""Where the figures of configs go."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.render.output_files import (
    Target,
    check_distinct,
    check_no_input,
    check_no_inputs,
    check_writable,
    targets,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cosine_cli.plans.model.plan import Plan


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


NAMES = [f"{letter}0123456789" for letter in "abcdefg"]


def paths(plan: Plan, **how: Any) -> list[Target]:
    return targets(plan, **{"sources": (), "given": None, "form": None, "folder": None, **how})


@pytest.mark.parametrize(
    ("config", "how", "expected"),
    [
        (None, {}, [("cosine-lr.png", "png", "light")]),
        (None, {"form": "svg"}, [("cosine-lr.svg", "svg", "light")]),
        (None, {"given": "a.PDF"}, [("a.PDF", "pdf", "light")]),
        (None, {"given": "/dev/null", "form": "png"}, [("/dev/null", "png", "light")]),
        (None, {"given": "-"}, [("-", "png", "light")]),
        (None, {"given": "-", "form": "svg"}, [("-", "svg", "light")]),
        (None, {"folder": "d"}, [("d/cosine-lr.png", "png", "light")]),
        ("", {"sources": ["a/b.yaml"]}, [("b.png", "png", "light")]),
        ("", {"sources": ["a/b.c.yaml"], "form": "pdf", "folder": "d"}, [("d/b.c.pdf", "pdf", "light")]),
        ("", {"sources": ["a/b.yaml", "torch.StepLR:gamma=0.5", "c.json"]}, [("b-StepLR-c.png", "png", "light")]),
        ("", {"sources": [f"{name}.json" for name in NAMES]}, [("a0123456789-and-6-more.png", "png", "light")]),
        ("figure: {output: x.svg}", {"sources": ["b.yaml"]}, [("x.svg", "svg", "light")]),
        ("figure: {output: x.svg}", {"sources": ["b.yaml"], "folder": "d"}, [("d/x.svg", "svg", "light")]),
        ("figure: {output: d/../x.svg}", {"sources": ["b.yaml"]}, [("d/../x.svg", "svg", "light")]),
        ("figure: {output: x.svg}", {"sources": ["b.yaml"], "given": "../y.png"}, [("../y.png", "png", "light")]),
        ("figure: {theme: dark}", {"sources": ["b.yaml"]}, [("b.png", "png", "dark")]),
        ("figure: {theme: both}", {"sources": ["b.yaml"]}, [("b.png", "png", "light"), ("b-dark.png", "png", "dark")]),
    ],
)
def test_the_files_of_a_plan(
    plan: Callable[..., Plan], config: str | None, how: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert paths(plan("", f"lr: 0.1\n{config}" if config is not None else None), **how) == expected


@pytest.mark.parametrize(
    ("config", "how", "message"),
    [
        (
            "figure: {output: /x.png}",
            {"sources": ["b.yaml"]},
            (
                "c.yaml:1:18: output must stay in the current directory or --out-dir, got '/x.png'; "
                "pass -o on the command line to write elsewhere"
            ),
        ),
        ("figure: {output: ../x.png}", {"sources": ["b.yaml"]}, "must stay in the current directory"),
        ("figure: {output: ../x.png}", {"sources": ["b.yaml"], "folder": "d"}, "must stay in the current directory"),
        ("figure: {output: out/x.png}", {"sources": ["b.yaml"]}, "must stay in the current directory"),
        ("figure: {output: out.png}", {"sources": ["b.yaml"]}, "must stay in the current directory"),
        ("figure: {output: ../here2/x.png}", {"sources": ["b.yaml"]}, "must stay in the current directory"),
        (
            "figure: {output: x.pgn}",
            {"sources": ["b.yaml"]},
            "output 'x.pgn': must end in .png, .svg or .pdf; did you mean x.png?",
        ),
        (
            "figure: {output: x.png}",
            {"sources": ["b.yaml"], "form": "svg"},
            "--format: must be png to match 'x.png', got 'svg'",
        ),
        ("figure: {theme: both}", {"given": "-"}, "--theme: both requires files, got standard output"),
    ],
)
def test_what_is_refused(plan: Callable[..., Plan], here: Path, config: str, how: dict[str, Any], message: str) -> None:
    (here / "out").symlink_to("/")
    (here / "out.png").symlink_to("../x.png")
    with pytest.raises(RequestError) as error:
        paths(plan("", config), **how)
    assert message in str(error.value)


def png(path: str) -> Target:
    return Target(path, "png", "light")


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            [("a", ["x.png"]), ("b", ["./x.png"])],
            "output './x.png': must not be written by two figures, got 'a' and 'b'",
        ),
        ([("a", ["x.png"]), ("b", ["X.PNG"])], "output 'X.PNG': must not be written by two figures, got 'a' and 'b'"),
        ([("a", ["x.png", "x.png"])], "output 'x.png': must not be written by two figures, got 'a' and 'a'"),
        (
            [("a", ["link.png"]), ("b", ["x.png"])],
            "output 'x.png': must not be written by two figures, got 'a' and 'b'",
        ),
    ],
)
def test_files_that_two_want(here: Path, found: list[tuple[str, list[str]]], message: str) -> None:
    (here / "link.png").symlink_to("x.png")
    with pytest.raises(RequestError) as error:
        check_distinct([(source, list(map(png, names))) for source, names in found])
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("target", "content", "message"),
    [
        ("d/../c.yaml", "", "output 'd/../c.yaml': must not be an input, got the file 'c.yaml'"),
        ("c.png", "lr: 0.1", "output 'c.png': must not be an input, got the file 'c.png'"),
        (
            "./c.png",
            "\x89PNG",
            (
                "output './c.png': must not be an input, got the figure 'c.png'; "
                "give -o, or --check to see whether it is up to date"
            ),
        ),
    ],
    ids=["config", "config called a picture", "figure"],
)
def test_no_input_is_written_over(here: Path, target: str, content: str, message: str) -> None:
    (here / "d").mkdir()
    (here / target).write_text(content, encoding="latin-1")
    with pytest.raises(RequestError) as error:
        check_no_inputs([png("-"), png("a.png"), png(target)], ["a.yaml", os.path.basename(target)])
    assert str(error.value) == message


def test_files_that_nobody_else_wants() -> None:
    check_distinct([("a", [png("a.png"), png("-")]), ("b", [png("b.png"), png("-")])])
    check_no_input("a.png", ["a.yaml"])


def test_a_folder_may_still_be_missing(here: Path) -> None:
    check_writable([png("d/x.png"), png("-")], folder="d")
    assert list(here.iterdir()) == []
    with pytest.raises(RequestError, match="its directory must exist"):
        check_writable([png("d/x.png")], folder=None)
    with pytest.raises(RequestError, match="its directory must exist"):
        check_writable([png("d/e/x.png")], folder="d")
