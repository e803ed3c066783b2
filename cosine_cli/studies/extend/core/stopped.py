"""A run that was stopped, or has ended, and is to go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cosine_cli.errors import Problem, user_error
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve
from cosine_cli.schedules.core.search import highest, lowest
from cosine_cli.studies.extend.core.composed import composed, in_turn

_SETTLED = 100
"""The number of lengths of the run after which a schedule has reached its floor."""
_SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A run, the step at which it stopped, and how it may go on.

    - ``curve``: the curve of the run as it was, and ``total`` the number of its updates.
    - ``clock``: the clock of the longer run.
    - ``rebuilt``: the curve of the same request with the new length, or why there is none.
    - ``past``: the curve up to the stop, with the same rates as ``curve``.
    - ``at``: the number of updates that were made.
    - ``rewarm``: the length of a new warmup in steps, and ``rewarm_to`` its end as a share of the peak.
    - ``cooldown``: the length of the final decay in steps.
    """

    curve: Curve
    total: float
    clock: Clock
    rebuilt: Curve | Problem
    past: Curve
    at: float
    rewarm: float
    rewarm_to: float
    cooldown: float

    @property
    def stop(self) -> Time:
        """The stop as a time."""
        return self.clock.time(self.at)

    @property
    def rate(self) -> float:
        """The rate of the next update as it was planned."""
        return float(self.curve.schedule([self.at])[0])

    def rate_above_0(self, way: str) -> float:
        """Return the rate of the next update; raise RequestError if it is 0."""
        if self.rate <= 0:
            raise user_error(way, f"is not possible: the rate is 0 at {self.stop}")
        return self.rate

    @property
    def decay_begin(self) -> float:
        """The step of the peak, from which on the schedule decays."""
        return highest(self.curve.schedule, self.total).time

    @property
    def floor(self) -> float:
        """The lowest rate of the schedule after its peak, which it keeps or returns to; 0 if there is none.

        A schedule that goes on falling, such as ``exponential``, has no floor, nor has one that does not decay.
        """
        found, later = (self._lowest(until=lasts * self.total) for lasts in (_SETTLED, 2 * _SETTLED))
        settles = later > found * (1.0 - _SAME)
        return found if settles and self.falls_to(found) else 0.0

    def falls_to(self, rate: float) -> bool:
        """Return whether a rate is below the peak."""
        return rate < highest(self.curve.schedule, self.total).rate * (1.0 - _SAME)

    @property
    def decays(self) -> bool:
        """Whether the rate falls after its peak within the run."""
        return self.decay_begin < self.total and self.falls_to(self._lowest(until=self.total))

    def _lowest(self, *, until: float) -> float:
        """Return the lowest rate of the schedule between its peak and a time."""
        schedule = self.curve.schedule
        return lowest(schedule, after=self.decay_begin, until=min(until, schedule.ends))

    @property
    def remaining(self) -> float:
        """The number of updates from the stop to the new end."""
        return self.clock.total - self.at

    def then(self, rest: Curve) -> Curve:
        """Return the curve up to the stop, and then another one."""
        return in_turn(self.past, self.stop, rest, self.clock)

    def stretched(self, begin: float, steps: float, *, warmup: float = 0.0) -> Curve:
        """Return the curve of the old run from ``begin`` to its end, in a number of steps after a warmup.

        A warmup does not shift a schedule whose times are on the clock of the run.
        """
        stretch = steps / (self.total - begin)
        while steps / stretch + begin < self.total:  # rounded up: the end must be reached
            stretch = float(np.nextafter(stretch, 0.0))
        ahead = begin - (warmup / stretch if self.curve.schedule.on_run_clock else 0.0)
        return composed("retime", self.clock, stretch=stretch, ahead=self.clock.time(ahead), of=self.curve)
