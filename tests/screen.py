"""The tool on a terminal: a real process at the end of a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FORGOTTEN = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM")


def on_terminal(
    *words: str, columns: int = 80, env: Mapping[str, str] | None = None, out: int | None = None
) -> tuple[int, str]:
    """Return the exit code and what the terminal was shown; ``out`` takes standard output where it is given."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    tool = [sys.executable, "-m", "cosine_cli", *words]
    with subprocess.Popen(
        tool, stdin=its, stdout=its if out is None else out, stderr=its, env={**kept, "TERM": "xterm", **(env or {})}
    ) as process:
        os.close(its)
        shown = b""
        with suppress(OSError):  # what a terminal says when its last writer is gone
            while piece := os.read(ours, 1 << 16):
                shown += piece
    os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")
