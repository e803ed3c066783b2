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
    """Return the settings in ``used`` that are the same in all files that have them.

    A title is omitted unless all files have it, and so is every output, which is the name of a file's own figure.
    Raises RequestError for other settings that differ.
    """
    problems = Problems()
    shared: dict[str, RawValue] = {}
    remarks: list[str] = []
    for name in dict.fromkeys(name for figure in figures for name in figure if name in used):
        given = [figure[name] for figure in figures if name in figure]
        other = next((raw for raw in given[1:] if _value(name, raw) != _value(name, given[0])), None)
        if name == "output":
            unused = f"output {given[0].echo} is not used, since the figure shows more than this config"
            remarks.append(f"{given[0].where}: {unused}; pass -o, or --each for one figure per config")
        elif name == "title" and (other is not None or len(given) < len(figures)):
            remarks.append("the files do not have the same title, so the figure has none; pass --title to give it one")
        elif other is None:
            shared[name] = given[0]
        else:
            problems.add(_differs(name, given[0], other))
    problems.raise_any()
    if "grid" not in used:
        remarks += [f"{figure['grid'].where}: the grid is not shown" for figure in figures if "grid" in figure]
    return SharedSettings(shared, tuple(remarks))


def _differs(name: str, first: RawValue, other: RawValue) -> Problem:
    got = f"{first.echo} and {other.echo}"
    setting = _SETTINGS[name]
    flag = f"pass {setting.long}"
    hint = f"{flag}, or remove {name} from one file" if setting.type is bool else flag
    return Problem(f"{first.where} and {other.where}", f"{name} differs", got=got, hint=hint)


def _value(name: str, raw: RawValue) -> Any:
    """Return the value of a setting for comparison; the text of one that cannot be read, which is an error later."""
    if name not in _SETTINGS or name == "grid":
        return raw.text
    try:
        return read(_SETTINGS[name], raw)
    except RequestError:
        return quote(raw.text)
