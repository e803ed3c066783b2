"""The composition of a figure with one pair of axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.log_range import decades_below
from cosine_cli.render.core.traces import Trace, trace
from cosine_cli.render.descriptions import headline
from cosine_cli.render.figure import axes, half_peak, lines, spans
from cosine_cli.render.figure import labels as label_layout
from cosine_cli.render.figure.figure_context import FigureContext, rate_tick_heights
from cosine_cli.render.figure.margins import FONTS, INCH, MEASURES, RISE, Box, Page, ShownText, page_layout, scale
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.primitives import Name, Primitive, Text
from cosine_cli.render.figure.ruler import Face, Ruler, fitted, is_cut, shrunk
from cosine_cli.render.figure.transform import AxesTransform
from cosine_cli.schedules.core.search import Point, highest

MAX_LABELS_BESIDE = 4
"""The largest number of curves that are labelled beside them or in the key row."""

_MIN_TITLE_SCALE = 0.72
"""The smallest size of a long title, relative to its normal size, before it is cut."""

_COLUMNS_PER_INCH = 60.0
"""The resolution of a band: about one column per point, less than the width of a curve."""


@dataclass(frozen=True, kw_only=True)
class CurveData:
    """Data of the curves that does not depend on the axes, computed once per figure."""

    plan: Plan
    traces: Sequence[Trace]
    peaks: Sequence[Point]

    @property
    def peak(self) -> float:
        """The largest rate; 1 if all rates are 0, so that it can be a divisor."""
        return max(point.rate for point in self.peaks) or 1.0


def evaluate_curves(plan: Plan, across: int = 1) -> CurveData:
    """Evaluate the curves of a plan as they are drawn in one of ``across`` panels in a row."""
    until = float(plan.clock.total)
    columns = max(int(plan.figure.size[0] * _COLUMNS_PER_INCH) // across, 8)
    return CurveData(
        plan=plan,
        traces=[trace(on_axis(curve, plan), until, columns) for curve in plan.curves],
        peaks=[highest(on_axis(curve, plan), until) for curve in plan.curves],
    )


def evaluate_peaks(plan: Plan) -> CurveData:
    """Evaluate only what the page and its axes depend on."""
    until = float(plan.clock.total)
    return CurveData(plan=plan, traces=(), peaks=[highest(on_axis(curve, plan), until) for curve in plan.curves])


def scene(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the primitives of a plan on one pair of axes, with each label where it fits best."""
    data = evaluate_curves(plan)
    if len(plan.curves) <= MAX_LABELS_BESIDE:
        unlabelled = context(data, theme, ruler)
        annotations, placed = _annotations(unlabelled)
        labels = _curve_labels(unlabelled, placed)
        if labels is not None:
            return [*_fixed_marks(unlabelled), *annotations, *labels, *_end_marks(unlabelled, labelled=False)]
    labelled = context(data, theme, ruler, labels=[curve.label for curve in plan.curves])
    annotations, _ = _annotations(labelled)
    return [*_fixed_marks(labelled), *annotations, *_end_marks(labelled, labelled=True)]


def context(
    data: CurveData, theme: Theme, ruler: Ruler, *, labels: Sequence[str] = (), values: bool = True
) -> FigureContext:
    """Return the page and its axes, with space at the right edge for end ``values`` and ``labels``."""
    return build_context(data, theme, ruler, required_texts(data, ruler, labels=labels, values=values))


def required_texts(data: CurveData, ruler: Ruler, *, labels: Sequence[str] = (), values: bool = True) -> ShownText:
    """Return the texts around the axes, whether or not they fit the page."""
    plan = data.plan
    k = scale(plan.figure.size[0], plan.figure.base)
    valued = values and plan.figure.annotations
    ends = label_layout.end_texts(data.traces, data.peaks, plan.clock) if valued else []
    return ShownText(
        title=bool(plan.title),
        rate_ticks=max(ruler.width(text, FONTS.base * k) for _, text in rate_tick_heights(_axes(data))),
        ends=label_layout.width_of_ends(ends, k, ruler, labels, plan.figure.size[0] * INCH),
        steps_above=plan.clock.counts_both,
    )


def build_context(data: CurveData, theme: Theme, ruler: Ruler, shown: ShownText) -> FigureContext:
    """Return the page and its axes, with the texts that fit around them."""
    plan = data.plan
    page = page_layout((plan.figure.size[0], plan.figure.size[1]), shown, plan.figure.base)
    axes = replace(_axes(data), box=page.box)
    return FigureContext(
        plan=plan, theme=theme, ruler=ruler, page=page, axes=axes, traces=data.traces, peaks=data.peaks
    )


def _axes(data: CurveData) -> AxesTransform:
    """Return the axes before their position on the page is known."""
    depth = decades_below([point.rate for point in data.peaks]) if data.plan.figure.log else None
    until = float(data.plan.clock.total)
    return AxesTransform(box=Box(0.0, 0.0, 1.0, 1.0), until=until, peak=data.peak, decades=depth)


def _fixed_marks(context: FigureContext) -> Iterator[Primitive]:
    """Yield everything that does not depend on the positions of labels: axes, curves and title."""
    yield from axes.axes_marks(context)
    yield from lines.curve_marks(context, tinted=context.plan.figure.annotations)
    if context.page.shown.title:
        yield from title(context.plan, context.page, context.theme, context.ruler)


def title(plan: Plan, page: Page, theme: Theme, ruler: Ruler) -> Iterator[Text]:
    """Yield the title, smaller if it is long, and the subtitle."""
    k, max_width = page.scale, page.width - 2 * MEASURES.edge * page.scale
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
        fit = shrunk(text, ruler, face, max_width=max_width, min_scale=_MIN_TITLE_SCALE)
        whole = fitted(text, ruler, fit, max_width=max_width)
        y = page.height - at * k - RISE * fit.size
        yield Text(MEASURES.edge * k, y, whole, fit.size, colour, bold=fit.bold, names=names)


def _annotations(context: FigureContext) -> tuple[list[Primitive], list[Box]]:
    """Return the annotations between the curves, and the boxes that they occupy."""
    placed: list[Box] = []
    if not context.plan.figure.annotations:
        return [], placed
    marks = list(spans.span_marks(context, placed))
    if context.axes.decades is None and not context.restarts:
        marks += half_peak.half_peak_marks(context, half_peak.half_peaks(context), placed)
    return marks, placed


def _curve_labels(context: FigureContext, placed: Sequence[Box]) -> list[Primitive] | None:
    """Return the labels beside the curves, or in the key row if only that shows them uncut; None if neither fits."""
    labels = label_layout.place_beside(context, placed) if context.plan.figure.annotations else None
    if labels is not None and not any(isinstance(mark, Text) and is_cut(mark) for mark in labels):
        return labels
    return label_layout.key_row(context) or labels


def _end_marks(context: FigureContext, *, labelled: bool) -> Iterator[Primitive]:
    values = context.plan.figure.annotations
    if values or labelled:
        yield from label_layout.ends(context, labelled=labelled, values=values)
