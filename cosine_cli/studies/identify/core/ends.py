"""Where a decay ends, if its floor is not in the log: the last rows pin a line, but not its end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers

_MOST_ENDS = 3000
_TRIED = 4


def other_ends(found: Found, outline: Outline, *, length: str, extended: Curve | None = None) -> Iterator[Found]:
    """Yield curves that end on a floor at a whole time near the last row, those with the shortest numbers first.

    - ``found``: an exact decay to 0 whose floor and end can be exchanged for one another without another rate.
    - ``length``: the parameter that is the length of the decay.
    - ``extended``: the same curve beyond its end, if it is not the decay to 0.
    """
    curve = found.refined.curve
    if outline.floor is not None or not found.refined.exact:
        return
    begin = sum(curve.get(name) for name in ("warmup", "stable")) - curve.offset
    last = float(outline.rows.times[-1])
    spacing = float(np.median(np.diff(outline.rows.times)))
    ends = np.arange(np.ceil(last), np.floor(last + spacing) + 1.0)[:_MOST_ENDS]
    rates = (extended or curve).rates(ends)
    if rates is None or not len(ends):
        return
    room = 3.0 * float(outline.rows.allowed[-1])
    options = sorted(_options(ends.tolist(), rates.tolist(), room, curve.get("lr")))
    for _, end, floor in options[:_TRIED]:
        changed = curve.having({length: end - begin, "min_lr": floor})
        free = tuple(name for name in found.free if name not in {length, "min_lr"})
        done = finished(Refined(changed, 1.0), free, outline.rows)
        if done.refined.exact:
            yield Found(refined=done.refined, free=(*free, length, "min_lr"))


def _options(ends: list[float], rates: list[float], room: float, peak: float) -> Iterator[tuple[float, float, float]]:
    for end, rate in zip(ends, rates, strict=True):
        if rate <= room:
            continue
        floor = next(short_numbers(rate - room, rate + room, near=rate), rate)
        share = next(short_numbers((rate - room) / peak, (rate + room) / peak, near=rate / peak), rate / peak)
        if digits(share) < digits(floor):
            yield digits(share) + digits(end), end, share * peak
        else:
            yield digits(floor) + digits(end), end, floor
