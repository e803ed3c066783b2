"""Updates that the scheduler missed: rows that lag behind their curve by whole numbers of updates.

Mixed precision skips an update when gradients overflow, and the scheduler with it. The rates are then those of the
plan at ``t - k``, with a ``k`` that never falls. Between two rows without a skip, the rates show the plan's own slope.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.log import Floats
from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers

_MOST_SHARE = 0.1
_MOST_AT_START = 40
_WHOLE = 0.05

_LOW, _HIGH = 0.03, 0.97
"""Shares of the peak between which a cosine is steep enough that a row pins its update."""

_LEAST_IN_MIDDLE = 4
"""So many rows have to be there: three can agree by chance."""

_LEAST_FOR_STEP, _LEAST_ALIKE = 3, 2
"""Two of the differences between three or more rows have to be alike."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lagging:
    """A curve, and by how many updates each row lags behind it, shape (n,).

    - ``ranges``: the parameters that the rows do not determine.
    """

    curve: Curve
    lags: Floats
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Warmup:
    length: float
    lr: float


def lagging(outline: Outline, horizon: int | None) -> Iterator[Lagging]:
    """Yield linear and cosine decays with which every row is exact, if it lags behind by whole updates; or a warmup."""
    if not outline.falls_once or not outline.rises_once:
        return
    if outline.last == len(outline.rows) - 1:
        yield from _rising(outline)
        return
    for before in _warmups(outline):
        for curve in (*_linear(outline, before, horizon), *_cosine(outline, before)):
            lags = _lags(curve, outline.all_rows)
            if lags is not None:
                yield Lagging(curve=curve, lags=lags)
                return


def _warmups(outline: Outline) -> Iterator[_Warmup]:
    """Yield the warmups whose rates are whole multiples of one step's."""
    if not outline.first:
        yield _Warmup(length=0.0, lr=0.0)
        return
    rising = outline.rising
    last_time, last_rate = float(rising.times[-1]), float(rising.rates[-1])
    if last_rate <= 0.0:
        return
    for lag in range(_MOST_AT_START):
        if last_time - lag < 1.0:
            break
        step = last_rate / (last_time - lag)
        counts = rising.rates / step
        whole = np.round(counts)
        if (np.abs(whole * step - rising.rates) <= rising.allowed + 1e-9 * last_rate).all() and _is_lag(
            rising.times - whole
        ):
            yield from _peaks(step, outline)


def _peaks(step: float, outline: Outline) -> Iterator[_Warmup]:
    """Yield lengths with a peak of few digits between the last rising row and the first falling one."""
    low = outline.rows.peak / step
    between = float(outline.rows.times[outline.first] - outline.rows.times[outline.first - 1])
    lengths = np.arange(math.ceil(low - 0.01), math.floor(low + between) + 1.0)
    options = sorted((digits(float(f"{step * length:.10g}")), length) for length in lengths.tolist())
    for _, length in options[:3]:
        yield _Warmup(length=length, lr=float(f"{step * length:.10g}"))


def _rising(outline: Outline) -> Iterator[Lagging]:
    """Yield the line of a warmup that the log does not leave."""
    rows = outline.all_rows
    step = _step(outline.rows.times, outline.rows.rates, outline.rows.allowed)
    if step is None or step <= 0.0 or outline.first != outline.last:
        return
    updates = np.round(rows.rates / step)
    if updates[-1] <= 0.0:
        return
    lags = rows.times - updates
    off_line = np.abs(updates * float(rows.rates[-1] / updates[-1]) - rows.rates)
    if (off_line <= 2.0 * rows.allowed).all() and lags[0] >= 0.0 and _is_lag(lags) and lags[-1] <= _most(rows):
        ends = {"times": (0.0, float(updates[-1])), "values": (0.0, float(rows.rates[-1]))}
        ranges = {"warmup": (float(updates[-1]), math.inf), "lr": (float(rows.rates[-1]), math.inf)}
        yield Lagging(curve=Curve(name="piecewise_interpolated", values=ends), lags=lags, ranges=ranges)


def _linear(outline: Outline, before: _Warmup, horizon: int | None) -> Iterator[Curve]:
    falling = outline.falling
    step = _step(falling.times, -falling.rates, falling.allowed)
    if step is None:
        return
    left = falling.rates / step
    if np.abs(left - np.round(left)).max() > _WHOLE:
        return
    if before.length:
        total = before.lr / step
        if abs(total - round(total)) < _WHOLE:
            yield _curve("linear", before, before.lr, float(round(total)))
        return
    options = []
    for lag in range(_MOST_AT_START):
        total = round(float(left[0])) + float(falling.times[0]) - lag
        lr = float(f"{total * step:.9g}")
        if lag <= falling.times[0]:
            options.append((digits(lr) + digits(total) - 9 * (total == horizon), lag, lr, total))
    for _, _, lr, total in sorted(options)[:2]:
        yield _curve("linear", before, lr, total)


def _cosine(outline: Outline, before: _Warmup) -> Iterator[Curve]:
    falling, peak = outline.falling, outline.rows.peak
    peaks = (
        [before.lr]
        if before.lr
        else [lr for lr, _ in zip(short_numbers(peak, 1.02 * peak, near=peak), range(8), strict=False)]
    )
    for lr in peaks:
        share = falling.rates / lr
        middle = (share < _HIGH) & (share > _LOW)
        if middle.sum() < _LEAST_IN_MIDDLE:
            continue
        passed = np.arccos(2.0 * share[middle] - 1.0) / math.pi
        room = 2.0 * falling.allowed[middle] / (lr * math.pi * np.sin(math.pi * passed))
        step = _step(falling.times[middle], passed, room)
        if step is None:
            continue
        total = float(round(1.0 / step))
        counts = passed * total
        if total > 0 and np.abs(counts - np.round(counts)).max() < _WHOLE + float((room * total).max()):
            yield _curve("cosine", before, lr, total)


def _curve(name: str, before: _Warmup, lr: float, total: float) -> Curve:
    warmup = {"warmup": before.length} if before.length else {}
    return Curve(name=name, values={"lr": lr, "total": total, **warmup})


def _step(times: Floats, values: Floats, room: Floats) -> float | None:
    """Return the largest change per unit of time that several pairs of rows share; skips make it smaller."""
    if len(times) < _LEAST_FOR_STEP:
        return None
    spans = np.diff(times)
    steps = np.diff(values) / spans
    rooms = (room[1:] + room[:-1]) / spans
    for at in np.argsort(-steps)[: max(len(steps) // 4, 3)].tolist():
        alike = np.abs(steps - steps[at]) <= rooms + rooms[at]
        if alike.sum() >= _LEAST_ALIKE:
            weights = spans[alike] / np.maximum(rooms[alike], 1e-300)
            step = float((steps[alike] * weights).sum() / weights.sum())
            return step if step > 0.0 else None
    return None


def _is_lag(lags: Floats) -> bool:
    return bool((lags >= -_WHOLE).all() and (np.diff(lags) >= -_WHOLE).all())


def _lags(curve: Curve, rows: Rows) -> Floats | None:
    """Return the lags with which every row is exact, None if there are none that never fall."""
    warmup, lr, total = curve.get("warmup"), curve.get("lr"), curve.get("total")
    highest = int(rows.rates.argmax())
    rising = np.arange(len(rows)) < highest if warmup else np.zeros(len(rows), dtype=bool)
    share = np.clip(rows.rates / lr, 0.0, 1.0)
    passed = np.arccos(2.0 * share - 1.0) / math.pi if curve.name == "cosine" else 1.0 - share
    updates = np.round(np.where(rising, share * warmup, warmup + passed * total))
    near = np.stack([_rates(curve, updates + by) for by in (0.0, -1.0, 1.0)])
    errors = np.abs(near - rows.rates) / rows.allowed
    lags = rows.times - updates
    if (errors[0] > 1.0).any() or lags[0] < 0.0:
        return None
    lags = _without_noise(lags, curve, rows)
    return lags if _is_lag(lags) and lags[-1] <= _most(rows) else None


def _most(rows: Rows) -> float:
    """Return how many updates a scheduler may have missed."""
    return _MOST_SHARE * float(rows.times[-1]) + _MOST_AT_START


def _without_noise(lags: Floats, curve: Curve, rows: Rows) -> Floats:
    """Return lags that never fall where the rates pin them only to a few updates, as at the flat ends of a cosine."""
    highest = np.maximum.accumulate(lags)
    flat = _rates(curve, np.asarray(rows.times - highest, dtype=np.float64))
    exact = np.abs(flat - rows.rates) <= rows.allowed
    lowest = np.minimum.accumulate(lags[::-1])[::-1]
    other = np.abs(_rates(curve, np.asarray(rows.times - lowest, dtype=np.float64)) - rows.rates) <= rows.allowed
    return np.where(exact, highest, np.where(other, lowest, lags))


def _rates(curve: Curve, times: NDArray[np.floating[Any]]) -> Floats:
    rates = curve.rates(np.maximum(np.asarray(times, dtype=np.float64), 0.0))
    return rates if rates is not None else np.full(len(times), np.nan)
