"""Programs that ``code`` prints: what they need, and what they print."""

from __future__ import annotations

import contextlib
import io
import os

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


def printed(source: str) -> list[float]:
    """Return the rates that a program prints for the updates, in their order."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<generated>", "exec"), {"__name__": "__main__"})  # noqa: S102 - running it is the test
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert [int(line[0]) for line in lines] == list(range(len(lines)))
    return [float(line[1]) for line in lines]
