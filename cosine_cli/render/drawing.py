"""Figures as files: what must be right before one is drawn, and its content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from cosine_cli.files import write
from cosine_cli.text import either, quote, visible

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan
    from cosine_cli.render.figure.mpl.save import FigureFile
    from cosine_cli.render.output_files import Target


def check_drawable(plan: Plan, *, where: str) -> list[str]:
    """Return notes on the font, the colors and the style that are used, and on what a figure does not show.

    Raises RequestError if one of them is missing, or if the names of the curves do not fit the figure ``where``.
    """
    from cosine_cli.render.figure.label_check import check_named
    from cosine_cli.render.figure.mpl.colors import color_notes
    from cosine_cli.render.figure.mpl.fonts import font_notes
    from cosine_cli.render.figure.mpl.style_sheet import style_notes, with_style

    check_named(plan, where=where)
    styled = with_style(plan)
    return [*font_notes(styled), *style_notes(plan), *color_notes(styled), *_hidden(plan), *_one_axis(plan)]


def _hidden(plan: Plan) -> list[str]:
    """Return a note on the curves that are outside the limits of the axes."""
    if plan.figure.xlim is None and plan.figure.ylim is None:
        return []
    from cosine_cli.plans.resolve.axis_limits import hidden_curves

    labels = dict.fromkeys(visible(curve.label) for curve in hidden_curves(plan))
    return [f"outside the limits of the axes: {either(labels, last='and')}"] if labels else []


def _one_axis(plan: Plan) -> list[str]:
    """Return a note on the second unit of the time axis, if the figure does not show it."""
    if not plan.axis[1:]:
        return []
    from cosine_cli.render.figure.label_check import shows_two_axes

    if shows_two_axes(plan):
        return []
    return [f"the figure does not have space for a second axis, of {plan.axis[1]}s"]


def draw_files(plan: Plan, source: Plan, targets: Iterable[Target]) -> str:
    """Write the files of a figure, and return a warning about characters that the font lacks, or an empty text."""
    warning = ""
    for target in targets:
        drawn = figure_content(plan, source, target)
        write(target.path, [drawn.data])
        if drawn.missing:
            warning = f"warning: the font {drawn.font} does not have {quote(drawn.missing)}; drawn as boxes"
    return warning


def figure_content(plan: Plan, source: Plan, target: Target) -> FigureFile:
    """Return the content of one file, which embeds a plan, the ``source``, with the theme of the file."""
    from cosine_cli.plans.writer import config_text
    from cosine_cli.render.figure.mpl.save import figure_file

    embedded = replace(source, figure=replace(source.figure, theme=target.theme)).bare
    return figure_file(plan, suffix=target.form, theme=target.theme, source=config_text(embedded))
