"""The schedule ``log_warmup``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Derived,
    Ops,
    ParameterError,
    PieceKind,
    Schedule,
    param,
    peak_rate,
    shapes,
)

_PART = 0.1
"""The default warmup as a share of the run."""

_FIRST = 0.01
"""The default ``begin`` as a share of the warmup."""


@dataclass(frozen=True, kw_only=True)
class LogWarmup(Schedule):
    r"""Warmup with the logarithm of time, then the peak.

    .. math:: \eta(t) = a + (\eta_0 - a)\,\frac{\ln(\max(t, b) / b)}{\ln(W / b)} \text{ for } t < W, \quad
        \eta_0 \text{ from } W

    with :math:`\eta_0` = ``lr``, :math:`W` = ``warmup``, :math:`b` = ``begin`` (steps) and :math:`a` =
    ``warmup_start``. It increases fast at first: the midpoint of the rates is reached at :math:`\sqrt{b W}`.

    Source: DeepSpeed's ``WarmupLR`` (2020), whose warmup begins at step 1.

    >>> LogWarmup(lr=0.1, warmup=100, begin=1)([0, 1, 10, 100, 200])
    array([0.  , 0.  , 0.05, 0.1 , 0.1 ])

    Half the peak at step 10, the peak from step 100 on.
    """

    rare = True
    family = "multi-phase"
    aliases = "logarithmic_warmup logarithmic WarmupLR"
    framework_names = {"deepspeed": "WarmupLR"}
    description_format = "to {lr} at {warmup:moment}"
    summary_format = "in {warmup:length}"

    lr: float = peak_rate()
    warmup: float = param(
        Derived(f"{_PART:.0%} of the run, at least 2 steps", lambda _, run: max(math.floor(_PART * run), 2.0)),
        "length of the warmup",
        above=0,
        time="length",
    )
    begin: float = param(
        Derived(f"{_FIRST:.0%} of warmup, at least 1 step", lambda given, _: max(_FIRST * float(given["warmup"]), 1.0)),
        "time at which the increase begins",
        above=0,
        time="length",
    )
    warmup_start: float = shapes.warmup_start()

    def check(self) -> None:
        if self.begin >= self.warmup:
            raise ParameterError(
                "begin", f"must be before the end of the warmup ({self.warmup:g})", got=repr(self.begin)
            )
        if self.warmup_start > self.lr:
            raise ParameterError("warmup_start", f"must be at most lr ({self.lr!r})", got=repr(self.warmup_start))

    @property
    def floor(self) -> float:
        return self.warmup_start

    @property
    def warmup_length(self) -> float:
        return self.warmup

    def formula(self, m: Ops, t: Any) -> Any:
        progress = m.log(m.maximum(t, self.begin) / self.begin) / math.log(self.warmup / self.begin)
        return m.where(t < self.warmup, m.lerp(self.lr, self.warmup_start, m.minimum(progress, 1.0)), self.lr)

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return (self.begin, "flat"), (self.warmup, "smooth"), (math.inf, "flat")
