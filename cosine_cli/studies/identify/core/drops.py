"""What step and multistep share: the levels after a warmup, and the warmup before them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET
from cosine_cli.studies.identify.core.falls import Found
from cosine_cli.studies.identify.core.levels import Levels, levels_of, time_between
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.short_numbers import digits, whole_numbers

LEAST_LEVELS = 2
"""One level is a constant rate."""

MOST_LEVELS = 60
"""More levels are not listed as milestones."""

_PEAK_DIGITS = 8
"""A peak that is continued from rows is rounded to so many digits."""

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
    """Yield the values of a warmup before the levels, with the offset of its rows, and which of them are free."""
    if not outline.first or not outline.rises_once:
        yield {}, ()
        return
    if outline.ramp is None:
        return
    slope, at_0 = outline.ramp
    room = 2.0 * float(outline.rising.allowed.max())
    if outline.first == outline.last:
        yield _up_to_the_drop(outline, slope, max(at_0, 0.0) if at_0 > room else 0.0)
    if abs(at_0) <= room:
        yield {"warmup": outline.rows.peak / slope}, ("warmup",)
    if at_0 > 0.0:
        yield {"warmup": (outline.rows.peak - at_0) / slope, "warmup_start": at_0}, ("warmup", "warmup_start")
    if at_0 + slope > room and outline.rows.times[0] >= 1.0:  # the first update has step 1 and the rate at the start
        length = (outline.rows.peak - at_0) / slope - 1.0
        yield {"warmup": length, "warmup_start": at_0 + slope, OFFSET: -1.0}, ("warmup", "warmup_start")


def _up_to_the_drop(outline: Outline, slope: float, start: float) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return a warmup whose end no row shows, at the roundest rate that it can have reached before the drop."""
    last, dropped = (float(time) for time in outline.rows.times[outline.last : outline.last + 2])
    lengths = whole_numbers(last, dropped - 1.0, near=dropped) or [last]
    peaks = {length: float(f"{start + slope * length:.{_PEAK_DIGITS}g}") for length in lengths}
    length = min(peaks, key=lambda length: (digits(peaks[length]) + digits(length), length))
    return {"warmup": length, "lr": peaks[length], "warmup_start": start}, ("warmup_start",) if start else ()


def after_warmup(time: float, first: float, head: Mapping[str, Any]) -> float:
    """Return the time of the first drop: as it was found, or between the end of a longer warmup and the first row."""
    warmup = float(head.get("warmup", 0.0))
    return time if time > warmup else time_between(warmup, first)


def with_ranges(found: Found, ranges: Mapping[str, tuple[float, float]]) -> Found:
    """Return a fit with the ranges of its times, which are after their lower bounds; drops are at whole times."""
    wide = {name: (_after(low, high), high) for name, (low, high) in ranges.items()}
    return replace(found, ranges={**found.ranges, **{name: ends for name, ends in wide.items() if ends[0] < ends[1]}})


def _after(low: float, high: float) -> float:
    return whole if (whole := math.floor(low) + 1.0) <= high else float(np.nextafter(low, np.inf))
