"""Refine the parameters of a curve until its rates are those of the rows, if there are such parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cosine_cli.logs.core.log import Floats
from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.minimax import minimax
from cosine_cli.studies.identify.core.rows import Rows

_MOST_STEPS = 30
_FEW_STEPS = 5
_MOST_MINIMAX_STEPS = 8
_MOST_SHORTER = 6

_LEAST_GAIN = 0.003
"""Steps that make the largest error smaller by less than this share end the search."""

_ENDS = 2
"""A difference has two ends."""

_NEAR = 1e16
"""Mean squares of errors below this, in multiples of what is allowed, need exact derivatives."""
_POSSIBLE = 1.05
"""Least squares of an exact curve leave a mean square of at most 1; the rest is for steps that were not made."""

_RATES = ("lr", "min_lr", "warmup_start", "eta_min")
_AT_LEAST_0 = ("min_lr", "warmup_start", "hold", "stable")
_SHARES = ("power", "gamma", "div", "final_div", "cycle_mult", "cycle_decay")


class Refined(NamedTuple):
    """A curve and its errors.

    - ``excess``: the largest error, as a multiple of what is allowed: 1 or less if the curve is exact.
    - ``mean_square``: the mean square of the errors in the same unit.
    """

    curve: Curve
    excess: float
    mean_square: float = math.inf

    @property
    def exact(self) -> bool:
        """Whether every row agrees to all its digits."""
        return self.excess <= 1.0

    @property
    def possible(self) -> bool:
        """Whether other parameters may be exact: not if least squares leave a mean square above 1."""
        return self.exact or self.mean_square <= _POSSIBLE


def excess(curve: Curve, rows: Rows) -> float:
    """Return the largest error of a curve as a multiple of what is allowed, inf if it has no rate."""
    errors = _errors(curve, rows)
    return float(np.abs(errors).max()) if errors is not None else np.inf


def _errors(curve: Curve, rows: Rows) -> Floats | None:
    rates = curve.rates(rows.times)
    if rates is None or not np.isfinite(rates).all():
        return None
    errors: Floats = (rows.rates - rates) / rows.allowed
    return errors


def approach(curve: Curve, free: Sequence[str], rows: Rows) -> tuple[Curve, float]:
    """Return the curve after a few steps towards the rows, and the root mean square of its errors."""
    curve, errors = _least_squares(curve, free, rows, most=_FEW_STEPS)
    return curve, float(np.sqrt(np.mean(errors**2))) if errors is not None else np.inf


def refine(curve: Curve, free: Sequence[str], rows: Rows) -> Refined:
    """Return the curve with the free parameters whose errors have the least squares, by damped Gauss-Newton."""
    found = _refined(curve, free, rows)
    if found.exact or not math.isfinite(found.excess):
        return found
    for other, names in _retries(found, free, rows):
        again = _refined(other, names, rows)
        if again.mean_square < found.mean_square:
            found = again
    return found


def _refined(curve: Curve, free: Sequence[str], rows: Rows) -> Refined:
    curve, errors = _least_squares(curve, free, rows, most=_MOST_STEPS)
    if errors is None:
        return Refined(curve, math.inf, math.inf)
    return Refined(curve, float(np.abs(errors).max()), float(np.mean(errors**2)))


def level(found: Refined, free: Sequence[str], rows: Rows) -> Refined:
    """Return the curve with the free parameters whose largest error is least, once it is exact.

    Rounded rows may leave so little room that the parameters of least squares are not exact, but others are.
    """
    return found if found.exact or not free else _least_maximum(found, free, rows)


def _retries(found: Refined, free: Sequence[str], rows: Rows) -> Iterator[tuple[Curve, Sequence[str]]]:
    """Yield where to start again: past the last row, and with parameters that are at their bounds fixed there."""
    curve = found.curve
    for margin in (1.0, max(0.002 * rows.span, 2.0)):
        later = _ending_after_rows(curve, free, rows, margin)
        if later is not None:
            yield later, free
    inside = [name for name in free if name not in _AT_LEAST_0 or curve.get(name) > 0.0]
    if len(inside) < len(free) and not found.possible:
        yield curve, inside


def _ending_after_rows(curve: Curve, free: Sequence[str], rows: Rows, margin: float) -> Curve | None:
    """Return a curve that ended just before the last row and now ends after it: no derivative shows the way there."""
    name = "total" if "total" in free else "decay"
    if name not in free:
        return None
    end = sum(curve.get(each) for each in ("warmup", "stable", name)) - curve.offset
    missing = float(rows.times[-1]) - end
    if not 0.0 < missing < 0.02 * rows.span:
        return None
    return curve.having({name: curve.get(name) + missing + margin})


def _least_squares(curve: Curve, free: Sequence[str], rows: Rows, *, most: int) -> tuple[Curve, Floats | None]:
    errors = _errors(curve, rows)
    if errors is None:
        return curve, None
    damping = 1e-9
    norm = float(errors @ errors)
    for _ in range(most if free else 0):
        matrix, sizes = jacobian(curve, free, rows, central=norm < _NEAR * len(errors))
        for _ in range(6):
            trial = _stepped(curve, free, (matrix, sizes, errors), damping)
            after = _errors(trial, rows)
            if after is not None and (trial_norm := float(after @ after)) < norm:
                break
            damping = max(damping, 1e-7) * 30.0
        else:
            break
        gain = 1.0 - trial_norm / norm
        curve, errors, norm = trial, after, trial_norm
        damping = max(damping * 0.03, 1e-12)
        if norm < 1e-6 * len(errors) or gain < (1e-3 if norm < len(errors) else 1e-5):
            break
    return curve, errors


def _least_maximum(best: Refined, free: Sequence[str], rows: Rows) -> Refined:
    radius = math.inf
    for _ in range(_MOST_MINIMAX_STEPS):
        errors = _errors(best.curve, rows)
        if errors is None:
            break
        matrix, sizes = jacobian(best.curve, free, rows, central=True)
        trial, after, radius = _shorter_until_better(best, free, (matrix, sizes, errors), rows, radius)
        if trial is None:
            break
        gain = 1.0 - after / best.excess
        best = Refined(trial, after, best.mean_square)
        if best.exact or gain < _LEAST_GAIN:
            break
    return best


def _shorter_until_better(
    best: Refined, free: Sequence[str], linear: tuple[Floats, Floats, Floats], rows: Rows, radius: float
) -> tuple[Curve | None, float, float]:
    """Return a step that makes the largest error smaller, its error, and how long steps may be from now on."""
    matrix, sizes, errors = linear
    for _ in range(_MOST_SHORTER):
        step = minimax(*_within_radius(matrix, errors, radius, best.excess))
        trial = _moved(best.curve, free, step * sizes)
        if (after := excess(trial, rows)) < best.excess:
            return trial, after, radius * 2.0
        radius = 0.2 * min(radius, float(np.abs(step).max()))
    return None, best.excess, radius


def _within_radius(matrix: Floats, errors: Floats, radius: float, level: float) -> tuple[Floats, Floats]:
    """Return the linear problem with rows that keep steps within a radius, in which derivatives are still right."""
    if not math.isfinite(radius):
        return matrix, errors
    count = matrix.shape[1]
    weight = level / max(radius, 1e-300)
    return np.concatenate((matrix, weight * np.eye(count))), np.concatenate((errors, np.zeros(count)))


def jacobian(curve: Curve, free: Sequence[str], rows: Rows, *, central: bool = False) -> tuple[Floats, Floats]:
    """Return the derivatives of the rates over what is allowed, for parameters in units of their sizes; the sizes.

    - ``central``: whether differences are taken on both sides, which has far smaller errors.
    """
    sizes = np.array([_size(name, curve, rows) for name in free])
    base = curve.rates(rows.times)
    columns = []
    for name, size in zip(free, sizes.tolist(), strict=True):
        h = 1e-6 * size
        above = curve.having({name: curve.get(name) + h}).rates(rows.times)
        below = curve.having({name: curve.get(name) - h}).rates(rows.times) if central or above is None else None
        ends = [rates for rates in (above, below, base) if rates is not None][:_ENDS]
        steps = 2.0 if above is not None and below is not None else 1.0
        sign = 1.0 if above is not None else -1.0
        if len(ends) < _ENDS:
            columns.append(np.zeros(len(rows)))
        else:
            columns.append(sign * (ends[0] - ends[1]) / steps / 1e-6 / rows.allowed)
    return np.stack(columns, axis=1), sizes


def _size(name: str, curve: Curve, rows: Rows) -> float:
    value = abs(curve.get(name))
    if name in _RATES:
        return max(value, 0.1 * rows.peak)
    if name in _SHARES:
        return value or 1.0
    return max(value, 0.01 * rows.span) if name != OFFSET else max(value, 0.05 * rows.span, 1.0)


def _stepped(curve: Curve, free: Sequence[str], linear: tuple[Floats, Floats, Floats], damping: float) -> Curve:
    """Return the curve after a damped step; if a parameter reaches its bound, the others are solved for again."""
    matrix, sizes, errors = linear
    step = _damped(matrix, errors, damping) * sizes
    trial = _moved(curve, free, step)
    moved = np.array([trial.get(name) - curve.get(name) for name in free])
    cut = np.abs(moved - step) > 1e-9 * np.abs(step)
    if not cut.any() or cut.all():
        return trial
    rest = errors - matrix[:, cut] @ (moved[cut] / sizes[cut])
    step[cut] = moved[cut]
    step[~cut] = _damped(matrix[:, ~cut], rest, damping) * sizes[~cut]
    return _moved(curve, free, step)


def _damped(matrix: Floats, errors: Floats, damping: float) -> Floats:
    scale = np.sqrt((matrix**2).sum(axis=0)) + 1e-300
    scaled = matrix / scale
    stacked = np.concatenate((scaled, np.sqrt(damping) * np.eye(scaled.shape[1])))
    target = np.concatenate((errors, np.zeros(scaled.shape[1])))
    if not np.isfinite(stacked).all() or not np.isfinite(target).all():  # a parameter at its bound has no derivative
        return np.zeros(len(scale))
    step: Floats = np.linalg.lstsq(stacked, target, rcond=1e-13)[0] / scale
    return step


def _moved(curve: Curve, free: Sequence[str], step: Floats) -> Curve:
    """Return the curve with moved parameters, within the bounds that all schedules have."""
    moved = {}
    for name, by in zip(free, step.tolist(), strict=True):
        value = curve.get(name) + by
        if name in _AT_LEAST_0:
            value = max(value, 0.0)
        if name == "power":
            value = min(max(value, 0.05), 20.0)
        if name == "gamma":
            value = min(max(value, 1e-12), 1.0)
        moved[name] = value
    if "min_lr" in moved and "lr" in moved:
        moved["min_lr"] = min(moved["min_lr"], moved["lr"])
    return curve.having(moved)
