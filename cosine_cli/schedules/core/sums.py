"""The sum of a schedule, or of a function of its rates, over a run, at a cost that does not grow with the run.

Short runs are added up. In longer ones plateaus are counted, and smooth stretches are summed at both ends
one by one and by quadrature between them, with the Euler-Maclaurin correction from an integral to a sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from cosine_cli.schedules.core.arrays import BLOCK, Rates
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES

MOST_DIRECT = 10_000
"""Runs of at most so many updates are added up one by one."""

_END = 1024
"""How many terms at either end of a smooth stretch are added one by one: where a root or a factor changes fast."""

_CYCLE_END = 256
_SHORT_CYCLE = 256
"""A cycle of at most so many steps is added up step by step."""

_LONG_CYCLE = 2**14
"""The same of cycles that only together take a whole number of steps: one by one they have many parts."""

_AT_ONCE = 2**16
_MOST_MEANS = 2**15
"""Of so many parts of cycles of different lengths each has its own mean; of more, the means follow a polynomial."""

_INSET = 1e-9
_GAUSS_NODES = 64

_NODES = 16
_HALVINGS = 8
_ENOUGH = 1e-10
"""What a polynomial's last terms may be of the whole: further ones are far below that, and a stretch is halved else."""

_NARROWEST = 256
"""An interval of less steps is not halved: in half of it the nodes would fall together."""

MOST_UNEVEN = 2**20
"""Rows of at most so many steps are added up where their cycles do not begin and end in binary fractions of a step."""

_MOST_JOINED = 64

Terms = Callable[[Rates], Rates]


@dataclass(frozen=True)
class _Calls:
    """Terms that are exact at whole numbers alone, each held up to the next: their integral is their sum."""

    at: Terms

    def __call__(self, t: Rates) -> Rates:
        return self.at(np.floor(t))


def total(schedule: Schedule, updates: int, *, of: Terms = np.asarray) -> float:
    """Return the sum of the rates used for updates 0 to ``updates - 1``, or of a smooth function ``of`` them.

    Of a curve that ends before that it is the sum over the updates that have a rate.

    >>> from cosine_cli.schedules.linear import Linear
    >>> round(total(Linear(lr=0.1, total=10**12), 10**12) / 10**12, 12)
    0.05
    """

    def rates(t: Rates) -> Rates:
        return of(schedule(t))

    terms = _Calls(rates) if schedule.counts_calls else rates
    if updates <= MOST_DIRECT:
        return float(np.sum(terms(np.arange(float(schedule.updates_to_end(updates))))))
    return math.fsum(_sum(terms, piece) for piece in schedule.pieces_to_end(updates, MOST_PIECES))


def _sum(at: Terms, piece: Piece) -> float:
    """Return the sum over the whole steps in ``[t0, t1)``."""
    if piece.kind == "cycles":
        return _sum_cycles(at, piece)
    first, count = math.ceil(piece.t0), math.ceil(piece.t1) - math.ceil(piece.t0)
    if count == 0:
        return 0.0
    if piece.kind == "flat":
        # A knot that rounding moves past a whole number takes one step with it: the ends speak for themselves.
        start, middle, end = at(np.array([first, first + count // 2, first + count - 1], dtype=np.float64))
        return float(middle) * count + (float(start) - float(middle)) + (float(end) - float(middle))
    return sum_terms(lambda k: at(first + k), count, end=_END, halvings=_HALVINGS)


def sum_terms(terms: Terms, count: int, *, end: int, halvings: int = 0) -> float:
    """Return the sum of ``terms`` at 0, 1, ..., ``count - 1``; only whole numbers are asked.

    Where they bend more than a polynomial follows, the interval is halved up to so many times.
    """
    if count <= 2 * end + 8 * _NODES:  # in fewer steps the nodes would fall together
        return float(np.sum(terms(np.arange(float(count)))))
    ends = np.concatenate((np.arange(float(end)), np.arange(float(count - end), float(count))))
    panels = _panels(end - 0.5, count - end - 0.5)
    inner = _integral(terms, panels[:-1], panels[1:], halvings=halvings)
    edges = terms(np.array([end - 1, end, count - end - 1, count - end], dtype=np.float64))
    # Euler-Maclaurin for midpoints: sum f = integral f - (f'(b) - f'(a)) / 24, f' as a difference.
    return float(np.sum(terms(ends))) + inner - float((edges[3] - edges[2]) - (edges[1] - edges[0])) / 24.0


def _panels(start: float, stop: float) -> Rates:
    """Return the edges of intervals that double away from both ends, since there a schedule changes fastest."""
    offsets = [0.0]
    width = max(start, 1.0)
    # Half a width more, so that the last interval, in the middle, is no narrower than the first.
    while offsets[-1] + 1.5 * width < (stop - start) / 2:
        offsets.append(offsets[-1] + width)
        width *= 2
    return np.array([start + offset for offset in offsets] + [stop - offset for offset in reversed(offsets)])


def _integral(terms: Terms, starts: Rates, stops: Rates, *, halvings: int) -> float:
    """Return the integral of the polynomials through whole numbers near Chebyshev's points of each interval."""
    half, middle = (stops - starts)[:, None] / 2, (stops + starts)[:, None] / 2
    angles = (np.arange(_NODES) + 0.5) * np.pi / _NODES
    nodes = np.clip(np.rint(middle + half * np.cos(angles)), np.ceil(middle - half), np.floor(middle + half))
    orders = np.arange(_NODES)
    at = np.arccos(np.clip((nodes - middle) / half, -1.0, 1.0))
    polynomials = np.cos(orders[:, None] * at[:, None, :])
    moments = np.where(orders % 2 == 0, 2.0 / (1.0 - orders.astype(float) ** 2 + (orders == 1)), 0.0)
    # What the values are weighted with: for the integral, and for the polynomial's last two terms.
    asked = np.stack((moments, orders == _NODES - 2, orders == _NODES - 1), axis=1)
    weights = half[:, :, None] * np.linalg.solve(polynomials, np.broadcast_to(asked, (len(half), *asked.shape)))
    values = terms(nodes.reshape(-1)).reshape(nodes.shape)
    found = np.einsum("pn,pna->ap", values, weights)
    whole = math.fsum(found[0].tolist())
    rough = (np.abs(found[1:]).max(axis=0) > _ENOUGH * abs(whole)) & (stops - starts >= _NARROWEST)
    if not halvings or not rough.any():
        return whole
    start, stop = starts[rough], stops[rough]
    turn = (start + stop) / 2
    halves = np.concatenate((start, turn)), np.concatenate((turn, stop))
    return math.fsum(found[0][~rough].tolist()) + _integral(terms, *halves, halvings=halvings - 1)


def _sum_cycles(at: Terms, row: Piece) -> float:
    """Return the sum over a row of cycles, as a sum over cycles of the sum of one."""
    first, last = math.ceil(row.t0), math.ceil(row.t1)
    even = row.bounds is None and (64 * row.period).is_integer()
    if last - first <= MOST_UNEVEN and not even:
        return float(np.sum(at(np.arange(float(first), float(last)))))
    if row.bounds is not None:
        return _sum_unequal_cycles(at, row)
    joined = joint(row)
    length = joined * row.period
    if not joined or (joined > 1 and length > _LONG_CYCLE):
        return _sum_by_means(at, row, row.cycles)
    cycles = math.floor((row.t1 - row.t0) / length)
    rest = between(last_cycles(row, cycles * joined), row.t0, row.t1)
    return math.fsum(_sum(at, part) for part in rest) + sum_terms(_cycle_sums(at, row, joined), cycles, end=_CYCLE_END)


def joint(row: Piece) -> int:
    """Return how many cycles of a row together take a whole number of steps, 0 where it takes very many."""
    if row.bounds is not None:
        return 0
    return next((n for n in range(1, _MOST_JOINED) if (n * row.period).is_integer()), 0)


def last_cycles(row: Piece, first: int) -> Iterator[Piece]:
    """Yield the pieces of the cycles from number ``first`` to the last."""
    for index in range(first, row.cycles):
        yield from row.cycle(index)


def _cycle_sums(at: Terms, row: Piece, joined: int) -> Terms:
    """Return the function from the number of a joint cycle to the sum over its steps."""
    length, first = joined * row.period, math.ceil(row.t0)
    if joined == 1 and [part.kind for part in row.inside] == ["flat"]:
        return lambda i: at(first + i * length) * length
    if length <= (_SHORT_CYCLE if joined == 1 else _LONG_CYCLE):
        return lambda i: _added_up(at, first + i * length, np.arange(length))
    if all(part.kind == "flat" for part in row.inside):
        return _stair_sums(at, row, joined)

    def long_cycle(i: float) -> float:
        parts = (part for k in range(joined) for part in row.cycle(int(i) * joined + k))
        return math.fsum(_sum(at, part) for part in parts)

    return lambda i: np.array([long_cycle(k) for k in i])


def _added_up(at: Terms, starts: Rates, steps: Rates) -> Rates:
    """Return the sums over ``steps`` from each of the ``starts``, some of them at a time."""
    size = max(_AT_ONCE // len(steps), 1)
    chunks = (starts[k : k + size, None] + steps for k in range(0, len(starts), size))
    return np.concatenate([at(chunk).sum(axis=1) for chunk in chunks])


def _stair_sums(at: Terms, row: Piece, joined: int) -> Terms:
    """Return the same for cycles of plateaus, all of a cycle at once."""
    opened = np.array([part.t0 + k * row.period for k in range(joined) for part in row.inside])
    closed = np.append(opened[1:], joined * row.period)

    def stairs(i: Rates) -> Rates:
        start = row.t0 + i[:, None] * joined * row.period
        first, last = np.ceil(start + opened), np.ceil(start + closed) - 1.0
        middle = at(np.floor((first + last) / 2))
        ends = at(first) + at(np.maximum(last, first)) - 2.0 * middle  # as for a single plateau
        return np.asarray(np.where(last >= first, middle * (last - first + 1.0) + ends, 0.0).sum(axis=1))

    return stairs


def _sum_unequal_cycles(at: Terms, row: Piece) -> float:
    """Sum cycles of different lengths: the first steps one by one, where cycles are short, and the rest by means."""
    ends = row.starts(np.arange(1.0, row.cycles + 1.0))
    direct = int(np.searchsorted(ends, row.t0 + MOST_UNEVEN, side="right"))
    rest = row.cycles_from(direct)
    added = float(np.sum(at(np.arange(math.ceil(row.t0), math.ceil(rest.t0), dtype=np.float64))))
    return added + _sum_by_means(at, rest, rest.cycles)


def _sum_by_means(at: Terms, row: Piece, count: int) -> float:
    """Sum cycles that no whole number of steps fits: over many of them the steps fall everywhere alike.

    The last cycle, which may be cut off, is added up by itself.
    """
    rest = math.fsum(_sum(at, part) for part in row.cycle(count - 1))
    return rest + _integral_of(at, row, count - 1) + _late(at, row, count - 1)


def _integral_of(at: Terms, row: Piece, count: int) -> float:
    """Return the integral over the first ``count`` cycles: a sum over cycles of their length times their mean."""
    if row.bounds is None:
        return row.period * sum_terms(lambda i: _means(at, row, i), count, end=_CYCLE_END)
    lengths = np.diff(row.starts(np.arange(count + 1.0)))
    if count * len(row.inside) <= _MOST_MEANS:  # where lengths and means are rounded in 32 bits they are not smooth
        chunks = (np.arange(float(k), float(min(k + BLOCK, count))) for k in range(0, count, BLOCK))
        return math.fsum(float(lengths[int(i[0]) : int(i[0]) + len(i)] @ _means(at, row, i)) for i in chunks)
    return sum_terms(lambda i: _means(at, row, i) * lengths[i.astype(np.intp)], count, end=_CYCLE_END)


def _means(at: Terms, row: Piece, index: Rates) -> Rates:
    """Return the means over the cycles with these numbers, part by part."""
    starts, stretches = row.starts(index)[:, None], row.stretches(index)[:, None]
    found = np.zeros(len(index))
    for part in row.inside:
        nodes, weights = _MIDPOINTS if part.kind == "cycles" else _gauss()
        share = (part.t1 - part.t0) / row.period
        times = starts + (part.t0 + (part.t1 - part.t0) * nodes) * stretches
        found += (at(times) @ weights) * share
    return found


@cache
def _gauss() -> tuple[Rates, Rates]:
    """Return nodes and weights on [0, 1] of Gauss's rule, after a substitution that makes roots at the ends smooth."""
    nodes, weights = np.polynomial.legendre.leggauss(_GAUSS_NODES)
    x = (1.0 + nodes) / 2.0
    return x * x * (3.0 - 2.0 * x), weights * 3.0 * x * (1.0 - x)


_MIDPOINTS = (np.arange(_SHORT_CYCLE) + 0.5) / _SHORT_CYCLE, np.full(_SHORT_CYCLE, 1.0 / _SHORT_CYCLE)


def _late(at: Terms, row: Piece, count: int) -> float:
    """Return what the sums over the steps have more than the integrals, at the ends of the parts of ``count`` cycles.

    Half a term at either end, less what the first step behind it is late; of too many parts those of the whole row.
    """
    if isinstance(at, _Calls):
        return 0.0
    if count * len(row.inside) > MOST_UNEVEN:
        opened, closed = row.starts(np.array([0.0, float(count)]))[:, None]
        return _late_in(at, opened, closed)
    index = np.arange(float(count))
    starts, stops, stretches = row.starts(index), row.starts(index + 1.0), row.stretches(index)
    opened = [starts + part.t0 * stretches for part in row.inside]
    return math.fsum(_late_in(at, a, b) for a, b in zip(opened, [*opened[1:], stops], strict=True))


def _late_in(at: Terms, opened: Rates, closed: Rates) -> float:
    """Return the same for stretches from ``opened`` to ``closed``: the first two terms of Euler and Maclaurin."""
    span = closed - opened
    inset = span * _INSET  # at an end itself rounding decides which part a time belongs to
    step = np.minimum(span / 4.0, 1.0)
    late, too_late = np.ceil(opened) - opened, np.ceil(closed) - closed
    first, last = at(opened + inset), at(closed - inset)
    rise = (at(opened + inset + step) - first) / step
    fall = (last - at(closed - inset - step)) / step
    values = first * (0.5 - late) - last * (0.5 - too_late)
    return float(np.sum(values + (fall * _bernoulli(too_late) - rise * _bernoulli(late)) / 2.0))


def _bernoulli(x: Rates) -> Rates:
    """Return Bernoulli's second polynomial."""
    return x * (x - 1.0) + 1.0 / 6.0
