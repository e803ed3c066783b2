"""Tables as GitHub's Markdown."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.render.markdown import MOST_ROWS, escaped, markdown_rows
from cosine_cli.studies.table_rows import Times

ROWS = """\
Peak 0.1, 100 epochs

| epoch | linear | step decay |
| ---: | ---: | ---: |
| 0 | 0.100000 | 0.100000 |
| 50 | 0.050000 | 0.010000 |
| end 100 | 0 | 0.000100 |
| mean | 0.050500 | 0.033310 |
| half at | 50 | 30 |
"""


def test_rows_to_the_byte() -> None:
    plan = planned("linear step")
    assert b"".join(markdown_rows(plan, Times(distance=50.0, last=100.0))).decode() == ROWS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cosine, min_lr 1e-5", r"cosine, min\_lr 1e-5"),
        ("a|b", r"a\|b"),
        ("<script>", r"\<script\>"),
        ("`x` *y* ~~z~~", r"\`x\` \*y\* \~\~z\~\~"),
        ("[a](b) &amp; $x$", r"\[a\](b) \&amp; \$x\$"),
        ("\\", r"\\"),
        ("a\nb\x1b[31m\u202e", r"a\\nb\\x1b\[31m\\u202e"),
        ("é日本", "é日本"),
    ],
)
def test_a_text_stays_what_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_label_is_one_cell() -> None:
    plan = planned("", 'curves: [linear: {label: "a|b\\n| c"}]')
    header = b"".join(markdown_rows(plan, Times(distance=50.0, last=100.0))).decode().splitlines()[2]
    assert header == r"| epoch | a\|b\\n\| c |"


def test_rows_are_streamed_and_bounded() -> None:
    plan = planned("linear --steps 1G")
    chunks = markdown_rows(plan, Times(distance=1e9 / (MOST_ROWS - 1), last=1e9))
    assert next(chunks).startswith(b"Peak 0.1")
    with pytest.raises(RequestError, match="must be at most 100,000 as md, got 100,001"):
        markdown_rows(plan, Times(distance=1e4, last=1e9))
