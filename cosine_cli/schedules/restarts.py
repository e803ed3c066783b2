"""The schedule ``restarts``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from cosine_cli.schedules.core.milestones import in_turn
from cosine_cli.schedules.core.prelude import (
    Bounds,
    Derived,
    Formatter,
    Milestone,
    NamedCurve,
    Ops,
    ParameterError,
    Piece,
    Rates,
    Schedule,
    between,
    param,
    share,
)

_ENDLESS = 2**53
_ROUNDING = 2.0**-48
"""The relative error of sums and quotients of lengths."""

_NOTHING = 1e-300
"""A peak is negligible below this share of the first."""

_MOST_LENGTHS = 1_000_000
"""The largest number of cycles of different lengths; cycles of equal length are unlimited."""


def _lengths(cycle: float, mult: float) -> Iterator[float]:
    while cycle >= 1.0:  # a shorter cycle would have no update
        yield cycle
        cycle *= mult


def cycles_in(given: Mapping[str, Any], run: float) -> int:
    """Return how many cycles begin within the run, not counting one that begins at its end up to rounding."""
    if given["cycle_mult"] == 1.0:
        quotient = run / float(given["cycle"])
        nearest = round(quotient)
        return max(nearest if math.isclose(quotient, nearest, rel_tol=_ROUNDING) else math.ceil(quotient), 1)
    count, start = 0, 0.0
    for length in islice(_lengths(given["cycle"], given["cycle_mult"]), _MOST_LENGTHS + 1):
        if start >= run * (1.0 - _ROUNDING):
            break
        count, start = count + 1, start + length
    return max(count, 1)


@dataclass(frozen=True, kw_only=True)
class Restarts(Schedule):
    r"""Repeats another schedule; cycles can become longer, shorter or lower.

    .. math:: \eta(t) = m + (f(\tau\,k^{-i}) - m)\,\frac{\max(b\,d^i, m) - m}{b - m}

    with :math:`\tau = t - c\,(1 + k + \dots + k^{i-1})` in cycle :math:`i`, :math:`c` = ``cycle`` (steps),
    :math:`k` = ``cycle_mult``, :math:`d` = ``cycle_decay``, :math:`f` = ``of`` with its peak :math:`b` and floor
    :math:`m`. After ``cycles`` of them, or when a cycle would be shorter than one step, it stays at its last rate.

    Source: SGDR, Loshchilov & Hutter 2016 (ICLR 2017, arXiv 1608.03983), sec. 3, for any curve.

    >>> from cosine_cli.schedules.cosine import Cosine
    >>> Restarts(cycle=10, cycle_mult=2, cycle_decay=0.5, cycles=2, of=Cosine(lr=0.1, total=10))([0, 5, 10, 20, 30])
    array([0.1  , 0.05 , 0.05 , 0.025, 0.   ])

    A cosine over 10 steps from 0.1, one over 20 steps from 0.05, then 0.
    """

    family = "composite"
    aliases = "warm_restarts repeat periodic"

    cycle: float = param(share(0.25), "length of the first cycle", above=0, time="length", example="10")
    cycle_mult: float = param(1.0, "factor from one cycle's length to the next", above=0)
    cycle_decay: float = param(1.0, "factor from one cycle's peak to the next", above=0, at_most=1)
    cycles: int = param(
        Derived("as many as begin within the run", cycles_in),
        "number of cycles, after which the rate is constant",
        at_least=1,
        at_most=_ENDLESS,
        standalone=_ENDLESS,
    )
    of: Schedule = param(NamedCurve("cosine"), "schedule of one cycle")

    def check(self) -> None:
        if self.cycle < 1.0:
            raise ParameterError("cycle", "must be at least one step", got=repr(self.cycle))
        if self.cycle_mult != 1.0 and len(self._bounds) > _MOST_LENGTHS:
            rule = f"must leave at most {_MOST_LENGTHS:,} cycles of different lengths"
            raise ParameterError("cycle_mult", rule, got=repr(self.cycle_mult), hint="give cycles, or 1")

    @cached_property
    def _bounds(self) -> Rates:
        """The start of every cycle and the end of the last, as cumulative sums, since a logarithm could miss one."""
        bounds = [0.0]
        for length in islice(_lengths(self.cycle, self.cycle_mult), min(self.cycles, _MOST_LENGTHS + 1)):
            bounds.append(bounds[-1] + length)
            if bounds[-1] >= _ENDLESS:
                break
        return np.array(bounds)

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        del run
        return float(given["cycle"])

    @property
    def ends(self) -> float:
        if self.of.ends >= self.cycle:
            return math.inf
        lasts = self.cycle_mult == 1.0 and self.cycle.is_integer() and self.of.ends >= self.cycle - 1.0
        # The rate after the last cycle would be that at the end of a cycle, which does not exist.
        return self._end - 1.0 if lasts else self.of.ends

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return in_turn(self.of.milestones_given, 0.0, self.cycle)

    def formula(self, m: Ops, t: Any) -> Any:
        return m.form(
            exact=lambda: self._in_cycle(m, *self._cycle_in(m, t)),
            # After the last cycle the rate is that at its end.
            plain=lambda: m.where(
                t < self._end, self._in_cycle(m, *self._any_cycle_in(m, t)), self._in_cycle(m, *self._last)
            ),
        )

    def _in_cycle(self, m: Ops, index: Any, local: Any) -> Any:
        """Return the rate at a time in the cycle of this number."""
        whole = self.of.at(m, local)
        if self.cycle_decay == 1.0 or self.peak == self.floor:
            return whole
        decays = m.form(exact=lambda: m.minimum(index, self._sinking), plain=lambda: index)
        peaks = m.named("peak", m.maximum(self.peak * self.cycle_decay**decays, self.floor))
        kept = m.named("kept", (peaks - self.floor) / (self.peak - self.floor))
        return m.lerp(whole, self.floor, kept)

    def _cycle_in(self, m: Ops, t: Any) -> tuple[Any, Any]:
        """Return the number of the cycle at ``t``, and the time in it on the clock of the first cycle."""
        last = min(self.cycle, self.of.ends)
        if self.cycle_mult == 1.0:
            index = m.named("cycle", m.minimum(m.cycles(t, self.cycle), self.cycles - 1.0))
            return index, m.named("local", m.minimum(t - index * self.cycle, last))
        index = m.named("cycle", m.count(self._starts[1:], t))
        local = (t - m.gather(self._starts, index)) / m.gather(self._stretches, index)
        return index, m.named("local", m.minimum(local, last))

    def _any_cycle_in(self, m: Ops, t: Any) -> tuple[Any, Any]:
        """Return the same for an unlimited number of cycles."""
        if self.cycle_mult == 1.0:
            index = m.named("cycle", m.cycles(t, self.cycle))
            return index, m.named("local", t - index * self.cycle)
        index = m.named("cycle", m.count(self._starts, t, "starts") - 1.0)
        stretch = m.gather(self._stretches, index, "stretches")
        return index, m.named("local", (t - m.gather(self._starts, index, "starts")) / stretch)

    @property
    def _starts(self) -> Any:
        return self._bounds[:-1]

    @cached_property
    def _stretches(self) -> Any:
        """The length of each cycle over that of the first."""
        return np.diff(self._bounds) / self.cycle

    @property
    def _last(self) -> tuple[float, float]:
        """The number of the last cycle, and its end on the clock of the first."""
        return (self.cycles if self.cycle_mult == 1.0 else len(self._bounds) - 1.0) - 1.0, self.cycle

    @property
    def _sinking(self) -> float:
        """The number of a cycle whose peak is at the floor or near 0; larger powers are slow to compute."""
        return math.ceil(math.log(max(self.floor / self.peak, _NOTHING)) / math.log(self.cycle_decay)) + 1.0

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        cycle = tuple(self.of.pieces(self.cycle, at_most))
        end = min(until, self._end, self._sunk)
        after = [Piece(end, until, "flat")] if end < until else []
        count = math.ceil(end / self.cycle) if self.cycle_mult == 1.0 else np.searchsorted(self._bounds[:-1], end)
        if count * len(cycle) > at_most:
            bounds = None if self.cycle_mult == 1.0 else Bounds(self._bounds)
            return [Piece(0.0, end, "cycles", self.cycle, cycle, bounds), *after]
        return [*between(self._repeated(cycle, end), 0.0, end), *after]

    def _repeated(self, cycle: tuple[Piece, ...], end: float) -> Iterator[Piece]:
        bounds = self._bounds if self.cycle_mult != 1.0 else np.arange(math.ceil(end / self.cycle) + 1.0) * self.cycle
        for start, stop in zip(bounds.tolist(), bounds[1:].tolist(), strict=False):
            if start >= end:
                return
            stretch = (stop - start) / self.cycle
            edges = [*(start + piece.t0 * stretch for piece in cycle), stop]
            for piece, t0, t1 in zip(cycle, edges, edges[1:], strict=False):
                yield piece.stretched(stretch)._replace(t0=t0, t1=t1)

    @property
    def _end(self) -> float:
        if self.cycle_mult == 1.0:
            return self.cycles * self.cycle
        return float(self._bounds[-1])

    @property
    def _sunk(self) -> float:
        """A time from which the peaks of cycles of equal length are at the floor; at most one cycle late."""
        if self.cycle_mult != 1.0 or self.cycle_decay == 1.0 or not 0.0 < self.floor < self.peak:
            return math.inf
        cycles = (math.log(self.floor) - math.log(self.peak)) / math.log(self.cycle_decay)
        return (math.ceil(cycles) + 1) * self.cycle

    def description(self, formatter: Formatter) -> str:
        lengths = [
            formatter.length(length) for length in islice(_lengths(self.cycle, self.cycle_mult), min(self.cycles, 5))
        ]
        if self.cycle_mult == 1.0:
            count = {1: "1 cycle", _ENDLESS: "cycles"}.get(self.cycles, f"{self.cycles} cycles")
            words = f"{count} of {lengths[0]}"
        else:
            words = f"cycles of {', '.join(lengths[:4])}{', …' if len(lengths) > 4 else ''}"  # noqa: PLR2004
        return words + (f", peaks ×{formatter.number(self.cycle_decay)}" if self.cycle_decay != 1.0 else "")

    def summary(self, formatter: Formatter) -> str:
        mult = f" ×{formatter.number(self.cycle_mult)}" if self.cycle_mult != 1.0 else ""
        return f"cycle {formatter.length(self.cycle)}{mult}"
