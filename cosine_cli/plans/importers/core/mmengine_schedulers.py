"""MMEngine's schedulers of the learning rate, each as what it does to the current rate in its window.

The formulas are those of MMEngine 0.10.7, ``mmengine/optim/scheduler/param_scheduler.py``, in which each call changes
the current rate, and of MMDetection 3.3.0, ``mmdet/engine/schedulers/quadratic_warmup.py``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.milestones import milestones
from cosine_cli.plans.importers.core.scheduler_acts import Change, Increase, Segment
from cosine_cli.plans.importers.core.scheduler_chain import ChainCurve
from cosine_cli.plans.importers.core.sequence import lasting, sequence
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.schedules.core.milestones import NEVER

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.mapping_reader import MappingReader
    from cosine_cli.plans.model.clock import TimeUnit
    from cosine_cli.plans.model.imported_milestones import ImportedMilestones

MOST_CHANGES = 1000
"""The most drops of a StepLR or waves of a CosineAnnealingLR in the run, and the most periods of a CosineRestartLR."""

ONE_CYCLE = "OneCycle"
QUADRATIC = "QuadraticWarmup"

DEFAULTS = {
    "Step": {"gamma": "0.1"},
    "MultiStep": {"gamma": "0.1"},
    "Constant": {"factor": "1/3"},
    "Linear": {"start_factor": "1/3"},
    "Poly": {"power": "1"},
    ONE_CYCLE: {"pct_start": "0.3", "div_factor": "25", "final_div_factor": "1e4"},
}
"""The defaults of arguments without which a scheduler would be another one."""

Shape = Callable[[float], float]
Curve = Callable[[float, float, int], CurveSpec | None]


class Tick(NamedTuple):
    """The unit of time of the run: an epoch or a step.

    - ``each``: ticks per epoch, 0 if unknown.
    - ``updates``: optimizer steps per tick.
    """

    unit: TimeUnit
    each: int
    updates: int


@dataclass(frozen=True)
class Scheduler:
    """One scheduler and its window, which begins at tick ``begin``.

    - ``calls``: the number of calls in the window.
    - ``every``: ticks between two calls.
    - ``unit_calls``: calls per unit of the scheduler's own times.
    - ``lr``: the optimizer's rate.
    - ``total``: the length of the run in ticks.
    - ``by_epoch``: whether it is called at the end of an epoch.
    """

    kind: str
    reader: MappingReader
    begin: float
    calls: int
    every: int
    unit_calls: int
    tick: Tick
    lr: float
    total: float
    by_epoch: bool

    @property
    def last(self) -> int:
        """The index of the last call in the window."""
        return self.calls - 1

    @property
    def last_in_run(self) -> int:
        """The index of the last call in the window that is in the run."""
        return min(self.last, max(math.ceil((self.total - self.begin) / self.every), 0))

    def number(self, argument: str, **bounds: float) -> float:
        """Return an argument that has a default."""
        return self.reader.number(argument, float(Fraction(DEFAULTS[self.kind][argument])), **bounds)

    def at(self, call: float) -> float:
        """Return the tick of a call."""
        return self.begin + call * self.every

    def time(self, calls: float) -> RawValue:
        """Return a number of calls as a time."""
        return computed_value(calls * self.every, self.reader.where, self.tick.unit)

    def rate(self, value: float, name: str = "type") -> RawValue:
        """Return a value computed from an argument."""
        return self.reader.computed(value, name)

    def spec(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return CurveSpec(name, self.reader.place("type"), self.tick.unit, params)

    def points(self, times: Sequence[float], rates: Sequence[float], between: str) -> CurveSpec | None:
        """Return the curve through the rates at some calls, None if one is below 0."""
        if min(rates) < 0:
            return None
        at = computed_list((time * self.every for time in times), self.reader.where, self.tick.unit)
        values = computed_list(rates, self.reader.where)
        shape = computed_value(between, self.reader.where)
        return self.spec("piecewise_interpolated", times=at, values=values, between=shape)

    def ends(self, floor: float, height: float) -> dict[str, RawValue]:
        """Return the highest and the lowest rate of a decay."""
        return {"lr": self.rate(floor + height), "min_lr": self.rate(floor, "eta_min")}

    def ahead(self, curve: CurveSpec) -> CurveSpec:
        """Return a curve from its second call on."""
        return later(curve, computed_value(self.every * self.tick.updates, self.reader.where))

    @property
    def floor(self) -> float:
        """The minimum, given as a rate or as a share of the optimizer's rate."""
        if {"eta_min", "eta_min_ratio"} <= self.reader.values.keys():
            raise self.reader.invalid("eta_min_ratio", "eta_min_ratio must not be given together with eta_min")
        if "eta_min_ratio" in self.reader:
            return self.reader.number("eta_min_ratio", at_least=0) * self.lr
        return self.reader.number("eta_min", 0.0, at_least=0)

    def change(self, call: float, *, factor: float = 1.0, addend: float = 0.0) -> Change:
        """Return a change of the rate at a call."""
        return Change(at=self.at(call), factor=factor, addend=addend)

    def segment(
        self,
        shape: Shape,
        curve: Curve,
        *,
        floor: float = 0.0,
        first: int = 0,
        last: int | None = None,
    ) -> Iterator[Segment]:
        """Yield the segment from the ``first`` to the ``last`` call of the window, if it has more than one."""
        last = self.last if last is None else min(last, self.last)
        if last > first:
            yield self._segment(Segment, shape, curve, floor=floor, begin=self.at(first), last=self.at(last))

    def increase(self, shape: Shape, curve: Curve, *, height: float) -> Iterator[Segment]:
        """Yield the segment of the window whose calls add to the rate, if it has more than one."""
        if self.last:
            yield self._segment(
                Increase, shape, curve, floor=0.0, height=height, begin=self.begin, last=self.at(self.last)
            )

    def _segment(self, kind: type[Segment], shape: Shape, curve: Curve, **own: Any) -> Segment:
        return kind(
            where=self.reader.where,
            every=self.every,
            updates=self.tick.updates,
            shape=shape,
            curve=curve,
            **own,
        )


Acts = Iterator[Change | Segment]


def one_cycle(schedulers: list[Scheduler]) -> ChainCurve:
    """Return a OneCycleLR as PyTorch's, of which it is a copy."""
    scheduler = next(scheduler for scheduler in schedulers if scheduler.kind == ONE_CYCLE)
    reader = scheduler.reader
    if len(schedulers) > 1 or scheduler.begin or scheduler.every > 1:
        raise reader.invalid("type", "OneCycleLR must be the only scheduler and begin at 0")
    steps = (
        reader.count("total_steps", at_least=1) * scheduler.unit_calls if "total_steps" in reader else scheduler.calls
    )
    own = ("pct_start", "anneal_strategy", "div_factor", "final_div_factor", "three_phase")
    peak = reader.number("eta_max", above=0)
    cycle = scheduler.spec(
        "torch.OneCycleLR",
        max_lr=scheduler.rate(peak, "eta_max"),
        total_steps=scheduler.rate(steps, "total_steps"),
        **{name: reader.raw(name) for name in own if name in reader},
    )
    if scheduler.calls >= scheduler.total and steps > 1:
        if steps < scheduler.total:
            raise reader.invalid(
                "total_steps", f"total_steps must be at least the length of the run ({scheduler.total:g})"
            )
        return ChainCurve(cycle)
    if scheduler.calls != steps:
        raise reader.invalid("end", f"end must be total_steps ({steps} calls) after begin, or after the end of the run")
    # The last call sets the lowest rate, which then stays.
    lowest = peak / scheduler.number("div_factor", above=0) / scheduler.number("final_div_factor", above=0)
    constant = scheduler.spec("constant", lr=scheduler.rate(lowest))
    if not scheduler.last:
        return ChainCurve(constant)
    limited = lasting(cycle, scheduler.time(scheduler.last))
    return ChainCurve(sequence((limited, constant), constant.where, constant.unit))


def _step(scheduler: Scheduler) -> Acts:
    every = scheduler.reader.count("step_size", at_least=1) * scheduler.unit_calls
    if scheduler.last_in_run // every > MOST_CHANGES:
        raise scheduler.reader.invalid("step_size", f"step_size must give at most {MOST_CHANGES:,} drops in the run")
    factor = scheduler.number("gamma", above=0)
    for call in range(every, scheduler.last_in_run + 1, every):
        yield scheduler.change(call, factor=factor)


def _multi_step(scheduler: Scheduler) -> Acts:
    factor = scheduler.number("gamma", above=0)
    for milestone in scheduler.reader.numbers("milestones", at_least=0):
        call = milestone * scheduler.unit_calls
        if call.is_integer() and call <= scheduler.last:  # one between two calls has no effect
            yield scheduler.change(call, factor=factor)


def listed_milestones(scheduler: Scheduler) -> tuple[ImportedMilestones, ...]:
    """Return the milestones of a MultiStepLR; those between two calls or after its window have no effect."""
    if scheduler.kind != "MultiStep":
        return ()

    def time(milestone: float) -> float:
        call = milestone * scheduler.unit_calls
        is_hit = call.is_integer() and (call <= scheduler.last or scheduler.at(call) >= scheduler.total)
        return scheduler.at(call) if is_hit else NEVER

    per = None if scheduler.begin else scheduler.unit_calls * scheduler.every
    return milestones(scheduler.reader, "milestones", scheduler.tick.unit, per=per, time=time)


def _constant(scheduler: Scheduler) -> Acts:
    factor = scheduler.number("factor", above=0, at_most=1)
    yield scheduler.change(0, factor=factor)
    if scheduler.last:
        yield scheduler.change(scheduler.last, factor=1 / factor)


def _linear(scheduler: Scheduler) -> Acts:
    start = scheduler.number("start_factor", above=0, at_most=1)
    end = scheduler.reader.number("end_factor", 1.0, at_least=0, at_most=1)

    def shape(call: float) -> float:
        return start + (end - start) * (call / scheduler.last)

    def curve(floor: float, height: float, calls: int) -> CurveSpec | None:
        last = min(scheduler.last, calls)
        return scheduler.points((0, last), (floor + shape(0) * height, floor + shape(last) * height), "linear")

    yield scheduler.change(0, factor=start)
    yield from scheduler.segment(shape, curve)


def _exponential(scheduler: Scheduler) -> Acts:
    gamma = scheduler.reader.number("gamma", above=0, at_most=1)

    def curve(floor: float, height: float, calls: int) -> CurveSpec | None:
        del calls
        ends, per = scheduler.ends(floor, height), scheduler.time(1)
        return scheduler.spec("exponential", **ends, gamma=scheduler.rate(gamma, "gamma"), per=per)

    yield from scheduler.segment(lambda call: gamma**call, curve)


def _poly(scheduler: Scheduler) -> Acts:
    power = scheduler.number("power", above=0)

    def curve(floor: float, height: float, calls: int) -> CurveSpec | None:
        del calls
        if height < 0 and power == 1.0:
            return scheduler.points((0, scheduler.last), (floor + height, floor), "linear")
        if height < 0:
            return None
        exponent, length = scheduler.rate(power, "power"), scheduler.time(scheduler.last)
        return scheduler.spec("polynomial", **scheduler.ends(floor, height), power=exponent, total=length)

    yield from scheduler.segment(lambda call: (1.0 - call / scheduler.last) ** power, curve, floor=scheduler.floor)


def _cosine(scheduler: Scheduler) -> Acts:
    """Yield half a wave down to the minimum, or up to it; after that, whole waves up to the optimizer's rate."""
    floor, given = scheduler.floor, scheduler.reader.number("T_max", 0.0, at_least=0)
    half = given * scheduler.unit_calls or float(scheduler.calls)
    if scheduler.last_in_run / half > MOST_CHANGES:
        raise scheduler.reader.invalid("T_max", f"T_max must give at most {MOST_CHANGES:,} waves in the run")
    if not half.is_integer():  # no call is at the minimum, where the program adds to the rate
        yield from _wave(scheduler, floor, half, first=0, last=scheduler.last)
        return
    first, length = 0, int(half)
    yield from _wave(scheduler, floor, half, first=0, last=length)
    for first in range(length + 1, scheduler.last_in_run + 1, 2 * length):
        yield scheduler.change(first, addend=(scheduler.lr - floor) * _height(1, half))
        yield from _wave(scheduler, floor, half, first=first, last=first + 2 * length - 1)


def _height(call: float, half: float) -> float:
    """Return the height of a wave at a call from its bottom, 0 there and 1 at its top after ``half`` calls."""
    return math.sin(math.pi * (call / half) / 2) ** 2


def _wave(scheduler: Scheduler, floor: float, half: float, *, first: int, last: int) -> Iterator[Segment]:
    """Yield the calls from ``first`` to ``last`` of a wave, which begins at its top, or one call after the bottom."""

    def shape(call: float) -> float:
        return _height(half - abs(half - 1 - call) if first else half - call, half)

    def curve(floor: float, height: float, calls: int) -> CurveSpec | None:
        if not first and height > 0 and calls - 1 <= half:
            return scheduler.spec("cosine", **scheduler.ends(floor, height), total=scheduler.time(half))
        turns = range(math.ceil((calls - 1) / half) + 1)
        if not first:
            return scheduler.points([turn * half for turn in turns], _turned(turns, floor + height, floor), "cosine")
        turns = range(math.ceil(calls / half) + 1)
        wave = scheduler.points([turn * half for turn in turns], _turned(turns, floor, floor + height), "cosine")
        return None if wave is None else scheduler.ahead(wave)

    yield from scheduler.segment(shape, curve, floor=floor, first=first, last=last)


def _turned(turns: range, even: float, odd: float) -> list[float]:
    return [odd if turn % 2 else even for turn in turns]


def _cosine_restart(scheduler: Scheduler) -> Acts:
    """Yield half a wave per period, each from its own rate."""
    if not {"eta_min", "eta_min_ratio"} & scheduler.reader.values.keys():
        raise scheduler.reader.missing("eta_min", reason="MMEngine has no default")
    periods = [period * scheduler.unit_calls for period in scheduler.reader.counts("periods", at_least=1)]
    if len(periods) > MOST_CHANGES:
        raise scheduler.reader.invalid("periods", f"periods must be at most {MOST_CHANGES:,}")
    weights = (
        scheduler.reader.numbers("restart_weights", at_least=0) if "restart_weights" in scheduler.reader else (1.0,)
    )
    if len(weights) != len(periods):
        raise scheduler.reader.invalid(
            "restart_weights", f"restart_weights must have one value per period ({len(periods)})"
        )
    begins = itertools.accumulate(periods, initial=0)
    for begin, period, weight in zip(begins, periods, weights, strict=False):
        if begin < scheduler.calls:
            yield scheduler.change(begin, factor=0.0, addend=weight * scheduler.lr)
            yield from _period(scheduler, begin, period)


def _period(scheduler: Scheduler, begin: int, period: int) -> Iterator[Segment]:
    def curve(floor: float, height: float, calls: int) -> CurveSpec | None:
        del calls
        if height > 0:
            return scheduler.spec("cosine", **scheduler.ends(floor, height), total=scheduler.time(period))
        return scheduler.points((0, period), (floor + height, floor), "cosine")

    def shape(call: float) -> float:
        return _height(period - call, period)

    yield from scheduler.segment(shape, curve, floor=scheduler.floor, first=begin, last=begin + period - 1)


def _quadratic(scheduler: Scheduler) -> Acts:
    """Yield an increase that reaches the optimizer's rate at the last call, whatever the current rate is."""

    def shape(call: float) -> float:
        return ((call + 1) / scheduler.calls) ** 2

    def curve(floor: float, height: float, calls: int) -> CurveSpec | None:
        if floor < 0:
            return None
        peak = scheduler.spec("constant", lr=scheduler.rate(floor + height * shape(calls - 1)))
        increase = scheduler.spec(
            "warmup",
            warmup=scheduler.time(calls),
            warmup_shape=scheduler.reader.computed("quadratic", "type"),
            warmup_start=scheduler.rate(floor),
            of=curve_list((peak,), scheduler.reader.where),
        )
        return scheduler.ahead(increase)

    yield scheduler.change(0, factor=0.0, addend=scheduler.lr * shape(0))
    yield from scheduler.increase(shape, curve, height=scheduler.lr)


ACTS: dict[str, Callable[[Scheduler], Acts]] = {
    "Step": _step,
    "MultiStep": _multi_step,
    "Constant": _constant,
    "Linear": _linear,
    "Exponential": _exponential,
    "Poly": _poly,
    "CosineAnnealing": _cosine,
    "CosineRestart": _cosine_restart,
    QUADRATIC: _quadratic,
}
"""What each scheduler does to the rate, by its name without ``LR``."""
