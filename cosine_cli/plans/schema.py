"""The JSON Schema of a config, generated from the declarations of its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks, load_framework
from cosine_cli.frameworks.core.framework_schedule import ignored_params
from cosine_cli.frameworks.core.ignored import IgnoredParam
from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.curve_options import DURATION, LABEL, WARMUP
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.model.figure_settings import Caption, Figure
from cosine_cli.plans.model.options import Match, Run, TimeAxis
from cosine_cli.plans.parse.config import NAME
from cosine_cli.plans.parse.value_kinds import NUMBER_PATTERN, TIME_SUFFIX, Json, limits, value_kind
from cosine_cli.plans.registry import load
from cosine_cli.plans.resolve.grid import MOST_AXES, varying
from cosine_cli.plans.resolve.groups import FACTOR, LONGEST_NAME, MEANING, MOST_GROUPS
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, NamedCurve, Needed, OneUnit, Param, Share, params
from cosine_cli.schedules.core.kinds import Kind


def schema() -> Json:
    """Return the JSON Schema of a config (draft 2020-12), which editors use."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cosine-lr config",
        "description": "A run and the learning-rate curves to compare over it, or several runs to compare.",
        "type": "object",
        "additionalProperties": False,
        "not": {"anyOf": [_TWO_LENGTHS, *({"required": ["runs", key]} for key in _run())]},
        "properties": {
            **_properties(params(Caption)),
            **_run(),
            **_properties(params(Match)),
            **_properties(params(TimeAxis)),
            "runs": _runs(),
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
            **{name: _framework_definition(name) for name in _framework_schedule_names()},
        },
    }


def _run() -> Json:
    """Return the schema of the keys of a run."""
    curves = {"description": "the curves to compare", "type": "array", "minItems": 1, "items": _CURVE}
    budget = {
        "description": "what the run processes, from which its steps are counted",
        "type": "object",
        "additionalProperties": False,
        "properties": _properties(params(Budget)),
    }
    return {
        **_properties(params(Run)),
        "warmup": _warmup(),
        "budget": budget,
        "groups": _groups(),
        "curves": curves,
    }


def _runs() -> Json:
    run = {
        "type": "object",
        "required": ["curves"],
        "additionalProperties": False,
        "not": _TWO_LENGTHS,
        "properties": {**_properties((NAME,)), **_run()},
    }
    return {"description": "several runs to compare", "type": "array", "minItems": 1, "items": run}


def _framework_schedule_names() -> list[str]:
    return [f"{framework}.{own}" for framework in frameworks() for own in framework_schedules(framework)]


_CURVE = {"$ref": "#/$defs/curve"}
_TWO_LENGTHS = {"required": ["epochs", "steps"]}


def _curve() -> Json:
    """Return the schema of a curve: a string, or a mapping from its name to its parameters."""
    return _named(
        {**{name: name for name in (*catalogue.names(), *_framework_schedule_names())}, **_framework_aliases()}
    )


def _framework_aliases() -> dict[str, str]:
    """Return the frameworks' aliases of their schedules, each with the schedule's name."""
    return {
        f"{name}.{alias}": f"{name}.{own}"
        for name in frameworks()
        for alias, own in load_framework(name).aliases.items()
    }


def _named(names: Mapping[str, str]) -> Json:
    """Return the schema of a string that begins with a name, or of a mapping from one name to its parameters.

    - ``names``: the names, each with the name of its definition.
    """
    properties = {name: {"$ref": f"#/$defs/{definition}"} for name, definition in names.items()}
    text = {"type": "string", "pattern": rf"^({'|'.join(map(re.escape, names))})(:.*)?$"}
    single = {"minProperties": 1, "maxProperties": 1, "additionalProperties": False, "properties": properties}
    return {"anyOf": [text, {"type": "object", **single}]}


def _framework_definition(name: str) -> Json:
    """Return the schema of the parameters of a framework's schedule."""
    schedule = load(name)
    own = params(schedule)
    needed = [param.name for param in own if isinstance(param.default, Needed)]
    body: Json = {
        "description": (schedule.__doc__ or "").partition("\n")[0],
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **_properties((DURATION, LABEL, *STYLE.values())),
            **{other: _property(param) for param in own for other in param.other_names},
            **{param.name: _framework_property(param, name) for param in own},
            **{name: _idle(idle) for name, idle in ignored_params(schedule).items()},
        },
    }
    if needed:
        return {**body, "required": needed}
    return {"anyOf": [{"type": "null"}, body]}


def _idle(idle: IgnoredParam) -> Json:
    value: Json = {"const": idle.param.default} if idle.fixed else _type(idle.param)
    return {"description": "does not change the rate", **value}


def _framework_property(param: Param, name: str) -> Json:
    """Return the schema of one of them; the members of a composite are named without the framework."""
    if param.kind is not Kind.CURVE:
        return _property(param)
    framework = name.partition(".")[0]
    if param.member:
        items = {"$ref": f"#/$defs/{framework}.{param.member}"}
    else:
        items = _named({own: f"{framework}.{own}" for own in framework_schedules(framework)})
    return {"description": param.meaning, "type": "array", "minItems": 1, "items": items}


def _schedule(name: str) -> Json:
    """Return the schema of a schedule's parameters; a wrapper accepts those of its inner schedule too."""
    schedule = catalogue.load(name)
    own = [param for param in params(schedule) if not param.of_members]
    warmup = {param.name: param for param in own if param.name in WARMUP} if _has_warmup(own) else WARMUP
    shared = {**_properties((DURATION, *warmup.values(), LABEL, *STYLE.values())), "warmup": _warmup(warmup)}
    properties = {**shared, **_aliases(own), **_properties(own), "warmup": shared["warmup"]}
    summary = (schedule.__doc__ or "").partition("\n")[0]
    body: Json = {"description": summary, "type": "object", "properties": properties}
    if not any(param.kind is Kind.CURVE and not param.many for param in own):
        body["additionalProperties"] = False
    if any(param.kind is Kind.CURVE and param.many for param in own):
        return {"anyOf": [{"type": "array", "minItems": 1, "items": _CURVE}, body]}
    return {"anyOf": [{"type": "null"}, body]}


def _has_warmup(own: list[Param]) -> bool:
    return any(param.name == "warmup" for param in own)


def _aliases(own: list[Param]) -> Json:
    found = {param.alias: _property(param) for param in own if param.alias}
    return found | {param.share_name: _share(param) for param in own if param.share_name}


def _share(param: Param) -> Json:
    """Return the schema of a length given as a share of the run."""
    number = {"type": "number", **limits(param), "maximum": 1}
    described = f"{param.name}, as a share of the run"
    return {
        "description": described,
        "anyOf": [number, {"type": "string", "pattern": f"^{NUMBER_PATTERN}{TIME_SUFFIX}$"}],
    }


def _properties(declared: tuple[Param, ...] | list[Param]) -> Json:
    return {param.name: _property(param) for param in declared}


def _property(param: Param) -> Json:
    schema = {"description": _described(param), **_type(param)}
    plain = not isinstance(param.default, Share | Derived | OneUnit | NamedCurve | Needed)
    if plain and param.default not in (None, ()):
        schema["default"] = list(param.default) if isinstance(param.default, tuple) else param.default
    return schema


def _described(param: Param) -> str:
    words = isinstance(param.default, Share | Derived | OneUnit | NamedCurve)
    return param.meaning + (f" (default: {param.default})" if words else "")


def _type(param: Param) -> Json:
    if param.optional:
        return {"anyOf": [{"type": "null"}, _type(param._replace(optional=False))]}
    if param.kind is Kind.CURVE and param.many:
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
    if param.kind is Kind.TEXT:
        text = {**kind.schema(param), "minLength": 1}
        return {"anyOf": [text, {"type": "array", "minItems": 1, "items": text}]}
    if param.kind is Kind.CHOICE:
        words = "|".join((*param.choices, *param.synonyms))
        text = {"type": "string", "pattern": f"^({words})({param.separator}({words}))*$"}
        return {"anyOf": [text, {"type": "array", "minItems": 1, "items": kind.schema(param)}]}
    item = kind.schema(param) if param.time or param.share_of else {"type": "number", **limits(param)}
    least = {} if param.may_be_empty else {"minItems": 1}
    count = {"minItems": param.exactly, "maxItems": param.exactly} if param.exactly else least
    listed: Json = {"type": "array", "items": item, **count}
    part = NUMBER_PATTERN + (kind.suffix if param.time else f"({kind.suffix})?" if param.share_of else "")
    more = f"{{{param.exactly - 1}}}" if param.exactly else "+"
    text = {"type": "string", "pattern": f"^{part}([{param.separator},]{part}){more}$"}
    return {"anyOf": [listed, text, *([] if param.exactly else [item])]}


def _grid() -> Json:
    """Return the schema of a grid: one or two parameters with their values."""
    param = next(param for param in params(Figure) if param.name == "grid")
    values: Json = {"type": ["number", "string", "boolean"]}
    value_or_list = {"anyOf": [values, {"type": "array", "minItems": 1, "uniqueItems": True, "items": values}]}
    names = sorted(
        {name for schedule in (*catalogue.names(), *_framework_schedule_names()) for name in varying(schedule)}
    )
    return {
        "description": param.meaning,
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_AXES,
        "propertyNames": {"enum": names},
        "additionalProperties": value_or_list,
    }


def _groups() -> Json:
    """Return the schema of the groups: names with their factor."""
    return {
        "description": MEANING,
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_GROUPS,
        "propertyNames": {"minLength": 1, "maxLength": LONGEST_NAME},
        "additionalProperties": value_kind(FACTOR).schema(FACTOR),
    }


def _warmup(declared: Mapping[str, Param] = WARMUP) -> Json:
    param = declared["warmup"]
    return {"description": _described(param), "anyOf": [value_kind(param).schema(param), _folded_warmup(declared)]}


def _folded_warmup(declared: Mapping[str, Param]) -> Json:
    keys = {"for": "warmup", "shape": "warmup_shape", "start": "warmup_start", "from": "warmup_from"}
    properties = {key: _property(declared[name]) for key, name in keys.items() if name in declared}
    return {"type": "object", "required": ["for"], "additionalProperties": False, "properties": properties}
