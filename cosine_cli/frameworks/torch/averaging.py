"""PyTorch's scheduler for stochastic weight averaging, ``torch.optim.swa_utils``."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, ClassVar

from cosine_cli.frameworks.core.framework_schedule import base_rate
from cosine_cli.frameworks.core.simulate import Leaf, OptimizerState
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class SWALR(Leaf):
    r"""Anneals from ``lr`` to the constant rate of stochastic weight averaging.

    .. math:: \eta(t) = b + (c - b)\,s(\min(t, n) / n)

    with :math:`b` = ``lr``, :math:`c` = ``swa_lr``, :math:`n` = ``anneal_epochs`` (calls), and :math:`s` by
    ``anneal_strategy``: cos :math:`(1 - \cos(\pi u)) / 2`, linear :math:`u`. It stays at ``swa_lr`` after that.

    >>> SWALR(lr=0.1, swa_lr=0.02)([0, 5, 10, 20])
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at call 0, halfway down at call 5, 0.02 from call 10.
    """

    source_file: ClassVar[str] = "torch/optim/swa_utils.py"
    equivalent: ClassVar[str] = "cosine"
    difference: ClassVar[str] = "It is intended for the end of a run, and ends at swa_lr whatever the rate was."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses lr, or swa_lr if anneal_epochs is 0",
        "end": "swa_lr takes effect at update anneal_epochs",
        "past the end": "it stays at swa_lr",
    }

    lr: float = base_rate()
    swa_lr: float = param(Needed("0.05"), "final learning rate", at_least=0)
    anneal_epochs: int = param(10, "calls before swa_lr takes effect", at_least=0)
    anneal_strategy: str = param("cos", "shape of the annealing", choices=("cos", "linear"))

    @property
    def extremes(self) -> tuple[float, ...]:
        return self.lr, self.swa_lr

    def formula(self, m: Ops, t: Any) -> Any:
        if not self.anneal_epochs:
            return self.swa_lr
        u = shapes.passed(m, t, float(self.anneal_epochs))
        return m.lerp(self.swa_lr, self.lr, shapes.cosine_of(m, u) if self.anneal_strategy == "cos" else u)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases(((float(self.anneal_epochs), "smooth"), (math.inf, "flat")), until)

    def step(self, k: int, state: OptimizerState, start: float, *, first: bool) -> float:
        """Return the rate after call ``k``: the last mix is undone, and mixed again with the new weight."""
        del start, first
        k = k if self.anneal_epochs else max(1, k)
        done, now = (max(0.0, min(1.0, one / max(1, self.anneal_epochs))) for one in (k - 1, k))
        before, after = self._way(done), self._way(now)
        taken_out = state.averaged if before == 1.0 else (state.rate - before * state.averaged) / (1.0 - before)
        return state.averaged * after + taken_out * (1.0 - after)

    def attach(self, state: OptimizerState) -> float:
        """Set the averaging rate in the state to its own."""
        state.averaged = self.swa_lr
        return super().attach(state)

    def undo(self, last: int) -> int:
        """Return ``last``: it counts its steps, and the count is not taken back."""
        return last

    def _way(self, share: float) -> float:
        return (1.0 - math.cos(pi * share)) / 2.0 if self.anneal_strategy == "cos" else share

    def restart(self, state: OptimizerState, start: float) -> float:
        return self.step(0, state, start, first=True)

    @property
    def after_restart(self) -> Leaf | None:
        """None: it continues from the rate that the scheduler before it left."""
        return None
