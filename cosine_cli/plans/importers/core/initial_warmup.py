"""A warmup of any shape as a curve of its own: before another curve, over its start or instead of it."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.plans.importers.core.computed import computed_value, curve_list, interpolated_spec
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.sequence import lasting, sequence
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.registry import load
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.kinds import Kind


class InitialWarmup(NamedTuple):
    """A warmup: its length, with its place and unit, its initial rate and its shape."""

    length: RawValue
    start: RawValue
    shape: str = "linear"

    def alone(self, target: float) -> CurveSpec:
        """Return the warmup to a rate, which then is constant."""
        if self.shape == "constant":
            return CurveSpec("constant", self.length.where, self.length.unit, {"lr": self.start})
        points = {0.0: float(self.start.text), float(self.length.text): target}
        return interpolated_spec(points, self.length.where, self.length.unit)

    def before(self, curve: CurveSpec) -> CurveSpec:
        """Return the warmup, then a curve, which begins after it unless its times are on the run's clock."""
        if float(self.length.text) == 0:
            return curve
        params = {
            "warmup": self.length,
            "warmup_start": self.start,
            "warmup_shape": computed_value(self.shape, self.length.where),
            "of": curve_list((curve,), curve.where),
        }
        return CurveSpec("warmup", curve.where, curve.unit, params)

    def over(self, curve: CurveSpec) -> CurveSpec:
        """Return the warmup instead of the start of a curve, up to its rate at the end of the warmup."""
        if float(self.length.text) == 0 or _on_run_clock(curve):
            return self.before(curve)
        return self.before(later(curve, self.length))

    def replacing(self, curve: CurveSpec, target: float) -> CurveSpec:
        """Return the warmup to a rate instead of the start of a curve, which may jump there."""
        if float(self.length.text) == 0:
            return curve
        warmup = lasting(self.alone(target), self.length)
        return sequence((warmup, later(curve, self.length)), curve.where, curve.unit)


def _on_run_clock(curve: CurveSpec) -> bool:
    return any(field.kind is Kind.MOMENT for field in params(load(curve.name)))
