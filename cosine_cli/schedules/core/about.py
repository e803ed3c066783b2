"""The parts of a schedule's docstring, which are in the same order in all of them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

_MATH, _SOURCE, _SESSION = ".. math::", "Source:", ">>>"


@dataclass(frozen=True)
class About:
    r"""The parts of a docstring, without line breaks except in the example.

    Symbols are written as ``:math:`\eta_0```, names in double backquotes.

    - ``summary``: one line.
    - ``formula``: LaTeX.
    - ``where``: the parameter of each symbol, and the rate before and after the range.
    - ``source``: its origin, with the year.
    - ``example``: a Python session.
    - ``reading``: the example in words.
    """

    summary: str
    formula: str
    where: str
    source: str
    example: str
    reading: str


def about(schedule: type) -> About:
    """Return the parts of a schedule's docstring; a missing part is empty."""
    blocks = inspect.cleandoc(schedule.__doc__ or "").split("\n\n")
    by_part: dict[str, list[str]] = {"summary": blocks[:1]}
    part = "summary"
    for block in blocks[1:]:
        part = _part(block, part)
        by_part.setdefault(part, []).append(block)
    return About(
        summary=_joined(by_part.get("summary", [])),
        formula=_joined(by_part.get("formula", [])).removeprefix(_MATH).strip(),
        where=_joined(by_part.get("where", [])),
        source=_joined(by_part.get("source", [])).removeprefix(_SOURCE).strip(),
        example="\n".join(by_part.get("example", [])),
        reading=_joined(by_part.get("reading", [])),
    )


def _part(block: str, before: str) -> str:
    """Return the part of a block: by its beginning, or by the part before it."""
    for beginning, part in ((_MATH, "formula"), (_SOURCE, "source"), (_SESSION, "example")):
        if block.startswith(beginning):
            return part
    return {"formula": "where", "example": "reading"}.get(before, before)


def _joined(blocks: list[str]) -> str:
    return " ".join(" ".join(blocks).split())
