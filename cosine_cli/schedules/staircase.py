"""The schedule ``staircase``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Milestone,
    NamedCurve,
    OneUnit,
    Ops,
    ParameterError,
    Piece,
    Schedule,
    Wrapper,
    param,
)

_MOST_JOINED = 4096
"""Stairs and cycles are expected to coincide again within this number of cycles."""

_MOST_STAIRS = 100_000
_MOST_UNEQUAL = 5000
"""At most so many cycles of different lengths are divided into stairs."""


@dataclass(frozen=True, kw_only=True)
class Staircase(Wrapper):
    r"""Samples another schedule every N steps and holds it in between.

    .. math:: \eta(t) = f(\lfloor t / e \rfloor\,e)

    with :math:`e` = ``every`` (steps), :math:`f` = ``of``. It ends when ``of`` does.

    Source: training loops that call ``scheduler.step()`` once per epoch, as PyTorch's examples do (2017).

    >>> from cosine_cli.schedules.linear import Linear
    >>> Staircase(every=5, of=Linear(lr=0.1, total=10))([0, 4, 5, 9, 10])
    array([0.1 , 0.1 , 0.05, 0.05, 0.  ])

    0.1 for steps 0-4, 0.05 for 5-9, 0 from step 10 on.
    """

    family = "composite"
    aliases = "stepwise hold per_epoch"

    every: float = param(OneUnit(), "time between two samples", above=0, time="length", standalone=1.0)
    of: Schedule = param(NamedCurve("cosine"), "schedule to sample")

    @property
    def ends(self) -> float:
        if math.isinf(self.of.ends):
            return math.inf
        return math.nextafter((math.floor(self.of.ends / self.every) + 1) * self.every, 0.0)

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return tuple(milestone._replace(acts=self._stair(milestone.acts)) for milestone in self.of.milestones_given)

    def _stair(self, time: float) -> float:
        return math.ceil(time / self.every) * self.every if math.isfinite(time) else time

    def formula(self, m: Ops, t: Any) -> Any:
        return self.of.at(m, m.named("held", m.cycles(t, self.every) * self.every))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        stairs: list[Piece] = []
        for piece in _with_even_cycles(self.of.pieces(until, at_most)):
            start = stairs[-1].t1 if stairs else 0.0
            end = min(math.ceil(piece.t1 / self.every) * self.every, until)
            if start < end:
                stairs += self._stairs(piece, start, end, at_most - len(stairs))
        return stairs

    def _stairs(self, piece: Piece, start: float, end: float, at_most: int) -> Iterator[Piece]:
        if piece.kind in ("flat", "none") and piece.t0 <= start:
            yield Piece(start, end, piece.kind)
        elif piece.kind == "cycles" and piece.t0 == start and self._are_stairs(piece):
            yield piece._replace(t1=end)
        elif piece.kind == "cycles" and (row := self._joint_cycle(piece, (end - start) / self.every)):
            yield Piece(start, end, "cycles", *row, uneven=piece.uneven)
        elif piece.kind != "cycles" and (end - start) / self.every > at_most:
            yield Piece(start, end, "cycles", self.every, (Piece(0.0, self.every, "flat"),))
        else:
            first, last = round(start / self.every), math.ceil(end / self.every)
            edges = [min(i * self.every, end) for i in range(first, last + 1)]
            yield from (Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b)

    def _are_stairs(self, row: Piece) -> bool:
        """Whether the cycles of a row are plateaus that begin and end with stairs."""
        ends = [row.t0, row.period, *(part.t1 for part in row.parts)]
        return {part.kind for part in row.parts} == {"flat"} and all((end / self.every).is_integer() for end in ends)

    def _joint_cycle(self, piece: Piece, stairs: float) -> tuple[float, tuple[Piece, ...]] | None:
        """Return the period after which stairs and cycles coincide again, and its stairs; None to list all stairs.

        Stairs that coincide with the cycles only after very many of them begin anywhere in a cycle, so that the rate
        goes up and down from one stair to the next.
        """
        cycles = next((n for n in range(1, _MOST_JOINED) if (n * piece.period / self.every).is_integer()), 0)
        if not cycles and stairs <= _MOST_STAIRS:
            return None
        period = max((cycles or 1) * piece.period, self.every)
        count = math.ceil(period / self.every)
        edges = [min(i * self.every, period) for i in range(count + 1)] if count < _MOST_STAIRS else [0.0, period]
        return period, tuple(Piece(a, b, "flat") for a, b in itertools.pairwise(edges))


def _with_even_cycles(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces, with the cycles of different lengths one by one, since stairs divide each of them differently.

    Raises ParameterError if there are too many.
    """
    for piece in pieces:
        if piece.bounds is None:
            yield piece
            continue
        if piece.cycles > _MOST_UNEQUAL:
            rule = f"must not sample a curve of more than {_MOST_UNEQUAL:,} cycles of different lengths"
            raise ParameterError("every", rule, got=f"one of {piece.cycles:,}")
        yield from (part for index in range(piece.cycles) for part in piece.cycle(index))
