"""A run that was stopped, or has ended, and is to go on."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.search import highest, lowest
from cosine_cli.studies.extend.core.composed import composed


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A run, the step at which it stopped, and how it may go on.

    - ``plan``: the plan of the run as it was, with one curve; ``longer`` is the same request with the new length.
    - ``at``: the number of updates that were made.
    - ``rewarm``: the length of a new warmup in steps, and ``rewarm_to`` its end as a share of the peak.
    - ``cooldown``: the length of the final decay in steps.
    """

    plan: Plan
    longer: Plan
    at: float
    rewarm: float
    rewarm_to: float
    cooldown: float

    @property
    def curve(self) -> Curve:
        """The curve of the run as it was."""
        return self.plan.curves[0]

    @property
    def clock(self) -> Clock:
        """The clock of the longer run."""
        return self.longer.clock

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
        return highest(self.curve.schedule, float(self.plan.clock.total)).time

    @property
    def floor(self) -> float:
        """The lowest rate of the plan after its peak."""
        return lowest(self.curve.schedule, after=self.decay_begin, until=float(self.plan.clock.total))

    @property
    def remaining(self) -> float:
        """The number of updates from the stop to the new end."""
        return self.clock.total - self.at

    def stretched(self, curve: Curve, begin: float, steps: float) -> Curve:
        """Return a curve of the old run from ``begin`` to its end, in a number of steps."""
        ahead = self.plan.clock.time(begin)
        return composed("retime", self.clock, stretch=steps / (self.plan.clock.total - begin), ahead=ahead, of=curve)
