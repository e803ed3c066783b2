"""The curves that a sequence is made of, and how long each lasts."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock, Time, whole
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.resolve.context import DURATION
from cosine_cli.plans.resolve.times import lasting


def as_curve(said: RawValue | CurveSpec) -> CurveSpec:
    """Return what stands where a curve is expected: a curve, a list with one in it, or the text of one."""
    if isinstance(said, CurveSpec):
        return said
    if said.parts is not None and len(said.parts) == 1 and isinstance(said.parts[0], CurveSpec):
        return said.parts[0]
    if said.parts is not None or said.keys is not None:
        raise user_error(said.where, "must be a curve", got=said.echo)
    return parse_curve(said.text, unit=said.unit, where=said.where)


def lengths(members: Sequence[CurveSpec], *, where: str, clock: Clock, run: float) -> tuple[Time, ...]:
    """Return how long each member lasts of ``run`` steps; one that does not say takes what is left.

    Raises RequestError, with the arithmetic, where they do not fill the run.
    """
    said = [member.params.get(DURATION.name) for member in members]
    known = [None if text is None else lasting(DURATION, text, clock).value for text in said]
    left = run - sum(clock.steps(length) for length in known if length is not None)
    if known.count(None) > 1:
        raise user_error(where, "only one curve of it may go without for=", got=f"{known.count(None)}")
    if (None not in known and left != 0) or (None in known and left < 1):
        arithmetic = " + ".join(whole(clock.units(clock.steps(time))) for time in known if time is not None)
        hint = "lengths add up to the run less the warmup; a curve without for= takes what is left"
        raise user_error(
            where, f"its lengths must fill {whole(clock.units(run))} {clock.unit}s", got=arithmetic, hint=hint
        )
    return tuple(clock.time(left) if length is None else length for length in known)
