"""Combine schedulers that act in windows of a run, each on the current rate, into one curve.

Times are in ticks: epochs or steps, whichever the run counts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.constant_rates import constants
from cosine_cli.plans.importers.core.scheduler_acts import Change, Segment
from cosine_cli.plans.importers.core.sequence import TimedCurve, timed_sequence
from cosine_cli.plans.importers.core.tables import check_length, table
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec

MOST_CALLS = 5000
"""The most calls of a scheduler that skips ticks, while another one changes the rate."""

T = TypeVar("T", bound=Change | Segment)

_LEAST = -1e-15
"""A rate below 0 that rounding explains."""

_EQUAL = 1e-12
"""The relative difference of rates that rounding explains."""


class _Part(NamedTuple):
    """A part of the run, in ticks, its curve, or its rate if it is constant, and the rate that it has at its end."""

    begin: float
    end: float
    curve: CurveSpec | float
    left: float


class _State(NamedTuple):
    """The rate at a tick, and the segments that change it later."""

    rate: float
    running: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class SchedulerChain:
    """The schedulers of a run, which begins at the rate ``lr`` and ends at tick ``end``."""

    changes: Sequence[Change]
    segments: Sequence[Segment]
    lr: float
    end: float
    unit: TimeUnit
    where: str

    @cached_property
    def _begun_at(self) -> dict[float, list[Segment]]:
        return _by_tick((segment.begin, segment) for segment in self.segments)

    @cached_property
    def _changes_at(self) -> dict[float, list[Change]]:
        return _by_tick((change.at, change) for change in self.changes)

    def state_after(self, tick: float, state: _State) -> _State:
        """Return the state after all calls at a tick, given the one before."""
        begun, changes = self._begun_at.get(tick, []), self._changes_at.get(tick, [])
        if not changes and not begun and len(state.running) == 1:
            return _remaining(tick, state.running[0].rate(tick), state.running)
        rate = _after_calls(tick, state.rate, (*changes, *(one for one in state.running if one.calls_at(tick))))
        running = (one if _equal(one.rate(tick), rate) else one.through(tick, rate) for one in state.running)
        return _remaining(tick, rate, (*running, *(one.through(tick, rate) for one in begun)))


def _by_tick(acts: Iterable[tuple[float, T]]) -> dict[float, list[T]]:
    by_tick: dict[float, list[T]] = {}
    for tick, act in acts:
        by_tick.setdefault(tick, []).append(act)
    return by_tick


def _after_calls(tick: float, rate: float, acts: Iterable[Change | Segment]) -> float:
    """Return the rate after the calls of a tick, in their order."""
    for act in sorted(acts, key=lambda act: act.rank.at(tick)):
        rate = act.after_call(tick, rate)
    return 0.0 if _LEAST < rate < 0 else rate


def _equal(rate: float, other: float) -> bool:
    return math.isclose(rate, other, rel_tol=_EQUAL)


def _remaining(tick: float, rate: float, segments: Iterable[Segment]) -> _State:
    return _State(rate, tuple(segment for segment in segments if tick < segment.end))


class ChainCurve(NamedTuple):
    """One curve; ``after`` is the rate set after the last step, None if the curve has it too."""

    curve: CurveSpec
    after: float | None = None


def chain_curve(chain: SchedulerChain) -> ChainCurve:
    """Return the curve of all schedulers together.

    Raises RequestError if there are too many parts, or if a table is too long.
    """
    unit, where = chain.unit, chain.where
    parts = list(_merge_constant(_merge_zeros(_parts(chain)), unit, where))
    after = parts.pop().curve if parts[-1].begin == chain.end else None
    curves = [TimedCurve(part.begin, _curve(part, unit, where)) for part in parts]
    return ChainCurve(timed_sequence(curves, where, unit), after if isinstance(after, float) else None)


def _parts(chain: SchedulerChain) -> Iterator[_Part]:
    """Yield the parts between all ticks at which a scheduler begins, ends or changes the rate at once."""
    state, left = _State(chain.lr), chain.lr
    for begin, end in itertools.pairwise(_cuts(chain)):
        state = chain.state_after(begin, state)
        acting = [segment for segment in state.running if segment.calls_within(begin, end)]
        curve: CurveSpec | float | None = None
        left = before = state.rate
        if not any(segment.height for segment in acting):
            curve = state.rate
        elif len(acting) == 1:
            curve = acting[0].curve_between(begin, end)
            left, before = acting[0].rate(end), acting[0].rate(end - 1)
        if curve is None:
            rates = _tabulated(begin, end, state.rate, acting)
            before, left = rates[-1], chain.state_after(end, state._replace(rate=rates[-1])).rate
            curve = table([*rates, left], acting[-1].where, chain.unit)
        yield _Part(begin, end, curve, left)
        state = state._replace(rate=before)
    after = chain.state_after(chain.end, state).rate
    if not _equal(after, left):
        yield _Part(chain.end, chain.end, after, after)


def _tabulated(begin: float, end: float, rate: float, acting: Sequence[Segment]) -> list[float]:
    """Return the rate at each tick, which the segments change together."""
    check_length(end - begin, acting[-1].where)
    rates = [rate]
    for tick in range(int(begin) + 1, int(end)):
        rates.append(_after_calls(tick, rates[-1], [segment for segment in acting if segment.calls_at(tick)]))
    return rates


def _cuts(chain: SchedulerChain) -> list[float]:
    begins = (segment.begin for segment in chain.segments)
    # A curve may not continue after the run, where the rate is that of the last call.
    ends = (segment.end if segment.end < chain.end else segment.last for segment in chain.segments)
    ticks = {0.0, *(change.at for change in chain.changes), *begins, *ends, *_calls_among_others(chain)}
    return [*sorted(tick for tick in ticks if tick < chain.end), chain.end]


def _calls_among_others(chain: SchedulerChain) -> Iterator[float]:
    """Yield the calls of segments that skip ticks, while other segments run."""
    for segment in chain.segments:
        for other in chain.segments if segment.every > 1 else ():
            if other is not segment and other.begin < segment.last and segment.begin < other.last:
                calls = segment.calls_within(max(segment.begin, other.begin), min(segment.last, other.last, chain.end))
                if len(calls) > MOST_CALLS:
                    rule = f"must be called at most {MOST_CALLS:,} times while another scheduler changes the rate"
                    raise user_error(segment.where, rule, got=f"{len(calls):,}")
                yield from map(float, calls)


def _merge_zeros(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Yield the parts; a rate of 0 after a curve that ends there becomes a part of that curve."""
    before: _Part | None = None
    for part in parts:
        if before is not None and before.left == part.curve == 0.0 and isinstance(before.curve, CurveSpec):
            before = before._replace(end=part.end)
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


def _merge_constant(parts: Iterator[_Part], unit: TimeUnit, where: str) -> Iterator[_Part]:
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


def _constant(parts: list[_Part], unit: TimeUnit, where: str) -> _Part:
    """Return constant parts as one: a constant rate, or a table of rates."""
    rates = [part.left for part in parts]
    curve = constants([part.begin for part in parts], rates, where, unit) if len(set(rates)) > 1 else rates[0]
    return _Part(parts[0].begin, parts[-1].end, curve, rates[-1])


def _curve(part: _Part, unit: TimeUnit, where: str) -> CurveSpec:
    if isinstance(part.curve, float):
        return constants([part.begin], [part.curve], where, unit)
    return part.curve
