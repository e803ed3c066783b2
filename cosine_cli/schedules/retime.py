"""The schedule ``retime``."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Formatter,
    Milestone,
    NamedCurve,
    Ops,
    ParameterError,
    Piece,
    Schedule,
    Wrapper,
    between,
    param,
)

_LEAST = 1e-200
"""With a smaller stretch, times overflow."""


@dataclass(frozen=True, kw_only=True)
class Retime(Wrapper):
    r"""Stretches another schedule in time, or shifts it.

    .. math:: \eta(t) = f(\max(t / s + a, 0))

    with :math:`s` = ``stretch``, :math:`a` = ``ahead`` (steps on the clock of the inner schedule), :math:`f` = ``of``.
    It ends when ``of`` does on that clock.

    Source: loops that step a scheduler once in several updates, as under gradient accumulation (2017).

    >>> from cosine_cli.schedules.linear import Linear
    >>> Retime(stretch=2, of=Linear(lr=0.1, total=10))([0, 10, 20])
    array([0.1 , 0.05, 0.  ])

    The line over 10 steps takes 20.
    """

    family = "composite"
    aliases = "stretch shift delay"

    stretch: float = param(1.0, "factor of the duration", above=0)
    ahead: float = param(0.0, "time already elapsed at the start; if negative, it begins late", time="length")
    of: Schedule = param(NamedCurve("cosine"), "schedule to stretch or shift")

    def check(self) -> None:
        if self.stretch < _LEAST:
            raise ParameterError("stretch", f"must be at least {_LEAST:g}", got=repr(self.stretch))
        if self.ahead > self.of.ends:
            rule = f"must be at most the length of the inner schedule ({self.of.ends:g})"
            raise ParameterError("ahead", rule, got=repr(self.ahead))

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        return run / max(float(given["stretch"]), _LEAST) + float(given["ahead"])

    @property
    def ends(self) -> float:
        return (self.of.ends - self.ahead) * self.stretch

    @property
    def warmup_length(self) -> float:
        return max((self.of.warmup_length - self.ahead) * self.stretch, 0.0) if self.of.warmup_length else 0.0

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        start = -self.ahead * self.stretch
        return tuple(milestone.moved(start, stretch=self.stretch) for milestone in self.of.milestones_given)

    def formula(self, m: Ops, t: Any) -> Any:
        return self.of.at(m, m.named("local", self._local(m, t)))

    def _local(self, m: Ops, t: Any) -> Any:
        stretched = t / self.stretch if self.stretch != 1.0 else t
        return m.maximum(stretched + self.ahead, 0.0) if self.ahead else stretched

    def description(self, formatter: Formatter) -> str:
        return self.of.description(formatter.stretched(self.stretch).shifted(-self.ahead))

    def summary(self, formatter: Formatter) -> str:
        return self.of.summary(formatter.stretched(self.stretch).shifted(-self.ahead))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        late = min(max(-self.ahead, 0.0) * self.stretch, until)
        before = [Piece(0.0, late, "flat")] if late else []
        if late == until:
            return before
        end = until / self.stretch + self.ahead
        pieces = list(between(self.of.pieces(end, at_most), max(self.ahead, 0.0), end)) if end > self.ahead else []
        if not pieces:  # so far ahead that the steps of the run are lost to rounding
            return [*before, Piece(late, until, "flat")]
        moved = [piece.moved(-self.ahead).stretched(self.stretch) for piece in pieces]
        edges = [late, *(min(max(piece.t0, late), until) for piece in moved[1:]), until]
        placed = (
            piece._replace(t0=t0, t1=t1) for piece, (t0, t1) in zip(moved, itertools.pairwise(edges), strict=True)
        )
        return [*before, *(piece for piece in placed if piece.t0 < piece.t1)]
