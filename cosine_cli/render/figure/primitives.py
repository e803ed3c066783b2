"""The primitives of a figure, in points from the lower left corner of the page, as a drawing backend needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from cosine_cli.render.core.clearance import Points

Dash = tuple[float, ...]
"""Lengths of strokes and gaps in line widths; empty for a solid line."""

LIFT = np.full((1, 2), np.nan)


class Line(NamedTuple):
    """A polyline."""

    points: Points
    color: str
    width: float
    layer: float
    dash: Dash = ()


class Area(NamedTuple):
    """A filled polygon without an outline."""

    points: Points
    color: str
    alpha: float
    layer: float


class Dot(NamedTuple):
    """A hollow round marker, or a filled triangle that points down."""

    x: float
    y: float
    size: float
    edge: float
    color: str
    fill: str
    layer: float
    shape: Literal["round", "down"] = "round"


class Markers(NamedTuple):
    """Filled markers, of a shape that matplotlib has a name for."""

    points: Points
    color: str
    shape: str
    size: float
    layer: float


class Name(NamedTuple):
    """A name on a figure: its kind, such as ``curve`` or a parameter of a grid, and its whole text."""

    kind: str
    text: str


class Text(NamedTuple):
    """One line of text: ``x`` is its left end, middle or right end; ``y`` is its baseline.

    - ``names``: the name that it shows, possibly cut, so that missing names are detected.
    """

    x: float
    y: float
    text: str
    size: float
    color: str
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    names: Name | None = None


Primitive = Line | Area | Dot | Markers | Text


def join_lines(parts: Sequence[Points]) -> Points:
    """Return several polylines as one, with the pen lifted between them."""
    if not parts:
        return np.empty((0, 2))
    lifted = [row for part in parts for row in (part, LIFT)]
    return np.concatenate(lifted[:-1])
