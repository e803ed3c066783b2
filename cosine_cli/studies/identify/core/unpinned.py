"""The range of a parameter that the rows do not determine, because the log stops before the curve ends."""

from __future__ import annotations

from collections.abc import Mapping

from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.refine import excess, level, refine
from cosine_cli.studies.identify.core.rows import Rows

_ROWS = 300
_LENGTHS = ("total", "decay")
_FACTORS = (2.0, 1.5, 1.2, 1.1, 1.05, 1.02, 1.01)
"""How much longer or shorter a curve may be; ranges that are narrower are not reported."""


def unpinned(found: Found, rows: Rows) -> Mapping[str, tuple[float, float]]:
    """Return the ranges of the length and the floor of a decay with which it has the rates of the rows.

    The other parameters follow the length. Ranges are as wide as the factors that were tried.
    """
    curve = found.refined.curve
    length = next((name for name in _LENGTHS if name in curve.values), None)
    if length is None or "min_lr" in found.ranges or curve.ahead:
        return {}
    searched = rows.thinned(_ROWS)
    exact = [(curve.get(length), curve.get("min_lr"))]
    for shorter in (False, True):
        for factor in _FACTORS:
            value = curve.get(length) / factor if shorter else curve.get(length) * factor
            free = tuple(dict.fromkeys((*(name for name in found.free if name != length), "lr", "min_lr")))
            trial = refine(curve.having({length: value}), free, searched)
            trial = level(trial, free, searched) if trial.possible else trial
            if trial.exact and excess(trial.curve, rows) <= 1.0:
                exact.append((value, trial.curve.get("min_lr")))
                break
    if len(exact) == 1:
        return {}
    lengths, floors = zip(*exact, strict=True)
    return {length: (min(lengths), max(lengths)), "min_lr": (min(floors), max(floors))}
