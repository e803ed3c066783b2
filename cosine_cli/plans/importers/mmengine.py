"""Import an MMEngine ``param_scheduler``: schedulers in windows of the run, each changing the current rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list, labelled
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.scheduler_chain import ChainCurve, Multiplier, SchedulerChain, Segment, chain_curve
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import Unit
    from cosine_cli.plans.parse.node import Node

KEY = "param_scheduler"

FORMAT = Format(
    "MMEngine param_scheduler",
    needs=(one_of(KEY, Key("[].type", pattern=r"\w*(\.\w+)*(LR|Momentum|WeightDecay|ParamScheduler)")),),
    reads="param_scheduler, the rate of optim_wrapper and the length of train_cfg",
    options=RUN,
    unknown={
        "--steps-per-epoch": "the steps per epoch, if a scheduler counts steps in a run of epochs",
        "--epochs, --steps": "the length of the run, if train_cfg is missing",
        "--lr": "the rate, if optim_wrapper is missing",
    },
)

ENDLESS = 1_000_000_000
"""MMEngine's value for a window without an end."""

MOST_MULTIPLIERS = 1000
BY_METRIC = "ReduceOnPlateau"
ONE_CYCLE = "OneCycle"
NOT_THE_RATE = ("Momentum", "WeightDecay")

BY_UPDATE = "IterBasedTrainLoop"
"""The loop that counts only steps; schedulers that count epochs see one epoch."""

SHARED = ("type", "param_name", "begin", "end", "last_step", "by_epoch", "convert_to_iter_based", "verbose", "_scope_")
ARGUMENTS = {
    "Step": ("step_size", "gamma"),
    "MultiStep": ("milestones", "gamma"),
    "Constant": ("factor",),
    "Linear": ("start_factor", "end_factor"),
    "Exponential": ("gamma",),
    "Poly": ("eta_min", "power"),
    "CosineAnnealing": ("T_max", "eta_min", "eta_min_ratio"),
    "CosineRestart": ("periods", "restart_weights", "eta_min", "eta_min_ratio"),
    "OneCycle": (
        *("eta_max", "total_steps", "pct_start", "anneal_strategy"),
        *("div_factor", "final_div_factor", "three_phase"),
    ),
}
"""The arguments of each supported scheduler, besides those of all schedulers."""


class _Run(NamedTuple):
    """The length of the run.

    - ``total``: in ticks.
    - ``epochs``: in epochs, at which schedulers without an end stop; None if it is not a whole number.
    """

    total: RawValue
    epochs: int | None


class _Tick(NamedTuple):
    """The unit of time of the run: an epoch or a step.

    - ``each``: ticks per epoch, 0 if unknown.
    - ``updates``: optimizer steps per tick.
    """

    unit: Unit
    each: int
    updates: int


@dataclass(frozen=True)
class _Scheduler:
    """One scheduler and its window, which begins at tick ``begin``.

    - ``calls``: the number of calls in the window.
    - ``every``: ticks between two calls.
    - ``unit_calls``: calls per unit of the scheduler's own times.
    - ``total``: the length of the run in ticks.
    """

    kind: str
    reader: MappingReader
    begin: float
    calls: int
    every: int
    unit_calls: int
    tick: _Tick
    lr: float
    total: float

    @property
    def last(self) -> int:
        """The index of the last call in the window."""
        return self.calls - 1

    @property
    def last_in_run(self) -> int:
        """The index of the last call in the window that is in the run."""
        return min(self.last, max(math.ceil((self.total - self.begin) / self.every), 0))

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

    @property
    def floor(self) -> float:
        """The minimum, given as a rate or as a share of the optimizer's rate."""
        if {"eta_min", "eta_min_ratio"} <= self.reader.values.keys():
            raise self.reader.invalid("eta_min_ratio", "eta_min_ratio must not be given together with eta_min")
        if "eta_min_ratio" in self.reader:
            return self.reader.number("eta_min_ratio", at_least=0) * self.lr
        return self.reader.number("eta_min", 0.0, at_least=0)


def load(top: Node, flags: Flags) -> Request:
    """Return the curve of all schedulers together."""
    config = MappingReader(top) if top.pairs is not None else MappingReader(top._replace(pairs=()))
    given = config.values.get(KEY, top)
    readers = [MappingReader.of(node) for node in (given.items if given.items is not None else (given,))]
    own = [reader for reader in readers if not _is_other(reader)]
    if not own:
        raise user_error(given.where, "must contain a scheduler of the learning rate", got="none")
    kinds = [_kind(reader) for reader in own]
    tick = _tick(own, flags)
    lr, length = _rate(config, flags), _run(config, own, tick, flags)
    total = length.total
    schedulers = [
        _scheduler(reader, kind, tick, length, lr=float(lr.text)) for reader, kind in zip(own, kinds, strict=True)
    ]
    curve, after = _one_cycle(schedulers) if ONE_CYCLE in kinds else _curve(schedulers, tick, given.where)
    run = {"lr": lr, f"{tick.unit}s": total}
    if tick.unit == "epoch":
        run["update"] = computed_value("epoch", given.where)
    others = [reader.word("type") for reader in readers if _is_other(reader)]
    names = either([reader.word("type") for reader in own], last="and")
    return Request(
        unit=tick.unit,
        run=run,
        curves=(labelled(curve, names),),
        applied_flags=frozenset({"lr", "epochs", "steps"}) & frozenset(flags.given),
        remarks=(
            read_as(names, f"{total.text} {tick.unit}s"),
            *_ignored(config, others, after),
        ),
    )


def _ignored(config: MappingReader, others: list[str], after: float | None) -> tuple[str, ...]:
    return ignored(
        f"{either(others, last='and')} (not a learning rate)" if others else "",
        f"the rate {after:g} set after the last step" if after is not None else "",
        "paramwise_cfg (other parameters may have other rates)" if "paramwise_cfg" in _wrapper(config) else "",
    )


def _wrapper(config: MappingReader) -> MappingReader:
    """Return the settings of the optimizer wrapper, or the config itself if there is none."""
    return config.mapping("optim_wrapper") or config


def _is_other(reader: MappingReader) -> bool:
    """Return whether a scheduler changes something other than the learning rate."""
    return reader.word("type").endswith(NOT_THE_RATE) or reader.word("param_name", "lr") != "lr"


def _kind(reader: MappingReader) -> str:
    name = reader.word("type").rpartition(".")[2]
    kind = name.removesuffix("ParamScheduler" if name.endswith("ParamScheduler") else "LR")
    if kind == BY_METRIC:
        raise reader.invalid("type", f"type {depends('torch.ReduceLROnPlateau')}")
    if kind not in ARGUMENTS:
        known = [f"{kind}LR" for kind in ARGUMENTS]
        hint = did_you_mean(name, known) or f"the supported ones are {either(known, last='and')}"
        raise reader.invalid("type", "type must be a supported scheduler", hint=hint)
    known = [*SHARED, *ARGUMENTS[kind]]
    for argument in reader.others(known):
        hint = did_you_mean(argument, known) or f"it takes {either(ARGUMENTS[kind], last='and')}"
        raise user_error(reader.place(argument), f"{name} has no argument {quote(argument)}", hint=hint)
    return kind


def _is_by_epoch(reader: MappingReader) -> bool:
    return reader.flag("by_epoch", default=True)


def _is_converted(reader: MappingReader) -> bool:
    return _is_by_epoch(reader) and reader.flag("convert_to_iter_based", default=False)


def _tick(readers: list[MappingReader], flags: Flags) -> _Tick:
    """Return epochs if all schedulers count epochs, else steps; raise RequestError if steps per epoch are unknown."""
    if all(_is_by_epoch(reader) and not _is_converted(reader) for reader in readers):
        flags.check_epochs("the config")
        return _Tick("epoch", 1, flags.steps_per_epoch or 1)
    by_epoch = next((reader for reader in readers if _is_by_epoch(reader)), None)
    if by_epoch is None:
        return _Tick("step", flags.steps_per_epoch or 0, 1)
    if flags.steps_per_epoch is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: some schedulers count steps and some epochs"
        raise user_error(by_epoch.place("by_epoch"), rule, hint="pass --steps-per-epoch")
    return _Tick("step", flags.steps_per_epoch, 1)


def _scheduler(reader: MappingReader, kind: str, tick: _Tick, run: _Run, *, lr: float) -> _Scheduler:
    if reader.count("last_step", -1, at_least=-1) != -1:
        raise reader.invalid("last_step", "last_step must be -1: a resumed schedule cannot be read")
    unit_calls = tick.each if _is_converted(reader) else 1
    every = tick.each if tick.unit == "step" and _is_by_epoch(reader) and not _is_converted(reader) else 1
    begin, end = _calls(reader, "begin", tick), _end(reader, tick, run)
    if end <= begin:
        if "end" in reader:
            raise reader.invalid("end", f"end must be above begin ({begin})")
        raise reader.invalid("begin", f"begin must be within the run ({end})")
    return _Scheduler(
        kind, reader, float(begin * every), end - begin, every, unit_calls, tick, lr, float(run.total.text)
    )


def _calls(reader: MappingReader, name: str, tick: _Tick) -> int:
    """Return a time in calls; epochs converted to steps are truncated to whole steps."""
    if not _is_converted(reader):
        return reader.count(name, 0, at_least=0, at_most=ENDLESS)
    epochs = reader.number(name, 0.0, at_least=0, at_most=ENDLESS)
    return int(epochs) if epochs == ENDLESS else int(epochs * tick.each)


def _end(reader: MappingReader, tick: _Tick, run: _Run) -> int:
    """Return the call after the last one: without an end, the scheduler lasts as long as the run."""
    if "end" in reader:
        return _calls(reader, "end", tick)
    if not _is_by_epoch(reader):
        return int(run.total.text)
    if run.epochs is None:
        reason = f"the run of {run.total.text} steps is not a whole number of epochs"
        raise reader.missing("end", reason=reason, hint="or pass --epochs")
    return run.epochs * (tick.each if _is_converted(reader) else 1)


def _run(config: MappingReader, readers: list[MappingReader], tick: _Tick, flags: Flags) -> _Run:
    """Return the length of the run: from the options, the loop's settings, or the end of the last window."""
    loop = config.mapping("train_cfg")
    by_update = loop is not None and _is_by_update(loop)
    for reader in readers if by_update else ():
        if _is_by_epoch(reader) and not _is_converted(reader):
            rule = f"by_epoch must be false, or convert_to_iter_based true: {BY_UPDATE} does not count epochs"
            raise reader.invalid("by_epoch", rule)
    total = (
        _given_length(tick, flags)
        or (loop and _loop_length(loop, tick, by_update=by_update))
        or _last_end(readers, tick)
    )
    epochs = 1 if by_update else int(total.text) // (tick.each or 1)
    whole = by_update or epochs * tick.each == int(total.text)
    return _Run(total, epochs if whole else None)


def _is_by_update(loop: MappingReader) -> bool:
    """Return whether a loop counts steps."""
    if "type" in loop:
        return loop.word("type").rpartition(".")[2] == BY_UPDATE
    return not loop.flag("by_epoch", default="max_epochs" in loop or "max_iters" not in loop)


def _given_length(tick: _Tick, flags: Flags) -> RawValue | None:
    length = flags.epochs if tick.unit == "epoch" else flags.steps
    return None if length is None else computed_value(length, flags.length_place)


def _loop_length(loop: MappingReader, tick: _Tick, *, by_update: bool) -> RawValue | None:
    """Return the length of the run in the loop's settings, None if there is none."""
    name = "max_iters" if by_update else "max_epochs"
    if name not in loop:
        return None
    if not by_update and not tick.each:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the schedulers count steps"
        raise user_error(loop.place(name), rule, hint="pass --steps-per-epoch")
    return loop.computed(loop.count(name, at_least=1) * (1 if by_update else tick.each), name)


def _last_end(readers: list[MappingReader], tick: _Tick) -> RawValue:
    """Return the end of the last window."""
    for reader in readers:
        if reader.number("end", ENDLESS) >= ENDLESS:
            rule = f"length of the run unknown: {reader.word('type')} has no end"
            raise user_error(reader.place("end"), rule, hint=f"pass --{tick.unit}s")

    def end(reader: MappingReader) -> int:
        calls = _calls(reader, "end", tick)
        return calls * tick.each if _is_by_epoch(reader) and not _is_converted(reader) else calls

    last = max(readers, key=end)
    return last.computed(end(last), "end")


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    """Return the learning rate of the optimizer."""
    if flags.lr is not None:
        return flags.lr
    scaled = config.mapping("auto_scale_lr")
    if scaled is not None and scaled.flag("enable", default=False):
        rule = "learning rate unknown: auto_scale_lr multiplies lr by the global batch size, which is not in the file"
        raise user_error(scaled.place("enable"), rule, hint="pass --lr")
    optimizer = _wrapper(config).mapping("optimizer")
    if optimizer is None or "lr" not in optimizer:
        rule = "learning rate unknown: the config does not contain the optimizer's lr"
        raise user_error((optimizer or config).where, rule, hint="pass --lr")
    return optimizer.computed(optimizer.number("lr", above=0), "lr")


def _curve(schedulers: list[_Scheduler], tick: _Tick, where: str) -> ChainCurve:
    """Return the curve of all schedulers together."""
    multipliers = [
        factor
        for scheduler in schedulers
        if scheduler.kind in MULTIPLIERS
        for factor in MULTIPLIERS[scheduler.kind](scheduler)
    ]
    segments = [
        segment
        for scheduler in schedulers
        if scheduler.kind in SEGMENTS
        for segment in SEGMENTS[scheduler.kind](scheduler)
    ]
    # A LinearLR of one call only multiplies the rate by its start factor.
    points = [scheduler for scheduler in schedulers if scheduler.kind == "Linear" and not scheduler.last]
    multipliers += [
        Multiplier(scheduler.begin, _linear_factors(scheduler)[0], scheduler.reader.where) for scheduler in points
    ]
    smooth = [segment for segment in segments if segment.last > segment.begin or segment.initial_rate is not None]
    return chain_curve(SchedulerChain(multipliers, smooth, schedulers[0].lr, schedulers[0].total, tick.unit, where))


def _one_cycle(schedulers: list[_Scheduler]) -> ChainCurve:
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
    if scheduler.calls > scheduler.total:
        return ChainCurve(cycle)
    if scheduler.calls != steps:
        raise reader.invalid("end", f"end must be total_steps ({steps} calls) after begin, or after the end of the run")
    # The last call sets the lowest rate, which then stays.
    lowest = peak / reader.number("div_factor", 25.0, above=0) / reader.number("final_div_factor", 1e4, above=0)
    constant = scheduler.spec("constant", lr=scheduler.rate(lowest))
    if not scheduler.last:
        return ChainCurve(constant)
    limited = cycle._replace(params={**cycle.params, "for": scheduler.time(scheduler.last)})
    return ChainCurve(scheduler.spec("sequence", of=curve_list((limited, constant), reader.where)))


def _step(scheduler: _Scheduler) -> list[Multiplier]:
    every = scheduler.reader.count("step_size", at_least=1) * scheduler.unit_calls
    if scheduler.last_in_run // every > MOST_MULTIPLIERS:
        raise scheduler.reader.invalid(
            "step_size", f"step_size must give at most {MOST_MULTIPLIERS:,} drops in the run"
        )
    factor, where = scheduler.reader.number("gamma", 0.1, above=0), scheduler.reader.place("step_size")
    return [Multiplier(scheduler.at(call), factor, where) for call in range(every, scheduler.last_in_run + 1, every)]


def _multi_step(scheduler: _Scheduler) -> list[Multiplier]:
    factor, where = scheduler.reader.number("gamma", 0.1, above=0), scheduler.reader.place("milestones")
    calls = [milestone * scheduler.unit_calls for milestone in scheduler.reader.numbers("milestones", at_least=0)]
    # A milestone between two calls has no effect.
    return [
        Multiplier(scheduler.at(call), factor, where) for call in calls if call.is_integer() and call <= scheduler.last
    ]


def _constant(scheduler: _Scheduler) -> list[Multiplier]:
    factor, where = scheduler.reader.number("factor", 1 / 3, above=0, at_most=1), scheduler.reader.where
    first = Multiplier(scheduler.at(0), factor, where)
    return [first, Multiplier(scheduler.at(scheduler.last), 1 / factor, where)] if scheduler.last else [first]


MULTIPLIERS: dict[str, Callable[[_Scheduler], list[Multiplier]]] = {
    "Step": _step,
    "MultiStep": _multi_step,
    "Constant": _constant,
}
"""Schedulers that multiply the rate at some calls, by their names without ``LR``."""


def _segment(
    scheduler: _Scheduler, *, floor: float, shape: Callable[[float], float], curve: Callable[[float], CurveSpec]
) -> Segment:
    return Segment(
        where=scheduler.reader.where,
        begin=scheduler.begin,
        last=scheduler.at(scheduler.last),
        every=scheduler.every,
        updates=scheduler.tick.updates,
        floor=floor,
        shape=shape,
        curve=curve,
    )


def _linear_factors(scheduler: _Scheduler) -> tuple[float, float]:
    start = scheduler.reader.number("start_factor", 1 / 3, above=0, at_most=1)
    return start, scheduler.reader.number("end_factor", 1.0, at_least=0, at_most=1)


def _linear(scheduler: _Scheduler) -> Iterator[Segment]:
    start, end = _linear_factors(scheduler)

    def shape(call: float) -> float:
        return start + (end - start) * (call / scheduler.last)

    def curve(height: float) -> CurveSpec:
        times = computed_list((0, scheduler.last * scheduler.every), scheduler.reader.where, scheduler.tick.unit)
        rates = computed_list((start * height, end * height), scheduler.reader.where)
        return scheduler.spec("piecewise_interpolated", times=times, values=rates)

    yield _segment(scheduler, floor=0.0, shape=shape, curve=curve)


def _exponential(scheduler: _Scheduler) -> Iterator[Segment]:
    gamma = scheduler.reader.number("gamma", above=0, at_most=1)

    def curve(height: float) -> CurveSpec:
        rates = {"lr": scheduler.rate(height), "min_lr": scheduler.rate(0)}
        return scheduler.spec("exponential", **rates, gamma=scheduler.rate(gamma, "gamma"), per=scheduler.time(1))

    yield _segment(scheduler, floor=0.0, shape=lambda call: gamma**call, curve=curve)


def _poly(scheduler: _Scheduler) -> Iterator[Segment]:
    floor, power = scheduler.floor, scheduler.reader.number("power", 1.0, above=0)

    def curve(height: float) -> CurveSpec:
        ends = {"lr": scheduler.rate(floor + height), "min_lr": scheduler.rate(floor, "eta_min")}
        return scheduler.spec(
            "polynomial", **ends, power=scheduler.rate(power, "power"), total=scheduler.time(scheduler.last)
        )

    yield _segment(scheduler, floor=floor, shape=lambda call: (1.0 - call / scheduler.last) ** power, curve=curve)


def _cosine(scheduler: _Scheduler) -> Iterator[Segment]:
    length = scheduler.reader.count("T_max", 0, at_least=0) * scheduler.unit_calls or scheduler.calls
    if length < scheduler.last_in_run:
        rule = "the rate must not rise again, as it does after T_max"
        raise scheduler.reader.invalid("T_max", rule, hint="set end to T_max")
    yield _half_cosine(scheduler, scheduler.floor, length)


def _half_cosine(scheduler: _Scheduler, floor: float, length: int) -> Segment:
    def curve(height: float) -> CurveSpec:
        ends = {"lr": scheduler.rate(floor + height), "min_lr": scheduler.rate(floor, "eta_min")}
        return scheduler.spec("cosine", **ends, total=scheduler.time(length))

    return _segment(
        scheduler, floor=floor, shape=lambda call: math.sin(math.pi * (1 - call / length) / 2) ** 2, curve=curve
    )


def _cosine_restart(scheduler: _Scheduler) -> Iterator[Segment]:
    """Yield one half cosine per period, each from its own initial rate."""
    if not {"eta_min", "eta_min_ratio"} & scheduler.reader.values.keys():
        raise scheduler.reader.missing("eta_min", reason="MMEngine has no default")
    periods = [period * scheduler.unit_calls for period in scheduler.reader.counts("periods", at_least=1)]
    weights = (
        scheduler.reader.numbers("restart_weights", at_least=0) if "restart_weights" in scheduler.reader else (1.0,)
    )
    if len(weights) != len(periods):
        raise scheduler.reader.invalid(
            "restart_weights", f"restart_weights must have one value per period ({len(periods)})"
        )
    before = 0
    for period, weight in zip(periods, weights, strict=True):
        calls = min(period, scheduler.calls - before)
        if calls > 0:
            part = replace(scheduler, begin=scheduler.at(before), calls=calls)
            yield replace(_half_cosine(part, scheduler.floor, period), initial_rate=weight * scheduler.lr)
        before += period


SEGMENTS: dict[str, Callable[[_Scheduler], Iterator[Segment]]] = {
    "Linear": _linear,
    "Exponential": _exponential,
    "Poly": _poly,
    "CosineAnnealing": _cosine,
    "CosineRestart": _cosine_restart,
}
"""Schedulers that change the rate at every call, by their names without ``LR``."""
