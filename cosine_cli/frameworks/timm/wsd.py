"""timm's warmup-stable-decay scheduler."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import base_rate
from cosine_cli.frameworks.timm.declarations import FIRST_EPOCH, warmup_lr_init_param, warmup_t_param
from cosine_cli.frameworks.timm.timm_base import TimmScheduler
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind

_STABLE = ("constant", "rsqrt", "power")
_DECAYS = ("linear", "1-sqrt", "cosine", "power", "exp")


@dataclass(frozen=True, kw_only=True)
class WSDLRScheduler(TimmScheduler):
    r"""A warmup, a stable phase, and a decay over the last epochs.

    .. math:: \eta(t) = m + (\max(b\,g(\tau), m) - m)\,f\!\left(\frac{\tau - (T - D)}{D}\right), \quad \tau = t - W

    with :math:`b` = ``lr``, :math:`m` = ``lr_min``, :math:`W` = ``warmup_t``, :math:`T` = ``t_initial``, :math:`D` =
    ``decay_t``; :math:`g` by ``stable_fn``: constant 1, rsqrt :math:`(1 + \tau / s)^{-1/2}`, power
    :math:`(1 + \tau / s)^{-q}` with :math:`s` = ``stable_timescale``, :math:`q` = ``stable_power``; :math:`f` from 1
    to 0 by ``decay_fn``. It stays at ``lr_min`` after that.

    >>> WSDLRScheduler(lr=0.1, t_initial=100, decay_t=20)([0, 80, 85, 100])
    array([0.1 , 0.1 , 0.05, 0.  ])

    0.1 until epoch 80, half of it 5 epochs later, 0 from epoch 100.
    """

    source_file: ClassVar[str] = "timm/scheduler/wsd_lr.py"
    equivalent: ClassVar[str] = "wsd"
    difference: ClassVar[str] = "t_initial is the length without the warmup; the decay is 1-sqrt by default."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_EPOCH,
        "milestone": "the first decayed epoch follows warmup_t + t_initial - decay_t",
        "end": "lr_min takes effect at epoch warmup_t + t_initial: a run of that length never uses it",
        "past the end": "it stays at lr_min",
    }

    lr: float = base_rate()
    t_initial: float = param(Needed("90"), "epochs of the stable phase and the decay", above=0, is_count=True)
    decay_t: float = param(Needed("18"), "epochs of the decay", above=0, is_count=True)
    lr_min: float = param(0.0, "learning rate at the end of the decay", at_least=0, share_of="lr")
    stable_fn: str = param("constant", "shape of the stable phase", choices=_STABLE)
    stable_timescale: float | None = param(
        None, "timescale of rsqrt and power, in epochs; default: warmup_t", optional=True, is_count=True
    )
    stable_power: float = param(0.5, "exponent of the power before the decay", above=0)
    decay_fn: str = param("1-sqrt", "shape of the decay", choices=_DECAYS)
    decay_power: float = param(0.5, "exponent of the power of the decay", above=0)
    decay_ratio: float = param(0.1, "final factor of an exponential decay, before it is stretched to lr_min", above=0)
    warmup_t: float = warmup_t_param()
    warmup_lr_init: float = warmup_lr_init_param()

    def check(self) -> None:
        """Raise what timm raises: the decay is too long, the timescale is 0, or the ratio is not below 1."""
        if self.decay_t > self.t_initial:
            raise ParameterError("decay_t", f"must be at most t_initial ({self.t_initial!r})", got=repr(self.decay_t))
        if self.decay_ratio >= 1.0:
            raise ParameterError("decay_ratio", "must be below 1", got=repr(self.decay_ratio))
        if self.stable_fn != "constant" and self._timescale <= 0:
            rule = f"must be above 0 with stable_fn {self.stable_fn}; the default is warmup_t"
            raise ParameterError("stable_timescale", rule, got=repr(self._timescale))

    @property
    def _timescale(self) -> float:
        return self.warmup_t if self.stable_timescale is None else self.stable_timescale

    @property
    def _power(self) -> float:
        return {"constant": 0.0, "rsqrt": 0.5, "power": self.stable_power}[self.stable_fn]

    @property
    def _falls(self) -> float:
        return self.t_initial - self.decay_t

    def body(self, m: Ops, t: Any) -> Any:
        passed = m.named("u", m.minimum(1.0, m.maximum(0.0, (t - self._falls) / self.decay_t)))
        return m.lerp(self._stable(m, t), self.lr_min, self._left(m, passed))

    def _stable(self, m: Ops, t: Any) -> Any:
        if not self._power:
            return max(self.lr, self.lr_min)
        factor = (1.0 + t / self._timescale) ** -self._power
        return m.maximum(self.lr * factor, self.lr_min) if self.lr_min else self.lr * factor

    def _left(self, m: Ops, passed: Any) -> Any:
        if self.decay_fn == "cosine":
            return shapes.cosine_of(m, 1.0 - passed)
        if self.decay_fn == "exp":
            return (self.decay_ratio**passed - self.decay_ratio) / (1.0 - self.decay_ratio)
        if self.decay_fn == "power":
            return 1.0 - passed**self.decay_power
        return 1.0 - (m.sqrt(passed) if self.decay_fn == "1-sqrt" else passed)

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        reached = self._reached
        phases: list[tuple[float, PieceKind]] = [(self._falls, "flat" if reached <= 0 or not self._power else "smooth")]
        phases = [(reached, "smooth"), (self._falls, "flat")] if self._power and 0 < reached < self._falls else phases
        if self._falls < reached < self.t_initial:
            phases.append((reached, "smooth"))
        level = reached <= self._falls
        return shapes.in_phases((*phases, (self.t_initial, "flat" if level else "smooth"), (math.inf, "flat")), until)

    @property
    def _reached(self) -> float:
        """The time from which a decreasing stable phase is at lr_min."""
        if not self.lr_min or not self._power:
            return 0.0 if self.lr_min > self.lr else math.inf
        return float(self._timescale * ((self.lr / self.lr_min) ** (1.0 / self._power) - 1.0))
