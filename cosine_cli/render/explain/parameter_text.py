"""Which values a parameter takes, and its default, in words."""

from __future__ import annotations

from typing import Any

from cosine_cli.plans.model.clock import MOST_STEPS, whole
from cosine_cli.plans.parse.value_kinds import value_kind
from cosine_cli.schedules.core.fields import Param
from cosine_cli.text import either


def kind_text(param: Param) -> str:
    """Return the kind of a parameter's value, in the plural if it takes several.

    >>> from cosine_cli.schedules.core.fields import params
    >>> from cosine_cli.schedules.multistep import Multistep
    >>> [kind_text(param) for param in params(Multistep)][:2]
    ['number', 'moments']
    """
    noun = value_kind(param).noun
    return f"{noun}s" if param.many else noun


def takes(param: Param) -> str:
    """Return the kind and the bounds of a parameter's values, or its choices.

    >>> from cosine_cli.schedules.core.fields import params
    >>> from cosine_cli.schedules.cosine import Cosine
    >>> [takes(param) for param in params(Cosine)]
    ['number above 0', 'time above 0', 'number or % from 0 to lr']
    """
    if param.choices:
        return either(param.choices)
    share = "or %" if param.share_of else ""
    parts = (str(param.exactly or ""), kind_text(param), share, _bounds(param))
    return " ".join(filter(None, parts)) + (", ascending" if param.ascending else "")


def _bounds(param: Param) -> str:
    low = f"above {param.above:g}" if param.above is not None else ""
    low = low or (f"from {param.at_least:g}" if param.at_least is not None else "")
    most = "2^53" if param.at_most == MOST_STEPS else None if param.at_most is None else f"{param.at_most:g}"
    high = " and ".join(filter(None, (most, param.no_more_than)))
    if not high:
        return f"{low} up" if low.startswith("from") else low
    return f"{low} to {high}" if low else f"up to {high}"


def default_text(param: Param) -> str:
    """Return the default of a parameter."""
    if param.of_members:
        return "set by for= on each curve"
    return "none" if param.default in (None, ()) else value_text(param.default)


def value_text(value: Any) -> str:
    """Return a value as curves write it; a default that depends on the run, in words."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "/".join(map(value_text, value))
    return whole(value) if isinstance(value, int | float) else str(value)


def aliases_text(param: Param) -> str:
    """Return the other names of a parameter, empty if it has none."""
    shares = [f"{param.share_name} (a fraction)"] if param.share_name else []
    names = [name for name in param.other_names if name != param.share_name]
    return f"alias {' or '.join([*names, *shares])}" if names or shares else ""
