"""Decay with restarts: the rate jumps back to its peak, or to a lower one, and decays again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cosine_cli.studies.identify import cosine
from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.outline import Outline, outline_of
from cosine_cli.studies.identify.core.refine import refine
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import short_numbers

_JUMP = 0.02
"""A restart raises the rate by more than this share of the peak between two rows."""

_NEAR = 30.0
"""How far the fit of the first cycle can be from its rows: restarts add what pins its parameters."""

_LEAST_JUMPS = 2
"""Jumps that pin the quotient of two cycles."""

_LEAST_IN_CYCLE = 4
_MOST_STARTS = 3


def find(outline: Outline) -> Iterator[Found]:
    """Yield cosine decays with restarts, from the decay of the first cycle and the times of the jumps."""
    rows = outline.all_rows
    jumps = _jumps(rows)
    if not len(jumps) or jumps[0] < _LEAST_IN_CYCLE:
        return
    first = [
        each for each in cosine.find(outline_of(rows.part(slice(0, int(jumps[0]))))) if each.refined.excess < _NEAR
    ]
    for each in sorted(first, key=lambda found: found.refined.excess)[:_MOST_STARTS]:
        best = _from_first_cycle(each, jumps, outline)
        if best is not None:
            yield best
            yield from _counted(best, rows, rows)
            if best.refined.exact:
                return
            yield from _up_to_the_end(each, jumps, rows)


def _up_to_the_end(first: Found, jumps: NDArray[np.intp], rows: Rows) -> Iterator[Found]:
    """Yield equal cycles whose last row is the end of the last one, instead of another restart."""
    part = rows.part(slice(0, -1))
    best = _from_first_cycle(first, jumps, outline_of(part)) if jumps[-1] < len(part) else None
    if best is not None:
        yield from _counted(best, part, rows)


def _jumps(rows: Rows) -> NDArray[np.intp]:
    """Return the rows before which the rate jumps up."""
    changes = np.diff(rows.rates)
    jumps = np.flatnonzero(changes > _JUMP * rows.peak) + 1
    falling = np.flatnonzero(changes < 0.0)
    jumps = jumps[jumps > (falling[0] if len(falling) else len(rows))]
    return jumps[np.append(True, np.diff(jumps) > 1)] if len(jumps) else jumps


def _from_first_cycle(found: Found, jumps: NDArray[np.intp], outline: Outline) -> Found | None:
    curve, rows = found.refined.curve, outline.all_rows
    begin, cycle = curve.get("warmup") - curve.offset, curve.get("total")
    kept = {name: value for name, value in curve.values.items() if name not in {"total", "lr"}}
    best: Found | None = None
    for length in _cycles(begin, cycle, jumps, rows):
        for mult in _mults(begin, length, jumps, rows):
            for decay in _decays(jumps, rows, curve):
                values = {"lr": curve.get("lr"), "cycle": length, "cycle_mult": mult, "cycle_decay": decay, **kept}
                trial = Curve(name="sgdr", values=values, offset=curve.offset)
                free = tuple("cycle" if name == "total" else name for name in found.free)
                extra = 1.0 * (mult != 1.0) + 2.0 * (decay != 1.0)
                done = finished(refine(trial, free, outline.rows), free, outline.rows, extra=extra)
                if best is None or done.refined.excess < best.refined.excess:
                    best = done
                if done.refined.exact:
                    return done
    return best


def _cycles(begin: float, cycle: float, jumps: NDArray[np.intp], rows: Rows) -> Iterator[float]:
    """Yield lengths of the first cycle: that of its decay, and one that the first jump allows."""
    before, after = rows.times[jumps[0] - 1] - begin, rows.times[jumps[0]] - begin
    yield float(np.clip(cycle, np.nextafter(before, np.inf), after))


def _mults(begin: float, cycle: float, jumps: NDArray[np.intp], rows: Rows) -> list[float]:
    """Return factors from one cycle to the next with which each restart is between two rows."""
    if len(jumps) < _LEAST_JUMPS:
        return [1.0, 2.0, 1.5, 3.0, 1.2, 1.25, 4.0]
    second = begin + cycle
    low = float(rows.times[jumps[1] - 1] - second) / cycle
    high = float(rows.times[jumps[1]] - second) / cycle
    numbers = [number for number, _ in zip(short_numbers(low, high, near=0.5 * (low + high)), range(3), strict=False)]
    return [number for number in numbers if number >= 1.0] or [1.0]


def _decays(jumps: NDArray[np.intp], rows: Rows, curve: Curve) -> list[float]:
    """Return factors from one peak to the next: 1, and what the first row of the second cycle shows."""
    ratio = float(rows.rates[jumps[0]] / curve.get("lr"))
    near = [
        number for number, _ in zip(short_numbers(ratio, min(1.15 * ratio, 1.0), near=ratio), range(3), strict=False)
    ]
    return [1.0, *(number for number in near if 0.0 < number < 1.0)]


def _counted(found: Found, part: Rows, rows: Rows) -> Iterator[Found]:
    """Yield equal cycles that fit a part of the rows, as a number of them in a run."""
    curve = found.refined.curve
    if not found.refined.exact or curve.get("cycle_mult") != 1.0 or curve.get("cycle_decay") != 1.0:
        return
    begin, cycle = curve.get("warmup") - curve.offset, curve.get("cycle")
    count = int(np.floor((part.times[-1] - begin) / cycle)) + 1
    kept = {name: value for name, value in curve.values.items() if name not in {"cycle", "cycle_mult", "cycle_decay"}}
    other = Curve(name="hard_restarts", values={**kept, "total": count * cycle, "cycles": count}, offset=curve.offset)
    free = tuple(name for name in found.free if name != "cycle")
    yield finished(refine(other, free, rows.thinned(2000)), free, rows, extra=4.0)
