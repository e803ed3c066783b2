"""What a parameter takes and what it is where nothing is said, in words."""

from __future__ import annotations

from typing import Any

from cosine_cli.plans.model.clock import MOST_STEPS, whole
from cosine_cli.schedules.core.fields import Param
from cosine_cli.text import either


def kind(param: Param) -> str:
    """Say what sort of value a parameter takes.

    >>> from cosine_cli.schedules.core.fields import params
    >>> from cosine_cli.schedules.step import Step
    >>> [kind(param) for param in params(Step)]
    ['number', 'moment', 'number', 'number']
    """
    if "Schedule" in str(param.type):
        one = "curve"
    elif param.type is bool:
        one = "true or false"
    elif param.choices or param.type is str:
        one = "word"
    else:
        one = {"length": "time", "moment": "moment"}.get(param.time or "", "count" if param.whole else "number")
    return f"{one}s" if param.many else one


def takes(param: Param) -> str:
    """Say which values a parameter takes: the sort of them, and the bounds.

    >>> from cosine_cli.schedules.core.fields import params
    >>> from cosine_cli.schedules.cosine import Cosine
    >>> [takes(param) for param in params(Cosine)]
    ['number above 0', 'time above 0', 'number from 0 to lr']
    """
    if param.choices:
        return either(param.choices)
    parts = (str(param.exactly or ""), kind(param), _bounds(param))
    return " ".join(filter(None, parts)) + (", rising" if param.ascending else "")


def _bounds(param: Param) -> str:
    low = f"above {param.above:g}" if param.above is not None else ""
    low = low or (f"from {param.at_least:g}" if param.at_least is not None else "")
    most = "2^53" if param.at_most == MOST_STEPS else None if param.at_most is None else f"{param.at_most:g}"
    high = " and ".join(filter(None, (most, param.no_more_than)))
    if not high:
        return f"{low} up" if low.startswith("from") else low
    return f"{low} to {high}" if low else f"up to {high}"


def default(param: Param) -> str:
    """Say what a parameter is where nothing is said."""
    if param.of_members:
        return "what for= says at each curve"
    return "none" if param.default in (None, ()) else shown(param.default)


def shown(value: Any) -> str:
    """Return a value as it is said in a curve; what follows from a run, in words."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "/".join(map(shown, value))
    return whole(value) if isinstance(value, int | float) else str(value)


def also(param: Param) -> str:
    """Say what else a parameter may be called, empty where nothing else."""
    shares = [f"{param.share_name} as a share"] if param.share_name else []
    names = [name for name in param.other_names if name != param.share_name]
    return f"also {' or '.join([*names, *shares])}" if names or shares else ""
