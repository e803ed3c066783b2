"""Curves given by the rate at each epoch or step, for parts of a run that no schedule describes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import interpolated_spec
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec

MOST_RATES = 200_000
MOST_KNOTS = 5000

_CLOSE = 1e-8
"""The largest difference to the rates between two knots, as a share of the highest rate."""

_NO_SCHEDULE = "no schedule has the shape of its curve, and a table of it"


def check_length(count: float, where: str) -> None:
    """Raise RequestError if there are too many rates to compute."""
    if count > MOST_RATES:
        raise user_error(where, f"{_NO_SCHEDULE} must have at most {MOST_RATES:,} rates", got=f"{count:,.0f}")


def table(rates: Sequence[float], where: str, unit: TimeUnit) -> CurveSpec:
    """Return the curve of the rates at the times 0, 1, …; raise RequestError if it needs too many knots."""
    last = len(rates) - 1
    stride = math.ceil(len(rates) / MOST_KNOTS)
    knots = [*range(0, last, stride), last]
    if stride > 1 and _difference(rates, knots) > _CLOSE * max(rates):
        raise user_error(where, f"{_NO_SCHEDULE} needs more than {MOST_KNOTS:,} knots")
    return interpolated_spec({knot: rates[knot] for knot in knots}, where, unit)


def _difference(rates: Sequence[float], knots: Sequence[int]) -> float:
    """Return the largest difference of the rates to straight lines between the knots."""
    import numpy as np  # here: only long tables need it

    lines = np.interp(np.arange(len(rates)), knots, [rates[knot] for knot in knots])
    return float(np.max(np.abs(lines - np.array(rates))))
