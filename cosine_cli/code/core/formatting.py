"""Source code in a formatter's style: calls, tables and modules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cosine_cli.code.core.emit import INDENT, WIDTH, Function, literal

_MOST_LISTED = 8


class Call(NamedTuple):
    """A call, or a bracketed list if it has no name: its opening, its arguments, its closing.

    The text after a line break in the closing gets its own line if the call does not fit on one line.
    """

    opening: str
    arguments: tuple[tuple[str, Expression], ...]
    closing: str


Expression = str | Call


def lines(head: str, expression: Expression, *, depth: int = 0, tail: str = "") -> Iterator[str]:
    """Yield ``head`` and an expression: on one line if it fits, else one argument per line, as formatters write it.

    ``depth`` is the final indentation of the lines.
    """
    whole = head + flat(expression) + tail
    if isinstance(expression, str) or len(whole) + depth * len(INDENT) <= WIDTH:
        yield whole
        return
    yield head + expression.opening
    for name, argument in expression.arguments:
        yield from (INDENT + line for line in lines(name, argument, depth=depth + 1, tail=","))
    yield from (expression.closing + tail).split("\n")


def flat(expression: Expression) -> str:
    """Return an expression on one line."""
    if isinstance(expression, str):
        return expression
    arguments = ", ".join(name + flat(argument) for name, argument in expression.arguments)
    return f"{expression.opening}{arguments}{expression.closing}".replace("\n", " ")


def row(values: Sequence[float], brackets: str = "()") -> Expression:
    """Return numbers in brackets."""
    comma = "," if brackets == "()" and len(values) == 1 else ""
    texts = tuple(("", literal(value)) for value in values)
    return Call(brackets[0], texts, comma + brackets[1])


def tables(functions: Iterable[Function], *, array: str = "") -> list[str]:
    """Return the tables of functions as constants of a module: tuples, or lists converted by ``array``."""
    found: Mapping[str, tuple[float, ...]] = {name: held for one in functions for name, held in one.tables.items()}
    return [line for name, values in found.items() for line in lines(f"{name} = ", _table(values, array))]


def _table(values: Sequence[float], array: str) -> Expression:
    if (step := _step(values)) is not None and array in ("", "np.array"):
        if array:
            return f"{literal(step)} * np.arange({len(values)})"
        return f"[{literal(step)} * i for i in range({len(values)})]"
    if not array:
        return row(values)
    inside = row(list(values), "[]")
    return Call(f"{array}(", (("", inside),), ")")


def _step(values: Sequence[float]) -> float | None:
    """Return what many values are multiples of, in order, as computed; None where they are not."""
    multiples = len(values) > _MOST_LISTED and all(value == index * values[1] for index, value in enumerate(values))
    return values[1] if multiples else None


def indented(body: Iterable[str], depth: int = 1) -> list[str]:
    """Return lines, indented."""
    return [INDENT * depth + line if line else line for line in body]


def module_text(docstring: str, imports: Sequence[str], *blocks: Sequence[str]) -> str:
    """Return a module: its parts with two blank lines between, and a line's end at the end."""
    first, *others = filter(None, blocks)
    head = [f'"""{docstring}"""', *(["", *imports] if imports else [])]
    if not first[0].startswith(("def ", "class ")):  # code that is not a definition follows one blank line
        head, first = [*head, "", *first], []
    return "\n\n\n".join("\n".join(block) for block in (head, first, *others) if block) + "\n"


def comment(sentences: Iterable[str], label: str = "") -> list[str]:
    """Return sentences as one comment that fits the width at two indents, after an optional label."""
    joined = " ".join(sentences)
    text = ": ".join(filter(None, [foreign(label) if label else "", joined]))
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2 * len(INDENT) - 2)]


def foreign(text: str) -> str:
    """Return user text as a literal for a comment: no code, no line breaks."""
    return ascii(text)
