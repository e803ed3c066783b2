"""A plan as a chart in a terminal: curves, axes, labels, and a legend below."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.ansi import BOLD, DIM, Cell, Ink, hue, styled
from cosine_cli.render.chart import chart_axes, curve_names, half_peak_marks, legend, letters, off_scale
from cosine_cli.render.chart.canvas import braille, touched
from cosine_cli.render.chart.cells import columns, cut, line
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.dot_scale import DotScale
from cosine_cli.render.chart.glyphs import ASCII, DOTS, Signs
from cosine_cli.render.chart.text_placement import PlacedText
from cosine_cli.render.core.log_range import decades_below
from cosine_cli.render.descriptions import headline, with_factors
from cosine_cli.render.terminal import Size, Terminal
from cosine_cli.studies.summary import Summary, summarise
from cosine_cli.text import shorten, visible

IN_A_PIPE = Size(80, 20)
LABEL_WIDTH = 40
_PROMPT = 1
_LEAST_LINES = 8
"""The smallest height of a chart, unless half the screen is more, however long the legend is."""

_TALLEST = 0.3
"""The largest height of a chart relative to its width: characters are about twice as high as wide."""

_FIRST_HEADED = 8
"""A chart with fewer lines does not have a header."""


class Chart(NamedTuple):
    """The lines of a chart, and the key of each curve: a character, or empty if its name is on the chart."""

    lines: list[list[Cell]]
    keys: tuple[str, ...]


def show(plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield the chart as bytes, as wide as the screen, or 80 x 20 without a screen."""
    signs = signs_of(terminal)
    labels = [shown(curve.label, terminal) for curve in with_factors(plan).curves]
    summaries = summarise(plan)

    def under(keys: Sequence[str]) -> list[list[Cell]]:
        width = terminal.screen.columns if terminal.screen else terminal.width
        return legend.legend_lines(legend.legend_rows(plan, summaries, labels, keys), width, signs.ellipsis)

    # The height of the legend is needed before the keys are known, so it is measured with blank keys.
    size = _size(terminal.screen, len(under(" " * len(labels)))) if terminal.screen else IN_A_PIPE
    above = _header(plan, shown(plan.title or "", terminal), size, signs)
    drawn = draw_chart(plan, summaries, labels, size._replace(lines=size.lines - len(above)), signs)
    lines = (*above, *drawn.lines, *under(drawn.keys))
    yield terminal.encode("".join(f"{styled(cells, terminal.colors)}\n" for cells in lines))


def missing_unit(plan: Plan, terminal: Terminal) -> str | None:
    """Return the second unit of the time axis, if the chart is too narrow for it."""
    size = terminal.screen or IN_A_PIPE
    return plan.axis[1] if len(plan.axis) > 1 and size.columns < chart_axes.LEAST_FOR_TWO else None


def signs_of(terminal: Terminal) -> Signs:
    """Return the glyphs that a screen supports."""
    return DOTS if terminal.shows("⣿" + "".join(DOTS)) else ASCII


def shown(text: str, terminal: Terminal) -> str:
    """Return a label or a title as the screen can show it; it is not cut in a pipe."""
    seen = shorten(visible(text), width=LABEL_WIDTH) if terminal.screen else visible(text)
    return terminal.encode(seen).decode(terminal.encoding)


def _size(screen: Size, under: int) -> Size:
    """Return the size of a chart with ``under`` lines below it."""
    whole = max(screen.lines - _PROMPT, 1)
    room = max(whole - under, min(whole, max(screen.lines // 2, _LEAST_LINES)))
    return Size(screen.columns, min(room, max(round(_TALLEST * screen.columns), IN_A_PIPE.lines)))


def draw_chart(plan: Plan, summaries: Sequence[Summary], labels: Sequence[str], size: Size, signs: Signs) -> Chart:
    """Return the curves and the axes of a plan at this size."""
    peaks = [summary.peak for summary in summaries]
    depth = decades_below(peaks) if plan.figure.log and max(peaks) > 0 else None
    found = chart_axes.chart_rate_ticks(max(peaks), depth)
    margins = chart_axes.margins(size.columns, size.lines, found, plan.units)
    context = ChartContext(
        plan=plan,
        summaries=tuple(summaries),
        labels=tuple(labels),
        scale=DotScale(
            columns=size.columns - margins.left,
            rows=size.lines - margins.below - margins.above,
            until=float(plan.clock.total),
            peak=max(peaks),
            decades=depth,
        ),
        signs=signs,
    )
    words = [*half_peak_marks.words(context), *(off_scale.off_scale_marks(context) if depth is not None else ())]
    named = curve_names.place_names(context, words)
    words += named.words
    keys = _keys(context, named.curves)
    words += letters.letter_marks(context, {} if signs.curves else keys, words)
    area = _with_words(_curves(context), words)
    beside = chart_axes.rate_axis(context.scale, found, margins.left, signs)
    rows = [[*left, *row] for left, row in zip(beside, area, strict=True)]
    below = chart_axes.time_axis(plan.clock, context.scale.columns, margins.left, signs) if margins.below else ()
    above = [
        chart_axes.time_labels(plan.clock.in_unit(unit), context.scale.columns, margins.left)
        for unit in plan.axis[1:] * margins.above
    ]
    return Chart([*above, *rows, *below], tuple(keys.get(index, "") for index in range(len(labels))))


def _keys(context: ChartContext, named: Collection[int]) -> dict[int, str]:
    """Return the keys of curves: their own characters if there are no dots, otherwise letters."""
    if context.signs.curves:
        return {index: context.signs.key(index) for index in range(len(context.labels))}
    return letters.letters(context, named)


def _header(plan: Plan, title: str, size: Size, signs: Signs) -> list[list[Cell]]:
    """Return the title and the headline, on one line if they fit; nothing for a low chart."""
    if size.lines < _FIRST_HEADED:
        return []
    text = headline(plan) + ("; logarithmic axis" if plan.figure.log else "")
    both = [*line([" ", *columns(title)], BOLD), *line(f"   {text}", DIM)] if title else line(f" {text}", DIM)
    if len(both) <= size.columns:
        return [both]
    over = [line(cut(f" {title}", size.columns, signs.ellipsis), BOLD)] if title else []
    return [*over, line(cut(f" {text}", size.columns, signs.ellipsis), DIM)]


def _curves(context: ChartContext) -> list[list[Cell]]:
    """Return the curves as rows of characters; where curves meet, the first one gives the color."""
    if context.signs.curves:
        texts = _keyed(context)
    else:
        texts = np.vectorize(chr)(braille(np.logical_or.reduce([curve.dots for curve in context.dots])))
    inks = [Ink(hue(index)) for index in range(len(context.dots))]
    return [
        [Cell() if text == " " else Cell(text, inks[index]) for text, index in zip(*row, strict=True)]
        for row in zip(texts.tolist(), context.owner.tolist(), strict=True)
    ]


def _keyed(context: ChartContext) -> NDArray[np.str_]:
    """Return the characters of the curves without braille: each curve's own, and a lighter one at jumps."""
    solid = np.stack([touched(curve.solid) for curve in context.dots])
    keys = np.array([context.signs.key(index) for index in range(len(context.dots))])
    return np.where(context.free, " ", np.where(solid.any(axis=0), keys[context.owner], context.signs.light))


def _with_words(area: list[list[Cell]], words: Sequence[PlacedText]) -> list[list[Cell]]:
    placed = [list(row) for row in area]
    for one in words:
        placed[one.row][one.column : one.end] = line(one.text, one.ink)
    return placed
