"""Python configs: values without running anything; what code computes or may change is an error where it is read."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans.parse.nodes import value_of

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.parse.code import is_code as is_code_node
from cosine_cli.plans.parse.python import parse

if TYPE_CHECKING:
    from pathlib import Path

    from cosine_cli.plans.parse.node import Node


class Code(str):
    """The text of a value that is code."""

    __slots__ = ()


def scalar(node: Node) -> Any:
    """Return a scalar as Python has it."""
    if is_code_node(node):
        return Code(node.text)
    if node.quoted:
        return node.text
    words = {"true": True, "false": False, "null": None}
    return words[node.text] if node.text in words else eval(node.text, {"inf": float("inf"), "nan": float("nan")})  # noqa: S307


def values(text: str) -> dict[str, Any]:
    top = parse(text, "c.py")
    read: dict[str, Any] = {} if top is None else value_of(top, scalar)
    return read


def is_code(value: Any) -> bool:
    return isinstance(value, Code)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1_000", 1000),
        ("-1", -1),
        ("+.5", 0.5),
        ("3e-4", 3e-4),
        ("0x10", 16),
        ("True", True),
        ("None", None),
        ("'a' \"b\"", "ab"),
        ("'a' + 'b'", "ab"),
        ("(1, 'a', )", [1, "a"]),
        ("[1] + [2]", [1, 2]),
        ("[1, 2] * 2", [1, 2, 1, 2]),
        ("{'a': {1: 2}}", {"a": {"1": 2}}),
        ("{'a': 1, **{'b': 2}, 'a': 3}", {"a": 3, "b": 2}),
        ("dict(a=1, b=dict())", {"a": 1, "b": {}}),
        ("dict(**one, c=2)", {"x": 1, "c": 2}),
        ("5 * 8", 40),
        ("1.0 / 10", 0.1),
        ("7 // 2 + 7 % 4", 6),
        ("2 ** -1", 0.5),
        ("10 ** 3", 1000),
        ("(number - 1) * 0.02", 0.04),
        ("int(3.7) + round(2.5) - min(1, 2)", 4),
        ("float('inf')", float("inf")),
        ("one", {"x": 1}),
    ],
)
def test_what_is_read(expression: str, value: Any) -> None:
    read = values(f"number = 3\none = dict(x=1)\na = {expression}\n")["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    "expression",
    [
        *("unknown", "f()", "a.b", "a[0]", "f'{number}'", "[x for x in y]", "lambda: 1", "1 if number else 2"),
        *(
            "number == 3",
            "not number",
            "~number",
            "number and 1",
            "{1, 2}",
            "b'a'",
            "...",
            "1j",
            "(y := 1)",
            "await_ @ 1",
        ),
        *(
            "True + 1",
            "'a' * 3",
            "'%s' % 1",
            "[1] + 1",
            "1 / 0",
            "(-8) ** 0.5",
            "-'a'",
            "dict([('a', 1)])",
            "{**number}",
        ),
        *(
            "dict(a=1, **{'a': 2})",
            "dict(a=1, a=2)",
            "{f(): 1}",
            "{(1, 2): 3}",
            "int('x')",
            "int(number, base=3)",
            "max()",
        ),
        *(
            "10 ** 10 ** 10",
            "10.0 ** 1000",
            "2 ** 5000",
            "'a' * 10 ** 9",
            "[0] * 10 ** 9",
            "0x" + "f" * 5000,
            "'\\ud800'",
        ),
        *("[" * 40 + "]" * 40, "1" + " + 1" * 100, "-" * 90 + "1"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_code(expression: str) -> None:
    read = values(f"number = 3\na = {expression}\nb = [1, a]\n")
    assert is_code(read["a"]) or ("[" * 40 in expression and has_code(read["a"]))
    assert read["number"] == 3
    assert read["b"][0] == 1


def test_the_place_of_each_value_and_of_code() -> None:
    text = "é = 'é'; lr = -1\nn = [\n  1, f(2,\n 3)]\nlast = n\n"
    top = parse(text, "c.py")
    assert top is not None
    values = {key.text: value for key, value in top.pairs or ()}
    places = {key.text: (key.where, value.where) for key, value in top.pairs or ()}
    assert places["lr"] == ("c.py:1:10", "c.py:1:15")
    assert places["last"] == ("c.py:5:1", "c.py:2:5")
    (_, code) = values["n"].items or ()
    assert (code.where, code.text) == ("c.py:3:6", "f(2,")


@pytest.mark.parametrize(
    "text",
    [
        "a = [1]\na.append(2)",
        "a = [1]\nb = dict(x=a)\nb['x'][0] = 2",
        "a = {}\na.update(x=1)",
        "a = b = [1]\nb += [2]",
        "a = [1]\nf(a)",
        "a = [1]\nb = f(a)",
        "a = 1\nif b:\n    a = 2",
        "for a in b: pass",
        "with b as a: pass",
        "a = 1\ntry:\n    pass\nexcept E as a:\n    pass",
        "a = 1\ndel a",
        "a = 1\nb = (a := 2)",
        "a, *b = 1, 2",
        "a, b = c",
        "a = 1\nexec(open('x').read())",
        "a = 1\nglobals()['a'] = 2",
        "def f():\n    global a\n    a = 2\na = 1\nf()",
        "def f():\n    a['x'] = 2\na = {}\nf()",
        "b = [1]\na = b\nf = lambda: b.append(1)\nf()",
        "class A:\n    a['x'] = 2\na = {}",
        "match b:\n    case {'x': 1, **a}:\n        pass",
        "match b:\n    case [*a]:\n        pass",
        "a = 1\na += f()",
    ],
)
def test_what_code_may_change_is_code(text: str) -> None:
    assert is_code(values(text)["a"])


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\nprint(a)",
        "b = f()\na = 1",
        "a = 2\na -= 1",
        "a: int = 1",
        "(b, [a]) = 2, (1,)",
        "def f(a=2):\n    a = 3\na = 1\nf()",
        "class A:\n    a = 2\na = 1",
        "if b:\n    a = 2\na = 1",
        "import a\na = 1",
        "import os\na = 1\nb = os.path.join('c', f'{a}')",
    ],
)
def test_what_code_cannot_change_is_read(text: str) -> None:
    assert values(text)["a"] == 1


def test_functions_and_imports_are_not_values() -> None:
    assert values("import os.path\nfrom a import B as C\ndef f(): pass\nclass D: pass\na = 1\n") == {"a": 1}
    assert values("a = 1\nfrom b import a\nb = 1") == {"b": 1}
    assert is_code(values("from b import dict\na = dict(x=1)")["a"])
    assert is_code(values("int = float\na = int(1)")["a"])


def test_an_imported_class_is_a_type_by_its_name() -> None:
    text = "from torch.optim import SGD, lr, Adam as A\na = dict(type=SGD, optimizer=SGD)\nb = {'type': lr}\n"
    text += "c = dict(type=A)\nfrom a import b as SGD\nd = dict(type=SGD)"
    read = values(text)
    assert read["a"]["type"] == "SGD"
    assert is_code(read["a"]["optimizer"])
    assert is_code(read["b"]["type"])
    assert read["c"]["type"] == "Adam"
    assert is_code(read["d"]["type"])


def test_nothing_is_run(here: Path) -> None:
    text = "open('a', 'w')\nb = open('b', 'w')\n__import__('os').mkdir('c')\nd = [open('d', 'w') for _ in [0]]\n"
    assert set(values(text)) == {"b", "d", "_"}
    assert list(here.iterdir()) == []


BASED = (
    "{0}: must be a whole config: the files that it is based on are not read, got {1}; "
    "dump it with python -c \"from {2} import Config; Config.fromfile('c.py').dump('dumped.py')\""
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a'\nf()\n", "c.py: must assign values, as in 'lr = 0.1': code is not run"),
        ("a = (", "c.py:1:5: invalid Python: '(' was never closed"),
        ("a = 1\n b = 2", "c.py:2:1: invalid Python: unexpected indent"),
        ("a = " + "(" * 100_000, "c.py:1:205: invalid Python: too many nested parentheses"),
        ("a = " + "-" * 1_000_000 + "1", "c.py: invalid Python: nested too deeply"),
        ("a = 1" + " + 1" * 250_000, "c.py: invalid Python: nested too deeply"),
        ("a" + ".a" * 500_000, "c.py: invalid Python: nested too deeply"),
        ("a = " + "9" * 1_000_000, "c.py:1:1: invalid Python: Exceeds the limit (4300 digits) for integer string"),
        ("a = 1\n" * 170_000, "c.py: must have at most 80,000 lines and values, got more"),
        (f"a = [{'1,' * 500_000}]", "c.py: must have at most 80,000 lines and values, got more"),
        (f"a = f'{'{a}' * 300_000}'", "c.py: must have at most 80,000 lines and values, got more"),
        ("a = b'" + "a" * 1_000_000, "c.py:1:5: invalid Python: unterminated string literal"),
        (f"a = [{'1,' * 20_000}]", "c.py:1:40004: must have at most 20,000 values, got more"),
        ("a = [1]\n" + "a = [a, a]\n" * 20, "c.py:13:9: must have at most 20,000 values, got more"),
        (
            "from a import *",
            "c.py:1:1: must not import all names of another file, which is not read, got 'from a import *'",
        ),
        (
            "a = 1\n_base_ = ['b.py']\n",
            BASED.format("c.py:2:1", "'_base_ = ['b.py']'", "mmengine"),
        ),
        (
            "_base_ = 'b.py'\nlr_config = dict(policy='step')\n",
            BASED.format("c.py:1:1", "'_base_ = 'b.py''", "mmcv"),
        ),
        (
            "with read_base():\n    from .a import *\n",
            BASED.format("c.py:1:1", "'with read_base():'", "mmengine"),
        ),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_refused(text: str, message: str) -> None:
    start = time.process_time()
    with pytest.raises(RequestError) as error:
        parse(text, "c.py")
    assert str(error.value).startswith(message)
    assert time.process_time() - start < 10


def test_an_empty_base_is_none() -> None:
    assert values("_base_ = []\na = 1") == {"a": 1}


def test_code_is_an_error_where_it_is_read() -> None:
    top = parse("lr = get_lr()\nparts = [1, get_lr()]\nrest = 3\n", "c.py")
    assert top is not None
    reader = MappingReader(top)
    assert "lr" in reader
    assert reader.count("rest") == 3
    for read, message in [
        (
            lambda: reader.number("lr"),
            "c.py:1:6: lr must be a plain value, got the Python code 'get_lr()'; write the value in the file",
        ),
        (
            lambda: reader.word("lr", "x"),
            "c.py:1:6: lr must be a plain value, got the Python code 'get_lr()'; write the value in the file",
        ),
        (
            lambda: reader.mapping("lr"),
            "c.py:1:6: lr must be a plain value, got the Python code 'get_lr()'; write the value in the file",
        ),
        (
            lambda: reader.numbers("parts"),
            "c.py:2:13: parts must be a plain value, got the Python code 'get_lr()'; write the value in the file",
        ),
        (
            lambda: MappingReader.of(reader.node.pairs[0][1]),
            "c.py:1:6: must be a plain value, got the Python code 'get_lr()'; write the value in the file",
        ),
    ]:
        with pytest.raises(RequestError) as error:
            read()  # type: ignore[no-untyped-call]
        assert str(error.value) == message


def test_a_program_is_not_recognized() -> None:
    message = (
        r"^c\.py: no config of cosine-lr, and not .*: of a Python file, only the values that it assigns are read; "
    )
    with pytest.raises(RequestError, match=message):
        parse_config_text("import torch\nhidden = 3\nmodel = torch.nn.Linear(3, hidden)\n", "c.py")


def test_a_config_of_ours_in_python() -> None:
    request = parse_config_text("lr = 0.1\nepochs = 2 * 5\ncurves = ['cosine', {'step': dict(gamma=0.5)}]\n", "c.py")
    assert request.run["epochs"].text == "10"
    assert [curve.name for curve in request.curves] == ["cosine", "step"]
    with pytest.raises(
        RequestError,
        match=r"^c\.py:1:6: must be a plain value, got the Python code 'f\(\)'; write the value in the file$",
    ):
        parse_config_text("lr = f()\ncurves = ['cosine']\n", "c.py")


STATEMENTS = st.lists(
    st.sampled_from(
        [
            *("a = 1", "b = 2.5", "c = [1, 2]", "d = dict(x=1)", "a = a + 1", "b = a", "c = d", "d = c", "c = [c]"),
            *(
                "d = dict(y=c)",
                "d = dict(**d)",
                "a += 1",
                "c += [3]",
                "c = c + [4]",
                "c = c * 2",
                "a, b = b, a",
                "c = d = []",
            ),
            *(
                "c.append(5)",
                "d.update(z=1)",
                "c[0] = 6",
                "d['x'] = 7",
                "e = c[0]",
                "e = d.copy()",
                "e = [c, *c]",
                "del a",
            ),
            *("if a: b = 8", "for a in c: pass", "for x in [1]: d['w'] = x", "b = (a := 9)", "e = [a for a in [1]]"),
            *(
                "def f():\n    global a\n    a = 10",
                "def f():\n    c.append(11)",
                "f()",
                "f = c.append",
                "f(12)",
                "e = f",
            ),
            *(
                "exec('a = 13')",
                "globals()['b'] = 14",
                "import math as a",
                "class A:\n    d['v'] = 15",
                "e = -a",
                "e = c",
            ),
            *(
                "try: f()\nexcept TypeError as b: pass",
                "with open('/dev/null') as a: pass",
                "e = dict(type=a)",
                "a = int",
            ),
            *("dict = list", "e = int(b)", "e = a if b else c", "e = f'{c}'", "e = {a: b}", "(lambda: c.append(16))()"),
        ]
    ),
    max_size=8,
)


@settings(max_examples=400)
@given(STATEMENTS)
def test_a_value_that_is_not_code_is_the_one_that_running_the_module_gives(statements: list[str]) -> None:
    namespace: dict[str, Any] = {}
    text = "\n".join(["z = 0", *statements])
    try:
        exec(text, namespace)  # noqa: S102
    except Exception:  # noqa: BLE001
        return
    for name, value in values(text).items():
        if not has_code(value):
            assert plain(namespace[name]) == value


def has_code(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return is_code(value) or any(map(has_code, inner))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


@given(st.text("abc=()[]{}'\"\n ,.:*+-#\\é\t1f", max_size=30))
def test_any_text_is_read_or_one_error(text: str) -> None:
    with contextlib.suppress(RequestError):
        parse(text, "c.py")
