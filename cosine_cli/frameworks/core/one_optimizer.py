"""Schedulers that act on one optimizer, each on the rate that the one before left there: as PyTorch steps them.

What a scheduler does in its constructor, in a step, and where a sequence restarts it are three things, and a sequence
in a sequence does the first two once too often. So they are followed as they are, one call at a time.
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


class RaisedError(Exception):
    """The framework raises here."""


DIVIDES_BY_0 = "ZeroDivisionError: float division by zero"

RAISED = (RaisedError, ZeroDivisionError, OverflowError)


@dataclass
class Group:
    """What an optimizer holds for its parameters.

    - ``rate``: the rate of the next update.
    - ``initial``: the rate that schedulers start from, once there is one.
    - ``low`` and ``high``: the ends of a one-cycle schedule, which are kept here and not with it.
    - ``averaged``: where a schedule for averaging goes, kept here as well.
    """

    rate: float
    initial: float | None = None
    high: float = 0.0
    low: float = 0.0
    averaged: float = 0.0

    def started(self) -> float:
        """Return the rate that schedulers start from: what the first of them found."""
        if self.initial is None:
            self.initial = self.rate
        return self.initial


class Acting(Protocol):
    """A scheduler at work on a group; it has made its constructor's step."""

    def start(self) -> None:
        """Make the step of a constructor."""

    def step(self) -> None:
        """Make a step."""

    def restart(self) -> None:
        """Go to the start, as a sequence makes its next scheduler do."""

    def undo(self) -> None:
        """Forget a step, but not what it did to the rate."""


@dataclass(frozen=True, kw_only=True)
class Member(FrameworkSchedule, ABC):
    """A scheduler of PyTorch's: one by itself has a closed form, among others it follows what stands in the group."""

    optimizer_first: ClassVar[bool] = True
    """Whether the first thing that its constructor takes is the optimizer."""

    @abstractmethod
    def acting(self, group: Group) -> Acting:
        """Return the scheduler at work."""

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            return super().rate(t)


@dataclass(frozen=True, kw_only=True)
class Single(Member, ABC):
    """A scheduler that is not made of others."""

    def acting(self, group: Group) -> Acting:
        """Return the scheduler at work."""
        return _Alone(self, group)

    def joins(self, group: Group) -> float:
        """Return the rate that it keeps as its start, and put into the group what its constructor puts there."""
        return group.started()

    def constructed(self, group: Group, start: float) -> float:
        """Return the rate after the constructor, which makes the first step."""
        return self.following(0, group, start, first=True)

    def before(self, last: int) -> int:
        """Return the number of a call from that of the one before."""
        return last + 1

    def undone(self, last: int) -> int:
        """Return the number of a call when a step is forgotten."""
        return last - 1

    @abstractmethod
    def following(self, k: int, group: Group, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``, by the rate in the group; ``first`` in a constructor."""

    @abstractmethod
    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""

    @property
    def in_sequence(self) -> Single | None:
        """The scheduler whose rates by itself are those of this one after a restart, None where that raises."""
        return self

    @property
    def multiplies_until(self) -> float:
        """The last call at which a step multiplies whatever rate stands there; below 0 where it sets the rate."""
        return -1.0


@dataclass(frozen=True, kw_only=True)
class Factor(Single, ABC):
    """A scheduler that only ever multiplies the rate that stands there."""

    @property
    def multiplies_until(self) -> float:
        """The last call at which it does: it has none."""
        return math.inf

    def restarted(self, group: Group, start: float) -> float:
        """Return the rate where a sequence restarts it."""
        del group
        return start


@dataclass(frozen=True, kw_only=True)
class Composed(Member):
    """A scheduler made of others: in closed form where it has one, otherwise stepped."""

    lr: float = base_rate()
    schedulers: tuple[Schedule, ...] = param(
        (), "the schedulers, in their order", example="LinearLR, CosineAnnealingLR: {T_max: 95}"
    )

    @cached_property
    def stepped(self) -> Stepped:
        """The rates, one made from the other."""
        return Stepped(rates(self, self.lr), name="schedulers")

    @property
    def peak(self) -> float:
        """The highest that any of them gives."""
        return self.made.peak if self.made else max(self.lr, *(member.peak for member in self.schedulers))

    @property
    def floor(self) -> float:
        """The lowest, where it is known."""
        return self.made.floor if self.made else min(0.0, *(member.floor for member in self.schedulers))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Those of all schedulers, which act all the time."""
        return tuple(milestone for member in self.schedulers for milestone in member.milestones_given)

    def raises_after(self, *, surely: bool, milestones: float) -> float:
        """Return the last time before a step raises, found by stepping as far as one could."""
        finite = [leaf.ends for leaf in leaves(self) if math.isfinite(leaf.ends)]
        if not finite and not surely:
            return math.inf
        until = int(min(sum(finite) + milestones + 16 * len(list(leaves(self))), MOST_STEPS))
        ended = np.isnan(self.stepped.upto(until))
        return float(np.argmax(ended)) - 1.0 if ended.any() else math.inf

    @property
    def raised(self) -> str:
        """What any of them raises, where only one error can come."""
        errors = {leaf.raised for leaf in leaves(self) if math.isfinite(leaf.ends)}
        errors |= {"ZeroDivisionError" for leaf in leaves(self) if leaf.in_sequence is None}
        errors |= {"NotImplementedError" for member in self.schedulers[1:] if isinstance(member, Composed)}
        return errors.pop() if len(errors) == 1 else "an error"

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``, where it is not made from the one before."""
        if self.made is None:
            rule = "make no formula together: each rate is made from the one before"
            raise ParameterError("schedulers", rule, hint="--to torch writes the schedulers as they are")
        return self.made.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``."""
        return super().rate(t) if self.made else self.stepped.at(t)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of what it is made of, or those found by stepping."""
        return self.made.pieces(until, at_most) if self.made else self.stepped.pieces(until)


def check_members(schedulers: tuple[Schedule, ...], lr: float) -> None:
    """Refuse none, what is no scheduler of PyTorch's, and schedulers of different optimizers."""
    if not schedulers:
        raise ParameterError("schedulers", "must be at least one scheduler", got="none")
    for member in schedulers:
        if not isinstance(member, Member):
            raise ParameterError("schedulers", "must be schedulers of PyTorch", got=type(member).__name__)
        if getattr(member, "lr", lr) != lr:
            rule = f"must all belong to the one optimizer, whose lr is {lr!r}"
            raise ParameterError("schedulers", rule, got=f"lr {getattr(member, 'lr')!r}")  # noqa: B009 - not all have it


def leaves(of: Schedule) -> Iterator[Single]:
    """Yield the schedulers that a scheduler is made of in the end."""
    if isinstance(of, Single):
        yield of
    for member in getattr(of, "schedulers", ()):
        yield from leaves(member)


class _Alone:
    """A single scheduler at work."""

    def __init__(self, of: Single, group: Group) -> None:
        self.of, self.group = of, group
        self.base = of.joins(group)
        self.last = 0
        group.rate = of.constructed(group, self.base)

    def start(self) -> None:
        self.last = 0
        self.group.rate = self.of.following(0, self.group, self.base, first=True)

    def step(self) -> None:
        self.last = self.of.before(self.last)
        self.group.rate = self.of.following(self.last, self.group, self.base, first=False)

    def restart(self) -> None:
        self.last = 0
        self.group.rate = self.of.restarted(self.group, self.base)

    def undo(self) -> None:
        self.last = self.of.undone(self.last)


class InTurn:
    """Schedulers one after the other."""

    def __init__(self, members: Sequence[Acting], milestones: Sequence[float], group: Group) -> None:
        self.members, self.milestones, self.last = members, milestones, 0
        group.rate = group.started()
        self.undo()
        members[bisect_right(milestones, 0)].start()

    def start(self) -> None:
        """Make a step: a constructor's is no other here."""
        self.step()

    def step(self) -> None:
        """Step the one whose turn it is, or restart it at its milestone."""
        self.last += 1
        turn = bisect_right(self.milestones, self.last)
        if turn and self.milestones[turn - 1] == self.last:
            self.members[turn].restart()
        else:
            self.members[turn].step()

    def restart(self) -> None:
        """Raise: a sequence can not be restarted."""
        raise RaisedError

    def undo(self) -> None:
        """Undo a step of every member, but not of its own."""
        for member in self.members:
            member.undo()


class Together:
    """Schedulers that all step at once."""

    def __init__(self, members: Sequence[Acting]) -> None:
        self.members = members

    def start(self) -> None:
        """Make a step: a constructor's is no other here."""
        self.step()

    def step(self) -> None:
        """Step all, in their order."""
        for member in self.members:
            member.step()

    def restart(self) -> None:
        """Raise: a chain can not be restarted."""
        raise RaisedError

    def undo(self) -> None:
        """Undo a step of every member."""
        for member in self.members:
            member.undo()


def rates(of: Member, lr: float) -> Iterator[float]:
    """Yield the rates that updates 0, 1, ... of a loop are made with, until a step raises."""
    group = Group(lr)
    try:
        acting = of.acting(group)
        while True:
            yield group.rate
            acting.step()
    except RAISED:
        return
