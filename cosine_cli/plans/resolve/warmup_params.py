"""The warmup before a curve, as it was said of the curve or of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.curve_options import DURATION, WARMUP
from cosine_cli.plans.parse.parameter_aliases import meant, parameter_hint
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.context import Resolved
from cosine_cli.plans.resolve.times import lasting
from cosine_cli.text import question, quote

_FOLDED = {DURATION.name: "warmup", "shape": "warmup_shape", "start": "warmup_start"}


def resolve_ramp(given: Mapping[str, RawValue], clock: Clock, run: float) -> dict[str, Resolved]:
    """Return the parameters of the warmup before a curve with ``run`` steps for its own; none without a warmup.

    Raises RequestError for a warmup of less than a step, one that leaves nothing, and a shape of none.
    """
    ramp = unfolded(given)
    if "warmup" not in ramp:
        for value in ramp.values():
            raise user_error(value.where, "needs a warmup", hint="give warmup= too")
        return {}
    resolved = lasting(WARMUP["warmup"], ramp["warmup"], clock)
    if resolved.value.value == 0:
        return {}
    _check(resolved.value, raw=ramp["warmup"], clock=clock, run=run)
    others = {name: param for name, param in WARMUP.items() if name != "warmup"}
    found: dict[str, Any] = {name: read(p, ramp[name]) if name in ramp else p.default for name, p in others.items()}
    return {"warmup": resolved, **{name: Resolved(value) for name, value in found.items()}}


def _check(length: Time, *, raw: RawValue, clock: Clock, run: float) -> None:
    """Refuse a warmup that leaves no update to the curve after it."""
    steps = clock.steps(length)
    if steps >= run:
        rule = f"a warmup must be shorter than the run of {clock.time(run)}"
        raise user_error(raw.where, rule, got=str(length))
    if steps > run - 1:
        rule = f"a warmup must leave at least one update of the run of {clock.time(run)}"
        raise user_error(raw.where, rule, got=str(length))


def unfolded(given: Mapping[str, RawValue]) -> dict[str, RawValue]:
    """Return ``warmup: {for: 5, shape: cosine, start: 1e-6}`` as the parameters that it stands for."""
    folded = given.get("warmup")
    if folded is None or folded.keys is None:
        return dict(given)
    found = {name: value for name, value in given.items() if name != "warmup"}
    for key, value in folded.keys.items():
        if key not in _FOLDED:
            raise user_error(value.where, f"warmup has no {quote(key)}", hint=_key_hint(key, value))
        found[_FOLDED[key]] = value
    if DURATION.name not in folded.keys:
        raise user_error(folded.where, "a warmup must say how long it lasts", hint="as in warmup: {for: 5}")
    return found


def _key_hint(key: str, value: RawValue) -> str:
    """Say which key of a warmup is meant: ``steps: 50`` under ``warmup`` is what ``warmup_steps: 50`` is elsewhere."""
    known = {ours: WARMUP[name] for ours, name in _FOLDED.items()}
    pair = meant(f"warmup_{key}", value, {**WARMUP, **known}, lr=None)
    if pair is None or pair.name not in WARMUP:
        return parameter_hint(key, value, known)
    ours = next(ours for ours, name in _FOLDED.items() if name == pair.name)
    return question(pair._replace(name=ours).written("yaml")) or parameter_hint(key, value, known)
