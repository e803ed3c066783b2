"""Line styles: widths and dashes distinguish curves without colour."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.render.figure.primitives import Dash

SUBJECT, REFERENCE, RISER = 2.6, 1.77, 1.1
"""Widths in points: of the first curve, of all others, and of jumps."""

DOTTED: Dash = (1.0, 1.8)
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


def width(index: int) -> float:
    """Return the width of the curve at ``index``."""
    return REFERENCE if index else SUBJECT
