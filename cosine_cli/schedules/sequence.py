"""The schedule ``sequence``: one after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.catalogue import name_of
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.milestones import Milestone, in_turn
from cosine_cli.schedules.core.ops import Ops, by_interval
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_SPOKEN = 3
"""How many parts a sentence can hold."""


def _from(m: Ops, schedule: Schedule, start: float, t: Any) -> Any:
    """Return the rate at ``t`` of a schedule that begins at ``start``."""
    local = m.maximum(t - start, 0.0) if start else t
    # One that ends with the last of its updates holds that rate for what is left of the step.
    return schedule.at(m, local if math.isinf(schedule.ends) else m.minimum(local, schedule.ends))


@dataclass(frozen=True, kw_only=True)
class Sequence(Schedule):
    r"""Schedules one after the other, each counting from its own start.

    .. math:: \eta(t) = f_i(t - b_i) \text{ for } b_i \le t < b_{i+1}, \quad b_i = l_1 + \dots + l_{i-1}

    with :math:`f_i` = ``of``, :math:`l_i` = ``lengths`` (steps). At the end, and after it, the last one goes
    on.

    Source: PyTorch's ``SequentialLR`` (2021), with lengths in the place of boundaries.

    >>> from cosine_cli.schedules.constant import Constant
    >>> from cosine_cli.schedules.linear import Linear
    >>> Sequence(of=(Constant(lr=0.1), Linear(lr=0.1, total=20)), lengths=(80, 20))([0, 79, 90, 100])
    array([0.1 , 0.1 , 0.05, 0.  ])

    0.1 for steps 0-79, then a straight line to 0 at step 100.
    """

    family: ClassVar[Family] = "made of others"
    aliases: ClassVar[str] = "join chain_of one_after_another"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "SequentialLR",
        "optax": "join_schedules",
        "fvcore": "CompositeParamScheduler",
    }

    of: tuple[Schedule, ...] = param((), "the schedules, in their order", example="constant:for=80% linear")
    lengths: tuple[float, ...] = param((), "how long each lasts", above=0, time="length", of_members=True)

    def check(self) -> None:
        """Refuse an empty sequence, and one with more or fewer lengths than schedules."""
        if len(self.of) != len(self.lengths):
            raise ParameterError("lengths", f"must be one a schedule ({len(self.of)})", got=str(len(self.lengths)))

    @cached_property
    def starts(self) -> Rates:
        """The times at which the schedules begin."""
        return np.concatenate(([0.0], np.cumsum(self.lengths)[:-1]))

    @cached_property
    def _ending(self) -> tuple[float, Schedule] | None:
        """When it ends, and with which schedule: the first that has no rate for an update of its time."""
        last = [math.ceil(start) - 1.0 for start in self.starts[1:].tolist()]
        parts = zip(self.of, self.starts.tolist(), [*last, math.inf], strict=True)
        return next(((start + one.ends, one) for one, start, until in parts if start + one.ends < until), None)

    @property
    def ends(self) -> float:
        """The end of the first schedule that ends before its time is over."""
        return self._ending[0] if self._ending else math.inf

    @property
    def why_it_ends(self) -> str:
        """What happens at the end of that one."""
        return self._ending[1].why_it_ends if self._ending else ""

    @property
    def ends_in_nan(self) -> bool:
        """Tell whether a loop goes on behind it with a rate that is NaN."""
        return self._ending is not None and self._ending[1].ends_in_nan

    @property
    def peak(self) -> float:
        """The highest peak of all."""
        return max(schedule.peak for schedule in self.of)

    @property
    def floor(self) -> float:
        """The lowest floor of all."""
        return min(schedule.floor for schedule in self.of)

    @property
    def ramp(self) -> float:
        """The climb of the first one."""
        return self.of[0].ramp

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Those of all schedules, each as long as its turn lasts."""
        starts = self.starts.tolist()
        turns = zip(self.of, starts, [*starts[1:], math.inf], strict=True)
        return tuple(one for of, start, end in turns for one in in_turn(of.milestones_given, start, end))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        starts = self.starts.tolist()
        members = [partial(_from, m, schedule, start) for schedule, start in zip(self.of, starts, strict=True)]
        return by_interval(m, t, starts[1:], members)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of all, each moved to its start."""
        found: list[Piece] = []
        ends = [*self.starts[1:], until]
        for schedule, start, end in zip(self.of, self.starts, ends, strict=True):
            if start < (end := min(float(end), until)):
                pieces = schedule.pieces(end - start, max(at_most - len(found), 1))
                found += between((piece.moved(float(start)) for piece in pieces), float(start), end)
        return found

    def description(self, formatter: Formatter) -> str:
        """Say what comes first and what then, and for how long."""
        if len(self.of) > _SPOKEN:
            return f"{len(self.of)} parts"
        parts = zip(self.of, self.lengths, strict=True)
        return ", ".join(f"{name_of(type(schedule))} {formatter.length(length)}" for schedule, length in parts)

    def summary(self, formatter: Formatter) -> str:
        """Say how long each part lasts."""
        return " + ".join(map(formatter.length, self.lengths))
