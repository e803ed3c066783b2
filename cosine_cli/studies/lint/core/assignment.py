"""A parameter with a new value, as it is written at its place."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.syntaxes import SYNTAXES

_FILE = re.compile(r"(?P<path>.*?)(?P<suffix>\.\w+)?(?::\d+:\d+)?$", re.DOTALL)
_COMPUTED = "computed from "


def assignment(name: str, value: str | Sequence[str], *, raw: RawValue | None, where: str) -> str:
    """Return ``name`` set to ``value``, or to a list of values, in the syntax of its place.

    - ``raw``: the value that is replaced, None if it is a default.
    - ``where``: the place of the curve.

    >>> assignment("warmup", "5", raw=RawValue("200", "--warmup"), where="curve 'cosine'")
    '--warmup 5'
    >>> assignment("T_max", "90", raw=RawValue("9", "args.json:3:7", origin="scheduler.T_max"), where="args.json:2:3")
    '"T_max": 90'
    >>> assignment("milestones", ["30", "60"], raw=None, where="run.yaml:3:7")
    'milestones: [30, 60]'
    """
    place = where if raw is None else raw.where
    values = [value] if isinstance(value, str) else value
    if place.startswith("--"):
        return f"{place.partition(',')[0]} {'/'.join(values)}"
    if place.startswith("curve "):
        return f"{name}={'/'.join(values)}"
    text = value if isinstance(value, str) else f"[{', '.join(values)}]"
    if raw is not None and not is_direct(raw) and raw.default_of != name:
        return f"change {_source(raw)} so that {name} is {text}"
    key = name if raw is None or raw.default_of or not raw.origin else raw.origin.rpartition(".")[2]
    suffix = (_FILE.match(place) or {"suffix": ""})["suffix"] or ""
    if raw is not None and not raw.default_of and SYNTAXES.get(suffix) == "arguments":
        # The key is --warmup-steps or --warmup_steps.
        return f"{' '.join(values)} instead of {raw.text}" if raw.text else " ".join(values)
    return _in_file(key, text, suffix)


def _in_file(key: str, text: str, suffix: str) -> str:
    """Return a key with a value in the syntax of a file."""
    if suffix == ".json":
        return f"{json.dumps(key)}: {text}"
    return f"{key} = {text}" if suffix in (".py", ".toml") else f"{key}: {text}"


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
