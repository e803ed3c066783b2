"""Cosine waves as Transformers computes them."""

from __future__ import annotations

from math import pi
from typing import Any

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece


def wave(m: Ops, cycles: float, passed: Any) -> Any:
    """Return a cosine wave between 1 and 0; with Transformers' order of factors, which matters far from 0."""
    return 0.5 * (1.0 + m.cos(pi * cycles * 2.0 * passed))


def wave_pieces(decay: float, cycles: float, until: float, at_most: int) -> list[Piece]:
    """Return the pieces of ``cycles`` waves over ``decay``, and of those that continue after it."""
    if not cycles:
        return [Piece(0.0, until, "flat")]
    return shapes.half_waves(decay / (2.0 * abs(cycles)), until, at_most)
