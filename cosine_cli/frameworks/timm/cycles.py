"""timm's decays that can repeat: cosine, hyperbolic tangent and polynomial."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.framework_schedule import base_rate
from cosine_cli.frameworks.timm.declarations import (
    AFTER_WARMUP,
    FIRST_EPOCH,
    RESTART,
    cycle_decay_param,
    cycle_limit_param,
    cycle_mul_param,
    lr_min_param,
    t_initial_param,
    warmup_lr_init_param,
    warmup_prefix_param,
    warmup_t_param,
)
from cosine_cli.frameworks.timm.timm_base import TimmCycles
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import param
from cosine_cli.schedules.core.ops import Ops


@dataclass(frozen=True, kw_only=True)
class CosineLRScheduler(TimmCycles):
    r"""Cosine decay, once or in cycles, with a warmup.

    .. math:: \eta(t) = m + \tfrac12 (b\,d^i - m)\,(1 + \cos(\pi\,(\tau / T_i)^k)), \quad T_i = T\,c^i

    with :math:`\tau` the epochs since cycle :math:`i` began, :math:`b` = ``lr``, :math:`m` = ``lr_min``, :math:`T` =
    ``t_initial``, :math:`c` = ``cycle_mul``, :math:`d` = ``cycle_decay``, :math:`k` = ``k_decay``. It stays at
    ``lr_min`` after ``cycle_limit`` cycles.

    >>> CosineLRScheduler(lr=0.1, t_initial=50)([0, 25, 50, 75])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 in epoch 0, half of it in epoch 25, 0 from epoch 50.
    """

    source_file: ClassVar[str] = "timm/scheduler/cosine_lr.py"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "By default a warmup replaces the start of the wave, which then never reaches lr."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_EPOCH,
        "milestone": f"{AFTER_WARMUP}; {RESTART}",
        "end": "lr_min takes effect at epoch t_initial: a run of that length never uses it",
        "past the end": "it stays at lr_min; if cycles become shorter they end, and step() raises there",
    }

    lr: float = base_rate()
    t_initial: float = t_initial_param()
    lr_min: float = lr_min_param()
    cycle_mul: float = cycle_mul_param()
    cycle_decay: float = cycle_decay_param()
    cycle_limit: int = cycle_limit_param()
    warmup_t: float = warmup_t_param()
    warmup_lr_init: float = warmup_lr_init_param()
    warmup_prefix: bool = warmup_prefix_param(default=False)
    k_decay: float = param(1.0, "exponent of the elapsed time", above=0)

    @property
    def exponent(self) -> float:
        return self.k_decay

    def shape(self, m: Ops, share: Any) -> Any:
        return shapes.cosine_of(m, 1.0 - share)

    def has_negative_radicand(self, passed: float, length: float) -> bool:
        del length
        return passed < 0 and not self.k_decay.is_integer()


@dataclass(frozen=True, kw_only=True)
class TanhLRScheduler(TimmCycles):
    r"""Hyperbolic tangent decay, once or in cycles, with a warmup.

    .. math:: \eta(t) = m + \tfrac12 (b\,d^i - m)\,(1 - \tanh(l\,(1 - u) + h\,u)), \quad u = \tau / T_i

    with :math:`\tau` the epochs since cycle :math:`i` began, :math:`T_i = T\,c^i`, :math:`b` = ``lr``, :math:`m` =
    ``lr_min``, :math:`T` = ``t_initial``, :math:`c` = ``cycle_mul``, :math:`d` = ``cycle_decay``, :math:`l` = ``lb``,
    :math:`h` = ``ub``. It stays at ``lr_min`` after ``cycle_limit`` cycles.

    >>> TanhLRScheduler(lr=0.1, t_initial=50, lb=-3)([0, 25, 50])
    array([0.1 , 0.05, 0.  ])

    0.1 in epoch 0, half of it in epoch 25, 0.00025 at the very end of the decay and 0 from epoch 50.
    """

    source_file: ClassVar[str] = "timm/scheduler/tanh_lr.py"
    equivalent: ClassVar[str] = "tanh"
    difference: ClassVar[str] = "It starts slightly below lr, and ends with a drop from 0.25% above lr_min."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_EPOCH,
        "milestone": f"a warmup increases to the curve at warmup_t, or to lr with warmup_prefix; {RESTART}",
        "end": "lr_min takes effect at epoch t_initial, with a drop",
        "past the end": "it stays at lr_min; if cycles become shorter they end, and step() raises there",
    }

    lr: float = base_rate()
    t_initial: float = t_initial_param()
    lb: float = param(-7.0, "argument of the tangent at the start")
    ub: float = param(3.0, "argument of the tangent at the end")
    lr_min: float = lr_min_param()
    cycle_mul: float = cycle_mul_param()
    cycle_decay: float = cycle_decay_param()
    cycle_limit: int = cycle_limit_param(at_least=0)
    warmup_t: float = warmup_t_param()
    warmup_lr_init: float = warmup_lr_init_param()
    warmup_prefix: bool = warmup_prefix_param(default=False)

    def check(self) -> None:
        """Raise if lb is not below ub, as timm does."""
        if self.lb >= self.ub:
            raise ParameterError("lb", f"must be below ub ({self.ub!r})", got=repr(self.lb))
        if self.warmup_t and not self.warmup_prefix and self.cycle_mul != 1.0 and self.cycle_of(self.warmup_t) is None:
            rule = "must end before cycles that become shorter have no length left"
            raise ParameterError("warmup_t", rule, got=repr(self.warmup_t))

    @cached_property
    def warmup_target(self) -> float:
        """The rate at the end of the warmup: that of the curve."""
        return self.lr if self.warmup_prefix else self.body_at(self.warmup_t)

    def shape(self, m: Ops, share: Any) -> Any:
        return 0.5 * (1.0 - m.tanh(self.lb * (1.0 - share) + self.ub * share))

    def has_negative_radicand(self, passed: float, length: float) -> bool:
        del passed, length
        return False


@dataclass(frozen=True, kw_only=True)
class PolyLRScheduler(TimmCycles):
    r"""Polynomial decay, once or in cycles, with a warmup.

    .. math:: \eta(t) = m + (b\,d^i - m)\,(1 - (\tau / T_i)^k)^p, \quad T_i = T\,c^i

    with :math:`\tau` the epochs since cycle :math:`i` began, :math:`b` = ``lr``, :math:`m` = ``lr_min``, :math:`T` =
    ``t_initial``, :math:`c` = ``cycle_mul``, :math:`d` = ``cycle_decay``, :math:`k` = ``k_decay``, :math:`p` =
    ``power``. It stays at ``lr_min`` after ``cycle_limit`` cycles.

    >>> PolyLRScheduler(lr=0.1, t_initial=100, power=2)([0, 50, 100])
    array([0.1  , 0.025, 0.   ])

    0.1 in epoch 0, a quarter of it in epoch 50, 0 from epoch 100.
    """

    source_file: ClassVar[str] = "timm/scheduler/poly_lr.py"
    equivalent: ClassVar[str] = "polynomial"
    difference: ClassVar[str] = "Its power is 0.5 by default: slow at first, then fast; a warmup replaces its start."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_EPOCH,
        "milestone": f"{AFTER_WARMUP}; {RESTART}",
        "end": "lr_min takes effect at epoch t_initial",
        "past the end": "it stays at lr_min; if cycles become shorter they end, and step() raises there",
    }

    lr: float = base_rate()
    t_initial: float = t_initial_param()
    power: float = param(0.5, "exponent of the remaining time", at_least=0)
    lr_min: float = lr_min_param()
    cycle_mul: float = cycle_mul_param()
    cycle_decay: float = cycle_decay_param()
    cycle_limit: int = cycle_limit_param()
    warmup_t: float = warmup_t_param()
    warmup_lr_init: float = warmup_lr_init_param()
    warmup_prefix: bool = warmup_prefix_param(default=False)
    k_decay: float = param(1.0, "exponent of the elapsed time", above=0)

    @property
    def exponent(self) -> float:
        return self.k_decay

    def shape(self, m: Ops, share: Any) -> Any:
        del m
        left = 1.0 - share
        return left if self.power == 1.0 else left**self.power

    def has_negative_radicand(self, passed: float, length: float) -> bool:
        """Return whether a root of a negative time, or of a negative rest, is taken."""
        if passed < 0:
            return not self.k_decay.is_integer()
        return passed**self.k_decay / length**self.k_decay > 1.0 and not self.power.is_integer()
