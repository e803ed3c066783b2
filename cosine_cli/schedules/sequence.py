"""The schedule ``sequence``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from cosine_cli.schedules.core.catalogue import name_of
from cosine_cli.schedules.core.milestones import in_turn
from cosine_cli.schedules.core.prelude import (
    Formatter,
    Milestone,
    Ops,
    ParameterError,
    Piece,
    Rates,
    Schedule,
    between,
    by_interval,
    param,
)

_MOST_LISTED = 3
"""How many members a description lists."""


@dataclass(frozen=True, kw_only=True)
class Sequence(Schedule):
    r"""Runs schedules one after another, each from its own start.

    .. math:: \eta(t) = f_i(t - b_i) \text{ for } b_i \le t < b_{i+1}, \quad b_i = l_1 + \dots + l_{i-1}

    with :math:`f_i` = ``of``, :math:`l_i` = ``lengths`` (steps). After the end the last one continues.

    Source: PyTorch's ``SequentialLR`` (2021), with lengths instead of boundaries.

    >>> from cosine_cli.schedules.constant import Constant
    >>> from cosine_cli.schedules.linear import Linear
    >>> Sequence(of=(Constant(lr=0.1), Linear(lr=0.1, total=20)), lengths=(80, 20))([0, 79, 90, 100])
    array([0.1 , 0.1 , 0.05, 0.  ])

    0.1 for steps 0-79, then a straight line to 0 at step 100.
    """

    family = "composite"
    aliases = "join chain_of one_after_another"
    framework_names = {"torch": "SequentialLR", "optax": "join_schedules", "fvcore": "CompositeParamScheduler"}

    of: tuple[Schedule, ...] = param((), "schedules in their order", example="constant:for=80% linear")
    lengths: tuple[float, ...] = param((), "length of each schedule", above=0, time="length", of_members=True)

    def check(self) -> None:
        if len(self.of) != len(self.lengths):
            raise ParameterError("lengths", f"must be one per schedule ({len(self.of)})", got=str(len(self.lengths)))

    @cached_property
    def starts(self) -> Rates:
        """The times at which the schedules begin."""
        return np.concatenate(([0.0], np.cumsum(self.lengths)[:-1]))

    @cached_property
    def _ending(self) -> tuple[float, Schedule] | None:
        """The end and the first schedule that has no rate for one of its updates, if any."""
        last = [math.ceil(start) - 1.0 for start in self.starts[1:].tolist()]
        members = zip(self.of, self.starts.tolist(), [*last, math.inf], strict=True)
        ending = ((start + member.ends, member) for member, start, until in members if start + member.ends < until)
        return next(ending, None)

    @property
    def ends(self) -> float:
        return self._ending[0] if self._ending else math.inf

    @property
    def why_it_ends(self) -> str:
        return self._ending[1].why_it_ends if self._ending else ""

    @property
    def ends_in_nan(self) -> bool:
        return self._ending is not None and self._ending[1].ends_in_nan

    @property
    def peak(self) -> float:
        return max(member.peak for member in self.of)

    @property
    def floor(self) -> float:
        return min(member.floor for member in self.of)

    @property
    def warmup_length(self) -> float:
        return self.of[0].warmup_length

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        starts = self.starts.tolist()
        members = zip(self.of, starts, [*starts[1:], math.inf], strict=True)
        return tuple(
            milestone for member, start, end in members for milestone in in_turn(member.milestones_given, start, end)
        )

    def formula(self, m: Ops, t: Any) -> Any:
        starts = self.starts.tolist()
        members = [partial(_from, m, member, start) for member, start in zip(self.of, starts, strict=True)]
        return by_interval(m, t, starts[1:], members)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        pieces: list[Piece] = []
        ends = [*self.starts[1:], until]
        for member, start, end in zip(self.of, self.starts, ends, strict=True):
            if start < (end := min(float(end), until)):
                own = member.pieces(end - start, max(at_most - len(pieces), 1))
                pieces += between((piece.moved(float(start)) for piece in own), float(start), end)
        return pieces

    def description(self, formatter: Formatter) -> str:
        if len(self.of) > _MOST_LISTED:
            return f"{len(self.of)} parts"
        members = zip(self.of, self.lengths, strict=True)
        return ", ".join(f"{name_of(type(member))} {formatter.length(length)}" for member, length in members)

    def summary(self, formatter: Formatter) -> str:
        return " + ".join(map(formatter.length, self.lengths))


def _from(m: Ops, member: Schedule, start: float, t: Any) -> Any:
    """Return the rate at ``t`` of a schedule that begins at ``start``."""
    local = m.maximum(t - start, 0.0) if start else t
    # A schedule that ends with its last update holds that rate for the rest of the step.
    return member.at(m, local if math.isinf(member.ends) else m.minimum(local, member.ends))
