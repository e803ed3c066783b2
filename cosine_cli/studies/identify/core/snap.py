"""Round the parameters of an exact fit to the shortest numbers that keep it exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.refine import Refined, excess, jacobian, level, refine
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers, whole_numbers

_MOST_TRIED = 5
_MOST_FITS = 15
_DEVIATIONS = 2.6
"""Standard deviations times 0.577, that of an even distribution from -1 to 1."""

_AS_CLOSE = 1.01
"""A curve is as close as another if its largest error is at most so many times as large."""

_FEW = 4
"""A number of so many digits may have been chosen by a person."""

_ORDER = (
    OFFSET,
    "warmup_start",
    "min_lr",
    "total",
    "decay",
    "cycle",
    "warmup",
    "stable",
    "timescale",
    "power",
    "gamma",
    "cycle_mult",
    "cycle_decay",
    "lr",
)
_TIMES = (OFFSET, "total", "decay", "cycle", "warmup", "stable", "hold", "step_size", "timescale", "per")
_MAY_BE_0 = ("warmup_start", "min_lr", "eta_min", OFFSET)


def settle(found: Refined, free: Sequence[str], rows: Rows) -> Refined:
    """Return an exact curve with its free parameters rounded, each to the shortest number; as it was if there is none.

    - ``found``: the curve of least squares.

    The parameters are fixed one after another, at each of a few numbers that the rows allow, and the others follow by
    least squares. What has no short number stays free, and is rounded last.
    """
    order = sorted(free, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    if found.curve.name == "constant":
        order.reverse()  # many rows show the rate, few the warmup
    best = _fixed(found, order, (), _Search(rows=rows))
    if best is None:
        best = _rounded_last(level(found, order, rows), order, rows)
    zeros = [name for name in order if name in _MAY_BE_0 and best.curve.get(name) == 0.0]
    if best.exact and zeros and not is_plain(best.curve, order):
        other = _fixed(found, order, (), _Search(rows=rows, zero=False))
        if other is not None and other.exact and cost(other.curve, order) < cost(best.curve, order):
            return other
    return best


class _Search:
    """The rows of a search, whether parameters may be 0 in it, and how many fits it has left."""

    def __init__(self, *, rows: Rows, zero: bool = True) -> None:
        self.rows, self.zero, self._left = rows, zero, _MOST_FITS

    def spend(self) -> bool:
        """Count a fit; return whether there was one left."""
        self._left -= 1
        return self._left >= 0


def _fixed(found: Refined, left: Sequence[str], loose: tuple[str, ...], search: _Search) -> Refined | None:
    """Return the curve with the parameters that are left fixed one after another; ``loose`` ones stay free."""
    rows = search.rows
    if not found.possible:
        return None
    if not left:
        last = _rounded_last(level(found, loose, rows), loose, rows) if loose else found
        return last if last.exact else None
    name, rest = left[0], left[1:]
    about = room(name, found.curve, (*left, *loose), rows)
    for candidate in islice(_candidates(name, found.curve.get(name), about, zero=search.zero), _MOST_TRIED):
        if not search.spend():
            return None
        trial = refine(found.curve.having({name: candidate}), (*rest, *loose), rows)
        done = _fixed(trial, rest, loose, search)
        if done is not None:
            return done
    return _fixed(found, rest, (*loose, name), search)


def shortened(found: Refined, free: Sequence[str], rows: Rows) -> Refined:
    """Return a curve that is not exact without the digits of its free parameters that do not bring it closer."""
    most = _AS_CLOSE * excess(found.curve, rows)
    for name in free:
        found = _fewest_digits(name, found, rows, most=most)
    return found


def _rounded_last(found: Refined, free: Sequence[str], rows: Rows) -> Refined:
    """Return an exact curve with the digits left out of its free parameters that it does not need."""
    for name in free if found.exact else ():
        found = _fewest_digits(name, found, rows)
    return found


def room(name: str, curve: Curve, free: Sequence[str], rows: Rows) -> float:
    """Return how far a parameter can be from its value of least squares, if the other free ones follow it.

    Rounding errors are spread evenly over what is allowed, and so is the parameter's error normal, with this many
    standard deviations. A few rows leave all that two exact fits can differ by.
    """
    matrix, sizes = jacobian(curve, free, rows)
    at = list(free).index(name)
    own = matrix[:, at]
    others = np.delete(matrix, at, axis=1)
    if others.shape[1]:
        own = own - others @ np.linalg.lstsq(others, own, rcond=1e-12)[0]
    norm = float(np.sqrt(own @ own))
    most = float(abs(curve.get(name)) + rows.span)
    return min(min(_DEVIATIONS, 2.0 * np.sqrt(len(rows))) / norm * float(sizes[at]), most) if norm > 0.0 else most


def _candidates(name: str, value: float, about: float, *, zero: bool) -> Iterator[float]:
    """Yield the numbers that a person may have chosen, whole ones for times, those with the fewest digits first."""
    low, high = value - about, value + about
    if name not in _MAY_BE_0 or not zero:
        low = max(low, 1e-3 * abs(value)) if name != OFFSET else low
    if name in _TIMES:
        yield from whole_numbers(low, high, near=value)[:_MOST_TRIED]
        return
    yield from (number for number in short_numbers(low, high, near=value) if digits(number) <= _FEW)


def _fewest_digits(name: str, found: Refined, rows: Rows, *, most: float = 1.0) -> Refined:
    """Round a parameter while the others stay, as far as the largest error is not above ``most``."""
    value = found.curve.get(name)
    rounded = (float(f"{value:.{count - 1}e}") for count in range(1, 17))
    for number in (*((0.0,) if name in _MAY_BE_0 else ()), *rounded):
        trial = found.curve.having({name: number})
        if (error := excess(trial, rows)) <= most:
            return Refined(trial, error)
    return found


def cost(curve: Curve, names: Sequence[str]) -> float:
    """Return how much it takes to write the parameters: their digits, more for times that are not whole."""
    total = 0.0
    for name in names:
        value = curve.get(name)
        if value == 0.0 and name in _MAY_BE_0:
            continue
        fraction = name in _TIMES and name != "timescale" and not float(value).is_integer()
        total += 1.0 + digits(value) + 3.0 * fraction + 1.0 * (name == OFFSET)
    return total


def is_plain(curve: Curve, free: Sequence[str]) -> bool:
    """Return whether a person may have chosen the parameters: times are whole, other numbers have few digits."""
    for name in free:
        value = curve.get(name)
        if name in _TIMES and not float(value).is_integer():
            return False
        if name not in _TIMES and value and digits(value) > _FEW - 1:
            return False
    return True
