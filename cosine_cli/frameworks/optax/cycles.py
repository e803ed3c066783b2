"""optax's one-cycle schedules."""
# ruff: noqa: D102 - an override without a docstring does what its base class describes

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from cosine_cli.frameworks.core.float32 import Composite, Float32Schedule
from cosine_cli.frameworks.optax.declarations import inherited_rate
from cosine_cli.frameworks.optax.piecewise import interpolated_schedule
from cosine_cli.schedules.core.fields import Needed, param


@dataclass(frozen=True, kw_only=True)
class LinearOnecycleSchedule(Composite):
    r"""Straight lines to the peak, back to the initial rate, and far below it.

    .. math:: a \to \eta_0 \text{ at } \lfloor p T \rfloor, \quad \to a \text{ at } \lfloor q T \rfloor, \quad
        \to a / f \text{ at } T, \quad a = \eta_0 / d

    with :math:`\eta_0` = ``peak_value``, :math:`T` = ``transition_steps`` (updates), :math:`p` = ``pct_start``,
    :math:`q` = ``pct_final``, :math:`d` = ``div_factor``, :math:`f` = ``final_div_factor``. It stays at the end.

    >>> cycle = LinearOnecycleSchedule(transition_steps=100, peak_value=0.1, div_factor=10, final_div_factor=100)
    >>> cycle([0, 15, 30, 85, 100]).round(6)
    array([0.01  , 0.055 , 0.1   , 0.01  , 0.0001])

    From 0.01 up to 0.1 at update 30, back to 0.01 at 85, and to a hundredth of that at 100.
    """

    equivalent: ClassVar[str] = "onecycle"
    difference: ClassVar[str] = "Three phases in straight lines; the peak is at update int(pct_start times steps)."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses peak_value / div_factor",
        "milestone": "the peak takes effect at update int(pct_start * transition_steps); of two phases that end "
        "at the same update only the later one counts: with pct_start equal to pct_final it never rises",
        "end": "the last rate takes effect after transition_steps: a run of that length never uses it",
        "past the end": "it stays there, at the initial rate over final_div_factor, not the peak over it",
    }

    transition_steps: float = param(Needed("100"), "updates of the cycle", above=0, is_count=True)
    peak_value: float = inherited_rate("rate at the peak")
    pct_start: float = param(0.3, "share of the cycle at which the peak is", at_least=0)
    pct_final: float = param(0.85, "share of the cycle at which the rate is back", at_least=0)
    div_factor: float = param(25.0, "peak over the rate at the start", above=0)
    final_div_factor: float = param(1e4, "rate at the start over the rate at the end", above=0)

    @cached_property
    def composite(self) -> Float32Schedule:
        total = self.transition_steps
        points = {
            float(int(self.pct_start * total)): self.div_factor,
            float(int(self.pct_final * total)): 1.0 / self.div_factor,
            total: 1.0 / self.final_div_factor,
        }
        return interpolated_schedule("linear", self.peak_value / self.div_factor, points)


@dataclass(frozen=True, kw_only=True)
class CosineOnecycleSchedule(Composite):
    r"""Half a cosine wave up to the peak, and another one far below the initial rate.

    .. math:: a \to \eta_0 \text{ at } \lfloor p T \rfloor, \quad \to a / f \text{ at } T, \quad a = \eta_0 / d

    with :math:`\eta_0` = ``peak_value``, :math:`T` = ``transition_steps`` (updates), :math:`p` = ``pct_start``,
    :math:`d` = ``div_factor``, :math:`f` = ``final_div_factor``. It stays at the end.

    >>> cycle = CosineOnecycleSchedule(transition_steps=100, peak_value=0.1, div_factor=10, final_div_factor=100)
    >>> cycle([0, 15, 30, 65, 100]).round(6)
    array([0.01   , 0.055  , 0.1    , 0.05005, 0.0001 ])

    From 0.01 up to 0.1 at update 30, and down to 0.0001 at 100.
    """

    equivalent: ClassVar[str] = "onecycle"
    difference: ClassVar[str] = "The peak is at update int(pct_start times steps)."
    boundary_behavior: ClassVar[Mapping[str, str]] = {
        "first update": "uses peak_value / div_factor",
        "milestone": "the peak takes effect at update int(pct_start * transition_steps); with pct_start of 1 it "
        "never rises",
        "end": "the last rate takes effect after transition_steps: a run of that length never uses it",
        "past the end": "it stays there, at the initial rate over final_div_factor, not the peak over it",
    }

    transition_steps: float = param(Needed("100"), "updates of the cycle", above=0, is_count=True)
    peak_value: float = inherited_rate("rate at the peak")
    pct_start: float = param(0.3, "share of the cycle at which the peak is", at_least=0)
    div_factor: float = param(25.0, "peak over the rate at the start", above=0)
    final_div_factor: float = param(1e4, "rate at the start over the rate at the end", above=0)

    @cached_property
    def composite(self) -> Float32Schedule:
        points = {
            float(int(self.pct_start * self.transition_steps)): self.div_factor,
            float(int(self.transition_steps)): 1.0 / (self.div_factor * self.final_div_factor),
        }
        return interpolated_schedule("cosine", self.peak_value / self.div_factor, points)
