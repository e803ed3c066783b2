"""optax's nearest schedule to each plain schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Row
from dataclasses import replace
from typing import Any

import numpy as np

from cosine_cli.frameworks.core.behind import in_32_bits, quotient, unscaled
from cosine_cli.frameworks.core.native import FrameworkSchedule
from cosine_cli.frameworks.core.singles import InSingles
from cosine_cli.frameworks.optax.composed import (
    JoinSchedules,
    SgdrSchedule,
    WarmupConstantSchedule,
    WarmupCosineDecaySchedule,
    WarmupExponentialDecaySchedule,
    line,
)
from cosine_cli.frameworks.optax.cosine import CosineDecaySchedule
from cosine_cli.frameworks.optax.cycles import CosineOnecycleSchedule, LinearOnecycleSchedule
from cosine_cli.frameworks.optax.decays import ConstantSchedule, ExponentialDecay, PolynomialSchedule
from cosine_cli.frameworks.optax.declarations import MOST_PARTS
from cosine_cli.frameworks.optax.piecewise import PiecewiseConstantSchedule, interpolated
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.fields import Pairs
from cosine_cli.schedules.core.pieces import between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.cyclic import Cyclic
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.onecycle import Onecycle
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.slanted_triangular import SlantedTriangular
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return what comes nearest to a plain schedule over so many updates, None where nothing has its shape."""
    return _nearest(unscaled(schedule), run)


def _nearest(plain: Schedule, run: float) -> InSingles | None:
    found = _NEAREST.get(type(plain))
    return found(plain, run) if found else None


def _row(parts: Row[tuple[InSingles, float]]) -> InSingles:
    """Return schedules one after the other, each with how long it lasts; what lasts no time is left out."""
    lasting = [(part, length) for part, length in parts[:-1] if length > 0.0]
    members = (*(part for part, _ in lasting), parts[-1][0])
    if len(members) == 1:
        return members[0]
    boundaries = itertools.accumulate(length for _, length in lasting)
    return JoinSchedules(schedules=members, boundaries=tuple(boundaries))


def _constant(of: Constant, run: float) -> InSingles:
    del run
    return ConstantSchedule(value=of.lr)


def _linear(of: Linear | LinearToZero, run: float) -> InSingles:
    del run
    return line(of.lr, of.floor, of.total)


def _polynomial(of: Polynomial, run: float) -> InSingles:
    del run
    return _row(_down(of.lr, of.min_lr, of.power, of.total))


def _down(start: float, end: float, exponent: float, steps: float) -> list[tuple[InSingles, float]]:
    """Return a polynomial decay, and behind it its end where it would be NaN there."""
    decay = PolynomialSchedule(init_value=start, end_value=end, power=exponent, transition_steps=steps)
    held: list[tuple[InSingles, float]] = [(ConstantSchedule(value=end), 0.0)] if math.isfinite(decay.ends) else []
    return [(decay, steps), *held]


def _cosine(of: Cosine, run: float) -> InSingles:
    del run
    return _wave(of.lr, of.total, of.min_lr)


def _wave(start: float, length: float, end: float) -> InSingles:
    return CosineDecaySchedule(init_value=start, decay_steps=length, alpha=quotient(end, start))


def _exponential(of: Exponential, run: float) -> InSingles:
    return _by_factors(of.lr, *in_32_bits(of.per, of.gamma, run), of.min_lr)


def _natural_exponential(of: NaturalExponential, run: float) -> InSingles:
    del run
    return _by_factors(of.lr, of.timescale, math.exp(-1.0), of.min_lr)


def _by_factors(start: float, steps: float, factor: float, low: float) -> ExponentialDecay:
    return ExponentialDecay(
        init_value=start, transition_steps=steps, decay_rate=factor, end_value=low if low and factor < 1.0 else None
    )


def _step(of: Step, run: float) -> InSingles:
    """Return a staircase, or its plateaus where rounding would have some of its drops come late."""
    stairs_of = replace(_by_factors(of.lr, of.step_size, of.gamma, of.min_lr), staircase=True)
    return stairs_of if stairs_of.in_step(run) else _plateaus(of, run) or stairs_of


def _plateaus(of: Schedule, run: float, begin: float = 0.0) -> InSingles | None:
    """Return the rates of all plateaus from a time on, each as a multiple of the one before."""
    pieces = list(between(of.pieces(run + 1.0, MOST_PARTS), begin, run + 1.0))
    if not pieces or any(piece.kind != "flat" for piece in pieces) or len(pieces) > MOST_PARTS:
        return None
    starts = [piece.t0 for piece in pieces]
    rates = of(np.array(starts)).tolist()
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        parts = [
            (ConstantSchedule(value=rate), end - start)
            for rate, start, end in zip(rates, starts, [*starts[1:], 0.0], strict=True)
        ]
        return _row(parts)
    scales = (quotient(b, a) if a else 0.0 for a, b in itertools.pairwise(rates))
    points = Pairs((start - begin, scale) for start, scale in zip(starts[1:], scales, strict=True))
    return PiecewiseConstantSchedule(init_value=rates[0], boundaries_and_scales=points)


def _piecewise_constant(of: Multistep | PiecewiseConstant, run: float) -> InSingles | None:
    return _plateaus(of, run)


def _piecewise_interpolated(of: PiecewiseInterpolated, run: float) -> InSingles | None:
    del run
    times, rates = of.times, of.values
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        return _through(((0.0, rates[0]), *zip(times, rates, strict=True)))
    points = {time: quotient(b, a) if a else 0.0 for time, a, b in zip(times[1:], rates, rates[1:], strict=False)}
    held = {times[0]: 1.0} if times[0] else {}
    return interpolated(of.between, rates[0], held | points)


def _through(points: Iterable[tuple[float, float]]) -> InSingles | None:
    """Return straight lines through points, the first of them at time 0."""
    found = list(points)
    lines = [
        (line(a, b, end - start), end - start) for (start, a), (end, b) in itertools.pairwise(found) if start < end
    ]
    return _row(lines) if 0 < len(lines) <= MOST_PARTS else ConstantSchedule(value=found[-1][1]) if not lines else None


def _onecycle(of: Onecycle, run: float) -> InSingles:
    del run
    start, fall = of.lr / of.div, 1.0 / (of.div * of.final_div)
    share = of.warmup / of.total
    if int(share * of.total) != of.warmup:  # rounding would bring the peak an update early
        share = (of.warmup + 0.5) / of.total
    if of.three_phase and of.anneal == "linear":
        back = (2.0 * of.warmup + 0.5) / of.total
        return LinearOnecycleSchedule(
            transition_steps=of.total,
            peak_value=of.lr,
            pct_start=share,
            pct_final=back,
            div_factor=of.div,
            final_div_factor=of.final_div,
        )
    if of.three_phase:
        points = {of.warmup: of.div, 2.0 * of.warmup: 1.0 / of.div, of.total: 1.0 / of.final_div}
        return interpolated("cosine", start, points)
    if of.anneal == "linear":
        return interpolated("linear", start, {of.warmup: of.div, of.total: fall})
    return CosineOnecycleSchedule(
        transition_steps=of.total, peak_value=of.lr, pct_start=share, div_factor=of.div, final_div_factor=of.final_div
    )


def _slanted_triangular(of: SlantedTriangular, run: float) -> InSingles | None:
    del run
    low = of.lr / of.ratio
    return _through(((0.0, low if of.warmup else of.lr), (of.warmup, of.lr), (of.total, low)))


def _cyclic(of: Cyclic, run: float) -> InSingles | None:
    cycle = of.rise + of.fall
    if of.mode == "exp_range" or run / cycle > MOST_PARTS:
        return None
    points = [(0.0, of.min_lr)]
    for index in range(math.ceil((run + 1.0) / cycle)):
        height = 0.5**index if of.mode == "triangular2" else 1.0
        top = of.min_lr + (of.lr - of.min_lr) * height
        points += [(index * cycle + of.rise, top), ((index + 1) * cycle, of.min_lr)]
    return _through(points)


def _restarts(of: Sgdr | HardRestarts | Restarts, run: float) -> InSingles | None:
    again = of if isinstance(of, Restarts) else of.of
    if not isinstance(again, Restarts) or not isinstance(again.of, Cosine):
        return None
    cycles = list(itertools.islice(_cycles(again, again.of, run), MOST_PARTS + 1))
    return SgdrSchedule(cosine_kwargs=tuple(cycles)) if len(cycles) <= MOST_PARTS else None


def _cycles(again: Restarts, wave: Cosine, run: float) -> Iterator[InSingles]:
    start, length = 0.0, again.cycle
    for index in range(again.cycles):
        if start > run or length < 1.0:
            return
        peak = max(wave.lr * again.cycle_decay**index, wave.min_lr)
        yield WarmupCosineDecaySchedule(
            init_value=peak, peak_value=peak, warmup_steps=0.0, decay_steps=length, end_value=wave.min_lr
        )
        start, length = start + length, length * again.cycle_mult


def _climb(shape: str, start: float, target: float, length: float) -> InSingles:
    """Return a climb; one along a cosine needs a start to be a multiple of."""
    if shape == "constant":
        return ConstantSchedule(value=start)
    if shape == "cosine" and start:
        return interpolated("cosine", start, {length: quotient(target, start)})
    if shape == "exponential":
        return ExponentialDecay(init_value=start, transition_steps=length, decay_rate=quotient(target, start))
    return line(start, target, length)


def _fall(of: Wsd) -> list[tuple[InSingles, float]]:
    if of.decay_shape == "cosine":
        return [(_wave(of.lr, of.decay, of.min_lr), of.decay)]
    if of.decay_shape == "exponential":
        return [(_by_factors(of.lr, of.decay, quotient(of.min_lr, of.lr), of.min_lr), of.decay)]
    return _down(of.lr, of.min_lr, 0.5 if of.decay_shape == "sqrt" else 1.0, of.decay)


def _wsd(of: Wsd, run: float) -> InSingles:
    del run
    climb = _climb(of.warmup_shape, of.warmup_start, of.lr, of.warmup) if of.warmup else ConstantSchedule(value=of.lr)
    return _row([(climb, of.warmup), (ConstantSchedule(value=of.lr), of.stable), *_fall(of)])


def _flat_cosine(of: FlatCosine, run: float) -> InSingles:
    del run
    return _row([(ConstantSchedule(value=of.lr), of.hold), (_wave(of.lr, of.decay, of.min_lr), of.decay)])


def _warmup_hold_cosine(of: WarmupHoldCosine, run: float) -> InSingles:
    del run
    climb = _climb(of.warmup_shape, of.warmup_start, of.lr, of.warmup) if of.warmup else ConstantSchedule(value=of.lr)
    wave = _wave(of.lr, of.decay, of.min_lr)
    return _row([(climb, of.warmup), (ConstantSchedule(value=of.lr), of.hold), (wave, of.decay)])


def _sequence(of: Sequence, run: float) -> InSingles | None:
    parts = [(_nearest(part, min(length, run)), length) for part, length in zip(of.of, of.lengths, strict=True)]
    found = [(part, length) for part, length in parts if part is not None]
    return _row(found) if len(found) == len(parts) else None


def _warmed(of: Warmup, run: float) -> InSingles | None:
    """Return a climb and what is behind it: optax's own of both, where it has one."""
    inside, straight = of.of, of.warmup_shape == "linear"
    if straight and isinstance(inside, Constant):
        return WarmupConstantSchedule(init_value=of.warmup_start, peak_value=inside.lr, warmup_steps=of.warmup)
    if straight and isinstance(inside, Cosine):
        return WarmupCosineDecaySchedule(
            init_value=of.warmup_start,
            peak_value=inside.lr,
            warmup_steps=of.warmup,
            decay_steps=of.warmup + inside.total,
            end_value=inside.min_lr,
        )
    if straight and isinstance(inside, Exponential):
        steps, factor = in_32_bits(inside.per, inside.gamma, run - of.warmup)
        return WarmupExponentialDecaySchedule(
            init_value=of.warmup_start,
            peak_value=inside.lr,
            warmup_steps=of.warmup,
            transition_steps=steps,
            decay_rate=factor,
            end_value=inside.min_lr if inside.min_lr and inside.gamma < 1.0 else None,
        )
    behind = _plateaus(inside, run, of.warmup) if inside.on_run_clock else _nearest(inside, run - of.warmup)
    if behind is None:
        return None
    target = float(inside(of.warmup - of.shift))
    return _row([(_climb(of.warmup_shape, of.warmup_start, target, of.warmup), of.warmup), (behind, run)])


_NEAREST: dict[type[Schedule], Callable[[Any, float], InSingles | None]] = {
    Constant: _constant,
    Linear: _linear,
    LinearToZero: _linear,
    Polynomial: _polynomial,
    Cosine: _cosine,
    Exponential: _exponential,
    NaturalExponential: _natural_exponential,
    Step: _step,
    Multistep: _piecewise_constant,
    PiecewiseConstant: _piecewise_constant,
    PiecewiseInterpolated: _piecewise_interpolated,
    Onecycle: _onecycle,
    SlantedTriangular: _slanted_triangular,
    Cyclic: _cyclic,
    Sgdr: _restarts,
    HardRestarts: _restarts,
    Restarts: _restarts,
    Wsd: _wsd,
    FlatCosine: _flat_cosine,
    WarmupHoldCosine: _warmup_hold_cosine,
    Sequence: _sequence,
    Warmup: _warmed,
}
