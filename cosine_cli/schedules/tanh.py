"""The schedule ``tanh``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import decay_length, end_rate, param, peak_rate
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Tanh(Schedule):
    r"""A stretch of the hyperbolic tangent from the peak to the floor, then flat.

    .. math:: \eta(t) = m + (\eta_0 - m)\,\frac{\tanh b - \tanh(a + (b - a)\,u)}{\tanh b - \tanh a}, \quad
        u = \min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`a` = ``lower``,
    :math:`b` = ``upper``. It stays at ``min_lr`` after ``total``.

    Source: Hsueh et al. 2018, HTD (arXiv 1806.01593), whose shape is :math:`(1 - \tanh x) / 2`. That one is here
    stretched to end where it should: at the default -7 to 3 theirs begins 8e-7 below the peak and ends 0.25% of the
    way above the floor, from where timm jumps down to it.

    >>> Tanh(lr=0.1, total=100)([0, 70, 100])
    array([0.1      , 0.0498761, 0.       ])

    0.1 at step 0 and nearly that for half of the time, about half of it at step 70, 0 at step 100.
    """

    aliases: ClassVar[str] = "htd TanhLRScheduler hyperbolic_tangent tanh_decay"
    framework_names: ClassVar[Mapping[str, str]] = {"timm": "TanhLRScheduler"}

    lr: float = peak_rate()
    total: float = decay_length()
    lower: float = param(-7.0, "where the stretch begins", at_least=-100, at_most=100)
    upper: float = param(3.0, "where the stretch ends", at_least=-100, at_most=100)
    min_lr: float = end_rate()

    def check(self) -> None:
        """Refuse a stretch of nothing, and one that runs backward."""
        if self.lower >= self.upper:
            raise ParameterError("lower", f"must be below upper ({self.upper!r})", got=repr(self.lower))

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        ahead = m.named("ahead", self._width * shapes.left(m, t, self.total))
        if math.tanh(self.lower) == math.tanh(self.upper):
            return m.lerp(self.lr, self.min_lr, self._share(m, ahead))
        top, passed = m.named("top", m.tanh(self.upper)), shapes.passed(m, t, self.total)
        share = m.form(
            exact=lambda: self._share(m, ahead),
            plain=lambda: (top - m.tanh(self.lower + self._width * passed)) / (top - m.tanh(self.lower)),
        )
        return m.lerp(self.lr, self.min_lr, share)

    def _share(self, m: Ops, ahead: Any) -> Any:
        """Return the share of the way from the end to the peak when so much of the stretch is ahead."""
        return m.minimum(1.0, self._above_the_end(m, ahead) / self._height)

    def _above_the_end(self, m: Ops, ahead: Any) -> Any:
        """Return how far the curve lies above its end when so much of the stretch is ahead.

        It is tanh(b) - tanh(b - ahead) but for a factor. A difference of two numbers near 1 would lose its digits at
        both ends, this product of what vanishes at the end and what grows from the start keeps them.
        """
        vanishing = m.named("vanishing", m.exp(-2.0 * ahead))
        return m.tanh(ahead) * (1.0 + vanishing) / (math.exp(-2.0 * self.upper) + vanishing)

    @property
    def _width(self) -> float:
        return self.upper - self.lower

    @property
    def _height(self) -> float:
        return float(self._above_the_end(NUMPY, np.float64(self._width)))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say the stretch and where the decay ends."""
        return f"{self._stretch(formatter)}, to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the stretch, and the floor where there is one."""
        return self._stretch(formatter) + (f", to {formatter.number(self.min_lr)}" if self.min_lr else "")

    def _stretch(self, formatter: Formatter) -> str:
        return f"tanh {formatter.number(self.lower)}..{formatter.number(self.upper)}"
