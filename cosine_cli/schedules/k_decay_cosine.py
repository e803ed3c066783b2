"""The schedule ``k_decay_cosine``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import decay_length, end_rate, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class KDecayCosine(Schedule):
    r"""Half a cosine wave over a power of the time, which moves the drop later or earlier; then flat.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi\,(\min(t, T) / T)^k))

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`k` = ``k``: 1 is the
    cosine, above 1 the drop comes late, below 1 early. It stays at ``min_lr`` after ``total``.

    Source: Zhang & Li 2020 (arXiv 2004.05909), their k-decay of the cosine; timm's ``k_decay``.

    >>> KDecayCosine(lr=0.1, total=100, k=0.5)([0, 25, 100])
    array([0.1 , 0.05, 0.  ])

    0.1 at step 0, half of it already after a quarter of the time, 0 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "k_decay kdecay kdecay_cosine cosine_k_decay"
    framework_names: ClassVar[Mapping[str, str]] = {"timm": "CosineLRScheduler with k_decay"}

    lr: float = peak_rate()
    total: float = decay_length()
    k: float = param(2.0, "exponent of the time that has passed", above=0)
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, 1.0 - shapes.passed(m, t, self.total) ** self.k))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say the exponent and where the decay ends."""
        return f"k {formatter.number(self.k)}, to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the exponent, and the floor where there is one."""
        return f"k {formatter.number(self.k)}" + (f", to {formatter.number(self.min_lr)}" if self.min_lr else "")
