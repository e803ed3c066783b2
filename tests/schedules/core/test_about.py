"""What a docstring says, and that every schedule's says all of it."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from cosine_cli.render.explain.markup import parts
from cosine_cli.render.formula import ASCII, UNICODE, inline
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.about import About, about
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.schedule import FAMILIES


class Whole:
    r"""A line
    over two lines.

    .. math:: a = b, \quad
        c

    with :math:`a` = ``one``,
    and two.

    It stays.

    Source: Somebody 1999,
    page 3.

    >>> 1 + 1
    2

    >>> 2 + 2
    4

    Two, then four.
    """


def test_the_parts_of_a_docstring() -> None:
    assert about(Whole) == About(
        summary="A line over two lines.",
        formula=r"a = b, \quad c",
        where="with :math:`a` = ``one``, and two. It stays.",
        source="Somebody 1999, page 3.",
        example=">>> 1 + 1\n2\n>>> 2 + 2\n4",
        reading="Two, then four.",
    )


def test_a_class_that_says_nothing() -> None:
    assert set(asdict(about(type("Silent", (), {}))).values()) == {""}


# --- Every schedule --------------------------------------------------------------------------------------------------

NAMES = catalogue.names()


@pytest.mark.parametrize("name", NAMES)
def test_every_schedule_says_all_in_the_fixed_order(name: str) -> None:
    schedule = catalogue.load(name)
    found = about(schedule)
    assert all(asdict(found).values())
    text = " ".join((schedule.__doc__ or "").split())
    places = [text.index(" ".join(asdict(found)[part].split())) for part in asdict(found)]
    assert places == sorted(places)
    assert found.summary.endswith(".")
    assert "\n" not in found.summary
    assert schedule.__name__ in found.example
    assert found.reading.endswith(".")
    assert schedule.family in FAMILIES


@pytest.mark.parametrize("name", NAMES)
def test_every_source_has_a_year(name: str) -> None:
    assert re.search(r"\b(19|20)\d\d\b", about(catalogue.load(name)).source)


@pytest.mark.parametrize("writing", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_readable(name: str, writing: object) -> None:
    found = about(catalogue.load(name))
    math = [found.formula, *(part.text for part in parts(found.where) if part.kind == "math")]
    for latex in math:
        shown = inline(latex, writing)  # type: ignore[arg-type]
        assert shown
        assert not set(shown) & set("\\$&_{}" if writing is UNICODE else "\\$&{}") - set(_meant(latex))
        assert shown.isascii() or writing is UNICODE
        for opened, closed in ("()", "⌊⌋", "{}"):
            assert shown.count(opened) == shown.count(closed)


def _meant(latex: str) -> str:
    """Return the characters that a formula itself shows: sets have braces, and a name can have an underscore."""
    return "".join(re.findall(r"\\([{}_])", latex)) + ("_" if r"\text" in latex or r"\mathrm" in latex else "")


@pytest.mark.parametrize("name", NAMES)
def test_every_name_beside_the_formula_is_a_parameter(name: str) -> None:
    schedule = catalogue.load(name)
    where = about(schedule).where
    named = {part.text for part in parts(where) if part.kind == "name"}
    assert named <= {param.name for param in params(schedule)}
