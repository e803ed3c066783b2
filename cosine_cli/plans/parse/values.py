"""Parse raw values according to the declaration of their parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.value_kinds import NULLS, value_kind
from cosine_cli.schedules.core.fields import Pairs, Param
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import question

MOST_VALUES = 20_000
"""The limit of a whole config."""


def read(param: Param, raw: RawValue) -> Any:
    """Return the value of a parameter: a number, a count, a time, a string, or a tuple of them.

    Raises RequestError at the place of the raw value.
    """
    if param.mapping:
        return _read_pairs(param, raw)
    if param.optional and not raw.quoted and raw.text in (*NULLS[1:], "None"):
        return None
    if param.kind is Kind.SIZE:
        return value_kind(param).read(param, raw)
    if raw.keys is not None or (raw.parts is not None and not param.many):
        raise _invalid(param, raw)
    if param.many:
        return _read_many(param, raw)
    return _read_one(param, raw)


def _read_pairs(param: Param, raw: RawValue) -> Pairs:
    """Return values by time, given as a mapping or as a text such as ``30:0.1/60:0.5``."""
    keys = raw.keys if raw.keys is not None else dict(_pairs(param, raw))
    pairs: dict[float, float] = {}
    for text, value in keys.items():
        time = _read_one(_TIME_OF_PAIR, RawValue(text.strip(), raw.where, raw.unit))
        if time in pairs:
            raise user_error(raw.where, param.rule, got=f"{text.strip()} twice")
        pairs[time] = _read_one(param._replace(mapping=False), value)
    return Pairs(sorted(pairs.items()))


_TIME_OF_PAIR = Param("time", float, None, "", at_least=0)


def _pairs(param: Param, raw: RawValue) -> Iterator[tuple[str, RawValue]]:
    if raw.parts is not None or not raw.text:
        raise _invalid(param, raw)
    for part in _parts(raw.text.replace(",", "/"), "/", raw.where):
        time, colon, value = part.partition(":")
        if not colon:
            raise _invalid(param, raw)
        yield time, RawValue(value.strip(), raw.where, raw.unit)


def _read_one(param: Param, raw: RawValue) -> Any:
    if not param.kind.is_number:
        return value_kind(param).read(param, raw)
    value = _read_number(param, raw)
    if not param.accepts(_bare(value)):
        raise _invalid(param, raw)
    return value


def _read_many(param: Param, raw: RawValue) -> tuple[Any, ...]:
    if param.kind in (Kind.TEXT, Kind.CHOICE):
        return _read_texts(param, raw)
    parts = raw.parts if raw.parts is not None else _split(raw, separator=param.separator)
    if any(isinstance(part, CurveSpec) or part.parts is not None or part.keys is not None for part in parts):
        raise user_error(raw.where, param.rule, got="a list with lists or mappings")
    try:
        values = tuple(_read_number(param, part) for part in parts if isinstance(part, RawValue))
    except RequestError:
        hint = _respelled_list(param, raw)
        if hint is None:
            raise
        raise user_error(raw.where, param.rule, got=raw.echo, hint=hint) from None
    bare = tuple(map(_bare, values))
    # The order of times in several units is checked after their conversion to steps.
    one_unit = len({getattr(value, "unit", type(value)) for value in values}) <= 1
    accepted = param.accepts(bare) if one_unit else bool(bare) and all(param.accepts((value,)) for value in bare)
    if not accepted or len(values) != (param.exactly or len(values)):
        raise _invalid(param, raw)
    return values


def _read_texts(param: Param, raw: RawValue) -> tuple[str, ...]:
    parts = _split(raw, separator=param.separator) if raw.parts is None else raw.parts
    if not parts or not all(isinstance(part, RawValue) and _is_text(part) for part in parts):
        texts = f"must be one or several texts with {param.separator} between"
        raise user_error(raw.where, param.rule if param.kind is Kind.CHOICE else texts, got=raw.echo)
    return tuple(value_kind(param).read(param, part) for part in parts if isinstance(part, RawValue))


def _is_text(raw: RawValue) -> bool:
    return raw.parts is None and raw.keys is None and bool(raw.text) and (raw.quoted or raw.text not in NULLS)


def _split(raw: RawValue, *, separator: str) -> tuple[RawValue, ...]:
    text = raw.text if separator in raw.text else raw.text.replace(",", separator)
    quoted = raw.quoted and separator not in text  # several numbers are a text anyway
    return tuple(RawValue(part.strip(), raw.where, raw.unit, quoted) for part in _parts(text, separator, raw.where))


def _parts(text: str, separator: str, where: str) -> list[str]:
    parts = text.split(separator)
    if len(parts) > MOST_VALUES:
        raise user_error(where, f"must have at most {MOST_VALUES:,} values", got=f"{len(parts):,}")
    return parts


def _read_number(param: Param, raw: RawValue) -> Any:
    """Parse a number as its parameter requires: a time, a count, or a plain number."""
    try:
        value = value_kind(param).read(param, raw)
    except numbers.MisreadError as error:
        rule = param.rule if isinstance(error, numbers.NotANumberError) else error.rule
        hint = error.hint or _respelled(param, raw) or _share_hint(param, raw) or _spelling(param, raw)
        raise user_error(raw.where, rule, got=raw.echo, hint=hint) from None
    if raw.quoted and not raw.text.endswith(("%", *numbers.UNITS, *numbers.SIZES)):
        raise user_error(raw.where, param.rule, got=raw.echo, hint="write the number without quotes")
    return value


def _respelled(param: Param, raw: RawValue) -> str | None:
    """Return the question for a respelled number, None if it is ambiguous: 1,000 may be a thousand or one."""
    texts: dict[Any, str] = {}
    for text in numbers.respelled(raw.text):
        try:
            value = value_kind(param).read(param, raw._replace(text=text))
        except numbers.MisreadError:
            continue
        if param.many or param.accepts(_bare(value)):
            texts.setdefault(value, text)
    if not texts or (len(texts) > 1 and not param.whole):
        return None
    return question(next(iter(texts.values())))


def _respelled_list(param: Param, raw: RawValue) -> str | None:
    """Return the question for a list without brackets and with the right separator, None if it is invalid."""
    if raw.parts is not None:
        return None
    text = param.separator.join(_BETWEEN.split(raw.text.strip(_AROUND)))
    if text == raw.text:
        return None
    try:
        read(param, raw._replace(text=text))
    except RequestError:
        return None
    return question(text)


_AROUND = "[](){} "
_BETWEEN = re.compile(r" ?[;,/|*×] ?| ")


def _share_hint(param: Param, raw: RawValue) -> str | None:
    """Return what to write instead of a percentage: why there is none, or the factor; None for other values."""
    try:
        share = numbers.parse_rate(raw.text)
    except numbers.MisreadError:
        return None
    if not isinstance(share, numbers.PeakShare) or param.time:
        return None
    return param.no_share or (question(f"{share.of(1.0):.15g}") if param.at_most == 1 else None)


def _spelling(param: Param, raw: RawValue) -> str | None:
    """Return how to write a time or a count, None if the text has no unit."""
    if not raw.text[:1].isdigit() or raw.text[-1:].isdigit():
        return None
    return value_kind(param).spelling


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Time | numbers.Percent | numbers.PeakShare) else value


def _invalid(param: Param, raw: RawValue) -> RequestError:
    rule = "must be a string" if param.kind is Kind.TEXT else param.rule
    return user_error(raw.where, rule, got=raw.echo)
