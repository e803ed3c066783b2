"""The warmup that a curve was given: its length, which may exceed the run, its place, and a shorter one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cosine_cli.plans.model.read_as import ReadAs
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.registry import is_generic
from cosine_cli.studies.lint.core.assignment import assignment, is_direct, source_key
from cosine_cli.studies.lint.core.linted_curve import LintedCurve

_PARAMETERS = ("warmup", "num_warmup_steps", "warmup_t", "warmup_steps", "milestones")
_LENGTH = re.compile(r"(?is)\A(?>.*?warm).*(?:step|iter|epoch|ratio|frac|sample|token|num)|warm_?up$")
_SHARE = re.compile(r"(?i)ratio")
_NEITHER = re.compile(r"(?i)sample|token|frac")
_USUAL = 20
"""A usual warmup is so small a part of the run."""

_JOINED = "torch.SequentialLR"
_RISING = ("torch.LinearLR", "torch.ConstantLR")


class SpecifiedWarmup(NamedTuple):
    """A warmup.

    - ``length``: in steps; 0 without one.
    - ``where``: its place.
    - ``shorter``: how to shorten it, as it is written at its place.
    """

    length: float
    where: str
    shorter: str


def specified_warmup(curve: LintedCurve) -> SpecifiedWarmup:
    """Return the warmup that was given for a curve, or that another program's config has."""
    name = next((name for name in _PARAMETERS if curve.raw(name)), "")
    raw = curve.raw(name) if name else next(_imported_lengths(curve.spec.params), None) if curve.is_imported else None
    where = curve.spec.where if raw is None else raw.where
    return SpecifiedWarmup(_length(curve), where, _shorter(curve, name, raw))


def _length(curve: LintedCurve) -> float:
    joined = curve.curve.params if curve.curve.name == _JOINED else {}
    if joined and joined["schedulers"][0].name in _RISING:
        return float(joined["milestones"][0]) * curve.steps_per_call
    read = next((remark for remark in curve.request.remarks if isinstance(remark, ReadAs)), None)
    if read is not None and read.warmup is not None and curve.is_only:
        return read.warmup * (1 if " steps" in read.length else curve.clock.unit_steps)
    return curve.curve.warmup if is_generic(curve.curve.name) else curve.warmup


def _imported_lengths(params: Mapping[str, RawValue]) -> Iterator[RawValue]:
    """Yield the values that come from the length of a warmup in another program's config, the direct ones first."""
    found = [raw for raw in _values(params) if _LENGTH.search(source_key(raw))]
    yield from sorted(found, key=lambda raw: not is_direct(raw))


def _values(params: Mapping[str, Any]) -> Iterator[RawValue]:
    for raw in params.values():
        yield raw
        yield from _values(raw.keys or {})
        for part in raw.parts or ():
            if isinstance(part, CurveSpec):
                yield from _values(part.params)


def _shorter(curve: LintedCurve, name: str, raw: RawValue | None) -> str:
    key = name if raw is None or not raw.origin else source_key(raw)
    value = _usual(curve, key)
    is_minimum = raw is not None and not is_direct(raw) and "epoch" in key  # a program may have a least number of steps
    if raw is None or value is None or is_minimum:
        return f"shorten {key if _LENGTH.search(key) else 'the warmup'}, or let the run be longer"
    return f"shorten the warmup: {assignment(key, value, raw=raw._replace(origin='', default_of=''), where=raw.where)}"


def _usual(curve: LintedCurve, key: str) -> str | None:
    """Return a usual length of a warmup as the value of a key, None if its unit is unknown."""
    if key == "warmup" and not curve.is_imported:
        return f"{100 // _USUAL}%"
    if _SHARE.search(key):
        return f"{1 / _USUAL:g}"
    units = curve.clock.units(curve.updates) if "epoch" in key.lower() else curve.calls
    is_counted = (_LENGTH.search(key) or key == "warmup_t") and not _NEITHER.search(key)
    return str(int(units) // _USUAL) if is_counted and units >= _USUAL else None
