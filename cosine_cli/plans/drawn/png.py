"""The text that a PNG holds under our key: its chunks are walked and checked, its pixels are never unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from cosine_cli.plans.drawn.held import MOST_TEXT, BrokenError

KEY = "cosine-lr plan"
"""Where a PNG holds the plan it shows."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12
"""Bytes of a chunk besides its data: length, type, checksum."""


def description(data: bytes) -> str | None:
    """Return the text under our key, None where there is none.

    Raises BrokenError where the file ends early, a checksum is wrong, or the text is no text.
    """
    if not data.startswith(_SIGNATURE):
        raise BrokenError("a damaged signature")
    found = [text for kind, body in _chunks(data) if (text := _text(kind, body)) is not None]
    if len(found) > 1:
        raise BrokenError("more than one plan")
    return found[0] if found else None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the type and the data of each chunk to the one that ends the file."""
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + length + _AROUND
        if len(data) < at + _AROUND or len(data) < end:
            raise BrokenError("a file that ends early")
        body = data[at + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end]):
            raise BrokenError(f"a wrong checksum at offset {at}")
        yield kind, body
        at = end


def _text(kind: bytes, body: bytes) -> str | None:
    """Return the text of a chunk under our key, None for any other chunk."""
    key, _, rest = body.partition(b"\0")
    if kind not in (b"tEXt", b"zTXt", b"iTXt") or key.decode("latin-1") != KEY:
        return None
    if kind == b"tEXt":
        return _bounded(rest).decode("latin-1")
    if kind == b"zTXt":
        return _unpacked(rest[1:]).decode("latin-1")
    packed, _, after = rest[:1], rest[1:2], rest[2:]
    texts = after.split(b"\0", 2)  # language, translated key, text
    if len(texts) < 3 or packed not in (b"\0", b"\1"):  # noqa: PLR2004
        raise BrokenError("a damaged text")
    try:
        return (_unpacked(texts[2]) if packed == b"\1" else _bounded(texts[2])).decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenError("a text that is not UTF-8") from None


def _unpacked(packed: bytes) -> bytes:
    """Return what was compressed, and never more than a plan may be."""
    try:
        return _bounded(zlib.decompressobj().decompress(packed, MOST_TEXT + 1))
    except zlib.error:
        raise BrokenError("a damaged text") from None


def _bounded(text: bytes) -> bytes:
    if len(text) > MOST_TEXT:
        raise BrokenError(f"a text of more than {MOST_TEXT >> 20} MiB")
    return text
