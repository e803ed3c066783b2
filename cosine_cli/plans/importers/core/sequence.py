"""One curve of several, each for its part of a run."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, curve_list
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec, RawValue

MOST_PARTS = 200


class Phase(NamedTuple):
    """A curve from its own start on, and its length in steps; that of the last phase does not matter."""

    curve: CurveSpec
    steps: float = 0


class TimedCurve(NamedTuple):
    """A curve, and the time at which it begins."""

    begin: float
    curve: CurveSpec


def lasting(curve: CurveSpec, length: RawValue) -> CurveSpec:
    """Return a curve as a member of a sequence, in which the next one begins after a length."""
    return curve._replace(params={**curve.params, "for": length})


def sequence(members: Sequence[CurveSpec], where: str, unit: TimeUnit = "step") -> CurveSpec:
    """Return one curve of several, all but the last of which have a length."""
    return members[0] if len(members) == 1 else CurveSpec("sequence", where, unit, {"of": curve_list(members, where)})


def in_turn(parts: Iterable[tuple[CurveSpec, float]], last: CurveSpec, where: str = "") -> CurveSpec:
    """Return curves one after another, each with its length in steps, and then the last one.

    - ``where``: the place of the sequence, by default that of the last curve.
    """
    timed = (lasting(curve, computed_value(steps, curve.where)) for curve, steps in parts)
    return sequence((*timed, last), where or last.where)


def in_run(phases: Sequence[Phase], total: int) -> CurveSpec:
    """Return the phases of a run of ``total`` steps, without those of no step in it."""
    kept: list[Phase] = []
    begin = 0.0
    for at, phase in enumerate(phases):
        if begin < total and (phase.steps or at == len(phases) - 1):
            kept.append(phase)
        begin += phase.steps
    return in_turn(kept[:-1], kept[-1].curve)


def timed_sequence(parts: Sequence[TimedCurve], where: str, unit: TimeUnit) -> CurveSpec:
    """Return curves each up to the start of the next one; raise RequestError if there are too many."""
    check_parts(len(parts), where)
    timed = (
        lasting(part.curve, computed_value(after.begin - part.begin, where, unit))
        for part, after in itertools.pairwise(parts)
    )
    return sequence((*timed, parts[-1].curve), where, unit)


def check_parts(count: int, where: str) -> None:
    """Raise RequestError if there are too many parts."""
    if count > MOST_PARTS:
        raise user_error(where, f"must have at most {MOST_PARTS} parts", got=f"{count:,}")
