"""The range of a logarithmic axis."""

from __future__ import annotations

from cosine_cli.render.core.log_range import decades_below


def test_a_logarithmic_axis_is_deep_enough_for_the_lowest_peak() -> None:
    assert [
        decades_below([0.1]),
        decades_below([0.1, 0.01]),
        decades_below([1.0, 1e-7]),
        decades_below([1.0, 0.0]),
    ] == [4, 4, 8, 4]
    assert decades_below([1e300, 1e-300]) == 40
