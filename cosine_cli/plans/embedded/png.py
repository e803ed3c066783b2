"""The text that a PNG holds under our key: its chunks are walked and checked, its pixels are never unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from cosine_cli.plans.embedded.extract import MOST_TEXT, BrokenError

KEY = "cosine-lr plan"
"""Where a PNG holds the plan it shows."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12
"""Bytes of a chunk besides its data: length, type, checksum."""

_MOST_CHUNKS = 100_000
"""More than an encoder needs: the usual ones write pixels in chunks of 8 KiB and more."""

_MOST_PACKED = MOST_TEXT + (1 << 16)
"""How many bytes a text that is not too long can take, packed: what cannot be made shorter becomes a little longer."""

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


def description(data: bytes) -> str | None:
    """Return the text under our key, None if there is none.

    Raises BrokenError if the file ends early, a checksum is wrong, or the text is not one that we could have written.
    """
    if not data.startswith(_SIGNATURE):
        raise BrokenError("a damaged signature")
    # Only one text is ever unpacked: any number of them could be packed in a small file.
    found: tuple[bytes, bytes] | None = None
    for kind, body in _chunks(data):
        if kind in _TEXTS and _key(body) == KEY.encode():
            if found is not None:
                raise BrokenError("more than one plan")
            if len(body) > _MOST_PACKED:
                raise _too_long()
            found = kind, bytes(body[len(KEY) + 1 :])
    return None if found is None else _text(*found)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the type and the data of each chunk to the one that ends the file."""
    whole = memoryview(data)
    at, kind, count = len(_SIGNATURE), b"", 0
    while kind != b"IEND":
        length = int.from_bytes(whole[at : at + 4])
        kind, end = bytes(whole[at + 4 : at + 8]), at + length + _AROUND
        if len(data) < at + _AROUND or len(data) < end:
            raise BrokenError("a file that ends early")
        if (count := count + 1) > _MOST_CHUNKS:
            raise BrokenError(f"more than {_MOST_CHUNKS:,} chunks")
        body = whole[at + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(whole[end - 4 : end]):
            raise BrokenError(f"a wrong checksum at offset {at}")
        yield kind, body
        at = end


def _key(body: memoryview) -> bytes:
    """Return the key of a text chunk, at most a letter more of it than ours has."""
    return bytes(body[: len(KEY) + 1]).partition(b"\0")[0]


def _text(kind: bytes, rest: bytes) -> str:
    """Return the text of a chunk of any of the three types, from what is behind its key."""
    if kind == b"tEXt":
        return _bounded(rest).decode("latin-1")
    if kind == b"zTXt":
        return _unpacked(rest).decode("latin-1")
    packed, after = rest[:1], rest[1:]
    texts = after[1:].split(b"\0", 2)  # language, translated key, text
    if len(texts) < 3 or packed not in (b"\0", b"\1"):  # noqa: PLR2004
        raise BrokenError("a damaged text")
    try:
        return (_unpacked(after[:1] + texts[2]) if packed == b"\1" else _bounded(texts[2])).decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenError("a text that is not UTF-8") from None


def _unpacked(packed: bytes) -> bytes:
    """Return what was compressed, whose first byte names the method, and never more than a plan may be."""
    unpacker = zlib.decompressobj()
    try:
        text = _bounded(unpacker.decompress(packed[1:], MOST_TEXT + 1))
    except zlib.error:
        raise BrokenError("a damaged text") from None
    if packed[:1] != b"\0" or not unpacker.eof or unpacker.unused_data:
        raise BrokenError("a damaged text")
    return text


def _bounded(text: bytes) -> bytes:
    if len(text) > MOST_TEXT:
        raise _too_long()
    return text


def _too_long() -> BrokenError:
    return BrokenError(f"a text of more than {MOST_TEXT >> 20} MiB")
