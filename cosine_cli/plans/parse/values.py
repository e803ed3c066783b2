"""From what was said to values, by the declaration of the parameter that it was said of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.schedules.core.fields import Pairs, Param
from cosine_cli.text import did_you_mean, question

_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = ("", "~", "null", "Null", "NULL")

MOST_VALUES = 20_000
"""As many as a config may have."""


def read(param: Param, said: RawValue) -> Any:
    """Return the value of a parameter: a number, a count, a time, a text, or a tuple of them.

    Raises RequestError at the place where it was said.
    """
    if param.mapping:
        return _read_pairs(param, said)
    if param.optional and not said.quoted and said.text in (*_NOTHING[1:], "None"):
        return None
    if said.keys is not None or (said.parts is not None and not param.many):
        raise _refused(param, said)
    if param.many:
        return _read_many(param, said)
    return _read_one(param, said)


def _read_pairs(param: Param, said: RawValue) -> Pairs:
    """Return values by time: a mapping, or a text such as ``30:0.1/60:0.5``."""
    keys = said.keys if said.keys is not None else dict(_pairs(param, said))
    pairs: dict[float, float] = {}
    for text, value in keys.items():
        time = _read_one(_TIME_OF_PAIR, RawValue(text.strip(), said.where, said.unit))
        if time in pairs:
            raise user_error(said.where, param.rule, got=f"{text.strip()} twice")
        pairs[time] = _read_one(param._replace(mapping=False), value)
    return Pairs(sorted(pairs.items()))


_TIME_OF_PAIR = Param("time", float, None, "", at_least=0)


def _pairs(param: Param, said: RawValue) -> Iterator[tuple[str, RawValue]]:
    if said.parts is not None or not said.text:
        raise _refused(param, said)
    for part in _parts(said.text.replace(",", "/"), "/", said.where):
        time, colon, value = part.partition(":")
        if not colon:
            raise _refused(param, said)
        yield time, RawValue(value.strip(), said.where, said.unit)


def _read_one(param: Param, said: RawValue) -> Any:
    if param.type is bool:
        return _read_word(said)
    if param.type is str or param.choices:
        return _read_text(param, said)
    value = _grammar(param, said)
    if not param.accepts(_bare(value)):
        raise _refused(param, said)
    return value


def _read_many(param: Param, said: RawValue) -> tuple[Any, ...]:
    if said.text in param.named:
        return param.named[said.text]
    parts = said.parts if said.parts is not None else _split(said, separator=param.separator)
    if any(isinstance(part, CurveSpec) or part.parts is not None or part.keys is not None for part in parts):
        raise user_error(said.where, param.rule, got="a list of more than numbers")
    try:
        values = tuple(_grammar(param, part) for part in parts if isinstance(part, RawValue))
    except RequestError:
        hint = _respelled_list(param, said)
        if hint is None:
            raise
        raise user_error(said.where, param.rule, got=said.echo, hint=hint) from None
    bare = tuple(map(_bare, values))
    # Times of several units are in order or not once the clock has made them steps.
    one_unit = len({getattr(value, "unit", type(value)) for value in values}) <= 1
    accepted = param.accepts(bare) if one_unit else bool(bare) and all(param.accepts((value,)) for value in bare)
    if not accepted or len(values) != (param.exactly or len(values)):
        raise _refused(param, said)
    return values


def _split(said: RawValue, *, separator: str) -> tuple[RawValue, ...]:
    text = said.text if separator in said.text else said.text.replace(",", separator)
    quoted = said.quoted and separator not in text  # a row of numbers is a text anyway
    return tuple(RawValue(part.strip(), said.where, said.unit, quoted) for part in _parts(text, separator, said.where))


def _parts(text: str, separator: str, where: str) -> list[str]:
    parts = text.split(separator)
    if len(parts) > MOST_VALUES:
        raise user_error(where, f"must be at most {MOST_VALUES:,} values", got=f"{len(parts):,}")
    return parts


def _grammar(param: Param, said: RawValue) -> Any:
    """Read a number as its parameter takes it: a time, a count, or a plain one."""
    reading = _reading(param, said)
    try:
        value = reading(said.text)
    except numbers.MisreadError as error:
        # The parameter's rule says more than that it is a number, where both fail alike.
        rule = param.rule if error.rule in param.rule or error.rule == "must be a number" else error.rule
        hint = error.hint or _respelled(param, said) or _spelling(param, said)
        raise user_error(said.where, rule, got=said.echo, hint=hint) from None
    if said.quoted and not said.text.endswith(("%", "ep", "st", "k", "M", "G")):
        raise user_error(said.where, param.rule, got="text in quotes", hint="write the number without quotes")
    return value


def _respelled(param: Param, said: RawValue) -> str | None:
    """Say how a number is written here, if its text can be one number only: 1,000 may be a thousand or one."""
    found: dict[Any, str] = {}
    for text in numbers.respelled(said.text):
        try:
            value = _reading(param, said)(text)
        except numbers.MisreadError:
            continue
        if param.many or param.accepts(_bare(value)):
            found.setdefault(value, text)
    if not found or (len(found) > 1 and not param.whole):
        return None
    return question(next(iter(found.values())))


def _respelled_list(param: Param, said: RawValue) -> str | None:
    """Say how a list is written here: without brackets, and with one sign between its parts."""
    if said.parts is not None:
        return None
    text = param.separator.join(_BETWEEN.split(said.text.strip(_AROUND)))
    if text == said.text:
        return None
    try:
        read(param, said._replace(text=text))
    except RequestError:
        return None
    return question(text)


_AROUND = "[](){} "
_BETWEEN = re.compile(r" ?[;,/|*×] ?| ")


def _spelling(param: Param, said: RawValue) -> str | None:
    """Say how units are written, to whoever has written one."""
    if not said.text[:1].isdigit() or said.text[-1:].isdigit():
        return None
    if param.time:
        return "write a time as 30, 10k, 10%, 3ep or 500st"
    return "write a count as 100, 10k or 1.5M" if param.whole else None


def _reading(param: Param, said: RawValue) -> Callable[[str], Any]:
    if param.time and said.share:
        return lambda text: numbers.share(text, unit=said.unit)
    if param.time:
        return lambda text: numbers.time(text, unit=said.unit)
    return numbers.count if param.whole else numbers.number


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Time | numbers.Percent) else value


def _read_word(said: RawValue) -> bool:
    if said.quoted or said.text not in _WORDS:
        raise user_error(said.where, "must be true or false", got=said.echo)
    return _WORDS[said.text]


def _read_text(param: Param, said: RawValue) -> str:
    if param.choices and said.text not in param.choices:
        raise user_error(said.where, param.rule, got=said.echo, hint=did_you_mean(said.text, param.choices))
    if not said.quoted and not param.choices and said.text in _NOTHING:
        raise user_error(said.where, "must be a text", got="nothing")
    return said.text


def _refused(param: Param, said: RawValue) -> RequestError:
    texts = not param.choices and param.type in (str, bool)
    rule = "must be a text" if texts and param.type is str else "must be true or false" if texts else param.rule
    return user_error(said.where, rule, got=said.echo)
