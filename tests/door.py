"""The command line inside this process: what it prints, and its exit code."""

from __future__ import annotations

import contextlib
import io
from typing import NamedTuple

from cosine_cli import cli


class Answer(NamedTuple):
    """What one command line came to."""

    code: int
    out: bytes
    err: str


def ask(*words: str) -> Answer:
    """Run one command line and return its answer; an exception that escapes the door is a failure of the test."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.run(list(words))
    return Answer(code, out.buffer.getvalue(), err.getvalue())  # type: ignore[attr-defined]


def check(answer: Answer) -> None:
    """Hold an answer to the contract: 0 with an answer and at most notes, or 2 with messages and nothing else."""
    assert answer.code in (0, 2), answer.err
    assert "Traceback" not in answer.err
    if answer.code == 0:
        assert answer.out
        assert all(line.startswith("cosine-lr: ") for line in answer.err.splitlines()), answer.err
        assert "error: " not in answer.err
    else:
        assert not answer.out
        assert all(line.startswith("cosine-lr: error: ") for line in answer.err.splitlines())
    assert answer.err.replace("\n", "").isprintable()
