"""Unique labels for curves without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock, Time, whole
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.parse.raw import CurveSpec
from cosine_cli.plans.registry import load
from cosine_cli.text import number, quote


def plain_label(name: str) -> str:
    """Return the default label of a schedule: its own, or its name.

    >>> plain_label("step"), plain_label("cosine")
    ('step decay', 'cosine')
    """
    return load(name).label or name


def label_all(curves: Sequence[Curve], specs: Sequence[CurveSpec], clock: Clock) -> tuple[Curve, ...]:
    """Return the curves with labels; curves of the same schedule are distinguished by the parameters that differ.

    Raises RequestError if a label is given twice.
    """
    _check_given(curves, specs)
    labels = [curve.label or plain_label(curve.name) for curve in curves]
    counted = Counter(labels)
    labels = [
        label if curve.label or counted[label] == 1 else label + _difference(curve, request, curves, clock)
        for label, curve, request in zip(labels, curves, specs, strict=True)
    ]
    return tuple(replace(curve, label=label) for curve, label in zip(curves, _numbered(labels, curves), strict=True))


def _check_given(curves: Sequence[Curve], specs: Sequence[CurveSpec]) -> None:
    seen: dict[str, CurveSpec] = {}
    for curve, request in zip(curves, specs, strict=True):
        if curve.label and curve.label in seen:
            where = request.params["label"].where
            raise user_error(
                where, "labels must differ", got=f"{quote(curve.label)} twice, first at {seen[curve.label].where}"
            )
        if curve.label:
            seen[curve.label] = request


def _difference(curve: Curve, spec: CurveSpec, curves: Sequence[Curve], clock: Clock) -> str:
    """Return the given parameters of a curve that differ from other curves of its schedule."""
    others = [other for other in curves if other.name == curve.name and other is not curve and not other.label]
    names = [name for name in spec.params if name in curve.params]
    differing = [name for name in names if any(other.params.get(name) != curve.params[name] for other in others)]
    return "".join(f", {name} {_short(curve.params[name], clock)}" for name in differing)


def _short(value: Any, clock: Clock) -> str:
    if isinstance(value, Time):
        return whole(value.value) if value.unit == clock.unit else str(value)
    if isinstance(value, tuple):
        return "/".join(_short(part, clock) for part in value)
    if isinstance(value, Curve):
        return value.label or value.name
    if isinstance(value, bool):
        return str(value).lower()
    return number(value, digits=6) if isinstance(value, float) else str(value)


def _numbered(labels: Sequence[str], curves: Sequence[Curve]) -> list[str]:
    """Return the labels, with a number appended to default labels that are in use."""
    given = {curve.label for curve in curves if curve.label}
    used: set[str] = set()
    found = []
    for label, curve in zip(labels, curves, strict=True):
        unique = label if curve.label else numbered(label, used | given)
        used.add(unique)
        found.append(unique)
    return found


def numbered(label: str, taken: Collection[str]) -> str:
    """Return a label that is not in use, with a number appended if needed."""
    unique, count = label, 1
    while unique in taken:
        count += 1
        unique = f"{label} ({count})"
    return unique
