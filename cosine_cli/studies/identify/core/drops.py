"""What step and multistep share: the levels after a warmup, and the warmup before them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.levels import Levels, levels_of
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


def head_values(outline: Outline) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """Yield the values of a warmup before the levels, and which of them are free."""
    if not outline.first or not outline.rises_once:
        yield {}, ()
        return
    if outline.ramp is None:
        return
    slope, at_0 = outline.ramp
    room = 2.0 * float(outline.rising.allowed.max())
    if abs(at_0) <= room:
        yield {"warmup": outline.rows.peak / slope}, ("warmup",)
    if at_0 > 0.0:
        yield {"warmup": (outline.rows.peak - at_0) / slope, "warmup_start": at_0}, ("warmup", "warmup_start")


def with_ranges(found: Found, ranges: Mapping[str, tuple[float, float]]) -> Found:
    """Return a fit with the ranges of its times, which are after their lower bounds; drops are at whole times."""
    wide = {name: (_after(low, high), high) for name, (low, high) in ranges.items()}
    return replace(found, ranges={**found.ranges, **{name: ends for name, ends in wide.items() if ends[0] < ends[1]}})


def _after(low: float, high: float) -> float:
    return whole if (whole := math.floor(low) + 1.0) <= high else float(np.nextafter(low, np.inf))
