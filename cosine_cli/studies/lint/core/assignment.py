"""A parameter with a new value, as it is written at its place."""

from __future__ import annotations

import json
import re

from cosine_cli.plans.parse.raw import RawValue

_FILE = re.compile(r"(?P<path>.*?)(?:\.(?P<suffix>\w+))?(?::\d+:\d+)?$", re.DOTALL)
_COMPUTED = "computed from "
_IN_CODE = ("py", "toml", "cfg", "gin", "ini")
_OF_FLAGS = ("txt", "sh", "args", "log", "slurm")


def assignment(name: str, value: str, *, raw: RawValue | None, where: str) -> str:
    """Return ``name`` set to ``value`` in the syntax of its place.

    - ``raw``: the value that is replaced, None if it is a default.
    - ``where``: the place of the curve.

    >>> assignment("warmup", "5", raw=RawValue("200", "--warmup"), where="curve 'cosine'")
    '--warmup 5'
    >>> assignment("T_max", "90", raw=RawValue("9", "args.json:3:7", origin="scheduler.T_max"), where="args.json:2:3")
    '"T_max": 90'
    """
    place = where if raw is None else raw.where
    if place.startswith("--"):
        return f"{place.partition(',')[0]} {value}"
    if place.startswith("curve "):
        return f"{name}={value}"
    if raw is not None and not is_direct(raw):
        return f"{_source(raw)}, so that {name} is {value}"
    key = name if raw is None or not raw.origin else raw.origin.rpartition(".")[2]
    suffix = (_FILE.match(place) or {"suffix": ""})["suffix"]
    if suffix == "json":
        return f"{json.dumps(key)}: {value}"
    if suffix in _OF_FLAGS:
        return f"--{key.replace('_', '-')} {value}"
    return f"{key} = {value}" if suffix in _IN_CODE else f"{key}: {value}"


def is_direct(raw: RawValue) -> bool:
    """Return whether a value is what is written at its place, not computed from it or a default."""
    return not raw.default_of and " " not in raw.origin


def _source(raw: RawValue) -> str:
    """Return the key that a value is computed from."""
    return raw.default_of or raw.origin.removeprefix(_COMPUTED)


def source_key(raw: RawValue) -> str:
    """Return the last part of the key in another program's config that a value comes from, empty for none.

    >>> source_key(RawValue("350", "args.json:3:7", origin="computed from args.warmup_ratio"))
    'warmup_ratio'
    """
    return _source(raw).removeprefix("default of ").rpartition(".")[2]
