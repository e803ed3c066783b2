"""Composite curves of importers: one ahead of its time, several in turn, one after a linear warmup."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.plans.importers.core.computed import computed_value, curve_list, interpolated_spec
from cosine_cli.plans.parse.raw import CurveSpec


def ahead(curve: CurveSpec, steps: float) -> CurveSpec:
    """Return the curve from its time ``steps`` on: programs that count a step before they set its rate are 1 ahead."""
    params = {"ahead": computed_value(steps, curve.where), "of": curve_list((curve,), curve.where)}
    return CurveSpec("retime", curve.where, "step", params)


def in_turn(parts: Sequence[tuple[CurveSpec, float]], last: CurveSpec) -> CurveSpec:
    """Return curves one after another, each with its length in steps, and then the last one."""
    if not parts:
        return last
    timed = [
        curve._replace(params={**curve.params, "for": computed_value(steps, curve.where)}) for curve, steps in parts
    ]
    return CurveSpec("sequence", last.where, "step", {"of": curve_list((*timed, last), last.where)})


def warmed_up(curve: CurveSpec, start: float, peak: float, steps: float, run: float) -> CurveSpec:
    """Return a linear warmup of some steps from ``start`` to ``peak``, and then the curve.

    A warmup that lasts the whole run is a line, which never reaches the curve.
    """
    if not steps:
        return curve
    if steps >= run:
        return line(start, peak, steps, run, curve.where)
    warmup = {
        "warmup": computed_value(steps, curve.where),
        "warmup_start": computed_value(start, curve.where),
    }
    return curve._replace(params={**curve.params, **warmup})


def line(start: float, end: float, steps: float, run: float, where: str) -> CurveSpec:
    """Return a line from ``start`` that reaches ``end`` after some steps, as far as the run goes."""
    last = min(steps, run)
    return interpolated_spec({0.0: start, last: start + (end - start) * (last / steps)}, where)
