"""The warmup as a shaded span, and the numbers of cycles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from cosine_cli.plans.model.placement import pace
from cosine_cli.plans.model.plan import Curve
from cosine_cli.render.descriptions import time_text
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.half_peak import has_room
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.primitives import Area, Primitive, Text
from cosine_cli.render.figure.ruler import extent

_OPACITY, _LAYER = 0.035, 0.5
_OFFSET_X, _OFFSET_Y = 4.5, 5.0
_MIN_CYCLE_WIDTH = 16.0
"""In points: the smallest width of a cycle with a number."""


def span_marks(context: FigureContext, placed: list[Box]) -> Iterator[Primitive]:
    """Yield the warmup and the numbers of cycles; their boxes are added to ``placed``."""
    for span in warmup(context):
        yield span
        yield from _warmup_label(span, context, placed)
    yield from cycles(context, placed)


def warmup(context: FigureContext) -> Iterator[Area]:
    """Yield the span of the warmup, if all curves that have one have the same length."""
    steps = _warmup_length(context)
    if steps > context.axes.since:
        box, end = context.axes.box, context.axes.x(min(steps, context.axes.until))
        corners = [(box.left, box.bottom), (end, box.bottom), (end, box.top), (box.left, box.top)]
        yield Area(np.array(corners), context.theme.ink, _OPACITY, _LAYER)


def _warmup_length(context: FigureContext) -> float:
    """Return the length of the warmup in steps, 0 if curves have different ones."""
    lengths = {_warmup_of(curve, context) for curve in context.plan.curves}
    if not context.plan.runs:  # in one run, curves without a warmup are compared with those that have it
        lengths -= {0.0}
    return lengths.pop() if len(lengths) == 1 else 0.0


def _warmup_of(curve: Curve, context: FigureContext) -> float:
    """Return the length of a curve's warmup in steps of the axis."""
    return pace(curve, context.plan).time(curve.warmup)


def _warmup_label(span: Area, context: FigureContext, placed: list[Box]) -> Iterator[Text]:
    """Yield the label of the warmup, just to its right."""
    label = _note(
        f"warmup, {time_text(_warmup_length(context), context.plan.clock)}", float(span.points[1, 0]), context
    )
    if has_room(label, context, placed):
        placed.append(extent(label, context.ruler))
        yield label


def cycles(context: FigureContext, placed: list[Box]) -> Iterator[Text]:
    """Yield the number of each cycle of the first curve that restarts, at its lower left; a table has no cycles."""
    curves = zip(context.plan.curves, context.traces, strict=True)
    candidates = (
        (_warmup_of(curve, context), trace.restarts)
        for curve, trace in curves
        if trace.restarts and trace.numbered and not (curve.style.is_points or curve.schedule.family == "tabulated")
    )
    warmup_length, restarts = next(candidates, (0.0, ()))
    axes = context.axes
    starts = [axes.x(max(start, warmup_length, axes.since)) for start in restarts if start < axes.until]
    named = False  # a number alone is not understood before "cycle" was seen
    for number, (left, right) in enumerate(pairwise([*starts, axes.box.right]), 1):
        texts = (str(number),) if named else (f"cycle {number}", str(number)) if number == 1 else (f"cycle {number}",)
        for text in texts if right - left >= _MIN_CYCLE_WIDTH * context.scale else ():
            label = _note(text, left, context)
            room = extent(label, context.ruler)
            if room.right < right and has_room(label, context, placed):
                placed.append(room)
                named = True
                yield label
                break


def _note(text: str, x: float, context: FigureContext) -> Text:
    k = context.scale
    return Text(x + _OFFSET_X * k, context.axes.box.bottom + _OFFSET_Y * k, text, FONTS.note * k, context.theme.faint)
