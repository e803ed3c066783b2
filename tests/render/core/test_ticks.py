from __future__ import annotations

from itertools import pairwise

import pytest

from cosine_cli.render.core.ticks import log_ticks, rate_ticks, tick_rate, tick_time, time_ticks


def texts(ticks: list) -> list[str]:
    return [tick.text for tick in ticks]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (100, "0 10 20 30 40 50 60 70 80 90 100"),
        (150, "0 25 50 75 100 125 150"),
        (90, "0 10 20 30 40 50 60 70 80 90"),
        (10_000, "0 1k 2k 3k 4k 5k 6k 7k 8k 9k 10k"),
        (10**12, "0 100G 200G 300G 400G 500G 600G 700G 800G 900G 1T"),
        (3, "0 1 2 3"),
        (1, "0 1"),
    ],
)
def test_times_divide_the_run_by_a_round_step(until: int, expected: str) -> None:
    assert texts(time_ticks(until, 474 / 40)) == expected.split()


def test_where_no_round_step_divides_the_run_its_end_stands_beside_round_ticks() -> None:
    assert texts(time_ticks(97, 474 / 40)) == ["0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "97"]
    assert texts(time_ticks(39_100, 474 / 40)) == ["0", "5k", "10k", "15k", "20k", "25k", "30k", "35k", "39.1k"]


def test_an_end_is_said_exactly_or_has_no_tick() -> None:
    assert texts(time_ticks(450_450, 4)) == ["0", "200k", "450.45k"]
    assert texts(time_ticks(1_234_567, 4)) == ["0", "500k", "1M", "1.234567M"]
    # 1000 steps in epochs of 400 are 2.5 epochs; in epochs of 391 they are 2.557544757...
    assert texts(time_ticks(2.5, 6, whole=False)) == ["0", "0.5", "1", "1.5", "2", "2.5"]
    assert texts(time_ticks(1000 / 391, 6, whole=False)) == ["0", "0.5", "1", "1.5", "2", "2.5"]


def test_parts_of_an_epoch_are_ticks_where_it_has_many_steps() -> None:
    assert texts(time_ticks(1, 6, whole=False)) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


@pytest.mark.parametrize("until", [1, 2, 7, 13, 26, 97, 365, 9999, 10_007, 123_456, 10**12 + 39, 2**53])
@pytest.mark.parametrize("most", [0.2, 1.5, 4.7, 11.8, 60])
def test_times_start_at_0_end_at_the_end_rise_and_are_few(until: int, most: float) -> None:
    ticks = time_ticks(until, most)
    values = [tick.value for tick in ticks]
    assert (values[0], values[-1]) == (0, until)
    assert all(a < b for a, b in pairwise(values))
    assert len(ticks) <= max(most, 1) + 2


@pytest.mark.parametrize(
    ("peak", "expected"),
    [
        (0.1, "0 0.025 0.05 0.075 0.1"),
        (3e-4, "0 1e-4 2e-4 3e-4"),
        (0.05, "0 0.025 0.05"),
        (1.0, "0 0.25 0.5 0.75 1"),
        (0.12, "0 0.03 0.06 0.09 0.12"),
        (7e-4, "0 2e-4 4e-4 6e-4 7e-4"),
        (1.99999e-5, "0 5e-6 1e-5 1.5e-5 1.99999e-5"),
        (0.51, "0 0.2 0.4 0.51"),
        (0.123456, "0 0.025 0.05 0.075 0.1 0.123456"),
        (1.23e-310, "0 2.5e-311 5e-311 7.5e-311 1e-310 1.23e-310"),
        (1.23456789, "0 0.25 0.5 0.75 1 1.23457"),
        (2 / 3, "0 0.2 0.4 0.666667"),
        (1.23456789e-310, "0 2.5e-311 5e-311 7.5e-311 1e-310 1.23457e-310"),
        (1e300, "0 2.5e299 5e299 7.5e299 1e300"),
        (1e-320, "0 2.5e-321 5e-321 7.5e-321 1e-320"),
    ],
)
def test_rates_are_at_most_five_round_numbers_and_the_peak(peak: float, expected: str) -> None:
    assert texts(rate_ticks(peak)) == expected.split()


@pytest.mark.parametrize("peak", [5e-324, 1e-310, 0.0999, 0.1 + 1e-17, 2 / 3, 9.99, 123_456.0, 1.7e308])
def test_rates_lie_between_0_and_the_peak_of_any_size(peak: float) -> None:
    ticks = rate_ticks(peak)
    assert 3 <= len(ticks) <= 6
    assert ticks[0].value == 0
    assert ticks[-1].value <= 1 + 1e-9
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_decades_are_powers_of_ten_at_their_distance_from_the_peak() -> None:
    ticks = log_ticks(0.1, 4, 1.25)
    assert texts(ticks) == ["1e-5", "1e-4", "0.001", "0.01", "0.1"]
    assert [round(tick.value, 9) for tick in ticks] == [-4, -3, -2, -1, 0]


@pytest.mark.parametrize(
    ("peak", "expected"),
    [
        (0.9, "1e-4 0.001 0.01 0.1 0.9"),
        (0.7, "1e-4 0.001 0.01 0.1 0.7"),
        (0.12, "1e-4 0.001 0.01 0.12"),
        (1.99999e-5, "1e-8 1e-7 1e-6 1e-5 1.99999e-5"),
        (2 / 3, "1e-4 0.001 0.01 0.1 0.666667"),
    ],
)
def test_a_logarithmic_axis_has_a_tick_at_the_peak_and_no_power_of_ten_too_close_to_it(
    peak: float, expected: str
) -> None:
    ticks = log_ticks(peak, 4, 1.25)
    assert texts(ticks) == expected.split()
    assert ticks[-1].value == 0


def test_decades_are_few_however_many_there_are() -> None:
    assert len(log_ticks(1.0, 40, 1.25)) <= 5


def test_numbers_as_the_figure_says_them() -> None:
    assert [tick_rate(rate) for rate in (0.1, 1e-3, 3e-4, 0, 99_999, 1e300)] == [
        "0.1",
        "0.001",
        "3e-4",
        "0",
        "99999",
        "1e300",
    ]
    assert [tick_time(5593, 10_000), tick_time(500, 10_000), tick_time(2000, 9000)] == [
        "5.593k",
        "500",
        "2000",
    ]
