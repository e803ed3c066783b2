"""Evidence in documents."""

from __future__ import annotations

import pytest

from cosine_cli.plans.importers.core.evidence import All, AtLeast, Check, Evidence, Key, one_of
from cosine_cli.plans.parse.yaml import parse


def holds(evidence: Evidence, text: str) -> bool:
    top = parse(text, "f")
    assert top is not None
    return evidence.holds(top)


@pytest.mark.parametrize(
    ("evidence", "having", "lacking"),
    [
        (Key("a"), "a: 1", "b: {a: 1}"),
        (Key("a"), "a: ''", "a: null"),
        (Key("a.b"), "a: {b: 1}", "a: 1"),
        (Key("a|b.c"), "b: {c: 1}", "c: 1"),
        (Key("*.c"), "x: {c: 1}", "x: {y: {c: 1}}"),
        (Key("**.c"), "x: [{y: {c: 1}}]", "x: [c]"),
        (Key("**.c"), "c: 1", "- 1"),
        (Key("[].t"), "[{t: 1}, {t: 2}]", "[{t: 1}, x]"),
        (Key("[].t"), "- {t: 1}", "[]"),
        (Key("a.[].t"), "a: [{t: 1}]", "a: {t: 1}"),
        (Key("a", "mapping"), "a: {}", "a: []"),
        (Key("a", "list"), "a: []", "a: x"),
        (Key("a", "number"), "a: 1e-4", "a: x"),
        (Key("a", "text"), "a: x", "a: 1_000"),
        (Key("a", "boolean"), "a: true", "a: 'true'"),
        (Key("a", among=("x", "y")), "a: y", "a: {x: y}"),
        (Key("a", pattern=r"\d+ba"), "a: 10ba", "a: 10bas"),
        (Key("[]", tag="!new:x."), "[!new:x.y {}]", "[!new:y.x {}]"),
        (Key("a", tag="!X"), "a: !XY", "a: 1"),
        (one_of("a", "b"), "b: 1", "c: 1"),
        (AtLeast(2, "a", "b", "c"), "{a: 1, c: 1}", "a: 1"),
        (one_of(All("a", "b"), "c"), "{a: 1, b: 1}", "a: 1"),
        (Check("two keys", lambda top: len(top.keys) == 2), "{a: 1, b: 1}", "a: 1"),
    ],
)
def test_what_holds(evidence: Evidence, having: str, lacking: str) -> None:
    assert holds(evidence, having)
    assert not holds(evidence, lacking)


def test_long_lists_are_not_searched() -> None:
    assert holds(Key("**.c"), f"a: [{'x, ' * 90}{{c: 1}}]")
    assert not holds(Key("**.c"), f"a: [{'x, ' * 100}{{c: 1}}]")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Key("a.b"), "a.b"),
        (Key("a", "text", among=("x", "y")), "a (a text, x or y)"),
        (one_of("a", All("b", one_of("c", "d"))), "a or (b and (c or d))"),
        (AtLeast(2, "a", "b", "c"), "at least 2 of a, b, c"),
        (Key("a|b.c"), "a.c or b.c"),
        (All("a|b", "c"), "(a or b) and c"),
        (Key("a", pattern=r"\d+ba", example="100ba"), "a (like 100ba)"),
        (Key("a", pattern=r"\d+ba"), r"a (like \d+ba)"),
        (Check("two keys", bool), "two keys"),
    ],
)
def test_words(evidence: Evidence, words: str) -> None:
    assert str(evidence) == words
