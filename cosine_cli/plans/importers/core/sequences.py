"""Curves of the parts of a run, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list
from cosine_cli.plans.model.clock import Unit
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


def in_sequence(parts: Sequence[TimedCurve], where: str, unit: Unit) -> CurveSpec:
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


def constants(begins: Sequence[float], rates: Sequence[float], where: str, unit: Unit) -> CurveSpec:
    """Return constant rates from some times on; the first is that of the curve's begin."""
    kept = [at for at, rate in enumerate(rates) if at == 0 or rate != rates[at - 1]]
    if len(kept) == 1:
        return CurveSpec("constant", where, unit, {"lr": computed_value(rates[0], where)})
    times = [begins[at] - begins[0] for at in kept[1:]]
    values = computed_list((rates[at] for at in kept), where)
    return CurveSpec(
        "piecewise_constant", where, unit, {"milestones": computed_list(times, where, unit), "values": values}
    )
