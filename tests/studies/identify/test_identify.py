import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest

import cosine_cli as clr
from cosine_cli.logs.core.log import Series
from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.identify import identify
from cosine_cli.studies.identify.core.minimax import minimax


def rounded(rate: float, digits: int | None) -> float:
    return float(f"{rate:.{digits - 1}e}")


def series_of(rates: Sequence[float], times: Iterable[float], digits: int | None = None) -> Series:
    """A series with rates that are printed with some digits, or with all of them."""
    stamps = np.array(list(times), dtype=np.float64)
    values = np.array([rate if digits is None else rounded(rate, digits) for rate in rates])
    room = [
        1e-15 * rate if digits is None else 0.5 * 10.0 ** (math.floor(math.log10(rate)) + 1 - digits) if rate else 0.0
        for rate in values
    ]
    return Series(times=stamps, rates=values, tolerances=np.array(room), unit="step", column="lr")


def warmup_then(t: float, *, warmup: float, peak: float, fall: Callable[[float], float]) -> float:
    return peak * t / warmup if t < warmup else peak * fall(t - warmup)


def linear(t: float) -> float:
    return warmup_then(t, warmup=90, peak=5e-4, fall=lambda u: 1 - u / 910)


def cosine(t: float) -> float:
    return warmup_then(t, warmup=90, peak=5e-4, fall=lambda u: 0.1 + 0.9 * (1 + math.cos(math.pi * u / 910)) / 2)


def exponential(t: float) -> float:
    return 0.1 * 0.95 ** (t / 40)


def inverse_sqrt(t: float) -> float:
    return 0.1 / math.sqrt(1 + t / 57)


def polynomial(t: float) -> float:
    return 0.01 * (1 - t / 1000) ** 0.9


def drops(t: float) -> float:
    return 0.1 * 0.2 ** ((t >= 400) + (t >= 700))


CURVES = {
    "linear:lr=0.0005,total=910,warmup=90": linear,
    "cosine:lr=0.0005,total=910,min_lr=5e-05,warmup=90": cosine,
    "exponential:per=40,lr=0.1,gamma=0.95": exponential,
    "inverse_sqrt:lr=0.1,timescale=57": inverse_sqrt,
    "polynomial:lr=0.01,total=1000,power=0.9": polynomial,
    "multistep:lr=0.1,milestones=400/700,gamma=0.2": drops,
}


@pytest.mark.parametrize("digits", [None, 6, 4])
@pytest.mark.parametrize("spec", CURVES)
def test_finds_a_schedule_with_its_parameters(spec: str, digits: int | None) -> None:
    times = range(0, 1000, 10)
    found = identify(series_of([CURVES[spec](t) for t in times], times, digits))
    assert found.best is not None
    assert found.best.exact
    assert found.reason == ""
    assert found.best.spec == spec


@pytest.mark.parametrize("spec", CURVES)
def test_the_real_parser_gives_the_rates_of_the_log(spec: str) -> None:
    times = np.arange(0, 1000, 10)
    expected = [CURVES[spec](float(t)) for t in times]
    found = identify(series_of(expected, times))
    assert found.best is not None
    plan = clr.plan(found.best.spec, steps=1000)
    assert np.allclose(plan.rates(at=(times + found.best.offset).tolist()).lr[0], expected, rtol=0, atol=1e-12)


def test_finds_the_offset_of_the_rows() -> None:
    times = range(10, 1001, 10)
    found = identify(series_of([linear(t - 1) for t in times], times))
    assert found.best is not None
    assert (found.best.spec, found.best.offset) == ("linear:lr=0.0005,total=910,warmup=90", -1.0)


def test_counts_updates_that_the_scheduler_missed() -> None:
    times = np.arange(10, 1001, 10)
    lags = 2.0 + (times > 300) + (times > 640)
    found = identify(series_of([linear(t - lag) for t, lag in zip(times, lags, strict=True)], times))
    assert found.best is not None
    assert found.best.spec == "linear:lr=0.0005,total=910,warmup=90"
    assert found.lags is not None
    assert (found.lags == lags).all()


def test_a_run_that_stopped_early_has_the_share_that_was_seen() -> None:
    times = range(0, 220, 5)
    found = identify(series_of([linear(t) for t in times], times))
    assert found.best is not None
    assert found.best.length == 1000
    assert found.seen == pytest.approx(0.216)


@pytest.mark.parametrize("power", [0.3, 3.0])
def test_rates_of_few_decimals_that_end_at_0(power: float) -> None:
    times = np.arange(0.0, 1001.0, 20.0)
    left = 1.0 - np.maximum(times - 200.0, 0.0) / 800.0
    rates = np.round(2e-6 * (0.1 + 0.9 * left**power), 8)
    rates[-1] = 0.0
    found = identify(Series(times=times, rates=rates, tolerances=np.full(51, 5e-9), unit="step", column="lr"))
    assert not found.exact
    assert found.reason


def test_a_fall_before_the_end_of_the_line_of_the_warmup(capfd: pytest.CaptureFixture[str]) -> None:
    # The line reaches the peak at 10.3, after the last row: LAPACK complains about fits to no times.
    identify(series_of([*(t / 10.3 for t in range(10)), 1.0, 0.5], [*range(11), 10.2], 5))
    assert capfd.readouterr() == ("", "")


def test_stairs_of_no_schedule() -> None:
    times = np.arange(0.0, 6000.0, 10.0)
    found = identify(series_of(((1.0 - times // 80 / 80) ** (1.0 + times // 80 / 50)).tolist(), times))
    assert not found.exact
    assert found.reason


def test_noise_is_not_called_exact() -> None:
    rates = np.random.default_rng(3).uniform(0.1, 0.2, 200)
    found = identify(series_of(rates.tolist(), range(200)))
    assert found.best is None or not found.best.exact
    assert found.reason


@pytest.mark.parametrize(
    ("rates", "reason"),
    [([0.1] * 4, "it has 4 rows with a rate, and at least 5 are needed"), ([0.0] * 9, "every rate is 0")],
)
def test_says_why_nothing_is_found(rates: Sequence[float], reason: str) -> None:
    found = identify(series_of(rates, range(len(rates))))
    assert found.best is None
    assert found.reason == reason


def test_minimax_equalizes_the_largest_errors() -> None:
    # The line closest to x**2 on [0, 1] is x - 1/8, with an error of 1/8: Chebyshev's.
    x = np.linspace(0.0, 1.0, 101)
    solution = minimax(np.stack((x, np.ones_like(x)), axis=1), x**2)
    assert solution == pytest.approx([1.0, -0.125], abs=1e-9)


@pytest.mark.parametrize(("every", "warmup"), [(0.0, 0.0), (0.0, 9.0), (5.0, 0.0)])
def test_the_spec_of_a_shifted_curve_has_its_rates(every: float, warmup: float) -> None:
    values = {"lr": 0.1, "total": 50.0, **({"warmup": warmup} if warmup else {})}
    curve = Curve(name="cosine", values=values, ahead=-1.0, every=every)
    times = np.arange(60.0)
    assert (clr.plan(curve.spec, steps=60).rates(at=times.tolist()).lr[0] == curve.rates(times)).all()


def test_a_decay_after_the_first_rows_begins_after_a_warmup() -> None:
    times = range(300, 1000, 10)
    found = identify(series_of([cosine(t) for t in times], times, 6))
    assert found.best is not None
    assert (found.best.spec, found.best.offset) == ("cosine:lr=0.0005,total=910,min_lr=5e-05,warmup=90", 0.0)


@pytest.mark.parametrize(("digits", "doubtful"), [(3, True), (None, False)])
def test_numbers_that_are_not_round_are_doubtful_with_few_digits(digits: int | None, *, doubtful: bool) -> None:
    times = range(0, 900, 20)
    found = identify(series_of([0.1 * (1 - (t / 4000) ** 1.1) for t in times], times, digits))
    assert found.exact == doubtful
    assert found.doubtful == doubtful


def test_a_warmup_of_two_digits() -> None:
    times = range(0, 6000, 10)
    found = identify(series_of([0.000144 * min(t / 1658, 1) for t in times], times, 2))
    assert found.best is not None
    assert found.exact
    assert found.first == 0
    # 1612 steps to 0.00014 are 1658 to 0.000144.
    assert found.best.spec == "constant:lr=0.00014,warmup=1612"


def test_a_decay_that_looks_constant_is_doubtful() -> None:
    # From 0.1 to 0.0992 in the rows after the warmup: 0.1 or 0.099.
    times = range(0, 300, 10)
    found = identify(series_of([0.05 if t < 50 else 0.1 * (1 - ((t - 50) / 2800) ** 2) for t in times], times, 2))
    assert found.best is None or found.doubtful or not found.exact


def test_a_drop_between_two_rows_is_at_a_whole_step() -> None:
    times = range(0, 1000, 10)
    found = identify(series_of([drops(t) for t in times], times))
    assert found.best is not None
    assert found.best.ranges == {"milestone 1": (391, 400), "milestone 2": (691, 700)}


def test_the_rate_of_the_last_rollout_with_rows_between() -> None:
    # Rates change after every 50 steps; a row at the end of 50 steps has the rate with which they began.
    times = sorted({*range(100, 3000, 50), *range(190, 3000, 190)})
    found = identify(series_of([3e-4 * (1 - 50 * ((t - 1) // 50) / 4500) for t in times], times))
    assert found.best is not None
    assert found.best.exact
    assert (found.best.spec, found.best.offset) == ("staircase:every=50,of='linear:lr=0.0003,total=4500'", -1.0)
    # The rows are as well those of a decay that ends on a floor where the log ends.
    low, high = found.best.ranges["total"]
    assert low <= 3000
    assert high >= 4500


def ultralytics(epoch: float) -> float:
    # The rate of the last of 3 iterations of an epoch, in a warmup of 100 iterations.
    return 0.01 * (1 - 0.99 * (epoch - 1) / 150) * min((3 * epoch - 1) / 100, 1)


def test_a_warmup_that_multiplies_the_decay() -> None:
    epochs = range(1, 151)
    found = identify(series_of([ultralytics(epoch) for epoch in epochs], epochs, 5))
    assert found.best is not None
    assert found.exact
    assert (found.best.spec, found.best.offset) == ("linear:lr=0.01,total=150,min_lr=0.0001", -1.0)
    assert found.first == 33
    assert found.factor is not None
    assert found.factor == (pytest.approx(0.02), pytest.approx(101 / 3, abs=0.01))


def test_first_rows_that_are_near_the_warmup_of_the_decay() -> None:
    # The rate of the warmup changes once in 4 steps, and it is that of the steps before in the last ones of an epoch.
    def rate(step: int) -> float:
        update = step // 50 * 12 + min(step % 50 // 4, 11)
        return 0.004 * update / 120 if step < 500 else 0.004 * (1 + math.cos(math.pi * (step - 500) / 4500)) / 2

    steps = range(0, 5000, 10)
    found = identify(series_of([rate(step) for step in steps], steps, 5))
    assert found.best is not None
    assert found.exact
    assert (found.best.spec, found.best.offset) == ("cosine:lr=0.004,total=4500,warmup=500", 0.0)
    assert 45 <= found.first <= 50
    # 10 / 120 instead of 40 / 500 of the peak at step 40.
    assert found.missed == pytest.approx(1 / 300, rel=1e-3)


def test_a_line_that_stops_early_has_ranges_of_its_end_and_floor() -> None:
    times = range(0, 220, 5)
    found = identify(series_of([linear(t) for t in times], times, 6))
    assert found.best is not None
    low, high = found.best.ranges["total"]
    floor = found.best.ranges["min_lr"]
    # Half as long to half the peak is the same line: its slope is all that the rows show.
    assert (low, high) == (pytest.approx(455), pytest.approx(910))
    assert floor == (pytest.approx(0, abs=1e-9), pytest.approx(2.5e-4, rel=1e-3))


def test_a_horizon_in_the_log_pins_the_end() -> None:
    times = range(0, 220, 5)
    found = identify(series_of([linear(t) for t in times], times, 6), horizon=1000)
    assert found.best is not None
    assert found.best.ranges == {}


def test_a_log_inside_its_warmup_is_a_warmup_of_unknown_end() -> None:
    times = range(5, 80, 5)
    found = identify(series_of([linear(t) for t in times], times))
    assert found.best is not None
    assert found.best.spec == "piecewise_interpolated:times=0/75,values=0/0.0004166666667"
    assert found.best.ranges["warmup"] == (75, math.inf)
    assert "constant:lr=0.0005,warmup=90" in [other.spec for other in found.others]


@pytest.mark.parametrize(("total", "text"), [(1000.0, "1000"), (4e15, "4000000000000000"), (1e16, "1e+16")])
def test_a_whole_number_in_a_spec_has_no_decimal_point(total: float, text: str) -> None:
    assert Curve(name="linear", values={"lr": 0.1, "total": total}).spec == f"linear:lr=0.1,total={text}"


def test_a_drop_at_the_end_of_the_warmup_is_no_decay_between_two_rows() -> None:
    times = range(19, 1500, 20)  # no row shows the peak of 1e-3 at step 1000
    rates = [1e-3 * (0.001 + 0.999 * t / 1000) if t < 1000 else 5e-5 for t in times]
    found = identify(series_of(rates, times))
    assert found.best is not None
    assert found.best.exact
    assert found.best.spec == "step:lr=0.001,step_size=1010,gamma=0.05,warmup=1000,warmup_start=1e-06"
    assert found.best.ranges["step_size"] == (1000, 1019)
    assert {other.spec.partition(":")[0] for other in found.others} <= {"multistep"}


def test_a_log_inside_its_warmup_may_have_missed_updates() -> None:
    times = np.arange(50, 2001, 50)
    lags = 5.0 + (times > 600) + 2 * (times > 1400)
    found = identify(series_of([1e-9 * (t - lag) for t, lag in zip(times, lags, strict=True)], times))
    assert found.best is not None
    assert found.best.exact
    assert found.best.spec == "piecewise_interpolated:times=0/1992,values=0/1.992e-06"
    assert found.best.ranges == {"warmup": (1992, math.inf), "lr": (1.992e-6, math.inf)}
    assert found.lags is not None
    assert found.lags.tolist() == lags.tolist()


@pytest.mark.parametrize(
    ("times", "lag", "spec"),
    [
        (range(19, 3000, 20), 0, "constant:lr=0.00025,warmup=1000,warmup_start=2.5e-07"),
        (range(100, 3001, 100), 1, "constant:lr=0.00025,warmup=1000,warmup_start=2.5e-07"),
    ],
)
def test_a_warmup_that_starts_above_0_is_not_one_that_starts_early(times: range, lag: int, spec: str) -> None:
    rates = [2.5e-4 * (0.001 + 0.999 * min(t - lag, 1000) / 1000) for t in times]
    found = identify(series_of(rates, times))
    assert found.best is not None
    assert (found.best.spec, found.best.offset, found.best.exact) == (spec, -lag, True)


def test_restarts_may_end_with_the_last_row() -> None:
    def rate(t: float) -> float:  # three cycles of 500 steps; Transformers ends at 0 instead of another restart
        return 2e-4 * (1 + math.cos(math.pi * (t / 500 % 1))) / 2 if t < 1500 else 0.0

    times = range(10, 1501, 10)
    found = identify(series_of([rate(t) for t in times], times))
    assert found.best is not None
    assert (found.best.spec, found.best.exact) == ("hard_restarts:lr=0.0002,total=1500,cycles=3", True)


@pytest.mark.parametrize("lag", [0, 1])
def test_a_wave_that_rises_to_its_last_row(lag: int) -> None:
    times = range(10, 601, 10)
    found = identify(series_of([1e-4 * (1 + math.cos(math.pi * (t - lag) / 300)) / 2 for t in times], times))
    assert found.best is not None
    assert found.best.exact
    assert (found.best.spec, found.best.offset) == ("torch.CosineAnnealingLR:lr=0.0001,T_max=300,eta_min=0", -lag)


def test_averages_of_a_constant_rate_are_near_it() -> None:
    rates = [4.99999849e-4, 4.99999674e-4, 4.99999674e-4, 5.00000431e-4, 5.0000008e-4]
    found = identify(series_of(rates, range(3999, 20000, 4000)))
    assert found.best is not None
    assert (found.best.spec, found.best.exact) == ("constant:lr=0.0005", False)
    assert found.best.error == pytest.approx(8.62e-7, rel=0.001)  # 4.31e-10 of 5e-4


@pytest.mark.parametrize(
    ("first", "every", "lag", "horizon", "spec"),
    [
        (100, 100, 0, None, "cosine:lr=5e-05,total=950,warmup=50"),
        (100, 100, 1, 1000, "cosine:lr=5e-05,total=950,warmup=50"),
        (100, 50, 8, 1000, "cosine:lr=5e-05,total=950,warmup=50"),  # as late as a warmup of 58
    ],
)
def test_a_warmup_before_the_first_row(first: int, every: int, lag: int, horizon: int | None, spec: str) -> None:
    times = range(first, 1001, every)
    rates = [5e-5 * (1 + math.cos(math.pi * (t - lag - 50) / 950)) / 2 for t in times]
    found = identify(series_of(rates, times), horizon=horizon)
    assert found.best is not None
    assert (found.best.spec, found.best.offset, found.best.exact) == (spec, -lag, True)


def test_a_line_from_a_round_peak_begins_late() -> None:
    times = range(50, 401, 50)
    found = identify(series_of([5e-5 * (426 - t) / 383 for t in times], times))  # after a warmup of 43
    assert found.best is not None
    assert found.best.spec == "linear:lr=5e-05,total=383,warmup=43"


def test_a_jump_before_a_decay_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    times = range(0, 2740, 10)
    rates = [0.05 * t / 3000 if t <= 1500 else 0.05 * (1 - t / 128440) ** 0.9 for t in times]
    assert identify(series_of(rates, times)).best is not None
    assert capfd.readouterr() == ("", "")


def test_a_warmup_that_multiplies_most_of_the_decay_and_ends_after_the_peak() -> None:
    epochs = range(1, 151)  # the peak of the product is at epoch 76
    rates = [0.001667 * min((epoch - 1) / 100, 1.0) * (1 - 0.99 * (epoch - 1) / 150) for epoch in epochs]
    found = identify(series_of(rates, epochs, digits=6))
    assert found.best is not None
    assert found.best.spec == "linear:lr=0.001667,total=150,min_lr=1.667e-05"
    assert found.first == 100
    assert found.factor is not None
    assert (found.factor.first, found.factor.until) == (0.0, pytest.approx(101, abs=0.01))


def test_first_rows_that_are_most_of_the_log_do_not_have_any_warmup() -> None:
    times = range(100)
    rates = [1e-4 * t if t < 40 else 0.004 - 1e-6 * (t - 40) ** 2 if t < 70 else 0.02 - 0.0002 * t for t in times]
    found = identify(series_of(rates, times))
    assert found.best is None or not found.best.exact
    assert found.first == 0


def mmengine(step: int) -> float:
    # LinearLR of MMEngine: from 0.001 to 1 in 499 updates; the row of step 1 has the rate of the first update.
    return 0.02 * min(0.001 + 0.999 * (step - 1) / 499, 1.0)


def test_steps_from_1_with_the_rate_at_the_start_of_the_warmup() -> None:
    times = range(50, 1201, 50)
    found = identify(series_of([mmengine(step) for step in times], times))
    assert found.best is not None
    assert (found.best.spec, found.best.offset) == ("constant:lr=0.02,warmup=499,warmup_start=2e-05", -1.0)


def test_drops_after_steps_from_1_with_the_rate_at_the_start_of_the_warmup() -> None:
    times = range(50, 1201, 50)
    drops = [mmengine(step) * 0.1 ** ((step - 1 >= 800) + (step - 1 >= 1100)) for step in times]
    found = identify(series_of(drops, times))
    assert found.best is not None
    assert found.first == 0
    assert found.best.offset == -1.0
    assert found.best.spec == "multistep:lr=0.02,milestones=800/1100,gamma=0.1,warmup=499,warmup_start=2e-05"


def test_a_line_of_few_digits_is_a_line() -> None:
    found = identify(series_of([6e-4, 5e-4, 4e-4, 3e-4, 2e-4], range(100, 600, 100), digits=1))
    assert found.best is not None
    assert found.best.spec == "linear:lr=0.0007,total=700"
    assert "cosine" in {other.spec.partition(":")[0] for other in found.others}


def test_a_line_behind_the_steps_of_the_log_ends_at_0() -> None:
    times = range(10, 10_001, 10)
    found = identify(series_of([5e-5 * (1 - (t - 3) / 10_000) for t in times], times), horizon=10_000)
    assert found.best is not None
    assert (found.best.spec, found.best.offset, found.best.exact) == ("linear:lr=5e-05,total=10000", -3, True)


@pytest.mark.parametrize(("last", "count"), [([0.09], "1 row"), ([0.09, 0.08], "2 rows")])
def test_too_few_rows_after_the_peak(last: list[float], count: str) -> None:
    found = identify(series_of([0.02, 0.04, 0.06, 0.08, 0.1, *last], range(10, 80, 10)[: 5 + len(last)]))
    assert found.best is None
    assert found.reason == f"it has {count} after its highest rate, and at least 3 are needed"


@pytest.mark.parametrize("last", [[0.01, 0.01], [0.09, 0.08, 0.07]])
def test_enough_rows_after_the_peak(last: list[float]) -> None:
    found = identify(series_of([0.02, 0.04, 0.06, 0.08, 0.1, *last], range(10, 90, 10)[: 5 + len(last)]))
    assert found.best is not None
    assert found.best.exact


def test_rows_two_epochs_late_show_a_line_between_few_digits() -> None:
    epochs = range(8, 31)  # as Ultralytics 8.1 logs 30 epochs: 0.000714 (1 - 0.99 e / 30) with e = epoch - 2
    found = identify(series_of([0.000714 * (1 - 0.99 * (epoch - 2) / 30) for epoch in epochs], epochs, digits=5))
    assert found.best is not None
    assert (found.best.spec, found.best.offset) == ("linear:lr=0.000714,total=30,min_lr=7.14e-06", -2)
    assert not found.doubtful
    low, high = found.best.ranges.get("min_lr", (7.14e-06, 7.14e-06))
    assert low <= 7.14e-06 <= high
