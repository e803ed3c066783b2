"""The names of curves beside them, so that a chart can be read without color."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.ansi import DIM, Ink, hue
from cosine_cli.render.chart.canvas import Dots, touched
from cosine_cli.render.chart.cells import columns, cut
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.dot_scale import ACROSS
from cosine_cli.render.chart.text_placement import PlacedText, boxes, centres, rooms
from cosine_cli.render.core.clearance import gaps, gaps_to_boxes

MOST_NAMED = 8
"""The largest number of names; more would hide the curves."""

_AND = " and "
_WIDEST = 24
_CUTS = (18, 12, 8)
_ANCHORS = 60

# Distances in dots.
_OFF_ANY = 1.5
_CLEARER = 2.0
"""How much closer a name must be to its own curve than to any other."""

_FARTHEST = 6.0
_BETWEEN = 3.0
_MOST_CLEAR, _MOST_APART = 20.0, 20.0
_RIGHT_OF_IT = 6.0
"""The score of a place to the right of its curve, where a falling curve leaves space away from the axis."""

_OFF_CENTRE = 6.0


class Named(NamedTuple):
    """The placed names, and the indices of their curves."""

    words: list[PlacedText]
    curves: frozenset[int]


Group = tuple[int, ...]
"""Curves that share one label: a single curve, or several that coincide."""


def place_names(context: ChartContext, placed: Sequence[PlacedText]) -> Named:
    """Return as many names as fit; none for too many curves."""
    singles = [(index,) for index in range(len(context.labels))]
    if len(singles) > MOST_NAMED:
        return Named([], frozenset())
    found = _most(context, placed, singles)
    if len(found.curves) < len(singles) and len(groups := _groups(context)) < len(singles):
        found = max(found, _most(context, placed, groups), key=lambda one: len(one.curves))
    return found


def _groups(context: ChartContext) -> list[Group]:
    """Return the curves in groups that coincide within a character along their whole length."""
    groups: list[Group] = []
    for index, taken in enumerate(context.taken):
        near = (g for g, group in enumerate(groups) if _coincide(context.taken[group[0]], taken))
        if (found := next(near, None)) is None:
            groups.append((index,))
        else:
            groups[found] += (index,)
    return groups


def _coincide(one: Dots, other: Dots) -> bool:
    return not (one & ~_grown(other)).any() and not (other & ~_grown(one)).any()


def _grown(taken: Dots) -> Dots:
    """Return a mask that includes the neighbours of its characters."""
    wide = np.pad(taken, 1)
    rows, columns = taken.shape
    around = [wide[r : r + rows, c : c + columns] for r in range(3) for c in range(3)]
    return np.asarray(np.logical_or.reduce(around))


def _most(context: ChartContext, placed: Sequence[PlacedText], groups: Sequence[Group]) -> Named:
    """Return the names, placed in the order that fits the most."""
    first = _beside(context, placed, groups)
    if len(first.curves) == len(context.labels):
        return first
    again = _beside(context, placed, sorted(groups, key=first.curves.issuperset))
    return max(first, again, key=lambda one: len(one.curves))


def _beside(context: ChartContext, placed: Sequence[PlacedText], groups: Iterable[Group]) -> Named:
    words: list[PlacedText] = []
    curves: set[int] = set()
    for group in groups:
        places = (_name(context, group, parts, [*placed, *words]) for parts in _forms(context, group))
        if found := next(filter(None, places), None):
            words += found
            curves.update(group)
    return Named(words, frozenset(curves))


def _forms(context: ChartContext, group: Group) -> Iterator[list[list[str]]]:
    """Yield the names of a group; then, for a single curve, unambiguous abbreviations."""
    whole = [columns(context.labels[index]) for index in group]
    widest = min(_WIDEST * len(group), max(context.scale.columns // (3 if len(group) == 1 else 2), min(_CUTS)))
    if sum(map(len, whole)) + len(_AND) * (len(group) - 1) <= widest:
        yield whole
    if len(group) > 1:
        return
    label, others = context.labels[group[0]], [other for i, other in enumerate(context.labels) if i not in group]
    first = label.partition(" ")[0].rstrip(",")
    for short in (columns(first), *(cut(label, width, context.signs.ellipsis) for width in _CUTS)):
        seen = "".join(short).removesuffix(context.signs.ellipsis)
        if len(short) < min(len(whole[0]), widest + 1) and not any(other.startswith(seen) for other in others):
            yield [short]


def _name(
    context: ChartContext, group: Group, parts: Sequence[list[str]], placed: Sequence[PlacedText]
) -> list[PlacedText]:
    """Return the names of a group in their best position, joined by "and"; empty if none is free."""
    places = _places(context, group, sum(map(len, parts)) + len(_AND) * (len(parts) - 1))
    if not len(places):
        return []
    scores = _scores(context, group, places, placed)
    best = int(np.argmax(scores))
    if not np.isfinite(scores[best]):
        return []
    row, column, _ = places[best].tolist()
    words: list[PlacedText] = []
    for index, text in zip(group, parts, strict=True):
        words += [PlacedText(row, words[-1].end, _AND, DIM)] if words else []
        words.append(PlacedText(row, words[-1].end if words else column, text, Ink(hue(index), "bold")))
    return words


def _places(context: ChartContext, group: Group, width: int) -> NDArray[np.int64]:
    """Return free positions around the points of a group, ``(N, 3)``: row, column, width."""
    own = np.logical_or.reduce([touched(context.dots[index].solid) for index in group])
    across = np.flatnonzero(own.any(axis=0))
    across = across[:: max(len(across) // _ANCHORS, 1)]
    top, bottom = np.argmax(own[:, across], axis=0), len(own) - 1 - np.argmax(own[::-1, across], axis=0)
    beside, over = (2, -1 - width), (1, -(width // 2), -width)
    around = [(rows, by) for rows in (top, bottom) for by in beside]
    around += [(rows, by) for rows in (top - 1, bottom + 1) for by in over]
    rows = np.concatenate([rows for rows, _ in around])
    columns = np.concatenate([across + by for _, by in around])
    inside = (rows >= 0) & (rows < context.scale.rows) & (columns > 0) & (columns + width <= context.scale.columns)
    rows, columns = rows[inside], columns[inside]
    taken = np.cumsum(~context.free, axis=1)
    empty = taken[rows, columns + width - 1] == taken[rows, columns - 1]
    return np.column_stack((rows[empty], columns[empty], np.full(np.count_nonzero(empty), width)))


def _scores(
    context: ChartContext, group: Group, places: NDArray[np.int64], placed: Sequence[PlacedText]
) -> NDArray[np.float64]:
    """Return the score of each position, minus infinity if a name cannot be there."""
    room = rooms(places)
    own = gaps(room, centres(context.together(group)))
    other = gaps(room, centres(context.others(group)))
    apart = gaps_to_boxes(room, boxes(placed))
    middle = (room[:, 0] + room[:, 2]) / 2 / (ACROSS * context.scale.columns)
    score = np.minimum(other, _MOST_CLEAR) + 0.5 * np.minimum(apart, _MOST_APART) - 1.2 * own
    score += _RIGHT_OF_IT * _is_right_of(context.together(group), places) - _OFF_CENTRE * np.abs(middle - 0.5)
    bad = (own < _OFF_ANY) | (other < own + _CLEARER) | (own > _FARTHEST) | (apart < _BETWEEN)
    return np.where(bad, -np.inf, score)


def _is_right_of(taken: Dots, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which positions have the curve only to their left, in their row."""
    last = np.where(taken.any(axis=1), taken.shape[1] - 1 - np.argmax(taken[:, ::-1], axis=1), taken.shape[1])
    return np.asarray(last[places[:, 0]] < places[:, 1])
