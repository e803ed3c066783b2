"""Simulation of PyTorch's schedulers, which all change the rate in the state of one optimizer.

A scheduler changes the rate in three ways: in its constructor, in a step, and when a sequence restarts it; a sequence
inside a sequence does the first two once too often. So compositions are simulated one call at a time.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule, base_rate
from cosine_cli.frameworks.core.stepped import MOST_STEPS, Stepped
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule


class FrameworkError(Exception):
    """The framework raises an error here."""


DIVIDES_BY_0 = "ZeroDivisionError: float division by zero"

ERRORS = (FrameworkError, ZeroDivisionError, OverflowError)


@dataclass
class OptimizerState:
    """The state of an optimizer that schedulers read and change.

    - ``rate``: the rate of the next update.
    - ``initial``: the rate that schedulers start from, set by the first of them.
    - ``low`` and ``high``: the lowest and the highest rate of a one-cycle scheduler.
    - ``averaged``: the last rate of a scheduler for weight averaging.
    """

    rate: float
    initial: float | None = None
    high: float = 0.0
    low: float = 0.0
    averaged: float = 0.0

    def initial_rate(self) -> float:
        """Return the rate that schedulers start from: the rate when the first of them was constructed."""
        if self.initial is None:
            self.initial = self.rate
        return self.initial


class Running(Protocol):
    """A scheduler in the simulation, after its constructor."""

    def start(self) -> None:
        """Step as the constructor does."""

    def step(self) -> None:
        """Step once."""

    def restart(self) -> None:
        """Return to the start, as a sequence makes its next scheduler do."""

    def undo(self) -> None:
        """Take back the count of a step, but not its change of the rate."""


@dataclass(frozen=True, kw_only=True)
class Scheduler(FrameworkSchedule, ABC):
    """A scheduler of PyTorch: a closed form for one on its own, and a simulation for several on one optimizer."""

    optimizer_first: ClassVar[bool] = True
    """Whether the optimizer is the first argument of its constructor."""

    @abstractmethod
    def running(self, state: OptimizerState) -> Running:
        """Return the scheduler in a simulation."""

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            return super().rate(t)


@dataclass(frozen=True, kw_only=True)
class Leaf(Scheduler, ABC):
    """A scheduler that is not composed of others."""

    def running(self, state: OptimizerState) -> Running:
        """Return the scheduler in a simulation."""
        return _RunningLeaf(self, state)

    def attach(self, state: OptimizerState) -> float:
        """Return its start rate, after the changes that its constructor makes to the state."""
        return state.initial_rate()

    def initialize(self, state: OptimizerState, start: float) -> float:
        """Return the rate after the constructor, which steps once."""
        return self.step(0, state, start, first=True)

    def next_index(self, last: int) -> int:
        """Return the index of the call after ``last``."""
        return last + 1

    def undo(self, last: int) -> int:
        """Return the index of the call after a step is taken back."""
        return last - 1

    @abstractmethod
    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``, from the rate in the state; ``first`` in a constructor."""

    @abstractmethod
    def restart(self, state: OptimizerState, start: float) -> float:
        """Return the rate after a sequence restarts it."""

    @property
    def after_restart(self) -> Leaf | None:
        """The scheduler that on its own gives the rates of this one after a restart; None if there is none."""
        return self

    @property
    def multiplies_until(self) -> float:
        """The last call at which a step multiplies the rate in the state; below 0 if it sets the rate."""
        return -1.0


@dataclass(frozen=True, kw_only=True)
class Multiplicative(Leaf, ABC):
    """A scheduler whose steps only multiply the rate in the state."""

    @property
    def multiplies_until(self) -> float:
        """No last call: all steps multiply."""
        return math.inf

    def restart(self, state: OptimizerState, start: float) -> float:
        """Return the rate after a sequence restarts it."""
        del state
        return start


@dataclass(frozen=True, kw_only=True)
class Combined(Scheduler):
    """A scheduler composed of others: in closed form if there is one, otherwise simulated."""

    lr: float = base_rate()
    schedulers: tuple[Schedule, ...] = param(
        (), "the schedulers, in their order", example="LinearLR, CosineAnnealingLR: {T_max: 95}"
    )

    @cached_property
    def stepped(self) -> Stepped:
        """The simulated rates."""
        return Stepped(simulated_rates(self, self.lr), name="schedulers")

    @property
    def peak(self) -> float:
        """The highest peak of all schedulers."""
        return self.composite.peak if self.composite else max(self.lr, *(member.peak for member in self.schedulers))

    @property
    def floor(self) -> float:
        """The lowest rate, if it is known."""
        return self.composite.floor if self.composite else min(0.0, *(member.floor for member in self.schedulers))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Those of all schedulers, all of which are always active."""
        return tuple(milestone for member in self.schedulers for milestone in member.milestones_given)

    def last_before_error(self, *, may_raise: bool, milestones: float) -> float:
        """Return the last call before a step raises, simulated as long as one could; ``may_raise`` if one may."""
        finite = [leaf.ends for leaf in leaves(self) if math.isfinite(leaf.ends)]
        if not finite and not may_raise:
            return math.inf
        until = int(min(sum(finite) + milestones + 16 * len(list(leaves(self))), MOST_STEPS))
        has_ended = np.isnan(self.stepped.upto(until))
        return float(np.argmax(has_ended)) - 1.0 if has_ended.any() else math.inf

    @property
    def error(self) -> str:
        """The error of any of them, if only one is possible."""
        errors = {leaf.error for leaf in leaves(self) if math.isfinite(leaf.ends)}
        errors |= {"ZeroDivisionError" for leaf in leaves(self) if leaf.after_restart is None}
        errors |= {"NotImplementedError" for member in self.schedulers[1:] if isinstance(member, Combined)}
        return errors.pop() if len(errors) == 1 else "an error"

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``, if there is a closed form."""
        if self.composite is None:
            rule = "have no common formula: each rate depends on the one before"
            raise ParameterError("schedulers", rule, hint="--to torch writes the schedulers as they are")
        return self.composite.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        return super().rate(t) if self.composite else self.stepped.at(t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the closed form, or of the simulated rates."""
        return self.composite.pieces(until, at_most) if self.composite else self.stepped.pieces(until)


def check_schedulers(schedulers: tuple[Schedule, ...], lr: float) -> None:
    """Raise if the list is empty, contains anything but PyTorch schedulers, or mixes optimizers."""
    if not schedulers:
        raise ParameterError("schedulers", "must be at least one scheduler", got="none")
    for member in schedulers:
        if not isinstance(member, Scheduler):
            raise ParameterError("schedulers", "must be schedulers of PyTorch", got=type(member).__name__)
        if getattr(member, "lr", lr) != lr:
            rule = f"must all belong to the one optimizer, whose lr is {lr!r}"
            raise ParameterError("schedulers", rule, got=f"lr {getattr(member, 'lr')!r}")  # noqa: B009 - not all have it


def leaves(scheduler: Schedule) -> Iterator[Leaf]:
    """Yield the schedulers at the leaves of a composition."""
    if isinstance(scheduler, Leaf):
        yield scheduler
    for member in getattr(scheduler, "schedulers", ()):
        yield from leaves(member)


class _RunningLeaf:
    """A leaf in the simulation."""

    def __init__(self, leaf: Leaf, state: OptimizerState) -> None:
        self.leaf, self.state = leaf, state
        self.base = leaf.attach(state)
        self.last = 0
        state.rate = leaf.initialize(state, self.base)

    def start(self) -> None:
        self.last = 0
        self.state.rate = self.leaf.step(0, self.state, self.base, first=True)

    def step(self) -> None:
        self.last = self.leaf.next_index(self.last)
        self.state.rate = self.leaf.step(self.last, self.state, self.base, first=False)

    def restart(self) -> None:
        self.last = 0
        self.state.rate = self.leaf.restart(self.state, self.base)

    def undo(self) -> None:
        self.last = self.leaf.undo(self.last)


class Sequential:
    """Schedulers in sequence."""

    def __init__(self, members: Sequence[Running], milestones: Sequence[float], state: OptimizerState) -> None:
        self.members, self.milestones, self.last = members, milestones, 0
        state.rate = state.initial_rate()
        self.undo()
        members[bisect_right(milestones, 0)].start()

    def start(self) -> None:
        """Step once: the step of the constructor is no different."""
        self.step()

    def step(self) -> None:
        """Step the active scheduler, or restart the next one at its milestone."""
        self.last += 1
        active = bisect_right(self.milestones, self.last)
        if active and self.milestones[active - 1] == self.last:
            self.members[active].restart()
        else:
            self.members[active].step()

    def restart(self) -> None:
        """Raise FrameworkError: a sequence cannot be restarted."""
        raise FrameworkError

    def undo(self) -> None:
        """Take back a step of every scheduler, but not of the sequence itself."""
        for member in self.members:
            member.undo()


class Chained:
    """Schedulers that all step at every call."""

    def __init__(self, members: Sequence[Running]) -> None:
        self.members = members

    def start(self) -> None:
        """Step once: the step of the constructor is no different."""
        self.step()

    def step(self) -> None:
        """Step all in order."""
        for member in self.members:
            member.step()

    def restart(self) -> None:
        """Raise FrameworkError: a chain cannot be restarted."""
        raise FrameworkError

    def undo(self) -> None:
        """Take back a step of every scheduler."""
        for member in self.members:
            member.undo()


def simulated_rates(scheduler: Scheduler, lr: float) -> Iterator[float]:
    """Yield the rates of updates 0, 1, ... of a loop, until a step raises."""
    state = OptimizerState(lr)
    try:
        running = scheduler.running(state)
        while True:
            yield state.rate
            running.step()
    except ERRORS:
        return
