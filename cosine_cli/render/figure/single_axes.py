"""A figure with one pair of axes: the names of its curves are on the curves, at their ends, or in a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure import axes, callouts, compose, end_values, half_peak, key, lines, spans
from cosine_cli.render.figure.compose import CurveData
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.labels import place_beside
from cosine_cli.render.figure.margins import LEAST_SHARE, MEASURES, Box, ShownText
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.primitives import Primitive
from cosine_cli.render.figure.ruler import Ruler
from cosine_cli.render.figure.title_block import title_marks

MAX_LABELS_BESIDE = 4
"""The largest number of curves whose names are beside them without a request."""

_LEAST_HEIGHT = 0.35
"""The height that names leave to the axes, as a fraction of the page, unless they would not fit otherwise."""

Marks = list[Primitive]


class _Required(NamedTuple):
    """What names must leave: texts around the axes, None for any, and the height of the axes."""

    shown: ShownText | None
    height: float


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A plan before the place of its names is known."""

    data: CurveData
    theme: Theme
    ruler: Ruler

    @cached_property
    def wanted(self) -> ShownText:
        """The texts around the axes, without names."""
        return compose.required_texts(self.data, self.ruler)

    @cached_property
    def context(self) -> FigureContext:
        """The page without space for names."""
        return self.context_with(self.wanted)

    @property
    def has_distinct_hues(self) -> bool:
        """Whether no two curves have the same color."""
        count = len(self.data.plan.curves)
        return len({self.theme.hue(index) for index in range(count)}) == count

    def context_with(self, shown: ShownText) -> FigureContext:
        """Return the page with space for these texts, as far as they fit."""
        return compose.build_context(self.data, self.theme, self.ruler, shown)


def scene(plan: Plan, theme: Theme, ruler: Ruler) -> Marks:
    """Return the primitives of a plan on one pair of axes, with the names of the curves where they fit best.

    If they fit nowhere, the figure does not have names.
    """
    draft = Draft(data=compose.evaluate_curves(plan), theme=theme, ruler=ruler)
    return next((marks for marks in _attempts(draft) if marks is not None), None) or _unnamed(draft)


def _attempts(draft: Draft) -> Iterator[Marks | None]:
    """Yield the figure with its names in each place in turn: first in the usual size, then smaller.

    Only if nothing else helps, the names in the smallest size leave little height to the axes, and replace other texts.
    """
    figure, count = draft.data.plan.figure, len(draft.data.plan.curves)
    places = _PLACES[figure.legend or ("few" if count <= MAX_LABELS_BESIDE else "many")]
    yield from (place(draft) for place in places.usual)
    sizes = key.name_sizes(draft.context.scale, figure.smallest)
    shown, page = draft.context.page.shown, draft.context.page
    least = MEASURES.least_height * page.scale
    tries = [(size, _Required(shown, max(least, _LEAST_HEIGHT * page.height))) for size in sizes]
    for size, required in (*tries, (sizes[-1], _Required(shown, least)), (sizes[-1], _Required(None, least))):
        yield from (place(draft, size, required) for place in places.sized)


def _unnamed(draft: Draft) -> Marks:
    return [*_plot(draft.context, _annotations(draft.context)[0]), *_end_marks(draft.context)]


def _beside(draft: Draft) -> Marks | None:
    """Return the figure with the names beside the curves."""
    context = draft.context
    if not context.plan.figure.annotations and context.plan.figure.legend is None:
        return None
    annotations, placed = _annotations(context)
    labels = place_beside(context, placed)
    return None if labels is None else [*_plot(context, annotations), *labels, *_end_marks(context)]


def _row(draft: Draft) -> Marks | None:
    """Return the figure with the key in one row beside "Learning rate"."""
    context = draft.context
    row = key.key_row(context)
    return None if row is None else [*_plot(context, _annotations(context)[0]), *row, *_end_marks(context)]


def _right(draft: Draft, size: float, required: _Required) -> Marks | None:
    """Return the figure with the names at the right edge, after the end values."""
    values, k = draft.wanted.ends, draft.context.scale
    names = end_values.end_names(draft.context_with(replace(draft.wanted, ends=0.0)), values, size)
    if names is None:
        return None
    context = draft.context_with(replace(draft.wanted, ends=end_values.width_with_names(values, names, k)))
    marks = end_values.named_ends(context, names, values=bool(values)) if _keeps(context, required) else None
    return None if marks is None else [*_plot(context, _annotations(context)[0]), *marks]


def _above(draft: Draft, size: float, required: _Required) -> Marks | None:
    """Return the figure with the key in rows above "Learning rate"."""
    return _keyed(draft, size, required, "above")


def _below(draft: Draft, size: float, required: _Required) -> Marks | None:
    """Return the figure with the key in rows below the time axis."""
    return _keyed(draft, size, required, "below")


def _keyed(draft: Draft, size: float, required: _Required, legend: str) -> Marks | None:
    """Return the figure with the key in a place; without end values if curves have the same color."""
    arranged = key.arranged(draft.context, size, legend)
    if arranged is None:
        return None
    wanted = draft.wanted
    if not draft.has_distinct_hues:
        wanted = replace(wanted, ends=0.0)
        required = required._replace(shown=required.shown and replace(required.shown, ends=0.0))
    context = draft.context_with(key.texts_with_key(wanted, draft.context, arranged, legend))
    if not _keeps(context, required) or (legend == "above" and not context.page.shown.header):
        return None
    marks = key.marks_at(context, arranged, legend)
    return [*_plot(context, _annotations(context)[0]), *marks, *_end_marks(context)]


def _keeps(context: FigureContext, required: _Required) -> bool:
    """Tell whether the page shows the required texts, and the axes have the required size."""
    shown, box = context.page.shown, context.axes.box
    if box.width < LEAST_SHARE * context.page.width or box.height < required.height:
        return False
    if required.shown is None:
        return True
    unkeyed = replace(shown, ends=required.shown.ends, key_above=0.0, key_below=0.0)
    return unkeyed == required.shown and bool(shown.ends) >= bool(required.shown.ends)


def _plot(context: FigureContext, annotations: Marks) -> Iterator[Primitive]:
    """Yield everything but the names and the end values."""
    yield from axes.axes_marks(context)
    yield from lines.curve_marks(context, tinted=context.plan.figure.annotations)
    yield from title_marks(context)
    yield from annotations


def _annotations(context: FigureContext) -> tuple[Marks, list[Box]]:
    """Return the annotations between the curves, and the boxes that they occupy."""
    placed: list[Box] = []
    if not context.plan.figure.annotations:
        return [], placed
    marks = [*callouts.callout_marks(context, placed), *spans.span_marks(context, placed)]
    if context.axes.decades is None and not context.restarts and context.plan.callouts is None:
        marks += half_peak.half_peak_marks(context, half_peak.half_peaks(context), placed)
    return marks, placed


def _end_marks(context: FigureContext) -> Iterator[Primitive]:
    if context.plan.figure.annotations:
        yield from end_values.ends(context)


class _Places(NamedTuple):
    """The places of names: those with names in the usual size, and those with names that may be smaller."""

    usual: Sequence[Callable[[Draft], Marks | None]]
    sized: Sequence[Callable[[Draft, float, _Required], Marks | None]] = ()


_PLACES = {
    "few": _Places([_beside, _row], [_right, _above]),
    "many": _Places([], [_right, _above]),
    "none": _Places([_unnamed]),
    "direct": _Places([_beside], [_right]),
    "above": _Places([_row], [_above]),
    "below": _Places([], [_below]),
    "right": _Places([], [_right]),
}
