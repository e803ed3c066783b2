"""optax's nearest schedule to each plain schedule."""

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
from cosine_cli.frameworks.optax.piecewise import PiecewiseConstantSchedule, interpolated
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
    """Return optax's nearest schedule to a plain one, whose times count updates; None if there is none."""
    return _nearest(unscaled(schedule), run)


def _nearest(plain: Schedule, run: float) -> Float32Schedule | None:
    found = converted(_NEAREST, plain, run)
    return found if isinstance(found, Float32Schedule) else None


def _sequence_of(parts: Row[tuple[Float32Schedule, float]]) -> Float32Schedule:
    """Return schedules in sequence, each with its length; those of length 0 are left out."""
    lasting = [(part, length) for part, length in parts[:-1] if length > 0.0]
    members = (*(part for part, _ in lasting), parts[-1][0])
    if len(members) == 1:
        return members[0]
    boundaries = itertools.accumulate(length for _, length in lasting)
    return JoinSchedules(schedules=members, boundaries=tuple(boundaries))


def _polynomial(plain: Polynomial, run: float) -> Float32Schedule:
    del run
    return _sequence_of(_power_decay(plain.lr, plain.min_lr, plain.power, plain.total))


def _power_decay(start: float, end: float, exponent: float, steps: float) -> list[tuple[Float32Schedule, float]]:
    """Return a polynomial decay, followed by its end value if the decay itself would be NaN there."""
    decay = PolynomialSchedule(init_value=start, end_value=end, power=exponent, transition_steps=steps)
    held: list[tuple[Float32Schedule, float]] = (
        [(ConstantSchedule(value=end), 0.0)] if math.isfinite(decay.ends) else []
    )
    return [(decay, steps), *held]


def _wave(start: float, length: float, end: float) -> Float32Schedule:
    return CosineDecaySchedule(init_value=start, decay_steps=length, alpha=quotient(end, start))


def _exponential(plain: Exponential, run: float) -> Float32Schedule:
    return _exponential_decay(plain.lr, *float32_decay(plain.per, plain.gamma, run), plain.min_lr)


def _exponential_decay(start: float, steps: float, factor: float, low: float) -> ExponentialDecay:
    return ExponentialDecay(
        init_value=start, transition_steps=steps, decay_rate=factor, end_value=low if low and factor < 1.0 else None
    )


def _step(plain: Step, run: float) -> Float32Schedule:
    """Return a staircase, or its plateaus if rounding would make some of its drops late."""
    staircase = replace(_exponential_decay(plain.lr, plain.step_size, plain.gamma, plain.min_lr), staircase=True)
    return staircase if staircase.in_step(run) else _plateaus(plain, run) or staircase


def _plateaus(plain: Schedule, run: float, begin: float = 0.0) -> Float32Schedule | None:
    """Return the rates of all plateaus after a time, each as a multiple of the one before."""
    pieces = list(between(plain.pieces(run + 1.0, MOST_PARTS), begin, run + 1.0))
    if not pieces or any(piece.kind != "flat" for piece in pieces) or len(pieces) > MOST_PARTS:
        return None
    starts = [piece.t0 for piece in pieces]
    rates = plain(np.array(starts)).tolist()
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        parts = [
            (ConstantSchedule(value=rate), end - start)
            for rate, start, end in zip(rates, starts, [*starts[1:], 0.0], strict=True)
        ]
        return _sequence_of(parts)
    scales = (quotient(b, a) if a else 0.0 for a, b in itertools.pairwise(rates))
    points = Pairs((start - begin, scale) for start, scale in zip(starts[1:], scales, strict=True))
    return PiecewiseConstantSchedule(init_value=rates[0], boundaries_and_scales=points)


def _piecewise_interpolated(plain: PiecewiseInterpolated, run: float) -> Float32Schedule | None:
    del run
    times, rates = plain.times, plain.values
    if 0.0 in rates and any(rates[rates.index(0.0) :]):  # no factor leads away from 0
        return _through([(0.0, rates[0]), *zip(times, rates, strict=True)])
    points = {time: quotient(b, a) if a else 0.0 for time, a, b in zip(times[1:], rates, rates[1:], strict=False)}
    held = {times[0]: 1.0} if times[0] else {}
    return interpolated(plain.between, rates[0], held | points)


def _through(points: Row[tuple[float, float]]) -> Float32Schedule | None:
    """Return straight lines through points, the first of them at time 0."""
    pairs = itertools.pairwise(points)
    lines = [(linear_part(a, b, end - start), end - start) for (start, a), (end, b) in pairs if start < end]
    if not lines:
        return ConstantSchedule(value=points[-1][1])
    return _sequence_of(lines) if len(lines) <= MOST_PARTS else None


def _onecycle(plain: Onecycle, run: float) -> Float32Schedule:
    del run
    start, fall = plain.lr / plain.div, 1.0 / (plain.div * plain.final_div)
    share = plain.warmup / plain.total
    if int(share * plain.total) != plain.warmup:  # rounding would bring the peak an update early
        share = (plain.warmup + 0.5) / plain.total
    if plain.three_phase and plain.anneal == "linear":
        back = (2.0 * plain.warmup + 0.5) / plain.total
        return LinearOnecycleSchedule(
            transition_steps=plain.total,
            peak_value=plain.lr,
            pct_start=share,
            pct_final=back,
            div_factor=plain.div,
            final_div_factor=plain.final_div,
        )
    if plain.three_phase:
        points = {plain.warmup: plain.div, 2.0 * plain.warmup: 1.0 / plain.div, plain.total: 1.0 / plain.final_div}
        return interpolated("cosine", start, points)
    if plain.anneal == "linear":
        return interpolated("linear", start, {plain.warmup: plain.div, plain.total: fall})
    return CosineOnecycleSchedule(
        transition_steps=plain.total,
        peak_value=plain.lr,
        pct_start=share,
        div_factor=plain.div,
        final_div_factor=plain.final_div,
    )


def _slanted_triangular(plain: SlantedTriangular, run: float) -> Float32Schedule | None:
    del run
    low = plain.lr / plain.ratio
    return _through([(0.0, low if plain.warmup else plain.lr), (plain.warmup, plain.lr), (plain.total, low)])


def _cyclic(plain: Cyclic, run: float) -> Float32Schedule | None:
    cycle = plain.rise + plain.fall
    if plain.mode == "exp_range" or run / cycle > MOST_PARTS:
        return None
    points = [(0.0, plain.min_lr)]
    for index in range(math.ceil((run + 1.0) / cycle)):
        height = 0.5**index if plain.mode == "triangular2" else 1.0
        top = plain.min_lr + (plain.lr - plain.min_lr) * height
        points += [(index * cycle + plain.rise, top), ((index + 1) * cycle, plain.min_lr)]
    return _through(points)


def _restarts(plain: Sgdr | HardRestarts | Restarts, run: float) -> Float32Schedule | None:
    restarts = plain if isinstance(plain, Restarts) else plain.of
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


def _warmup_part(shape: str, start: float, target: float, length: float) -> Float32Schedule:
    """Return a warmup; one along a cosine needs a start above 0, since it takes factors."""
    if shape == "constant":
        return ConstantSchedule(value=start)
    if shape == "cosine" and start:
        return interpolated("cosine", start, {length: quotient(target, start)})
    if shape == "exponential":
        return ExponentialDecay(init_value=start, transition_steps=length, decay_rate=quotient(target, start))
    return linear_part(start, target, length)


def _decay_part(plain: Wsd) -> list[tuple[Float32Schedule, float]]:
    if plain.decay_shape == "cosine":
        return [(_wave(plain.lr, plain.decay, plain.min_lr), plain.decay)]
    if plain.decay_shape == "exponential":
        return [
            (_exponential_decay(plain.lr, plain.decay, quotient(plain.min_lr, plain.lr), plain.min_lr), plain.decay)
        ]
    return _power_decay(plain.lr, plain.min_lr, 0.5 if plain.decay_shape == "sqrt" else 1.0, plain.decay)


def _wsd(plain: Wsd, run: float) -> Float32Schedule:
    del run
    return _sequence_of([*_warmup_and_hold(plain, plain.stable), *_decay_part(plain)])


def _warmup_hold_cosine(plain: WarmupHoldCosine, run: float) -> Float32Schedule:
    del run
    return _sequence_of(
        [*_warmup_and_hold(plain, plain.hold), (_wave(plain.lr, plain.decay, plain.min_lr), plain.decay)]
    )


def _warmup_and_hold(plain: Wsd | WarmupHoldCosine, hold: float) -> Iterator[tuple[Float32Schedule, float]]:
    """Yield the warmup, if there is one, and the constant rate after it."""
    if plain.warmup:
        yield _warmup_part(plain.warmup_shape, plain.warmup_start, plain.lr, plain.warmup), plain.warmup
    yield ConstantSchedule(value=plain.lr), hold


def _flat_cosine(plain: FlatCosine, run: float) -> Float32Schedule:
    del run
    wave = _wave(plain.lr, plain.decay, plain.min_lr)
    return _sequence_of([(ConstantSchedule(value=plain.lr), plain.hold), (wave, plain.decay)])


def _sequence(plain: Sequence, run: float) -> Float32Schedule | None:
    parts = [(_nearest(part, min(length, run)), length) for part, length in zip(plain.of, plain.lengths, strict=True)]
    found = [(part, length) for part, length in parts if part is not None]
    return _sequence_of(found) if len(found) == len(parts) else None


def _warmup(plain: Warmup, run: float) -> Float32Schedule | None:
    """Return a warmup and the inner schedule: as one schedule of optax if it has that, else joined."""
    inside, straight = plain.of, plain.warmup_shape == "linear"
    if straight and isinstance(inside, Constant):
        return WarmupConstantSchedule(init_value=plain.warmup_start, peak_value=inside.lr, warmup_steps=plain.warmup)
    if straight and isinstance(inside, Cosine):
        return WarmupCosineDecaySchedule(
            init_value=plain.warmup_start,
            peak_value=inside.lr,
            warmup_steps=plain.warmup,
            decay_steps=plain.warmup + inside.total,
            end_value=inside.min_lr,
        )
    if straight and isinstance(inside, Exponential):
        steps, factor = float32_decay(inside.per, inside.gamma, run - plain.warmup)
        return WarmupExponentialDecaySchedule(
            init_value=plain.warmup_start,
            peak_value=inside.lr,
            warmup_steps=plain.warmup,
            transition_steps=steps,
            decay_rate=factor,
            end_value=inside.min_lr if inside.min_lr and inside.gamma < 1.0 else None,
        )
    then = _plateaus(inside, run, plain.warmup) if inside.on_run_clock else _nearest(inside, run - plain.warmup)
    if then is None:
        return None
    target = float(inside(plain.warmup - plain.shift))
    return _sequence_of(
        [(_warmup_part(plain.warmup_shape, plain.warmup_start, target, plain.warmup), plain.warmup), (then, run)]
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
        end_value=lambda plain: plain.min_lr or None,
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
