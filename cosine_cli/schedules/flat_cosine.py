"""The schedule ``flat_cosine``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, end_rate, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Formatter, Schedule

_HELD = 0.75


def _most_of_the_run(given: Mapping[str, Any], run: float) -> float:
    del given
    return min(_HELD * run, max(run - 1.0, 0.0))  # the decay needs an update


def _what_is_left(given: Mapping[str, Any], run: float) -> float:
    return max(run - float(given["hold"]), 0.0)


@dataclass(frozen=True, kw_only=True)
class FlatCosine(Schedule):
    r"""A constant rate for most of the run, then half a cosine wave to the floor.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi u)), \quad
        u = \min(\max(t - H, 0) / D, 1)

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`H` = ``hold``, :math:`D` = ``decay`` (steps). It stays
    at ``min_lr`` after the decay.

    Source: fastai's ``fit_flat_cos`` (2019), with an end at ``min_lr`` in the place of its 1e-5 of the peak.

    >>> FlatCosine(lr=0.1, hold=60, decay=40)([0, 60, 80, 100])
    array([0.1 , 0.1 , 0.05, 0.  ])

    0.1 up to step 60, half of it at 80, 0 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "flat_cos fit_flat_cos flat_and_anneal flat_then_cosine constant_cosine"
    framework_names: ClassVar[Mapping[str, str]] = {"fastai": "fit_flat_cos"}
    phases: ClassVar[tuple[str, ...]] = ("hold", "decay")

    lr: float = peak_rate()
    hold: float = param(
        Derived(f"{_HELD:.0%} of the run", _most_of_the_run),
        "time at the peak",
        at_least=0,
        time="length",
        share_name="pct_start",
    )
    decay: float = param(Derived("what hold leaves", _what_is_left), "length of the decay", above=0, time="length")
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        left = shapes.left_after(m, t, self.hold, self._end, self.decay)
        return m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, left))

    @property
    def _end(self) -> float:
        return self.hold + self.decay

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateau, the decay and the floor behind it."""
        del at_most
        return shapes.in_phases(((self.hold, "flat"), (self._end, "smooth"), (math.inf, "flat")), until)

    def description(self, formatter: Formatter) -> str:
        """Say when the decay begins and where it ends."""
        return f"cosine from {formatter.moment(self.hold)} to {formatter.number(self.min_lr)} at {formatter.moment(self._end)}"

    def summary(self, formatter: Formatter) -> str:
        """Say how long each phase is."""
        return f"{formatter.length(self.hold)} + {formatter.length(self.decay)}"
