"""What step and multistep share: the levels after a warmup, and the warmup before them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.levels import Levels, levels_of, time_between
from cosine_cli.studies.identify.core.outline import Outline

LEAST_LEVELS = 2
"""One level is a constant rate."""

MOST_LEVELS = 60
"""More levels are not listed as milestones."""

_MOST_PER_ROW = 0.4
"""With more levels than this share of the rows, the rate falls smoothly, unless drops are equal factors."""


def drops_of(outline: Outline) -> Levels | None:
    """Return the levels from the peak on, None if the rate changes smoothly."""
    if outline.first and not outline.rises_once:
        after = outline.all_rows
    else:
        after = outline.all_rows.part(outline.all_rows.times >= outline.rows.times[outline.first])
    levels = levels_of(after)
    return levels if levels.are_jumps and len(levels.starts) <= _MOST_PER_ROW * len(after) else None


@dataclass(frozen=True, kw_only=True)
class DropHead:
    """What comes before the first drop.

    - ``peak``: the rate from which it drops; ``warmup``: values of a warmup, and ``free`` those that are free.
    - ``drop``: the time of the first drop, None if it is any between the rows.
    - ``offset``: what is added to the times of the rows.
    """

    peak: float
    warmup: Mapping[str, Any]
    free: tuple[str, ...]
    drop: float | None = None
    offset: float = 0.0

    def after(self, before: float) -> float:
        """Return the time after which the first drop is, given that of the last row before it."""
        return before if self.drop is None else max(before, float(self.warmup["warmup"]))


def drop_heads(outline: Outline) -> Iterator[DropHead]:
    """Yield what can come before the levels."""
    peak = outline.rows.peak
    if not outline.first or not outline.rises_once:
        yield DropHead(peak=float(outline.all_rows.rates[0]), warmup={}, free=())
        return
    if outline.ramp is None:
        return
    slope, at_0 = outline.ramp
    room = 2.0 * float(outline.rising.allowed.max())
    if outline.drops_at_once and outline.first == outline.last:
        yield from _up_to_drop(outline, slope, at_0 if abs(at_0) > room else 0.0)
    if abs(at_0) <= room:
        yield DropHead(peak=peak, warmup={"warmup": peak / slope}, free=("warmup",))
    if at_0 < -room and at_0 + slope > room:  # the first update has step 1 and the rate at the start
        warmup = {"warmup": (peak - at_0) / slope - 1.0, "warmup_start": at_0 + slope}
        yield DropHead(peak=peak, warmup=warmup, free=("warmup", "warmup_start"), offset=-1.0)
    if at_0 > 0.0:
        warmup = {"warmup": (peak - at_0) / slope, "warmup_start": at_0}
        yield DropHead(peak=peak, warmup=warmup, free=("warmup", "warmup_start"))


def _up_to_drop(outline: Outline, slope: float, at_0: float) -> Iterator[DropHead]:
    """Yield the warmup that ends between its last row and the next, which is after the drop."""
    last, first = outline.rows.times[outline.last : outline.tail + 1].tolist()
    end = time_between(last, first)
    if end < first:
        start = {"warmup_start": at_0} if at_0 > 0.0 else {}
        warmup = {"warmup": end, **start}
        yield DropHead(peak=at_0 + slope * end, warmup=warmup, free=tuple(start), drop=time_between(end, first))


def with_ranges(found: Found, ranges: Mapping[str, tuple[float, float]]) -> Found:
    """Return a fit with the ranges of its times, which are after their lower bounds; drops are at whole times."""
    wide = {name: (_after(low, high), high) for name, (low, high) in ranges.items()}
    return replace(found, ranges={**found.ranges, **{name: ends for name, ends in wide.items() if ends[0] < ends[1]}})


def _after(low: float, high: float) -> float:
    return whole if (whole := math.floor(low) + 1.0) <= high else float(np.nextafter(low, np.inf))
