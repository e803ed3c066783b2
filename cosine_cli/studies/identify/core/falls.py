"""Curves that rise at most once, to a peak, and then fall."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined, approach, refine
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.snap import cost, is_plain, settle

_SCREENED = 160
"""Rows on which a shape is tried first."""

_SEARCHED = 600
"""Rows on which the parameters of a promising shape are found; rows that it misses are added later."""

_FIRST_OF_DECAY = 3
"""So many rows after the peak may belong to another warmup."""

_MISSED = 0.05
"""A shape that is off by this share of the whole decay is not that of the rows; another warmup moves it by steps."""

_LITTLE = 0.01
"""A decay that is moved by this share of the rows stays off."""

_MOST_EXACT = 3
"""So many exact fits whose numbers nobody would choose are enough of a shape."""

_MOST_REFINED = 3
"""So many of the starts that come closest in a few steps are refined."""

_FAR = 1e8
"""Starts that are so far from the rows after a few steps, in multiples of what is allowed, are not tried further."""

_NEARLY_1, _NEARLY_WHOLE = 0.3, 0.05
"""How far the line of a rounded or shifted warmup can be from a whole step."""

_MOST_LATE = 20.0
"""A schedule can begin so many steps after the first row, which then repeats its first rate."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A shape of a decay.

    - ``name``: the schedule.
    - ``starts``: values of its parameters to start from, given the outline and the time at which the decay begins.
    - ``free``: the parameters that the rows determine, fewest first.
    - ``fixed``: the values of the others; ``kept``: those of them that keep their start.
    """

    name: str
    starts: Callable[[Outline, float], Iterator[Mapping[str, float]]]
    free: tuple[tuple[str, ...], ...]
    fixed: Mapping[str, Any]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """A curve that was fitted, with the free parameters.

    - ``extra``: what its other parameters add to its cost.
    - ``ranges``: the parameters that the rows do not determine.
    """

    refined: Refined
    free: tuple[str, ...]
    extra: float = 0.0
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        """How long its parameters are to write."""
        return cost(self.refined.curve, self.free) + 3.0 * bool(self.refined.curve.ahead) + self.extra


def distance(found: Found) -> float:
    """Return how far a fit is from the rows; one more parameter has to bring it closer by a tenth."""
    return found.refined.excess * (1.0 + 0.1 * len(found.free))


def falls(shape: Fall, outline: Outline) -> Iterator[Found]:
    """Yield the curves of a shape that fit best, from few parameters to many, up to the first exact ones."""
    if not outline.falls_once or outline.last == len(outline.rows) - 1 or outline.falls_at_once:
        return
    exact_ones = 0
    far = False
    for several in heads(outline):
        if far and all(head.moves_little(outline.rows.span) for head in several):
            continue
        found = list(_after(several, shape, outline))
        yield from found
        exact = [each for each in found if each.refined.exact]
        exact_ones += bool(exact)
        if exact_ones == _MOST_EXACT or any(is_plain(each.refined.curve, each.free) for each in exact):
            return
        far = bool(found) and not exact and misses_decay(found[-1], outline, share=_MISSED)
        if far and (outline.first or outline.last):
            return


def _after(several: Sequence[Head], shape: Fall, outline: Outline) -> Iterator[Found]:
    """Yield the exact fits of a shape after one of several beginnings, up to the first plain one; else the closest."""
    any_exact = False
    for own in shape.free:
        found = _best(shape, own, several, outline)
        if found is not None and (found.refined.exact or (own == shape.free[-1] and not any_exact)):
            yield found
            any_exact = any_exact or found.refined.exact
            if found.refined.exact and is_plain(found.refined.curve, found.free):
                return


def misses_decay(found: Found, outline: Outline, *, share: float) -> bool:
    """Return whether a decay is off by more than a share of its height, whatever comes before it."""
    decay = outline.rows.part(slice(outline.first + _FIRST_OF_DECAY, None)).thinned(_SCREENED)
    rates = found.refined.curve.rates(decay.times)
    height = outline.rows.peak - float(outline.rows.rates[-1])
    return rates is None or (len(decay) > 0 and float(np.abs(rates - decay.rates).max()) > share * height)


@dataclass(frozen=True, kw_only=True)
class Head:
    """What comes before a decay: values of a warmup to start from, and which of them are free."""

    values: Mapping[str, Any]
    free: tuple[str, ...]
    offset: float = 0.0
    ahead: float = 0.0

    def moves_little(self, span: float) -> bool:
        """Tell whether it is the beginning without a warmup, moved by a small share of the rows."""
        return not self.free and not self.values and abs(self.offset) < _LITTLE * span


def heads(outline: Outline) -> Iterator[tuple[Head, ...]]:
    """Yield what can come before the decay, the simplest first."""
    rows = outline.rows
    if not outline.first:
        yield (Head(values={}, free=()),)
        if rows.times[0] >= 1.0:
            yield (Head(values={}, free=(), offset=-1.0),)
        yield (Head(values={}, free=(), offset=1.0),)
        middle = Head(values={}, free=(OFFSET,), offset=-0.5 * float(rows.times[0]))
        yield (Head(values={}, free=(OFFSET,)), middle, Head(values={}, free=(OFFSET,), offset=-float(rows.times[0])))
        return
    if not outline.rises_once:
        return
    if not outline.ramp_is_line:
        yield tuple(_bent(outline))
    if outline.ramp is None:
        return
    slope, at_0 = outline.ramp
    length = max((rows.peak - at_0) / slope, 1e-9)
    room = 2.0 * float(outline.rising.allowed.max())
    if abs(at_0) <= room or len(outline.rising) == 1:
        yield (Head(values={"warmup": length}, free=("warmup",)),)
    yield from _shifted(rows.peak / slope, at_0 / slope)
    if at_0 > 0.0:
        values = {"warmup": length, "warmup_start": at_0}
        yield (Head(values=values, free=("warmup", "warmup_start")),)
    if outline.ramp_is_line:
        yield from _late(length, slope, at_0)
    if at_0 + slope > room and rows.times[0] >= 1.0:
        values = {"warmup": max(length - 1.0, 1e-9), "warmup_start": at_0 + slope}
        yield (Head(values=values, free=("warmup", "warmup_start"), offset=-1.0),)


def _shifted(length: float, steps: float) -> Iterator[tuple[Head, ...]]:
    """Yield warmups from 0 that begin before or after time 0: the line was 0 so many steps before."""
    if abs(steps - 1.0) < _NEARLY_1:
        yield (Head(values={"warmup": length, "warmup_from": "first"}, free=("warmup",)),)
    if steps < 0.0 or (abs(steps - round(steps)) < _NEARLY_WHOLE and steps < _MOST_LATE):
        yield (Head(values={"warmup": length}, free=("warmup", OFFSET), offset=steps),)


def _late(length: float, slope: float, at_0: float) -> Iterator[tuple[Head, ...]]:
    """Yield warmups that end one step before the decay begins, as those of MMEngine, or of ``linspace``."""
    values = {"warmup": length, "warmup_start": max(at_0, 0.0)}
    yield (Head(values={"warmup": length}, free=("warmup",), ahead=-1.0),)
    if at_0 > 0.0:
        yield (Head(values=values, free=("warmup", "warmup_start"), ahead=-1.0),)
        before = {"warmup": length, "warmup_start": at_0 + slope}
        yield (Head(values=before, free=("warmup", "warmup_start"), offset=-1.0, ahead=-1.0),)


def _bent(outline: Outline) -> Iterator[Head]:
    """Yield warmups that are not lines."""
    rows = outline.rows
    end = float(rows.times[outline.first])
    start = max(float(rows.rates[0]), 1e-6 * rows.peak)
    for shape in ("cosine", "quadratic", "exponential"):
        values = {"warmup": end, "warmup_start": start, "warmup_shape": shape}
        yield Head(values=values, free=("warmup", "warmup_start"))


def _best(shape: Fall, own: Sequence[str], several: Sequence[Head], outline: Outline) -> Found | None:
    screened = outline.rows.thinned(_SCREENED)
    trials: list[tuple[float, Curve, tuple[str, ...]]] = []
    for head in several:
        begin = float(head.values.get("warmup", 0.0)) - head.offset
        free = (*own, *head.free)
        for start in shape.starts(outline, begin):
            kept = {
                name: value for name, value in start.items() if name in own or name in shape.kept or name != "min_lr"
            }
            values = {**shape.fixed, **kept, **head.values}
            curve = Curve(name=shape.name, values=values, offset=head.offset, ahead=head.ahead)
            curve, error = approach(curve, free, screened)
            trials.append((error, curve, free))
    best: tuple[Refined, tuple[str, ...]] | None = None
    for error, curve, free in sorted(trials, key=lambda trial: trial[0])[:_MOST_REFINED]:
        found = refine(curve, free, screened) if math.isfinite(error) else Refined(curve, math.inf)
        if best is None or found.mean_square < best[0].mean_square:
            best = found, free
        if found.possible or error > _FAR:
            break
    if best is None or not math.isfinite(best[0].excess):
        return None
    found, free = best
    done = finished(found, free, outline.rows)
    return done if -done.refined.curve.offset <= max(float(outline.rows.times[0]), _MOST_LATE) else None


def on_rows(
    name: str, values: Mapping[str, Any], own: Sequence[str], several: Sequence[Head], outline: Outline
) -> Found | None:
    """Return the best fit of a schedule after one of several beginnings."""
    shape = Fall(name=name, starts=lambda *_: iter((values,)), free=(), fixed={})
    return _best(shape, own, several, outline)


def finished(found: Refined, free: tuple[str, ...], rows: Rows, *, extra: float = 0.0) -> Found:
    """Return a promising fit on the rows of the search, with its parameters rounded if it is exact."""
    if not found.possible:
        return Found(refined=found, free=free, extra=extra)
    searched = rows.thinned(_SEARCHED)
    found = refine(found.curve, free, searched)
    return Found(refined=settle(found, free, searched) if found.possible else found, free=free, extra=extra)
