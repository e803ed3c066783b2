"""The composition of a figure with one pair of axes from its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.log_range import decades_below
from cosine_cli.render.core.traces import Trace, trace
from cosine_cli.render.descriptions import headline
from cosine_cli.render.figure import axes, half_peak, lines, spans
from cosine_cli.render.figure import labels as label_layout
from cosine_cli.render.figure.figure_context import FigureContext, placed_rate_ticks
from cosine_cli.render.figure.margins import FONTS, INCH, MEASURES, RISE, Box, Page, ShownText, page, scale
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.primitives import Name, Primitive, Text
from cosine_cli.render.figure.ruler import Face, Ruler, fitted, is_cut, shrunk
from cosine_cli.render.figure.transform import AxesTransform
from cosine_cli.schedules.core.search import Point, highest

MOST_NAMED_BESIDE = 4
"""The largest number of curves that are labelled beside them or in the key row."""

_SMALLEST = 0.72
"""The smallest size of a long title, relative to its normal size, before it is cut."""

_COLUMNS_AN_INCH = 60.0
"""The resolution of a band: about one column per point, less than the width of a curve."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """Data of the curves that does not depend on the axes, computed once per figure."""

    plan: Plan
    traces: Sequence[Trace]
    peaks: Sequence[Point]

    @property
    def peak(self) -> float:
        """The largest rate; 1 if all rates are 0, so that it can be a divisor."""
        return max(point.rate for point in self.peaks) or 1.0


def evaluated(plan: Plan, across: int = 1) -> Evaluated:
    """Evaluate the curves of a plan as they are drawn in one of ``across`` panels in a row."""
    until = float(plan.clock.total)
    columns = max(int(plan.figure.size[0] * _COLUMNS_AN_INCH) // across, 8)
    return Evaluated(
        plan=plan,
        traces=[trace(curve.schedule, until, columns) for curve in plan.curves],
        peaks=[highest(curve.schedule, until) for curve in plan.curves],
    )


def without_traces(plan: Plan) -> Evaluated:
    """Evaluate only what the page and its axes depend on."""
    until = float(plan.clock.total)
    return Evaluated(plan=plan, traces=(), peaks=[highest(curve.schedule, until) for curve in plan.curves])


def scene(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the primitives of a plan on one pair of axes, with each label where it fits best."""
    known = evaluated(plan)
    if len(plan.curves) <= MOST_NAMED_BESIDE:
        plain = context(known, theme, ruler)
        words, placed = _among(plain)
        names = _names(plain, placed)
        if names is not None:
            return [*_around(plain), *words, *names, *_ends(plain, labelled=False)]
    labelled = context(known, theme, ruler, labels=[curve.label for curve in plan.curves])
    words, _ = _among(labelled)
    return [*_around(labelled), *words, *_ends(labelled, labelled=True)]


def context(
    known: Evaluated, theme: Theme, ruler: Ruler, *, labels: Sequence[str] = (), values: bool = True
) -> FigureContext:
    """Return the page and its axes, with space at the right edge for end ``values`` and ``labels``."""
    return laid(known, theme, ruler, wanted(known, ruler, labels=labels, values=values))


def wanted(known: Evaluated, ruler: Ruler, *, labels: Sequence[str] = (), values: bool = True) -> ShownText:
    """Return the texts around the axes, whether or not they fit the page."""
    plan = known.plan
    k = scale(plan.figure.size[0], plan.figure.base)
    valued = values and plan.figure.annotations
    ends = label_layout.end_texts(known.traces, known.peaks, plan.clock) if valued else []
    return ShownText(
        title=bool(plan.title),
        rate_ticks=max(ruler.width(text, FONTS.base * k) for _, text in placed_rate_ticks(_axes(known))),
        ends=label_layout.room_for_ends(ends, k, ruler, labels, plan.figure.size[0] * INCH),
        steps_above=plan.clock.counts_both,
    )


def laid(known: Evaluated, theme: Theme, ruler: Ruler, words: ShownText) -> FigureContext:
    """Return the page and its axes, with the texts that fit around them."""
    plan = known.plan
    made = page((plan.figure.size[0], plan.figure.size[1]), words, plan.figure.base)
    axes = replace(_axes(known), box=made.box)
    return FigureContext(
        plan=plan, theme=theme, ruler=ruler, page=made, axes=axes, traces=known.traces, peaks=known.peaks
    )


def _axes(known: Evaluated) -> AxesTransform:
    """Return the axes before their position on the page is known."""
    depth = decades_below([point.rate for point in known.peaks]) if known.plan.figure.log else None
    until = float(known.plan.clock.total)
    return AxesTransform(box=Box(0.0, 0.0, 1.0, 1.0), until=until, peak=known.peak, decades=depth)


def _around(context: FigureContext) -> Iterator[Primitive]:
    """Yield everything that does not depend on the positions of labels: axes, curves and title."""
    yield from axes.axes_marks(context)
    yield from lines.curve_marks(context, tinted=context.plan.figure.annotations)
    if context.page.shown.title:
        yield from title(context.plan, context.page, context.theme, context.ruler)


def title(plan: Plan, page: Page, theme: Theme, ruler: Ruler) -> Iterator[Text]:
    """Yield the title, smaller if it is long, and the subtitle."""
    k, most = page.scale, page.width - 2 * MEASURES.edge * page.scale
    below = headline(plan) + ("; logarithmic axis" if plan.figure.log else "")
    for text, at, face, colour, names in (
        (
            plan.title or "",
            MEASURES.title_at,
            Face(FONTS.title * k, bold=True),
            theme.ink,
            Name("title", plan.title or ""),
        ),
        (below, MEASURES.subtitle_at, Face(FONTS.subtitle * k), theme.soft, None),
    ):
        fit = shrunk(text, ruler, face, most=most, least=_SMALLEST)
        whole = fitted(text, ruler, fit, most=most)
        y = page.height - at * k - RISE * fit.size
        yield Text(MEASURES.edge * k, y, whole, fit.size, colour, bold=fit.bold, names=names)


def _among(context: FigureContext) -> tuple[list[Primitive], list[Box]]:
    """Return the annotations between the curves, and the boxes that they occupy."""
    placed: list[Box] = []
    if not context.plan.figure.annotations:
        return [], placed
    marks = list(spans.span_marks(context, placed))
    if context.axes.decades is None and not context.restarts:
        marks += half_peak.half_peak_marks(context, half_peak.half_peaks(context), placed)
    return marks, placed


def _names(context: FigureContext, placed: Sequence[Box]) -> list[Primitive] | None:
    """Return the labels beside the curves, or in the key row if only that shows them uncut; None if neither fits."""
    names = label_layout.labels_beside(context, placed) if context.plan.figure.annotations else None
    if names is not None and not any(isinstance(mark, Text) and is_cut(mark) for mark in names):
        return names
    return label_layout.in_key_row(context) or names


def _ends(context: FigureContext, *, labelled: bool) -> Iterator[Primitive]:
    values = context.plan.figure.annotations
    if values or labelled:
        yield from label_layout.ends(context, labelled=labelled, values=values)
