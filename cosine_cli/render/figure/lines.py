"""The curves as marks: strokes, dotted jumps, bands, and the tint under the subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cosine_cli.render.figure import strokes
from cosine_cli.render.figure.curves import Stroke
from cosine_cli.render.figure.marks import Area, Dash, Dot, Line, Mark, Points, joined
from cosine_cli.render.figure.sheet import Drawn, Sheet

_TINT, _REFERENCES, _SUBJECT, _FALLS = 1.0, 3.0, 4.0, 5.0
"""Layers."""

_BAND_ALPHA = 0.3
_THIN = 1.5
"""In points: a band nowhere wider than that is a line."""

_FALL_SIZE = 7.0
_EDGE = 0.9


def marks(sheet: Sheet, *, tinted: bool) -> Iterator[Mark]:
    """Yield all curves, the subject last and on top."""
    if tinted and sheet.frame.decades is None:
        yield tint(sheet)
    dashes = strokes.dashes([trace.stepped for trace in sheet.traces])
    for index in reversed(range(len(sheet.traces))):
        yield from curve(
            sheet.drawn[index],
            colour=sheet.theme.hue(index),
            dash=dashes[index],
            width=strokes.width(index) * sheet.scale,
            layer=_REFERENCES if index else _SUBJECT,
            floor=sheet.frame.box.bottom,
        )


def tint(sheet: Sheet) -> Area:
    """Return the area under the subject."""
    outline = sheet.traces[0].outline
    top = sheet.frame.places(Stroke(outline.times, outline.rates / sheet.frame.peak))
    bottom = sheet.frame.box.bottom
    corners = np.array([(top[-1, 0], bottom), (top[0, 0], bottom)])
    return Area(np.concatenate((top, corners)), sheet.theme.hue(0), sheet.theme.tint, _TINT)


def curve(
    drawn: Drawn, *, colour: str, dash: Dash, width: float, layer: float, floor: float
) -> Iterator[Mark]:
    """Yield one curve; ``floor`` is the height of the bottom of its axes."""
    scale = width / strokes.SUBJECT if layer == _SUBJECT else width / strokes.REFERENCE
    if drawn.jumps:
        yield Line(joined(list(drawn.jumps)), colour, strokes.RISER * scale, layer, strokes.DOTTED)
    for low, high in drawn.bands:
        yield from _band(low, high, colour, dash, width, layer)
    if drawn.strokes:
        yield Line(joined(list(drawn.strokes)), colour, width, layer, _whole(dash, drawn.strokes, width))
    for x in drawn.falls:
        yield Dot(x, floor, _FALL_SIZE * scale, 0.0, colour, colour, _FALLS, "down")


def _whole(dash: Dash, parts: Sequence[Points], width: float) -> Dash:
    """Return the dash, a little longer or shorter, so that a curve in one stroke ends with a whole one."""
    if not dash or len(parts) > 1:
        return dash
    length = float(np.hypot(*np.diff(parts[0], axis=0).T).sum()) / width
    period = sum(dash)
    fit = length / (max(round((length - dash[0]) / period), 1) * period + dash[0])
    return tuple(part * fit for part in dash)


def _band(low: Points, high: Points, colour: str, dash: Dash, width: float, layer: float) -> Iterator[Mark]:
    if float((high - low)[:, 1].max()) <= _THIN:
        yield Line((low + high) / 2, colour, width, layer, dash)
        return
    yield Area(np.concatenate((high, low[::-1])), colour, _BAND_ALPHA, layer)
    yield Line(low, colour, min(_EDGE, width), layer)
    yield Line(high, colour, width, layer, dash)
