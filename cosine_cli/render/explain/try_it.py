"""A command line, or the curves of a config, that shows a schedule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from cosine_cli.plans.example import config, needs_example
from cosine_cli.plans.model.clock import Time, whole
from cosine_cli.plans.model.curve_options import WARMUP
from cosine_cli.plans.model.options import RUN
from cosine_cli.render.explain.examples import EXAMPLES
from cosine_cli.render.explain.flow import JOINED
from cosine_cli.render.explain.parameter_text import value_text
from cosine_cli.render.explain.subject import Subject
from cosine_cli.schedules.core.fields import Derived, OneUnit, Param, Share
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.streams import PROGRAM

MOST_PARAMS = 3
"""The largest number of optional parameters in an example."""

_LONGEST = 60
"""The longest curve in an example, in characters."""

_END = " \\"
"""The end of a line that a shell continues."""

_OPTION = re.compile(r"( --[a-z-]+) (?!-)")


def command(subject: Subject) -> list[str]:
    """Return a command line that shows the schedule, or the lines of a config where only a config can express it."""
    if in_config := config(subject.name):
        return in_config
    members = [param for param in subject.params if param.kind is Kind.CURVE and param.many]
    if members:
        return ["curves:", *(f"  - {subject.name}: [{', '.join((p.example or '').split())}]" for p in members)]
    return [f"{PROGRAM} show {EXAMPLES.get(subject.name) or _example(subject)} --epochs 100"]


def _example(subject: Subject) -> str:
    """Return a curve with the parameters that it needs, and some others as far as they fit."""
    resolved = subject.plan.curves[0].params
    own = [param for param in subject.params if _is_its_own(param)]
    needed = [param.name for param in own if needs_example(param)]
    order = [*needed, *(param.name for param in own if param.name not in needed)]
    texts = {param.name: f"{param.name}={_value(param, resolved[param.name])}" for param in own}
    curves = [
        _curve(subject.name, [text for name, text in texts.items() if name in order[:count]])
        for count in range(max(min(len(own), MOST_PARAMS), len(needed)), len(needed) - 1, -1)
    ]
    return next((curve for curve in curves if len(curve) <= _LONGEST), curves[-1])


def _curve(name: str, params: Sequence[str]) -> str:
    return f"{name}:{','.join(params)}" if params else name


def session(subject: Subject) -> list[str]:
    """Return the lines of a Python session with the schedule, beginning with its import."""
    schedule, example = subject.schedule, subject.about.example
    return [f">>> from {schedule.__module__} import {schedule.__name__}", *example.splitlines()] if example else []


def broken(line: str, width: int) -> list[str]:
    r"""Return a command line as several that a shell joins, at most ``width`` wide where its words allow.

    >>> broken("cosine-lr show cosine --epochs 100", 26)
    ['cosine-lr show cosine \\', '    --epochs 100']
    """
    if len(line) <= width or not line.startswith(PROGRAM):
        return [line]
    words = _OPTION.sub(rf"\1{JOINED}", line)  # an option and its value stay together
    lines = wrap(words, width - len(_END), subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return [part.replace(JOINED, " ") + (_END if part is not lines[-1] else "") for part in lines]


def _is_its_own(param: Param) -> bool:
    """Tell whether a parameter belongs in an example: not one of every schedule, nor one derived from others."""
    if param.example:
        return True
    derived = isinstance(param.default, Derived | OneUnit) or param.default == Share((1.0,))
    return not (derived or param.name in {*WARMUP, *RUN} or param.kind is Kind.CURVE or param.default is None)


def _value(param: Param, resolved: Any) -> str:
    if param.mapping:
        return "/".join(f"{whole(time)}:{value_text(value)}" for time, value in resolved)
    if param.example:
        return param.example
    values = resolved if isinstance(resolved, tuple) else (resolved,)
    return "/".join(whole(value.value) if isinstance(value, Time) else value_text(value) for value in values)
