"""The schedule ``staircase``: a schedule that moves only now and then."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import NamedCurve, OneUnit, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Schedule

_MOST_JOINED = 4096
"""After how many cycles stairs and cycles are expected to meet."""

_MOST_STAIRS = 100_000
_MOST_UNEQUAL = 5000
"""How many cycles of different lengths are cut into stairs one by one."""


@dataclass(frozen=True, kw_only=True)
class Staircase(Schedule):
    r"""A schedule that is looked at once in every so many steps and held in between.

    .. math:: \eta(t) = f(\lfloor t / e \rfloor\,e)

    with :math:`e` = ``every`` (steps), :math:`f` = ``of``. It ends where ``of`` does.

    Source: what a training loop does that calls ``scheduler.step()`` once an epoch, as PyTorch's examples do (2017).

    >>> from cosine_cli.schedules.linear import Linear
    >>> Staircase(every=5, of=Linear(lr=0.1, total=10))([0, 4, 5, 9, 10])
    array([0.1 , 0.1 , 0.05, 0.05, 0.  ])

    0.1 for steps 0-4, 0.05 for 5-9, 0 from step 10.
    """

    family: ClassVar[Family] = "made of others"
    aliases: ClassVar[str] = "stepwise hold per_epoch"

    every: float = param(OneUnit(), "time for which the rate is held", above=0, time="length", alone=1.0)
    of: Schedule = param(NamedCurve("cosine"), "the schedule that is held")

    @property
    def on_run_clock(self) -> bool:
        """Tell whether the schedule that is held has times that are moments of the run."""
        return self.of.on_run_clock

    @property
    def ends(self) -> float:
        """The end of the stair on which the schedule that is held ends."""
        if math.isinf(self.of.ends):
            return math.inf
        return math.nextafter((math.floor(self.of.ends / self.every) + 1) * self.every, 0.0)

    @property
    def ramp(self) -> float:
        """The climb of the schedule that is held."""
        return self.of.ramp

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Those of the schedule that is held, each from the next stair on."""
        return tuple(one._replace(acts=self._stair(one.acts)) for one in self.of.milestones_given)

    def _stair(self, time: float) -> float:
        return math.ceil(time / self.every) * self.every if math.isfinite(time) else time

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return self.of.at(m, m.named("held", m.cycles(t, self.every) * self.every))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the stairs: one for every stretch that is flat anyway, else one after every so many steps."""
        found: list[Piece] = []
        for piece in _with_even_cycles(self.of.pieces(until, at_most)):
            start = found[-1].t1 if found else 0.0
            end = min(math.ceil(piece.t1 / self.every) * self.every, until)
            if start < end:
                found += self._stairs(piece, start, end, at_most - len(found))
        return found

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
        """Tell whether the cycles of a row are plateaus that begin and end with stairs."""
        ends = [row.t0, row.period, *(part.t1 for part in row.inside)]
        return {part.kind for part in row.inside} == {"flat"} and all((end / self.every).is_integer() for end in ends)

    def _joint_cycle(self, piece: Piece, stairs: float) -> tuple[float, tuple[Piece, ...]] | None:
        """Return the period after which stairs and cycles meet again, and its stairs; None where all are listed.

        Stairs that meet the cycles after very many of them fall anywhere in a cycle: from one to the next the rate
        goes up and down.
        """
        meets = next((n for n in range(1, _MOST_JOINED) if (n * piece.period / self.every).is_integer()), 0)
        if not meets and stairs <= _MOST_STAIRS:
            return None
        period = max((meets or 1) * piece.period, self.every)
        count = math.ceil(period / self.every)
        edges = [min(i * self.every, period) for i in range(count + 1)] if count < _MOST_STAIRS else [0.0, period]
        return period, tuple(Piece(a, b, "flat") for a, b in itertools.pairwise(edges))


def _with_even_cycles(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces, of rows whose cycles have different lengths each cycle's: stairs fall differently in each.

    Raises ParameterError where these are too many.
    """
    for piece in pieces:
        if piece.bounds is None:
            yield piece
            continue
        if piece.cycles > _MOST_UNEQUAL:
            rule = f"must not hold a curve of more than {_MOST_UNEQUAL:,} cycles of different lengths"
            raise ParameterError("every", rule, got=f"one of {piece.cycles:,}")
        yield from (part for index in range(piece.cycles) for part in piece.cycle(index))
