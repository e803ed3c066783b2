"""How the curves are told apart without colour: by weight and by dash."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.render.figure.primitives import Dash

SUBJECT, REFERENCE, RISER = 2.6, 1.77, 1.1
"""Widths in points: the first curve, all others, and the jumps of any."""

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
    """Return a dash for each curve, given which of them have plateaus.

    The subject is solid. The second is too, since its plateaus tell it apart; without any it is dashed.

    >>> dashes([False, True, False]), dashes([False, False])
    ([(), (), (5.0, 1.7)], [(), (5.0, 1.7)])
    """
    solid = 2 if len(stepped) > 1 and stepped[1] and not stepped[0] else 1
    return [_SOLID if i < solid else _DASHES[(i - solid) % len(_DASHES)] for i in range(len(stepped))]


def width(index: int) -> float:
    """Return how wide the curve at ``index`` is drawn."""
    return REFERENCE if index else SUBJECT
