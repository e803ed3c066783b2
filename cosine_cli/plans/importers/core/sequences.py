"""Curves of the parts of a run, one after another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec

MOST_PARTS = 200


class TimedCurve(NamedTuple):
    """A curve, and the time at which it begins."""

    begin: float
    curve: CurveSpec


def check_parts(count: int, where: str) -> None:
    """Raise RequestError if there are too many parts."""
    if count > MOST_PARTS:
        raise user_error(where, f"must have at most {MOST_PARTS} parts", got=f"{count:,}")


def in_sequence(parts: Sequence[TimedCurve], where: str, unit: TimeUnit) -> CurveSpec:
    """Return one curve of several, each up to the begin of the next; raise RequestError if there are too many."""
    check_parts(len(parts), where)
    if len(parts) == 1:
        return parts[0].curve
    ends = [part.begin for part in parts[1:]]
    lasting = [
        part.curve._replace(params={**part.curve.params, "for": computed_value(end - part.begin, where, unit)})
        for part, end in zip(parts, ends, strict=False)
    ]
    return CurveSpec("sequence", where, unit, {"of": curve_list((*lasting, parts[-1].curve), where)})


def constants(begins: Sequence[float], rates: Sequence[float], where: str, unit: TimeUnit) -> CurveSpec:
    """Return constant rates from some times on, of which the first is the begin; the last one at a time counts."""
    start, *later = dict(zip(begins, rates, strict=True)).items()
    changes = [(time, rate) for (_, before), (time, rate) in itertools.pairwise((start, *later)) if rate != before]
    if not changes:
        return CurveSpec("constant", where, unit, {"lr": computed_value(start[1], where)})
    milestones = computed_list((time - start[0] for time, _ in changes), where, unit)
    values = computed_list((start[1], *(rate for _, rate in changes)), where)
    return CurveSpec("piecewise_constant", where, unit, {"milestones": milestones, "values": values})
