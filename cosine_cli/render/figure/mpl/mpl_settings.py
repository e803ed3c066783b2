"""matplotlib with its shipped settings, regardless of the user's matplotlibrc."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

from cosine_cli.plans.model.plan import Plan

_GROUPS = ("agg", "figure", "lines", "markers", "patch", "path", "pdf", "savefig", "svg", "text")
_OURS = {"pdf.fonttype": 42, "svg.hashsalt": "cosine-lr"}


@contextmanager
def own_settings(plan: Plan) -> Iterator[None]:
    """Set the defaults of the settings that our artists read; setting all 300 takes as long as drawing."""
    shipped: dict[Any, Any] = {
        key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key.split(".")[0] in _GROUPS
    }
    shipped.update(_OURS)
    shipped["svg.fonttype"] = "path" if plan.figure.outlines else "none"
    with mpl.rc_context(shipped):
        yield


@contextmanager
def silence() -> Iterator[None]:
    """Suppress matplotlib's warnings; commands report what a user should know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
