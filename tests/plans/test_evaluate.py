"""A plan's numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.plans.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.model.plan import Plan


def test_rates_of_all_curves_at_chosen_times(plan: Callable[..., Plan]) -> None:
    found = evaluate(plan("cosine step:label=mine"), np.array([0.0, 50.0, 100.0]))
    assert found.labels == ("cosine", "mine")
    assert found.t.tolist() == [0.0, 50.0, 100.0]
    assert found.lr == pytest.approx(np.array([[0.1, 0.05, 0.0], [0.1, 0.01, 1e-4]]))
    assert (found.lr[0, 0], found.lr[0, 2]) == (0.1, 0.0)


def test_times_are_in_the_plans_unit(plan: Callable[..., Plan]) -> None:
    found = evaluate(plan("linear --steps-per-epoch 391"), np.array([0.0, 195.5, 39_100.0]))
    assert found.t.tolist() == [0.0, 0.5, 100.0]
    assert found.lr[0] == pytest.approx([0.1, 0.0995, 0.0])
    found = evaluate(plan("linear --steps 1000 --steps-per-epoch 10"), np.array([500.0]))
    assert found.t.tolist() == [500.0]


def test_a_rate_that_moves_once_an_epoch(plan: Callable[..., Plan]) -> None:
    found = evaluate(plan("linear --epochs 2 --steps-per-epoch 4 --update epoch"), np.arange(9.0))
    assert found.lr[0] == pytest.approx([0.1] * 4 + [0.05] * 4 + [0.0])
