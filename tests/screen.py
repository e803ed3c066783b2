"""The tool on a terminal: standard streams that are a pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import termios
import threading
from typing import TYPE_CHECKING
from unittest import mock

from cosine_cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORGOTTEN = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM")


def on_terminal(
    *words: str, columns: int = 80, env: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> tuple[int, str]:
    """Return the exit code and what the terminal was shown."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(read(ours)))
    reader.start()
    with standard_streams(its, encoding), environment({"TERM": "xterm", **(env or {})}):
        code = cli.run(words)
    os.close(its)
    reader.join()
    os.close(ours)
    return code, b"".join(shown).decode(encoding).replace("\r\n", "\n")


def read(terminal: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # what a terminal says when its last writer is gone
        while piece := os.read(terminal, 1 << 16):
            yield piece


@contextlib.contextmanager
def standard_streams(file: int, encoding: str) -> Iterator[None]:
    """Make one file all three standard streams: of this process, so that ``/dev/stdout`` is it, and of Python."""
    before = {number: os.dup(number) for number in (0, 1, 2)}
    for number in before:
        os.dup2(file, number)
    try:
        with (
            open(1, "w", encoding=encoding, closefd=False) as out,
            open(2, "w", encoding=encoding, errors="backslashreplace", closefd=False) as err,
            mock.patch.multiple("sys", stdout=out, __stdout__=out, stderr=err),
        ):
            yield
    finally:
        for number, kept in before.items():
            os.dup2(kept, number)
            os.close(kept)


@contextlib.contextmanager
def environment(more: Mapping[str, str]) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    with mock.patch.dict(os.environ, {**kept, **more}, clear=True):
        yield
