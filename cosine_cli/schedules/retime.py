"""The schedule ``retime``: a schedule on another clock."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import NamedCurve, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_LEAST = 1e-200
"""On a clock that is faster still, times become infinite."""


@dataclass(frozen=True, kw_only=True)
class Retime(Schedule):
    r"""A schedule that takes longer, or begins late or early.

    .. math:: \eta(t) = f(\max(t / s + a, 0))

    with :math:`s` = ``stretch``, :math:`a` = ``ahead`` (steps of the schedule inside), :math:`f` = ``of``. It ends
    where ``of`` does on that clock.

    Source: what a loop does that steps a scheduler every so many updates, as under gradient accumulation (2017).

    >>> from cosine_cli.schedules.linear import Linear
    >>> Retime(stretch=2, of=Linear(lr=0.1, total=10))([0, 10, 20])
    array([0.1 , 0.05, 0.  ])

    The line over 10 steps takes 20.
    """

    family: ClassVar[Family] = "made of others"
    aliases: ClassVar[str] = "stretch shift delay"

    stretch: float = param(1.0, "how many times as long it takes", above=0)
    ahead: float = param(0.0, "steps that it has made at the start; below 0 it begins late")
    of: Schedule = param(NamedCurve("cosine"), "the schedule on the other clock")

    def check(self) -> None:
        """Refuse a clock on which times become infinite, and a start behind the end."""
        if self.stretch < _LEAST:
            raise ParameterError("stretch", f"must be at least {_LEAST:g}", got=repr(self.stretch))
        if self.ahead > self.of.ends:
            rule = f"must be at most what the schedule inside lasts ({self.of.ends:g})"
            raise ParameterError("ahead", rule, got=repr(self.ahead))

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        """Return what of the other clock lies within the run."""
        return run / max(float(given["stretch"]), _LEAST) + float(given["ahead"])

    @property
    def on_run_clock(self) -> bool:
        """Tell whether the schedule inside has times that are moments of the run."""
        return self.of.on_run_clock

    @property
    def ends(self) -> float:
        """The end of the schedule inside, on this clock."""
        return (self.of.ends - self.ahead) * self.stretch

    @property
    def ramp(self) -> float:
        """What is left of the climb of the schedule inside."""
        return max((self.of.ramp - self.ahead) * self.stretch, 0.0) if self.of.ramp else 0.0

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Those of the schedule inside, on this clock."""
        start = -self.ahead * self.stretch
        return tuple(milestone.moved(start, stretch=self.stretch) for milestone in self.of.milestones_given)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return self.of.at(m, m.named("local", self._local(m, t)))

    def _local(self, m: Ops, t: Any) -> Any:
        stretched = t / self.stretch if self.stretch != 1.0 else t
        return m.maximum(stretched + self.ahead, 0.0) if self.ahead else stretched

    def slower(self, steps: float) -> Retime:
        """Return the same curve on a slower clock."""
        return replace(self, ahead=self.ahead / steps, of=self.of.slower(steps))

    def description(self, formatter: Formatter) -> str:
        """Say what the schedule inside does, on this clock."""
        return self.of.description(formatter.slower(self.stretch).later(-self.ahead))

    def summary(self, formatter: Formatter) -> str:
        """Say what the schedule inside does, on this clock."""
        return self.of.summary(formatter.slower(self.stretch).later(-self.ahead))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the schedule inside, on this clock."""
        late = min(max(-self.ahead, 0.0) * self.stretch, until)
        held = [Piece(0.0, late, "flat")] if late else []
        if late == until:
            return held
        end = until / self.stretch + self.ahead
        inside = list(between(self.of.pieces(end, at_most), max(self.ahead, 0.0), end)) if end > self.ahead else []
        if not inside:  # so far ahead that the steps of the run are less than a rounding there
            return [*held, Piece(late, until, "flat")]
        moved = [piece.moved(-self.ahead).stretched(self.stretch) for piece in inside]
        edges = [late, *(min(max(piece.t0, late), until) for piece in moved[1:]), until]
        placed = (
            piece._replace(t0=t0, t1=t1) for piece, (t0, t1) in zip(moved, itertools.pairwise(edges), strict=True)
        )
        return [*held, *(piece for piece in placed if piece.t0 < piece.t1)]
