"""Frameworks' schedules, made as a config says them."""

from __future__ import annotations

import itertools
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.frameworks.core import discovery
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.sums import total

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


def said(framework: str, name: str, given: dict[str, Any], lr: float | None) -> Schedule:
    """Return a schedule that a config says in JSON, which is YAML; the optimizer's rate where it has one."""
    own = {field.name for field in params(discovery.framework_schedules(framework)[name])}
    rate = {"lr": lr} if lr is not None and "lr" in own else {}
    curve = json.dumps({f"{framework}.{name}": given | rate})
    return planned("", f"steps: 1000\ncurves:\n  - {curve}\n").curves[0].schedule


def check_pieces(schedule: Schedule, until: float, *, precision: float = 1e-12) -> None:
    """Check that pieces cover the time up to ``until``, and that each is what it says at whole times and between."""
    pieces = schedule.pieces(until, 1000)
    assert pieces[0].t0 == 0.0
    assert pieces[-1].t1 == until
    assert all(a.t1 == b.t0 and a.t0 < a.t1 for a, b in itertools.pairwise(pieces))
    for piece in pieces:
        parts = [piece] if piece.kind != "cycles" else [part.moved(piece.t0) for part in piece.parts]
        for part in parts:
            times = np.linspace(part.t0, np.nextafter(min(part.t1, until), 0.0), 33)
            if part.kind == "none":
                assert np.isnan(schedule(times)).all(), part
                continue
            changes = np.diff(schedule(times[times <= schedule.ends]))
            tiny = precision * schedule.peak
            assert part.kind != "flat" or (np.abs(changes) <= tiny).all(), part
            assert (changes >= -tiny).all() or (changes <= tiny).all(), part


def check_sum(schedule: Schedule, updates: int, *, precision: float = 1e-9) -> None:
    """Check the sum over a long run against the rates themselves."""
    expected = math.fsum(schedule(np.arange(float(updates))).tolist())
    assert total(schedule, updates) == pytest.approx(expected, rel=precision)
