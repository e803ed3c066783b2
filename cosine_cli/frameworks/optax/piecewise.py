"""optax's piecewise schedules: plateaus, and points that are interpolated."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any, ClassVar

import numpy as np

from cosine_cli.frameworks.core.float32 import Float32Schedule, is_float32
from cosine_cli.frameworks.core.framework_schedule import calls_given
from cosine_cli.frameworks.optax.declarations import FIRST_UPDATE, inherited_rate
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, Pairs, param
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class PiecewiseConstantSchedule(Float32Schedule):
    r"""Piecewise-constant rate, multiplied by a factor at each boundary.

    .. math:: \eta(t) = v \prod_{i : m_i \le t} s_i

    with :math:`v` = ``init_value``, :math:`m_i` and :math:`s_i` = ``boundaries_and_scales`` (updates, factors). It
    stays constant after the last.

    >>> PiecewiseConstantSchedule(init_value=0.1, boundaries_and_scales={30: 0.1, 60: 0.5})([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.005])

    0.1 for updates 0-29, a tenth of it from 30, half of that from 60.
    """

    equivalent: ClassVar[str] = "piecewise_constant"
    difference: ClassVar[str] = "It takes factors of the rate before; the plain schedule takes rates."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{FIRST_UPDATE}; a boundary of 0 already applies to it",
        "milestone": "the new rate takes effect at the update of the boundary",
        "past the end": "it stays at the last rate, at 0 after a factor of 0",
    }

    init_value: float = inherited_rate("initial rate")
    boundaries_and_scales: Pairs = param(
        Pairs(), "factors by their update", at_least=0, example="{30: 0.1, 60: 0.5}", is_count=True
    )

    @cached_property
    def _values(self) -> tuple[float, ...]:
        """The rates in order, each computed from the rounded one before it."""
        found = [np.float32(self.init_value)]
        for _, scale in self.boundaries_and_scales:
            found.append(np.float32(scale) * found[-1])
        return tuple(map(float, found))

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return calls_given("boundaries_and_scales", self._times, self._times)

    @property
    def _times(self) -> tuple[float, ...]:
        return tuple(time for time, _ in self.boundaries_and_scales)

    @property
    def extremes(self) -> tuple[float, ...]:
        """All rates."""
        return cumulative_products(self.init_value, self.boundaries_and_scales)

    def formula(self, m: Ops, t: Any) -> Any:
        if not self.boundaries_and_scales:
            return self.init_value
        return m.gather(self._values if is_float32(m) else self.extremes, m.count(self._times, t))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.in_phases([*((time, "flat") for time in self._times), (math.inf, "flat")], until)


@dataclass(frozen=True, kw_only=True)
class PiecewiseInterpolateSchedule(Float32Schedule):
    r"""Rates at boundaries, each a multiple of the one before, joined by lines or cosine waves.

    .. math:: \eta(t) = v_i + (v_{i+1} - v_i)\,s\!\left(\frac{t - m_i}{m_{i+1} - m_i}\right)
        \text{ for } m_i \le t < m_{i+1}, \quad v_{i+1} = v_i s_i

    with :math:`v_0` = ``init_value``, :math:`m_0 = 0`, further :math:`m_i` and :math:`s_i` =
    ``boundaries_and_scales`` (updates, factors), :math:`s` = ``interpolate_type``: linear :math:`u`, cosine
    :math:`(1 - \cos(\pi u)) / 2`. It stays at the last rate after the last boundary.

    >>> points = {10: 2, 30: 0.5}
    >>> lines = PiecewiseInterpolateSchedule(interpolate_type="linear", init_value=0.1, boundaries_and_scales=points)
    >>> lines([0, 5, 10, 30]).round(6)
    array([0.1 , 0.15, 0.2 , 0.1 ])

    Up to twice as much at update 10, and back to 0.1 at 30.
    """

    equivalent: ClassVar[str] = "piecewise_interpolated"
    difference: ClassVar[str] = "It takes factors of the rate before; the plain schedule takes rates."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": f"{FIRST_UPDATE}, times the factor of a boundary of 0",
        "milestone": "the rate of a boundary takes effect at its update",
        "past the end": "it stays at the last rate",
    }

    interpolate_type: str = param(Needed("linear"), "shape between two rates", choices=("linear", "cosine"))
    init_value: float = inherited_rate("initial rate")
    boundaries_and_scales: Pairs = param(
        Pairs(),
        "factors by the update at which they are reached",
        at_least=0,
        example="{30: 0.1, 60: 0.5}",
        is_count=True,
    )

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return calls_given("boundaries_and_scales", self._bounds[1:], self._bounds[1:], reached=True)

    @cached_property
    def _bounds(self) -> tuple[float, ...]:
        return 0.0, *(time for time, _ in self.boundaries_and_scales)

    @property
    def extremes(self) -> tuple[float, ...]:
        """The rates at all boundaries."""
        return cumulative_products(self.init_value, self.boundaries_and_scales)

    @cached_property
    def _values(self) -> tuple[float, ...]:
        scales = (self.init_value, *(scale for _, scale in self.boundaries_and_scales))
        return tuple(map(float, np.cumprod(np.array(scales, dtype=np.float32))))

    def formula(self, m: Ops, t: Any) -> Any:
        bounds, values = self._bounds, self._values if is_float32(m) else self.extremes
        if len(bounds) == 1:
            return self.init_value
        index = m.named("index", m.count(bounds[1:-1], t))
        start, end = m.gather(values[:-1], index), m.gather(values[1:], index)
        lengths = tuple(max(b - a, 1.0) for a, b in itertools.pairwise(bounds))
        passed = m.named("passed", (t - m.gather(bounds[:-1], index)) / m.gather(lengths, index))
        return m.where(t < bounds[-1], self._between(m, start, end, passed), values[-1])

    def _between(self, m: Ops, start: Any, end: Any, passed: Any) -> Any:
        if self.interpolate_type == "cosine":
            return end + (start - end) / 2.0 * (m.cos(pi * passed) + 1.0)
        return (end - start) * passed + start

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        del at_most
        return shapes.up_and_down(self._bounds[1:], until)


def cumulative_products(start: float, pairs: Pairs) -> tuple[float, ...]:
    """Return a rate, and its products with the factors in order."""
    return tuple(itertools.accumulate((scale for _, scale in pairs), lambda rate, scale: rate * scale, initial=start))


def interpolated_schedule(kind: str, start: float, points: Mapping[float, float]) -> PiecewiseInterpolateSchedule:
    """Return an interpolation through points, each a factor of the rate before it."""
    return PiecewiseInterpolateSchedule(
        interpolate_type=kind, init_value=start, boundaries_and_scales=Pairs(sorted(points.items()))
    )
