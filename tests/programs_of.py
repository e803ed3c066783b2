"""Programs that ``code`` prints: what they need, and the rates that they give."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
from typing import Any

from frameworks.live import keras_rates, optax_rates

NEEDS = {
    "torch": "torch",
    "lightning": "torch",
    "transformers": "transformers",
    "timm": "timm",
    "optax": "optax",
    "keras": "keras",
}
PRECISION = {"optax": 3e-7, "keras": 3e-7}
"""Relative to the peak: what is computed in 32-bit floats."""

NEAR = 1e-6
"""How far a framework's own schedule may be from the rates, relative to the peak, where it need not be exact."""
_COUNT = re.compile(r"in range\((\d+)\):")
_COMPILED = {"optax": optax_rates, "keras": keras_rates}


def rates_of(source: str, target: str) -> list[float]:
    """Return the rates of a program with one curve: what it prints, or what a compiled loop uses of its schedule."""
    if target not in _COMPILED:
        return printed(source)
    count = int(_COUNT.findall(source)[-1])  # as many as it would print, one by one
    return list(itertools.islice(_COMPILED[target](_schedule(_run(source, "generated"))), count))


def printed(source: str) -> list[float]:
    """Return the rates that a program prints for the updates, in their order."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        _run(source, "__main__")
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert [int(line[0]) for line in lines] == list(range(len(lines)))
    return [float(line[1]) for line in lines]


def _run(source: str, name: str) -> dict[str, Any]:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    names: dict[str, Any] = {"__name__": name}
    exec(compile(source, "<generated>", "exec"), names)  # noqa: S102 - running it is the test
    return names


def _schedule(names: dict[str, Any]) -> Any:
    """Return the schedule among a program's names: the last that can be called and is no class."""
    return [value for value in names.values() if callable(value) and not isinstance(value, type)][-1]
