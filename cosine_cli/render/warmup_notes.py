"""A note on curves that warm up by their own default, in a comparison with curves that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.descriptions import time_text
from cosine_cli.render.terminal import Terminal
from cosine_cli.text import either, visible

_LISTED = 4
"""The largest number of curves that are listed; others are counted."""


def warmup_notes(plan: Plan) -> list[str]:
    """Return one sentence if some curves have a default warmup and others none."""
    warmed = [curve for curve in plan.bases if _has_default_warmup(curve)]
    without = [curve for curve in plan.bases if not curve.warmup and not curve.params.get("warmup")]
    if not warmed or not without:
        return []
    lengths = _listed([f"{visible(curve.label)} (over {_length(curve, plan.clock_of(curve))})" for curve in warmed])
    others = _listed([visible(curve.label) for curve in without])
    verbs = ("warms" if len(warmed) == 1 else "warm", "does" if len(without) == 1 else "do")
    return [f"{lengths} {verbs[0]} up by default, {others} {verbs[1]} not; --warmup sets it for all curves"]


def warmup_lines(plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield the note as a line to print below a table or a chart."""
    for sentence in warmup_notes(plan):
        yield terminal.encode(f" {sentence}\n")


def _has_default_warmup(curve: Curve) -> bool:
    length = curve.params.get("warmup")
    return isinstance(length, Time) and length.value > 0 and "warmup" not in curve.specified


def _length(curve: Curve, clock: Clock) -> str:
    length = time_text(clock.steps(curve.params["warmup"]), clock)
    return f"{length} {clock.unit}{'s' * (length != '1')}"


def _listed(names: Sequence[str]) -> str:
    few = names if len(names) <= _LISTED else [*names[: _LISTED - 1], f"{len(names) - _LISTED + 1} others"]
    return either(few, last="and")
