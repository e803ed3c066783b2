"""The schedule ``wsd``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Derived,
    Formatter,
    Ops,
    ParameterError,
    PieceKind,
    Schedule,
    end_rate,
    param,
    peak_rate,
    portion,
    shapes,
)


@dataclass(frozen=True, kw_only=True)
class Wsd(Schedule):
    r"""Warmup, a long stable phase at the peak, then decay (warmup-stable-decay).

    .. math:: \eta(t) = a + (\eta_0 - a)\,w(t / W) \text{ for } t < W, \quad \eta_0 \text{ until } W + S, \quad
        m + (\eta_0 - m)\,s(\min((t - W - S) / D, 1)) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`W` = ``warmup``, :math:`S` = ``stable``, :math:`D` = ``decay`` (steps),
    :math:`a` = ``warmup_start``, :math:`w` = ``warmup_shape``, :math:`m` = ``min_lr`` and :math:`s` = ``decay_shape``:
    linear :math:`1 - u`, cosine :math:`(1 + \cos(\pi u)) / 2`, 1-sqrt :math:`1 - \sqrt{u}`, sqrt :math:`\sqrt{1 - u}`,
    exponential, by equal factors, and shifted-exponential :math:`2^{1 - u} - 1`, which reaches ``min_lr``. After
    the decay it stays at ``min_lr``; with a decay of 0 it stays at ``lr``.

    Source: Hu et al. 2024, MiniCPM (arXiv 2404.06395), sec. 4.2, whose decay of half-life :math:`h` is the exponential
    one with :math:`m = \eta_0\,2^{-D / h}`; the linear one is the trapezoid of Xing et al. 2018 (arXiv 1802.08770),
    1-sqrt is by Hägele et al. 2024 (arXiv 2405.18392), sec. 3, and shifted-exponential is the exponential decay of
    Megatron-LM (2024).

    >>> Wsd(lr=0.1, warmup=10, stable=70, decay=20)([0, 5, 10, 79, 90, 100])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  ])

    Up to 0.1 over 10 steps, 0.1 for 70 steps, then a straight line to 0 over the last 20.
    """

    family = "multi-phase"
    aliases = "warmup_stable_decay cooldown"
    framework_names = {"transformers": "get_wsd_schedule", "timm": "WSDLRScheduler"}
    phases = ("warmup", "stable", "decay")
    description_format = "{decay_shape} from {_decay_start:moment} to {min_lr} at {constant_from:moment}"
    summary_format = "{warmup:length} + {stable:length} + {decay:length}"

    lr: float = peak_rate()
    warmup: float = param(portion(0.05), "length of the warmup", at_least=0, time="length")
    stable: float = param(
        Derived(
            "what remains after warmup and decay",
            lambda given, run: max(run - float(given["warmup"]) - float(given["decay"]), 0.0),
        ),
        "time at the peak",
        at_least=0,
        time="length",
    )
    decay: float = param(
        portion(0.2, at_least=1),
        "length of the decay at the end; 0 for none",
        at_least=0,
        time="length",
        share_name="decay_ratio",
    )
    decay_shape: str = param("linear", "shape of the decay", choices=shapes.DECAY_SHAPES)
    min_lr: float = end_rate()
    warmup_shape: str = shapes.warmup_shape()
    warmup_start: float = shapes.warmup_start()
    warmup_from: str = shapes.warmup_from()

    def check(self) -> None:
        shapes.check_warmup(self.warmup_shape, self.warmup_start, self.warmup_from, self.lr)
        if not self.decay and self.min_lr:
            hint = "with a decay of 0 the rate stays at lr"
            raise ParameterError("min_lr", "needs a decay longer than 0", got=repr(self.min_lr), hint=hint)
        if self.decay and self.decay_shape == "exponential" and self.min_lr == 0:
            raise ParameterError(
                "min_lr",
                "must be above 0 for an exponential decay",
                got="0",
                hint="an exponential decay never reaches 0",
            )

    @property
    def floor(self) -> float:
        end = self.min_lr if self.decay else self.lr
        return min(end, self.warmup_start) if self.warmup else end

    @property
    def warmup_length(self) -> float:
        return self.warmup

    @property
    def _decay_start(self) -> float:
        return self.warmup + self.stable

    @property
    def constant_from(self) -> float:
        return self._decay_start + self.decay if self.decay else self.warmup

    def formula(self, m: Ops, t: Any) -> Any:
        rate = self._after_warmup(m, t)
        if not self.warmup:
            return rate
        u = shapes.warmup_progress(m, t, self.warmup, self.warmup_from)
        return m.where(t < self.warmup, shapes.warmup_rate(m, self.warmup_shape, self.warmup_start, self.lr, u), rate)

    def _after_warmup(self, m: Ops, t: Any) -> Any:
        if not self.decay:
            return self.lr + 0.0 * t
        left = shapes.left_after(m, t, self._decay_start, self.constant_from, self.decay)
        return shapes.decaying_rate(m, self.decay_shape, self.lr, self.min_lr, left)

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        warmup = shapes.warmup_segments(self.warmup, self.warmup_shape, self.warmup_from)
        if not self.decay:
            return *warmup, (math.inf, "flat")
        return *warmup, (self._decay_start, "flat"), (self.constant_from, "smooth"), (math.inf, "flat")

    def description(self, formatter: Formatter) -> str:
        if self.decay:
            return super().description(formatter)
        return f"constant from {formatter.moment(self.warmup)}"
