"""The labels beside curves: the name of each, and below it what the curve does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cosine_cli.render.descriptions import rule
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.key import LEADING, curve_name
from cosine_cli.render.figure.label_placement import LabelSize, Surroundings, place_all
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.primitives import Text
from cosine_cli.render.figure.ruler import Face, wrapped

_MAX_WIDTH = 0.45
"""The largest width of a label, as a fraction of the axes."""

_MOST_LINES = 3
"""The largest number of lines of a name."""

_LINE_HEIGHT = 11.5
_ASCENT, _DESCENT = 0.76, 0.22
"""The extent of a label above its baseline, and of a second line below its own, in font sizes."""


def place_beside(context: FigureContext, placed: Sequence[Box]) -> list[Text] | None:
    """Return the labels beside the curves, or None if they do not fit.

    Below each is the description of its curve; if necessary, one label or all omit it.
    """
    if not all(len(paths.obstacles) for paths in context.paths):
        return None
    blocks = [
        (_label_lines(context, i, described=False), _label_lines(context, i, described=True)) for i in _indices(context)
    ]
    if not all(bare for bare, _ in blocks):
        return None
    sizes = [(_block_size(bare, context), _block_size(described, context)) for bare, described in blocks]
    surroundings = Surroundings(
        box=context.axes.box,
        curves=[paths.obstacles for paths in context.paths],
        texts=np.array(placed).reshape(-1, 4),
        grid=np.array([y for y, _ in context.rate_ticks]),
    )
    positions = place_all(sizes, surroundings, context.scale)
    if positions is None:
        return None
    return [
        line._replace(x=line.x + box.left, y=line.y + box.bottom)
        for block, (described, box) in zip(blocks, positions, strict=True)
        for line in block[described]
    ]


def _indices(context: FigureContext) -> range:
    return range(len(context.plan.curves))


def _label_lines(context: FigureContext, index: int, *, described: bool) -> list[Text]:
    """Return the label, with the description if ``described``, relative to its lower left corner.

    It is empty if the name needs too many lines.
    """
    curve, k, max_width = context.plan.curves[index], context.scale, _MAX_WIDTH * context.axes.box.width
    size, second = (FONTS.name if index else FONTS.subject) * k, FONTS.rule * k
    names = wrapped(curve.label, context.ruler, Face(size, bold=True), max_width=max_width, most=_MOST_LINES)
    if names is None:
        return []
    unscaled = curve if context.plan.match is None else curve.base or curve  # the label has the factor
    described = described and context.plan.callouts is None
    description = rule(unscaled, context.plan.clock_of(curve)) if described else ""
    description = description if context.ruler.width(description, second) <= max_width else ""
    base = _DESCENT * (second if description else size)
    lowest = base + (_LINE_HEIGHT * k if description else 0.0)
    lines = [
        Text(
            0.0, lowest + row * LEADING * size, name, size, context.theme.hue(index), bold=True, names=curve_name(curve)
        )
        for row, name in enumerate(reversed(names))
    ]
    lines.reverse()
    return [*lines, Text(0.0, base, description, second, context.theme.soft)] if description else lines


def _block_size(lines: Sequence[Text], context: FigureContext) -> LabelSize:
    width = max(context.ruler.width(line.text, line.size, bold=line.bold) for line in lines)
    return LabelSize(max(width, context.scale), lines[0].y + _ASCENT * lines[0].size)
