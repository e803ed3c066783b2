"""Plateaus and cycles counted in 32 bits."""

from __future__ import annotations

import itertools
import math

from cosine_cli.frameworks.core.compiled import COMPILED
from cosine_cli.frameworks.core.float32 import as_array_like, operand
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import PieceKind


def drop_count(length: float, calls: Rates) -> Rates:
    """Return ``floor(step / length)`` for whole calls, in a compiled loop."""
    return as_array_like(COMPILED.cycles(operand(COMPILED, calls), length), calls)


def with_held_ends(ends: Rates, jumps: Rates) -> list[tuple[float, PieceKind]]:
    """Return phases, each held at its end until the call at which the next one starts."""
    phases: list[tuple[float, PieceKind]] = []
    for end, jump in zip(ends.tolist(), jumps.tolist(), strict=True):
        phases += [(min(end, jump), "smooth"), (jump, "flat")]
    return ordered_phases([*phases, (math.inf, "smooth")])


def ordered_phases(phases: list[tuple[float, PieceKind]]) -> list[tuple[float, PieceKind]]:
    """Return phases with ends that never decrease."""
    ends = itertools.accumulate((end for end, _ in phases), max)
    return [(end, kind) for end, (_, kind) in zip(ends, phases, strict=True)]
