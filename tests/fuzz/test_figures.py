"""Figures and charts of any size, rate and length: the answer is 0 or 2, never a traceback or a warning of numpy's."""

from __future__ import annotations

from pathlib import Path

import pytest
from door import Answer, ask, check
from hypothesis import given, settings
from hypothesis import strategies as st

from cosine_cli.schedules.core import catalogue

NAMES = [name for name in catalogue.names() if name != "sequence"]

rates = st.floats(5e-324, 1e200).map(repr)
lengths = st.one_of(st.integers(1, 200), st.integers(1, 2**53)).map(str)
sides = st.floats(0.05, 30).map(lambda side: f"{side:.3g}")
curves = st.lists(st.sampled_from(NAMES), min_size=1, max_size=12)
runs = st.tuples(curves, rates, lengths, st.booleans())


def words(run: tuple[list[str], str, str, bool]) -> list[str]:
    names, rate, steps, log = run
    return [*(f"{name}:label={at}" for at, name in enumerate(names)), "--lr", rate, "--steps", steps, *["--log"] * log]


def checked(answer: Answer) -> None:
    """Noam has no peak rate of its own; all else may be refused."""
    if "noam" not in answer.err:
        check(answer)
    assert answer.code in (0, 2), answer.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures")


@settings(max_examples=40)
@given(run=runs, width=sides, height=sides, annotated=st.booleans())
def test_a_figure(
    run: tuple[list[str], str, str, bool], width: str, height: str, folder: Path, *, annotated: bool
) -> None:
    size = ["--size", f"{width}x{height}", "--dpi", "20", *["--no-annotations"] * (not annotated)]
    checked(ask("plot", *words(run), *size, "-o", str(folder / "a.png")))


@given(run=runs)
def test_a_chart(run: tuple[list[str], str, str, bool]) -> None:
    checked(ask("show", *words(run)))
