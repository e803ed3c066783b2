"""Linear fits whose largest error is as small as possible, by exchange of rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cosine_cli.logs.core.log import Floats

_MOST_EXCHANGES = 60


def minimax(matrix: Floats, values: Floats) -> Floats:
    """Return ``x`` such that the largest component of ``|values - matrix @ x|`` is least.

    - ``matrix``: shape (n, k) with n > k; ``values``: shape (n,).

    A solution equalizes the errors of k + 1 rows. The exchange replaces one of them by the row with the largest error,
    as Stiefel (1959) does, until there is none larger.
    """
    count = matrix.shape[1]
    solution: Floats = np.asarray(np.linalg.lstsq(matrix, values, rcond=None)[0], dtype=np.float64)
    if len(matrix) <= count + 1:
        return solution
    errors = values - matrix @ solution
    best, least = solution, float(np.abs(errors).max())
    chosen = _spread_extremes(errors, count + 1)
    for _ in range(_MOST_EXCHANGES):
        solution, level = _equalized(matrix[chosen], values[chosen])
        errors = np.abs(values - matrix @ solution)
        worst = int(errors.argmax())
        if errors[worst] < least:
            best, least = solution, float(errors[worst])
        if errors[worst] <= level * (1.0 + 1e-6) or worst in chosen:
            break
        chosen = _exchanged(matrix, values, chosen, worst)
    return best


def _spread_extremes(errors: Floats, count: int) -> Floats:
    """Return the rows with the largest error in each of ``count`` consecutive parts."""
    edges = np.linspace(0, len(errors), count + 1).astype(np.intp)
    return np.array([a + int(np.abs(errors[a:b]).argmax()) for a, b in pairwise(edges)])


def _weights(matrix: Floats) -> Floats:
    """Return weights of k + 1 rows, or of several sets of them, whose weighted sum is 0."""
    left: Floats = np.linalg.svd(matrix)[0]
    return left[..., :, -1]


def _equalized(matrix: Floats, values: Floats) -> tuple[Floats, float]:
    """Return the solution with errors of the same size in all k + 1 rows, and that size."""
    weights = _weights(matrix)
    signs = np.where(weights >= 0, 1.0, -1.0)
    level = float(weights @ values / np.abs(weights).sum())
    solution: Floats = np.asarray(np.linalg.lstsq(matrix, values - level * signs, rcond=None)[0], dtype=np.float64)
    return solution, abs(level)


def _exchanged(matrix: Floats, values: Floats, chosen: Floats, entering: int) -> Floats:
    """Return the chosen rows with one replaced by ``entering``, such that the level is highest."""
    sets = np.tile(chosen, (len(chosen), 1))
    np.fill_diagonal(sets, entering)
    weights = _weights(matrix[sets])
    levels = np.abs((weights * values[sets]).sum(axis=1)) / np.abs(weights).sum(axis=1)
    result: Floats = sets[int(levels.argmax())]
    return result
