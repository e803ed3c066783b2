"""Transformers' warmup-stable-decay schedule."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.concat import concat
from cosine_cli.frameworks.transformers.declarations import (
    PEAK_UPDATE,
    WarmupSchedule,
    non_decreasing,
    steps_param,
)
from cosine_cli.frameworks.transformers.waves import wave, wave_pieces
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind


@dataclass(frozen=True, kw_only=True)
class GetWsdSchedule(WarmupSchedule):
    r"""Warmup, a plateau at the peak, and a decay to a floor.

    .. math:: \eta(t) = b\,(r + (1 - r)\,w(t / W)) \text{ for } t < W, \quad b \text{ until } W + S, \quad
        b\,(r + (1 - r)\,d((t - W - S) / D)) \text{ from there}

    with :math:`b` = ``lr``, :math:`W` = ``num_warmup_steps``, :math:`D` = ``num_decay_steps``, :math:`S` =
    ``num_stable_steps``, or the rest of ``num_training_steps`` (updates), :math:`r` = ``min_lr_ratio``,
    :math:`w` = ``warmup_type``: linear :math:`u`, cosine :math:`(1 - \cos(\pi u)) / 2`, 1-sqrt
    :math:`1 - \sqrt{1 - u}`, and :math:`d` = ``decay_type``: linear :math:`1 - u`, cosine
    :math:`(1 + \cos(2 \pi n u)) / 2` with :math:`n` = ``num_cycles``, 1-sqrt :math:`1 - \sqrt{u}`. It stays at
    :math:`b r` after the decay.

    >>> GetWsdSchedule(lr=0.1, num_warmup_steps=10, num_decay_steps=20, num_training_steps=100)([0, 5, 10, 80, 90, 100])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  ])

    The peak from update 10 to 80, then half a cosine wave to 0 over 20 updates.
    """

    equivalent: ClassVar[str] = "wsd"
    difference: ClassVar[str] = (
        "By default it decays along a cosine, not a line; its warmup starts at the floor, not at 0."
    )
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses min_lr_ratio times lr, or lr if there is no warmup",
        "milestone": f"{PEAK_UPDATE}; num_stable_steps overrides num_training_steps",
        "end": "the floor takes effect after the decay: a run of num_training_steps updates never uses it",
        "past the end": "it stays at the floor, whatever num_cycles",
    }

    num_decay_steps: float = steps_param("updates of the decay", example="20")
    num_training_steps: float | None = param(
        None, "updates in all; or num_stable_steps", at_least=0, optional=True, example="100", is_count=True
    )
    num_stable_steps: float | None = param(
        None, "updates at the peak; or num_training_steps", at_least=0, optional=True, is_count=True
    )
    warmup_type: str = param("linear", "shape of the warmup", choices=("linear", "cosine", "1-sqrt"))
    decay_type: str = param("cosine", "shape of the decay", choices=("linear", "cosine", "1-sqrt"))
    min_lr_ratio: float = param(0.0, "share of lr at both ends")
    num_cycles: float = param(0.5, "waves of a cosine decay", is_count=True)

    def check(self) -> None:
        """Raise if the length of the plateau is not given."""
        if self.num_training_steps is None and self.num_stable_steps is None:
            raise ParameterError("num_training_steps", "must be given, or num_stable_steps", got="neither")

    @property
    def _stable(self) -> float:
        """The updates of the plateau; below 0 if the decay starts during the warmup."""
        if self.num_stable_steps is not None:
            return self.num_stable_steps
        return (self.num_training_steps or 0.0) - self.num_warmup_steps - self.num_decay_steps

    @property
    def _falls(self) -> float:
        return self.num_warmup_steps + self._stable

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.lr, self._lowest

    def formula(self, m: Ops, t: Any) -> Any:
        end = self._falls + self.num_decay_steps
        passed = (t - self.num_warmup_steps - self._stable) / max(1.0, self.num_decay_steps)
        falling = m.where(t < end, self._scaled(m, self._decayed(m, m.named("passed", passed))), self._lowest)
        rate = m.where(t < self._falls, self.lr, falling)
        if not self.num_warmup_steps:
            return rate
        u = m.named("u", t / max(1.0, self.num_warmup_steps))
        return m.where(t < self.num_warmup_steps, self._scaled(m, self._risen(m, u)), rate)

    @property
    def _lowest(self) -> float:
        return self.lr * self.min_lr_ratio

    def _scaled(self, m: Ops, factor: Any) -> Any:
        factor = factor * (1.0 - self.min_lr_ratio) + self.min_lr_ratio
        return self.lr * (m.maximum(0.0, factor) if self.min_lr_ratio < 0.0 else factor)

    def _risen(self, m: Ops, u: Any) -> Any:
        if self.warmup_type == "cosine":
            return 0.5 * (1.0 - m.cos(pi * u))
        return 1.0 - m.sqrt(m.maximum(0.0, 1.0 - u)) if self.warmup_type == "1-sqrt" else u

    def _decayed(self, m: Ops, passed: Any) -> Any:
        if self.decay_type == "cosine":
            return wave(m, self.num_cycles, passed)
        return 1.0 - (m.sqrt(m.maximum(0.0, passed)) if self.decay_type == "1-sqrt" else passed)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        ends = non_decreasing(self.num_warmup_steps, self._falls, self._falls + self.num_decay_steps)
        phases: list[tuple[float, PieceKind]] = [(ends[0], "smooth"), (ends[1], "flat")]
        if self.decay_type != "cosine":
            return shapes.in_phases([*phases, (ends[2], "smooth"), (math.inf, "flat")], until)

        def rest(length: float) -> list[Piece]:
            end = min(length, self.num_decay_steps)
            waves = wave_pieces(max(1.0, self.num_decay_steps), self.num_cycles, end, at_most) if end > 0.0 else []
            return [*waves, Piece(end, length, "flat")] if end < length else waves

        return concat(phases, rest, until, ahead=ends[1] - self._falls)
