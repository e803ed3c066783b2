"""What a command line is completed to, as the scripts of the shells are answered."""

from __future__ import annotations

from unittest import mock

from door import ask

from cosine_cli.plans.parse.file_words import SUFFIXES

READABLE = [*(f"*{suffix}" for suffix in SUFFIXES), "*/"]
"""The patterns of configs and figures, and of folders."""


def answered(shell: str, **environ: str) -> list[str]:
    """Return the lines of the answer to a shell's script."""
    with mock.patch.dict("os.environ", {"_COSINE_LR_COMPLETE": f"complete_{shell}", **environ}):
        code, out, err = ask()
    assert (code, err) == (0, "")
    return out.decode().splitlines()


def completed(line: str) -> list[str]:
    """Return the words and the patterns of files that can replace the last word of a line."""
    return [text.partition("\t")[0] for text in answered("zsh", _TYPER_COMPLETE_ARGS=f"cosine-lr {line}")]
