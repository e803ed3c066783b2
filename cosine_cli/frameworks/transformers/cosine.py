"""Transformers' cosine schedules."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.concat import concat, repeated_decay
from cosine_cli.frameworks.transformers.declarations import (
    FIRST_UPDATE,
    PEAK_UPDATE,
    WarmupSchedule,
    training_steps_param,
)
from cosine_cli.frameworks.transformers.waves import wave, wave_pieces
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind


@dataclass(frozen=True, kw_only=True)
class GetCosineScheduleWithWarmup(WarmupSchedule):
    r"""Straight warmup from 0, then a cosine wave, by default half of one.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        \tfrac12 b\,(1 + \cos(2 \pi n (t - W) / \max(T - W, 1))) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``. The wave continues after :math:`T`.

    >>> GetCosineScheduleWithWarmup(lr=0.1, num_warmup_steps=10, num_training_steps=100)([0, 5, 10, 55, 100, 145])
    array([0.  , 0.05, 0.1 , 0.05, 0.  , 0.05])

    The peak at update 10, 0 at update 100, and up again.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "It has its own warmup; past num_training_steps it rises again, where the plain one stays at the floor."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": PEAK_UPDATE,
        "end": "with num_cycles of 0.5 it is 0 after num_training_steps: a run of that length never uses it",
        "past the end": "it rises and decays again; num_cycles of 1.5 is a wave, not restarts; with a warmup "
        "as long as the run it is lr and 0 in turn",
    }

    num_training_steps: float = training_steps_param()
    num_cycles: float = param(0.5, "waves from the warmup to num_training_steps", is_count=True)

    def formula(self, m: Ops, t: Any) -> Any:
        passed = m.named("passed", (t - self.num_warmup_steps) / self._decay)
        return self.after_warmup(m, t, self.lr * wave(m, self.num_cycles, passed))

    @property
    def _decay(self) -> float:
        return max(1.0, self.num_training_steps - self.num_warmup_steps)

    def pieces(self, until: float, at_most: int) -> list[Piece]:

        def rest(length: float) -> list[Piece]:
            return wave_pieces(self._decay, self.num_cycles, length, at_most)

        return concat(((self.num_warmup_steps, "smooth"),), rest, until)


@dataclass(frozen=True, kw_only=True)
class GetCosineWithHardRestartsScheduleWithWarmup(WarmupSchedule):
    r"""Straight warmup from 0, then cosine decay repeated ``num_cycles`` times, restarting at the peak.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        \tfrac12 b\,(1 + \cos(\pi\,(n p \bmod 1))) \text{ from } W, \quad p = (t - W) / \max(T - W, 1)

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``. It stays at 0 after :math:`T`.

    >>> restarts = GetCosineWithHardRestartsScheduleWithWarmup(num_warmup_steps=0, num_training_steps=100, num_cycles=2)
    >>> restarts([0, 25, 50, 75, 100])
    array([0.1 , 0.05, 0.1 , 0.05, 0.  ])

    Two cosines from 0.1 to 0, each over 50 updates.
    """

    equivalent: ClassVar[str] = "hard_restarts"
    difference: ClassVar[str] = "It has its own warmup and no floor; num_cycles need not be a whole number."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": f"{PEAK_UPDATE}; a restart takes effect at the first update at or after it, and 0 is "
        "never used before it",
        "end": "0 after num_training_steps, at whatever point of a cycle",
        "past the end": "it stays at 0",
    }

    num_training_steps: float = training_steps_param()
    num_cycles: float = param(1.0, "cycles from the warmup to num_training_steps", at_least=0, is_count=True)

    def formula(self, m: Ops, t: Any) -> Any:
        passed = m.named("passed", (t - self.num_warmup_steps) / self._decay)
        cycles = m.named("cycles", self.num_cycles * passed)
        falling = 0.5 * (1.0 + m.cos(pi * (cycles - m.floor(cycles))))
        rate = m.where(passed < 1.0, self.lr * falling, 0.0)
        return self.after_warmup(m, t, rate)

    @property
    def _decay(self) -> float:
        return max(1.0, self.num_training_steps - self.num_warmup_steps)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        if not self.num_cycles:
            ends: list[tuple[float, PieceKind]] = [(self.num_warmup_steps, "smooth"), (self._end, "flat")]
            return shapes.in_phases([*ends, (math.inf, "flat")], until)

        def rest(length: float) -> list[Piece]:
            end = min(length, self._decay)
            found = repeated_decay(self._decay / self.num_cycles, end, at_most)
            return [*found, Piece(end, length, "flat")] if end < length else found

        return concat(((self.num_warmup_steps, "smooth"),), rest, until)

    @property
    def _end(self) -> float:
        return self.num_warmup_steps + self._decay


@dataclass(frozen=True, kw_only=True)
class _ToMinLr(WarmupSchedule):
    """What both cosines to a floor share: the parameters of the floor."""

    num_training_steps: float = training_steps_param()
    num_cycles: float = param(0.5, "waves from the warmup to num_training_steps", is_count=True)
    min_lr: float | None = param(
        None, "learning rate at the lowest; or min_lr_rate", optional=True, example="0.001", share_of="lr"
    )
    min_lr_rate: float | None = param(None, "share of lr at the lowest; or min_lr", optional=True)

    def check(self) -> None:
        """Raise unless exactly one of min_lr and min_lr_rate is given."""
        if self.min_lr is not None and self.min_lr_rate is not None:
            raise ParameterError("min_lr_rate", "must not be given together with min_lr", got=repr(self.min_lr_rate))
        if self.min_lr is None and self.min_lr_rate is None:
            raise ParameterError("min_lr", "must be given, or min_lr_rate", got="neither")

    @property
    def share(self) -> float:
        """The share of ``lr`` at the lowest."""
        if self.min_lr is not None:
            return self.min_lr / self.lr
        return self.min_lr_rate or 0.0

    @property
    def peak(self) -> float:
        """The higher end of the wave: the floor may be above ``lr``."""
        return self.lr * max(1.0, self.share)

    @property
    def decay(self) -> float:
        """The updates that the waves are counted over."""
        return max(1.0, self.num_training_steps - self.num_warmup_steps)

    def waving(self, m: Ops, passed: Any) -> Any:
        """Return the rate at a share of the decay."""
        factor = wave(m, self.num_cycles, passed) * (1.0 - self.share) + self.share
        return self.lr * (m.maximum(0.0, factor) if self.share < 0.0 else factor)


@dataclass(frozen=True, kw_only=True)
class GetCosineWithMinLrScheduleWithWarmup(_ToMinLr):
    r"""Straight warmup from 0, then a cosine wave to a floor.

    .. math:: \eta(t) = b\,t / \max(W, 1) \text{ for } t < W, \quad
        m + \tfrac12 (b - m)\,(1 + \cos(2 \pi n (t - W) / \max(T - W, 1))) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``, :math:`m` = ``min_lr``, or ``min_lr_rate`` times ``lr``. The wave continues after :math:`T`.

    >>> wave = GetCosineWithMinLrScheduleWithWarmup(num_warmup_steps=10, num_training_steps=100, min_lr=0.02)
    >>> wave([0, 5, 10, 55, 100])
    array([0.  , 0.05, 0.1 , 0.06, 0.02])

    The peak at update 10, 0.02 at update 100, and up again.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "Its own warmup starts at 0, below the floor; past num_training_steps the rate rises again."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "milestone": PEAK_UPDATE,
        "end": "with num_cycles of 0.5 the floor takes effect after num_training_steps: a run of that length "
        "never uses it",
        "past the end": "it rises and decays again",
    }

    def formula(self, m: Ops, t: Any) -> Any:
        passed = m.named("passed", (t - self.num_warmup_steps) / self.decay)
        return self.after_warmup(m, t, self.waving(m, passed))

    @property
    def floor(self) -> float:
        return 0.0 if self.num_warmup_steps else self.lr * max(0.0, min(1.0, self.share))

    def pieces(self, until: float, at_most: int) -> list[Piece]:

        def rest(length: float) -> list[Piece]:
            return wave_pieces(self.decay, self.num_cycles, length, at_most)

        return concat(((self.num_warmup_steps, "smooth"),), rest, until)


@dataclass(frozen=True, kw_only=True)
class GetCosineWithMinLrScheduleWithWarmupLrRate(_ToMinLr):
    r"""Warmup that reaches the peak at its last update, then a cosine wave to a floor.

    .. math:: \eta(t) = b\,(t + 1) / \max(W, 1) \text{ for } t < W, \quad
        m + \tfrac12 (b - m)\,(1 + \cos(2 \pi n (t - W + 1) / \max(T - W, 1))) \text{ from } W

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`T` = ``num_training_steps`` (updates), :math:`n`
    = ``num_cycles``, :math:`m` = ``min_lr``, or ``min_lr_rate`` times ``lr``. With :math:`r` = ``warmup_lr_rate`` the
    warmup is :math:`b\,(r + (1 - r)\,t / \max(W - 1, 1))`. The wave continues after :math:`T`.

    >>> wave = GetCosineWithMinLrScheduleWithWarmupLrRate(num_warmup_steps=10, num_training_steps=100, min_lr=0.02)
    >>> wave([0, 4, 9, 54, 99])
    array([0.01, 0.05, 0.1 , 0.06, 0.02])

    0.01 at the first update, the peak with the tenth, 0.02 with the hundredth.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = (
        "Its own warmup is never 0; peak and floor are one update early; then the rate rises again."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr / num_warmup_steps, or with warmup_lr_rate times lr",
        "milestone": "lr takes effect at the last update of the warmup; the next one is already on the cosine",
        "end": "with num_cycles of 0.5 the floor takes effect at the last update of num_training_steps",
        "past the end": "it rises from the first update after them, and decays again",
    }

    warmup_lr_rate: float | None = param(
        None, "share of lr at the first update; none: lr / num_warmup_steps", optional=True
    )

    @property
    def floor(self) -> float:
        start = 0.0 if self.warmup_lr_rate is None else self.warmup_lr_rate
        low = max(0.0, min(1.0, self.share))
        return self.lr * (min(start, low) if self.num_warmup_steps else low)

    @property
    def peak(self) -> float:
        return self.lr * max(1.0, self.share, self.warmup_lr_rate or 0.0)

    @property
    def _last(self) -> float:
        """The last call of the warmup."""
        return max(math.ceil(self.num_warmup_steps) - 1.0, 0.0)

    def formula(self, m: Ops, t: Any) -> Any:
        warmup = self.num_warmup_steps
        rate = self.waving(m, m.named("passed", (t - warmup + 1.0) / self.decay))
        if not warmup:
            return rate
        climbing = m.minimum(t, self._last)
        start = self.warmup_lr_rate
        if start is None:
            factor = (climbing + 1.0) / max(1.0, warmup)
        else:
            factor = start + (1.0 - start) * climbing / max(1.0, warmup - 1.0)
        return m.where(t < warmup, self.lr * factor, rate)

    def pieces(self, until: float, at_most: int) -> list[Piece]:

        def rest(length: float) -> list[Piece]:
            return wave_pieces(self.decay, self.num_cycles, length, at_most)

        phases: list[tuple[float, PieceKind]] = [(self._last, "smooth"), (self.num_warmup_steps, "flat")]
        return concat(phases, rest, until, ahead=1.0)
