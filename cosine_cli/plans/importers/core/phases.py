"""Phases of a run, one curve after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.plans.importers.core.computed import computed_value, curve_list
from cosine_cli.plans.parse.raw import CurveSpec, RawValue


class Phase(NamedTuple):
    """A curve from its own start on, and its length in steps; that of the last phase does not matter."""

    curve: CurveSpec
    steps: float = 0


def in_sequence(phases: Sequence[Phase], total: int) -> CurveSpec:
    """Return the phases of a run of ``total`` steps, without those of no step in it."""
    kept: list[Phase] = []
    begin = 0.0
    for at, phase in enumerate(phases):
        if begin < total and (phase.steps or at == len(phases) - 1):
            kept.append(phase)
        begin += phase.steps
    *firsts, last = kept
    if not firsts:
        return last.curve
    where = last.curve.where
    limited = (
        curve._replace(params={**curve.params, "for": computed_value(steps, curve.where)}) for curve, steps in firsts
    )
    return CurveSpec("sequence", where, "step", {"of": curve_list((*limited, last.curve), where)})


def constant(rate: float, where: str) -> CurveSpec:
    """Return a constant rate above 0."""
    return CurveSpec("constant", where, "step", {"lr": computed_value(rate, where)})


def floor(rate: float, where: str, lr: RawValue) -> CurveSpec:
    """Return a constant rate, which may be 0: the end of a decay from ``lr``."""
    if rate:
        return constant(rate, where)
    return continued(CurveSpec("linear", where, "step", {"lr": lr, "total": computed_value(1, where)}), 1)


def continued(curve: CurveSpec, steps: float) -> CurveSpec:
    """Return a curve from some step on."""
    if not steps:
        return curve
    params = {"ahead": computed_value(steps, curve.where), "of": curve_list((curve,), curve.where)}
    return CurveSpec("retime", curve.where, "step", params)
