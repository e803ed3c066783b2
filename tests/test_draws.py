"""Drawn examples depend on the test only: not on the installation, the order of the tests, or the machine."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schedules_of import ANY_TIMES, PATIENT, examples, schedules

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from cosine_cli.schedules.core.schedule import Schedule


def draws() -> list[tuple[int, float, str]]:
    """Return the examples that one test draws."""
    seen: list[tuple[int, float, str]] = []

    @settings(settings.get_profile("ci"), max_examples=500)
    @given(st.integers(), st.floats(allow_nan=False), st.text())
    def note(whole: int, part: float, text: str) -> None:
        seen.append((whole, part, text))

    note()
    return seen


def test_a_module_in_the_tree_changes_no_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = draws()
    path = tmp_path / "local.py"
    path.write_text("WHOLE, PART, TEXT = 98765432123, 0.0123456789, 'a local text'\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("local", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "local", module)
    assert draws() == before


def test_the_examples_of_a_schedule_are_the_same_whichever_test_draws_them_first() -> None:
    strategy = schedules("restarts", ANY_TIMES, ANY_TIMES)
    inside: list[list[Schedule]] = []

    @settings(PATIENT, max_examples=2)
    @given(st.integers())
    def first(_: int) -> None:
        inside.append(examples(strategy, "restarts"))

    first()
    assert inside == [examples(strategy, "restarts")] * 2


def test_the_default_profile_is_deterministic_and_measures_no_time() -> None:
    normal = settings.get_profile("ci")
    assert normal.derandomize
    assert normal.database is None
    assert normal.deadline is None
    assert HealthCheck.too_slow in normal.suppress_health_check
