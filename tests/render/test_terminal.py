"""What the reader's screen can show."""

from __future__ import annotations

import io
import sys

import pytest

from cosine_cli.render.terminal import UNBOUNDED, Terminal


class Screen(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def look(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Terminal:
    """Return what the terminal is with only these variables; the stream is set here, after pytest has set its own."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Screen(io.BytesIO(), encoding="utf-8"))
    return Terminal.here()


@pytest.mark.parametrize(
    ("environment", "colors"),
    [
        ({}, "256"),
        ({"COLORTERM": "truecolor"}, "truecolor"),
        ({"COLORTERM": "24bit"}, "truecolor"),
        ({"NO_COLOR": "1"}, ""),
        ({"NO_COLOR": ""}, "256"),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, ""),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, "256"),
    ],
)
def test_colours_of_a_screen(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], colors: str) -> None:
    assert look(monkeypatch, environment).colors == colors


@pytest.mark.parametrize(
    ("columns", "width"), [("60", 60), ("1", 40), ("99999", 500), ("0", 80), ("abc", 80), ("-5", 80)]
)
def test_the_width_of_a_screen(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    assert look(monkeypatch, {"COLUMNS": columns}).width == width


def test_a_pipe_is_as_wide_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert Terminal.here() == Terminal(UNBOUNDED, "", "latin-1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert Terminal.here().colors == "256"


def test_no_screen_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert Terminal.here() == Terminal(UNBOUNDED, "", "utf-8") == Terminal.none()


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "█▁ ─ × … – é 日".encode()),
        ("ascii", rb"#_ - x ... - \xe9 \u65e5"),
        ("latin-1", b"#_ - x ... - \xe9 \\u65e5"),
        ("cp1252", b"#_ - x ... - \xe9 \\u65e5"),
        ("cp437", rb"#_ - x ... - " + b"\x82" + rb" \u65e5"),
    ],
)
def test_signs_that_an_encoding_lacks(encoding: str, shown: bytes) -> None:
    assert Terminal(encoding=encoding).encode("█▁ ─ × … – é 日") == shown


def test_what_an_encoding_has_is_left_alone() -> None:
    assert Terminal(encoding="cp1252").encode("×…–é") == "×…–é".encode("cp1252")
