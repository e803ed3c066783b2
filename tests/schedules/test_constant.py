"""The schedule ``constant``: one rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def test_every_rate_is_the_same_to_the_bit() -> None:
    assert set(Constant(lr=0.3)([0.0, 0.5, 1e6, np.inf]).tolist()) == {0.3}


def test_it_is_one_flat_piece_however_few_are_allowed() -> None:
    assert Constant(lr=0.3).pieces(1e12, 0) == [Piece(0.0, 1e12, "flat")]


def test_it_is_pytorchs_constant_factor_of_1(torch_rates: Callable[[str], NDArray[np.float64]]) -> None:
    assert Constant(lr=0.3)(np.arange(121)).tolist() == torch_rates("constant").tolist()
