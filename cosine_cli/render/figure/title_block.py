"""The title and the subtitle, wrapped if they are long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.descriptions import headline
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FONTS, INCH, MEASURES, RISE, scale
from cosine_cli.render.figure.primitives import Name, Text
from cosine_cli.render.figure.ruler import Face, Ruler, shrunk, wrapped

_MIN_SCALE, _WRAPPED_SCALE = 0.72, 0.85
"""The smallest size of a long title in one line, and the size of a title in several lines, relative to the usual."""

_MOST_LINES = 8


class TitleBlock(NamedTuple):
    """The lines of the title and of the subtitle."""

    title: tuple[str, ...]
    title_face: Face
    subtitle: tuple[str, ...]
    subtitle_face: Face


def title_block(plan: Plan, ruler: Ruler) -> TitleBlock | None:
    """Return the title and the subtitle; None without a title or if it needs too many lines."""
    if not plan.title:
        return None
    k = scale(plan.figure.size[0], plan.figure.base)
    max_width = plan.figure.size[0] * INCH - 2 * MEASURES.edge * k
    below = (plan.subtitle or headline(plan)) + ("; logarithmic axis" if plan.figure.log else "")
    title, title_face = _fitted(plan.title, ruler, Face(FONTS.title * k, bold=True), max_width)
    subtitle, subtitle_face = _fitted(below, ruler, Face(FONTS.subtitle * k), max_width)
    return TitleBlock(title, title_face, subtitle, subtitle_face) if title and subtitle else None


def _fitted(text: str, ruler: Ruler, face: Face, max_width: float) -> tuple[tuple[str, ...], Face]:
    """Return a text in one line, smaller if it is long, or else in several lines; none if it needs too many."""
    fit = shrunk(text, ruler, face, max_width=max_width, min_scale=_MIN_SCALE)
    one_line = wrapped(text, ruler, fit, max_width=max_width, most=1)
    if one_line is not None:
        return one_line, fit
    smaller = face._replace(size=face.size * _WRAPPED_SCALE)
    return wrapped(text, ruler, smaller, max_width=max_width, most=_MOST_LINES) or (), smaller


def title_marks(context: FigureContext) -> Iterator[Text]:
    """Yield the lines of the title and of the subtitle, if the page shows them."""
    block, page, theme = title_block(context.plan, context.ruler), context.page, context.theme
    if block is None or not page.shown.title:
        return
    k, title = page.scale, context.plan.title or ""
    for row, line in enumerate(block.title):
        at = MEASURES.title_at + row * MEASURES.title_line
        yield _line(line, at * k, block.title_face, theme.ink, context)._replace(names=Name("title", title))
    for row, line in enumerate(block.subtitle):
        at = MEASURES.subtitle_at + (len(block.title) - 1) * MEASURES.title_line + row * MEASURES.subtitle_line
        yield _line(line, at * k, block.subtitle_face, theme.soft, context)


def _line(text: str, at: float, face: Face, color: str, context: FigureContext) -> Text:
    y = context.page.height - at - RISE * face.size
    return Text(MEASURES.edge * context.scale, y, text, face.size, color, bold=face.bold)
