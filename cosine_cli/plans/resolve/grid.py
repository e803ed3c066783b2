"""The grid of a figure: one panel per value of a parameter, or per pair of values of two parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.curve_options import DURATION, WARMUP
from cosine_cli.plans.model.figure_settings import Axis
from cosine_cli.plans.model.options import Run
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.parameter_aliases import meant
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.warmup_spec import unfold_warmup
from cosine_cli.plans.registry import is_framework_name, is_known, load
from cosine_cli.plans.resolve.sequence_lengths import as_spec
from cosine_cli.schedules.core.fields import NamedCurve, Param, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import either, question, quote, visible

MOST_AXES = 2
MOST_PANELS = 64
MOST_CURVES = 8
"""Maximum number of curves in a panel, one per color."""

_BARE = re.compile(numbers.BARE)
_SUFFIXES = {"epoch": "ep", "step": "st"}


class VaryingParam(NamedTuple):
    """A parameter and its raw values, one per panel along one edge of the grid."""

    name: str
    values: tuple[RawValue, ...]

    @property
    def axis(self) -> Axis:
        """The parameter and its values without their places."""
        return Axis(self.name, tuple(value.text for value in self.values))


def resolve_axes(raw: RawValue, curves: Sequence[CurveSpec], unit: TimeUnit) -> tuple[VaryingParam, ...]:
    """Return the parameters that vary: the first from left to right, the second from top to bottom.

    Raises RequestError for a parameter that no curve has, for invalid values, and for too many of either.
    """
    if not raw.keys or len(raw.keys) > MOST_AXES:
        got = raw.echo if raw.keys is None else str(len(raw.keys))
        raise user_error(raw.where, "a grid must have one or two parameters, each with its values", got=got)
    if len(curves) > MOST_CURVES:
        raise user_error(raw.where, f"curves in a panel must be at most {MOST_CURVES}", got=str(len(curves)))
    axes = tuple(VaryingParam(name, _values(name, value, curves, unit)) for name, value in raw.keys.items())
    count = math.prod(len(varied.values) for varied in axes)
    if count > MOST_PANELS:
        raise user_error(raw.where, f"panels must be at most {MOST_PANELS}", got=f"{count:,}")
    return axes


def panels(axes: Sequence[VaryingParam]) -> Iterator[tuple[RawValue, ...]]:
    """Yield the values of each panel in the order of the axes, row by row."""
    for values in product(*(axis.values for axis in reversed(axes))):
        yield values[::-1]


def _values(name: str, raw: RawValue, curves: Sequence[CurveSpec], unit: TimeUnit) -> tuple[RawValue, ...]:
    takers = [param for curve in curves if (param := _param(curve, name))]
    if not takers:
        raise _untaken(name, raw, curves)
    listed = raw.parts if raw.parts is not None else (raw,)
    if len(listed) > MOST_PANELS:
        raise user_error(raw.where, f"panels must be at most {MOST_PANELS}", got=f"{len(listed):,}")
    values = tuple(_explicit(_as_text(value, takers[0]), takers[0], name, unit) for value in listed)
    if not values:
        raise user_error(raw.where, f"{name} must have at least one value", got="none")
    for at, value in enumerate(values):
        if value.text in [other.text for other in values[:at]]:
            raise user_error(value.where, f"the values of {name} must differ", got=f"{quote(value.text)} twice")
    return values


def _as_text(value: RawValue | CurveSpec, param: Param) -> RawValue:
    """Return a value that is itself a list as text."""
    if isinstance(value, CurveSpec) or value.keys is not None:
        raise user_error(value.where, "must be a single value", got="a mapping")
    if value.parts is None:
        return value
    if not param.many or not all(isinstance(part, RawValue) and part.parts is None for part in value.parts):
        raise user_error(value.where, "must be a single value", got="a list")
    text = param.separator.join(part.text for part in value.parts if isinstance(part, RawValue))
    return RawValue(text, value.where, value.unit)


def _explicit(value: RawValue, param: Param, name: str, unit: TimeUnit) -> RawValue:
    """Return a value with explicit units for bare times that are not in the plan's unit."""
    if not param.time or name == param.share_name or value.unit == unit or value.quoted:
        return value
    parts = value.text.split(param.separator) if param.many else [value.text]
    suffix = _SUFFIXES[value.unit]
    raw = [part.strip() + (suffix if _BARE.fullmatch(part.strip()) else "") for part in parts]
    return value._replace(text=param.separator.join(raw))


def _untaken(name: str, raw: RawValue, curves: Sequence[CurveSpec]) -> RequestError:
    known = {name: param for curve in reversed(curves) for name, param in _takes(curve)}
    takes = _taken_by(tuple(dict.fromkeys(name for curve in curves for name in _names(curve))))
    if name in (param.name for param in params(Run)) and name not in ("lr", "min_lr", "warmup"):
        hint = f"panels share the run; {takes}"
        return user_error(raw.where, "must be a parameter of a curve", got=quote(name), hint=hint)
    return user_error(raw.where, f"no curve has a parameter {quote(name)}", hint=_meant(name, raw, known) or takes)


def _meant(name: str, raw: RawValue, known: Mapping[str, Param]) -> str | None:
    """Suggest the right name for a parameter, with its values; None if nothing is close."""
    twins = {param.name: param for param in known.values()}  # parameters whose flag has another name
    values = raw.parts if raw.parts is not None else (raw,)
    pairs = [meant(name, value, {**twins, **known}) for value in values if isinstance(value, RawValue)]
    if not pairs or len({pair and pair.name for pair in pairs}) > 1 or pairs[0] is None:
        return None
    ours = next(key for key, param in known.items() if pairs[0].name in (key, param.name))
    texts = [pair.text for pair in pairs if pair is not None]
    if raw.where.startswith("--"):
        return question(f"--grid {ours}={','.join(texts)}")
    return question(f"{ours}: [{', '.join(texts)}]")


def _takes(curve: CurveSpec) -> Iterator[tuple[str, Param]]:
    """Yield the parameters of a curve that may vary, each with its name."""
    yield from ((name, param) for param in _params(curve) for name in _names_of(param))
    inner = _inner(curve)
    if inner is not None:
        yield from _takes(inner[1])


def _taken_by(known: Sequence[str]) -> str:
    if not known:
        return "the curves have no parameter that can vary"
    return f"the curves take {either(known, last='and')}"


def _names(curve: CurveSpec) -> Iterator[str]:
    """Yield the names of the parameters of a curve that may vary."""
    yield from (name for name, _ in _takes(curve))


def varying(schedule: str) -> Iterator[str]:
    """Yield the names of the parameters of a schedule that may vary."""
    yield from _names(CurveSpec(schedule, schedule))


def _own(curve: CurveSpec) -> list[Param]:
    """Return the parameters of a curve's schedule that are not curves."""
    declared = params(load(curve.name)) if is_known(curve.name) else ()
    return [param for param in declared if not param.of_members and param.kind is not Kind.CURVE]


def _params(curve: CurveSpec) -> list[Param]:
    """Return these and, unless the schedule has its own warmup, the parameters of the warmup before it."""
    own = _own(curve)
    has_own_warmup = any(param.name == "warmup" for param in own) or is_framework_name(curve.name)
    return own if has_own_warmup else [*own, *WARMUP.values()]


def _names_of(param: Param) -> tuple[str, ...]:
    """Return the names of a parameter: its alias if it has one, else its name, and its name as a share."""
    return (param.alias or param.name, *([param.share_name] if param.share_name else []))


def _outer(curve: CurveSpec, name: str) -> Param | None:
    """Return the parameter of this name of a curve itself, None if there is none."""
    return next((param for param in _params(curve) if name in _names_of(param)), None)


def _param(curve: CurveSpec, name: str) -> Param | None:
    """Return the parameter of this name of a curve or its inner curve, None if there is none."""
    inner = _inner(curve)
    return _outer(curve, name) or (_param(inner[1], name) if inner is not None else None)


def _inner(curve: CurveSpec) -> tuple[str, CurveSpec] | None:
    """Return the inner curve of a schedule with the name of its parameter, None if it has none."""
    declared = params(load(curve.name)) if is_known(curve.name) else ()
    for param in declared:
        if param.kind is Kind.CURVE and not param.many:
            raw = curve.params.get(param.name)
            if raw is None:
                default = param.default
                if not isinstance(default, NamedCurve):
                    return None
                return param.name, CurveSpec(default.name, curve.where, curve.unit)
            return param.name, as_spec(raw, curve.name)
    return None


def with_value(curve: CurveSpec, name: str, value: RawValue, run: Mapping[str, RawValue]) -> CurveSpec:
    """Return a curve with a value given for a parameter, unchanged if it does not have the parameter.

    - ``run``: parameters of the run; its warmup keeps its shape if only the length varies.
    """
    param = _outer(curve, name)
    if param is not None:
        names = {param.name, *param.other_names}
        kept = {key: raw for key, raw in curve.params.items() if key not in names}
        if param.name == "warmup":
            before = {} if param in _own(curve) else run
            value = _with_shape(value, curve.params.get("warmup", before.get("warmup")), kept)
        elif name in WARMUP:
            kept = _without(kept, name)
        return curve._replace(params={**kept, name: value})
    key_and_inner = _inner(curve)
    if key_and_inner is None or _param(key_and_inner[1], name) is None:
        return curve
    key, inner = key_and_inner
    if key in curve.params and inner.params:
        parts = (with_value(inner, name, value, {}),)
        return curve._replace(params={**curve.params, key: RawValue("", value.where, value.unit, parts=parts)})
    others = {other for param in _own(inner) if name in _names_of(param) for other in (param.name, *param.other_names)}
    kept = {key: raw for key, raw in curve.params.items() if key not in others}
    return curve._replace(params={**kept, name: value})


def _with_shape(length: RawValue, before: RawValue | None, given: Mapping[str, RawValue]) -> RawValue:
    """Return a new length of a warmup with its previous shape and start, unless these are given on their own."""
    if before is None or before.keys is None:
        return length
    keys = {key: value for key, value in before.keys.items() if f"warmup_{key}" not in given}
    return before._replace(keys={**keys, DURATION.name: length})


def _without(given: Mapping[str, RawValue], name: str) -> dict[str, RawValue]:
    """Return parameters without the shape, or the start, of a warmup given as a mapping."""
    if "warmup" not in given or given["warmup"].keys is None:
        return dict(given)
    return {key: value for key, value in unfold_warmup(given).items() if key != name}


def check_shape(curve: CurveSpec, axes: Sequence[VaryingParam], run: Mapping[str, RawValue], *, warms_up: bool) -> None:
    """Raise for a varying warmup of length 0 with a shape: the plan could not be written as a config."""
    if warms_up or not any(axis.name == "warmup" for axis in axes):
        return
    warmup = {"warmup": run["warmup"]} if "warmup" in run else {}
    for name, raw in {**unfold_warmup(warmup), **unfold_warmup(curve.params)}.items():
        if name in WARMUP and name != "warmup":
            raise user_error(
                raw.where, f"{name} needs a warmup longer than 0", hint="set warmup to one of the panels' values"
            )


def replaced_values(axes: Sequence[VaryingParam], specs: Sequence[CurveSpec]) -> Iterator[str]:
    """Yield a remark for each value of a curve that the values of a grid replace."""
    for axis, spec in product(axes, specs):
        param = _outer(spec, axis.name)
        given = (
            next((spec.params[name] for name in (axis.name, param.name) if name in spec.params), None)
            if param
            else None
        )
        if given is not None:
            yield visible(f"{given.where}: the values of the grid replace {axis.name} {given.text}".rstrip())
