"""Programs that ``code`` prints: what they need, and the rates that they give."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
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

_COMPILED = {"optax": optax_rates, "keras": keras_rates}


def rates_of(source: str, target: str) -> list[float]:
    """Return the rates of a program with one curve: what it prints, or what a compiled loop uses of its schedule."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = _printed(source, names)
    if target not in _COMPILED:
        return found
    return list(itertools.islice(_COMPILED[target](_schedule(names)), len(found)))


def printed(source: str) -> list[float]:
    """Return the rates that a program prints for the updates, in their order."""
    return _printed(source, {"__name__": "__main__"})


def _printed(source: str, names: dict[str, Any]) -> list[float]:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<generated>", "exec"), names)  # noqa: S102 - running it is the test
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert [int(line[0]) for line in lines] == list(range(len(lines)))
    return [float(line[1]) for line in lines]


def _schedule(names: dict[str, Any]) -> Any:
    """Return the schedule among a program's names: what it defined last and can be called, but for jax.jit's."""
    own = (value for name, value in names.items() if callable(value) and not isinstance(value, type) and name != "rate")
    return list(own)[-1]
