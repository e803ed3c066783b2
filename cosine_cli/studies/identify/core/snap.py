"""Round the parameters of an exact fit to the shortest numbers that keep it exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.refine import Refined, excess, jacobian, refine
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import digits, short_numbers, whole_numbers

_MOST_TRIED = 12
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
_TIMES = (OFFSET, "total", "decay", "cycle", "warmup", "stable", "hold", "step_size", "timescale")
_MAY_BE_0 = ("warmup_start", "min_lr", OFFSET)


def snap(found: Refined, free: Sequence[str], rows: Rows) -> Refined:
    """Return an exact fit with its free parameters rounded, each to the shortest number with which it is exact."""
    left = sorted(free, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    fixed_at_0 = _at_0(found, left, rows)
    trials = [_all_rounded(found, left, rows)]
    if fixed_at_0 is not None:
        trials.append(_all_rounded(*fixed_at_0, rows))
    return min(trials, key=lambda trial: cost(trial.curve, free))


def _at_0(found: Refined, left: Sequence[str], rows: Rows) -> tuple[Refined, list[str]] | None:
    """Return the fit with those parameters at 0 that can be, and the others; None if none can be."""
    left = list(left)
    for name in [name for name in left if name in _MAY_BE_0]:
        rest = [other for other in left if other != name]
        at_0 = refine(found.curve.having({name: 0.0}), rest, rows) if _within(name, 0.0, found, left, rows) else None
        if at_0 and at_0.exact:
            found, left = at_0, rest
    return (found, left) if any(found.curve.get(name) == 0.0 for name in _MAY_BE_0) else None


def _all_rounded(found: Refined, free: Sequence[str], rows: Rows) -> Refined:
    """Round what can be a short number first: it is then fixed when the others are rounded."""
    left = list(free)
    for name in free:
        short = _short(name, found, left, rows)
        if short is not None:
            found = short
            left.remove(name)
    while left:
        name = left.pop(0)
        found = _short(name, found, [name, *left], rows) or _fewest_digits(name, found, rows)
    return found


def _within(name: str, value: float, found: Refined, free: Sequence[str], rows: Rows) -> bool:
    return abs(found.curve.get(name) - value) <= room(name, found.curve, free, rows)


def room(name: str, curve: Curve, free: Sequence[str], rows: Rows) -> float:
    """Return how far a parameter of an exact fit can be from its value at most, if the other free ones follow it.

    Two exact fits differ by at most twice what is allowed in each row, and so by that in the root mean square.
    """
    matrix, sizes = jacobian(curve, free, rows)
    at = list(free).index(name)
    own = matrix[:, at]
    others = np.delete(matrix, at, axis=1)
    if others.shape[1]:
        own = own - others @ np.linalg.lstsq(others, own, rcond=1e-12)[0]
    norm = float(np.sqrt(own @ own))
    most = float(abs(curve.get(name)) + rows.span)
    return min(2.0 * np.sqrt(len(rows)) / norm * float(sizes[at]), most) if norm > 0.0 else most


def _short(name: str, found: Refined, free: Sequence[str], rows: Rows) -> Refined | None:
    """Return the fit with a parameter at a whole number if it is a time, and at one of few digits otherwise."""
    value, rest = found.curve.get(name), [other for other in free if other != name]
    about = room(name, found.curve, free, rows)
    for candidate in islice(_candidates(name, value, about), _MOST_TRIED):
        trial = refine(found.curve.having({name: candidate}), rest, rows)
        if trial.exact:
            return trial
    return None


def _candidates(name: str, value: float, about: float) -> Iterator[float]:
    low, high = value - about, value + about
    if name not in _MAY_BE_0:
        low = max(low, 1e-3 * abs(value))
    if name in _TIMES:
        yield from whole_numbers(low, high, near=value)[:_MOST_TRIED]
        return
    yield from (number for number in short_numbers(low, high, near=value) if digits(number) <= _FEW)


def _fewest_digits(name: str, found: Refined, rows: Rows) -> Refined:
    """Round a parameter while the others stay."""
    value = found.curve.get(name)
    for count in range(1, 17):
        trial = found.curve.having({name: float(f"{value:.{count - 1}e}")})
        if excess(trial, rows) <= 1.0:
            return Refined(trial, excess(trial, rows))
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
