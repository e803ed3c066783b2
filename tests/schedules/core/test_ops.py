"""NumPy's operations on times."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.schedules.core.ops import NUMPY


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.float64])
@pytest.mark.parametrize("bound", [-1, 2, 9])
def test_the_bounds_of_arrays_of_any_type(dtype: type, bound: int) -> None:
    times = np.arange(5, dtype=dtype)
    assert np.broadcast_to(NUMPY.minimum(times, bound), 5).tolist() == [min(t, bound) for t in range(5)]
    assert np.broadcast_to(NUMPY.maximum(times, bound), 5).tolist() == [max(t, bound) for t in range(5)]


def test_the_bounds_of_no_times() -> None:
    assert NUMPY.minimum(np.array([]), np.array([])).size == 0
    assert NUMPY.maximum(np.array([], dtype=np.int64), np.array([])).size == 0
