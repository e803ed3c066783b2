"""The panels of a figure: the whole plan once for each value of a parameter, or for each pair of values of two."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import Unit
from cosine_cli.plans.model.figure_settings import Axis
from cosine_cli.plans.model.options import Run
from cosine_cli.plans.parse.parameter_aliases import meant
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.registry import among, is_known, is_native, load
from cosine_cli.plans.resolve.context import DURATION, WARMUP
from cosine_cli.plans.resolve.sequence_lengths import as_curve
from cosine_cli.plans.resolve.warmup_params import unfolded
from cosine_cli.schedules.core.fields import NamedCurve, Param, params
from cosine_cli.text import either, question, quote

MOST_AXES = 2
MOST_PANELS = 64
MOST_CURVES = 8
"""How many curves one panel shows at most: as many as there are colours."""

_BARE = re.compile(r"[0-9.]+(?:[eE][+-]?[0-9]+)?[kMG]?")
_SUFFIXES = {"epoch": "ep", "step": "st"}


class Varied(NamedTuple):
    """A parameter and what was said of it, a value for each panel along one edge of the grid."""

    name: str
    values: tuple[RawValue, ...]

    @property
    def axis(self) -> Axis:
        """The same without the places where it was said."""
        return Axis(self.name, tuple(value.text for value in self.values))


def flags(raw: RawValue, unit: Unit) -> RawValue:
    """Return ``min_lr=0,1e-5``, said once or more often, as the mapping that a config gives; bare times in ``unit``."""
    found: dict[str, RawValue] = {}
    for part in raw.parts or ():
        text = part.text if isinstance(part, RawValue) else ""
        name, _, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not (name and values.strip()):
            raise user_error(raw.where, "must be a name and its values", got=quote(text), hint="as in min_lr=0,1e-5")
        if name in found:
            raise user_error(raw.where, f"{name} must be given once", got="it twice")
        where = f"{raw.where} {name}"
        listed = tuple(RawValue(value.strip(), where, unit) for value in values.split(","))
        found[name] = RawValue(values, where, unit, parts=listed)
    return RawValue("", raw.where, unit, keys=found)


def read_axes(raw: RawValue, curves: Sequence[CurveSpec], unit: Unit) -> tuple[Varied, ...]:
    """Return the parameters that differ from panel to panel, the first from left to right, the second downwards.

    Raises RequestError for a parameter that no curve takes, for values that are none, and for too many of either.
    """
    if not raw.keys or len(raw.keys) > MOST_AXES:
        got = raw.echo if raw.keys is None else str(len(raw.keys))
        raise user_error(raw.where, "a grid must be of one parameter or two, each with its values", got=got)
    if len(curves) > MOST_CURVES:
        raise user_error(raw.where, f"a panel shows at most {MOST_CURVES} curves", got=str(len(curves)))
    found = tuple(Varied(name, _values(name, value, curves, unit)) for name, value in raw.keys.items())
    count = math.prod(len(varied.values) for varied in found)
    if count > MOST_PANELS:
        raise user_error(raw.where, f"panels must be at most {MOST_PANELS}", got=f"{count:,}")
    return found


def panels(axes: Sequence[Varied]) -> Iterator[tuple[RawValue, ...]]:
    """Yield the values of each panel, in the order of the axes, row by row."""
    for values in product(*(axis.values for axis in reversed(axes))):
        yield values[::-1]


def _values(name: str, raw: RawValue, curves: Sequence[CurveSpec], unit: Unit) -> tuple[RawValue, ...]:
    takers = [found for curve in curves if (found := _param(curve, name))]
    if not takers:
        raise _untaken(name, raw, curves)
    listed = raw.parts if raw.parts is not None else (raw,)
    if len(listed) > MOST_PANELS:
        raise user_error(raw.where, f"panels must be at most {MOST_PANELS}", got=f"{len(listed):,}")
    values = tuple(_explicit(_joined(value, takers[0]), takers[0], name, unit) for value in listed)
    if not values:
        raise user_error(raw.where, f"{name} must have a value for each panel", got="none")
    for at, value in enumerate(values):
        if value.text in [other.text for other in values[:at]]:
            raise user_error(value.where, f"the values of {name} must differ", got=f"{quote(value.text)} twice")
    return values


def _joined(value: RawValue | CurveSpec, param: Param) -> RawValue:
    """Return a value that is a list itself as the text of one."""
    if isinstance(value, CurveSpec) or value.keys is not None:
        raise user_error(value.where, "must be a value", got="a mapping")
    if value.parts is None:
        return value
    if not param.many or not all(isinstance(part, RawValue) and part.parts is None for part in value.parts):
        raise user_error(value.where, "must be a value", got="a list")
    text = param.separator.join(part.text for part in value.parts if isinstance(part, RawValue))
    return RawValue(text, value.where, value.unit)


def _explicit(value: RawValue, param: Param, name: str, unit: Unit) -> RawValue:
    """Return a value whose bare times say their unit where it is not the plan's."""
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
    return user_error(raw.where, f"no curve takes {quote(name)}", hint=_meant(name, raw, known) or takes)


def _meant(name: str, raw: RawValue, known: Mapping[str, Param]) -> str | None:
    """Say how to write a parameter and its values by our name, None where nothing comes near."""
    twins = {param.name: param for param in known.values()}  # whose flag has another name
    values = raw.parts if raw.parts is not None else (raw,)
    pairs = [meant(name, value, {**twins, **known}, lr=None) for value in values if isinstance(value, RawValue)]
    if not pairs or len({pair and pair.name for pair in pairs}) > 1 or pairs[0] is None:
        return None
    ours = next(key for key, param in known.items() if pairs[0].name in (key, param.name))
    texts = [pair.text for pair in pairs if pair is not None]
    if raw.where.startswith("--"):
        return question(f"--grid {ours}={','.join(texts)}")
    return question(f"{ours}: [{', '.join(texts)}]")


def _takes(curve: CurveSpec) -> Iterator[tuple[str, Param]]:
    """Yield the names of what may differ from panel to panel of a curve, each with its parameter."""
    yield from ((name, param) for param in _params(curve) for name in _called(param))
    found = _inner(curve)
    if found is not None:
        yield from _takes(found[1])


def _taken_by(known: Sequence[str]) -> str:
    if not known:
        return "the curves have no parameter that a grid varies"
    return f"the curves take {either(known, last='and')}"


def _names(curve: CurveSpec) -> Iterator[str]:
    """Yield the names of what may differ from panel to panel of a curve."""
    yield from (name for name, _ in _takes(curve))


def varying(schedule: str) -> Iterator[str]:
    """Yield the names of what may differ from panel to panel of a schedule's curve."""
    yield from _names(CurveSpec(schedule, schedule))


def _own(curve: CurveSpec) -> list[Param]:
    """Return the parameters of a curve's schedule that a number or a word says."""
    declared = params(load(curve.name)) if is_known(curve.name) else ()
    return [param for param in declared if not param.of_members and "Schedule" not in str(param.type)]


def _params(curve: CurveSpec) -> list[Param]:
    """Return the same and, unless the schedule has a warmup of its own, the parameters of the one before it."""
    own = _own(curve)
    climbs = any(param.name == "warmup" for param in own) or is_native(curve.name)
    return own if climbs else [*own, *WARMUP.values()]


def _called(param: Param) -> tuple[str, ...]:
    """Return what a parameter is called: by its alias if it has one."""
    return (param.alias or param.name, *([param.share_name] if param.share_name else []))


def _outer(curve: CurveSpec, name: str) -> Param | None:
    """Return the parameter of a curve itself that a name means, None for none."""
    return next((param for param in _params(curve) if name in _called(param)), None)


def _param(curve: CurveSpec, name: str) -> Param | None:
    """Return the parameter that a name means beside a curve: its own, or that of the curve inside, None for none."""
    found = _inner(curve)
    return _outer(curve, name) or (_param(found[1], name) if found is not None else None)


def _inner(curve: CurveSpec) -> tuple[str, CurveSpec] | None:
    """Return the curve that a schedule is made of and the name of the parameter that says it, None for others."""
    declared = params(load(curve.name)) if is_known(curve.name) else ()
    for param in declared:
        if param.type == "Schedule":
            raw = curve.params.get(param.name)
            if raw is None:
                default = param.default
                if not isinstance(default, NamedCurve):
                    return None
                return param.name, CurveSpec(default.name, curve.where, curve.unit)
            inner = as_curve(raw)
            return param.name, inner._replace(name=among(curve.name, inner.name))
    return None


def with_value(curve: CurveSpec, name: str, value: RawValue, run: Mapping[str, RawValue]) -> CurveSpec:
    """Return a curve as if a value had been written at it; one that does not take the parameter is left as it is.

    - ``run``: what the run says of all curves, whose warmup keeps its shape where only its length is given.
    """
    param = _outer(curve, name)
    if param is not None:
        names = {param.name, *param.other_names}
        kept = {key: raw for key, raw in curve.params.items() if key not in names}
        if param.name == "warmup":
            before = {} if param in _own(curve) else run
            value = _with_shape(value, curve.params.get("warmup", before.get("warmup")))
        elif name in WARMUP:
            kept = _without(kept, name)
        return curve._replace(params={**kept, name: value})
    found = _inner(curve)
    if found is None or _param(found[1], name) is None:
        return curve
    key, inner = found
    if key in curve.params and inner.params:
        parts = (with_value(inner, name, value, {}),)
        return curve._replace(params={**curve.params, key: RawValue("", value.where, value.unit, parts=parts)})
    others = {other for param in _own(inner) if name in _called(param) for other in (param.name, *param.other_names)}
    kept = {key: raw for key, raw in curve.params.items() if key not in others}
    return curve._replace(params={**kept, name: value})


def _with_shape(length: RawValue, before: RawValue | None) -> RawValue:
    """Return the length of a warmup with the shape and the start that it had."""
    if before is None or before.keys is None:
        return length
    return before._replace(keys={**before.keys, DURATION.name: length})


def _without(given: Mapping[str, RawValue], name: str) -> dict[str, RawValue]:
    """Return parameters without the shape, or the start, that a folded warmup gives."""
    if "warmup" not in given or given["warmup"].keys is None:
        return dict(given)
    return {key: value for key, value in unfolded(given).items() if key != name}


def check_shape(curve: CurveSpec, axes: Sequence[Varied], run: Mapping[str, RawValue], *, climbs: bool) -> None:
    """Refuse to vary a warmup of length 0 that has a shape all the same: the written plan could not say it."""
    if climbs or not any(axis.name == "warmup" for axis in axes):
        return
    warmup = {"warmup": run["warmup"]} if "warmup" in run else {}
    for name, raw in unfolded({**warmup, **curve.params}).items():
        if name in WARMUP and name != "warmup":
            raise user_error(raw.where, f"{name} needs a warmup of some length", hint="give one of the panels' lengths")
