"""Rates as functions of plain Python, which other targets call too."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.layout import foreign, indented, remarks

LANGUAGE = Language(
    calls={
        "minimum": "min",
        "maximum": "max",
        "floor": "math.floor",
        "sqrt": "math.sqrt",
        "exp": "math.exp",
        "sin": "math.sin",
        "cos": "math.cos",
        "tanh": "math.tanh",
        "count": "bisect_right({}, {})",
        "take": "{}[int({})]",
        "pick": "{}[{}]",
    },
    pi="math.pi",
    branches=True,
)


def imports(functions: Sequence[Function]) -> list[str]:
    """Return the imports that functions need."""
    text = "\n".join(line for one in functions for line in one.lines)
    found = ["import math"] if "math." in text else []
    return found + (["from bisect import bisect_right"] if "bisect_right" in text else [])


def definition(curve: Coded, body: Function, *, name: str = "", clock: str = "update") -> list[str]:
    """Return a function of the time."""
    return [
        f"def {name or curve.name}(t: float) -> float:",
        f'    """Return the learning rate that {clock} t is made with."""',
        f"    # {foreign(curve.label)}",
        *indented(remarks(body.remarks)),
        *indented(body.lines),
    ]
