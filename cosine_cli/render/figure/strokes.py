"""Line styles: widths and dashes distinguish curves without color."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.plans.model.plan import Curve
from cosine_cli.render.figure.primitives import Dash

SUBJECT, REFERENCE, RISER = 2.6, 1.77, 1.1
"""Widths in points: of the first curve, of all others, and of jumps."""

DOTTED: Dash = (1.0, 1.8)
MARKERS = "osD^v"
"""The markers of curves of points, in matplotlib's names."""

MARKER_SIZE = 2.0
"""The diameter of a marker in widths of the line."""

_SOLID: Dash = ()
_DASHES: tuple[Dash, ...] = (
    (5.0, 1.7),
    (1.2, 1.3),
    (6.0, 1.5, 1.0, 1.5),
    (3.0, 1.2),
    (8.0, 2.0),
    (2.0, 1.0),
    (4.0, 1.2, 1.0, 1.2, 1.0, 1.2),
)


def dashes(stepped: Sequence[bool]) -> list[Dash]:
    """Return the dash pattern of each curve, given which of them have plateaus.

    The first curve is solid. The second is solid too if its plateaus distinguish it, and dashed otherwise.

    >>> dashes([False, True, False]), dashes([False, False])
    ([(), (), (5.0, 1.7)], [(), (5.0, 1.7)])
    """
    solid = 2 if len(stepped) > 1 and stepped[1] and not stepped[0] else 1
    return [_SOLID if i < solid else _DASHES[(i - solid) % len(_DASHES)] for i in range(len(stepped))]


def whole_dash(dash: Dash, length: float) -> Dash:
    """Return a dash pattern scaled so that a line of this length, in widths of the line, ends with a whole dash.

    >>> whole_dash((8.0, 2.0), 9.0)
    (4.0, 1.0)
    """
    if not dash:
        return dash
    period = sum(dash)
    fit = length / (max(round((length - dash[0]) / period), 1) * period + dash[0])
    return tuple(part * fit for part in dash)


class StrokeStyle(NamedTuple):
    """The width of a curve's line in points, its dash pattern, and the marker of a curve of points."""

    width: float
    dash: Dash
    marker: str = ""


_BY_NAME: dict[str, Dash] = {
    "solid": _SOLID,
    "dashed": _DASHES[0],
    "dotted": _DASHES[1],
    "dashdot": _DASHES[2],
    "points": _SOLID,
}


def stroke_styles(curves: Sequence[Curve], stepped: Sequence[bool], scale: float) -> list[StrokeStyle]:
    """Return the line of each curve: its own style, or the style of its place among the curves."""
    defaults = enumerate(dashes(stepped))
    markers = itertools.cycle(MARKERS)
    return [
        styled(
            curve,
            StrokeStyle(
                width=(REFERENCE if index else SUBJECT) * scale,
                dash=dash,
                marker=next(markers) if curve.style.is_points else "",
            ),
        )
        for curve, (index, dash) in zip(curves, defaults, strict=True)
    ]


def styled(curve: Curve, default: StrokeStyle) -> StrokeStyle:
    """Return the style of one curve, given what it is if the user did not choose it."""
    width, name = curve.style.linewidth, curve.style.linestyle
    dash = default.dash if name is None else _BY_NAME[name]
    return default._replace(width=default.width if width is None else width, dash=dash)
