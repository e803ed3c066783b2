"""The curves of a sequence and their lengths."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock, Time, whole
from cosine_cli.plans.model.curve_options import DURATION
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.resolve.times import read_on_clock


def as_spec(raw: RawValue | CurveSpec, parent: str = "") -> CurveSpec:
    """Return the spec of an inner curve of ``parent``: given as a curve, as a list with one, or as text."""
    if isinstance(raw, CurveSpec):
        return raw
    if raw.parts is not None and len(raw.parts) == 1 and isinstance(raw.parts[0], CurveSpec):
        return raw.parts[0]
    if raw.parts is not None or raw.keys is not None:
        raise user_error(raw.where, "must be a curve", got=raw.echo)
    return parse_curve(raw.text, unit=raw.unit, where=raw.where, parent=parent)


def lengths(members: Sequence[CurveSpec], *, where: str, clock: Clock, run: float) -> tuple[Time, ...]:
    """Return the length of each curve within ``run`` steps; one without ``for`` takes the rest.

    Raises RequestError, with the arithmetic, if they do not fill the run.
    """
    raw = [member.params.get(DURATION.name) for member in members]
    known = [None if text is None else read_on_clock(DURATION, text, clock).value for text in raw]
    left = run - sum(clock.steps(length) for length in known if length is not None)
    if known.count(None) > 1:
        raise user_error(where, "only one of its curves may omit for=", got=f"{known.count(None)}")
    if (None not in known and left != 0) or (None in known and left < 1):
        arithmetic = " + ".join(whole(clock.units(clock.steps(time))) for time in known if time is not None)
        hint = "a curve without for= takes the rest"
        raise user_error(
            where, f"the lengths must add up to {whole(clock.units(run))} {clock.unit}s", got=arithmetic, hint=hint
        )
    return tuple(clock.time(left) if length is None else length for length in known)
