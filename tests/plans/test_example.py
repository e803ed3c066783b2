"""The plan that shows a schedule by itself."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.plans.example import example
from cosine_cli.schedules.core import catalogue


@pytest.mark.parametrize("name", [name for name in catalogue.names() if name != "sequence"])
def test_it_is_what_the_name_alone_is(name: str) -> None:
    assert example(name) == planned(name)


def test_a_sequence_is_made_of_what_it_gives_as_an_example() -> None:
    curve = example("sequence").curves[0]
    # 0.1 for 80 of 100 epochs, then a straight line to 0.
    np.testing.assert_allclose(curve.schedule([0, 79, 80, 90, 100]), [0.1, 0.1, 0.1, 0.05, 0.0])
