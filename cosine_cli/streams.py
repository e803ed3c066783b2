"""Standard output and standard error, which can be closed, full, or left by their reader."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

from cosine_cli.errors import runtime_error
from cosine_cli.text import visible

PROGRAM = "cosine-lr"


def write_stdout(chunks: Iterable[bytes]) -> None:
    """Write the chunks to standard output, to the last byte.

    Raises BrokenPipeError where the reader has left, which is no failure of ours, and OutcomeError where
    writing fails.
    """
    if sys.stdout is None:
        raise runtime_error("standard output", "could not be written", got="a closed stream")
    try:
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        forget(sys.stdout)
        raise
    except OSError as error:
        forget(sys.stdout)
        raise runtime_error("standard output", "could not be written", got=error.strerror or str(error)) from error


def tell(path: str) -> None:
    """Write the path of a file that was written to standard output; a terminal is shown no control characters."""
    write_stdout([os.fsencode(f"{visible(path) if on_terminal(sys.stdout) else path}\n")])


def note(message: str) -> None:
    """Write one line to standard error, if there is one."""
    if sys.stderr is None:  # for which print() takes standard output
        return
    try:
        print(f"{PROGRAM}: {message}", file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        forget(sys.stderr)


def notes(messages: Iterable[str]) -> None:
    """Write lines to standard error."""
    for message in messages:
        note(message)


def on_terminal(stream: Any) -> bool:
    """Tell whether somebody is looking at a stream."""
    return stream is not None and bool(stream.isatty())


def forget(stream: Any) -> None:
    """Point a broken stream nowhere, or the interpreter complains about it when it closes."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
