"""PyTorch's schedulers that combine others: in sequence, or all at once."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import calls_given
from cosine_cli.frameworks.core.products import product_pieces
from cosine_cli.frameworks.core.simulate import (
    Chained,
    Combined,
    Leaf,
    OptimizerState,
    Running,
    Scheduler,
    Sequential,
    check_schedulers,
    leaves,
    simulated_rates,
)
from cosine_cli.frameworks.torch.averaging import SWALR
from cosine_cli.frameworks.torch.cosine import CosineAnnealingWarmRestarts
from cosine_cli.frameworks.torch.cycles import CyclicLR, OneCycleLR
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import Milestone, in_turn
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Formatter, Schedule
from cosine_cli.schedules.sequence import Sequence


def _with_lr(member: Leaf, lr: float) -> Leaf:
    """Return a scheduler with another ``lr``, if it has one."""
    changes: dict[str, Any] = {"lr": lr} if hasattr(member, "lr") else {}
    return replace(member, **changes)


def _attached(members: tuple[Schedule, ...], lr: float) -> tuple[list[Leaf], float] | None:
    """Return single schedulers with the rates that they start from on one optimizer, and that of the optimizer.

    OneCycleLR and CyclicLR change the rate that the others start from. None if a member is itself composed.
    """
    state, attached = OptimizerState(lr), list[Leaf]()
    for member in members:
        if not isinstance(member, Leaf):
            return None
        start = member.attach(state)
        if start <= 0 and not isinstance(member, CyclicLR):
            return None
        attached.append(_with_lr(member, start))
    cycles = [member for member in attached if isinstance(member, OneCycleLR)]
    for i, member in enumerate(attached):
        if isinstance(member, OneCycleLR):  # the last one's rates stand in the group
            last = cycles[-1]
            attached[i] = replace(
                member, max_lr=last.max_lr, div_factor=last.div_factor, final_div_factor=last.final_div_factor
            )
    return attached, state.initial_rate()


@dataclass(frozen=True, kw_only=True)
class SequentialLR(Combined):
    r"""Schedulers in sequence, each starting from ``lr`` at its milestone.

    .. math:: \eta(t) = f_i(t - m_i) \text{ for } m_i \le t < m_{i+1}, \quad m_0 = 0

    with :math:`f_i` = ``schedulers`` and :math:`m_1, m_2, \dots` = ``milestones`` (calls). The last one continues.

    >>> from cosine_cli.frameworks.torch.cosine import CosineAnnealingLR
    >>> from cosine_cli.frameworks.torch.decays import LinearLR
    >>> warm, wave = LinearLR(lr=0.1, start_factor=0.1, total_iters=5), CosineAnnealingLR(lr=0.1, T_max=10)
    >>> SequentialLR(lr=0.1, schedulers=(warm, wave), milestones=(5,))([0, 4, 5, 10, 15])
    array([0.01 , 0.082, 0.1  , 0.05 , 0.   ])

    From 0.01 up to 0.1 at call 5, then a cosine over 10 calls.
    """

    equivalent: ClassVar[str] = "sequence"
    difference: ClassVar[str] = "Milestones instead of lengths; every part begins at the optimizer's rate."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses the first rate of the first scheduler",
        "milestone": "the next scheduler's first rate takes effect at the update of the milestone, whether the "
        "one before has finished or not; at a milestone that is not a whole number the next one continues from the "
        "current rate; a sequence or a chain after a milestone raises there",
        "past the end": "as the last scheduler; a sequence as the first of a sequence is one step ahead",
    }

    milestones: tuple[float, ...] = param(
        Needed("5"), "calls at which the next one begins", at_least=0, example="5", may_be_empty=True, is_count=True
    )

    def check(self) -> None:
        """Raise if there is no scheduler, or unless there is one milestone fewer than schedulers."""
        check_schedulers(self.schedulers, self.lr)
        expected = len(self.schedulers) - 1
        if len(self.milestones) != expected:
            rule = f"must be one fewer than the schedulers ({expected})"
            raise ParameterError("milestones", rule, got=str(len(self.milestones)))
        if next(simulated_rates(self, self.lr), None) is None:  # a sequence inside steps once before the first update
            rule = "must not raise in the first step, which PyTorch makes before the first update"
            raise ParameterError(
                "schedulers", rule, got=" and ".join(type(member).__name__ for member in self.schedulers)
            )

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The milestones, and those of each scheduler while it is active."""
        spans = zip(self.schedulers, (0.0, *self.milestones), (*self.milestones, math.inf), strict=True)
        inner = (
            milestone for member, start, end in spans for milestone in in_turn(member.milestones_given, start, end)
        )
        return *calls_given("milestones", self.milestones, self.milestones), *inner

    @cached_property
    def _active_spans(self) -> list[tuple[float, float, Leaf | None]] | None:
        """The start, end and scheduler of each turn, None for one that raises; None if there is no closed form."""
        start_rates = _attached(self.schedulers, self.lr)
        whole = all(float(milestone).is_integer() for milestone in self.milestones)
        if start_rates is None or not whole or list(self.milestones) != sorted(self.milestones):
            return None
        attached, initial = start_rates
        first = bisect_right(self.milestones, 0)
        continues = not isinstance(attached[first], CosineAnnealingWarmRestarts)  # which starts from its own lr
        if continues and getattr(attached[first], "lr", initial) != initial:
            return None
        if any(isinstance(member, SWALR) for member in attached[first + 1 :]):
            return None
        starts = [0.0, *self.milestones[first:]]
        ends = [*self.milestones[first:], math.inf]
        spans = zip(starts, ends, attached[first:], strict=True)
        return [(a, b, member if a == 0.0 else member.after_restart) for a, b, member in spans if a < b]

    @cached_property
    def composite(self) -> Schedule | None:
        """The sequence of the schedulers, each with the rate that it starts from."""
        spans = self._active_spans
        if spans is None:
            return None
        parts = [(end - start, member) for start, end, member in spans if member is not None]
        lengths = [min(length, 1.0) if math.isinf(length) else length for length, _ in parts]
        return Sequence(of=tuple(member for _, member in parts), lengths=tuple(lengths))

    @cached_property
    def ends(self) -> float:
        """The last call before the active scheduler raises."""
        if self._active_spans is None:
            may_raise = any(isinstance(leaf, Leaf) is False for leaf in self.schedulers)
            may_raise |= any(leaf.after_restart is None for leaf in leaves(self))
            return self.last_before_error(may_raise=may_raise, milestones=_milestones(self))
        for start, end, member in self._active_spans:
            if member is None:
                return start - 1.0
            if start + member.ends + 1.0 < end:
                return start + member.ends
        return math.inf

    @property
    def error(self) -> str:
        """The error of the active scheduler; without a closed form, the error of any."""
        at_end = (active for start, end, active in self._active_spans or () if start <= self.ends + 1.0 < end)
        active = next(at_end, None)
        if active is None:
            return "ZeroDivisionError" if self._active_spans else super().error
        return active.error

    def running(self, state: OptimizerState) -> Running:
        members = [member.running(state) for member in self.schedulers if isinstance(member, Scheduler)]
        return Sequential(members, self.milestones, state)

    def description(self, formatter: Formatter) -> str:
        names = [type(member).__name__ for member in self.schedulers]
        later = (f"{name} from {formatter.moment(at)}" for name, at in zip(names[1:], self.milestones, strict=True))
        return ", ".join([names[0], *later])

    def summary(self, formatter: Formatter) -> str:
        return "at " + " ".join(map(formatter.length, self.milestones)) if self.milestones else ""


def _milestones(of: Schedule) -> float:
    """Return the sum of all milestones of a scheduler and those inside it."""
    own = sum(of.milestones) if isinstance(of, SequentialLR) else 0.0
    return own + sum(_milestones(member) for member in getattr(of, "schedulers", ()))


@dataclass(frozen=True, kw_only=True)
class ChainedScheduler(Combined):
    r"""Schedulers that all step at every call, each on the rate that the one before it left.

    .. math:: \eta(t) = \lambda_n(\dots \lambda_1(\eta(t - 1)))

    with :math:`\lambda_i` what a step of each of the ``schedulers`` does to the rate: mostly a factor, and then
    :math:`\eta` is the product of their curves. It has no end but theirs.

    >>> from cosine_cli.frameworks.torch.decays import ExponentialLR, LinearLR
    >>> warm, decay = LinearLR(lr=0.1, start_factor=0.5, total_iters=4), ExponentialLR(lr=0.1, gamma=0.5)
    >>> ChainedScheduler(lr=0.1, schedulers=(warm, decay))([0, 2, 4])
    array([0.05   , 0.01875, 0.00625])

    The rate is halved at every call, while the warmup lets the factor grow from 0.5 to 1.
    """

    optimizer_first: ClassVar[bool] = False
    equivalent: ClassVar[str] = "warmup"
    difference: ClassVar[str] = "Both run from the start: the decay has already started when the warmup ends."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr after the changes of all constructors in order",
        "milestone": "warm restarts, cycles and one-cycles set the rate and discard the one before",
        "past the end": "a rising cosine adds to the rate, so the rate is no product from there on; with an "
        "eta_min other than 0 they never are",
    }

    def check(self) -> None:
        """Raise if there is no scheduler."""
        check_schedulers(self.schedulers, self.lr)

    @cached_property
    def _product_curves(self) -> tuple[Leaf, ...]:
        """The curves whose product it is; empty if it is no product."""
        members = tuple(_with_lr(member, 1.0) for member in self.schedulers if isinstance(member, Leaf))
        product = len(members) == len(self.schedulers) and min(member.multiplies_until for member in members) >= 0
        return members if product else ()

    @cached_property
    def _product_until(self) -> float:
        return min((curve.multiplies_until for curve in self._product_curves), default=-1.0)

    @cached_property
    def composite(self) -> Schedule | None:
        """The last scheduler, if it sets the rate or is the only one."""
        start_rates = _attached(self.schedulers, self.lr)
        if start_rates is None:
            return None
        last = start_rates[0][-1]
        is_only = len(self.schedulers) == 1
        return last if is_only or isinstance(last, CosineAnnealingWarmRestarts | OneCycleLR) else None

    @cached_property
    def ends(self) -> float:
        """The last call before any of them raises."""
        if all(isinstance(member, Leaf) for member in self.schedulers):
            return min(member.ends for member in self.schedulers)
        return self.last_before_error(may_raise=_may_raise_at_milestone(self), milestones=_milestones(self))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t`` if it is a product."""
        if math.isinf(self._product_until):
            rate: Any = self.lr
            for curve in self._product_curves:
                rate = rate * curve.formula(m, t)
            return rate
        return super().formula(m, t)

    def rate(self, t: Rates) -> Rates:
        if self.composite or self._product_until < 0:
            return super().rate(t)
        after_product = t > self._product_until
        rates = np.full_like(t, self.lr)
        for curve in self._product_curves:
            rates *= curve.rate(t)
        if after_product.any():
            rates[after_product] = self.stepped.at(t[after_product])
        return rates

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the product, then those of the simulation."""
        if self.composite or self._product_until < 0:
            return super().pieces(until, at_most)
        end = min(until, self._product_until)
        product = product_pieces(self._product_curves, end, at_most)
        return [*product, *between(self.stepped.pieces(until), end, until)] if end < until else product

    def running(self, state: OptimizerState) -> Running:
        return Chained([member.running(state) for member in self.schedulers if isinstance(member, Scheduler)])


def _may_raise_at_milestone(of: Schedule) -> bool:
    """Return whether a sequence inside may raise at a milestone."""
    members = getattr(of, "schedulers", ())
    here = isinstance(of, SequentialLR) and math.isfinite(of.ends)
    return here or any(map(_may_raise_at_milestone, members))
