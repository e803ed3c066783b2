"""The text format of protocol buffers: nested messages, repeated fields, places; bombs are one error."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans.parse.nodes import text_of, value_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_document
from cosine_cli.plans.parse.text_proto import parse

TEXT = r"""
# comment { "not a string
a { b: 1 c: -.5f; d: 1e-3, }  # comment
e: < f: true >
g: 'it''s' "\"\\\n"
h { } h: { i: V2 }
k: [1, 2] k: 3
l: []
"""


def test_values() -> None:
    top = parse(TEXT, "f")
    assert top is not None
    assert value_of(top, text_of) == {
        "a": {"b": "1", "c": "-.5", "d": "1e-3"},
        "e": {"f": "true"},
        "g": ("text", 'its"\\\n'),
        "h": [{}, {"i": "V2"}],
        "k": ["1", "2", "3"],
        "l": [],
    }


def test_places() -> None:
    top = parse("a {\n  b: 1\n}\na { }", "f.config")
    assert top is not None
    ((key, value),) = top.pairs or ()
    assert (top.where, key.where, value.where) == ("f.config:1:1", "f.config:1:1", "f.config:1:3")
    first, second = value.items or ()
    assert (first.where, second.where, second.line) == ("f.config:1:3", "f.config:4:3", 4)
    ((name, number),) = first.pairs or ()
    assert (name.where, number.where) == ("f.config:2:3", "f.config:2:6")


@pytest.mark.parametrize("text", ["", " \n", "# comment"])
def test_a_document_without_a_field(text: str) -> None:
    assert parse(text, "f") is None


@pytest.mark.parametrize("suffix", ["config", "pbtxt", "CONFIG"])
def test_the_suffix_selects_the_syntax(suffix: str) -> None:
    top = parse_document("a { b: 1 }", f"x.{suffix}")
    assert top is not None
    assert value_of(top, text_of) == {"a": {"b": "1"}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a", "f:1:2: invalid protobuf text: expected ':' or '{', got the end of the file"),
        ("a 1", "f:1:3: invalid protobuf text: expected ':' or '{', got '1'"),
        ("a:", "f:1:3: invalid protobuf text: expected a value, got the end of the file"),
        ("a:\n}", "f:2:1: invalid protobuf text: expected a value, got '}'"),
        ("a {", "f:1:4: invalid protobuf text: expected the name of a field, got the end of the file"),
        ("a { b: 1 >", "f:1:10: invalid protobuf text: expected the name of a field, got '>'"),
        ("}", "f:1:1: invalid protobuf text: expected the name of a field, got '}'"),
        ('{"a": 1}', "f:1:1: invalid protobuf text: expected the name of a field, got '{'"),
        ("1: 2", "f:1:1: invalid protobuf text: expected the name of a field, got '1'"),
        ("a: [1 2]", "f:1:7: invalid protobuf text: expected ',' or ']', got '2'"),
        ("a: [1", "f:1:6: invalid protobuf text: expected ',' or ']', got the end of the file"),
        ('a: "b', "f:1:4: invalid protobuf text: expected a value, got '\"'"),
        ("a: \x1b", r"f:1:4: invalid protobuf text: expected a value, got '\x1b'"),
    ],
)
def test_what_is_invalid(text: str, problem: str) -> None:
    with pytest.raises(RequestError) as error:
        parse(text, "f")
    assert str(error.value) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a {" * 100_000, "f:1:97: must be at most 32 levels deep, got more"),
        ("a: [" + "[" * 100_000, "f:1:36: must be at most 32 levels deep, got more"),
        ("a: 1 " * 100_000, "f:1:49999: must have at most 20,000 values, got more"),
        ('a: "' + "b" * 1_000_000, "f:1:4: invalid protobuf text: expected a value, got '\"'"),
        ("a" * 1_000_000, "f:1:1000001: invalid protobuf text: expected ':' or '{', got the end of the file"),
        ('"" ' * 300_000, "f:1:1: invalid protobuf text: expected the name of a field, got '\"\"'"),
    ],
    ids=["messages", "lists", "fields", "string", "word", "strings"],
)
def test_a_bomb_is_one_error(text: str, problem: str) -> None:
    start = time.perf_counter()
    with pytest.raises(RequestError) as error:
        parse(text, "f")
    assert str(error.value) == problem
    assert time.perf_counter() - start < 2


@given(st.text(alphabet="ab:{}<>[],;#'\"\\ \n.1-"))
def test_any_text_is_read_or_refused_at_a_place(text: str) -> None:
    assert all(where.startswith("f:") for where in places_of_problems(text))


def places_of_problems(text: str) -> list[str]:
    try:
        parse(text, "f")
    except RequestError as error:
        return [problem.where for problem in error.problems]
    return []
