"""Tables of rates: short ones have each rate, long ones as many knots as they need."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.importers.core.tables import MOST_KNOTS, MOST_RATES, check_length, table


def numbers(rates: list[float], name: str) -> list[float]:
    parts = table(rates, "f:1:1", "step").params[name].parts
    assert parts is not None
    return [float(part.text) for part in parts]  # type: ignore[union-attr]


def test_a_short_table_has_each_rate() -> None:
    rates = [0.1, 0.3, 0.2, 0.0]
    assert numbers(rates, "times") == [0, 1, 2, 3]
    assert numbers(rates, "values") == rates


def test_a_long_table_has_fewer_knots_and_is_as_exact() -> None:
    length = 4 * MOST_KNOTS + 3
    rates = [t / length * math.cos(0.3 * t / length) for t in range(length)]
    times, values = numbers(rates, "times"), numbers(rates, "values")
    assert len(times) <= MOST_KNOTS + 1
    assert times[-1] == length - 1
    assert np.interp(np.arange(length), times, values) == pytest.approx(rates, rel=0, abs=1e-8)


def test_a_table_that_needs_more_knots_is_an_error() -> None:
    rates = [0.1 + 0.1 * (t % 2) for t in range(2 * MOST_KNOTS)]
    with pytest.raises(RequestError, match=r"f:1:1: no schedule has .* needs more than 5,000 knots"):
        table(rates, "f:1:1", "step")


def test_the_number_of_rates_is_limited() -> None:
    check_length(MOST_RATES, "f:1:1")
    with pytest.raises(RequestError, match=r"f:1:1: no schedule has .* at most 200,000 rates, got 200,001"):
        check_length(MOST_RATES + 1, "f:1:1")
