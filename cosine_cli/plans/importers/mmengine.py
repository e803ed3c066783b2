"""An MMEngine ``param_scheduler``: schedulers in windows of the run, each acting on the rate that it finds there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, computed_value, listed, raw_value
from cosine_cli.plans.importers.core.remarks import left_out, read_as
from cosine_cli.plans.importers.core.scheduler_chain import Joined, Multiplier, SchedulerChain, Segment, joined
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import Unit
    from cosine_cli.plans.parse.node import Node

TITLE = "MMEngine param_scheduler"
SHARES = ("title", "lr", "epochs", "steps", "steps_per_epoch", "warmup", "min_lr", "update")
"""Variables that a config may have for itself: MMEngine does not read them."""
TAKES = RUN
INSTEAD: dict[str, str] = {}

KEY = "param_scheduler"
ENDLESS = 1_000_000_000
"""What MMEngine takes for a window without an end."""

MOST_DROPS = 1000
BY_RESULTS = "ReduceOnPlateau"
ONE_CYCLE = "OneCycle"
NOT_THE_RATE = ("Momentum", "WeightDecay")

BY_UPDATE = "IterBasedTrainLoop"
"""The loop that counts updates alone: it is one epoch to schedulers that count epochs."""

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
"""The arguments of each scheduler that is read, beside those that all have."""


class _Run(NamedTuple):
    """The run of a loop.

    - ``total``: its length in ticks.
    - ``epochs``: the epoch in which schedulers without an end stop, None where that is not known.
    """

    total: RawValue
    epochs: int | None


class _Clock(NamedTuple):
    """What a tick of the run is: an epoch, or a step.

    - ``each``: ticks in an epoch, 0 where that is not known.
    - ``updates``: updates in a tick.
    """

    unit: Unit
    each: int
    updates: int


class _Row(NamedTuple):
    """One scheduler: its window in ticks.

    - ``calls``: how many calls it has in its window.
    - ``every``: ticks between two calls.
    - ``stretch``: how many calls one of its own units is.
    """

    kind: str
    sheet: MappingReader
    begin: float
    calls: int
    every: int
    stretch: int
    clock: _Clock
    lr: float
    total: float

    @property
    def last(self) -> int:
        """The number of the last call in the window, from 0."""
        return self.calls - 1

    @property
    def seen(self) -> int:
        """The number of the last call in window and run."""
        return min(self.last, max(math.ceil((self.total - self.begin) / self.every), 0))

    def at(self, call: float) -> float:
        """Return the tick of a call."""
        return self.begin + call * self.every

    def time(self, calls: float) -> RawValue:
        """Return a number of calls as a time."""
        return computed_value(calls * self.every, self.sheet.where, self.clock.unit)

    def rate(self, value: float, name: str = "type") -> RawValue:
        """Return a rate that follows from an argument."""
        return computed_value(value, self.sheet.place(name))

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve of ours."""
        return CurveSpec(name, self.sheet.place("type"), self.clock.unit, params)

    @property
    def floor(self) -> float:
        """The rate that it falls to, as such or as a share of the optimizer's."""
        if {"eta_min", "eta_min_ratio"} <= self.sheet.values.keys():
            raise self.sheet.refused("eta_min_ratio", "eta_min_ratio must not be given together with eta_min")
        if "eta_min_ratio" in self.sheet:
            return self.sheet.number("eta_min_ratio", at_least=0) * self.lr
        return self.sheet.number("eta_min", 0.0, at_least=0)


def matches(top: Node) -> bool:
    """Tell a list of schedulers by their types, or a config by its key."""
    if top.items:
        return all("type" in item.keys for item in top.items)
    return KEY in top.keys


def load(top: Node, flags: Flags) -> Request:
    """Return the schedulers, one after the other, as the core's schedules."""
    config = MappingReader(top) if top.pairs is not None else MappingReader(top._replace(pairs=()))
    given = config.values.get(KEY, top)
    sheets = [MappingReader.of(node) for node in (given.items if given.items is not None else (given,))]
    own = [sheet for sheet in sheets if not _is_other(sheet)]
    if not own:
        raise user_error(given.where, "must have a scheduler of the learning rate", got="none")
    kinds = [_kind(sheet) for sheet in own]
    clock = _clock(own, flags)
    lr, length = _rate(config, flags), _run(config, own, clock, flags)
    total = length.total
    rows = [_row(sheet, kind, clock, length, lr=float(lr.text)) for sheet, kind in zip(own, kinds, strict=True)]
    curve, after = _one_cycle(rows) if ONE_CYCLE in kinds else _curve(rows, clock, given.where)
    run = {"lr": lr, f"{clock.unit}s": total}
    if clock.unit == "epoch":
        run["update"] = computed_value("epoch", given.where)
    others = [sheet.word("type") for sheet in sheets if _is_other(sheet)]
    words = f"{either([sheet.word('type') for sheet in own], last='and')}, together {curve.name},"
    return Request(
        unit=clock.unit,
        run=run,
        curves=(curve,),
        applied_flags=frozenset({"lr", "epochs", "steps"}) & frozenset(flags.given),
        remarks=read_as(TITLE, words, f"{total.text} {clock.unit}s")
        + left_out(
            TITLE,
            f"{either(others, last='and')}: not about the learning rate" if others else "",
            f"the rate {after:g} that is set after the last update" if after is not None else "",
            "paramwise_cfg: other parameters may have other rates" if "paramwise_cfg" in _wrapper(config) else "",
        ),
    )


def _wrapper(config: MappingReader) -> MappingReader:
    """Return the settings of the optimizer's wrapper, which a config may go without."""
    return config.sheet("optim_wrapper") or config


def _is_other(sheet: MappingReader) -> bool:
    """Tell whether a scheduler moves something else than the rate."""
    return sheet.word("type").endswith(NOT_THE_RATE) or sheet.word("param_name", "lr") != "lr"


def _kind(sheet: MappingReader) -> str:
    name = sheet.word("type").rpartition(".")[2]
    kind = name.removesuffix("ParamScheduler" if name.endswith("ParamScheduler") else "LR")
    if kind == BY_RESULTS:
        raise sheet.refused("type", f"type {depends('torch.ReduceLROnPlateau')}")
    if kind not in ARGUMENTS:
        known = [f"{known}LR" for known in ARGUMENTS]
        hint = did_you_mean(name, known) or f"those that are read are {either(known, last='and')}"
        raise sheet.refused("type", "type must be a scheduler of MMEngine", hint=hint)
    takes = (*SHARED, *ARGUMENTS[kind])
    for argument in sheet.others(takes):
        hint = did_you_mean(argument, takes) or f"it takes {either(ARGUMENTS[kind], last='and')}"
        raise user_error(sheet.place(argument), f"{name} has no argument {quote(argument)}", hint=hint)
    return kind


def _is_by_epoch(sheet: MappingReader) -> bool:
    return sheet.flag("by_epoch", default=True)


def _is_converted(sheet: MappingReader) -> bool:
    return _is_by_epoch(sheet) and sheet.flag("convert_to_iter_based", default=False)


def _clock(sheets: list[MappingReader], flags: Flags) -> _Clock:
    """Return what to count in: epochs where all do, else updates, for which an epoch's number has to be known."""
    if all(_is_by_epoch(sheet) and not _is_converted(sheet) for sheet in sheets):
        flags.check_epochs("the file")
        return _Clock("epoch", 1, flags.steps_per_epoch or 1)
    by_epoch = next((sheet for sheet in sheets if _is_by_epoch(sheet)), None)
    if by_epoch is None:
        return _Clock("step", flags.steps_per_epoch or 0, 1)
    if flags.steps_per_epoch is None:
        rule = "how many updates an epoch has must be known, since not all schedulers count epochs alone"
        raise user_error(by_epoch.place("by_epoch"), rule, hint="give --steps-per-epoch")
    return _Clock("step", flags.steps_per_epoch, 1)


def _row(sheet: MappingReader, kind: str, clock: _Clock, run: _Run, *, lr: float) -> _Row:
    """Return a scheduler in ticks."""
    if sheet.count("last_step", -1, at_least=-1) != -1:
        raise sheet.refused("last_step", "last_step must be -1: a curve begins at its beginning")
    stretch = clock.each if _is_converted(sheet) else 1
    every = clock.each if clock.unit == "step" and _is_by_epoch(sheet) and not _is_converted(sheet) else 1
    begin, end = _calls(sheet, "begin", clock), _end(sheet, clock, run)
    if end <= begin:
        rule = f"end must be above begin ({begin})" if "end" in sheet else f"begin must be within the run ({end})"
        raise sheet.refused(rule.partition(" ")[0], rule)
    return _Row(kind, sheet, float(begin * every), end - begin, every, stretch, clock, lr, float(run.total.text))


def _calls(sheet: MappingReader, name: str, clock: _Clock) -> int:
    """Return a time in calls; one of epochs that is made one of updates is cut to whole updates."""
    if not _is_converted(sheet):
        return sheet.count(name, 0, at_least=0, at_most=ENDLESS)
    epochs = sheet.number(name, 0.0, at_least=0, at_most=ENDLESS)
    return int(epochs) if epochs == ENDLESS else int(epochs * clock.each)


def _end(sheet: MappingReader, clock: _Clock, run: _Run) -> int:
    """Return the call after the last of a scheduler: without an end it lasts as long as the run."""
    if "end" in sheet:
        return _calls(sheet, "end", clock)
    if not _is_by_epoch(sheet):
        return int(run.total.text)
    if run.epochs is None:
        rule = f"needs end: the run ({run.total.text} updates) must be a whole number of epochs without one"
        raise user_error(sheet.where, rule, hint="give --epochs")
    return run.epochs * (clock.each if _is_converted(sheet) else 1)


def _run(config: MappingReader, sheets: list[MappingReader], clock: _Clock, flags: Flags) -> _Run:
    """Return the length of the run: as flags say, as the loop's settings do, or to the last window's end."""
    loop = config.sheet("train_cfg")
    by_update = loop is not None and _is_by_update(loop)
    for sheet in sheets if by_update else ():
        if _is_by_epoch(sheet) and not _is_converted(sheet):
            rule = f"by_epoch must be false, or convert_to_iter_based true: {BY_UPDATE} counts no epochs"
            raise sheet.refused("by_epoch", rule)
    total = _flagged(clock, flags) or (loop and _looped(loop, clock, by_update=by_update)) or _ended(sheets, clock)
    epochs = 1 if by_update else int(total.text) // (clock.each or 1)
    whole = by_update or epochs * clock.each == int(total.text)
    return _Run(total, epochs if whole else None)


def _is_by_update(loop: MappingReader) -> bool:
    """Tell whether a loop counts updates."""
    if "type" in loop:
        return loop.word("type").rpartition(".")[2] == BY_UPDATE
    return not loop.flag("by_epoch", default="max_epochs" in loop or "max_iters" not in loop)


def _flagged(clock: _Clock, flags: Flags) -> RawValue | None:
    if not {"epochs", "steps"} & set(flags.given):
        return None
    name = "steps" if "steps" in flags.given else "epochs"
    length = flags.epochs if clock.unit == "epoch" else flags.steps
    return computed_value(length or 0, flags.given[name].where)


def _looped(loop: MappingReader, clock: _Clock, *, by_update: bool) -> RawValue | None:
    """Return the length that a loop's settings say."""
    name = "max_iters" if by_update else "max_epochs"
    if name not in loop:
        return None
    if not by_update and not clock.each:
        rule = "how many updates an epoch has must be known, since the schedulers count updates"
        raise user_error(loop.place(name), rule, hint="give --steps-per-epoch")
    return computed_value(loop.count(name, at_least=1) * (1 if by_update else clock.each), loop.place(name))


def _ended(sheets: list[MappingReader], clock: _Clock) -> RawValue:
    """Return the end of the last window."""
    for sheet in sheets:
        if sheet.number("end", ENDLESS) >= ENDLESS:
            rule = f"the length of the run must be known: {sheet.word('type')} has no end"
            raise user_error(sheet.place("end"), rule, hint=f"give --{clock.unit}s")

    def end(sheet: MappingReader) -> int:
        calls = _calls(sheet, "end", clock)
        return calls * clock.each if _is_by_epoch(sheet) and not _is_converted(sheet) else calls

    last = max(sheets, key=end)
    return computed_value(end(last), last.place("end"))


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    """Return the rate of the optimizer."""
    if flags.lr is not None:
        return flags.lr
    scaled = config.sheet("auto_scale_lr")
    if scaled is not None and scaled.flag("enable", default=False):
        rule = "auto_scale_lr multiplies lr with the batch size of all processes, which is not in the file"
        raise user_error(scaled.place("enable"), rule, hint="give --lr")
    optimizer = _wrapper(config).sheet("optimizer")
    if optimizer is None or "lr" not in optimizer:
        rule = "the rate of the optimizer, with which the schedulers begin, must be known"
        raise user_error((optimizer or config).where, rule, hint="give --lr")
    return computed_value(optimizer.number("lr", above=0), optimizer.place("lr"))


def _curve(rows: list[_Row], clock: _Clock, where: str) -> Joined:
    """Return the rates that the schedulers make together, a part for every stretch that is smooth."""
    drops = [drop for row in rows if row.kind in DROPS for drop in DROPS[row.kind](row)]
    waves = [wave for row in rows if row.kind in WAVES for wave in WAVES[row.kind](row)]
    # A line of one call is no line: it multiplies the rate with where it begins.
    points = [row for row in rows if row.kind == "Linear" and not row.last]
    drops += [Multiplier(row.begin, _ends_of_line(row)[0], row.sheet.where) for row in points]
    moving = [wave for wave in waves if wave.last > wave.begin or wave.starts is not None]
    return joined(SchedulerChain(drops, moving, rows[0].lr, rows[0].total, clock.unit, where))


def _one_cycle(rows: list[_Row]) -> Joined:
    """Return a one-cycle as PyTorch's, which it is a copy of."""
    row = next(row for row in rows if row.kind == ONE_CYCLE)
    sheet = row.sheet
    if len(rows) > 1 or row.begin or row.every > 1:
        raise sheet.refused("type", "a OneCycleLR must be the only scheduler, from the beginning")
    steps = sheet.count("total_steps", at_least=1) * row.stretch if "total_steps" in sheet else row.calls
    own = ("pct_start", "anneal_strategy", "div_factor", "final_div_factor", "three_phase")
    peak = sheet.number("eta_max", above=0)
    cycle = row.curve(
        "torch.OneCycleLR",
        max_lr=row.rate(peak, "eta_max"),
        total_steps=row.rate(steps, "total_steps"),
        **{name: raw_value(sheet.values[name]) for name in own if name in sheet},
    )
    if row.calls > row.total:
        return Joined(cycle)
    if row.calls != steps:
        raise sheet.refused("end", f"end must be total_steps ({steps} calls) after begin, or after the run")
    # Its last call leaves the lowest rate, which stays.
    lowest = peak / sheet.number("div_factor", 25.0, above=0) / sheet.number("final_div_factor", 1e4, above=0)
    held = row.curve("constant", lr=row.rate(lowest))
    if not row.last:
        return Joined(held)
    falling = cycle._replace(params={**cycle.params, "for": row.time(row.last)})
    return Joined(row.curve("sequence", of=listed((falling, held), sheet.where)))


def _step_drops(row: _Row) -> list[Multiplier]:
    every = row.sheet.count("step_size", at_least=1) * row.stretch
    if row.seen // every > MOST_DROPS:
        raise row.sheet.refused("step_size", f"step_size must make at most {MOST_DROPS:,} drops in the run")
    factor, where = row.sheet.number("gamma", 0.1, above=0), row.sheet.place("step_size")
    return [Multiplier(row.at(call), factor, where) for call in range(every, row.seen + 1, every)]


def _multi_step_drops(row: _Row) -> list[Multiplier]:
    factor, where = row.sheet.number("gamma", 0.1, above=0), row.sheet.place("milestones")
    calls = [milestone * row.stretch for milestone in row.sheet.numbers("milestones", at_least=0)]
    # A milestone between two calls is never met.
    return [Multiplier(row.at(call), factor, where) for call in calls if call.is_integer() and call <= row.last]


def _constant_drops(row: _Row) -> list[Multiplier]:
    factor, where = row.sheet.number("factor", 1 / 3, above=0, at_most=1), row.sheet.where
    begun = Multiplier(row.at(0), factor, where)
    return [begun, Multiplier(row.at(row.last), 1 / factor, where)] if row.last else [begun]


DROPS: dict[str, Callable[[_Row], list[Multiplier]]] = {
    "Step": _step_drops,
    "MultiStep": _multi_step_drops,
    "Constant": _constant_drops,
}
"""Schedulers that only multiply, now and then, by their names before ``LR``."""


def _wave(row: _Row, *, floor: float, shape: Callable[[float], float], curve: Callable[[float], CurveSpec]) -> Segment:
    return Segment(
        where=row.sheet.where,
        begin=row.begin,
        last=row.at(row.last),
        every=row.every,
        updates=row.clock.updates,
        floor=floor,
        shape=shape,
        curve=curve,
    )


def _ends_of_line(row: _Row) -> tuple[float, float]:
    start = row.sheet.number("start_factor", 1 / 3, above=0, at_most=1)
    return start, row.sheet.number("end_factor", 1.0, at_least=0, at_most=1)


def _linear(row: _Row) -> Iterator[Segment]:
    start, end = _ends_of_line(row)

    def shape(call: float) -> float:
        return start + (end - start) * (call / row.last)

    def curve(height: float) -> CurveSpec:
        times = RawValue("", row.sheet.where, row.clock.unit, parts=(row.time(0), row.time(row.last)))
        rates = (row.rate(start * height, "start_factor"), row.rate(end * height, "end_factor"))
        return row.curve("piecewise_interpolated", times=times, values=RawValue("", row.sheet.where, parts=rates))

    yield _wave(row, floor=0.0, shape=shape, curve=curve)


def _exponential(row: _Row) -> Iterator[Segment]:
    gamma = row.sheet.number("gamma", above=0, at_most=1)

    def curve(height: float) -> CurveSpec:
        rates = {"lr": row.rate(height), "min_lr": row.rate(0)}
        return row.curve("exponential", **rates, gamma=row.rate(gamma, "gamma"), per=row.time(1))

    yield _wave(row, floor=0.0, shape=lambda call: gamma**call, curve=curve)


def _poly(row: _Row) -> Iterator[Segment]:
    floor, power = row.floor, row.sheet.number("power", 1.0, above=0)

    def curve(height: float) -> CurveSpec:
        ends = {"lr": row.rate(floor + height), "min_lr": row.rate(floor, "eta_min")}
        return row.curve("polynomial", **ends, power=row.rate(power, "power"), total=row.time(row.last))

    yield _wave(row, floor=floor, shape=lambda call: (1.0 - call / row.last) ** power, curve=curve)


def _cosine(row: _Row) -> Iterator[Segment]:
    length = row.sheet.count("T_max", 0, at_least=0) * row.stretch or row.calls
    if length < row.seen:
        rule = "the rate must not climb again, as it does behind T_max"
        raise row.sheet.refused("T_max", rule, hint="end the window there")
    yield _half_wave(row, row.floor, length)


def _half_wave(row: _Row, floor: float, length: int) -> Segment:
    def curve(height: float) -> CurveSpec:
        ends = {"lr": row.rate(floor + height), "min_lr": row.rate(floor, "eta_min")}
        return row.curve("cosine", **ends, total=row.time(length))

    return _wave(row, floor=floor, shape=lambda call: math.sin(math.pi * (1 - call / length) / 2) ** 2, curve=curve)


def _cosine_restart(row: _Row) -> Iterator[Segment]:
    """Yield a half wave a period, each from its own rate, whatever it finds."""
    from dataclasses import replace

    if not {"eta_min", "eta_min_ratio"} & row.sheet.values.keys():
        raise row.sheet.missing("eta_min", hint="MMEngine has no default for it")
    periods = [period * row.stretch for period in row.sheet.counts("periods", at_least=1)]
    weights = row.sheet.numbers("restart_weights", at_least=0) if "restart_weights" in row.sheet else (1.0,)
    if len(weights) != len(periods):
        raise row.sheet.refused("restart_weights", f"restart_weights must be one a period ({len(periods)})")
    before = 0
    for period, weight in zip(periods, weights, strict=True):
        calls = min(period, row.calls - before)
        if calls > 0:
            part = row._replace(begin=row.at(before), calls=calls)
            yield replace(_half_wave(part, row.floor, period), starts=weight * row.lr)
        before += period


WAVES: dict[str, Callable[[_Row], Iterator[Segment]]] = {
    "Linear": _linear,
    "Exponential": _exponential,
    "Poly": _poly,
    "CosineAnnealing": _cosine,
    "CosineRestart": _cosine_restart,
}
"""Schedulers that move the rate at every call, by their names before ``LR``."""
