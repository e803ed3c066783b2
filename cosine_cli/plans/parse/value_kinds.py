"""The kinds of values: how each is read from text, and how the JSON Schema, help and ``explain`` describe it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.size import read_size, size_schema
from cosine_cli.schedules.core.fields import Param
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import did_you_mean

Json = dict[str, Any]

NUMBER_PATTERN = r"[0-9_]*\.?[0-9]+([eE][+-]?[0-9]+)?"
TIME_SUFFIX = f"({numbers.SIZE}|{numbers.SIZE}? ?({'|'.join(numbers.UNITS)})| ?%)"

NULLS = ("", "~", "null", "Null", "NULL")

_SWITCHES = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class ValueKind(NamedTuple):
    """A kind of value.

    - ``noun``: its name in ``explain``.
    - ``metavar``: its placeholder in help.
    - ``read``: returns the value of a text. Numbers raise MisreadError, other kinds RequestError.
    - ``schema``: returns the JSON Schema of one value.
    - ``suffix``: pattern of the units that a number may have in a text.
    - ``spelling``: how to write a number with a unit.
    """

    noun: str
    metavar: str
    read: Callable[[Param, RawValue], Any]
    schema: Callable[[Param], Json]
    suffix: str = ""
    spelling: str | None = None


def value_kind(param: Param) -> ValueKind:
    """Return the kind of a parameter's value, or of each of its values.

    >>> from cosine_cli.schedules.core.fields import params
    >>> from cosine_cli.schedules.step import Step
    >>> [value_kind(param).noun for param in params(Step)]
    ['number', 'moment', 'number', 'number']
    """
    return _VALUE_KINDS[param.kind]


def limits(param: Param) -> Json:
    """Return the bounds of a parameter as JSON Schema."""
    bounds = {"exclusiveMinimum": param.above, "minimum": param.at_least, "maximum": param.at_most}
    return {name: value for name, value in bounds.items() if value is not None}


def _read_time(_: Param, raw: RawValue) -> Any:
    read = numbers.parse_share if raw.share else numbers.parse_time
    return read(raw.text, unit=raw.unit)


def _time_schema(param: Param) -> Json:
    number = {"type": "number", **{name: value for name, value in limits(param).items() if name != "maximum"}}
    sign = "-?" if param.is_offset else ""
    return {"anyOf": [number, {"type": "string", "pattern": f"^{sign}{NUMBER_PATTERN}{TIME_SUFFIX}$"}]}


def _rate_schema(param: Param) -> Json:
    share = {"type": "string", "pattern": f"^{NUMBER_PATTERN} ?%$"}
    return {"anyOf": [{"type": "number", **limits(param)}, share]}


def _count_schema(param: Param) -> Json:
    # Without a suffix, the quotes are an error.
    text = {"type": "string", "pattern": f"^{NUMBER_PATTERN}{numbers.SIZE}$"}
    return {"anyOf": [{"type": "integer", **limits(param)}, text]}


def _read_switch(_: Param, raw: RawValue) -> bool:
    if raw.quoted or raw.text not in _SWITCHES:
        raise user_error(raw.where, "must be true or false", got=raw.echo)
    return _SWITCHES[raw.text]


def _read_choice(param: Param, raw: RawValue) -> str:
    word = param.synonyms.get(raw.text.lower(), raw.text)
    if word not in param.choices:
        raise user_error(
            raw.where, param.rule, got=raw.echo, hint=did_you_mean(raw.text, (*param.choices, *param.synonyms))
        )
    return word


def _read_text(_: Param, raw: RawValue) -> str:
    if not raw.quoted and raw.text in NULLS:
        raise user_error(raw.where, "must be a string", got="nothing")
    return raw.text


def _read_curve(_: Param, raw: RawValue) -> Any:
    raise user_error(raw.where, "must be a curve", got=raw.echo)


_TIME = ValueKind(
    "time", "TIME", _read_time, _time_schema, f"{TIME_SUFFIX}?", "write a time as 30, 10k, 10%, 3ep, 500st or 2Btok"
)
_VALUE_KINDS = {
    Kind.NUMBER: ValueKind(
        "number", "X", lambda _, raw: numbers.parse_number(raw.text), lambda param: {"type": "number", **limits(param)}
    ),
    Kind.RATE: ValueKind(
        "number",
        "X|X%",
        lambda _, raw: numbers.parse_rate(raw.text),
        _rate_schema,
        " ?%",
        "write a rate as 1e-5 or 10%",
    ),
    Kind.COUNT: ValueKind(
        "count",
        "N",
        lambda _, raw: numbers.parse_count(raw.text),
        _count_schema,
        f"{numbers.SIZE}?",
        "write a count as 100, 10k or 1.5M",
    ),
    Kind.LENGTH: _TIME,
    Kind.MOMENT: _TIME._replace(noun="moment"),
    Kind.CHOICE: ValueKind("word", "TEXT", _read_choice, lambda param: {"enum": [*param.choices, *param.synonyms]}),
    Kind.TEXT: ValueKind("word", "TEXT", _read_text, lambda _: {"type": ["string", "number", "boolean"]}),
    Kind.SWITCH: ValueKind("true or false", "", _read_switch, lambda _: {"type": "boolean"}),
    Kind.SIZE: ValueKind("size", "SIZE", read_size, size_schema),
    Kind.CURVE: ValueKind("curve", "CURVE", _read_curve, lambda _: {"$ref": "#/$defs/curve"}),
}
