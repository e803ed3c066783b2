"""optax's schedules that join others: any sequence, and those with a warmup."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.discovery import framework_of
from cosine_cli.frameworks.core.float32 import Composite, Float32Schedule, counted_from
from cosine_cli.frameworks.core.framework_schedule import calls_given
from cosine_cli.frameworks.optax.cosine import CosineDecaySchedule
from cosine_cli.frameworks.optax.decays import ExponentialDecay, LinearSchedule
from cosine_cli.frameworks.optax.declarations import FIRST_UPDATE, LATE_DROPS, inherited_rate, required
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import NEVER, Milestone, in_turn
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class JoinSchedules(Float32Schedule):
    r"""Schedules in sequence, each counting from its own start.

    .. math:: \eta(t) = f_0(t) \text{ for } t < b_1, \quad f_i(t - b_i) \text{ for } b_i \le t < b_{i+1}

    with :math:`f_i` = ``schedules``, :math:`b_i` = ``boundaries`` (updates). The last one continues.

    >>> from cosine_cli.frameworks.optax.decays import ConstantSchedule, LinearSchedule
    >>> climb = LinearSchedule(init_value=0, end_value=0.1, transition_steps=10)
    >>> JoinSchedules(schedules=(climb, ConstantSchedule(value=0.1)), boundaries=(10,))([0, 5, 10, 50])
    array([0.  , 0.05, 0.1 , 0.1 ])

    Up to 0.1 over 10 updates, then constant.
    """

    source_file: ClassVar[str] = "optax/schedules/_join.py"
    equivalent: ClassVar[str] = "sequence"
    difference: ClassVar[str] = "It takes boundaries; the plain schedule takes lengths that fill the run."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses the first schedule's first rate",
        "milestone": "the next schedule's first rate takes effect at the update of the boundary, whatever the "
        "rate of the one before",
        "past the end": "the last schedule continues; a schedule or a boundary too many is ignored; if "
        "boundaries do not rise, the later schedule counts",
    }

    schedules: tuple[Schedule, ...] = param(
        Needed("constant_schedule: {value: 0.02}, cosine_decay_schedule: {init_value: 0.1, decay_steps: 95}"),
        "the schedules, in their order",
        example="linear_schedule: {init_value: 0, end_value: 0.1, transition_steps: 5}, ...",
    )
    boundaries: tuple[float, ...] = param(
        Needed("5"), "updates at which the next one starts", example="5", may_be_empty=True, is_count=True
    )

    def check(self) -> None:
        """Raise if there is no schedule, or one is not of optax."""
        if not self.schedules:
            raise ParameterError("schedules", "must have at least one schedule", got="none")
        for schedule in self.schedules:
            if not isinstance(schedule, Float32Schedule) or framework_of(type(schedule)) != "optax":
                raise ParameterError("schedules", "must be schedules of optax", got=type(schedule).__name__)

    @property
    def _members(self) -> tuple[Float32Schedule, ...]:
        return tuple(
            schedule for schedule in self.schedules[: len(self.boundaries) + 1] if isinstance(schedule, Float32Schedule)
        )

    @cached_property
    def _starts(self) -> tuple[float, ...]:
        return 0.0, *self.boundaries[: len(self.schedules) - 1]

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The boundaries, and the milestones of each schedule while it is active."""
        used = len(self._starts) - 1
        own = calls_given("boundaries", self.boundaries, (*self._starts[1:], *[NEVER] * (len(self.boundaries) - used)))
        turns = zip(self._members, self._starts, (*self._starts[1:], math.inf), strict=True)
        inside = (one for of, start, end in turns for one in in_turn(of.milestones_given, start, end))
        return *own, *inside

    @cached_property
    def _begun(self) -> tuple[tuple[float, int], ...]:
        """The times at which the active schedule changes, and its index: the last one that has started."""
        edges = sorted({0.0, *(max(start, 0.0) for start in self._starts)})
        return tuple((edge, max(i for i, start in enumerate(self._starts) if not i or start <= edge)) for edge in edges)

    @property
    def extremes(self) -> tuple[float, ...]:
        """The rates between which any of those that run moves."""
        return tuple(rate for _, index in self._begun for rate in self._members[index].extremes)

    @property
    def warmup_length(self) -> float:
        return min(self._members[0].warmup_length, self._starts[1] if len(self._starts) > 1 else math.inf)

    def formula(self, m: Ops, t: Any) -> Any:
        (_, index), *later = self._begun
        rate = self._member_formula(m, t, index)
        for start, index in later:
            rate = m.where(t < start, rate, self._member_formula(m, t, index))
        return rate

    def _member_formula(self, m: Ops, t: Any, index: int) -> Any:
        start = self._starts[index]
        return self._members[index].formula(m, m.maximum(t - start, 0.0) if start else t)

    def in_float32(self, m: Ops, t: Rates) -> Rates:
        """Return the rates before the calls ``t``, each computed by one schedule only."""

        def rates_of(index: int, times: Rates) -> Rates:
            return self._members[index].in_float32(*counted_from(m, self._starts[index], times))

        return self._each(t, rates_of)

    def in_float64(self, t: Rates) -> Rates:

        def rates_of(index: int, times: Rates) -> Rates:
            rates = self._members[index].in_float64(times - self._starts[index])
            return np.where(times <= self._last_of(index), rates, np.nan)

        return self._each(t, rates_of)

    def _each(self, t: Rates, rates_of: Callable[[int, Rates], Rates]) -> Rates:
        times, indices = (np.array(column) for column in zip(*self._begun, strict=True))
        # Most blocks of times are in one schedule, which the ends of the block show.
        ends = np.array([t.min(initial=math.inf), t.max(initial=0.0)])
        first, last = np.maximum(np.searchsorted(times, ends, side="right") - 1, 0)
        if first >= last:
            return rates_of(int(indices[last]), t)
        index: NDArray[np.intp] = indices[np.searchsorted(times, t, side="right") - 1]
        rates = np.empty_like(t)
        for i in np.unique(index).tolist():
            mine = index == i
            rates[mine] = rates_of(i, t[mine])
        return rates

    @property
    def ends(self) -> float:
        """The last call at which the last schedule has a rate."""
        begun, index = self._begun[-1]
        return max(self._last_of(index), begun - 1.0)

    @property
    def why_it_ends(self) -> str:
        """The reason of the last schedule."""
        return self._members[self._begun[-1][1]].why_it_ends

    @property
    def why_of_gaps(self) -> str:
        """The reason of the first schedule that is NaN before the next one begins."""
        members = [self._members[index] for _, index in self._begun]
        whys = (one.why_it_ends if math.isfinite(one.ends) else one.why_of_gaps for one in members)
        return next(filter(None, whys), "")

    def _last_of(self, index: int) -> float:
        """Return the last call for which a schedule has a rate."""
        return self._starts[index] + self._members[index].ends

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of all active schedules, and gaps where one is NaN before the next begins."""
        found: list[Piece] = []
        ends = [*(start for start, _ in self._begun[1:]), until]
        for (begun, index), end in zip(self._begun, ends, strict=True):
            stop, start = min(end, until), self._starts[index]
            known = max(min(stop, math.nextafter(self._last_of(index), math.inf)), begun)
            if begun < known:
                pieces = self._members[index].pieces(known - start, max(at_most - len(found), 1))
                found += between((piece.moved(start) for piece in pieces), begun, known)
            if known < stop:
                found.append(Piece(known, stop, "none"))
        return found


@dataclass(frozen=True, kw_only=True)
class WarmupConstantSchedule(Composite):
    r"""Straight warmup, then a constant rate.

    .. math:: \eta(t) = v + (\eta_0 - v)\,\min(t, W) / W

    with :math:`v` = ``init_value``, :math:`\eta_0` = ``peak_value``, :math:`W` = ``warmup_steps`` (updates). It has
    no end.

    >>> WarmupConstantSchedule(init_value=0, peak_value=0.1, warmup_steps=10)([0, 5, 10, 50])
    array([0.  , 0.05, 0.1 , 0.1 ])

    Half of it at update 5, 0.1 from update 10.
    """

    equivalent: ClassVar[str] = "constant"
    difference: ClassVar[str] = "It has its own warmup; with warmup_steps of 0 it stays at init_value."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": "peak_value takes effect at update warmup_steps",
        "past the end": "it never ends; with warmup_steps of 0 it stays at init_value",
    }

    init_value: float = required("rate at the start", example="0", share_of="peak_value")
    peak_value: float = inherited_rate("rate after the warmup")
    warmup_steps: float = param(Needed("10"), "updates of the warmup", is_count=True)

    @cached_property
    def composite(self) -> Float32Schedule:
        return linear_part(self.init_value, self.peak_value, self.warmup_steps)

    @property
    def warmup_length(self) -> float:
        return max(self.warmup_steps, 0.0)


@dataclass(frozen=True, kw_only=True)
class WarmupCosineDecaySchedule(Composite):
    r"""Straight warmup, then cosine decay.

    .. math:: \eta(t) = v + (\eta_0 - v)\,t / W \text{ for } t < W, \quad
        e + (\eta_0 - e)\,(\tfrac12 (1 + \cos(\pi (t - W) / (T - W))))^p \text{ from } W

    with :math:`v` = ``init_value``, :math:`\eta_0` = ``peak_value``, :math:`e` = ``end_value``, :math:`W` =
    ``warmup_steps``, :math:`T` = ``decay_steps`` (updates), including the warmup, :math:`p` = ``exponent``. It stays
    at :math:`e` after :math:`T`.

    >>> wave = WarmupCosineDecaySchedule(init_value=0, peak_value=0.1, warmup_steps=10, decay_steps=110)
    >>> wave([0, 5, 10, 60, 110])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    The peak at update 10, half of it at 60, 0 from update 110.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "It has its own warmup, which is part of decay_steps; a power of its wave is possible."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{FIRST_UPDATE}, or peak_value if warmup_steps is 0",
        "milestone": "peak_value takes effect at update warmup_steps",
        "end": "end_value takes effect after decay_steps: a run of that length never uses it",
        "past the end": "it stays at end_value",
    }

    init_value: float = required("rate at the start", example="0", share_of="peak_value")
    peak_value: float = inherited_rate("rate after the warmup")
    warmup_steps: float = required("updates of the warmup", example="10", is_count=True)
    decay_steps: float = param(Needed("100"), "updates in all, including the warmup", is_count=True)
    end_value: float = param(0.0, "rate at the end", at_least=0, share_of="peak_value")
    exponent: float = param(1.0, "power of the wave", at_least=0)

    def check(self) -> None:
        """Raise if the warmup is not shorter than the schedule."""
        if self.decay_steps <= self.warmup_steps:
            rule = f"must be above warmup_steps ({self.warmup_steps!r}): the cosine requires positive decay_steps"
            raise ParameterError("decay_steps", rule, got=repr(self.decay_steps))

    @cached_property
    def composite(self) -> Float32Schedule:
        wave = CosineDecaySchedule(
            init_value=self.peak_value,
            decay_steps=self.decay_steps - self.warmup_steps,
            alpha=self.end_value / self.peak_value if self.peak_value else 0.0,
            exponent=self.exponent,
        )
        return join(linear_part(self.init_value, self.peak_value, self.warmup_steps), wave, self.warmup_steps)

    @property
    def warmup_length(self) -> float:
        return self.warmup_steps


@dataclass(frozen=True, kw_only=True)
class WarmupExponentialDecaySchedule(Composite):
    r"""Straight warmup, then exponential decay.

    .. math:: \eta(t) = v + (\eta_0 - v)\,t / W \text{ for } t < W, \quad
        \eta_0\,r^{(t - W - B) / T} \text{ for } t > W + B

    with :math:`v` = ``init_value``, :math:`\eta_0` = ``peak_value``, :math:`W` = ``warmup_steps``, :math:`r` =
    ``decay_rate``, :math:`T` = ``transition_steps``, :math:`B` = ``transition_begin`` (updates). ``staircase`` and
    ``end_value`` are those of ``exponential_decay``. It never ends.

    >>> decay = WarmupExponentialDecaySchedule(
    ...     init_value=0, peak_value=0.1, warmup_steps=10, transition_steps=20, decay_rate=0.5
    ... )
    >>> decay([0, 5, 10, 30, 50])
    array([0.   , 0.05 , 0.1  , 0.05 , 0.025])

    The peak at update 10, then halved every 20 updates.
    """

    equivalent: ClassVar[str] = "exponential"
    difference: ClassVar[str] = "It has its own warmup; it may start late, increase, or decay in steps."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{FIRST_UPDATE}, or peak_value if warmup_steps is 0",
        "milestone": "peak_value takes effect at update warmup_steps; transition_begin counts from it",
        "past the end": "it never ends",
        "compiled": LATE_DROPS,
    }

    init_value: float = required("rate at the start", example="0", share_of="peak_value")
    peak_value: float = inherited_rate("rate after the warmup")
    warmup_steps: float = required("updates of the warmup", example="10", is_count=True)
    transition_steps: float = param(Needed("10"), "updates per factor of decay_rate", is_count=True)
    decay_rate: float = param(Needed("0.5"), "factor over transition_steps", at_least=0)
    transition_begin: float = param(0.0, "updates from the peak before it changes; below 0 counts as 0", is_count=True)
    staircase: bool = param(False, "whether it changes in steps")
    end_value: float | None = param(None, "limit of the rate", at_least=0, optional=True, share_of="peak_value")

    @cached_property
    def composite(self) -> Float32Schedule:
        decay = ExponentialDecay(
            init_value=self.peak_value,
            transition_steps=self.transition_steps,
            decay_rate=self.decay_rate,
            transition_begin=self.transition_begin,
            staircase=self.staircase,
            end_value=self.end_value,
        )
        return join(linear_part(self.init_value, self.peak_value, self.warmup_steps), decay, self.warmup_steps)

    @property
    def warmup_length(self) -> float:
        return self.warmup_steps


@dataclass(frozen=True, kw_only=True)
class SgdrSchedule(Composite):
    r"""Warmups and cosine decays in sequence, each with its own peak and length.

    .. math:: \eta(t) = f_i(t - T_0 - \dots - T_{i-1}) \text{ in cycle } i

    with :math:`f_i` the ``warmup_cosine_decay_schedule`` of each mapping in ``cosine_kwargs``, :math:`T_i` its
    ``decay_steps`` (updates). It stays at the last one's ``end_value``.

    >>> long = WarmupCosineDecaySchedule(init_value=0, peak_value=0.1, warmup_steps=10, decay_steps=60)
    >>> short = WarmupCosineDecaySchedule(init_value=0, peak_value=0.05, warmup_steps=0, decay_steps=40)
    >>> SgdrSchedule(cosine_kwargs=(long, short))([0, 10, 35, 60, 80, 100])
    array([0.   , 0.1  , 0.05 , 0.05 , 0.025, 0.   ])

    A warmup and a cosine over 60 updates, then a cosine from half the peak over 40.
    """

    equivalent: ClassVar[str] = "sgdr"
    difference: ClassVar[str] = "Every cycle is given explicitly, with its own warmup."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses the first init_value, or its peak_value if warmup_steps is 0",
        "milestone": "a cycle's first rate takes effect after the decay_steps of the one before it, whose "
        "end_value is never used",
        "past the end": "it stays at the last end_value",
    }

    cosine_kwargs: tuple[Schedule, ...] = param(
        Needed(
            "{init_value: 0, peak_value: 0.1, warmup_steps: 5, decay_steps: 50}, "
            "{init_value: 0, peak_value: 0.05, warmup_steps: 5, decay_steps: 50}"
        ),
        "the parameters of each cycle",
        member="warmup_cosine_decay_schedule",
        example="{init_value: 0, peak_value: 0.1, warmup_steps: 5, decay_steps: 50}, ...",
    )

    def check(self) -> None:
        """Raise if there is no cycle, or one is another schedule."""
        if not self.cosine_kwargs:
            raise ParameterError("cosine_kwargs", "must have at least one cycle", got="none")
        for cycle in self.cosine_kwargs:
            if not isinstance(cycle, WarmupCosineDecaySchedule):
                rule = "must be those of warmup_cosine_decay_schedule"
                raise ParameterError("cosine_kwargs", rule, got=type(cycle).__name__)

    @cached_property
    def composite(self) -> Float32Schedule:
        lengths = (cycle.decay_steps for cycle in self.cosine_kwargs if isinstance(cycle, WarmupCosineDecaySchedule))
        return JoinSchedules(schedules=self.cosine_kwargs, boundaries=tuple(itertools.accumulate(lengths))[:-1])

    @property
    def warmup_length(self) -> float:
        return self.cosine_kwargs[0].warmup_length


def linear_part(start: float, end: float, steps: float) -> LinearSchedule:
    """Return a straight line from one rate to another."""
    return LinearSchedule(init_value=start, end_value=end, transition_steps=steps)


def join(first: Float32Schedule, then: Float32Schedule, boundary: float) -> JoinSchedules:
    """Return one schedule followed by another from a boundary on."""
    return JoinSchedules(schedules=(first, then), boundaries=(boundary,))
