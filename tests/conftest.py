"""Hypothesis draws the same examples in every installation, test order and process; Ctrl-C is heard; a fixture."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from plans_of import planned

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cosine_cli.plans.model.plan import Plan

# Hypothesis also draws constants from the source of the modules outside site-packages that are imported so far, so an
# editable installation, or another order of the tests, would give other examples. It has no setting for this;
# tests/test_draws.py fails if this line stops working.
providers._get_local_constants = Constants  # noqa: SLF001 - there is no public name

settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # it measures time
)
settings.register_profile("seeded", settings.get_profile("ci"), derandomize=False)
settings.register_profile("long", settings.get_profile("seeded"), max_examples=100_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# In the background of a shell the tests ignore Ctrl-C, and so would the processes that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def plan() -> Callable[..., Plan]:
    """Return the function that resolves a plan from curves and options."""
    return planned


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the test in a new, empty directory, and with the terminal's size and colours unset."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path
