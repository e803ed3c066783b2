"""Answer the completion scripts of the shells, which pass a command line in environment variables as Typer does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cosine_cli.completion.candidates import Candidate

SHELLS = ("bash", "zsh", "fish")
_BREAKS = ":="
"""Characters at which bash breaks words, and which words of cosine-lr have."""

_END = "\0"
_SPECIAL = re.compile(r"([^\w@%+=:,./*~-])")


class TypedLine(NamedTuple):
    """A command line up to the cursor.

    - ``words``: the words between the program and the last one.
    - ``typed``: the last word, which may be empty.
    - ``fixed``: how much of it precedes the part that bash replaces.
    - ``quoted``: whether a quote is open.
    """

    words: Sequence[str]
    typed: str
    fixed: int = 0
    quoted: bool = False


def script(shell: str) -> bytes:
    """Return the completion script of a shell."""
    with open(os.path.join(os.path.dirname(__file__), "scripts", shell), "rb") as file:
        return file.read()


def typed_line(shell: str, environ: Mapping[str, str]) -> TypedLine:
    """Return the command line that a script passes."""
    if shell != "bash":
        words, quoted = _split(environ.get("_TYPER_COMPLETE_ARGS", "") + _END)
        return TypedLine(words[1:-1], words[-1].removesuffix(_END), quoted=quoted)
    words, quoted = _split(environ.get("COMP_WORDS", ""))
    cursor = environ.get("COMP_CWORD", "")
    at = int(cursor) if cursor.isdecimal() else len(words)
    words, fixed = _joined([*words[:at], *(words[at : at + 1] or [""])])
    return TypedLine(words[1:-1], words[-1], fixed, quoted)


def _split(text: str) -> tuple[list[str], bool]:
    """Return the words of a command line, without quotes, and whether a quote is open at the end."""
    import shlex

    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:  # no closing quotation, or nothing after a backslash
        return [*words, lexer.token], True
    return words, False


def _joined(parts: Iterable[str]) -> tuple[list[str], int]:
    """Join the words that bash has broken, and return the length of the last one before its last part."""
    words: list[str] = []
    fixed, after_break = 0, False
    for part in parts:
        is_break = bool(part) and set(part) <= set(_BREAKS)
        if words and (is_break or (after_break and part)):
            words[-1] += part
            fixed = len(words[-1]) - (0 if is_break else len(part))
        else:
            words.append(part)
            fixed = 0
        after_break = is_break
    return words, fixed


def answer(shell: str, line: TypedLine, candidates: Iterable[Candidate]) -> bytes:
    """Return the lines that a script reads: a word, for zsh and fish with its meaning, or the pattern of files."""
    lines = [_bash(line, candidate) if shell == "bash" else _with_meaning(candidate) for candidate in candidates]
    return "".join(f"{text}\n" for text in lines).encode("utf-8", "surrogateescape")


def _with_meaning(candidate: Candidate) -> str:
    return candidate.text if candidate.is_pattern else f"{candidate.text}\t{candidate.meaning}"


def _bash(line: TypedLine, candidate: Candidate) -> str:
    """Return the part of a word that replaces the last part of a line, escaped outside quotes."""
    if candidate.is_pattern:
        return candidate.text
    text = candidate.text[line.fixed :]
    return text if line.quoted else _SPECIAL.sub(r"\\\1", text)
