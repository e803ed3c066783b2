"""The JSON Schema of a config, generated from the declarations that read it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cosine_cli.frameworks.core.catalogue import framework_schedules, frameworks, load_framework
from cosine_cli.frameworks.core.framework_schedule import ignored_params
from cosine_cli.frameworks.core.ignored import IgnoredParam
from cosine_cli.plans.model.curve_options import DURATION, LABEL, WARMUP
from cosine_cli.plans.model.figure_settings import Caption, Figure
from cosine_cli.plans.model.options import Run
from cosine_cli.plans.parse.value_kinds import NUMBER_PATTERN, TIME_SUFFIX, Json, limits, value_kind
from cosine_cli.plans.registry import load
from cosine_cli.plans.resolve.grid import MOST_AXES, varying
from cosine_cli.plans.resolve.groups import FACTOR, LONGEST_NAME, MEANING, MOST_GROUPS
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, NamedCurve, Needed, OneUnit, Param, Share, params
from cosine_cli.schedules.core.kinds import Kind


def schema() -> Json:
    """Return the schema, draft 2020-12, of a config as an editor reads it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cosine-lr config",
        "description": "A run and the learning-rate curves to compare over it.",
        "type": "object",
        "additionalProperties": False,
        "not": {"required": ["epochs", "steps"]},
        "properties": {
            **_properties(params(Caption)),
            **_properties(params(Run)),
            "warmup": _warmup(),
            "groups": _groups(),
            "curves": {"description": "the curves to compare", "type": "array", "minItems": 1, "items": _CURVE},
            "figure": {
                "description": "how the figure looks",
                "type": "object",
                "additionalProperties": False,
                "properties": {**_properties(params(Figure)), "grid": _grid()},
            },
        },
        "$defs": {
            "curve": _curve(),
            **{name: _schedule(name) for name in catalogue.names()},
            **{name: _native(name) for name in _natives()},
        },
    }


def _natives() -> list[str]:
    return [f"{framework}.{own}" for framework in frameworks() for own in framework_schedules(framework)]


_CURVE = {"$ref": "#/$defs/curve"}


def _curve() -> Json:
    """Return the schema of one curve: its text, or one name with its parameters."""
    return _named({**{name: name for name in (*catalogue.names(), *_natives())}, **_other_names()})


def _other_names() -> dict[str, str]:
    """Return the frameworks' other names for their schedules, each with the schedule's own."""
    return {
        f"{framework}.{other}": f"{framework}.{own}"
        for framework in frameworks()
        for other, own in load_framework(framework).aliases.items()
    }


def _named(names: Mapping[str, str]) -> Json:
    """Return the schema of a text that begins with one of some names, or of one name with its parameters.

    Each name has that of its definition beside it.
    """
    named = {name: {"$ref": f"#/$defs/{definition}"} for name, definition in names.items()}
    text = {"type": "string", "pattern": rf"^({'|'.join(map(re.escape, names))})(:.*)?$"}
    one = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False, "properties": named}
    return {"anyOf": [text, one]}


def _native(name: str) -> Json:
    """Return the schema of the parameters of a framework's schedule."""
    native = load(name)
    own = params(native)
    needed = [param.name for param in own if isinstance(param.default, Needed)]
    body: Json = {
        "description": (native.__doc__ or "").partition("\n")[0],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **_properties((DURATION, LABEL)),
            **{other: _property(param) for param in own for other in param.other_names},
            **{param.name: _of_native(param, name) for param in own},
            **{idle: _idle(one) for idle, one in ignored_params(native).items()},
        },
    }
    if needed:
        return {**body, "required": needed}
    return {"anyOf": [{"type": "null"}, body]}


def _idle(one: IgnoredParam) -> Json:
    value: Json = {"const": one.param.default} if one.fixed else _type(one.param)
    return {"description": "does not change the rate", **value}


def _of_native(param: Param, name: str) -> Json:
    """Return the schema of one of them; what it is made of is written by the framework's own names."""
    if "Schedule" not in str(param.type):
        return _property(param)
    framework = name.partition(".")[0]
    if param.member:
        items = {"$ref": f"#/$defs/{framework}.{param.member}"}
    else:
        items = _named({own: f"{framework}.{own}" for own in framework_schedules(framework)})
    return {"description": param.meaning, "type": "array", "minItems": 1, "items": items}


def _schedule(name: str) -> Json:
    """Return the schema of a schedule's parameters; one made of another takes that one's too."""
    schedule = catalogue.load(name)
    own = [param for param in params(schedule) if not param.of_members]
    climbs = {param.name: param for param in own if param.name in WARMUP} if _has_warmup(own) else WARMUP
    shared = {**_properties((DURATION, *climbs.values(), LABEL)), "warmup": _warmup(climbs)}
    properties = {**shared, **_aliases(own), **_properties(own), "warmup": shared["warmup"]}
    summary = (schedule.__doc__ or "").partition("\n")[0]
    body: Json = {"description": summary, "type": "object", "properties": properties}
    if not any(param.type == "Schedule" for param in own):
        body["additionalProperties"] = False
    if "tuple" in "".join(str(param.type) for param in own):
        return {"anyOf": [{"type": "array", "minItems": 1, "items": _CURVE}, body]}
    return {"anyOf": [{"type": "null"}, body]}


def _has_warmup(own: list[Param]) -> bool:
    return any(param.name == "warmup" for param in own)


def _aliases(own: list[Param]) -> Json:
    found = {param.flag: _property(param) for param in own if param.flag and param.flag != param.name}
    return found | {param.share_name: _share(param) for param in own if param.share_name}


def _share(param: Param) -> Json:
    """Return the schema of a length that is said as a share of the run."""
    number = {"type": "number", **limits(param), "maximum": 1}
    described = f"{param.name}, as a share of the run"
    return {
        "description": described,
        "anyOf": [number, {"type": "string", "pattern": f"^{NUMBER_PATTERN}{TIME_SUFFIX}$"}],
    }


def _properties(declared: tuple[Param, ...] | list[Param]) -> Json:
    return {param.name: _property(param) for param in declared}


def _property(param: Param) -> Json:
    found = {"description": _described(param), **_type(param)}
    plain = not isinstance(param.default, Share | Derived | OneUnit | NamedCurve | Needed)
    if plain and param.default not in (None, ()):
        found["default"] = list(param.default) if isinstance(param.default, tuple) else param.default
    return found


def _described(param: Param) -> str:
    words = isinstance(param.default, Share | Derived | OneUnit | NamedCurve)
    return param.meaning + (f" (default: {param.default})" if words else "")


def _type(param: Param) -> Json:
    if param.optional:
        return {"anyOf": [{"type": "null"}, _type(param._replace(optional=False))]}
    if param.kind is Kind.CURVE and "tuple" in str(param.type):
        return {"type": "array", "minItems": 1, "items": _CURVE}
    if param.mapping:
        return _pairs(param)
    return _list(param) if param.many else value_kind(param).schema(param)


def _pairs(param: Param) -> Json:
    """Return the schema of values by time."""
    mapping = {
        "type": "object",
        "propertyNames": {"pattern": f"^{NUMBER_PATTERN}$"},
        "additionalProperties": {"type": "number", **limits(param)},
    }
    pair = f"{NUMBER_PATTERN}:{NUMBER_PATTERN}"
    return {"anyOf": [mapping, {"type": "string", "pattern": f"^{pair}([/,]{pair})*$"}]}


def _list(param: Param) -> Json:
    kind = value_kind(param)
    item = kind.schema(param) if param.time else {"type": "number", **limits(param)}
    least = {} if param.may_be_empty else {"minItems": 1}
    count = {"minItems": param.exactly, "maxItems": param.exactly} if param.exactly else least
    listed: Json = {"type": "array", "items": item, **count}
    part = NUMBER_PATTERN + (kind.suffix if param.time else "")
    more = f"{{{param.exactly - 1}}}" if param.exactly else "+"
    row = {"type": "string", "pattern": f"^{part}([{param.separator},]{part}){more}$"}
    names = [{"enum": list(param.named)}] if param.named else []
    return {"anyOf": [listed, row, *names, *([] if param.exactly else [item])]}


def _grid() -> Json:
    """Return the schema of one parameter or two, each with its values."""
    param = next(param for param in params(Figure) if param.name == "grid")
    values: Json = {"type": ["number", "string", "boolean"]}
    one_or_more = {"anyOf": [values, {"type": "array", "minItems": 1, "uniqueItems": True, "items": values}]}
    names = sorted({name for schedule in (*catalogue.names(), *_natives()) for name in varying(schedule)})
    return {
        "description": param.meaning,
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_AXES,
        "propertyNames": {"enum": names},
        "additionalProperties": one_or_more,
    }


def _groups() -> Json:
    """Return the schema of the groups: names, each with its factor."""
    return {
        "description": MEANING,
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_GROUPS,
        "propertyNames": {"minLength": 1, "maxLength": LONGEST_NAME},
        "additionalProperties": value_kind(FACTOR).schema(FACTOR),
    }


def _warmup(climbs: Mapping[str, Param] = WARMUP) -> Json:
    param = climbs["warmup"]
    return {"description": _described(param), "anyOf": [value_kind(param).schema(param), _folded_warmup(climbs)]}


def _folded_warmup(climbs: Mapping[str, Param]) -> Json:
    keys = {"for": "warmup", "shape": "warmup_shape", "start": "warmup_start"}
    properties = {key: _property(climbs[name]) for key, name in keys.items() if name in climbs}
    return {"type": "object", "required": ["for"], "additionalProperties": False, "properties": properties}
