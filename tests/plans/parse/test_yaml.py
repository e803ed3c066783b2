"""YAML: scalars stay text; tags, anchors and directives are errors."""

from __future__ import annotations

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.yaml import parse


def problem(text: str) -> str:
    with pytest.raises(RequestError) as error:
        parse(text, "c.yaml")
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: !t x", "c.yaml:1:4: tags are not supported, got '!t'"),
        ("a: !!int 3", "c.yaml:1:4: tags are not supported, got '!!int'"),
        ("a: !<x> 3", "c.yaml:1:4: tags are not supported, got '!<x>'"),
        ("a: !", "c.yaml:1:4: tags are not supported, got '!'"),
        ("a: [1, !t", "c.yaml:1:8: tags are not supported, got '!t'"),
        (f"a: !{'x' * 99}", f"c.yaml:1:4: tags are not supported, got '!{'x' * 58}…'"),
        ("a: &b 1", "c.yaml:1:4: anchors and aliases are not supported"),
        ("a: *b", "c.yaml:1:4: anchors and aliases are not supported"),
        ("&b a: 1", "c.yaml:1:1: anchors and aliases are not supported"),
        ("%TAG !e! tag:x,\n--- a", "c.yaml:1:1: directives are not supported, got '%TAG'"),
        ("%FOO\n--- a", "c.yaml:1:1: directives are not supported, got '%FOO'"),
        ("%YAML 2.0\n--- a", "c.yaml:1:1: directives are not supported, got '%YAML'"),
        (f"%YAML 1.{'1' * 5000}\n--- a", "c.yaml:1:1: directives are not supported, got '%YAML'"),
        (r'a: "\UFFFFFFFF"', "c.yaml:1:7: invalid YAML: invalid escape sequence"),
        (r'a: "\U00110000"', "c.yaml:1:7: invalid YAML: invalid escape sequence"),
        (r'a: "\q"', "c.yaml:1:6: invalid YAML: found unknown escape character 'q'"),
        ("a: |x", "c.yaml:1:5: invalid YAML: expected chomping or indentation indicators, but found 'x'"),
        ("a: 1\n--- b", "c.yaml:2:1: must be a single document, got a second one"),
        ("? [1]\n: 2", "c.yaml:1:3: keys must be strings, got a list"),
        (f"{'k' * 99}: 1\n" * 2, f"c.yaml:2:1: duplicate key '{'k' * 59}…', first on line 1"),
        ("[" + "," * 3, "c.yaml:1:2: invalid YAML: expected the node content, but found ','"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_refused(text: str, message: str) -> None:
    assert problem(text) == message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("%YAML 1.2\n--- a", "a"),
        ("%YAML 1.1 # as it was\n---\na", "a"),
        ("'!t &a *b %c'", "!t &a *b %c"),
        ("x!y&z*", "x!y&z*"),
        ("|  # why\n  a\n  b", "a\nb"),
        (">- # why\n  a\n  b", "a b"),
        ("| \n  a # b", "a # b"),
        ("|\n  # a", "# a"),
        (r'"\ud83d\ude00"', "\U0001f600"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_read(text: str, value: str) -> None:
    node = parse(text, "c.yaml")
    assert node is not None
    assert node.text == value


@pytest.mark.parametrize(("depth", "fine"), [(32, True), (33, False)])
def test_how_deep_a_document_may_be(depth: int, fine: bool) -> None:  # noqa: FBT001
    text = "[" * depth + "]" * depth
    if fine:
        assert parse("[" + text[1:], "c.yaml") is not None
    else:
        with pytest.raises(RequestError, match=r"c\.yaml:1:34: must be at most 32 levels deep"):
            parse("[" + text + "]", "c.yaml")
