"""timm's step decays."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.frameworks.core.framework_schedule import base_rate, calls_given
from cosine_cli.frameworks.timm.declarations import (
    FIRST_EPOCH,
    warmup_lr_init_param,
    warmup_prefix_param,
    warmup_t_param,
)
from cosine_cli.frameworks.timm.timm_base import TimmScheduler
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Formatter


@dataclass(frozen=True, kw_only=True)
class StepLRScheduler(TimmScheduler):
    r"""Multiplies the rate by ``decay_rate`` every ``decay_t`` epochs, with a warmup.

    .. math:: \eta(t) = b\,\gamma^{\lfloor t / s \rfloor}

    with :math:`b` = ``lr``, :math:`s` = ``decay_t``, :math:`\gamma` = ``decay_rate``, and :math:`t` counted from the
    end of the warmup unless ``warmup_prefix`` is false. It never ends.

    >>> StepLRScheduler(lr=0.1, decay_t=30, decay_rate=0.1)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for epochs 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    source_file: ClassVar[str] = "timm/scheduler/step_lr.py"
    equivalent: ClassVar[str] = "step"
    difference: ClassVar[str] = "decay_rate is 1 by default, which drops nothing; no floor."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_EPOCH,
        "milestone": "the drop takes effect at the epoch of the milestone; 2.4 epochs are not rounded",
        "past the end": "it continues to drop",
    }

    lr: float = base_rate()
    decay_t: float = param(Needed("30"), "epochs between two drops", above=0)
    decay_rate: float = param(1.0, "factor of a drop", at_least=0)
    warmup_t: float = warmup_t_param()
    warmup_lr_init: float = warmup_lr_init_param()
    warmup_prefix: bool = warmup_prefix_param(default=True)

    def body(self, m: Ops, t: Any) -> Any:
        return self.lr * self.decay_rate ** m.cycles(t, self.decay_t)

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        count = math.ceil(until / self.decay_t)
        if count > at_most:
            return [Piece(0.0, until, "cycles", self.decay_t, (Piece(0.0, self.decay_t, "flat"),))]
        edges = [min(self._drop(i), until) for i in range(count + 1)]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b]

    def _drop(self, index: int) -> float:
        """Return the first time of a drop by Python's floor division, which has no tolerance."""
        time = index * self.decay_t
        return time if time // self.decay_t >= index else math.nextafter(time, math.inf)

    def description(self, formatter: Formatter) -> str:
        span = formatter.span(self.decay_t).removeprefix("an ").removeprefix("a ")
        return f"×{formatter.number(self.decay_rate)} every {span}"

    def summary(self, formatter: Formatter) -> str:
        return f"×{formatter.number(self.decay_rate)} / {formatter.length(self.decay_t)}"


@dataclass(frozen=True, kw_only=True)
class MultiStepLRScheduler(TimmScheduler):
    r"""Multiplies the rate by ``decay_rate`` one epoch before each milestone, with a warmup.

    .. math:: \eta(t) = b\,\gamma^{n(t)}, \quad n(t) = |\{i : m_i \le t + 1\}|

    with :math:`b` = ``lr``, :math:`m_i` = ``decay_t``, :math:`\gamma` = ``decay_rate``, and :math:`t` counted from the
    end of the warmup unless ``warmup_prefix`` is false. It stays constant after the last.

    >>> MultiStepLRScheduler(lr=0.1, decay_t=(30, 60), decay_rate=0.1)([0, 28, 29, 59])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for epochs 0-28, 0.01 for 29-58, 0.001 from 59.
    """

    source_file: ClassVar[str] = "timm/scheduler/multistep_lr.py"
    equivalent: ClassVar[str] = "multistep"
    difference: ClassVar[str] = "Each drop is one epoch early; decay_rate is 1 by default, which drops nothing."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": FIRST_EPOCH,
        "milestone": "the drop takes effect one epoch before its milestone, which timm does on purpose",
        "past the end": "it stays at the last rate",
    }

    lr: float = base_rate()
    decay_t: tuple[float, ...] = param(
        Needed("30/60/80"), "epochs of the drops", at_least=0, example="30/60/80", may_be_empty=True
    )
    decay_rate: float = param(1.0, "factor of a drop", at_least=0)
    warmup_t: float = warmup_t_param()
    warmup_lr_init: float = warmup_lr_init_param()
    warmup_prefix: bool = warmup_prefix_param(default=True)

    @cached_property
    def _drops(self) -> list[float]:
        """The milestones after which the number of drops changes."""
        return sorted(set(self.decay_t))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The drops, each one call early; a warmup hides those during it."""
        found = calls_given("decay_t", self.decay_t, (self.shift + drop - 1.0 for drop in self.decay_t))
        return tuple(one._replace(climbed=one.acts < self.warmup_t) for one in found)

    @cached_property
    def _rates(self) -> list[float]:
        # By bisection, as in timm, which skips some if the milestones are not sorted.
        counts = [0, *(bisect_right(self.decay_t, drop) for drop in self._drops)]
        with np.errstate(over="ignore"):
            return [float(rate) for rate in self.lr * np.power(self.decay_rate, counts)]

    def body(self, m: Ops, t: Any) -> Any:
        return m.gather(self._rates, m.count(self._drops, t + 1.0)) if self._drops else self.lr

    def body_pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus, one per milestone, whatever ``at_most``."""
        del at_most
        edges = [0.0, *(drop - 1.0 for drop in self._drops if 1 < drop < until + 1.0), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]
