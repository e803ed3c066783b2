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
_MOST_MINIMAX_STEPS = 6

_NEAR = 1e16
"""Mean squares of errors below this, in multiples of what is allowed, need exact derivatives."""
_HOPELESS = 40.0
"""A least-squares fit whose root mean square is so many times what is allowed cannot become exact."""

_RATES = ("lr", "min_lr", "warmup_start")
_AT_LEAST_0 = ("min_lr", "warmup_start", "hold", "stable")
_SHARES = ("power", "gamma", "div", "final_div", "cycle_mult", "cycle_decay")


class Refined(NamedTuple):
    """A curve and its largest error, as a multiple of what is allowed: 1 or less if it is exact."""

    curve: Curve
    excess: float

    @property
    def exact(self) -> bool:
        """Whether every row agrees to all its digits."""
        return self.excess <= 1.0


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
    """Return the curve with the free parameters whose largest error is least.

    Least squares come first, by Gauss-Newton with damping; then the largest error is minimized, since rounded rows may
    leave very little room.
    """
    found = _refined(curve, free, rows)
    if found.exact or not math.isfinite(found.excess):
        return found
    for other, names in _retries(found.curve, free, rows):
        again = _refined(other, names, rows)
        if again.excess < found.excess:
            found = again
        if found.exact:
            break
    return found


def _refined(curve: Curve, free: Sequence[str], rows: Rows) -> Refined:
    if not free:
        return Refined(curve, excess(curve, rows))
    curve, errors = _least_squares(curve, free, rows, most=_MOST_STEPS)
    if errors is None:
        return Refined(curve, np.inf)
    best = Refined(curve, float(np.abs(errors).max()))
    if best.exact or np.sqrt(np.mean(errors**2)) > _HOPELESS:
        return best
    return _least_maximum(best, free, rows)


def _retries(curve: Curve, free: Sequence[str], rows: Rows) -> Iterator[tuple[Curve, Sequence[str]]]:
    """Yield where to start again: past the last row, and with parameters that are at their bounds fixed there."""
    later = _ending_after_rows(curve, free, rows)
    if later is not None:
        yield later, free
    inside = [name for name in free if name not in _AT_LEAST_0 or curve.get(name) > 0.0]
    if len(inside) < len(free):
        yield curve, inside


def _ending_after_rows(curve: Curve, free: Sequence[str], rows: Rows) -> Curve | None:
    """Return a curve that ended just before the last row and now ends after it: no derivative shows the way there."""
    name = "total" if "total" in free else "decay"
    if name not in free:
        return None
    end = sum(curve.get(each) for each in ("warmup", "stable", name)) - curve.offset
    missing = float(rows.times[-1]) - end
    if not 0.0 <= missing < 0.02 * rows.span:
        return None
    return curve.having({name: curve.get(name) + missing + max(0.002 * rows.span, 1.0)})


def _least_squares(
    curve: Curve, free: Sequence[str], rows: Rows, *, most: int
) -> tuple[Curve, Floats | None]:
    errors = _errors(curve, rows)
    if errors is None:
        return curve, None
    damping = 1e-9
    norm = float(errors @ errors)
    for _ in range(most):
        matrix, sizes = jacobian(curve, free, rows, central=norm < _NEAR * len(errors))
        for _ in range(6):
            step = _damped(matrix, errors, damping)
            trial = _moved(curve, free, step * sizes)
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
    for _ in range(_MOST_MINIMAX_STEPS):
        errors = _errors(best.curve, rows)
        if errors is None:
            break
        matrix, sizes = jacobian(best.curve, free, rows)
        step = minimax(matrix, errors) * sizes
        for share in (1.0, 0.3, 0.05):
            trial = _moved(best.curve, free, share * step)
            if (after := excess(trial, rows)) < best.excess:
                break
        else:
            break
        gain = 1.0 - after / best.excess
        best = Refined(trial, after)
        if best.exact or gain < 0.01:
            break
    return best


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
        ends = [rates for rates in (above, below, base) if rates is not None][:2]
        steps = 2.0 if above is not None and below is not None else 1.0
        sign = 1.0 if above is not None else -1.0
        if len(ends) < 2:
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


def _damped(matrix: Floats, errors: Floats, damping: float) -> Floats:
    scale = np.sqrt((matrix**2).sum(axis=0)) + 1e-300
    scaled = matrix / scale
    stacked = np.concatenate((scaled, np.sqrt(damping) * np.eye(scaled.shape[1])))
    target = np.concatenate((errors, np.zeros(scaled.shape[1])))
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
