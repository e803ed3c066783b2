"""From the rows of a log to the schedule that they show, without a plan."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from cosine_cli.logs.core.log import Floats, Series
from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found, distance
from cosine_cli.studies.identify.core.first_rows import factor_of, first_of_last_line, with_warmup
from cosine_cli.studies.identify.core.fit import Fit
from cosine_cli.studies.identify.core.identified import Identified
from cosine_cli.studies.identify.core.late_start import with_late_start
from cosine_cli.studies.identify.core.missed import Lagging, lagging
from cosine_cli.studies.identify.core.outline import Outline, outline_of
from cosine_cli.studies.identify.core.refine import Refined, refine
from cosine_cli.studies.identify.core.rows import Rows, joined, rows_of
from cosine_cli.studies.identify.core.several import one_in_several
from cosine_cli.studies.identify.core.shapes import finders
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers
from cosine_cli.studies.identify.core.snap import is_plain, settle, shortened
from cosine_cli.studies.identify.core.stairs import in_steps, stairs_of
from cosine_cli.studies.identify.core.unpinned import unpinned

LEAST_ROWS = 5
_MOST_LEFT_OUT = 0.5
"""The share of first rows that may be those of any warmup; more have to be those of one that multiplies the decay."""

_LEAST_LINE = 10
"""So many last rows on a line show where such a warmup ends, which is after the peak if it is long."""

_PER_ROW_LEFT_OUT = 2.0
_MOST_REPAIRS = 4

_MOST_REPAIRED = 5
"""So many of the simplest fits that miss a few rows are refined with them."""

_MOST_OTHERS = 8

_COARSE = 1e-5
"""Rows that are rounded by more than this share of the decay may have the rates of a wrong curve with other numbers."""

_FINE, _MANY = 1e-8, 6
"""Those rounded by more than this share may, too, if numbers have more digits than this and the decay has not ended."""

_ENDED = 0.99
"""A log that shows less than this share of its curve stops early: its end and its floor may not be pinned."""

_PERFECT = 1e-6
"""A curve without a difference from rounded rows: this share of their rounding."""

_LEAST_AFTER = 3
"""Fewer rows after the peak do not show what the schedule is."""

_NEARLY_CONSTANT = 1e-5
"""Rates that differ by less than this share of the peak may be one rate."""

_REPAIRED = 1000
"""Rows on which fits are refined that miss a few of all rows."""

_SAME_STEP = 0.5
"""A curve ends at the horizon if it ends within half a step of it."""


def identify(series: Series, *, horizon: int | None = None) -> Identified:
    """Return the schedules that fit the rows of a series.

    - ``horizon``: the number of updates of the whole run, if the log has it; of fits that are as exact, the one that
      ends there is preferred.
    """
    rows = rows_of(series)
    if len(rows) < LEAST_ROWS:
        return Identified(
            best=None, reason=f"it has {len(rows)} rows with a rate, and at least {LEAST_ROWS} are needed"
        )
    if not rows.rates.any():
        return Identified(best=None, reason="every rate is 0")
    after = _rows_after_peak(rows)
    if after is not None:
        count = f"{after} row{'s' * (after > 1)}"
        return Identified(
            best=None, reason=f"it has {count} after its highest rate, and at least {_LEAST_AFTER} are needed"
        )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", np.exceptions.RankWarning)
        return _searched(rows, horizon, series.unit)


def _rows_after_peak(rows: Rows) -> int | None:
    """Return how many rows there are after the first ones at the peak, if these are too few to show what follows.

    Two rows of the same rate are enough for a drop.
    """
    at_peak = rows.rates >= rows.peak * (1.0 - _NEARLY_CONSTANT) - rows.allowed
    first = int(at_peak.argmax())
    lower = np.flatnonzero(~at_peak[first:])
    after = len(rows) - first - int(lower[0]) if len(lower) else 0
    last = rows.rates[-after:]
    is_drop = after > 1 and float(np.ptp(last)) <= float(rows.allowed[-after:].min())
    return after if 0 < after < _LEAST_AFTER and not is_drop else None


def _searched(rows: Rows, horizon: int | None, unit: str) -> Identified:
    """Try the shapes on all rows, then what makes a curve look like another: stairs, missed updates, other rows."""
    outline = outline_of(rows)
    found = _exact_first(_shapes(outline), rows)
    if all(each.refined.curve.name == "piecewise_constant" for each, over in found if over <= 1.0):
        found += _exact_first(_on_stairs(rows), rows)
    if not _any_exact(found):
        found += _exact_first(one_in_several(found, outline), rows)
    if not _any_exact(found):
        late = next(lagging(outline, horizon), None)
        if late is not None:
            return _with_lags(late, rows)
    if not _any_exact(found):
        part = _after_first_rows(outline, rows, horizon)
        if part is not None:
            return part
    return _exact_answer(found, rows, horizon) or _closest(found, rows, horizon, unit)


def _shapes(outline: Outline) -> Iterator[Found]:
    """Yield the fits of the shapes; those of general shapes unless a plain schedule fits."""
    plain = False
    for find in finders(general=False):
        for found in find(outline):
            plain = plain or _is_plain_schedule(found)
            yield found
    for find in finders(general=True) if not plain else ():
        yield from find(outline)


def _is_plain_schedule(found: Found) -> bool:
    curve = found.refined.curve
    return found.refined.exact and curve.name != "piecewise_constant" and is_plain(curve, found.free)


def _exact_first(found: Iterable[Found], rows: Rows) -> list[tuple[Found, float]]:
    """Return the fits with their largest error on all rows; those that miss a few rows are refined, the simplest first.

    Fits that are not simpler than one that is exact, and more than a few, are left as they are.
    """
    checked = [(each, float(_errors(each.refined.curve, rows).max())) for each in found]
    least = min((each.cost for each, over in checked if over <= 1.0), default=math.inf)
    order = sorted(range(len(checked)), key=lambda at: checked[at][0].cost)
    repaired = 0
    for at in order:
        each, over = checked[at]
        if over <= 1.0 or not each.refined.exact or not each.free:
            continue
        if each.cost >= least or repaired == _MOST_REPAIRED:
            break
        repaired += 1
        checked[at] = _repaired(each, rows)
        least = min(least, checked[at][0].cost if checked[at][1] <= 1.0 else math.inf)
    return [(replace(each, refined=Refined(each.refined.curve, over)), over) for each, over in checked]


def _any_exact(found: Sequence[tuple[Found, float]]) -> bool:
    return any(over <= 1.0 for _, over in found)


def _on_stairs(rows: Rows) -> Iterator[Found]:
    """Yield curves that are sampled once in many rows."""
    for stairs, length, (low, high) in stairs_of(rows):
        for each in _shapes(outline_of(stairs)):
            curve = in_steps(each.refined.curve, length) if each.refined.exact else None
            if curve is not None:
                ranges = {"every": (low, high)} if low < high else {}
                yield Found(refined=Refined(curve, each.refined.excess), free=(), extra=each.cost + 1.0, ranges=ranges)


def _with_lags(late: Lagging, rows: Rows) -> Identified:
    curve = late.curve
    found = Found(refined=Refined(curve, 1.0), free=(), ranges=late.ranges)
    fit = _fit(found, rows)
    rates = curve.rates(rows.times - late.lags)
    error = float(np.abs(rates - rows.rates).max()) / rows.peak if rates is not None else math.inf
    fit = replace(fit, error=error)
    return Identified(best=fit, seen=_seen(fit, rows), lags=late.lags)


def _after_first_rows(outline: Outline, rows: Rows, horizon: int | None) -> Identified | None:
    """Return the fit of the rows after a warmup that is not a line, or of a group that begins at another rate."""
    best: tuple[float, int, list[tuple[Found, float]]] | None = None
    for at, first in _firsts(outline, rows):
        part = rows.part(slice(first, None))
        found = [
            (each, over)
            for each, over in _exact_first(_shapes(outline_of(part)), part)
            if over <= 1.0 and -each.refined.curve.offset <= part.times[0]
        ]
        rank = min((_rank(each, horizon) for each, _ in found), default=math.inf) + _PER_ROW_LEFT_OUT * at
        if first > _MOST_LEFT_OUT * len(rows):
            found = [(each, over) for each, over in found if factor_of(each.refined.curve, rows, first) is not None]
            if not found:
                continue
        if not found:
            break  # fewer rows are left out next
        if best is None or rank < best[0]:
            best = rank, first, found
    if best is None:
        return None
    _, first, found = best
    found = sorted(found, key=lambda each: _rank(each[0], horizon))
    first = _first_exact(found[0][0].refined.curve, rows, first)
    answer = _exact_answer(found, rows.part(slice(first, None)), horizon)
    assert answer is not None and answer.best is not None  # noqa: S101, PT018 - all of them are exact
    return _with_first_rows(answer, found[0][0], rows, first)


def _first_exact(curve: Curve, rows: Rows, first: int) -> int:
    """Return the first of the rows up to the last that a curve does not fit."""
    missed = np.flatnonzero(_errors(curve, rows.part(slice(0, first))) > 1.0)
    return int(missed[-1]) + 1 if len(missed) else 0


def _with_first_rows(answer: Identified, found: Found, rows: Rows, first: int) -> Identified:
    """Return an answer with what the first rows are: a line before the decay, or one that multiplies it."""
    assert answer.best is not None  # noqa: S101 - a decay fits
    whole = with_warmup(found.refined.curve, rows, first)
    if whole is not None:
        fit = _fit(replace(found, refined=Refined(whole, math.inf), ranges=answer.best.ranges), rows)
        return replace(answer, best=fit, seen=_seen(fit, rows), first=first, missed=fit.error)
    factor = factor_of(found.refined.curve, rows, first)
    return replace(answer, best=replace(answer.best, exact=False), first=first, factor=factor)


def _firsts(outline: Outline, rows: Rows) -> list[tuple[int, int]]:
    """Return the rows of the outline that may be the first of the curve, the last of them first; as rows, too."""
    peak = {outline.first, outline.first + 1, outline.first + 2, outline.last} if outline.first else {1, 2, 3, 5, 10}
    firsts = [(at, int(np.searchsorted(rows.times, outline.rows.times[at]))) for at in peak if at < len(outline.rows)]
    most = min(_MOST_LEFT_OUT * len(rows), len(rows) - LEAST_ROWS)
    tried = [(at, first) for at, first in firsts if 0 < first <= most]
    line = first_of_last_line(rows)
    if outline.first < line <= len(rows) - _LEAST_LINE:
        tried.append((int(np.searchsorted(outline.rows.times, rows.times[line])), line))
    return sorted(set(tried), reverse=True)


def _repaired(found: Found, rows: Rows) -> tuple[Found, float]:
    """Return a fit and its largest error on all rows, refined with the rows that it missed."""
    errors = _errors(found.refined.curve, rows)
    searched = rows.thinned(_REPAIRED)
    for _ in range(_MOST_REPAIRS):
        worst = errors.max()
        if not found.refined.exact or worst <= 1.0 or not found.free:
            break
        missed = np.argsort(errors)[-5:]
        searched = joined(searched, rows.part(missed))
        again = refine(found.refined.curve, found.free, searched)
        again = settle(again, found.free, searched) if again.possible else again
        found = Found(refined=again, free=found.free, extra=found.extra, ranges=found.ranges)
        errors = _errors(found.refined.curve, rows)
    return found, float(errors.max())


def _errors(curve: Curve, rows: Rows) -> Floats:
    rates = curve.rates(rows.times)
    if rates is None:
        return np.full(len(rows), np.inf)
    errors: Floats = np.nan_to_num(np.abs(rates - rows.rates) / rows.allowed, nan=np.inf)
    return errors


def _exact_answer(found: Sequence[tuple[Found, float]], rows: Rows, horizon: int | None) -> Identified | None:
    """Return the exact fits; None if there is none.

    The first is the simplest, of those without any difference if rows of few digits have some.
    """
    least = _PERFECT if float(rows.allowed.max()) > _COARSE * rows.peak else math.inf
    ranked = sorted((over > least, _rank(each, horizon), at) for at, (each, over) in enumerate(found) if over <= 1.0)
    exact = [found[at][0] for *_, at in ranked]
    if not exact:
        return None
    fits: dict[str, Fit] = {}
    timed = [with_late_start(each, rows, horizon) for each in exact]
    for each in timed:
        fits.setdefault(f"{each.refined.curve.spec} {each.refined.curve.offset}", _fit(each, rows))
    best, *others = fits.values()
    seen = _seen(best, rows)
    if seen is not None and seen < _ENDED and not _at_horizon(timed[0], horizon):
        best = replace(best, ranges={**best.ranges, **unpinned(timed[0], rows)})
    doubtful = _is_doubtful(timed[0], rows, ended=seen is None or seen >= _ENDED)
    return Identified(best=best, others=tuple(others[:_MOST_OTHERS]), seen=seen, doubtful=doubtful)


def _is_doubtful(found: Found, rows: Rows, *, ended: bool) -> bool:
    """Return whether nobody would choose the numbers of a fit, and the rows have few digits for so many numbers."""
    curve = found.refined.curve
    after = rows.rates[int(rows.rates.argmax()) :]
    if curve.name == "constant":
        return float(rows.allowed.max()) > _COARSE * rows.peak and float(np.ptp(after)) > 0.0
    if is_plain(curve, found.free):
        return False
    room = float(rows.allowed.max() / max(rows.peak - after.min(), rows.allowed.max()))
    long = any(digits(curve.get(name)) > _MANY for name in found.free)
    return room > _COARSE or (room > _FINE and long and not ended)


def _closest(found: Sequence[tuple[Found, float]], rows: Rows, horizon: int | None, unit: str) -> Identified:
    """Return the closest fit, without digits that do not bring it closer."""
    finite = [*(each for each, over in found if math.isfinite(over)), *_nearly_constant(rows)]
    if not finite:
        return Identified(best=None, reason="none comes near its rates")
    closest = min(finite, key=distance)
    short = shortened(closest.refined, closest.free, rows.thinned(_REPAIRED))
    fit = _fit(with_late_start(replace(closest, refined=short), rows, horizon), rows)
    return Identified(best=fit, seen=_seen(fit, rows), reason=_reason(fit, rows, unit))


def _nearly_constant(rows: Rows) -> Iterator[Found]:
    """Yield the constant rate of rows that are averages of it, which have the errors of single precision."""
    low, high = float(rows.rates.min()), float(rows.rates.max())
    if high - low <= _NEARLY_CONSTANT * high:
        lr = next(short_numbers(low, high, near=0.5 * (low + high)))
        curve = Curve(name="constant", values={"lr": lr})
        yield Found(refined=Refined(curve, float(_errors(curve, rows).max())), free=("lr",))


def _rank(found: Found, horizon: int | None) -> float:
    return found.cost - 4.0 * _at_horizon(found, horizon)


def _at_horizon(found: Found, horizon: int | None) -> bool:
    length = _length(found.refined.curve)
    return horizon is not None and length is not None and abs(length - horizon) < _SAME_STEP


def _length(curve: Curve) -> float | None:
    """Return the length of the run of a curve that ends, on the clock of the log."""
    values = curve.values
    if curve.name == "onecycle":
        return curve.get("total") - curve.offset
    own = [name for name in ("total", "decay") if name in values]
    if not own:
        return None
    return sum(curve.get(name) for name in ("warmup", "stable", *own)) - curve.ahead


def _fit(found: Found, rows: Rows) -> Fit:
    curve = found.refined.curve
    rates = curve.rates(rows.times)
    error = float(np.abs(rates - rows.rates).max()) / rows.peak if rates is not None else math.inf
    return Fit(
        spec=curve.spec,
        schedule=curve.schedule(),
        error=error,
        exact=found.refined.exact,
        length=_length(curve),
        offset=curve.offset,
        ranges=found.ranges,
    )


def _seen(fit: Fit, rows: Rows) -> float | None:
    if not fit.length:
        return None
    offset = fit.offset if abs(fit.offset) > 1.0 else 0.0  # the order of logging and stepping
    return min((float(rows.times[-1]) + offset + 1.0) / fit.length, 1.0)


def _reason(fit: Fit, rows: Rows, unit: str) -> str:
    rates = fit.schedule(np.maximum(rows.times + fit.offset, 0.0))
    errors = np.abs(rates - rows.rates)
    worst = int(errors.argmax())
    share = 100.0 * errors[worst] / rows.peak
    return f"the closest one is off by {share:.2g}% of the peak at {unit} {rows.times[worst]:.15g}"
