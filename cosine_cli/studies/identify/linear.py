"""Linear decay."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET
from cosine_cli.studies.identify.core.ends import other_ends
from cosine_cli.studies.identify.core.falls import Fall, Found, falls, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined, refine
from cosine_cli.studies.identify.core.short_numbers import digits


def find(outline: Outline) -> Iterator[Found]:
    """Yield linear decays; a line has the same rates with another offset, peak and end."""
    shape = Fall(name="linear", starts=_starts, free=(("lr", "total"), ("lr", "total", "min_lr")), fixed={})
    for found in falls(shape, outline):
        yield found
        for shifted in (found, *_shifted(found, outline)):
            yield shifted
            yield from other_ends(shifted, outline, length="total")
            yield from _ending_at_share(shifted, outline)


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling = outline.falling
    slope, at_0 = np.polyfit(falling.times, falling.rates, 1)
    floor = outline.floor or 0.0
    peak = max(at_0 + slope * begin, falling.peak)
    if slope < 0:
        yield {"lr": peak, "total": (floor - peak) / slope, "min_lr": floor}


def _ending_at_share(found: Found, outline: Outline) -> Iterator[Found]:
    """Yield the same line to a common share of the peak, if its end is then at a whole time after the last row."""
    curve = found.refined.curve
    if outline.floor is not None or not found.refined.exact or curve.get("min_lr"):
        return
    for share in _SHARES:
        total = curve.get("total") * (1.0 - share)
        whole = float(round(total))
        later = curve.get("warmup") + whole - curve.offset > outline.rows.times[-1]
        if not later or abs(total - whole) > _NEARLY_WHOLE * max(1.0, 1e-4 * total):
            continue
        rest = tuple(name for name in found.free if name != "total")
        lr = float(f"{curve.get('lr'):.6g}")
        changed = curve.having({"total": whole, "min_lr": float(f"{share * lr:.9g}")})
        done = finished(refine(changed, rest, outline.rows), rest, outline.rows)
        if done.refined.exact:
            extra = 1.0 + digits(share) + digits(whole)
            yield Found(refined=done.refined, free=rest, extra=extra)


_SHARES = (0.01, 0.1, 0.05, 0.001, 0.2, 0.5, 1 / 3)
_NEARLY_WHOLE = 0.02


def _shifted(found: Found, outline: Outline) -> Iterator[Found]:
    """Yield the same line if row t has the rate of update t - 1, as logs of Transformers have it."""
    curve = found.refined.curve
    if outline.first or curve.offset or outline.rows.times[0] < 1.0 or not found.refined.exact:
        return
    before = curve.rates(np.array([1.0]))
    if before is not None:
        moved = curve.having({"lr": float(before[0]), "total": curve.get("total") - 1.0, OFFSET: -1.0})
        done = finished(Refined(moved, 1.0), found.free, outline.rows)
        yield Found(refined=done.refined, free=tuple(dict.fromkeys((*found.free, OFFSET))))
