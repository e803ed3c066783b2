"""Raw values computed from another program's config, for the curves that it is read as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cosine_cli.plans.model.clock import TimeUnit, whole
from cosine_cli.plans.model.curve_options import LABEL
from cosine_cli.plans.parse.raw import CurveSpec, RawValue


def computed_value(value: float | str, where: str, unit: TimeUnit = "step") -> RawValue:
    """Return a computed value as if it were written at a place."""
    return RawValue(value if isinstance(value, str) else whole(value), where, unit)


def computed_list(values: Iterable[float], where: str, unit: TimeUnit = "step") -> RawValue:
    """Return computed values as a list."""
    return RawValue("", where, unit, parts=tuple(computed_value(value, where, unit) for value in values))


def computed_curve(name: str, where: str, **params: float | str | RawValue) -> CurveSpec:
    """Return a curve as if it were written at a place; a number that is a time is in steps."""
    values = {
        key: value if isinstance(value, RawValue) else computed_value(value, where) for key, value in params.items()
    }
    return CurveSpec(name, where, "step", values)


def curve_list(curves: Iterable[CurveSpec], where: str) -> RawValue:
    """Return the curves of a composite schedule as a list."""
    return RawValue("", where, parts=tuple(curves))


def labelled(curve: CurveSpec, label: str) -> CurveSpec:
    """Return a curve with the name of the scheduler that it is read from."""
    return curve._replace(params={**curve.params, LABEL.name: RawValue(label, curve.where, curve.unit, quoted=True)})


def interpolated_spec(
    points: Mapping[int, float] | Mapping[float, float], where: str, unit: TimeUnit = "step"
) -> CurveSpec:
    """Return the rates at some times, with straight lines between them."""
    table = {"times": computed_list(points, where, unit), "values": computed_list(points.values(), where)}
    return CurveSpec("piecewise_interpolated", where, unit, table)
