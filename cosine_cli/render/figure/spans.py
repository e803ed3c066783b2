"""Warmup and cycles: which part of the run is which."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from cosine_cli.render.descriptions import time_text
from cosine_cli.render.figure.figure_context import Sheet
from cosine_cli.render.figure.half_peak import is_free
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.primitives import Area, Mark, Words
from cosine_cli.render.figure.ruler import extent

_ALPHA, _LAYER = 0.035, 0.5
_ASIDE, _OVER = 4.5, 5.0
_LEAST = 16.0
"""In points: the narrowest cycle with a number."""


def marks(sheet: Sheet, placed: list[Box]) -> Iterator[Mark]:
    """Yield the warmup and the numbers of the cycles; the room they take is added to ``placed``."""
    for span in warmup(sheet):
        yield span
        yield from _named(span, sheet, placed)
    yield from cycles(sheet, placed)


def warmup(sheet: Sheet) -> Iterator[Area]:
    """Yield the span over which the rate climbs; none where the curves do not agree on it."""
    steps = _climb(sheet)
    if steps:
        box, end = sheet.frame.box, sheet.frame.x(min(steps, sheet.frame.until))
        corners = [(box.left, box.bottom), (end, box.bottom), (end, box.top), (box.left, box.top)]
        yield Area(np.array(corners), sheet.theme.ink, _ALPHA, _LAYER)


def _climb(sheet: Sheet) -> float:
    """Return how many steps all curves climb that climb at all, 0 where they differ."""
    lengths = {curve.warmup for curve in sheet.plan.curves} - {0.0}
    return lengths.pop() if len(lengths) == 1 else 0.0


def _named(span: Area, sheet: Sheet, placed: list[Box]) -> Iterator[Words]:
    """Yield what the span of the warmup is, just right of it."""
    words = _note(f"warmup, {time_text(_climb(sheet), sheet.plan.clock)}", float(span.points[1, 0]), sheet)
    if is_free(words, sheet, placed):
        placed.append(extent(words, sheet.ruler))
        yield words


def cycles(sheet: Sheet, placed: list[Box]) -> Iterator[Words]:
    """Yield a number in each cycle of the first curve that restarts, at its lower left where the curve is high."""
    curves = zip(sheet.plan.curves, sheet.traces, strict=True)
    found = ((curve.warmup, trace.restarts) for curve, trace in curves if trace.restarts and not trace.bands)
    climb, restarts = next(found, (0.0, ()))
    starts = [sheet.frame.x(max(start, climb)) for start in restarts]
    for number, (left, right) in enumerate(pairwise([*starts, sheet.frame.box.right]), 1):
        texts = (f"cycle {number}", str(number)) if number == 1 else (str(number),)
        for text in texts if right - left >= _LEAST * sheet.scale else ():
            words = _note(text, left, sheet)
            room = extent(words, sheet.ruler)
            if room.right < right and is_free(words, sheet, placed):
                placed.append(room)
                yield words
                break


def _note(text: str, x: float, sheet: Sheet) -> Words:
    k = sheet.scale
    return Words(x + _ASIDE * k, sheet.frame.box.bottom + _OVER * k, text, FONTS.note * k, sheet.theme.faint)
