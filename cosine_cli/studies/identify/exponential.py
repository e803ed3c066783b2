"""Exponential decay."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cosine_cli.studies.identify.core.falls import Fall, Found, falls, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined, refine
from cosine_cli.studies.identify.core.short_numbers import digits
from cosine_cli.studies.identify.core.snap import is_plain

_PERIODS = tuple(mantissa * 10.0**exponent for exponent in range(7) for mantissa in (1.0, 2.0, 2.5, 4.0, 5.0))
_TRIED = 3
"""The simplest of so many exact decays is taken."""

_SCREENED = 160
"""Rows on which other times are tried first."""

_LEAST_ROWS = 2
"""Rows that pin a line of logarithms."""

_FEW = 4
"""A factor of so many digits may have been chosen by a person."""

_STEEPEST = -7.0
"""Logarithm of the smallest factor that a person chooses: about 0.001."""


def find(outline: Outline) -> Iterator[Found]:
    """Yield exponential decays; a factor over another time is the same decay."""
    free = (("lr", "gamma"), ("lr", "gamma", "min_lr"))
    for found in falls(Fall(name="exponential", starts=_starts, free=free, fixed={"per": 1.0}), outline):
        others = list(_over_other_times(found, outline))
        yield from others
        yield found
        plain = any(is_plain(other.refined.curve, other.free) for other in others)
        if plain or (found.refined.exact and digits(found.refined.curve.get("lr")) < _FEW):
            return


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling, floor = outline.falling, outline.floor or 0.0
    above = falling.part(falling.rates > max(1.01 * floor, 0.0))
    if len(above) < _LEAST_ROWS:
        return
    slope, at_0 = np.polyfit(above.times, np.log(above.rates), 1, w=above.rates / above.allowed)
    if slope < 0:
        peak = max(math.exp(min(at_0 + slope * begin, 700.0)), outline.rows.peak)
        yield {"lr": min(peak, 10 * outline.rows.peak), "gamma": math.exp(slope), "min_lr": floor}


def _over_other_times(found: Found, outline: Outline) -> Iterator[Found]:
    """Yield the decay as a factor with few digits over a time."""
    curve = found.refined.curve
    rate = math.log(curve.get("gamma"))
    if not found.refined.exact or digits(curve.get("gamma")) <= _FEW:
        return
    options = [(per, math.exp(rate * per)) for per in _PERIODS if rate * per > _STEEPEST]
    options += [(float(round(math.log(gamma) / rate)), gamma) for gamma in (0.5, 0.1, 0.9, 0.01, 0.95, 0.99)]
    screened = outline.rows.thinned(_SCREENED)
    trials: list[Found] = []
    rest = tuple(name for name in found.free if name != "gamma")
    for per, gamma in sorted(_short(options), key=lambda option: digits(option[0]) + 2 * digits(option[1])):
        changed = curve.having({"per": per, "gamma": gamma})
        if refine(changed, rest, screened).possible:
            done = finished(Refined(changed, 1.0), rest, outline.rows)
            if done.refined.exact:
                trials.append(Found(refined=done.refined, free=(*rest, "gamma", "per")))
        if len(trials) == _TRIED:
            break
    yield from sorted(trials, key=lambda trial: trial.cost)[:1]


def _short(options: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    return ((per, float(f"{gamma:.{_FEW}g}")) for per, gamma in options if per >= 1.0)
