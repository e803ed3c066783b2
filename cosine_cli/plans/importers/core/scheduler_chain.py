"""Schedulers that act in windows of a run, each on the rate that it finds, as one curve after the other.

Times are ticks: epochs or updates, whichever the run counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.mapping_reader import computed_value, listed
from cosine_cli.plans.model.clock import Unit
from cosine_cli.plans.parse.raw import CurveSpec, RawValue

MOST_PARTS = 200


class Multiplier(NamedTuple):
    """A factor on the rate, from a tick on."""

    at: float
    factor: float
    where: str


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A smooth stretch from its begin to its last change: ``floor + height * shape(calls)``.

    - ``every``: ticks between two calls, which alone change the rate.
    - ``updates``: how many updates a tick is.
    - ``curve``: the same as a curve of ours, given the height.
    - ``starts``: the rate that it begins with, None where it begins with the one that it finds.
    """

    where: str
    begin: float
    last: float
    every: int
    updates: int
    floor: float
    shape: Callable[[float], float]
    curve: Callable[[float], CurveSpec]
    starts: float | None = None
    height: float = 0.0

    def rate(self, tick: float) -> float:
        """Return the rate at a tick, as held since the last call."""
        return self.floor + self.height * self.shape((min(tick, self.last) - self.begin) // self.every)

    def begun(self, rate: float) -> Segment:
        """Return the wave at the rate that it finds."""
        if self.starts == self.floor == 0:
            raise user_error(self.where, "must not begin again at a rate of 0")
        height = (rate if self.starts is None else self.starts) - self.floor
        if height < 0:
            raise user_error(self.where, f"must not begin below its floor ({self.floor:g})", got=f"{rate:g}")
        return replace(self, height=height)

    def dropped(self, drop: Multiplier) -> Segment:
        """Return the wave from a drop on: one with a floor is no curve of ours from there."""
        if self.floor:
            rule = "a drop must not fall into a scheduler with a floor"
            raise user_error(drop.where, rule, got=f"one at {drop.at:g}", hint="no curve of ours has these rates")
        return replace(self, height=self.height * drop.factor)

    def curve_from(self, tick: float) -> CurveSpec:
        """Return the curve from a tick on, as a loop calls it."""
        curve, where = self.curve(self.height), self.where
        if self.every > 1:
            held = {"every": computed_value(self.every, where, curve.unit), "of": listed((curve,), where)}
            curve = CurveSpec("staircase", where, curve.unit, held)
        if tick > self.begin:
            late = {"ahead": computed_value((tick - self.begin) * self.updates, where), "of": listed((curve,), where)}
            curve = CurveSpec("retime", where, curve.unit, late)
        return curve


class _Part(NamedTuple):
    """A stretch of the run and its curve; a rate instead of one where it does not move."""

    begin: float
    end: float
    curve: CurveSpec | float


class SchedulerChain(NamedTuple):
    """A run from the rate ``lr`` to the tick ``end``, and what acts on the rate in it."""

    drops: Sequence[Multiplier]
    waves: Sequence[Segment]
    lr: float
    end: float
    unit: Unit
    where: str


class Joined(NamedTuple):
    """All together as one curve; ``after`` is the rate set after the last update where the curve has another there."""

    curve: CurveSpec
    after: float | None = None


def joined(run: SchedulerChain) -> Joined:
    """Return the curve of all together.

    Raises RequestError where two waves overlap, where their order matters, or their parts are too many.
    """
    for wave in run.waves:
        _check_order(wave, run)
    unit, where = run.unit, run.where
    parts = list(_merged(_held(_parts(run)), unit, where))
    after = parts.pop().curve if parts[-1].begin == run.end else None
    return Joined(_in_turn(parts, unit, where), after if isinstance(after, float) else None)


def _check_order(wave: Segment, run: SchedulerChain) -> None:
    """Refuse a wave that begins in the tick in which something else acts, where it matters which acts first."""
    others = [other for other in run.waves if other is not wave and other.begin <= wave.begin <= other.last]
    if wave.starts is not None:
        matters = bool(others) or any(drop.at == wave.begin for drop in run.drops)
    else:
        matters = wave.shape(0) != 1 and any(other.floor for other in others)
    if matters and wave.begin <= run.end:
        rule = f"must begin where no other scheduler acts (at {wave.begin:g} another does)"
        raise user_error(wave.where, rule)


def _in_turn(parts: list[_Part], unit: Unit, where: str) -> CurveSpec:
    if len(parts) > MOST_PARTS:
        raise user_error(where, f"must make at most {MOST_PARTS} stretches", got=str(len(parts)))
    curves = [_named(part, unit, where) for part in parts]
    lasting = [
        curve._replace(params={**curve.params, "for": computed_value(part.end - part.begin, where, unit)})
        for curve, part in zip(curves[:-1], parts, strict=False)
    ]
    if not lasting:
        return curves[0]
    return CurveSpec("sequence", where, unit, {"of": listed((*lasting, curves[-1]), where)})


def _parts(run: SchedulerChain) -> Iterator[_Part]:
    """Yield the stretches between all times at which something begins, ends or drops."""
    rate, running = run.lr, None
    for begin, stop in itertools.pairwise(_cuts(run)):
        for drop in (drop for drop in run.drops if drop.at == begin):
            running = running.dropped(drop) if running is not None else None
            rate *= drop.factor
        if running is not None:
            rate = running.rate(begin)
            running = running if begin < running.last else None
        for wave in (wave for wave in run.waves if wave.begin == begin):
            if running is not None:
                rule = "must not overlap another that moves the rate too"
                raise user_error(
                    wave.where, rule, got=f"one in the other at {begin:g}", hint="no curve of ours is both"
                )
            running = wave.begun(rate)
            rate = running.rate(begin)
            running = running if begin < running.last else None
        yield _Part(begin, stop, running.curve_from(begin) if running and running.height else rate)
    left = rate if running is None else running.rate(run.end)
    after = _set_last(run, running, left)
    if after != left:
        yield _Part(run.end, run.end, after)


def _set_last(run: SchedulerChain, running: Segment | None, rate: float) -> float:
    """Return the rate that is set after the last update, given the one that it finds."""
    for drop in (drop for drop in run.drops if drop.at == run.end):
        if running is not None:
            running.dropped(drop)  # which may be refused
        rate *= drop.factor
    for wave in (wave for wave in run.waves if wave.begin == run.end):
        rate = wave.begun(rate).rate(run.end)
    return rate


def _cuts(run: SchedulerChain) -> list[float]:
    waves = (time for wave in run.waves for time in (wave.begin, wave.last))
    times = {0.0, *(drop.at for drop in run.drops), *waves}
    return [*sorted(time for time in times if time < run.end), run.end]


def _held(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Yield the parts; one that stays at a rate of 0 goes with the curve that has ended there, and holds it."""
    before: _Part | None = None
    for part in parts:
        if before is not None and part.curve == 0.0 and isinstance(before.curve, CurveSpec):
            before = before._replace(end=part.end)
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


def _merged(parts: Iterator[_Part], unit: Unit, where: str) -> Iterator[_Part]:
    """Yield the parts, each row of constant rates as one."""
    flat: list[_Part] = []
    for part in parts:
        if isinstance(part.curve, float):
            flat.append(part)
            continue
        if flat:
            yield _flat(flat, unit, where)
        flat = []
        yield part
    if flat:
        yield _flat(flat, unit, where)


def _flat(parts: list[_Part], unit: Unit, where: str) -> _Part:
    """Return one rate, or rates each from its time on."""
    kept = [part for at, part in enumerate(parts) if at == 0 or part.curve != parts[at - 1].curve]
    begin, end = parts[0].begin, parts[-1].end
    if len(kept) == 1:
        return kept[0]._replace(end=end)
    times = tuple(computed_value(part.begin - begin, where, unit) for part in kept[1:])
    rates = tuple(computed_value(part.curve, where) for part in kept if isinstance(part.curve, float))
    table = {"milestones": RawValue("", where, unit, parts=times), "values": RawValue("", where, unit, parts=rates)}
    return _Part(begin, end, CurveSpec("piecewise_constant", where, unit, table))


def _named(part: _Part, unit: Unit, where: str) -> CurveSpec:
    if isinstance(part.curve, float):
        return CurveSpec("constant", where, unit, {"lr": computed_value(part.curve, where)})
    return part.curve
