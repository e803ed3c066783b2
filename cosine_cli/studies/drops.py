"""The times at which a curve drops from one plateau to a lower one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cosine_cli.schedules.core.schedule import Schedule

_ROUNDING = 1e-9
"""The smallest relative size of a drop: rounding errors at the floor are not drops."""


def drops(schedule: Schedule, until: float, *, at_most: int) -> tuple[float, ...]:
    """Return the times in steps at which a plateau is followed by a lower one; empty for more than ``at_most``.

    >>> from cosine_cli.schedules.step import Step
    >>> drops(Step(lr=0.1, step_size=30), 100, at_most=5)
    (30.0, 60.0, 90.0)
    """
    pieces = schedule.pieces_to_end(until, 2 * at_most + 2)
    if any(piece.kind == "cycles" for piece in pieces):
        return ()
    rates = schedule(np.array([piece.t0 for piece in pieces]))
    levels = [
        after.t0
        for (before, after), (high, low) in zip(pairwise(pieces), pairwise(rates.tolist()), strict=True)
        if before.kind == after.kind == "flat" and low < high * (1 - _ROUNDING)
    ]
    return tuple(levels) if len(levels) <= at_most else ()
