"""optax's equivalent of each core schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.frameworks.core.conversion import (
    Conversion,
    converted,
    entry,
    float32_decay,
    min_lr_share,
    quotient,
    unscaled,
    warmup_line,
    without_decay,
)
from cosine_cli.frameworks.core.float32 import Float32Schedule
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.frameworks.optax.composed import (
    JoinSchedules,
    SgdrSchedule,
    WarmupConstantSchedule,
    WarmupCosineDecaySchedule,
    WarmupExponentialDecaySchedule,
    linear_part,
)
from cosine_cli.frameworks.optax.cosine import CosineDecaySchedule
from cosine_cli.frameworks.optax.cycles import CosineOnecycleSchedule, LinearOnecycleSchedule
from cosine_cli.frameworks.optax.decays import ConstantSchedule, ExponentialDecay, LinearSchedule, PolynomialSchedule
from cosine_cli.frameworks.optax.declarations import MOST_PARTS
from cosine_cli.frameworks.optax.piecewise import PiecewiseConstantSchedule, interpolated_schedule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.fields import Pairs
from cosine_cli.schedules.core.pieces import between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.restarts import Restarts

if TYPE_CHECKING:
    from cosine_cli.schedules.cyclic import Cyclic
    from cosine_cli.schedules.flat_cosine import FlatCosine
    from cosine_cli.schedules.hard_restarts import HardRestarts
    from cosine_cli.schedules.onecycle import Onecycle
    from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated
    from cosine_cli.schedules.polynomial import Polynomial
    from cosine_cli.schedules.sequence import Sequence
    from cosine_cli.schedules.sgdr import Sgdr
    from cosine_cli.schedules.slanted_triangular import SlantedTriangular
    from cosine_cli.schedules.step import Step
    from cosine_cli.schedules.warmup import Warmup
    from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
    from cosine_cli.schedules.wsd import Wsd


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return optax's equivalent of a core schedule, whose times count updates; None if there is none."""
    return _nearest(unscaled(schedule), run)


def _nearest(schedule: Schedule, run: float) -> Float32Schedule | None:
    equivalent = converted(_NEAREST, schedule, run)
    return equivalent if isinstance(equivalent, Float32Schedule) else None


def _sequence_of(parts: Row[tuple[Float32Schedule, float]]) -> Float32Schedule:
    """Return schedules in sequence, each with its length; those of length 0 are left out."""
    lasting = [(part, length) for part, length in parts[:-1] if length > 0.0]
    members = (*(part for part, _ in lasting), parts[-1][0])
    if len(members) == 1:
        return members[0]
    boundaries = itertools.accumulate(length for _, length in lasting)
    return JoinSchedules(schedules=members, boundaries=tuple(boundaries))


def _polynomial(schedule: Polynomial, run: float) -> Float32Schedule:
    del run
    return _sequence_of(_power_decay(schedule.lr, schedule.min_lr, schedule.power, schedule.total))


def _power_decay(start: float, end: float, exponent: float, steps: float) -> list[tuple[Float32Schedule, float]]:
    """Return a polynomial decay, followed by its end value if the decay itself would be NaN there."""
    decay = PolynomialSchedule(init_value=start, end_value=end, power=exponent, transition_steps=steps)
    held: list[tuple[Float32Schedule, float]] = (
        [(ConstantSchedule(value=end), 0.0)] if math.isfinite(decay.ends) else []
    )
    return [(decay, steps), *held]


def _wave(start: float, length: float, end: float) -> Float32Schedule:
    return CosineDecaySchedule(init_value=start, decay_steps=length, alpha=quotient(end, start))


def _exponential(schedule: Exponential, run: float) -> Float32Schedule:
    return _exponential_decay(schedule.lr, *float32_decay(schedule.per, schedule.gamma, run), schedule.min_lr)


def _exponential_decay(start: float, steps: float, factor: float, low: float) -> ExponentialDecay:
    return ExponentialDecay(
        init_value=start, transition_steps=steps, decay_rate=factor, end_value=low if low and factor < 1.0 else None
    )


def _step(schedule: Step, run: float) -> Float32Schedule:
    """Return a staircase, or its plateaus if rounding would make some of its drops late."""
    staircase = replace(
        _exponential_decay(schedule.lr, schedule.step_size, schedule.gamma, schedule.min_lr), staircase=True
    )
    return staircase if staircase.in_step(run) else _plateaus(schedule, run) or staircase


def _plateaus(schedule: Schedule, run: float, begin: float = 0.0) -> Float32Schedule | None:
    """Return the rates of all plateaus after a time, each as a multiple of the one before."""
    pieces = list(between(schedule.pieces(run + 1.0, MOST_PARTS), begin, run + 1.0))
    if not pieces or any(piece.kind != "flat" for piece in pieces) or len(pieces) > MOST_PARTS:
        return None
    starts = [piece.t0 for piece in pieces]
    rates = schedule(np.array(starts)).tolist()
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        parts = [
            (ConstantSchedule(value=rate), end - start)
            for rate, start, end in zip(rates, starts, [*starts[1:], 0.0], strict=True)
        ]
        return _sequence_of(parts)
    scales = (quotient(b, a) if a else 0.0 for a, b in itertools.pairwise(rates))
    points = Pairs((start - begin, scale) for start, scale in zip(starts[1:], scales, strict=True))
    return PiecewiseConstantSchedule(init_value=rates[0], boundaries_and_scales=points)


def _piecewise_interpolated(schedule: PiecewiseInterpolated, run: float) -> Float32Schedule | None:
    del run
    times, rates = schedule.times, schedule.values
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        return _through([(0.0, rates[0]), *zip(times, rates, strict=True)])
    points = {time: quotient(b, a) if a else 0.0 for time, a, b in zip(times[1:], rates, rates[1:], strict=False)}
    held = {times[0]: 1.0} if times[0] else {}
    return interpolated_schedule(schedule.between, rates[0], held | points)


def _through(points: Row[tuple[float, float]]) -> Float32Schedule | None:
    """Return straight lines through points, the first of them at time 0."""
    pairs = itertools.pairwise(points)
    lines = [(linear_part(a, b, end - start), end - start) for (start, a), (end, b) in pairs if start < end]
    if not lines:
        return ConstantSchedule(value=points[-1][1])
    return _sequence_of(lines) if len(lines) <= MOST_PARTS else None


def _onecycle(schedule: Onecycle, run: float) -> Float32Schedule:
    del run
    start, fall = schedule.lr / schedule.div, 1.0 / (schedule.div * schedule.final_div)
    share = schedule.warmup / schedule.total
    if int(share * schedule.total) != schedule.warmup:  # rounding would bring the peak an update early
        share = (schedule.warmup + 0.5) / schedule.total
    if schedule.three_phase and schedule.anneal == "linear":
        back = (2.0 * schedule.warmup + 0.5) / schedule.total
        return LinearOnecycleSchedule(
            transition_steps=schedule.total,
            peak_value=schedule.lr,
            pct_start=share,
            pct_final=back,
            div_factor=schedule.div,
            final_div_factor=schedule.final_div,
        )
    if schedule.three_phase:
        points = {
            schedule.warmup: schedule.div,
            2.0 * schedule.warmup: 1.0 / schedule.div,
            schedule.total: 1.0 / schedule.final_div,
        }
        return interpolated_schedule("cosine", start, points)
    if schedule.anneal == "linear":
        return interpolated_schedule("linear", start, {schedule.warmup: schedule.div, schedule.total: fall})
    return CosineOnecycleSchedule(
        transition_steps=schedule.total,
        peak_value=schedule.lr,
        pct_start=share,
        div_factor=schedule.div,
        final_div_factor=schedule.final_div,
    )


def _slanted_triangular(schedule: SlantedTriangular, run: float) -> Float32Schedule | None:
    del run
    low = schedule.lr / schedule.ratio
    return _through(
        [(0.0, low if schedule.warmup else schedule.lr), (schedule.warmup, schedule.lr), (schedule.total, low)]
    )


def _cyclic(schedule: Cyclic, run: float) -> Float32Schedule | None:
    cycle = schedule.rise + schedule.fall
    if schedule.mode == "exp_range" or run / cycle > MOST_PARTS:
        return None
    points = [(0.0, schedule.min_lr)]
    for index in range(math.ceil((run + 1.0) / cycle)):
        height = 0.5**index if schedule.mode == "triangular2" else 1.0
        top = schedule.min_lr + (schedule.lr - schedule.min_lr) * height
        points += [(index * cycle + schedule.rise, top), ((index + 1) * cycle, schedule.min_lr)]
    return _through(points)


def _restarts(schedule: Sgdr | HardRestarts | Restarts, run: float) -> Float32Schedule | None:
    restarts = schedule if isinstance(schedule, Restarts) else schedule.of
    if not isinstance(restarts, Restarts) or not isinstance(restarts.of, Cosine):
        return None
    cycles = list(itertools.islice(_cycles(restarts, restarts.of, run), MOST_PARTS + 1))
    return SgdrSchedule(cosine_kwargs=tuple(cycles)) if len(cycles) <= MOST_PARTS else None


def _cycles(restarts: Restarts, wave: Cosine, run: float) -> Iterator[Float32Schedule]:
    start, length = 0.0, restarts.cycle
    for index in range(restarts.cycles):
        if start > run or length < 1.0:
            return
        peak = max(wave.lr * restarts.cycle_decay**index, wave.min_lr)
        yield WarmupCosineDecaySchedule(
            init_value=peak, peak_value=peak, warmup_steps=0.0, decay_steps=length, end_value=wave.min_lr
        )
        start, length = start + length, length * restarts.cycle_mult


def _warmup_part(schedule: Warmup | Wsd | WarmupHoldCosine, target: float) -> Float32Schedule:
    """Return a warmup; one along a cosine needs a start above 0, since it takes factors."""
    shape = schedule.warmup_shape
    start, length = warmup_line(schedule, schedule.warmup_start, target)
    if shape == "constant" or not length:
        return ConstantSchedule(value=start)
    if shape == "cosine" and start:
        return interpolated_schedule("cosine", start, {length: quotient(target, start)})
    if shape == "exponential":
        return ExponentialDecay(init_value=start, transition_steps=length, decay_rate=quotient(target, start))
    return linear_part(start, target, length)


def _decay_part(schedule: Wsd) -> list[tuple[Float32Schedule, float]]:
    if schedule.decay_shape == "cosine":
        return [(_wave(schedule.lr, schedule.decay, schedule.min_lr), schedule.decay)]
    if schedule.decay_shape == "exponential":
        return [
            (
                _exponential_decay(
                    schedule.lr, schedule.decay, quotient(schedule.min_lr, schedule.lr), schedule.min_lr
                ),
                schedule.decay,
            )
        ]
    return _power_decay(schedule.lr, schedule.min_lr, 0.5 if schedule.decay_shape == "sqrt" else 1.0, schedule.decay)


def _wsd(schedule: Wsd, run: float) -> Float32Schedule | None:
    if not schedule.decay:
        return _nearest(without_decay(schedule), run)
    return _sequence_of([*_warmup_and_hold(schedule, schedule.stable), *_decay_part(schedule)])


def _warmup_hold_cosine(schedule: WarmupHoldCosine, run: float) -> Float32Schedule:
    del run
    return _sequence_of(
        [
            *_warmup_and_hold(schedule, schedule.hold),
            (_wave(schedule.lr, schedule.decay, schedule.min_lr), schedule.decay),
        ]
    )


def _warmup_and_hold(schedule: Wsd | WarmupHoldCosine, hold: float) -> Iterator[tuple[Float32Schedule, float]]:
    """Yield the warmup, if there is one, and the constant rate after it."""
    if schedule.warmup:
        yield _warmup_part(schedule, schedule.lr), schedule.warmup
    yield ConstantSchedule(value=schedule.lr), hold


def _flat_cosine(schedule: FlatCosine, run: float) -> Float32Schedule:
    del run
    wave = _wave(schedule.lr, schedule.decay, schedule.min_lr)
    return _sequence_of([(ConstantSchedule(value=schedule.lr), schedule.hold), (wave, schedule.decay)])


def _sequence(schedule: Sequence, run: float) -> Float32Schedule | None:
    parts = [
        (_nearest(part, min(length, run)), length) for part, length in zip(schedule.of, schedule.lengths, strict=True)
    ]
    convertible = [(part, length) for part, length in parts if part is not None]
    return _sequence_of(convertible) if len(convertible) == len(parts) else None


def _warmup(schedule: Warmup, run: float) -> Float32Schedule | None:
    """Return a warmup and the inner schedule: as one schedule of optax if it has that, else joined."""
    inside, straight = schedule.of, (schedule.warmup_shape, schedule.warmup_from) == ("linear", "start")
    if straight and isinstance(inside, Constant):
        return WarmupConstantSchedule(
            init_value=schedule.warmup_start, peak_value=inside.lr, warmup_steps=schedule.warmup
        )
    if straight and isinstance(inside, Cosine):
        return WarmupCosineDecaySchedule(
            init_value=schedule.warmup_start,
            peak_value=inside.lr,
            warmup_steps=schedule.warmup,
            decay_steps=schedule.warmup + inside.total,
            end_value=inside.min_lr,
        )
    if straight and isinstance(inside, Exponential):
        steps, factor = float32_decay(inside.per, inside.gamma, run - schedule.warmup)
        return WarmupExponentialDecaySchedule(
            init_value=schedule.warmup_start,
            peak_value=inside.lr,
            warmup_steps=schedule.warmup,
            transition_steps=steps,
            decay_rate=factor,
            end_value=inside.min_lr if inside.min_lr and inside.gamma < 1.0 else None,
        )
    then = _plateaus(inside, run, schedule.warmup) if inside.on_run_clock else _nearest(inside, run - schedule.warmup)
    if then is None:
        return None
    target = float(inside(schedule.warmup - schedule.shift))
    return _sequence_of(
        [
            (_warmup_part(schedule, target), schedule.warmup),
            (then, run),
        ]
    )


_NEAREST: Mapping[str, Conversion] = {
    "constant": entry(ConstantSchedule, value="lr"),
    "cosine": entry(CosineDecaySchedule, init_value="lr", decay_steps="total", alpha=min_lr_share),
    "cyclic": _cyclic,
    "exponential": _exponential,
    "flat_cosine": _flat_cosine,
    "hard_restarts": _restarts,
    "linear": entry(LinearSchedule, init_value="lr", end_value="floor", transition_steps="total"),
    "linear_to_zero": entry(LinearSchedule, init_value="lr", end_value="floor", transition_steps="total"),
    "multistep": _plateaus,
    "natural_exponential": entry(
        ExponentialDecay,
        init_value="lr",
        transition_steps="timescale",
        decay_rate=math.exp(-1.0),
        end_value=lambda schedule: schedule.min_lr or None,
    ),
    "onecycle": _onecycle,
    "piecewise_constant": _plateaus,
    "piecewise_interpolated": _piecewise_interpolated,
    "polynomial": _polynomial,
    "restarts": _restarts,
    "sequence": _sequence,
    "sgdr": _restarts,
    "slanted_triangular": _slanted_triangular,
    "step": _step,
    "warmup": _warmup,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
