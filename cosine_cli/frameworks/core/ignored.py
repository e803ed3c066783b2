"""Parameters that a framework's schedule accepts and that change no rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cosine_cli.schedules.core.fields import Param


class IgnoredParam(NamedTuple):
    """A parameter of a framework that changes no rate.

    - ``param``: its name, type and default.
    - ``fixed``: whether any value but the default would change a rate.
    - ``hint``: what to write instead of another value.
    """

    param: Param
    fixed: bool = False
    hint: str | None = None


def ignored_param(
    name: str, kind: type, *, default: Any, fixed: bool = False, hint: str | None = None, **rules: Any
) -> IgnoredParam:
    """Declare a parameter that changes no rate."""
    return IgnoredParam(Param(name, kind, default, "", **rules), fixed, hint)


def by_name(*params: IgnoredParam) -> Mapping[str, IgnoredParam]:
    """Return parameters by their names."""
    return {ignored.param.name: ignored for ignored in params}
