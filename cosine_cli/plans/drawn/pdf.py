"""The subject of a PDF: from the trailer to the table of objects to the one that describes the document."""

from __future__ import annotations

import re

from cosine_cli.plans.drawn.held import MOST_TEXT, BrokenError

_TAIL = 1024
"""How far from its end a file says where its table of objects stands."""

_END = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF\s*\Z")
_INFO = re.compile(rb"/Info\s+([0-9]{1,7})\s+([0-9]{1,5})\s+R")
_SECTION = re.compile(rb"xref\s+0\s+([0-9]{1,7})\s*?\r?\n")
_ROW = 20
_ROW_TEXT = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])")
_TOKEN = re.compile(
    rb"\s*(?:(?P<name>/[^\s()<>\[\]{}/%]*)|(?P<end>>>)|(?P<open>\()|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<word>[^\s()<>/\[\]{}%]+))"
)
_SPECIAL = re.compile(rb"[()\\]")
_ESCAPED = re.compile(rb"[0-7]{1,3}|\r\n|[\s\S]")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_UTF_16 = b"\xfe\xff"
_LAST_BYTE = 0xFF


def description(data: bytes) -> str | None:
    """Return the subject of the document, None where it has none, or is not laid out as ours are.

    Raises BrokenError where the file ends early or its parts are not where it says.
    """
    end = _END.search(data, max(len(data) - _TAIL, 0))
    if end is None:
        raise BrokenError("a file that ends early")
    at = int(end[1])
    section = _SECTION.match(data, at)
    if section is None:  # a table that is packed, as other programs write it
        return None
    info = _INFO.search(data, section.end() + _ROW * int(section[1]), end.start())
    return _subject(data, _place(data, section, int(info[1]))) if info is not None else None


def _place(data: bytes, section: re.Match[bytes], number: int) -> int:
    """Return where the object of a number begins: behind its own heading."""
    row = _ROW_TEXT.match(data, section.end() + _ROW * number) if number < int(section[1]) else None
    if row is None or row[3] != b"n":
        raise BrokenError("a damaged table of objects")
    heading = re.compile(rb"%d\s+[0-9]+\s+obj\s*<<" % number).match(data, int(row[1]))
    if heading is None:
        raise BrokenError("an object that is not where the table says")
    return heading.end()


def _subject(data: bytes, at: int) -> str | None:
    """Return the value of the subject in the dictionary that begins at a place."""
    key = b""
    while (token := _TOKEN.match(data, at)) and token["end"] is None:
        at = token.end()
        if token["name"] is not None:
            key = token["name"]
        elif token["open"] is not None:
            text, at = _literal(data, at)
            if key == b"/Subject":
                return _decoded(text)
        elif token["hex"] is not None and key == b"/Subject":
            digits = b"".join(token["hex"].split()).decode()
            return _decoded(bytes.fromhex(digits + "0" * (len(digits) % 2)))
    if token is None:
        raise BrokenError("a damaged description")
    return None


def _literal(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a text in parentheses, which may hold balanced ones, and where it ends."""
    parts: list[bytes] = []
    depth, size = 1, 0
    while (special := _SPECIAL.search(data, at)) and size <= MOST_TEXT:
        parts.append(data[at : special.start()])
        size += special.start() - at + 1
        at = special.end()
        depth += {b"(": 1, b")": -1}.get(special[0], 0)
        if depth == 0:
            return b"".join(parts), at
        if special[0] != b"\\":
            parts.append(special[0])
        elif escaped := _ESCAPED.match(data, at):
            parts.append(_unescaped(escaped[0]))
            at = escaped.end()
    raise BrokenError(f"a text of more than {MOST_TEXT >> 20} MiB" if size > MOST_TEXT else "a file that ends early")


def _unescaped(escaped: bytes) -> bytes:
    if escaped.isdigit() and escaped[:1] <= b"7":
        return bytes([int(escaped, 8) & _LAST_BYTE])
    return b"" if escaped in (b"\n", b"\r", b"\r\n") else _LETTERS.get(escaped, escaped)


def _decoded(text: bytes) -> str:
    if not text.startswith(_UTF_16):
        return text.decode("latin-1")
    try:
        return text.removeprefix(_UTF_16).decode("utf-16-be")
    except UnicodeDecodeError:
        raise BrokenError("a text that is not UTF-16") from None
