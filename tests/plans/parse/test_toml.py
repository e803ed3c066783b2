"""TOML: tomllib's values with the places of their keys and values; bombs are one error."""

from __future__ import annotations

import time
import tomllib
from typing import TYPE_CHECKING, Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans.parse.nodes import text_of, value_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.parse.toml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.parse.node import Node

TEXT = '''# comment
a = 1_0 # comment
"b c".'d' = 3e-4
x = [ 1, "a,b", { y = 2, z.w = [1.5,
 # comment
 2e3]}, ]
[t.u]
k = """a
"b""" # comment
[[p]]
q = 1
[p.r]
s = true
[[p]]
q = inf
'''


def written(value: Any) -> Any:
    """Return a value of tomllib as its node has it."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    return ("text", value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


class Rate(float):
    """A float that repeats as it is written."""

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text.replace("_", "")  # type: ignore[attr-defined]
        return made

    def __str__(self) -> str:
        return str(self.text)  # type: ignore[attr-defined]


def places(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.pairs or ():
        yield f"{path}.{key.text}", key.where.removeprefix("c.toml:")
        yield from places(value, f"{path}.{key.text}")
    for at, item in enumerate(node.items or ()):
        yield from places(item, f"{path}.{at}")
    if node.pairs is None and node.items is None:
        yield f"{path} = {node.text}", node.where.removeprefix("c.toml:")


def test_the_place_of_each_key_and_value() -> None:
    top = parse(TEXT, "c.toml")
    assert top is not None
    assert dict(places(top)) == {
        ".a": "2:1",
        ".a = 10": "2:5",
        ".b c": "3:1",
        ".b c.d": "3:7",
        ".b c.d = 3e-4": "3:13",
        ".x": "4:1",
        ".x.0 = 1": "4:7",
        ".x.1 = a,b": "4:10",
        ".x.2.y": "4:19",
        ".x.2.y = 2": "4:23",
        ".x.2.z": "4:26",
        ".x.2.z.w": "4:28",
        ".x.2.z.w.0 = 1.5": "4:33",
        ".x.2.z.w.1 = 2e3": "6:2",
        ".t": "7:2",
        ".t.u": "7:4",
        ".t.u.k": "8:1",
        '.t.u.k = a\n"b': "8:5",
        ".p": "10:3",
        ".p.0.q": "11:1",
        ".p.0.q = 1": "11:5",
        ".p.0.r": "12:4",
        ".p.0.r.s": "13:1",
        ".p.0.r.s = true": "13:5",
        ".p.1.q": "15:1",
        ".p.1.q = inf": "15:5",
    }
    assert dict(places(parse(TEXT.replace("\n", "\r\n"), "c.toml") or top)) == dict(places(top))


def test_an_empty_document() -> None:
    assert parse("", "c.toml") is None
    assert parse("# comment\n", "c.toml") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=", "c.toml:1:3: invalid TOML: invalid value"),
        ("a = 1\na = 2\n", "c.toml:2:6: invalid TOML: cannot overwrite a value"),
        ("[a]\n[a]", "c.toml:2:3: invalid TOML: cannot declare ('a',) twice"),
        ("a = 1\r\nb = nope", "c.toml:2:5: invalid TOML: invalid value"),
        ('a = "', "c.toml:1:6: invalid TOML: unterminated string"),
        ("a = " + "[" * 100_000, "c.toml:1:37: must be at most 32 levels deep, got more"),
        ("a = " + "{a=" * 100_000, "c.toml:1:101: must be at most 32 levels deep, got more"),
        (".".join("a" * 500_000) + " = 1", "c.toml:1:66: must be at most 32 levels deep, got more"),
        (f"[{'.'.join('a' * 500_000)}]", "c.toml:1:67: must be at most 32 levels deep, got more"),
        (f"a = [{'1,' * 500_000}]", "c.toml:1:40003: must have at most 20,000 values, got more"),
        ("[[a]]\n" * 150_000, "c.toml:10001:1: must have at most 20,000 values, got more"),
        (f"a = {'9' * 1_000_000}", "c.toml:1:5: a key or a number must have at most 1,000 characters, got more"),
        (f"a = 0x{'f' * 1_000_000}", "c.toml:1:5: a key or a number must have at most 1,000 characters, got more"),
        ('"' * 1_000_000, "c.toml:1:3: invalid TOML: expected '=' after a key in a key/value pair"),
        (".\n" * 500_000, "c.toml:1:1: invalid TOML: invalid statement"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_refused(text: str, message: str) -> None:
    start = time.process_time()
    with pytest.raises(RequestError) as error:
        parse(text, "c.toml")
    assert str(error.value) == message
    assert time.process_time() - start < 10


PIECES = [
    *(
        "a",
        "b",
        "a.b",
        '"c"',
        "'d'",
        '"\\u0065"',
        " = ",
        "=",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        ".",
        "\n",
        "\n",
        " ",
    ),
    *(
        "1",
        "-2",
        "1_0",
        "3e-4",
        "0x1f",
        "inf",
        "nan",
        "true",
        '"t"',
        "'''\n'''",
        '"""x""\\""""',
        "# c\n",
        "\r\n",
        "1979-05-27",
    ),
    *(
        "a = 1\n",
        "[a]\n",
        "[[b]]\n",
        "[b.c]\n",
        "c = {a = 1, b.c = [2]}\n",
        "d = [\n1, # c\n2,\n]\n",
        "é",
        "\\",
        '"',
        "'",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_tomllib_gives_the_values_and_the_errors(text: str) -> None:
    try:
        values = tomllib.loads(text, parse_float=Rate)
    except tomllib.TOMLDecodeError:
        with pytest.raises(RequestError, match=r"^c\.toml:\d+:\d+: invalid TOML: "):
            parse(text, "c.toml")
        return
    top = parse(text, "c.toml")
    assert ({} if top is None else value_of(top, text_of)) == written(values)


NAMES = st.text("ab-é .\"'\\\n", max_size=4)
VALUES = st.recursive(
    st.one_of(st.integers(0, 99).map(str), st.floats(0.5, 1e6).map(repr), st.sampled_from(["true", "inf", "'a,b]'"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def toml_key(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml_key(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    return f"[ {', '.join(map(toml, value))} ]" if isinstance(value, list) else str(value)


@given(values=st.dictionaries(NAMES, VALUES, min_size=1, max_size=3), under=st.lists(NAMES, max_size=2))
def test_the_text_at_the_place_of_a_value_is_the_value(values: dict[str, Any], under: list[str]) -> None:
    header = f"[{'.'.join(map(toml_key, under))}]\n" if under else ""
    text = header + "".join(f"{toml_key(key)} = {toml(value)}\n" for key, value in values.items())
    top = parse(text, "c.toml")
    assert top is not None
    lines = text.split("\n")
    for node, key in leaves(top):
        line, column = map(int, node.where.removeprefix("c.toml:").split(":"))
        begins = lines[line - 1][column - 1 :]
        assert begins.startswith(toml_key(node.text) if key else f"'{node.text}'" if node.quoted else node.text)


def leaves(node: Node) -> Iterator[tuple[Node, bool]]:
    for key, value in node.pairs or ():
        yield key, True
        yield from leaves(value)
    for item in node.items or ():
        yield from leaves(item)
    if node.pairs is None and node.items is None:
        yield node, False
