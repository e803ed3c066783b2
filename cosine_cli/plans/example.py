"""The example plan of a schedule, for ``explain``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import is_framework_name, load
from cosine_cli.schedules.core.fields import Needed, Param, params
from cosine_cli.schedules.core.kinds import Kind

_MEMBER = re.compile(r"(?:[^{},]++|\{[^{}]*+\})++")


def example(name: str) -> Plan:
    """Return a plan of the schedule ``name`` with its defaults, over the default run.

    Parameters without a default, and the inner curves of composite schedules, take the example of their declaration.
    """
    from cosine_cli.plans.config_file import parse_config_text
    from cosine_cli.plans.resolve.request import resolve

    where = f"the example of {name}"
    if in_config := config(name):
        return resolve(parse_config_text("\n".join(in_config), where))
    raw = {param.name: _said(param, where) for param in params(load(name)) if needs_example(param)}
    return resolve(Request(curves=(CurveSpec(name, where, params=raw),)))


def config(name: str) -> list[str]:
    """Return the lines of a config for a framework's composite schedule; none for other schedules."""
    needed = [param for param in params(load(name)) if needs_example(param)]
    if not is_framework_name(name) or not any(map(_is_made_of_others, needed)):
        return []
    return ["curves:", f"- {name}:", *(f"    {line}" for param in needed for line in _lines(param))]


def needs_example(param: Param) -> bool:
    """Tell whether an example of the schedule needs a value for this parameter."""
    return (
        isinstance(param.default, Needed)
        or _is_made_of_others(param)
        or (param.example is not None and (param.mapping or (param.default is None and param.optional)))
    )


def _said(param: Param, where: str) -> RawValue:
    if isinstance(param.default, Needed):
        return RawValue(str(param.default.example), where)
    text = param.example or ""
    if param.mapping:
        return RawValue(text.strip("{}").replace(": ", ":").replace(", ", "/"), where)
    if not _is_made_of_others(param):
        return RawValue(text, where)
    return RawValue("", where, parts=tuple(RawValue(member, where) for member in text.split()))


def _is_made_of_others(param: Param) -> bool:
    return param.kind is Kind.CURVE and param.many


def _lines(param: Param) -> Iterator[str]:
    """Yield the lines of one parameter: one line per curve, numbers in one line."""
    text = str(param.default.example if isinstance(param.default, Needed) else param.example)
    if _is_made_of_others(param):
        yield f"{param.name}:"
        yield from (f"- {member}" for member in map(str.strip, _MEMBER.findall(text)))
    else:
        yield f"{param.name}: {'[' + text.replace(param.separator, ', ') + ']' if param.many else text}"
