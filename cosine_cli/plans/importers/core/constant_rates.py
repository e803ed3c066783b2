"""Curves of constant rates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from cosine_cli.plans.importers.core.computed import computed_curve, computed_list, computed_value
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec, RawValue


def constant(rate: float, where: str) -> CurveSpec:
    """Return a constant rate above 0."""
    return computed_curve("constant", where, lr=rate)


def floor(rate: float, where: str, lr: RawValue) -> CurveSpec:
    """Return a constant rate, which may be 0: the end of a decay from ``lr``."""
    if rate:
        return constant(rate, where)
    return ahead(CurveSpec("linear", where, "step", {"lr": lr, "total": computed_value(1, where)}), 1)


def constants(begins: Sequence[float], rates: Sequence[float], where: str, unit: TimeUnit) -> CurveSpec:
    """Return constant rates, each from its time on, as a curve that begins at the first time.

    Of several rates at one time, the last one counts.
    """
    start, *later = dict(zip(begins, rates, strict=True)).items()
    changes = [(time, rate) for (_, before), (time, rate) in itertools.pairwise((start, *later)) if rate != before]
    if not changes:
        return CurveSpec("constant", where, unit, {"lr": computed_value(start[1], where)})
    milestones = computed_list((time - start[0] for time, _ in changes), where, unit)
    values = computed_list((start[1], *(rate for _, rate in changes)), where)
    return CurveSpec("piecewise_constant", where, unit, {"milestones": milestones, "values": values})
