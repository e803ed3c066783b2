"""Write to standard output and standard error, which may be closed, full, or without a reader."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cosine_cli.errors import reason_of, runtime_error
from cosine_cli.text import visible

PROGRAM = "cosine-lr"


def write_stdout(chunks: Iterable[bytes]) -> None:
    """Write all chunks to standard output.

    Raises BrokenPipeError if the reader has closed the pipe, which is not an error of the program, and OutcomeError
    if writing fails.
    """
    if sys.stdout is None:
        raise runtime_error("cannot write to standard output", "it is closed")
    try:
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        forget(sys.stdout)
        raise
    except OSError as error:
        forget(sys.stdout)
        raise runtime_error("cannot write to standard output", reason_of(error)) from error


def note(message: str) -> None:
    """Write one line to standard error, if there is one."""
    if sys.stderr is None:  # print() would then write to standard output
        return
    try:
        print(f"{PROGRAM}: {message}", file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        forget(sys.stderr)


@dataclass(frozen=True)
class Messages:
    """What a command prints besides its result: nothing if ``quiet``. Errors and warnings are always printed."""

    quiet: bool

    def notes(self, *messages: str) -> None:
        """Write one line per note to standard error."""
        for message in () if self.quiet else messages:
            note(message)

    def path(self, path: str) -> None:
        """Print the path of a written file to standard output, escaped for a terminal."""
        if not self.quiet:
            write_stdout([os.fsencode(f"{visible(path) if on_terminal(sys.stdout) else path}\n")])


def on_terminal(stream: Any) -> bool:
    """Return whether a stream is a terminal."""
    return stream is not None and bool(stream.isatty())


def forget(stream: Any) -> None:
    """Redirect a broken stream to the null device, else the interpreter reports it at exit."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
