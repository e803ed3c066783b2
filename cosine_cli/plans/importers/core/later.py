"""A curve from a later time of its own on."""

from __future__ import annotations

from cosine_cli.plans.importers.core.computed import computed_value, curve_list
from cosine_cli.plans.parse.raw import CurveSpec, RawValue


def later(curve: CurveSpec, begin: RawValue, where: str = "") -> CurveSpec:
    """Return the curve from the time ``begin`` on, at its own place unless ``where`` is another."""
    where = where or curve.where
    return CurveSpec("retime", where, curve.unit, {"ahead": begin, "of": curve_list((curve,), where)})


def ahead(curve: CurveSpec, steps: float, where: str = "") -> CurveSpec:
    """Return the curve from its step ``steps`` on: programs that count a step before they set its rate are 1 ahead."""
    return later(curve, computed_value(steps, where or curve.where), where) if steps else curve
