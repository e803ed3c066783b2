"""A parameter with a new value, as it is written at its place."""

from __future__ import annotations

import json
import re

from cosine_cli.plans.parse.raw import RawValue

_FILE = re.compile(r"(?P<path>.*?)(?:\.(?P<suffix>\w+))?(?::\d+:\d+)?$", re.DOTALL)
_KEY = re.compile(r"[A-Za-z_][\w-]*")
_IN_CODE = ("py", "toml", "cfg", "gin", "ini")


def assignment(name: str, value: str, *, raw: RawValue | None, where: str) -> str:
    """Return ``name`` set to ``value`` in the syntax of its place.

    - ``raw``: the value that is replaced, None if it is a default.
    - ``where``: the place of the curve.

    >>> assignment("warmup", "5", raw=RawValue("200", "--warmup"), where="curve 'cosine'")
    '--warmup 5'
    >>> assignment("warmup", "5", raw=None, where="args.json:3:7")
    '"warmup": 5'
    """
    place = where if raw is None else raw.where
    if place.startswith("--"):
        return f"{place.partition(',')[0]} {value}"
    if place.startswith("curve "):
        return f"{name}={value}"
    key = name if raw is None else _key(raw, name)
    suffix = (_FILE.match(place) or {"suffix": ""})["suffix"]
    if suffix == "json":
        return f"{json.dumps(key)}: {value}"
    return f"{key} = {value}" if suffix in _IN_CODE else f"{key}: {value}"


def _key(raw: RawValue, name: str) -> str:
    """Return the key of a value in another program's config, else the name of the parameter."""
    last = raw.origin.rpartition(".")[2]
    return last if _KEY.fullmatch(last) else name


def is_direct(raw: RawValue | None) -> bool:
    """Return whether a value is what is written at its place, not computed from it or a default."""
    return raw is not None and not raw.default_of and (not raw.origin or " " not in raw.origin)
