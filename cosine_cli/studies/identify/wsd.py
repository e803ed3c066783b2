"""Warmup, a stable phase, then decay."""

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.ends import other_ends
from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.snap import is_plain

GENERAL = True
_LEAST_STABLE = 3
_LEAST = 1e-300
"""Rates that are printed as 0 have a logarithm, too."""

_SHAPES = ("linear", "cosine", "1-sqrt", "sqrt", "exponential", "shifted-exponential")


def find(outline: Outline) -> Iterator[Found]:
    """Yield constant rates with a decay at the end, of each shape."""
    if outline.last - outline.first < _LEAST_STABLE - 1:
        return
    plain = False
    for shape in _SHAPES:
        if plain:
            return
        free = (("lr", "stable", "decay"), ("lr", "stable", "decay", "min_lr"))
        fixed = {"warmup": 0.0, "decay_shape": shape}
        only = (("lr", "stable", "decay"),) if shape == "exponential" else free
        kept = ("min_lr",) if shape == "exponential" else ()
        for found in falls(Fall(name="wsd", starts=_starts_of(shape), free=only, fixed=fixed, kept=kept), outline):
            yield found
            plain = plain or (found.refined.exact and is_plain(found.refined.curve, found.free))
            if shape in {"linear", "1-sqrt", "exponential"}:
                yield from other_ends(found, outline, length="decay", extended=_twice_as_long(found.refined.curve))


def _starts_of(shape: str) -> Callable[[Outline, float], Iterator[Mapping[str, float]]]:
    def starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
        peak, floor = outline.rows.peak, outline.floor or 0.0
        falling = outline.rows.part(slice(outline.last + 1, outline.tail))
        if not len(falling):
            return
        for decay_start, end in _ends(shape, outline, peak, floor):
            low, until = floor, end
            if shape == "exponential" and outline.floor is None:
                low, until = float(falling.rates[-1]), float(falling.times[-1])
            stable = max(decay_start - begin, 0.0)
            yield {"lr": peak, "stable": stable, "decay": max(until - decay_start, 1e-6), "min_lr": low}

    return starts


def _ends(shape: str, outline: Outline, peak: float, floor: float) -> Iterator[tuple[float, float]]:
    """Yield estimates of when the decay begins and ends."""
    falling = outline.rows.part(slice(outline.last + 1, outline.tail))
    before, last = float(outline.rows.times[outline.last]), float(falling.times[-1])
    until = float(outline.rows.times[min(outline.tail, len(outline.rows) - 1)])
    share = np.clip((falling.rates - floor) / (peak - floor), 0.0, 1.0)
    left = {
        "linear": share,
        "cosine": 1.0 - np.arccos(2.0 * share - 1.0) / math.pi,
        "1-sqrt": 1.0 - (1.0 - share) ** 2,
        "sqrt": share**2,
        "exponential": np.log(np.maximum(falling.rates, _LEAST)),
        "shifted-exponential": np.log2(share + 1.0),
    }[shape]
    if len(falling) > 1:
        slope, at_0 = np.polyfit(falling.times, left, 1)
        if slope < 0:
            bottom = 0.0
            top = 1.0
            if shape == "exponential":
                top, bottom = math.log(peak), math.log(floor or falling.rates[-1] or _LEAST)
            yield float(np.clip((top - at_0) / slope, before, falling.times[0])), (bottom - at_0) / slope
    yield before, max(until, last)


def _twice_as_long(curve: Curve) -> Curve:
    """Return an exponential decay with the same rates up to its end that goes on after it; others as they are."""
    if curve.values["decay_shape"] != "exponential" or not curve.get("min_lr"):
        return curve
    lower = curve.get("min_lr") ** 2 / curve.get("lr")
    return curve.having({"decay": 2.0 * curve.get("decay"), "min_lr": lower})
