"""The schedule ``onecycle``: up once, and down below where it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, decay_length, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule


def _three_tenths(given: Mapping[str, Any], run: float) -> float:
    del run
    return float(given["total"]) * 3.0 / 10.0


@dataclass(frozen=True, kw_only=True)
class Onecycle(Schedule):
    r"""A climb to the peak and a longer descent far below the start, once in a run.

    .. math:: \eta(t) = a + (\eta_0 - a)\,s(t / W) \text{ for } t < W, \quad
        e + (\eta_0 - e)\,s((T - t) / (T - W)) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total``, :math:`W` = ``warmup`` (steps), :math:`a = \eta_0 /` ``div``,
    :math:`e = a /` ``final_div``, and :math:`s` = ``anneal``: cosine :math:`(1 - \cos(\pi u)) / 2`, linear :math:`u`.
    With ``three_phase`` it falls to :math:`a` over as long as it climbed, and from there to :math:`e`. It stays at
    :math:`e` after ``total``.

    Source: Smith 2018 (arXiv 1803.09820), sec. 4, and Smith & Topin 2017, Super-Convergence (arXiv 1708.07120), which
    are linear and of three phases; cosine and two phases are fastai's (2018).

    >>> Onecycle(lr=0.1, total=100, warmup=30, div=10, final_div=100)([0, 15, 30, 65, 100])
    array([0.01   , 0.055  , 0.1    , 0.05005, 0.0001 ])

    From 0.01 up to 0.1 over 30 steps, then down to 0.0001 over 70.
    """

    family: ClassVar[Family] = "phases"
    aliases: ClassVar[str] = "one_cycle 1cycle OneCycle one_cycle_policy super_convergence"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "OneCycleLR",
        "optax": "cosine_onecycle_schedule",
        "mmengine": "OneCycleLR",
        "paddle": "OneCycleLR",
        "fastai": "fit_one_cycle",
    }

    lr: float = peak_rate()
    total: float = decay_length()
    warmup: float = param(
        Derived("30% of total", _three_tenths),
        "time that the rate climbs",
        at_least=0,
        time="length",
        share_name="pct_start",
    )
    div: float = param(25.0, "peak over the rate at the start", at_least=1)
    final_div: float = param(1e4, "rate at the start over the rate at the end", at_least=1)
    anneal: str = param("cosine", "how it climbs and falls", choices=("cosine", "linear"))
    three_phase: bool = param(False, "whether it falls as it climbed, and then below the start")

    def check(self) -> None:
        """Refuse a climb that leaves no time for the descent."""
        shapes.check_shorter(self.warmup, self.total)
        if self.three_phase and not 0 < 2 * self.warmup < self.total:
            rule = "must be above 0 and shorter than half of total with three_phase"
            raise ParameterError("warmup", rule, got=repr(self.warmup))

    @property
    def floor(self) -> float:
        """The rate at the end."""
        return self._start / self.final_div

    @property
    def _start(self) -> float:
        return self.lr / self.div

    @property
    def _back(self) -> float:
        """The time at which the last descent begins."""
        return 2 * self.warmup if self.three_phase else self.warmup

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        left = shapes.left_after(m, t, self._back, self.total, self.total - self._back)
        if self.three_phase:
            back = shapes.left_after(m, t, self.warmup, self._back, self.warmup)
            humps = m.where(t < self.warmup, t / self.warmup, back)
            way = self._way(m, m.named("s", m.where(t < self._back, humps, left)))
            high = m.where(t < self._back, self.lr, self._start)
            return m.lerp(high, m.where(t < self._back, self._start, self.floor), way)
        if not self.warmup:
            return m.lerp(self.lr, self.floor, self._way(m, m.named("s", left)))
        way = self._way(m, m.named("s", m.where(t < self.warmup, t / self.warmup, left)))
        return m.lerp(self.lr, m.where(t < self.warmup, self._start, self.floor), way)

    def _way(self, m: Ops, share: Any) -> Any:
        return shapes.cosine_of(m, share) if self.anneal == "cosine" else share

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the descent or both of them, and the end."""
        del at_most
        return shapes.up_and_down((self.warmup, self._back, self.total), until)

    def description(self, formatter: Formatter) -> str:
        """Say when the peak comes, and the end."""
        return (
            f"peak at {formatter.moment(self.warmup)}, {formatter.number(self.floor)} at {formatter.moment(self.total)}"
        )

    def summary(self, formatter: Formatter) -> str:
        """Say how long each phase is."""
        back = (self.warmup,) if self.three_phase else ()
        return " + ".join(map(formatter.length, (self.warmup, *back, self.total - self._back)))
