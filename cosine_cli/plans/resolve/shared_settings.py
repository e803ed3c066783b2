"""The settings of a figure that several files agree on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from cosine_cli.errors import Problem, RequestError
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import params
from cosine_cli.text import quote

_SETTINGS = {param.name: param for param in params(Figure)}


class SharedSettings(NamedTuple):
    """Settings that files agree on, and remarks on those that are not used."""

    figure: Mapping[str, RawValue]
    remarks: tuple[str, ...]


def shared_settings(figures: Sequence[Mapping[str, RawValue]], used: Collection[str]) -> SharedSettings:
    """Return the settings in ``used`` that all files agree on which have them; a title only if all have the same.

    The output of a file is the name of its own figure. Raises RequestError for settings that differ.
    """
    problems = Problems()
    shared: dict[str, RawValue] = {}
    remarks: list[str] = []
    for name in dict.fromkeys(name for figure in figures for name in figure if name in used and name != "output"):
        given = [figure[name] for figure in figures if name in figure]
        other = next((raw for raw in given[1:] if _value(name, raw) != _value(name, given[0])), None)
        if other is None:
            shared[name] = given[0]
        elif name == "title":
            remarks.append("the files have different titles, so the figure has none; pass --title to give it one")
        else:
            problems.add(_differs(name, given[0], other))
    problems.raise_any()
    if "grid" not in used:
        remarks += [f"{figure['grid'].where}: the grid is not shown" for figure in figures if "grid" in figure]
    return SharedSettings(shared, tuple(remarks))


def _differs(name: str, first: RawValue, other: RawValue) -> Problem:
    flag = "--annotations or --no-annotations" if name == "annotations" else f"--{name.replace('_', '-')}"
    got = f"{first.echo} and {other.echo}"
    return Problem(f"{first.where} and {other.where}", f"{name} differs", got=got, hint=f"pass {flag}, or --each")


def _value(name: str, raw: RawValue) -> Any:
    """Return the value of a setting for comparison; the text of one that cannot be read, which is an error later."""
    if name not in _SETTINGS or name == "grid":
        return raw._replace(where="")
    try:
        return read(_SETTINGS[name], raw)
    except RequestError:
        return quote(raw.text)
