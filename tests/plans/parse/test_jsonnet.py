"""Jsonnet that is data: its values with their places; code is kept or refused, nothing is evaluated; bombs are fast."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans.parse.nodes import value_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.code import is_code
from cosine_cli.plans.parse.jsonnet import parse

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node


def scalar(node: Node) -> Any:
    return ("code", node.text) if is_code(node) else node.text if node.quoted else json.loads(node.text)


def value(text: str) -> Any:
    node = parse(text, "c.jsonnet")
    assert node is not None
    return value_of(node, scalar)


def test_json_with_comments_commas_and_names() -> None:
    text = r'''
// first
{
    "a": 1, # second
    b: [2.5e-1, -3, true, null,], /* third
    */
    'c': 'it\'s "x"',
    "d": {"e": @"C:\n""q""",},
}
'''
    assert value(text) == {"a": 1, "b": [0.25, -3, True, None], "c": 'it\'s "x"', "d": {"e": 'C:\\n"q"'}}


def test_places() -> None:
    top = parse('{\n  "a": [1,\n    x(1)]}', "c.jsonnet")
    assert top is not None
    ((key, items),) = top.pairs or ()
    assert (key.where, items.where) == ("c.jsonnet:2:3", "c.jsonnet:2:8")
    assert [item.where for item in items.items or ()] == ["c.jsonnet:2:9", "c.jsonnet:3:5"]


@pytest.mark.parametrize(
    "expression",
    [
        'std.extVar("A, B")',
        "x",
        '"a" + \'}\' + "b"',
        "if x then [1, 2] else {a: 3}",
        "2 * 3",
        "-x",
        "f(1, [2, 3])",
        "{a: 1} + {b: 2}",
        "[1, 2][0]",
        "|||\n    text, with }\n  |||",
        "import 'x.libsonnet'",
        "3 // half, of 6\n  + 3",
    ],
)
def test_an_expression_as_a_value_is_kept_as_code(expression: str) -> None:
    assert value(f'{{"a": {expression}, "b": 1}}') == {"a": ("code", expression), "b": 1}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("local x = 1;\n{a: x}", "c.jsonnet:1:1: Jsonnet code is not evaluated, got 'local x = 1;'; evaluate it"),
        ("// a\nimport 'b'", "c.jsonnet:2:1: Jsonnet code is not evaluated"),
        ("{a: 1} + {b: 2}", "c.jsonnet:1:8: Jsonnet code is not evaluated, got '+ {b: 2}'"),
        ("{\n  local x = 1,\n  a: x}", "c.jsonnet:2:3: Jsonnet code is not evaluated, got 'local x = 1,'"),
        ("{a:: 1}", "c.jsonnet:1:2: Jsonnet code is not evaluated"),
        ("{a+: 1}", "c.jsonnet:1:2: Jsonnet code is not evaluated"),
        ("{f(x): x}", "c.jsonnet:1:2: Jsonnet code is not evaluated"),
        ("{[x]: 1}", "c.jsonnet:1:2: Jsonnet code is not evaluated"),
        ("{a: 1, a: 2}", "c.jsonnet:1:8: duplicate key 'a'"),
        ("{a: }", "c.jsonnet:1:5: invalid Jsonnet: expected a value"),
        ("{a: 1", "c.jsonnet:1:6: invalid Jsonnet: expected ',' or '}'"),
        ("{a: 1]}", "c.jsonnet:1:6: invalid Jsonnet: expected ',' or '}'"),
        ("{a: 'b}", "c.jsonnet:1:5: invalid Jsonnet: unterminated string"),
        ("{a: /* b}", "c.jsonnet:1:5: invalid Jsonnet: unterminated comment"),
        ("{a: |||b}", "c.jsonnet:1:5: invalid Jsonnet: unterminated text block"),
        ("[1, 2}", "c.jsonnet:1:6: invalid Jsonnet: expected ',' or ']'"),
    ],
)
def test_code_around_values_and_broken_text(text: str, error: str) -> None:
    with pytest.raises(RequestError) as raised:
        parse(text, "c.jsonnet")
    assert str(raised.value).startswith(error)


@pytest.mark.parametrize("text", ["", "  \n", "// nothing", "/* no */ # thing"])
def test_an_empty_document(text: str) -> None:
    assert parse(text, "c.jsonnet") is None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "{a: " + "(" * 500_000,
        "{a: " + '"' * 500_001,
        "{a: x" + ",1" * 250_000,
        "{a: |||" * 70_000,
        "/*" * 300_000,
        "{a: x" + "/* " * 200_000,
        '{a: x"' + '\\"' * 300_000,
        "{a: x" + "|||\n " * 100_000,
        "@'" * 300_000,
        "[" * 30 + "x" + "(/" * 200_000,
        "a" * 1_000_000,
    ],
)
def test_bombs_are_refused_fast(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(RequestError):
        parse(text, "c.jsonnet")
    assert time.perf_counter() - start < 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_is_jsonnet(data: Any) -> None:
    assert value(json.dumps(data, indent=1)) == data


@given(st.text(alphabet="{}[](),:\"'@#/*|ax1 \n\\-"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(RequestError):
        parse(text, "c.jsonnet")
