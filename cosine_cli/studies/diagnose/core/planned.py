"""A planned schedule in its parts: a warmup, and a decay on a clock of its own, which stories change one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.resolve.warmup_length import warmup_length
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import highest, lowest
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from cosine_cli.plans.model.clock import Clock
    from cosine_cli.plans.model.plan import Curve

_MOST_SAMPLES = 2_000_000
"""The longest run whose updates are evaluated one by one."""

_MOST_PIECES = 200

_COSINES = ("cosine", "CosineAnnealingLR", "get_cosine_schedule_with_warmup")
"""The decays whose wave rises again after its end in PyTorch and Transformers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """A planned schedule, all times in updates.

    - ``schedule``: the rates of the plan.
    - ``total``: the number of updates of the run.
    - ``steps_per_epoch``: None if the plan does not have epochs.
    - ``unit``: the unit of the plan's times.
    - ``name``: the name of the schedule.
    - ``warmup``: the length of the warmup, 0 without one.
    - ``peak``, ``floor``: the highest rate, and the lowest after the warmup.
    - ``lr``: the rate that the run was given.
    - ``label``: the label of the curve.
    - ``named_warmup``: the length of the warmup that the config names, if its program lengthens it; else None.
    - ``milestones``: the times of drops, if the plan has them.
    - ``where``: where the plan was found, empty if it was given.
    - ``hold``: how long the rate is constant after the warmup.
    - ``keeps_decay``: whether the decay after it keeps its length in a run of another length, not its share.
    - ``start``: the rate at which the warmup starts in the log, None if it is as in the schedule.
    - ``waves``: whether the decay rises again after its end, as the cosine of PyTorch does.
    - ``curve``, ``clock``: the curve and the clock of the plan that it was read from.
    """

    schedule: Schedule
    total: int
    steps_per_epoch: int | None
    unit: str
    name: str
    warmup: float
    peak: float
    floor: float
    lr: float = 0.0
    label: str = ""
    named_warmup: float | None = None
    milestones: tuple[float, ...] = ()
    where: str = ""
    hold: float = 0.0
    keeps_decay: bool = False
    waves: bool = False
    start: float | None = None
    curve: Curve | None = None
    clock: Clock | None = None

    @classmethod
    def of(cls, curve: Curve, clock: Clock, where: str = "", lr: float = 0.0) -> Planned:
        """Return the parts of a curve of a plan, whose run has the rate ``lr``."""
        schedule, total = curve.schedule, clock.total
        calls = curve.params.get("num_warmup_steps")
        given = clock.steps(calls) if isinstance(calls, Time) else float(calls or 0)
        warmup = given or warmup_length(curve, clock)
        return cls(
            schedule=schedule,
            total=total,
            steps_per_epoch=clock.steps_per_epoch if clock.unit == "step" or clock.counts_both else None,
            unit=clock.unit,
            name=curve.name,
            label=curve.label,
            lr=lr,
            warmup=float(warmup),
            peak=highest(schedule, max(total, warmup)).rate,
            floor=lowest(schedule, after=min(warmup, total), until=total),
            milestones=_drops(schedule, total, warmup),
            hold=_hold(schedule, total, warmup),
            where=where,
            curve=curve,
            clock=clock,
        )

    @property
    def decays(self) -> bool:
        """Whether the rate decreases after the warmup over the run."""
        return self.floor < self.peak * (1 - 1e-6)

    @property
    def has_horizon(self) -> bool:
        """Whether the decay has a length."""
        return self.decays and not self.milestones and self.warmup < self.total

    def rising_again(self) -> Planned | None:
        """Return the plan with a cosine that rises again after its end; None if it is not a cosine that stops there."""
        if self.waves or not self.name.endswith(_COSINES) or "." in self.name:
            return None
        return replace(self, waves=True)

    def lengthening_warmup(self, named: float, used: float) -> Planned:
        """Return the plan of a config that names a shorter warmup than its program uses."""
        return replace(self, named_warmup=named, warmup=used)

    def starting_at(self, start: float) -> Planned:
        """Return the plan with a warmup that starts at another rate."""
        return replace(self, start=start)

    def keeping_decay(self) -> Planned | None:
        """Return the plan whose decay after a constant rate keeps its length; None if there is no such decay."""
        return replace(self, keeps_decay=True) if self.hold and self.has_horizon else None

    def __call__(self, t: Rates) -> Rates:
        """Return the planned rates at the times ``t``; a time before the start is the start."""
        return self.rates(t)

    def rates(
        self,
        t: Rates,
        *,
        warmup: float | Rates | None = None,
        total: float | Rates | None = None,
        start: float | None = None,
        clock: str = "after",
    ) -> Rates:
        """Return the rates of the plan with other parameters, broadcast with the times.

        - ``warmup``: its length; the end of the decay stays.
        - ``total``: the end of the decay.
        - ``start``: the rate of the first update.
        - ``clock``: whether the decay begins ``after`` the warmup, or with the run (``run``): then the warmup covers
          its first part.
        """
        t = np.maximum(t, 0.0)
        start = self.start if start is None else start
        length = self.warmup if warmup is None else warmup
        end = float(self.total) if total is None else total
        if warmup is None and total is None and start is None and clock == "after" and not self.waves:
            return self._at(t)
        decay = self.decay(self._local(t, length, end, clock))
        if not np.any(length):
            return decay
        target = self.decay(self._local(np.asarray(length, dtype=np.float64), length, end, "after"))
        share = t / np.maximum(length, 1e-9)
        return np.where(t < length, self.ramp(share, target, start), decay)

    def _local(self, t: Rates, warmup: float | Rates, end: float | Rates, clock: str) -> Rates:
        """Return times on the clock of the decay, on which it takes its planned length."""
        if self.milestones:
            return t * (self.total / end)
        begin = 0.0 if clock == "run" else warmup
        if self.hold:
            return self._after_hold(t - begin, begin, end)
        pace = (self.total - self.decay_start) / np.maximum(end - begin, 1e-9)
        local: Rates = np.maximum(t - begin, 0.0) * pace
        return local

    def _after_hold(self, x: Rates, begin: float | Rates, end: float | Rates) -> Rates:
        """Return times after the warmup on the clock of a constant rate and a decay, which begin and end with these."""
        planned = self.total - self.warmup
        decay = planned - self.hold
        taken = decay if self.keeps_decay else decay * end / self.total
        held = np.maximum(end - begin - taken, 1e-9)
        x = np.maximum(x, 0.0)
        local: Rates = np.where(
            x < held, x * (self.hold / held), self.hold + (x - held) * (decay / np.maximum(taken, 1e-9))
        )
        return local

    @property
    def decay_start(self) -> float:
        """The time of the run at which the clock of the decay begins."""
        return 0.0 if self.milestones else self.warmup

    def decay(self, x: Rates) -> Rates:
        """Return the rates of the decay on its own clock, which begins at 0 after the warmup."""
        if self.waves:
            length = max(self.total - self.decay_start, 1e-9)
            phase = np.mod(x, 2 * length)
            x = np.where(phase > length, 2 * length - phase, phase)
        inner = self._inner
        return self._at(x + self.decay_start) if inner is None else _evaluate(inner, x)

    @cached_property
    def _inner(self) -> Schedule | None:
        """The schedule under the warmup, None if the plan has its own."""
        return self.schedule.of if isinstance(self.schedule, Warmup) else None

    def ramp(self, share: Rates, target: float | Rates, start: float | None = None) -> Rates:
        """Return the rates of a warmup to ``target`` of which a share has elapsed, by default from the planned start.

        The planned start keeps its ratio to the peak.
        """
        if not self.warmup:
            first = 0.0 if start is None else start
            return first + (target - first) * share
        end = np.float64(self._warmup_target)  # of 0 divides to NaN, which does not fit
        planned = self._at(np.minimum(share, 1.0) * self.warmup)
        planned = np.where(share >= 1.0, end, planned)
        start = self.start if start is None else start
        if start is None:
            return planned * (target / end)
        low = self.first
        return start + (target - start) * (planned - low) / (end - low)

    @cached_property
    def _warmup_target(self) -> float:
        if self._inner is not None:
            return float(_evaluate(self._inner, np.array([self.warmup if self.milestones else 0.0]))[0])
        # A schedule of a framework may be 0 at the end of a warmup that is longer than the run.
        end = self.warmup if self.warmup < self.total else np.nextafter(self.warmup, 0.0)
        return float(self._at(np.array([end]))[0])

    @property
    def first(self) -> float:
        """The rate of the first update."""
        return float(self._at(np.zeros(1))[0])

    def _at(self, t: Rates) -> Rates:
        return _evaluate(self.schedule, t)

    @cached_property
    def updates(self) -> Rates | None:
        """The rates of all updates and of the one after the last, None if the run is too long for that."""
        return self.rates(np.arange(self.total + 1.0)) if self.total <= _MOST_SAMPLES else None


def _drops(schedule: Schedule, total: int, warmup: float) -> tuple[float, ...]:
    """Return the times of the jumps of a schedule that is otherwise constant after its warmup, else none."""
    pieces = schedule.pieces_to_end(total, _MOST_PIECES)
    after = [piece for piece in pieces if piece.t0 >= warmup]
    if not after or any(piece.kind != "flat" for piece in after):
        return ()
    return tuple(piece.t0 for piece in after[1:])


def _hold(schedule: Schedule, total: int, warmup: float) -> float:
    """Return how long a schedule that then decays is constant after its warmup."""
    after = [piece for piece in schedule.pieces_to_end(total, _MOST_PIECES) if piece.t1 > warmup]
    if len(after) < 2 or after[0].kind != "flat" or after[1].kind != "smooth":  # noqa: PLR2004 - and the decay
        return 0.0
    return after[0].t1 - max(after[0].t0, warmup)


def _evaluate(schedule: Schedule, t: Rates) -> Rates:
    rates: Rates = np.asarray(schedule(np.maximum(t, 0.0)), dtype=np.float64)
    return rates


Warp = Callable[[Rates], Rates]
"""A function from the times of the rows, in updates, to the rates that a story predicts."""
