"""Rescale a schedule to calls: a training loop that calls it once every several updates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import NamedCurve, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule

_SAME = 1e-13
_MOST_COMPARED = 100_000


def rescale(schedule: Schedule, steps: float, calls: int) -> Schedule:
    """Return a schedule whose times count calls, each lasting ``steps`` steps, over a run of ``calls`` calls.

    Its parameters are converted if that gives the same rates; otherwise each call is mapped to its step.
    """
    by_step = EveryFew(steps=steps, of=schedule)
    try:
        converted = schedule.slower(steps)
    except (ParameterError, NotImplementedError):
        return by_step
    times = np.unique(np.linspace(0.0, float(calls), min(calls, _MOST_COMPARED) + 1).round())
    same = np.allclose(converted(times), by_step(times), rtol=0.0, atol=_SAME * schedule.peak, equal_nan=True)
    return converted if same else by_step


@dataclass(frozen=True, kw_only=True)
class EveryFew(Schedule):
    """A schedule sampled every ``steps`` steps: time ``t`` is step ``t * steps`` of ``of``."""

    framework_names: ClassVar[Mapping[str, str]] = {}

    steps: float = param(1.0, "steps from one call to the next", above=0)
    of: Schedule = param(NamedCurve("cosine"), "the schedule that is called")

    @property
    def ends(self) -> float:
        """The end of the inner schedule, in calls."""
        return self.of.ends / self.steps

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at call ``t``."""
        return self.of.at(m, m.named("update", t * self.steps))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the inner schedule, in calls."""
        inside = self.of.pieces(until * self.steps, at_most)
        return list(between((piece.stretched(1.0 / self.steps) for piece in inside), 0.0, until))
