"""Read the subject of a PDF: from the trailer to the cross-reference table to the information dictionary."""

from __future__ import annotations

import re

from cosine_cli.plans.embedded.extract import MOST_TEXT, BrokenError

_TAIL = 1024
"""The bytes at the end of a file that contain the offset of the cross-reference table."""

_MOST_INFO = 5 * MOST_TEXT
"""The most bytes of the information dictionary: a character has at most two bytes, each written with at most two."""

_MOST_WORDS = 1000
"""The most names and values of the information dictionary."""

# Every repetition is bounded or possessive, as the text is untrusted.
_END = re.compile(rb"startxref\s{1,64}([0-9]{1,10})\s{1,64}%%EOF\s{0,64}\Z")
_INFO = re.compile(rb"/Info\s{1,64}([0-9]{1,7})\s{1,64}([0-9]{1,5})\s{1,64}R")
_SECTION = re.compile(rb"xref\s{1,64}0\s{1,64}([0-9]{1,7})[ \t]{0,64}\r?\n")
_ROW = 20
_ROW_TEXT = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])")
_HEADING = re.compile(rb"([0-9]{1,7})\s{1,64}[0-9]{1,5}\s{1,64}obj\s{0,64}<<")
_SPACE = re.compile(rb"\s{0,64}")
_TOKEN = re.compile(
    rb"(?P<name>/[^\s()<>\[\]{}/%]{0,127})|(?P<end>>>)|(?P<open>\()|"
    rb"<(?P<hex>[0-9A-Fa-f\s]*+)>|(?P<word>[^\s()<>/\[\]{}%]{1,255})"
)
_SPECIAL = re.compile(rb"\\(?:[0-7]{1,3}|\r\n|[\s\S])|[()]")
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_UTF_16 = b"\xfe\xff"
_LAST_BYTE = 0xFF


def description(data: bytes) -> str | None:
    """Return the subject of the document, None if it does not have one, or has another layout than ours.

    Raises BrokenError if the file is truncated, or its parts are misplaced or too large.
    """
    end = _END.search(data, max(len(data) - _TAIL, 0))
    if end is None:
        raise BrokenError("truncated file")
    section = _SECTION.match(data, int(end[1]))
    if section is None:  # a compressed table, as other programs write it
        return None
    info = _INFO.search(data, section.end() + _ROW * int(section[1]), end.start())
    if info is None:
        return None
    at = _place(data, section, int(info[1]))
    return _subject(data[at : at + _MOST_INFO])


def _place(data: bytes, section: re.Match[bytes], number: int) -> int:
    """Return the offset of an object after its heading."""
    row = _ROW_TEXT.match(data, section.end() + _ROW * number) if number < int(section[1]) else None
    if row is None or row[3] != b"n":
        raise BrokenError("damaged cross-reference table")
    heading = _HEADING.match(data, int(row[1]))
    if heading is None or int(heading[1]) != number:
        raise BrokenError("object not at its offset in the cross-reference table")
    return heading.end()


def _subject(info: bytes) -> str | None:
    """Return the subject in the entries of an information dictionary."""
    key, at = b"", 0
    for _ in range(_MOST_WORDS):
        token = _TOKEN.match(info, _past_space(info, at))
        if token is None:
            raise BrokenError("damaged information dictionary")
        if token["end"] is not None:
            return None
        at = token.end()
        if token["name"] is not None:
            key = token["name"]
        elif token["open"] is not None:
            text, at = _literal(info, at)
            if key == b"/Subject":
                return _decoded(text)
        elif token["hex"] is not None and key == b"/Subject":
            return _decoded(_from_digits(token["hex"]))
    raise BrokenError(f"information dictionary of more than {_MOST_WORDS:,} words")


def _past_space(info: bytes, at: int) -> int:
    space = _SPACE.match(info, at)
    return at if space is None else space.end()


def _from_digits(digits: bytes) -> bytes:
    """Return a string written as hexadecimal digits, of which a final 0 may be omitted."""
    digits = digits.translate(None, b" \t\r\n\f\v")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _literal(info: bytes, start: int) -> tuple[bytes, int]:
    """Return a string in parentheses, which may contain balanced ones, and its end."""
    depth = 1
    for special in _SPECIAL.finditer(info, start):
        depth += {b"(": 1, b")": -1}.get(special[0], 0)
        if depth == 0:
            return _ESCAPED.sub(_unescaped, info[start : special.start()]), special.end()
    raise _too_long() if len(info) == _MOST_INFO else BrokenError("truncated file")


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    text = escaped[1]
    if text.isdigit() and text[:1] <= b"7":
        return bytes([int(text, 8) & _LAST_BYTE])
    return b"" if text in (b"\n", b"\r", b"\r\n") else _LETTERS.get(text, text)


def _decoded(subject: bytes) -> str:
    try:
        text = subject[2:].decode("utf-16-be") if subject.startswith(_UTF_16) else subject.decode("latin-1")
    except UnicodeDecodeError:
        raise BrokenError("text that is not UTF-16") from None
    if len(text) > MOST_TEXT:
        raise _too_long()
    return text


def _too_long() -> BrokenError:
    return BrokenError(f"text of more than {MOST_TEXT >> 20} MiB")
