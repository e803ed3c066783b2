from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.render.core.between_rates import band_between_rates, between_rates, clipped, jump_between_rates
from cosine_cli.render.core.traces import Riser, Stroke

RATES = st.lists(st.integers(0, 8).map(lambda eighths: eighths / 8), min_size=2, max_size=12)
LIMITS = st.tuples(st.integers(0, 15), st.integers(1, 9)).map(lambda pair: (pair[0] / 16, (pair[0] + pair[1]) / 16))
TIMES = np.linspace(0.0, 1.0, 2001)[1:-1]


def stroke(rates: list[float]) -> Stroke:
    return Stroke(np.linspace(0.0, 1.0, len(rates)), np.array(rates))


def rates_at(parts: list[Stroke], time: float) -> list[float]:
    """Return the rates of the parts at a time, one part after the other."""
    return [float(np.interp(time, p.times, p.rates)) for p in parts if p.times[0] <= time <= p.times[-1]]


@given(rates=RATES, limits=LIMITS)
def test_every_point_inside_is_covered_and_no_other(rates: list[float], limits: tuple[float, float]) -> None:
    (bottom, top), whole = limits, stroke(rates)
    parts = between_rates(whole, bottom, top)
    assert all(len(part.times) > 1 and np.all((bottom <= part.rates) & (part.rates <= top)) for part in parts)
    for time in TIMES[::37]:
        rate = float(np.interp(time, whole.times, whole.rates))
        covered = rates_at(parts, time)
        if bottom + 1e-9 < rate < top - 1e-9:
            assert covered == pytest.approx([rate] * len(covered))
            assert covered
        elif not bottom - 1e-9 <= rate <= top + 1e-9:
            assert covered == []


@given(lows=RATES, rises=st.lists(st.integers(0, 8).map(lambda n: n / 8), min_size=12, max_size=12), limits=LIMITS)
def test_a_band_covers_what_is_inside(lows: list[float], rises: list[float], limits: tuple[float, float]) -> None:
    (bottom, top), low = limits, stroke(lows)
    high = Stroke(low.times, low.rates + np.array(rises[: len(lows)]))
    parts = band_between_rates(low, high, bottom, top)
    for one, other in parts:
        assert one.times.tolist() == other.times.tolist()
        assert np.all((bottom <= one.rates) & (one.rates <= other.rates) & (other.rates <= top))
    for time in TIMES[::37]:
        floor, ceiling = (float(np.interp(time, edge.times, edge.rates)) for edge in (low, high))
        inside = max(floor, bottom), min(ceiling, top)
        if inside[1] - inside[0] > 1e-9:
            assert rates_at([one for one, _ in parts], time)[0] == pytest.approx(inside[0])
            assert rates_at([other for _, other in parts], time)[0] == pytest.approx(inside[1])
        elif inside[1] - inside[0] < -1e-9:
            assert rates_at([one for one, _ in parts], time) == []


@given(rates=RATES, limits=LIMITS)
def test_the_outline_of_an_area_follows_the_limits(rates: list[float], limits: tuple[float, float]) -> None:
    whole = stroke(rates)
    times, cut = clipped(whole, *limits)
    expected = np.clip(np.interp(TIMES, whole.times, whole.rates), *limits)
    assert np.interp(TIMES, times, cut) == pytest.approx(expected)


def test_a_jump_is_cut_at_both_limits() -> None:
    assert jump_between_rates(Riser(3.0, 1.0, 0.0), 0.25, 0.5) == Riser(3.0, 0.5, 0.25)
    assert jump_between_rates(Riser(3.0, 0.1, 0.4), 0.25, 0.5) == Riser(3.0, 0.25, 0.4)
    assert jump_between_rates(Riser(3.0, 0.1, 0.2), 0.25, 0.5) is None
    assert jump_between_rates(Riser(3.0, 0.9, 0.6), 0.25, 0.5) is None
