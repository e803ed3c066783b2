"""optax's schedules: pieces, sums, refusals, 32-bit rounding, and what comes nearest to a plain curve."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from framework_schedules_of import check_pieces, check_sum, said

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.frameworks.optax.composed import (
    JoinSchedules,
    SgdrSchedule,
    WarmupConstantSchedule,
    WarmupCosineDecaySchedule,
    WarmupExponentialDecaySchedule,
)
from cosine_cli.frameworks.optax.cosine import CosineDecaySchedule
from cosine_cli.frameworks.optax.cycles import CosineOnecycleSchedule, LinearOnecycleSchedule
from cosine_cli.frameworks.optax.decays import ConstantSchedule, ExponentialDecay, LinearSchedule, PolynomialSchedule
from cosine_cli.frameworks.optax.nearest import nearest
from cosine_cli.frameworks.optax.piecewise import PiecewiseConstantSchedule, PiecewiseInterpolateSchedule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.fields import Pairs
from cosine_cli.schedules.core.jumps import largest_jump
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.slopes import slopes
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.cyclic import Cyclic
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.onecycle import Onecycle
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.slanted_triangular import SlantedTriangular
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd

EAGER = 2e-7

CLIMB = LinearSchedule(init_value=0.0, end_value=0.1, transition_steps=20)
WAVE = CosineDecaySchedule(init_value=0.1, decay_steps=70, alpha=0.1)
FADE = ExponentialDecay(init_value=0.1, transition_steps=10, decay_rate=0.8)
STAIRS = PiecewiseConstantSchedule(init_value=0.1, boundaries_and_scales={5: 0.5, 30: 3})
CYCLE = WarmupCosineDecaySchedule(init_value=0.0, peak_value=0.1, warmup_steps=5, decay_steps=40)

EACH = {
    "constant": ConstantSchedule(value=0.1),
    "climb": CLIMB,
    "late": PolynomialSchedule(init_value=0.1, end_value=0.01, power=3, transition_steps=60, transition_begin=30),
    "no way": LinearSchedule(init_value=0.1, end_value=0.0, transition_steps=0),
    "exponential": FADE,
    "root": PolynomialSchedule(init_value=0.1, end_value=0.01, power=0.5, transition_steps=60),
    "exponential in late steps": ExponentialDecay(
        init_value=0.1, transition_steps=41, decay_rate=0.5, transition_begin=4, staircase=True
    ),
    "joined with a gap": JoinSchedules(
        schedules=(PolynomialSchedule(init_value=0.1, end_value=0.01, power=0.5, transition_steps=10), WAVE),
        boundaries=(25,),
    ),
    "exponential to a floor": ExponentialDecay(init_value=0.1, transition_steps=9, decay_rate=0.5, end_value=0.02),
    "exponential in steps": ExponentialDecay(
        init_value=0.1, transition_steps=9, decay_rate=0.5, transition_begin=4, staircase=True, end_value=0.001
    ),
    "exponential to next to nothing": ExponentialDecay(
        init_value=1e6, transition_steps=1, decay_rate=1e-5, end_value=5e-324
    ),
    "exponential that grows": ExponentialDecay(init_value=0.01, transition_steps=9, decay_rate=1.3, end_value=0.2),
    "exponential to above": ExponentialDecay(init_value=0.1, transition_steps=9, decay_rate=0.5, end_value=0.5),
    "exponential that stays": ExponentialDecay(init_value=0.1, transition_steps=9, decay_rate=1),
    "cosine": WAVE,
    "cosine, root": CosineDecaySchedule(init_value=0.1, decay_steps=90, exponent=0.5),
    "cosine, square": CosineDecaySchedule(init_value=0.1, decay_steps=90, exponent=2),
    "stairs": STAIRS,
    "lines": PiecewiseInterpolateSchedule(
        interpolate_type="linear", init_value=0.1, boundaries_and_scales={0: 2, 10: 2, 40: 0.1, 50: 1}
    ),
    "waves": PiecewiseInterpolateSchedule(
        interpolate_type="cosine", init_value=0.1, boundaries_and_scales={10: 2, 40: 0, 50: 1}
    ),
    "one cycle": CosineOnecycleSchedule(transition_steps=120, peak_value=0.1),
    "one cycle in lines": LinearOnecycleSchedule(transition_steps=37, peak_value=0.1),
    "climb, then constant": WarmupConstantSchedule(init_value=0.01, peak_value=0.1, warmup_steps=30),
    "climb, then wave": CYCLE,
    "climb, then exponential": WarmupExponentialDecaySchedule(
        init_value=0.0, peak_value=0.1, warmup_steps=10, transition_steps=20, decay_rate=0.5, transition_begin=5
    ),
    "joined": JoinSchedules(schedules=(CLIMB, STAIRS, WAVE), boundaries=(15, 60)),
    "joined in no order": JoinSchedules(schedules=(CLIMB, STAIRS, WAVE), boundaries=(60, 15)),
    "joined and joined": JoinSchedules(
        schedules=(JoinSchedules(schedules=(CLIMB, STAIRS), boundaries=(15,)), FADE), boundaries=(40,)
    ),
    "sgdr": SgdrSchedule(cosine_kwargs=(CYCLE, CYCLE, CYCLE)),
}


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_pieces_are_what_they_say(schedule: Schedule) -> None:
    check_pieces(schedule, 200.0, precision=EAGER)


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_rates_are_between_the_floor_and_the_peak(schedule: Schedule) -> None:
    rates = schedule(np.linspace(0.0, 300.0, 1201))
    assert np.nanmin(rates) >= schedule.floor - EAGER * schedule.peak
    assert np.nanmax(rates) <= schedule.peak * (1 + EAGER)


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_between_two_calls_is_the_curve_that_the_rates_are_roundings_of(schedule: Schedule) -> None:
    # A moment before and behind a call that is no knot, the curve is what it is there.
    calls = np.arange(1.0, 200.0)
    inner = ~np.isin(calls, schedule.knots(200.0, 1000))
    behind = np.nextafter(calls, np.inf)
    # A power of a rounded factor is off by more than one rounding.
    assert np.nanmax(np.abs(schedule(behind) - schedule(calls))[inner]) <= 1e-6 * schedule.peak


LONG = {
    "exponential": ExponentialDecay(init_value=0.1, transition_steps=5000, decay_rate=0.8, end_value=0.05),
    "stairs": ExponentialDecay(init_value=0.1, transition_steps=7, decay_rate=0.999, staircase=True),
    "late stairs": ExponentialDecay(init_value=0.1, transition_steps=15.25, decay_rate=0.999, staircase=True),
    "later stairs": ExponentialDecay(init_value=0.1, transition_steps=13, decay_rate=0.999, staircase=True),
    "wave": CosineDecaySchedule(init_value=0.1, decay_steps=25_000, exponent=0.7),
    "lines": LinearOnecycleSchedule(transition_steps=25_000, peak_value=0.1),
    "joined": JoinSchedules(schedules=(CLIMB, STAIRS, FADE), boundaries=(15, 12_000)),
    "sgdr": SgdrSchedule(
        cosine_kwargs=[WarmupCosineDecaySchedule(init_value=0.0, peak_value=0.1, warmup_steps=500, decay_steps=9000)]
        * 3
    ),
}


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_sums_of_long_runs_are_sums_of_rates(schedule: Schedule) -> None:
    check_sum(schedule, 30_000, precision=EAGER)


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_a_run_of_10_to_the_12_costs_no_more_than_a_short_one(schedule: Schedule) -> None:
    assert len(schedule.pieces(1e12, 1000)) <= 1010
    assert np.isfinite(schedule([0.0, 1e6, 1e12])).all()


def test_rates_are_rounded_to_32_bits_at_every_step_of_the_way() -> None:
    rates = WAVE(np.arange(100.0))
    assert (rates == rates.astype(np.float32)).all()
    # 1 - 1/3 in 32 bits is 0.6666666269302368 where 2/3 is 0.6666666865348816.
    third = PolynomialSchedule(init_value=1.0, end_value=0.0, power=1, transition_steps=3)
    assert third(1) == np.float32(1) - np.float32(1 / 3)
    assert third(1) != np.float32(2 / 3)


@pytest.mark.parametrize(
    ("rate", "factor", "end", "halvings"),
    [
        (0.1, 0.5, 0.0125, 3.0),
        (0.1, 0.5, 0.02, math.log2(5)),
        (0.01, 2.0, 0.16, 4.0),
        (0.1, 0.99, 0.05, math.log(0.5, 0.99)),
    ],
    ids=["three halvings", "between two", "doublings", "slow"],
)
@pytest.mark.parametrize("begin", [0, 5])
def test_a_decay_bends_where_it_meets_its_end(
    rate: float, factor: float, end: float, halvings: float, begin: int
) -> None:
    """It is a row of a table and a corner of a figure, so it may be a thousandth late and no more, and never early."""
    decay = ExponentialDecay(
        init_value=rate, transition_steps=9, decay_rate=factor, transition_begin=begin, end_value=end
    )
    knots = decay.knots(10_000.0, 10)
    assert knots is not None
    met = 9 * halvings
    assert knots[-1] - begin == pytest.approx(met, rel=1.001e-3)
    assert knots[-1] - begin >= met * (1 - 1e-12)
    assert decay(knots[-1]) == pytest.approx(end, rel=EAGER)


def test_a_whole_power_is_a_product() -> None:
    # 0.7 ** 19 by squares, as jax.lax.integer_pow has it, each product rounded.
    x = np.float32(1) - np.float32(3) / np.float32(10)
    two = x * x
    four = two * two
    eight = four * four
    nineteen = x * two * (eight * eight)
    power = PolynomialSchedule(init_value=1.0, end_value=0.0, power=19, transition_steps=10)
    assert power(3) == pytest.approx(float(nineteen), rel=1e-12)


def root(steps: float, begin: float = 0.0) -> PolynomialSchedule:
    return PolynomialSchedule(init_value=0.1, end_value=0.01, power=0.5, transition_steps=steps, transition_begin=begin)


def test_a_root_is_nan_past_the_end_of_half_of_all_lengths() -> None:
    # 1 - n * (1 / n), with 1 / n rounded to 32 bits and all else exact, is below 0.
    above = {n for n in range(1, 1001) if n * Fraction(float(np.float32(1.0) / np.float32(n))) > 1}
    found = {n for n in range(1, 1001) if math.isfinite(root(n).ends)}
    assert found == above
    assert len(found) == 535
    assert all(root(n).ends == n - 1 and np.isnan(root(n)([n, n + 1])).all() for n in found)


def test_a_root_that_begins_late_is_nan_later() -> None:
    late = root(10, 7)
    assert late.ends == 16
    assert late.why_it_ends.startswith("XLA computes 1 - (count - 7) / 10 as 1 - (count - 7) * (1 / 10)")
    assert root(12.5).ends == math.inf or np.isnan(root(12.5)(13))


def test_a_whole_power_is_never_nan() -> None:
    assert math.isinf(PolynomialSchedule(init_value=0.1, end_value=0.0, power=2, transition_steps=10).ends)


def test_in_a_row_it_is_nan_until_the_next_one_begins() -> None:
    joined = JoinSchedules(schedules=(root(10), ConstantSchedule(value=0.5)), boundaries=(20,))
    rates = joined(np.arange(30.0))
    assert np.flatnonzero(np.isnan(rates)).tolist() == list(range(10, 20))
    assert (rates[20:] == 0.5).all()
    assert math.isinf(joined.ends)
    (gap,) = joined.gaps(30.0)
    assert (np.ceil(gap.t0), gap.t1) == (10.0, 20.0)
    assert np.isnan(joined([10.5, 19.5])).all()
    assert joined.updates_with_rate(30) == 20
    assert joined.updates_with_rate(15) == 10
    assert total(joined, 30) == pytest.approx(np.nansum(rates), rel=1e-12)
    assert total(joined, 20_000) == pytest.approx(np.nansum(rates[:20]) + 0.5 * 19_980, rel=1e-9)
    assert joined.why_of_gaps == root(10).why_it_ends


def test_in_a_row_that_it_closes_it_is_nan_for_good() -> None:
    joined = JoinSchedules(schedules=(ConstantSchedule(value=0.1), root(10)), boundaries=(20,))
    assert joined.ends == 29
    assert joined.ends_in_nan
    assert not joined.gaps(100.0)


# What XLA on a CPU gave.
@pytest.mark.parametrize(("length", "lost"), [(41, [1, 2, 4, 7, 8, 13, 14, 15, 16]), (55, [1, 2, 4, 8, 16]), (30, [])])
def test_drops_of_a_staircase_come_an_update_late(length: int, lost: list[int]) -> None:
    numbers = np.arange(1.0, 17.0)
    stairs = ExponentialDecay(
        init_value=1.0, transition_steps=length, decay_rate=0.5, staircase=True, transition_begin=3
    )
    due, late = 3.0 + numbers * length, np.isin(numbers, lost)
    assert np.log2(1.0 / stairs(due)).tolist() == (numbers - late).tolist()
    assert np.log2(1.0 / stairs(due + 1.0)).tolist() == numbers.tolist()
    knots = stairs.knots(17.0 * length, 100)
    assert knots is not None
    assert set((due + late).tolist()) - {0.0} <= set(knots)


def test_the_nearest_to_a_root_holds_its_end() -> None:
    assert nearest(Polynomial(lr=0.1, total=16, power=0.5), 16.0) == PolynomialSchedule(
        init_value=0.1, end_value=0.0, power=0.5, transition_steps=16
    )
    held = nearest(Polynomial(lr=0.1, total=10, power=0.5, min_lr=0.01), 10.0)
    assert held == JoinSchedules(schedules=(root(10), ConstantSchedule(value=0.01)), boundaries=(10,))


def test_the_nearest_to_stairs_that_would_come_late_is_a_list() -> None:
    assert nearest(Step(lr=0.1, step_size=41, gamma=0.5), 100.0) == PiecewiseConstantSchedule(
        init_value=0.1, boundaries_and_scales=Pairs(((41.0, 0.5), (82.0, 0.5)))
    )


def test_rounding_is_no_slope_and_no_jump() -> None:
    line = LinearSchedule(init_value=0.1, end_value=0.02, transition_steps=100)
    assert slopes(line, 100) == pytest.approx((-0.0008, -0.0008), rel=1e-4)
    assert largest_jump(line, 200) is None


def test_where_boundaries_do_not_rise_the_later_schedule_counts() -> None:
    joined = JoinSchedules(schedules=[ConstantSchedule(value=v) for v in (1.0, 2.0, 4.0)], boundaries=(20, 5))
    assert joined([0, 4, 5, 19, 20, 30]).tolist() == [1.0, 1.0, 4.0, 4.0, 4.0, 4.0]


def test_two_phases_that_end_together_are_one() -> None:
    # int(0.85 * 20) is 17 for both: the factor of the rise is lost, and 1 / div_factor is what is reached there.
    cycle = LinearOnecycleSchedule(transition_steps=20, peak_value=1.0, pct_start=0.85)
    assert cycle([0, 17]).tolist() == pytest.approx([0.04, 0.0016])


REFUSED = {
    "an unknown parameter": ("cosine_decay_schedule", {"decay_step": 5}, "did you mean decay_steps"),
    "no length": ("cosine_decay_schedule", {}, "optax.cosine_decay_schedule needs decay_steps"),
    "a length of 0": ("cosine_decay_schedule", {"decay_steps": 0}, "must be a finite number above 0"),
    "all of it climb": (
        "warmup_cosine_decay_schedule",
        {"init_value": 0, "warmup_steps": 9, "decay_steps": 9},
        "must be above warmup_steps (9.0)",
    ),
    "a factor below 0": (
        "piecewise_constant_schedule",
        {"boundaries_and_scales": {"30": -0.1}},
        "must be a finite number of at least 0, got '-0.1'",
    ),
    "an unknown way": ("piecewise_interpolate_schedule", {"interpolate_type": "step"}, "must be linear or cosine"),
    "no schedules": ("join_schedules", {"schedules": [], "boundaries": []}, "optax.join_schedules needs schedules"),
    "no such schedule": (
        "join_schedules",
        {"schedules": ["linear"], "boundaries": []},
        "see 'cosine-lr explain optax'",
    ),
    "a cycle without a length": ("sgdr_schedule", {"cosine_kwargs": [{"init_value": 0}]}, "needs warmup_steps"),
}


@pytest.mark.parametrize(("name", "given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals_say_why(name: str, given: dict[str, object], reason: str) -> None:
    with pytest.raises(RequestError, match=re.escape(reason)):
        said("optax", name, given, None)


def test_only_schedules_of_optax_are_joined() -> None:
    with pytest.raises(ParameterError, match="must be schedules of optax"):
        JoinSchedules(schedules=(Cosine(lr=0.1, total=5),), boundaries=())
    with pytest.raises(ParameterError, match="must be those of warmup_cosine_decay_schedule"):
        SgdrSchedule(cosine_kwargs=(WAVE,))


EXACT = {
    "constant": Constant(lr=0.2),
    "cosine": Cosine(lr=0.1, total=80, min_lr=0.01),
    "linear": Linear(lr=0.1, total=80, min_lr=0.02),
    "polynomial": Polynomial(lr=0.1, total=80, power=1.7, min_lr=0.001),
    "root": Polynomial(lr=0.1, total=80, power=0.5, min_lr=0.001),
    "exponential": Exponential(lr=0.1, gamma=0.8, per=7, min_lr=0.01),
    "natural exponential": NaturalExponential(lr=0.1, timescale=20),
    "step": Step(lr=0.1, step_size=12, gamma=0.5, min_lr=0.01),
    "step that would come late": Step(lr=0.1, step_size=41, gamma=0.5),
    "multistep": Multistep(lr=0.1, milestones=(20, 50, 70), gamma=0.3, min_lr=0.005),
    "piecewise constant": PiecewiseConstant(milestones=(20, 50), values=(0.1, 0.0, 0.03)),
    "piecewise lines": PiecewiseInterpolated(times=(10, 30, 90), values=(0.1, 0.4, 0.02)),
    "piecewise lines from 0": PiecewiseInterpolated(times=(0, 30, 90), values=(0.0, 0.4, 0.0)),
    "piecewise waves": PiecewiseInterpolated(times=(0, 30, 90), values=(0.1, 0.4, 0.02), between="cosine"),
    "one cycle": Onecycle(lr=0.1, total=100, warmup=29),
    "one cycle in lines": Onecycle(lr=0.1, total=100, warmup=29, anneal="linear"),
    "one cycle of three lines": Onecycle(lr=0.1, total=100, warmup=29, anneal="linear", three_phase=True),
    "one cycle of three waves": Onecycle(lr=0.1, total=100, warmup=29, three_phase=True),
    "slanted": SlantedTriangular(lr=0.1, total=90, warmup=9),
    "cyclic": Cyclic(lr=0.1, min_lr=0.01, rise=10, fall=5, mode="triangular2"),
    "sgdr": Sgdr(lr=0.1, cycle=10, cycle_mult=2, cycle_decay=0.7, min_lr=0.01),
    "hard restarts": HardRestarts(lr=0.1, total=80, cycles=4),
    "wsd": Wsd(lr=0.1, warmup=10, stable=60, decay=20, decay_shape="sqrt", min_lr=0.01),
    "wsd, exponential": Wsd(lr=0.1, warmup=0, stable=60, decay=20, decay_shape="exponential", min_lr=0.01),
    "flat cosine": FlatCosine(lr=0.1, hold=60, decay=40, min_lr=0.01),
    "warmup, hold, cosine": WarmupHoldCosine(
        lr=0.1, warmup=10, hold=30, decay=50, warmup_start=0.01, warmup_shape="cosine"
    ),
    "sequence": Sequence(of=(Constant(lr=0.1), Linear(lr=0.1, total=20)), lengths=(80, 20)),
    "wsd without a decay": Wsd(lr=0.1, warmup=10, stable=60, decay=0),
    "from the first update, constant": Warmup(warmup=10, warmup_from="first", of=Constant(lr=0.1)),
    "from the first update, cosine": Warmup(warmup=10, warmup_from="first", of=Cosine(lr=0.1, total=90)),
    "from the first update, by factors": Warmup(
        warmup=10, warmup_shape="exponential", warmup_start=0.01, warmup_from="first", of=Linear(lr=0.1, total=90)
    ),
    "warmup of one update": Warmup(warmup=1, warmup_from="first", of=Linear(lr=0.1, total=99)),
    "climb, constant": Warmup(warmup=10, of=Constant(lr=0.1)),
    "climb, cosine": Warmup(warmup=10, warmup_start=0.01, of=Cosine(lr=0.1, total=90, min_lr=0.001)),
    "climb, exponential": Warmup(warmup=10, of=Exponential(lr=0.1, gamma=0.9, per=3)),
    "climb, step": Warmup(warmup=10, of=Step(lr=0.1, step_size=30)),
    "climb, sgdr": Warmup(warmup=10, warmup_start=0.01, warmup_shape="exponential", of=Sgdr(lr=0.1, cycle=30)),
    "held, linear": Warmup(warmup=10, warmup_start=0.01, warmup_shape="constant", of=Linear(lr=0.1, total=50)),
    "scaled": Scale(factor=0.5, of=Warmup(warmup=10, warmup_start=0.01, of=Step(lr=0.1, step_size=30, min_lr=0.02))),
}


@pytest.mark.parametrize("schedule", EXACT.values(), ids=EXACT)
def test_the_nearest_is_exact_where_it_can_be(schedule: Schedule) -> None:
    equivalent, run = nearest(schedule, 100.0), np.arange(101.0)
    assert equivalent is not None
    assert np.abs(equivalent(run) - schedule(run)).max() <= EAGER * schedule.peak


def test_what_optax_has_not_has_no_nearest() -> None:
    assert nearest(InverseSqrt(lr=0.1, timescale=10), 100.0) is None
    assert nearest(Sequence(of=(InverseSqrt(lr=0.1, timescale=10),), lengths=(100,)), 100.0) is None
    assert nearest(Sgdr(lr=0.1, cycle=1, cycle_mult=1), 1e6) is None


def test_a_cosine_climb_from_0_is_nearest_to_a_line() -> None:
    equivalent = nearest(Warmup(warmup=10, warmup_shape="cosine", of=Linear(lr=0.1, total=90)), 100.0)
    assert isinstance(equivalent, JoinSchedules)
    assert equivalent([0, 5, 10, 55]).tolist() == pytest.approx([0.0, 0.05, 0.1, 0.05])


def test_xla_adds_up_what_two_joins_take_from_the_count() -> None:
    """33 - (16.208658 + 16) in 32 bits, as jax.jit (0.10.2) has it, where one after the other leaves 2e-6 less."""
    cycles = [(0.0, 15.0), (0.0, 1.2086574389374363), (16.0, 17.0)]
    schedule = SgdrSchedule(
        cosine_kwargs=tuple(
            WarmupCosineDecaySchedule(init_value=0.0, peak_value=0.1, warmup_steps=climb, decay_steps=steps)
            for climb, steps in cycles
        )
    )
    assert schedule(33.0) == pytest.approx(0.010363233275711536, rel=1e-7)
