"""How many updates an epoch has, from the epochs of the rows."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.logs.core.log import Series
from cosine_cli.studies.diagnose.core.epoch_length import epoch_lengths


def series(times: list[float], epochs: list[float] | None) -> Series:
    array = np.asarray(times, dtype=np.float64)
    own = None if epochs is None else np.asarray(epochs, dtype=np.float64)
    return Series(times=array, rates=array, tolerances=array * 0, unit="step", column="lr", epochs=own)


@pytest.mark.parametrize(
    ("times", "epochs", "lengths"),
    [
        ([500, 1000, 3000], [500 / 313, 1000 / 313, 3000 / 313], [313]),
        ([10, 20, 30], [10 / 427.5, 20 / 427.5, 30 / 427.5], [427, 428]),  # 2 batches per update, an odd number
        ([100, 200], [0.98, 1.96], [102]),  # 200 / 1.965 = 101.8, 200 / 1.955 = 102.3
        ([1, 6, 7, 12, 13], [1, 1, 2, 2, 3], [6]),  # rows have the numbers of their epochs
        ([0, 5, 6, 11, 12], [0, 0, 1, 1, 2], [5, 6]),
        ([1, 2, 3], None, []),
        ([1, 2, 3], [0, 0, 0], []),
        ([1, 2, 3], [3, 2, 1], []),
    ],
)
def test_the_likeliest_lengths(times: list[float], epochs: list[float] | None, lengths: list[int]) -> None:
    found = epoch_lengths(series(times, epochs))
    assert sorted(found[: len(lengths)]) == lengths
    assert bool(found) == bool(lengths)
