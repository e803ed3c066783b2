"""optax's cosine decay."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, ClassVar

from cosine_cli.frameworks.core.float32 import Float32Schedule, jax_power
from cosine_cli.frameworks.optax.declarations import FIRST_UPDATE, inherited_rate
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class CosineDecaySchedule(Float32Schedule):
    r"""Cosine decay to a share of the initial rate, or a power of that wave.

    .. math:: \eta(t) = v\,((1 - \alpha)\,(\tfrac12 (1 + \cos(\pi \min(t, T) / T)))^p + \alpha)

    with :math:`v` = ``init_value``, :math:`T` = ``decay_steps`` (updates), :math:`\alpha` = ``alpha``, :math:`p` =
    ``exponent``. It stays at :math:`\alpha v` after :math:`T`.

    >>> CosineDecaySchedule(init_value=0.1, decay_steps=100, alpha=0.2)([0, 50, 100, 200])
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at update 0, halfway at 50, a fifth of it from update 100.
    """

    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "Its floor is a share of its peak; a power of its wave is possible."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_UPDATE,
        "end": "alpha times init_value takes effect after decay_steps: a run of that length never uses it",
        "past the end": "it stays there",
    }

    init_value: float = inherited_rate("initial rate")
    decay_steps: float = param(Needed("100"), "updates of the decay", above=0, is_count=True)
    alpha: float = param(0.0, "share of init_value at the end", at_least=0)
    exponent: float = param(1.0, "power of the wave", at_least=0)

    @property
    def extremes(self) -> tuple[float, ...]:
        """Both ends."""
        return self.init_value, self.init_value * self.alpha

    def formula(self, m: Ops, t: Any) -> Any:
        passed = pi * m.minimum(t, self.decay_steps) / self.decay_steps
        wave = m.named("wave", 0.5 * (1.0 + m.cos(passed)))
        return self.init_value * ((1.0 - self.alpha) * jax_power(m, wave, self.exponent) + self.alpha)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.up_and_down((self.decay_steps,), until)
