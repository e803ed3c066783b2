"""Keras's schedules: pieces, sums, lost restarts, refusals, and what comes nearest to a plain curve."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from framework_schedules_of import check_pieces, check_sum, said

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.frameworks.keras.cosine import CosineDecay, CosineDecayRestarts
from cosine_cli.frameworks.keras.decays import (
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from cosine_cli.frameworks.keras.nearest import nearest
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.inverse_time import InverseTime
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

EAGER = 2e-7

EACH = {
    "exponential": ExponentialDecay(decay_steps=10, decay_rate=0.8),
    "exponential in steps": ExponentialDecay(decay_steps=7, decay_rate=0.8, staircase=True),
    "exponential, at once": ExponentialDecay(decay_steps=7, decay_rate=0),
    "inverse time": InverseTimeDecay(decay_steps=10, decay_rate=0.5),
    "inverse time in steps": InverseTimeDecay(decay_steps=10, decay_rate=0.5, staircase=True),
    "piecewise": PiecewiseConstantDecay(boundaries=(30, 60), values=(0.1, 0.02, 0.05)),
    "piecewise in no order": PiecewiseConstantDecay(boundaries=(60, 30), values=(0.1, 0.02, 0.05)),
    "piecewise from before the start": PiecewiseConstantDecay(boundaries=(-1, 30.9), values=(0.1, 0.02, 0.05)),
    "polynomial": PolynomialDecay(decay_steps=60, power=2),
    "polynomial cycles": PolynomialDecay(decay_steps=30, power=2, cycle=True),
    "polynomial cycles of no whole number": PolynomialDecay(decay_steps=12.5, cycle=True),
    "polynomial cycles of one": PolynomialDecay(decay_steps=1, cycle=True),
    "exponential in late steps": ExponentialDecay(decay_steps=41, decay_rate=0.8, staircase=True),
    "inverse time in late steps": InverseTimeDecay(decay_steps=61, decay_rate=0.8, staircase=True),
    "polynomial, a root": PolynomialDecay(decay_steps=60, power=0.5),
    "late equal restarts": CosineDecayRestarts(first_decay_steps=41, t_mul=1, m_mul=0.8, alpha=0.1),
    "a late first restart": CosineDecayRestarts(first_decay_steps=10, t_mul=1.05, alpha=0.1),
    "cosine": CosineDecay(decay_steps=70, alpha=0.1),
    "cosine without its climb": CosineDecay(decay_steps=70, warmup_steps=10),
    "cosine behind a climb": CosineDecay(
        initial_learning_rate=0.01, decay_steps=70, warmup_target=0.2, warmup_steps=12.5
    ),
    "restarts": CosineDecayRestarts(first_decay_steps=10, m_mul=0.5, alpha=0.01),
    "equal restarts": CosineDecayRestarts(first_decay_steps=10, t_mul=1, m_mul=0.8),
    "restarts, some lost": CosineDecayRestarts(first_decay_steps=5, t_mul=1.2),
    "restarts of no whole number": CosineDecayRestarts(first_decay_steps=7.5, t_mul=1.5),
}


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_pieces_are_what_they_say(schedule: Schedule) -> None:
    check_pieces(schedule, 200.0, precision=1e-6)


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_rates_are_between_the_floor_and_the_peak(schedule: Schedule) -> None:
    rates = schedule(np.linspace(0.0, min(300.0, schedule.ends), 1201))
    assert rates.min() >= schedule.floor - EAGER * schedule.peak
    assert rates.max() <= schedule.peak * (1 + EAGER)


LONG = {
    "stairs": ExponentialDecay(decay_steps=7, decay_rate=0.999, staircase=True),
    "inverse time": InverseTimeDecay(decay_steps=5000, decay_rate=0.5),
    "late stairs": ExponentialDecay(decay_steps=15.25, decay_rate=0.999, staircase=True),
    "later stairs": InverseTimeDecay(decay_steps=13, decay_rate=0.1, staircase=True),
    "cycles": PolynomialDecay(decay_steps=20, cycle=True),
    "early cycles": PolynomialDecay(decay_steps=15, cycle=True),
    "late equal restarts": CosineDecayRestarts(first_decay_steps=24.5, t_mul=1, m_mul=0.999),
    "cosine": CosineDecay(decay_steps=20_000, warmup_target=0.2, warmup_steps=500),
    "restarts": CosineDecayRestarts(first_decay_steps=2),
    "equal restarts": CosineDecayRestarts(first_decay_steps=20, t_mul=1, m_mul=0.999),
}


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_sums_of_long_runs_are_sums_of_rates(schedule: Schedule) -> None:
    check_sum(schedule, 30_000, precision=EAGER)


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_a_run_of_10_to_the_12_costs_no_more_than_a_short_one(schedule: Schedule) -> None:
    assert len(schedule.pieces(1e12, 1000)) <= 1010
    assert np.isfinite(schedule([0.0, 1e6, 1e12])).all()


@pytest.mark.parametrize("first", [1, 10, 50, 128])
def test_restarts_that_log_loses_begin_one_update_late(first: int) -> None:
    restarts = CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=first, alpha=0.01)
    # 2 ** 13 - 1 and 2 ** 15 - 1: log in 32 bits gives a hair less than 13 and 15.
    lost = np.array([8191.0, 32767.0]) * first
    assert restarts(lost).tolist() == pytest.approx([0.001, 0.001])
    one_in = 0.001 + 0.099 * (1 + np.cos(np.pi / (first * np.array([2.0**13, 2.0**15])))) / 2
    assert restarts(lost + 1).tolist() == pytest.approx(one_in.tolist(), rel=1e-6)
    kept = first * (2.0 ** np.array([1, 5, 12, 14, 16]) - 1)
    assert restarts(kept).tolist() == pytest.approx([0.1] * 5)


def test_a_lost_restart_is_a_piece_of_its_own() -> None:
    pieces = LONG["restarts"].pieces(20_000.0, 1000)
    lost = 2.0 * 8191
    assert [piece[:3] for piece in pieces if piece.t0 <= lost + 1 and piece.t1 >= lost] == [
        (2.0 * 4095, lost, "smooth"),
        (lost, lost + 1, "flat"),
        (lost + 1, 20_000.0, "smooth"),
    ]
    assert LONG["restarts"]([lost, lost + 0.5]).tolist() == [0.0, 0.0]


def test_shrinking_cycles_come_to_an_end() -> None:
    restarts = CosineDecayRestarts(first_decay_steps=10, t_mul=0.5)
    assert restarts.ends == 19
    assert np.isfinite(restarts(19))
    assert np.isnan(restarts([20, 1000])).all()
    check_pieces(restarts, 15.0, precision=1e-6)


def test_cycles_too_many_to_count_are_refused() -> None:
    with pytest.raises(ParameterError, match="must give at most 1,000,000 cycles of different lengths"):
        CosineDecayRestarts(first_decay_steps=1, t_mul=1.00001)


@pytest.mark.parametrize("factor", [0.9, 1.001, 1.05, 1.2, 3.0])
def test_between_two_calls_the_wave_goes_on_as_32_bits_have_it(factor: float) -> None:
    """1.001 in 32 bits is 1.00100005: after 5,000 cycles the difference is a whole cycle's."""
    restarts = CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=10, t_mul=factor)
    calls = np.arange(90.0) if factor < 1 else np.arange(2_900_000.0, 3_000_000.0)
    assert np.abs(restarts(calls + 1e-3) - restarts(calls)).max() < 1e-2


def test_very_many_cycles_of_different_lengths_are_a_row() -> None:
    restarts = CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=10, t_mul=1.001)
    run = 3_000_000
    assert [piece.kind for piece in restarts.pieces(run, 1000)] == ["cycles"]
    assert total(restarts, run) == pytest.approx(float(np.sum(restarts(np.arange(float(run))))), rel=1e-6)


def test_a_multiplier_that_is_1_in_32_bits_is_1() -> None:
    restarts = CosineDecayRestarts(first_decay_steps=10, t_mul=1 + 1e-9)
    assert restarts([10, 20, 30]).tolist() == pytest.approx([0.1] * 3)


def due_and_lost(length: float, lost: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the updates of the first 16 multiples of a length, and which of them are lost."""
    numbers = np.arange(1.0, 17.0)
    return numbers * length, np.isin(numbers, lost)


# The cycles that XLA on a CPU lost: number times the float nearest to 1 / length is, rounded, less than whole.
LOST = {41: [1, 2, 4, 7, 8, 13, 14, 15, 16], 47: [1, 2, 4, 8, 16], 30: []}
each_lost = pytest.mark.parametrize(("length", "lost"), LOST.items(), ids=map(str, LOST))


@each_lost
def test_drops_of_a_staircase_come_an_update_late(length: int, lost: list[int]) -> None:
    due, late = due_and_lost(length, lost)
    stairs = ExponentialDecay(initial_learning_rate=1.0, decay_steps=length, decay_rate=0.5, staircase=True)
    halvings = np.log2(1.0 / stairs(due))
    assert halvings.tolist() == (np.arange(1.0, 17.0) - late).tolist()
    assert np.log2(1.0 / stairs(due + 1.0)).tolist() == list(range(1, 17))
    assert stairs.knots(17.0 * length, 100)[:16] == tuple((due + late).tolist())


@each_lost
def test_equal_restarts_that_are_lost_leave_the_floor_for_an_update(length: int, lost: list[int]) -> None:
    due, late = due_and_lost(length, lost)
    restarts = CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=length, t_mul=1, alpha=0.01)
    assert restarts(due).tolist() == pytest.approx(np.where(late, 0.001, 0.1).tolist(), abs=1e-7)
    one_in = 0.001 + 0.099 * (1 + math.cos(math.pi / length)) / 2
    assert restarts(due + 1.0).tolist() == pytest.approx([one_in] * 16, rel=1e-5)


def test_the_first_restart_is_lost_with_a_multiplier_of_1_05() -> None:
    restarts = CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=10, t_mul=1.05)
    ninth, eleventh = (0.1 * (1 + math.cos(share * math.pi)) / 2 for share in (9 / 10, 1 / 10.5))
    assert restarts([9, 10, 11]).tolist() == pytest.approx([ninth, 0.0, eleventh], abs=1e-7)
    assert restarts.eager(np.array([10.0]))[0] == pytest.approx(0.1)


def test_a_sawtooth_jumps_an_update_early() -> None:
    # 45 times the float nearest to 1 / 15 is more than 3, and the next cycle has begun by then.
    saw = PolynomialDecay(initial_learning_rate=1.0, decay_steps=15, end_learning_rate=0.0, cycle=True)
    assert saw([30, 45, 46]).tolist() == pytest.approx([0.0, 1 - 45 / 60, 1 - 46 / 60], abs=1e-6)
    assert saw.eager(np.array([45.0]))[0] == 0.0


def test_a_root_of_less_than_0_is_nan() -> None:
    root = PolynomialDecay(initial_learning_rate=0.1, decay_steps=10, end_learning_rate=0.01, power=0.5)
    assert root.ends == 9
    assert root.ends_in_nan
    assert np.isnan(root([10, 11, 1000])).all()
    assert root.eager(np.array([10.0, 11.0])).tolist() == pytest.approx([0.01, 0.01])
    assert root.why_it_ends.startswith("XLA computes 1 - step / 10 as 1 - step * (1 / 10), which is below 0")
    # 1 / 16 is a float.
    assert PolynomialDecay(decay_steps=16, power=0.5)([15, 16, 17]).tolist() == pytest.approx([0.0250750, 1e-4, 1e-4])


def test_a_boundary_is_the_last_update_with_the_old_rate() -> None:
    table = PiecewiseConstantDecay(boundaries=(30,), values=(0.1, 0.5))
    assert table([29, 30, 30.5, 31]).tolist() == pytest.approx([0.1, 0.1, 0.1, 0.5])


def test_rates_whose_ranges_overlap_are_added_up() -> None:
    # step <= 8 gives 0.1, step > 4 gives 0.4: updates 5 to 8 have both.
    table = PiecewiseConstantDecay(boundaries=(8, 4), values=(0.1, 0.2, 0.4))
    assert table([0, 4, 5, 8, 9]).tolist() == pytest.approx([0.1, 0.1, 0.5, 0.5, 0.4])


def test_a_sawtooth_jumps_behind_its_end() -> None:
    saw = PolynomialDecay(initial_learning_rate=1.0, decay_steps=10, end_learning_rate=0.0, cycle=True)
    # 1 - t / (10 ceil(t / 10)), and 1 at the start.
    assert saw([0, 5, 10, 11, 20, 21]).tolist() == pytest.approx([1.0, 0.5, 0.0, 0.45, 0.0, 0.3], abs=1e-6)


def test_a_climb_without_a_target_is_none() -> None:
    assert CosineDecay(decay_steps=70, warmup_steps=10)(np.arange(80.0)).tolist() == (
        CosineDecay(decay_steps=70)(np.arange(80.0)).tolist()
    )


REFUSED = {
    "an unknown parameter": ("CosineDecay", {"decay_steps": 5, "warmup_step": 5}, "did you mean warmup_steps"),
    "no length": ("CosineDecay", {}, "keras.CosineDecay needs decay_steps"),
    "a length of 0": ("PolynomialDecay", {"decay_steps": 0}, "must be a finite number above 0"),
    "a first length of 0": ("CosineDecayRestarts", {"first_decay_steps": 0}, "must be a finite number above 0"),
    "too few values": (
        "PiecewiseConstantDecay",
        {"boundaries": [30, 60], "values": [0.1, 0.01]},
        "must be one more than boundaries (3)",
    ),
    "no boundaries": ("PiecewiseConstantDecay", {"boundaries": [], "values": [0.1]}, "must be finite numbers"),
}


@pytest.mark.parametrize(("name", "given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals_say_why(name: str, given: dict[str, object], reason: str) -> None:
    with pytest.raises(RequestError, match=re.escape(reason)):
        said("keras", name, given, None)


EXACT = {
    "constant": Constant(lr=0.2),
    "cosine": Cosine(lr=0.1, total=80, min_lr=0.01),
    "cosine behind a warmup": Warmup(warmup=10, warmup_start=0.01, of=Cosine(lr=0.1, total=80, min_lr=0.01)),
    "linear": Linear(lr=0.1, total=80, min_lr=0.02),
    "linear to 0": LinearToZero(lr=0.1, total=80),
    "polynomial": Polynomial(lr=0.1, total=64, power=1.7, min_lr=0.001),
    "exponential": Exponential(lr=0.1, gamma=0.8, per=7),
    "natural exponential": NaturalExponential(lr=0.1, timescale=20),
    "inverse time": InverseTime(lr=0.1, timescale=7),
    "step": Step(lr=0.1, step_size=12, gamma=0.5),
    "step that would come late": Step(lr=0.1, step_size=41, gamma=0.5),
    "step to a floor": Step(lr=0.1, step_size=12.5, gamma=0.5, min_lr=0.03),
    "multistep": Multistep(lr=0.1, milestones=(20.5, 50, 70), gamma=0.3, min_lr=0.005),
    "multistep beyond the run": Multistep(lr=0.1, milestones=(500,)),
    "piecewise": PiecewiseConstant(milestones=(20, 50), values=(0.1, 0.0, 0.03)),
    "sgdr": Sgdr(lr=0.1, cycle=10, cycle_mult=2, cycle_decay=0.5),
    "scaled": Scale(factor=0.5, of=Step(lr=0.1, step_size=30)),
}


@pytest.mark.parametrize("schedule", EXACT.values(), ids=EXACT)
def test_the_nearest_is_exact_where_it_can_be(schedule: Schedule) -> None:
    equivalent, run = nearest(schedule, 100.0), np.arange(101.0)
    assert equivalent is not None
    assert np.abs(equivalent(run) - schedule(run)).max() <= EAGER * schedule.peak


@pytest.mark.parametrize(
    "schedule",
    [InverseSqrt(lr=0.1, timescale=10), Warmup(warmup=10, of=Linear(lr=0.1, total=90))],
    ids=["inverse_sqrt", "linear behind a warmup"],
)
def test_what_keras_has_not_has_no_nearest(schedule: Schedule) -> None:
    assert nearest(schedule, 100.0) is None


def test_restarts_that_end_are_nearest_to_those_that_do_not() -> None:
    equivalent = nearest(HardRestarts(lr=0.1, total=100, cycles=4), 100.0)
    assert equivalent == CosineDecayRestarts(initial_learning_rate=0.1, first_decay_steps=25, t_mul=1)
    assert math.isinf(equivalent.ends)
