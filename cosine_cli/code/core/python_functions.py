"""Functions of plain Python, which other targets call too."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.formatting import indented

LANGUAGE = Language(
    calls={
        "minimum": "min",
        "maximum": "max",
        "floor": "math.floor",
        "sqrt": "math.sqrt",
        "exp": "math.exp",
        "log": "math.log",
        "sin": "math.sin",
        "cos": "math.cos",
        "tanh": "math.tanh",
        "count": "bisect_right({}, {})",
        "gather": "{}[int({})]",
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


def definition(name: str, body: Function, *, time: str, returned: str, comment: Sequence[str] = ()) -> list[str]:
    """Return a function of the time, with a docstring about its result."""
    return [
        f"def {name}({time}: int) -> float:",
        f'    """Return {returned}."""',
        *indented(comment),
        *indented(body.lines),
    ]
