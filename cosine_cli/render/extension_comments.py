"""The rates of a longer run at the stop and at the end, one row per way to go on, as comments of a config."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from cosine_cli.plans.model.clock import Clock, whole
from cosine_cli.plans.model.plan import Curve
from cosine_cli.studies.extend.core.stopped import Stopped
from cosine_cli.studies.extend.core.ways import ways
from cosine_cli.text import number

_DIGITS = 4
_JUMP = 1e-9
"""The smallest difference, relative to the peak, that is a jump."""


def extension_comments(run: Stopped, curves: Sequence[Curve]) -> Iterator[str]:
    """Yield what each way is, and a table of its rates."""
    meanings = dict(ways())
    width = max(len(curve.label) for curve in curves)
    yield ""
    yield from (f"# {curve.label:<{width}}  {meanings[curve.label]}" for curve in curves)
    yield "#"
    rows = [("way", f"at {_moment(run.at, run.clock)}", f"at {_moment(run.clock.total, run.clock)}")]
    rows += [(curve.label, _at_stop(run, curve), _rate(curve, float(run.clock.total))) for curve in curves]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for way, *cells in rows:
        yield "# " + "  ".join(
            [f"{way:<{widths[0]}}", *(f"{cell:>{w}}" for cell, w in zip(cells, widths[1:], strict=True))]
        )


def _moment(step: float, clock: Clock) -> str:
    time = clock.time(step)
    return f"{time.unit} {whole(time.value)}"


def _at_stop(run: Stopped, curve: Curve) -> str:
    """Return the rate of the first update after the stop, and that before it if the rate jumps."""
    after = float(curve.schedule([run.at])[0])
    peak = float(np.max(run.curve.schedule(np.array([run.decay_begin, run.at]))))
    if abs(after - run.rate) <= _JUMP * peak:
        return number(after, digits=_DIGITS)
    return f"jump from {number(run.rate, digits=_DIGITS)} to {number(after, digits=_DIGITS)}"


def _rate(curve: Curve, step: float) -> str:
    rate = float(curve.schedule([step])[0])
    return "none" if math.isnan(rate) else number(rate, digits=_DIGITS)
