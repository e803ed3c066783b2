"""Every pattern in the package takes time in proportion to its text: some of what they read is foreign.

From each pattern the texts are made that could lead it astray: its own words and kinds of characters, alone and in
pairs, repeated so often that a pattern that goes back over them takes some thousand times as long as one that does not.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections import deque
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from patience import guarded

import cosine_cli
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Evidence, Key
from cosine_cli.plans.importers.core.formats import importer, importers

PACKAGE = Path(cosine_cli.__file__).parent
LENGTH = 1 << 17
"""Characters of a text: a pass over them takes milliseconds."""

QUADRATIC = 2.0
"""CPU seconds: a loop over the square of ``LENGTH`` takes five or more, even in a pattern as small as ``a*b``."""
MOST_PARTS = 8


class Use(NamedTuple):
    """A pattern, and the methods that it is used by."""

    pattern: re.Pattern[Any]
    methods: frozenset[str]


def found() -> Iterator[tuple[str, Use]]:
    """Yield the patterns in the package's source by their places."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args):
                continue
            method = ast.unparse(node.func).removeprefix("re.")
            if "self" in ast.unparse(node.args[0]):  # a pattern that an importer declares, see declared()
                continue
            names = vars(module_of(path))
            values = [eval(ast.unparse(arg), names) for arg in node.args[: 2 if method == "compile" else 1]]  # noqa: S307 - our own source
            methods = methods_of(node, tree) if method == "compile" else {method}
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}", Use(re.compile(*values), frozenset(methods))


def declared() -> Iterator[tuple[str, Use]]:
    """Yield the patterns in the evidence of config formats."""
    for name in importers():
        for key in keys_of((*importer(name).FORMAT.needs, *importer(name).FORMAT.excludes)):
            if key.pattern:
                yield f"{name}:{key.path}", Use(re.compile(key.pattern), frozenset({"fullmatch"}))


def keys_of(members: tuple[Evidence, ...]) -> Iterator[Key]:
    for member in members:
        if isinstance(member, Key):
            yield member
        elif isinstance(member, All | AtLeast):
            yield from keys_of(member.members)


def module_of(path: Path) -> ModuleType:
    """Return the module of a file, which has the constants that patterns are made of."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return import_module(".".join(part for part in parts if part != "__init__"))


def methods_of(compiled: ast.Call, tree: ast.Module) -> set[str]:
    """Return by which methods a module uses the pattern that it gives a name."""
    (name,) = (ast.unparse(node.targets[0]) for node in tree.body if getattr(node, "value", None) is compiled)
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == name}


PATTERNS = dict((*found(), *declared()))


def parts_of(pattern: re.Pattern[Any]) -> list[str]:
    """Return what ends most matches, the words of a pattern and a character of each kind that it names."""
    parts = ["\n", " ", "!", *words(parser.parse(pattern.pattern))]
    return [*dict.fromkeys(parts)][:MOST_PARTS]


def words(tree: Any) -> Iterator[str]:
    """Yield the runs of literal characters in a parsed pattern, and a character of each set."""
    for literal, nodes in itertools.groupby(tree, key=lambda node: node[0] is kinds.LITERAL):
        if literal:
            yield "".join(chr(value) for _, value in nodes)
            continue
        for kind, value in nodes:
            yield from of_set(value) if kind is kinds.IN else inside(value)


def inside(value: Any) -> Iterator[str]:
    """Yield the words of the patterns in a group or a repetition, and an ``a`` for what takes any character."""
    if isinstance(value, parser.SubPattern):
        yield from words(value)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from inside(part)
    else:
        yield "a"


def repeats(tree: Any) -> bool:
    """Tell whether a pattern repeats anything: one that does not has nothing to go back over."""
    return "REPEAT" in repr(tree)


def of_set(members: Any) -> Iterator[str]:
    examples = {kinds.CATEGORY_SPACE: "\t", kinds.CATEGORY_DIGIT: "7", kinds.CATEGORY_WORD: "w"}
    for kind, value in members:
        if kind is kinds.LITERAL:
            yield chr(value)
        elif kind is kinds.RANGE:
            yield chr(value[0])
        elif kind is kinds.NEGATE:
            yield "a"
        elif kind is kinds.CATEGORY:
            yield examples.get(value, "a")


def look(pattern: re.Pattern[Any], method: str, text: Any) -> None:
    """Let a pattern look at a text, and go on behind each match where it does."""
    if method in ("match", "fullmatch", "search"):
        getattr(pattern, method)(text)
    else:
        deque(pattern.finditer(text), maxlen=0)


def texts(pattern: re.Pattern[Any]) -> Iterator[Any]:
    """Yield texts made of a pattern's parts: each part and each pair repeated, after each part, and then a ``!``."""
    if not repeats(parser.parse(pattern.pattern)):
        return
    parts = parts_of(pattern)
    for before, unit in itertools.product(("", *parts), (*parts, *map("".join, itertools.permutations(parts, 2)))):
        if not before or not unit.startswith(before):
            text = (before + unit * (LENGTH // len(unit)))[:LENGTH] + "!"
            yield text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


@pytest.mark.parametrize("place", PATTERNS)
def test_a_pattern_never_goes_back_over_its_text(place: str) -> None:
    pattern, methods = PATTERNS[place]
    assert methods
    for method in methods:
        check(pattern, method)


def check(pattern: re.Pattern[Any], method: str) -> None:
    for text in texts(pattern):
        with guarded(QUADRATIC):
            look(pattern, method, text)


def test_a_pattern_that_goes_back_is_stopped() -> None:
    with pytest.raises(pytest.fail.Exception, match="hangs"):
        check(re.compile(r" +$"), "search")


def test_the_texts_would_notice() -> None:
    """What a pattern that goes back meets: its words, and a line break."""
    texts_of = {text[:6] for text in texts(re.compile(r"^lr: .*^curves:$", re.MULTILINE | re.DOTALL))}
    assert "lr: \nl" in texts_of
    assert {"a", "b", "c"} <= {*parts_of(re.compile(r"(?:(a)|b)*(?=c)"))}
    assert not list(texts(re.compile(r"[ab]c")))
