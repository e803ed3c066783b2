"""YAML: scalars stay text; aliases and merge keys are expanded; long tags and directives are errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans.parse.nodes import value_of
from ruamel.yaml import YAML

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.limits import MOST_NODES
from cosine_cli.plans.parse.tags import check_tags
from cosine_cli.plans.parse.yaml import parse


def problem(text: str) -> str:
    with pytest.raises(RequestError) as error:
        parse(text, "c.yaml")
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"a: !{'x' * 100}", f"c.yaml:1:4: tags are not supported, got '!{'x' * 58}…'"),
        (f"a: &{'x' * 100}", "c.yaml:1:4: an anchor must have at most 100 characters, got more"),
        (f"a: *{'x' * 100}", "c.yaml:1:4: an anchor must have at most 100 characters, got more"),
        ("a: !e!t x", "c.yaml:1:4: invalid YAML: found undefined tag handle '!e!'"),
        ("a: *b", "c.yaml:1:4: alias '*b' has no anchor before it"),
        ("[*b, &b 1]", "c.yaml:1:2: alias '*b' has no anchor before it"),
        ("a: &b {c: [*b]}", "c.yaml:1:12: alias '*b' refers to a node that contains it"),
        ("[&b 1, &b [*b]]", "c.yaml:1:12: alias '*b' refers to a node that contains it"),
        ("&b a: 1\n*b : 2", "c.yaml:1:1: duplicate key 'a', first on line 1"),
        ("a: &b {c: 1}\nd: {<<: *b, <<: *b}", "c.yaml:2:13: duplicate key '<<', first on line 2"),
        ("a: &b [1]\nd: {<<: *b}", "c.yaml:1:8: << must be a mapping or a list of mappings, got '1'"),
        ("d: {<<: x}", "c.yaml:1:9: << must be a mapping or a list of mappings, got 'x'"),
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
        ("!!float 1e-3", "1e-3"),
        ("!<tag:yaml.org,2002:int> 3", "3"),
        ("&a 1", "1"),
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


def loaded(text: str) -> Any:
    node = parse(text, "c.yaml")
    assert node is not None
    return value_of(node, lambda scalar: scalar.text)


@pytest.mark.parametrize(
    ("scalar", "quoted"),
    [
        ("1", False),
        ("'1'", True),
        ("!!int '1'", False),
        ("!!float '1'", False),
        ("!!bool 'true'", False),
        ("!!null ''", False),
        ("!!str 1", True),
        ("! 1", True),
    ],
)
def test_a_core_tag_decides_whether_a_scalar_is_a_string(scalar: str, quoted: bool) -> None:  # noqa: FBT001
    node = parse(f"[{scalar}]", "c.yaml")
    assert node is not None
    assert node.items is not None
    assert (node.items[0].quoted, node.items[0].tag) == (quoted, "")
    check_tags(node, ())


CUSTOM = [
    ("a: !t x", "!t", "1:4"),
    ("a: !<x> 3", "!<x>", "1:4"),
    ("a: [1, !t ]", "!t", "1:8"),
    ("!!python/tuple [1]", "!!python/tuple", "1:1"),
    ("a: !!float [1]", "!!float", "1:4"),
    ("a: !!seq {b: 1}", "!!seq", "1:4"),
    ("!k a: 1", "!k", "1:1"),
    ("a: &x [!t 1]\nb: *x", "!t", "1:8"),
    ("a: !CosineDecay {max_epochs: 3}", "!CosineDecay", "1:4"),
]


@pytest.mark.parametrize(("text", "tag", "place"), CUSTOM)
def test_a_custom_tag_is_refused_unless_it_is_accepted(text: str, tag: str, place: str) -> None:
    node = parse(text, "c.yaml")
    assert node is not None
    with pytest.raises(RequestError) as error:
        check_tags(node, ("!other",))
    assert str(error.value) == f"c.yaml:{place}: tags are not supported, got '{tag}'"
    check_tags(node, ("!other", tag[:-1]))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x [q, v]\nb: *x", {"a": ["q", "v"], "b": ["q", "v"]}),
        ("a: &x 1\nb: [*x, *x]", {"a": "1", "b": ["1", "1"]}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": "1", "b": "2", "c": "2"}),
        ("a: &x k\nb: {*x : 1}", {"a": "k", "b": {"k": "1"}}),
        ("'<<': 1", {"<<": "1"}),
    ],
)
def test_an_alias_is_the_node_of_its_anchor(text: str, value: Any) -> None:
    assert loaded(text) == value


MAPPINGS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["x", "v", "z"]), max_size=3)


@given(first=MAPPINGS, second=MAPPINGS, own=MAPPINGS)
def test_a_merge_key_is_read_as_ruamel_reads_it(first: Any, second: Any, own: Any) -> None:
    flow = [", ".join(f"{key}: {value}" for key, value in mapping.items()) for mapping in (first, second, own)]
    text = f"f: &f {{{flow[0]}}}\ns: &s {{{flow[1]}}}\none: {{<<: *f, {flow[2]}}}\ntwo: {{{flow[2]}, <<: [*s, *f]}}\n"
    text += f"deep: &d {{<<: *s, {flow[2]}}}\nbeyond: {{<<: *d}}\n"
    text = text.replace(", }", "}").replace("{, ", "{")
    assert loaded(text) == YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(("copies", "fine"), [(1000, True), (1001, False)])
def test_an_alias_counts_as_what_it_expands_to(copies: int, fine: bool) -> None:  # noqa: FBT001
    # The document, two keys, two lists, and lists of ten nodes.
    text = f"a: &a [{', '.join('x' * 9)}]\nb: [{', '.join(['*a'] * copies)}]\n"
    left = MOST_NODES - 4 - 10 - 10 * 1000
    text += f"c: [{', '.join('x' * (left - 2))}]\n"
    if fine:
        assert parse(text, "c.yaml") is not None
    else:
        assert problem(text).endswith("must have at most 20,000 values, got more")


@pytest.mark.parametrize(("depth", "fine"), [(15, True), (16, False)])
def test_an_alias_is_as_deep_as_what_it_expands_to(depth: int, fine: bool) -> None:  # noqa: FBT001
    inner, outer = "[" * 16 + "x" + "]" * 16, "[" * depth + "*a" + "]" * depth
    text = f"a: &a {inner}\nb: {outer}"
    if fine:
        assert parse(text, "c.yaml") is not None
    else:
        assert problem(text).endswith("must be at most 32 levels deep, got more")
