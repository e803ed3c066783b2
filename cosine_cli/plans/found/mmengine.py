"""An MMEngine ``param_scheduler``: schedulers in windows of the run, each acting on the rate that it finds there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import refusal
from cosine_cli.plans.found.core.remarks import left_out, read_as
from cosine_cli.plans.found.core.sheet import Sheet, listed, made, said
from cosine_cli.plans.said import Asked, CurveSaid, Said
from cosine_cli.text import did_you_mean, either

if TYPE_CHECKING:
    from cosine_cli.plans.clock import Unit
    from cosine_cli.plans.found.core.flags import Flags
    from cosine_cli.plans.node import Node

TITLE = "MMEngine param_scheduler"
SHARES: tuple[str, ...] = ()

KEY = "param_scheduler"
ENDLESS = 1_000_000_000
"""What MMEngine takes for a window without an end."""

MOST_DROPS = 1000
MOST_MEMBERS = 200

BY_RESULTS = "ReduceOnPlateau"
NOT_THE_RATE = "Momentum"


class _Row(NamedTuple):
    """One scheduler: its kind, where it is said, and its window in ticks of the run, ``every`` between two calls."""

    kind: str
    sheet: Sheet
    begin: int
    end: float
    every: int

    @property
    def calls(self) -> float:
        """The number of its last call, from 0."""
        return self.end - 1

    def at(self, call: float) -> float:
        """Return when it is called for the ``call``-th time, in ticks."""
        return self.begin * self.every + call * self.every


class _Drop(NamedTuple):
    """A factor on the rate, from a tick on."""

    at: float
    factor: float
    where: str


@dataclass(frozen=True)
class _Wave:
    """A smooth stretch: ``floor + height * shape(call)`` from its begin to its last change.

    - ``starts``: the rate that it begins with, None where it begins with the one that it finds.
    - ``curve``: the same as a curve of ours, given the rate above the floor that it begins with.
    """

    row: _Row
    begin: float
    last: float
    floor: float
    shape: Callable[[float], float]
    curve: Callable[[float], CurveSaid]
    starts: float | None = None
    height: float = 0.0

    def rate(self, tick: float) -> float:
        """Return the rate at a tick, as held since the last call."""
        call = (min(tick, self.last) - self.begin) // self.row.every
        return self.floor + self.height * self.shape(call)


class _Clock(NamedTuple):
    """What a tick of the run is: an epoch or a step; ``each`` ticks an epoch."""

    unit: Unit
    each: int


class _Part(NamedTuple):
    """A stretch of the run and its curve; a rate instead of one where it does not move."""

    begin: float
    end: float
    curve: CurveSaid | float


def told(top: Node) -> bool:
    """Tell a list of schedulers by their types, or a config by its key."""
    if top.items:
        return all("type" in item.keys for item in top.items)
    return KEY in top.keys


def asked(top: Node, flags: Flags) -> Asked:
    """Return the schedulers, one after the other, as the core's schedules."""
    config = Sheet(top) if top.pairs is not None else Sheet(top._replace(pairs=()))
    given = config.values.get(KEY, top)
    sheets = [Sheet.of(node) for node in (given.items if given.items is not None else (given,))]
    rates = [sheet for sheet in sheets if not _is_other(sheet)]
    if not rates:
        raise refusal(given.where, "must have a scheduler of the learning rate", got="none")
    clock = _clock(rates, flags)
    rows = [_row(sheet, clock) for sheet in rates]
    total = _total(config, rows, clock, flags)
    lr = _rate(config, flags)
    whole = _whole(rows[0]) if len(rows) == 1 else None
    curve = whole or _curve(rows, float(lr.text), total, clock, given.where)
    length = {f"{clock.unit}s": total}
    moves = {"update": made("epoch", given.where)} if clock.unit == "epoch" else {}
    words = f"{either([row.sheet.word('type') for row in rows], last='and')}, the parts of a {curve.name},"
    others = [sheet.word("type") for sheet in sheets if _is_other(sheet)]
    return Asked(
        unit=clock.unit,
        run={"lr": lr, **length, **moves},
        curves=(curve,),
        settled=frozenset({"epochs", "steps"}) & frozenset(flags.said),
        remarks=read_as(TITLE, words, f"{total.text} {clock.unit}s")
        + left_out(TITLE, f"{either(others, last='and')}: not about the learning rate" if others else ""),
    )


def _is_other(sheet: Sheet) -> bool:
    """Tell whether a scheduler moves something else than the rate."""
    return sheet.word("type").endswith(NOT_THE_RATE) or sheet.word("param_name", "lr") != "lr"


def _is_by_epoch(sheet: Sheet) -> bool:
    return sheet.flag("by_epoch", default=True)


def _is_converted(sheet: Sheet) -> bool:
    return _is_by_epoch(sheet) and sheet.flag("convert_to_iter_based", default=False)


def _clock(sheets: list[Sheet], flags: Flags) -> _Clock:
    """Return what to count in: epochs where all do, else updates, for which an epoch's number has to be known."""
    if all(_is_by_epoch(sheet) and not _is_converted(sheet) for sheet in sheets):
        flags.check_epochs("the file")
        return _Clock("epoch", 1)
    if not any(map(_is_by_epoch, sheets)):
        return _Clock("step", flags.steps_per_epoch or 0)
    if flags.steps_per_epoch is None:
        first = next(sheet for sheet in sheets if _is_by_epoch(sheet))
        rule = "how many updates an epoch has must be known where some count epochs and some updates"
        raise refusal(first.place("by_epoch"), rule, mend="give --steps-per-epoch")
    return _Clock("step", flags.steps_per_epoch)


def _row(sheet: Sheet, clock: _Clock) -> _Row:
    """Return a scheduler in ticks."""
    kind = _kind(sheet)
    begin = sheet.count("begin", 0, at_least=0)
    end = sheet.count("end", ENDLESS, at_least=1)
    if end <= begin:
        raise sheet.refused("end", f"end must be above begin ({begin})")
    if sheet.count("last_step", -1) != -1:
        raise sheet.refused("last_step", "last_step must be -1: a curve begins at its beginning")
    stretch = clock.each if _is_converted(sheet) else 1
    every = clock.each if _is_by_epoch(sheet) and not _is_converted(sheet) else 1
    lasts = math.inf if end >= ENDLESS else (end - begin) * stretch
    return _Row(kind, sheet, begin * stretch, lasts, every)


def _kind(sheet: Sheet) -> str:
    name = sheet.word("type").rpartition(".")[2]
    kind = name.removesuffix("LR") if name.endswith("LR") else name.removesuffix("ParamScheduler")
    if kind == BY_RESULTS:
        rule = "type must not depend on the results of the training"
        raise sheet.refused("type", rule, mend="such a rate can not be known before")
    if kind not in (*DROPS, *WAVES, ONE_CYCLE):
        known = [f"{known}LR" for known in (*DROPS, *WAVES, ONE_CYCLE)]
        mend = did_you_mean(name, known) or f"those that are read are {either(known, last='and')}"
        raise sheet.refused("type", "type must be a scheduler of MMEngine", mend=mend)
    return kind


def _total(config: Sheet, rows: list[_Row], clock: _Clock, flags: Flags) -> Said:
    """Return the length of the run in ticks: as flags say, as the loop's settings do, or to the last window's end."""
    if {"epochs", "steps"} & set(flags.said):
        name = "steps" if "steps" in flags.said else "epochs"
        found = flags.epochs if clock.unit == "epoch" else flags.steps
        return made(found or 0, flags.said[name].where)
    loop = config.sheet("train_cfg")
    for name, each in (("max_epochs", clock.each), ("max_iters", 1)):
        if loop is not None and name in loop and each and (name == "max_epochs" or clock.unit == "step"):
            return made(loop.count(name, at_least=1) * each, loop.place(name))
    last = max(rows, key=lambda row: row.at(row.end) if math.isfinite(row.end) else 0.0)
    if not math.isfinite(last.end):
        mend = f"give --{clock.unit}s"
        raise refusal(last.sheet.place("end"), "the length of the run must be known: no scheduler has an end", mend=mend)
    return made(last.at(last.end), last.sheet.place("end"))


def _rate(config: Sheet, flags: Flags) -> Said:
    if "lr" in flags.said:
        return flags.said["lr"]
    wrapper = config.sheet("optim_wrapper") or config
    optimizer = wrapper.sheet("optimizer")
    if optimizer is None or "lr" not in optimizer:
        rule = "the rate of the optimizer, which the schedulers begin with, must be known"
        raise refusal((optimizer or config).where, rule, mend="give --lr")
    optimizer.number("lr", above=0)
    return said(optimizer.values["lr"])


def _whole(row: _Row) -> CurveSaid | None:
    """Return a one-cycle, which takes no part in others, as PyTorch's, which it is a copy of."""
    if row.kind != ONE_CYCLE:
        return None
    sheet = row.sheet
    if row.begin or row.every != 1:
        raise sheet.refused("begin", "begin must be 0 for a OneCycleLR")
    if not math.isfinite(row.end) and "total_steps" not in sheet:
        raise sheet.missing("total_steps")
    steps = sheet.count("total_steps", int(row.end) if math.isfinite(row.end) else None, at_least=1)
    own = ("pct_start", "anneal_strategy", "div_factor", "final_div_factor", "three_phase")
    given = {"max_lr": made(sheet.number("eta_max", above=0), sheet.place("eta_max")), "total_steps": made(steps, sheet.where)}
    return CurveSaid("torch.OneCycleLR", sheet.place("type"), params=given | {k: said(sheet.values[k]) for k in own if k in sheet})


def _curve(rows: list[_Row], lr: float, total: Said, clock: _Clock, where: str) -> CurveSaid:
    """Return the rates that the schedulers make together, a part for every stretch that is smooth."""
    end = float(total.text)
    cycle = next((row for row in rows if row.kind == ONE_CYCLE), None)
    if cycle is not None:
        raise cycle.sheet.refused("type", "OneCycleLR must be the only scheduler")
    drops = [drop for row in rows if row.kind in DROPS for drop in DROPS[row.kind](row, end)]
    waves = [wave for row in rows if row.kind in WAVES for wave in WAVES[row.kind](row, clock, lr)]
    drops += [
        _Drop(wave.begin, wave.shape(0.0), wave.row.sheet.where) for wave in waves if wave.row.kind == "Linear" and wave.last == wave.begin
    ]
    parts = _merged(list(_parts(drops, [wave for wave in waves if wave.last > wave.begin], lr, end)), clock.unit, where)
    if len(parts) > MOST_MEMBERS:
        raise refusal(where, f"must make at most {MOST_MEMBERS} stretches", got=str(len(parts)))
    curves = [_lasting(part, clock.unit) for part in parts[:-1]] + [_named(parts[-1], clock.unit, where)]
    return curves[0] if len(curves) == 1 else CurveSaid("sequence", where, clock.unit, {"of": listed(tuple(curves), where)})


def _parts(drops: list[_Drop], waves: list[_Wave], lr: float, end: float) -> Iterator[_Part]:
    """Yield the stretches between all times at which something begins, ends or drops."""
    times = {0.0, *(drop.at for drop in drops), *(wave.begin for wave in waves), *(wave.last for wave in waves)}
    cuts = [*sorted(time for time in times if time < end), end]
    rate, running = lr, None
    for begin, stop in zip(cuts, cuts[1:], strict=False):
        if running is not None:
            rate = running.rate(begin)
            running = running if begin < running.last else _ended(running, [d for d in drops if d.at == begin])
        for drop in (drop for drop in drops if drop.at == begin):
            if running is not None and running.floor:
                rule = "a drop must not fall into a scheduler with a floor: its rates are no curve of ours from there"
                raise refusal(drop.where, rule, got=f"one at {begin:g}")
            rate *= drop.factor
            running = replace(running, height=running.height * drop.factor) if running else None
        for wave in (wave for wave in waves if wave.begin == begin):
            if running is not None:
                rule = "must not begin before another has ended: no curve of ours is the product"
                raise refusal(wave.row.sheet.where, rule, got=f"one at {begin:g}, within another to {running.last:g}")
            rate = rate if wave.starts is None else wave.starts
            running = replace(wave, height=rate - wave.floor)
            if running.height < 0:
                raise refusal(wave.row.sheet.where, f"eta_min must be at most the rate at its begin ({rate:g})")
        yield _Part(begin, stop, rate if running is None else _from(running, begin))


def _ended(wave: _Wave, drops: list[_Drop]) -> None:
    if wave.floor and drops:
        raise refusal(drops[0].where, "a drop must not meet the last update of a scheduler with a floor")


def _from(wave: _Wave, begin: float) -> CurveSaid:
    """Return the curve of a wave from a tick on, as a loop calls it."""
    curve, where = wave.curve(wave.height), wave.row.sheet.where
    if wave.row.every > 1:
        held = {"every": made(wave.row.every, where), "of": listed((curve,), where)}
        curve = CurveSaid("staircase", where, curve.unit, held)
    if begin > wave.begin:
        late = {"ahead": made(begin - wave.begin, where), "of": listed((curve,), where)}
        curve = CurveSaid("retime", where, curve.unit, late)
    return curve


def _merged(parts: list[_Part], unit: Unit, where: str) -> list[_Part]:
    """Return the parts with each row of constant rates as one."""
    found: list[_Part] = []
    flat: list[_Part] = []
    for part in [*parts, None]:
        if part is not None and isinstance(part.curve, float):
            flat.append(part)
            continue
        if flat:
            found.append(_Part(flat[0].begin, flat[-1].end, _flat(flat, unit, where)))
            flat = []
        found += [part] if part is not None else []
    return found


def _flat(parts: list[_Part], unit: Unit, where: str) -> CurveSaid | float:
    """Return a rate, or rates each from its time on."""
    kept = [part for at, part in enumerate(parts) if at == 0 or part.curve != parts[at - 1].curve]
    if len(kept) == 1:
        return kept[0].curve
    start = kept[0].begin
    times = Said("", where, unit, parts=tuple(made(part.begin - start, where, unit) for part in kept[1:]))
    values = Said("", where, unit, parts=tuple(made(part.curve, where) for part in kept if isinstance(part.curve, float)))
    return CurveSaid("piecewise_constant", where, unit, {"milestones": times, "values": values})


def _named(part: _Part, unit: Unit, where: str) -> CurveSaid:
    if isinstance(part.curve, float):
        return CurveSaid("constant", where, unit, {"lr": made(part.curve, where)})
    return part.curve


def _lasting(part: _Part, unit: Unit) -> CurveSaid:
    """Return a part as the member of a sequence."""
    curve = _named(part, unit, part.curve.where if isinstance(part.curve, CurveSaid) else "")
    return curve._replace(params={**curve.params, "for": made(part.end - part.begin, curve.where, unit)})


def _step_drops(row: _Row, end: float) -> list[_Drop]:
    every = row.sheet.count("step_size", at_least=1) * _stretch(row)
    last = min(row.calls, (end - row.at(0)) / row.every)
    if last / every > MOST_DROPS:
        raise row.sheet.refused("step_size", f"step_size must make at most {MOST_DROPS:,} drops")
    factor, where = row.sheet.number("gamma", 0.1, above=0), row.sheet.place("step_size")
    return [_Drop(row.at(call), factor, where) for call in range(every, math.floor(max(last, 0.0)) + 1, every)]


def _multi_step_drops(row: _Row, end: float) -> list[_Drop]:
    del end
    factor, where = row.sheet.number("gamma", 0.1, above=0), row.sheet.place("milestones")
    calls = [call * _stretch(row) for call in row.sheet.numbers("milestones", at_least=0)]
    return [_Drop(row.at(call), factor, where) for call in calls if call.is_integer() and call <= row.calls]


def _constant_drops(row: _Row, end: float) -> list[_Drop]:
    del end
    factor, where = row.sheet.number("factor", 1 / 3, above=0, at_most=1), row.sheet.where
    found = [_Drop(row.at(0), factor, where)]
    return [*found, _Drop(row.at(row.calls), 1 / factor, where)] if 0 < row.calls < math.inf else found


def _stretch(row: _Row) -> int:
    """Return how many calls are one unit of its lengths: an epoch's where it was converted to updates."""
    asked_begin = row.sheet.count("begin", 0)
    asked_end = row.sheet.count("end", ENDLESS)
    if asked_begin:
        return row.begin // asked_begin
    return int(row.end) // asked_end if math.isfinite(row.end) else 1


DROPS: dict[str, Callable[[_Row, float], list[_Drop]]] = {
    "Step": _step_drops,
    "MultiStep": _multi_step_drops,
    "Constant": _constant_drops,
}
"""Schedulers that only multiply, now and then, by the names before ``LR``."""
