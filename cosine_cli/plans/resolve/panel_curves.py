"""Resolve the curves of each panel of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cosine_cli.plans.model.plan import Curve, Panel, Plan
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.resolve.context import Context
from cosine_cli.plans.resolve.curve import resolve_curve
from cosine_cli.plans.resolve.grid import VaryingParam, check_shape, panels, with_value
from cosine_cli.plans.resolve.stepping import updated


def resolve_panels(
    axes: Sequence[VaryingParam], request: Request, specs: tuple[CurveSpec, ...], plan: Plan, context: Context
) -> tuple[Panel, ...]:
    """Return the panels of a plan, each with the curves resolved as if its values had been given for them."""
    problems = Problems()
    for spec, whole in zip(specs, plan.curves, strict=True):
        with problems.collect():
            check_shape(spec, axes, request.run, warms_up="warmup" in whole.params)
    resolved = []
    for values, own in zip(panels(axes), panel_specs(axes, request, specs), strict=True):
        curves: list[Curve] = []
        for spec, whole in zip(own, plan.curves, strict=True):
            with problems.collect():
                curve = resolve_curve(spec, context._replace(in_panel=True))
                curves.append(replace(updated(curve, plan.update, plan.clock), label=whole.label))
        resolved.append(Panel(values=tuple(value.text for value in values), curves=tuple(curves)))
    problems.raise_any()
    return tuple(resolved)


def panel_specs(
    axes: Sequence[VaryingParam], request: Request, specs: tuple[CurveSpec, ...]
) -> Iterator[tuple[CurveSpec, ...]]:
    """Yield the curves of each panel with its values."""
    for values in panels(axes):
        yield tuple(_with_values(spec, axes, values, request) for spec in specs)


def _with_values(
    spec: CurveSpec, axes: Sequence[VaryingParam], values: Sequence[RawValue], request: Request
) -> CurveSpec:
    for axis, value in zip(axes, values, strict=True):
        spec = with_value(spec, axis.name, value, request.run)
    return spec
