"""How a schedule is said: a command line, or the curves of a config, made from its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from cosine_cli.plans.example import config, needs_example
from cosine_cli.plans.model.clock import Time, whole
from cosine_cli.plans.model.curve_options import WARMUP
from cosine_cli.plans.model.options import Run
from cosine_cli.render.explain.flow import JOINED
from cosine_cli.render.explain.parameter_text import kind, shown
from cosine_cli.render.explain.subject import Subject
from cosine_cli.schedules.core.fields import Derived, OneUnit, Param, Share, params
from cosine_cli.streams import PROGRAM

MOST_SAID = 3
"""How many parameters an example has at most."""

_LONGEST = 60
"""How many characters a curve in an example has at most."""

_END = " \\"
"""What ends a line that a shell goes on to read."""


def command(subject: Subject) -> list[str]:
    """Return a command line that shows the schedule, or, where only a config can say it, the lines of one."""
    if in_config := config(subject.name):
        return in_config
    members = [param for param in subject.params if kind(param) == "curves"]
    if members:
        return ["curves:", *(f"  - {subject.name}: [{', '.join((p.example or '').split())}]" for p in members)]
    given = subject.plan.curves[0].params
    own = [param for param in subject.params if _is_its_own(param)]
    least = [param.name for param in own if needs_example(param)]
    first = [*least, *(param.name for param in own if param.name not in least)]
    texts = {param.name: f"{param.name}={_value(param, given[param.name])}" for param in own}
    curves = [
        _curve(subject.name, [text for name, text in texts.items() if name in first[:count]])
        for count in range(max(min(len(own), MOST_SAID), len(least)), len(least) - 1, -1)
    ]
    curve = next((curve for curve in curves if len(curve) <= _LONGEST), curves[-1])
    return [f"cosine-lr show {curve} --epochs 100"]


def _curve(name: str, raw: Sequence[str]) -> str:
    return f"{name}:{','.join(raw)}" if raw else name


def session(subject: Subject) -> list[str]:
    """Return the lines of a Python session with the schedule, its import first."""
    schedule, example = subject.schedule, subject.about.example
    return [f">>> from {schedule.__module__} import {schedule.__name__}", *example.splitlines()] if example else []


def broken(line: str, width: int) -> list[str]:
    r"""Return a command line in several that mean the same to a shell and are no longer than ``width``, where it can.

    >>> broken("cosine-lr show cosine --epochs 100", 26)
    ['cosine-lr show cosine \\', '    --epochs 100']
    """
    if len(line) <= width or not line.startswith(PROGRAM):
        return [line]
    words = line.replace(" 100", f"{JOINED}100")  # an option and what it is stay together
    lines = wrap(words, width - len(_END), subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return [part.replace(JOINED, " ") + (_END if part is not lines[-1] else "") for part in lines]


def _is_its_own(param: Param) -> bool:
    """Tell whether a parameter is worth saying: not one that all schedules have, nor one that follows from others."""
    if param.example:
        return True
    follows = isinstance(param.default, Derived | OneUnit) or param.default == Share((1.0,))
    shared = {*WARMUP, *(one.name for one in params(Run))}
    return not (follows or param.name in shared or kind(param) == "curve" or param.default is None)


def _value(param: Param, resolved: Any) -> str:
    if param.mapping:
        return "/".join(f"{whole(time)}:{shown(value)}" for time, value in resolved)
    if param.example:
        return param.example
    values = resolved if isinstance(resolved, tuple) else (resolved,)
    return "/".join(whole(value.value) if isinstance(value, Time) else shown(value) for value in values)
