"""Combine schedulers that act in windows of a run, each on the current rate, into one curve.

Times are in ticks: epochs or steps, whichever the run counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list
from cosine_cli.plans.model.clock import Unit
from cosine_cli.plans.parse.raw import CurveSpec

MOST_PARTS = 200


class Multiplier(NamedTuple):
    """A factor on the rate from tick ``at`` on."""

    at: float
    factor: float
    where: str


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A smooth part of the run from tick ``begin`` to its ``last`` change: ``floor + height * shape(calls)``.

    - ``every``: ticks between two calls of the scheduler, which change the rate.
    - ``updates``: optimizer steps per tick.
    - ``curve``: the curve for a given height.
    - ``initial_rate``: the rate at the begin, None if it is the current rate.
    """

    where: str
    begin: float
    last: float
    every: int
    updates: int
    floor: float
    shape: Callable[[float], float]
    curve: Callable[[float], CurveSpec]
    initial_rate: float | None = None
    height: float = 0.0

    def rate(self, tick: float) -> float:
        """Return the rate at a tick, which the last call set."""
        return self.floor + self.height * self.shape((min(tick, self.last) - self.begin) // self.every)

    def begin_at(self, rate: float) -> Segment:
        """Return the segment with the height that gives ``rate`` at its begin."""
        if self.initial_rate == self.floor == 0:
            raise user_error(self.where, "must not restart at a learning rate of 0")
        height = (rate if self.initial_rate is None else self.initial_rate) - self.floor
        if height < 0:
            raise user_error(self.where, f"must not begin below its minimum ({self.floor:g})", got=f"{rate:g}")
        return replace(self, height=height)

    def multiply(self, multiplier: Multiplier) -> Segment:
        """Return the segment from a multiplier on; raise RequestError if it has a minimum, which no curve supports."""
        if self.floor:
            rule = "must not multiply the rate while another scheduler decays it to a minimum"
            raise user_error(multiplier.where, rule, got=f"a factor at {multiplier.at:g}")
        return replace(self, height=self.height * multiplier.factor)

    def curve_from(self, tick: float) -> CurveSpec:
        """Return the curve from a tick on."""
        curve, where = self.curve(self.height), self.where
        if self.every > 1:
            params = {"every": computed_value(self.every, where, curve.unit), "of": curve_list((curve,), where)}
            curve = CurveSpec("staircase", where, curve.unit, params)
        if tick > self.begin:
            params = {
                "ahead": computed_value((tick - self.begin) * self.updates, where),
                "of": curve_list((curve,), where),
            }
            curve = CurveSpec("retime", where, curve.unit, params)
        return curve


class _Part(NamedTuple):
    """A part of the run, in ticks, and its curve, or its rate if it is constant."""

    begin: float
    end: float
    curve: CurveSpec | float


@dataclass(frozen=True)
class SchedulerChain:
    """The schedulers of a run, which begins at the rate ``lr`` and ends at tick ``end``."""

    multipliers: Sequence[Multiplier]
    segments: Sequence[Segment]
    lr: float
    end: float
    unit: Unit
    where: str

    def multipliers_at(self, tick: float) -> Iterator[Multiplier]:
        """Yield the multipliers that begin at a tick."""
        return (multiplier for multiplier in self.multipliers if multiplier.at == tick)

    def segments_at(self, tick: float) -> Iterator[Segment]:
        """Yield the segments that begin at a tick."""
        return (segment for segment in self.segments if segment.begin == tick)


class ChainCurve(NamedTuple):
    """One curve; ``after`` is the rate set after the last step, None if the curve has it too."""

    curve: CurveSpec
    after: float | None = None


def chain_curve(chain: SchedulerChain) -> ChainCurve:
    """Return the curve of all schedulers together.

    Raises RequestError if two segments overlap, if their order matters, or if there are too many parts.
    """
    for segment in chain.segments:
        _check_order(segment, chain)
    unit, where = chain.unit, chain.where
    parts = list(_merge_constant(_merge_zeros(_parts(chain)), unit, where))
    after = parts.pop().curve if parts[-1].begin == chain.end else None
    return ChainCurve(_sequence(parts, unit, where), after if isinstance(after, float) else None)


def _check_order(segment: Segment, chain: SchedulerChain) -> None:
    """Raise RequestError if a segment begins while another scheduler acts and their order matters."""
    others = [other for other in chain.segments if other is not segment and other.begin <= segment.begin <= other.last]
    if segment.initial_rate is not None:
        matters = bool(others) or any(chain.multipliers_at(segment.begin))
    else:
        matters = segment.shape(0) != 1 and any(other.floor for other in others)
    if matters and segment.begin <= chain.end:
        rule = f"must begin when no other scheduler changes the rate (at {segment.begin:g} another one does)"
        raise user_error(segment.where, rule)


def _sequence(parts: list[_Part], unit: Unit, where: str) -> CurveSpec:
    if len(parts) > MOST_PARTS:
        raise user_error(where, f"must have at most {MOST_PARTS} parts", got=str(len(parts)))
    curves = [_curve(part, unit, where) for part in parts]
    lasting = [
        curve._replace(params={**curve.params, "for": computed_value(part.end - part.begin, where, unit)})
        for curve, part in zip(curves[:-1], parts, strict=False)
    ]
    if not lasting:
        return curves[0]
    return CurveSpec("sequence", where, unit, {"of": curve_list((*lasting, curves[-1]), where)})


def _parts(chain: SchedulerChain) -> Iterator[_Part]:
    """Yield the parts between all ticks at which a scheduler begins, ends or multiplies the rate."""
    rate, running = chain.lr, None
    for begin, stop in itertools.pairwise(_cuts(chain)):
        for multiplier in chain.multipliers_at(begin):
            running = running.multiply(multiplier) if running is not None else None
            rate *= multiplier.factor
        if running is not None:
            rate = running.rate(begin)
            running = running if begin < running.last else None
        for segment in chain.segments_at(begin):
            if running is not None:
                rule = "must not overlap another scheduler that changes the rate"
                raise user_error(segment.where, rule, got=f"an overlap at {begin:g}")
            running = segment.begin_at(rate)
            rate = running.rate(begin)
            running = running if begin < running.last else None
        yield _Part(begin, stop, running.curve_from(begin) if running and running.height else rate)
    left = rate if running is None else running.rate(chain.end)
    after = _rate_after(chain, running, left)
    if after != left:
        yield _Part(chain.end, chain.end, after)


def _rate_after(chain: SchedulerChain, running: Segment | None, rate: float) -> float:
    """Return the rate that is set after the last step, given the current one."""
    for multiplier in chain.multipliers_at(chain.end):
        if running is not None:
            running.multiply(multiplier)  # raises if it is not supported
        rate *= multiplier.factor
    for segment in chain.segments_at(chain.end):
        rate = segment.begin_at(rate).rate(chain.end)
    return rate


def _cuts(chain: SchedulerChain) -> list[float]:
    ends = (tick for segment in chain.segments for tick in (segment.begin, segment.last))
    ticks = {0.0, *(multiplier.at for multiplier in chain.multipliers), *ends}
    return [*sorted(tick for tick in ticks if tick < chain.end), chain.end]


def _merge_zeros(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Yield the parts; a rate of 0 after a curve that ends there becomes a part of that curve."""
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


def _merge_constant(parts: Iterator[_Part], unit: Unit, where: str) -> Iterator[_Part]:
    """Yield the parts; consecutive constant parts become one."""
    flat: list[_Part] = []
    for part in parts:
        if isinstance(part.curve, float):
            flat.append(part)
            continue
        if flat:
            yield _constant(flat, unit, where)
        flat = []
        yield part
    if flat:
        yield _constant(flat, unit, where)


def _constant(parts: list[_Part], unit: Unit, where: str) -> _Part:
    """Return constant parts as one: a constant rate, or a table of rates."""
    kept = [part for at, part in enumerate(parts) if at == 0 or part.curve != parts[at - 1].curve]
    begin, end = parts[0].begin, parts[-1].end
    if len(kept) == 1:
        return kept[0]._replace(end=end)
    times = [part.begin - begin for part in kept[1:]]
    rates = [part.curve for part in kept if isinstance(part.curve, float)]
    table = {"milestones": computed_list(times, where, unit), "values": computed_list(rates, where, unit)}
    return _Part(begin, end, CurveSpec("piecewise_constant", where, unit, table))


def _curve(part: _Part, unit: Unit, where: str) -> CurveSpec:
    if isinstance(part.curve, float):
        return CurveSpec("constant", where, unit, {"lr": computed_value(part.curve, where)})
    return part.curve
