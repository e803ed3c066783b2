"""What a schedule's docstring says of it, told apart by the order that all of them keep."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

_MATH, _SOURCE, _SESSION = ".. math::", "Source:", ">>>"


@dataclass(frozen=True)
class About:
    r"""The parts of a docstring, each without its line breaks, but for the example.

    Symbols stand in ``:math:`\eta_0```, names in double backquotes.

    - ``summary``: the schedule in one line of plain words.
    - ``formula``: LaTeX.
    - ``where``: which parameter each symbol is, and what holds before and after the range.
    - ``source``: where it comes from, with the year.
    - ``example``: the lines of a Python session.
    - ``reading``: the example in words.
    """

    summary: str
    formula: str
    where: str
    source: str
    example: str
    reading: str


def about(schedule: type) -> About:
    """Return what the docstring of a schedule says; a part that it lacks is empty."""
    blocks = inspect.cleandoc(schedule.__doc__ or "").split("\n\n")
    found: dict[str, list[str]] = {"summary": blocks[:1]}
    part = "summary"
    for block in blocks[1:]:
        part = _part(block, part)
        found.setdefault(part, []).append(block)
    return About(
        summary=_joined(found.get("summary", [])),
        formula=_joined(found.get("formula", [])).removeprefix(_MATH).strip(),
        where=_joined(found.get("where", [])),
        source=_joined(found.get("source", [])).removeprefix(_SOURCE).strip(),
        example="\n".join(found.get("example", [])),
        reading=_joined(found.get("reading", [])),
    )


def _part(block: str, before: str) -> str:
    """Return which part a block belongs to: three say it by how they begin, two by what they follow."""
    for beginning, part in ((_MATH, "formula"), (_SOURCE, "source"), (_SESSION, "example")):
        if block.startswith(beginning):
            return part
    return {"formula": "where", "example": "reading"}.get(before, before)


def _joined(blocks: list[str]) -> str:
    return " ".join(" ".join(blocks).split())
