"""Composite curves of resolved curves, as if they were written in a config."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.registry import load
from cosine_cli.schedules.core.schedule import Schedule


def composed(name: str, clock: Clock, **given: Any) -> Curve:
    """Return a curve of a schedule by name, with its parameters as in a config: times, rates and inner curves."""
    values = {param: _in_steps(value, clock) for param, value in given.items()}
    return Curve(label="", name=name, params=given, schedule=_schedule(name, **values), specified=frozenset(given))


def _schedule(name: str, **values: Any) -> Schedule:
    made: type[Any] = load(name)
    return cast("Schedule", made(**values))


def _in_steps(value: Any, clock: Clock) -> Any:
    if isinstance(value, Curve):
        return value.schedule
    return clock.steps(value) if isinstance(value, Time) else value


def in_turn(first: Curve, length: Time, rest: Curve, clock: Clock) -> Curve:
    """Return one curve for a part of the run, and then another for what remains of it."""
    remains = clock.time(clock.total - clock.steps(length))
    parts = tuple(
        replace(curve, label="", params={"for": lasts, **curve.params}, specified=curve.specified | {"for"})
        for curve, lasts in ((first, length), (rest, remains))
    )
    lengths = tuple(clock.steps(part.params["for"]) for part in parts)
    schedule = _schedule("sequence", of=tuple(part.schedule for part in parts), lengths=lengths)
    return Curve(label="", name="sequence", params={"of": parts}, schedule=schedule, specified=frozenset({"of"}))


def lengthened(curve: Curve, by: float, clock: Clock) -> Curve:
    """Return a curve for a run that is longer: the last part of a sequence lasts for what is added."""
    if curve.name != "sequence" or by <= 0:
        return curve
    *first, last = curve.params["of"]
    longer = replace(last, params={**last.params, "for": clock.time(clock.steps(last.params["for"]) + by)})
    return replace(curve, params={**curve.params, "of": (*first, longer)})


def warmed_up(curve: Curve, length: Time, start: float, clock: Clock) -> Curve:
    """Return a curve after a linear warmup from a rate."""
    own = {"warmup": length, "warmup_shape": "linear", "warmup_start": start, "warmup_from": "start"}
    schedule = _schedule("warmup", **{name: _in_steps(value, clock) for name, value in own.items()}, of=curve.schedule)
    params = {**curve.params, **own}
    return replace(curve, params=params, schedule=schedule, specified=curve.specified.union(own))
