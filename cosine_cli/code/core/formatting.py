"""Source text as a formatter leaves it: calls, tables and modules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cosine_cli.code.core.emit import INDENT, WIDTH, Function, number

_MOST_LISTED = 8


class Call(NamedTuple):
    """A call, or a bracketed list where it has no name: its opening, its arguments, its closing.

    What follows a line's end in the closing stands on a line of its own where the call does not fit one.
    """

    opening: str
    arguments: tuple[tuple[str, Expression], ...]
    closing: str


Expression = str | Call


def lines(head: str, expression: Expression, *, depth: int = 0, tail: str = "") -> Iterator[str]:
    """Yield ``head`` and an expression: on one line where it fits, else an argument a line, as formatters have it.

    ``depth`` is how far the lines will be indented when they stand in their place.
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
    texts = tuple(("", number(value)) for value in values)
    return Call(brackets[0], texts, comma + brackets[1])


def tables(functions: Iterable[Function], *, array: str = "") -> list[str]:
    """Return the tables of functions as constants of a module: tuples, or what ``array`` makes of lists."""
    found: Mapping[str, tuple[float, ...]] = {name: held for one in functions for name, held in one.tables.items()}
    return [line for name, values in found.items() for line in lines(f"{name} = ", _table(values, array))]


def _table(values: Sequence[float], array: str) -> Expression:
    if (step := _step(values)) is not None and array in ("", "np.array"):
        if array:
            return f"{number(step)} * np.arange({len(values)})"
        return f"[{number(step)} * i for i in range({len(values)})]"
    if not array:
        return row(values)
    inside = row(list(values), "[]")
    return Call(f"{array}(", (("", inside),), ")")


def _step(values: Sequence[float]) -> float | None:
    """Return what many values are multiples of, one after the other, as computed; None where they are not."""
    multiples = len(values) > _MOST_LISTED and all(value == index * values[1] for index, value in enumerate(values))
    return values[1] if multiples else None


def indented(body: Iterable[str], depth: int = 1) -> list[str]:
    """Return lines, indented."""
    return [INDENT * depth + line if line else line for line in body]


def module_text(docstring: str, imports: Sequence[str], *blocks: Sequence[str]) -> str:
    """Return a module: its parts with two blank lines between, and a line's end at the end."""
    first, *others = filter(None, blocks)
    head = [f'"""{docstring}"""', *(["", *imports] if imports else [])]
    if not first[0].startswith(("def ", "class ")):  # what is no definition stands a line below
        head, first = [*head, "", *first], []
    return "\n\n\n".join("\n".join(block) for block in (head, first, *others) if block) + "\n"


def comment(sentences: Iterable[str], label: str = "") -> list[str]:
    """Return sentences as one comment that fits the width, indented twice at most; a label stands before them."""
    told = " ".join(sentences)
    text = ": ".join(filter(None, [foreign(label) if label else "", told]))
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2 * len(INDENT) - 2)]


def foreign(text: str) -> str:
    """Return a user's text as a literal for a comment: nothing in it is code, and it has no line's end."""
    return ascii(text)
