"""The schedule ``tanh``."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosine_cli.schedules.core.prelude import (
    NUMPY,
    Ops,
    ParameterError,
    Schedule,
    decay_length,
    end_rate,
    param,
    peak_rate,
    shapes,
)


@dataclass(frozen=True, kw_only=True)
class Tanh(Schedule):
    r"""Decay along a section of the hyperbolic tangent.

    .. math:: \eta(t) = m + (\eta_0 - m)\,\frac{\tanh b - \tanh(a + (b - a)\,u)}{\tanh b - \tanh a}, \quad
        u = \min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`a` = ``lower``,
    :math:`b` = ``upper``. After ``total`` it stays at ``min_lr``.

    Source: Hsueh et al. 2018, HTD (arXiv 1806.01593), whose shape is :math:`(1 - \tanh x) / 2`. Here it is scaled to
    begin at the peak and end at the floor: with the default -7 to 3 theirs begins 8e-7 below the peak and ends 0.25%
    of the way above the floor, from where timm jumps to it.

    >>> Tanh(lr=0.1, total=100)([0, 70, 100])
    array([0.1      , 0.0498761, 0.       ])

    0.1 at step 0 and nearly constant for half of the time, about half of it at step 70, 0 at step 100.
    """

    rare = True
    aliases = "htd TanhLRScheduler hyperbolic_tangent"
    framework_names = {"timm": "TanhLRScheduler"}
    description_format = "tanh {lower}..{upper}, to {min_lr} at {total:moment}"
    summary_format = "tanh {lower}..{upper}[, to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    lower: float = param(-7.0, "start of the section", at_least=-100, at_most=100)
    upper: float = param(3.0, "end of the section", at_least=-100, at_most=100)
    min_lr: float = end_rate()

    def check(self) -> None:
        if self.lower >= self.upper:
            raise ParameterError("lower", f"must be below upper ({self.upper!r})", got=repr(self.lower))

    def formula(self, m: Ops, t: Any) -> Any:
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
        """Return the height above the floor, as a share of the peak's, if ``ahead`` of the section remains."""
        return m.minimum(1.0, self._above_the_end(m, ahead) / self._height)

    def _above_the_end(self, m: Ops, ahead: Any) -> Any:
        """Return the height above the end of the section, up to a constant factor, if ``ahead`` of it remains.

        It is tanh(b) - tanh(b - ahead) times that factor. This product keeps the digits at both ends, which the
        difference of two numbers near 1 would lose.
        """
        vanishing = m.named("vanishing", m.exp(-2.0 * ahead))
        return m.tanh(ahead) * (1.0 + vanishing) / (math.exp(-2.0 * self.upper) + vanishing)

    @property
    def _width(self) -> float:
        return self.upper - self.lower

    @property
    def _height(self) -> float:
        return float(self._above_the_end(NUMPY, np.float64(self._width)))
