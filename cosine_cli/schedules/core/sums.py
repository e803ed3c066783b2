"""The sum of a schedule, or of a function of its rates, over a run, in time that does not grow with the run.

Short runs are summed directly. In longer runs plateaus are multiplied by their lengths, and smooth pieces are summed
directly near both ends and by quadrature between them, with the Euler-Maclaurin correction from an integral to a sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from cosine_cli.schedules.core.arrays import BLOCK, Rates, together
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES

MOST_DIRECT = 10_000
"""Runs of at most so many updates are summed directly."""

_END = 1024
"""How many terms at either end of a smooth piece are summed directly, since roots and factors change fast there."""

_CYCLE_END = 256
_SHORT_CYCLE = 256
"""A cycle of at most so many steps is summed directly."""

_LONG_CYCLE = 2**14
"""The same for several cycles that together take a whole number of steps, since they have many parts."""

_AT_ONCE = 2**16
_MOST_MEANS = 2**15
"""For at most so many parts of cycles of different lengths each mean is computed; for more, a polynomial is fitted."""

_INSET = 1e-9
_GAUSS_NODES = 64

_NODES = 16
_HALVINGS = 50
_MOST_ROUGH = 32
"""If more intervals do not become smoother, the rates are coarsely rounded, and no interval is halved further."""

_ENOUGH = 1e-10
"""The largest last terms of a polynomial, relative to the sum; if they are larger, the interval is halved."""

_NARROWEST = 256
"""An interval of fewer steps is summed directly, since the nodes of its halves would coincide."""

MOST_UNEVEN = 2**20
"""Rows of at most so many steps are summed directly if rounding decides in which cycle a step is."""

_MOST_JOINED = 64

_MOST_SHORT = 2 * _END
"""A smooth piece of at most so many steps is summed directly, together with others."""

Terms = Callable[[Rates], Rates]


@dataclass(frozen=True)
class _Calls:
    """Terms that are exact only at whole numbers, each held until the next, so that their integral is their sum."""

    at: Terms

    def __call__(self, t: Rates) -> Rates:
        return self.at(np.floor(t))


def total(schedule: Schedule, updates: int, *, of: Terms = np.asarray) -> float:
    """Return the sum of the rates used for updates 0 to ``updates - 1``, or of a smooth function ``of`` them.

    It covers the updates that have a rate: a curve may end before ``updates``, or be NaN in between.

    >>> from cosine_cli.schedules.linear import Linear
    >>> round(total(Linear(lr=0.1, total=10**12), 10**12) / 10**12, 12)
    0.05
    """

    def rates(t: Rates) -> Rates:
        return of(schedule(t))

    terms = _Calls(rates) if schedule.counts_calls else rates
    if updates <= MOST_DIRECT:
        return float(np.nansum(terms(np.arange(float(updates)))))
    return math.fsum(_sums(terms, schedule.pieces_to_end(updates, MOST_PIECES)))


def _sums(at: Terms, pieces: Iterable[Piece]) -> Iterator[float]:
    """Yield the sums over pieces; short ones are evaluated together, since many short calls are slow."""
    flat: list[Piece] = []
    short: list[Piece] = []
    for piece in pieces:
        if piece.kind == "flat":
            flat.append(piece)
        elif piece.kind == "smooth" and piece.t1 - piece.t0 <= _MOST_SHORT:
            short.append(piece)
        else:
            yield _sum(at, piece)
    if flat:
        yield from _flat_sums(at, flat)
    for steps in together(map(_steps, short)):
        yield float(np.sum(at(steps)))


def _flat_sums(at: Terms, pieces: Sequence[Piece]) -> Iterator[float]:
    first = np.ceil([piece.t0 for piece in pieces])
    count = np.ceil([piece.t1 for piece in pieces]) - first
    # Rounding may move a knot past a whole number and one step with it, so the ends are evaluated too.
    request = np.concatenate((first, first + count // 2, first + np.maximum(count, 1.0) - 1.0))
    start, middle, end = at(request).reshape(3, -1)
    sums = middle * count + (start - middle) + (end - middle)
    yield from np.where(count > 0.0, sums, 0.0).tolist()


def _steps(piece: Piece) -> Rates:
    return np.arange(math.ceil(piece.t0), math.ceil(piece.t1), dtype=np.float64)


def _sum(at: Terms, piece: Piece) -> float:
    """Return the sum over the whole steps in ``[t0, t1)``."""
    if piece.kind == "none":
        return 0.0
    if piece.kind == "cycles":
        return _sum_cycles(at, piece)
    first, count = math.ceil(piece.t0), math.ceil(piece.t1) - math.ceil(piece.t0)
    if count == 0:
        return 0.0
    if piece.kind == "flat":
        return sum(_flat_sums(at, [piece]))
    return sum_terms(lambda k: at(first + k), count, end=_END, halvings=_HALVINGS)


def sum_terms(terms: Terms, count: int, *, end: int, halvings: int = 0) -> float:
    """Return the sum of ``terms`` at 0, 1, ..., ``count - 1``, evaluated only at whole numbers.

    If a polynomial does not fit them, an interval is halved, at most ``halvings`` times.
    """
    if count <= 2 * end + 8 * _NODES:  # with fewer steps the nodes would coincide
        return float(np.sum(terms(np.arange(float(count)))))
    ends = np.concatenate((np.arange(float(end)), np.arange(float(count - end), float(count))))
    panels = _panels(end - 0.5, count - end - 0.5)
    return float(np.sum(terms(ends))) + _sum_panels(terms, panels[:-1], panels[1:], halvings=halvings)


def _panels(start: float, stop: float) -> Rates:
    """Return the edges, between whole numbers, of intervals whose widths double away from both ends.

    Schedules change fastest near the ends.
    """
    offsets = [0.0]
    width = max(start, 1.0)
    # Half a width more, so that the interval in the middle is not narrower than the first.
    while offsets[-1] + 1.5 * width < (stop - start) / 2:
        offsets.append(offsets[-1] + width)
        width *= 2
    return _halfway([start + offset for offset in offsets] + [stop - offset for offset in reversed(offsets)])


def _halfway(edges: Sequence[float] | Rates) -> Rates:
    """Return the numbers rounded to a half between whole numbers."""
    return np.floor(edges) + 0.5


def _sum_panels(terms: Terms, starts: Rates, stops: Rates, *, halvings: int) -> float:
    """Return the sum over the whole numbers in all intervals, by a polynomial through some of them if it fits.

    Otherwise an interval is halved, or summed directly if it is narrow.
    """
    sums, bends = _by_polynomial(terms, starts, stops)
    whole = math.fsum(sums.tolist())
    rough = bends > _ENOUGH * abs(whole)
    if not halvings or not rough.any() or rough.sum() > _MOST_ROUGH:
        return whole
    narrow = stops - starts < _NARROWEST
    numbers = [np.arange(a + 0.5, b) for a, b in zip(starts[rough & narrow], stops[rough & narrow], strict=True)]
    parts = [*sums[~rough].tolist(), *(terms(np.concatenate(numbers)).tolist() if numbers else [])]
    wide = rough & ~narrow
    if wide.any():
        start, stop = starts[wide], stops[wide]
        turn = _halfway((start + stop) / 2)
        halves = np.concatenate((start, turn)), np.concatenate((turn, stop))
        parts.append(_sum_panels(terms, *halves, halvings=halvings - 1))
    return math.fsum(parts)


def _by_polynomial(terms: Terms, starts: Rates, stops: Rates) -> tuple[Rates, Rates]:
    """Return the sums over intervals by polynomials through whole numbers near the Chebyshev points of each.

    The second array has the larger of the last two terms of each polynomial.
    """
    half, middle = (stops - starts)[:, None] / 2, (stops + starts)[:, None] / 2
    angles = (np.arange(_NODES) + 0.5) * np.pi / _NODES
    nodes = np.clip(np.rint(middle + half * np.cos(angles)), np.ceil(middle - half), np.floor(middle + half))
    orders = np.arange(_NODES)
    at = np.arccos(np.clip((nodes - middle) / half, -1.0, 1.0))
    polynomials = np.cos(orders[:, None] * at[:, None, :])
    moments = np.where(orders % 2 == 0, 2.0 / (1.0 - orders.astype(float) ** 2 + (orders == 1)), 0.0)
    # Weights of the values: for the integral, and for the last two terms of the polynomial.
    request = np.stack((moments, orders == _NODES - 2, orders == _NODES - 1), axis=1)
    weights = half[:, :, None] * np.linalg.solve(polynomials, np.broadcast_to(request, (len(half), *request.shape)))
    # Euler-Maclaurin for midpoints: sum f = integral f - (f'(b) - f'(a)) / 24, f' as a difference.
    beside = np.stack((starts - 0.5, starts + 0.5, stops - 0.5, stops + 0.5), axis=1)
    values = terms(np.concatenate((nodes, beside), axis=1).reshape(-1)).reshape(len(starts), -1)
    integrals, *last_terms = np.einsum("pn,pna->ap", values[:, :_NODES], weights)
    slopes = values[:, _NODES:] @ np.array([1.0, -1.0, -1.0, 1.0])
    return integrals - slopes / 24.0, np.abs(last_terms).max(axis=0)


def _sum_cycles(at: Terms, row: Piece) -> float:
    """Return the sum over a row of cycles, as the sum over cycles of their sums."""
    first, last = math.ceil(row.t0), math.ceil(row.t1)
    if last - first <= MOST_UNEVEN and not row.in_step:
        return float(np.sum(at(np.arange(float(first), float(last)))))
    if row.bounds is not None:
        return _sum_unequal_cycles(at, row)
    joined = joint(row)
    if not joined or (joined > 1 and joined * row.period > _LONG_CYCLE and not _is_flat(row)):
        return _sum_by_means(at, row, row.cycles)
    cycles, rest = joint_cycles(row, joined)
    return math.fsum(_sum(at, part) for part in rest) + sum_terms(_cycle_sums(at, row, joined), cycles, end=_CYCLE_END)


def joint(row: Piece) -> int:
    """Return how many cycles of a row together take a whole number of steps, 0 if very many do."""
    if row.bounds is not None:
        return 0
    return next((n for n in range(1, _MOST_JOINED) if (n * row.period).is_integer()), 0)


def _is_flat(row: Piece) -> bool:
    """Whether all cycles of a row are plateaus, which are summed exactly however many there are."""
    return all(part.kind == "flat" for part in row.parts)


def joint_cycles(row: Piece, joined: int) -> tuple[int, list[Piece]]:
    """Return how many times the steps of a row fill ``joined`` of its cycles, and the pieces of the remaining steps.

    It counts steps, since a difference of times may be rounded up to one cycle too many.
    """
    first, last = math.ceil(row.t0), math.ceil(row.t1)
    length = joined * row.period
    whole = int((last - first) // length)
    return whole, list(between(last_cycles(row, whole * joined), first + whole * length, row.t1))


def last_cycles(row: Piece, first: int) -> Iterator[Piece]:
    """Yield the pieces of the cycles from number ``first`` to the last."""
    for index in range(first, row.cycles):
        yield from row.cycle(index)


def _cycle_sums(at: Terms, row: Piece, joined: int) -> Terms:
    """Return a function from the number of a joint cycle to the sum over its steps."""
    length, first = joined * row.period, math.ceil(row.t0)
    if _is_flat(row) and (length > _SHORT_CYCLE or joined == len(row.parts) == 1):
        return _stair_sums(at, row, joined)
    if length <= (_SHORT_CYCLE if joined == 1 else _LONG_CYCLE):
        return lambda i: _added_up(at, first + i * length, np.arange(length))

    def long_cycle(i: float) -> float:
        parts = (part for k in range(joined) for part in row.cycle(int(i) * joined + k))
        return math.fsum(_sum(at, part) for part in parts)

    return lambda i: np.array([long_cycle(k) for k in i])


def _added_up(at: Terms, starts: Rates, steps: Rates) -> Rates:
    """Return the sums over ``steps`` from each of the ``starts``, in chunks."""
    size = max(_AT_ONCE // len(steps), 1)
    chunks = (starts[k : k + size, None] + steps for k in range(0, len(starts), size))
    return np.concatenate([at(chunk).sum(axis=1) for chunk in chunks])


def _stair_sums(at: Terms, row: Piece, joined: int) -> Terms:
    """Return the same for cycles of plateaus, all those of a cycle at once."""
    length = joined * row.period
    opened = np.ceil([row.t0 + part.t0 + k * row.period for k in range(joined) for part in row.parts])
    closed = np.append(opened[1:], opened[0] + length) - 1.0

    def stairs(i: Rates) -> Rates:
        first, last = opened + i[:, None] * length, closed + i[:, None] * length
        middle = at(np.floor((first + last) / 2))
        ends = at(first) + at(np.maximum(last, first)) - 2.0 * middle  # as in _flat_sums
        return np.asarray(np.where(last >= first, middle * (last - first + 1.0) + ends, 0.0).sum(axis=1))

    return stairs


def _sum_unequal_cycles(at: Terms, row: Piece) -> float:
    """Sum cycles of different lengths: the first steps directly, the rest by means."""
    ends = row.starts(np.arange(1.0, row.cycles + 1.0))
    direct = int(np.searchsorted(ends, row.t0 + MOST_UNEVEN, side="right"))
    rest = row.cycles_from(direct)
    first_steps = float(np.sum(at(np.arange(math.ceil(row.t0), math.ceil(rest.t0), dtype=np.float64))))
    return first_steps + _sum_by_means(at, rest, rest.cycles)


def _sum_by_means(at: Terms, row: Piece, count: int) -> float:
    """Sum cycles that do not take a whole number of steps: over many of them, steps are evenly distributed.

    The last cycle, which may be truncated, is summed separately.
    """
    rest = math.fsum(_sum(at, part) for part in row.cycle(count - 1))
    return rest + _integral_of(at, row, count - 1) + _late(at, row, count - 1)


def _integral_of(at: Terms, row: Piece, count: int) -> float:
    """Return the integral over the first ``count`` cycles: the sum of length times mean."""
    if row.bounds is None:
        return row.period * sum_terms(lambda i: _means(at, row, i), count, end=_CYCLE_END)
    lengths = np.diff(row.starts(np.arange(count + 1.0)))
    if count * len(row.parts) <= _MOST_MEANS:  # lengths and means rounded to 32 bits are not smooth
        chunks = (np.arange(float(k), float(min(k + BLOCK, count))) for k in range(0, count, BLOCK))
        return math.fsum(float(lengths[int(i[0]) : int(i[0]) + len(i)] @ _means(at, row, i)) for i in chunks)
    return sum_terms(lambda i: _means(at, row, i) * lengths[i.astype(np.intp)], count, end=_CYCLE_END)


def _means(at: Terms, row: Piece, index: Rates) -> Rates:
    """Return the means over the cycles with these numbers, summed over their parts."""
    starts, stretches = row.starts(index)[:, None], row.stretches(index)[:, None]
    means = np.zeros(len(index))
    for part in row.parts:
        nodes, weights = _MIDPOINTS if part.kind == "cycles" else _gauss()
        share = (part.t1 - part.t0) / row.period
        times = starts + (part.t0 + (part.t1 - part.t0) * nodes) * stretches
        means += (at(times) @ weights) * share
    return means


@cache
def _gauss() -> tuple[Rates, Rates]:
    """Return nodes and weights of Gauss quadrature on [0, 1], after a substitution that smooths roots at the ends."""
    nodes, weights = np.polynomial.legendre.leggauss(_GAUSS_NODES)
    x = (1.0 + nodes) / 2.0
    return x * x * (3.0 - 2.0 * x), weights * 3.0 * x * (1.0 - x)


_MIDPOINTS = (np.arange(_SHORT_CYCLE) + 0.5) / _SHORT_CYCLE, np.full(_SHORT_CYCLE, 1.0 / _SHORT_CYCLE)


def _late(at: Terms, row: Piece, count: int) -> float:
    """Return the difference of the sums and the integrals, from the ends of the parts of ``count`` cycles.

    At each end it is half a term, minus the delay of the first step after it. For too many parts, only the ends of the
    row count.
    """
    if isinstance(at, _Calls):
        return 0.0
    if count * len(row.parts) > MOST_UNEVEN:
        opened, closed = row.starts(np.array([0.0, float(count)]))[:, None]
        return _late_in(at, opened, closed)
    index = np.arange(float(count))
    starts, stops, stretches = row.starts(index), row.starts(index + 1.0), row.stretches(index)
    opened = [starts + part.t0 * stretches for part in row.parts]
    return math.fsum(_late_in(at, a, b) for a, b in zip(opened, [*opened[1:], stops], strict=True))


def _late_in(at: Terms, opened: Rates, closed: Rates) -> float:
    """Return the same for pieces from ``opened`` to ``closed``: the first two terms of Euler and Maclaurin."""
    span = closed - opened
    inset = span * _INSET  # exactly at an end, rounding decides to which part a time belongs
    step = np.minimum(span / 4.0, 1.0)
    late, too_late = np.ceil(opened) - opened, np.ceil(closed) - closed
    first, last = at(opened + inset), at(closed - inset)
    rise = (at(opened + inset + step) - first) / step
    fall = (last - at(closed - inset - step)) / step
    values = first * (0.5 - late) - last * (0.5 - too_late)
    return float(np.sum(values + (fall * _bernoulli(too_late) - rise * _bernoulli(late)) / 2.0))


def _bernoulli(x: Rates) -> Rates:
    """Return the second Bernoulli polynomial."""
    return x * (x - 1.0) + 1.0 / 6.0
