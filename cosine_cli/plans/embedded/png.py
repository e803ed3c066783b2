"""Read the text of a PNG under our key: all chunks are checked, pixels are not decompressed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from cosine_cli.plans.embedded.extract import MOST_TEXT, BrokenError

KEY = "cosine-lr plan"
"""The keyword of the text with the config."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12
"""Bytes of a chunk besides its data: length, type and checksum."""

_MOST_CHUNKS = 100_000
"""More than encoders write: their chunks have at least 8 KiB of pixels."""

_MOST_COMPRESSED = MOST_TEXT + (1 << 16)
"""The most bytes of the compressed text: incompressible data grows slightly."""

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


def description(data: bytes) -> str | None:
    """Return the text under our key, None if there is none.

    Raises BrokenError if the file is truncated, a checksum is wrong, or the text is invalid or too long.
    """
    if not data.startswith(_SIGNATURE):
        raise BrokenError("damaged signature")
    # Only one text is decompressed: a small file could contain many large ones.
    chunk: tuple[bytes, bytes] | None = None
    for kind, body in _chunks(data):
        if kind in _TEXTS and _key(body) == KEY.encode():
            if chunk is not None:
                raise BrokenError("more than one config")
            if len(body) > _MOST_COMPRESSED:
                raise _too_long()
            chunk = kind, bytes(body[len(KEY) + 1 :])
    return None if chunk is None else _text(*chunk)


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the type and the data of each chunk up to IEND."""
    whole = memoryview(data)
    at, kind, count = len(_SIGNATURE), b"", 0
    while kind != b"IEND":
        length = int.from_bytes(whole[at : at + 4])
        kind, end = bytes(whole[at + 4 : at + 8]), at + length + _AROUND
        if len(data) < at + _AROUND or len(data) < end:
            raise BrokenError("truncated file")
        if (count := count + 1) > _MOST_CHUNKS:
            raise BrokenError(f"more than {_MOST_CHUNKS:,} chunks")
        body = whole[at + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(whole[end - 4 : end]):
            raise BrokenError(f"wrong checksum at offset {at}")
        yield kind, body
        at = end


def _key(body: memoryview) -> bytes:
    """Return the keyword of a text chunk, or a beginning longer than ours."""
    return bytes(body[: len(KEY) + 1]).partition(b"\0")[0]


def _text(kind: bytes, rest: bytes) -> str:
    """Return the text of a chunk of any of the three types, from its data after the keyword."""
    if kind == b"tEXt":
        return _bounded(rest).decode("latin-1")
    if kind == b"zTXt":
        return _decompressed(rest).decode("latin-1")
    packed, after = rest[:1], rest[1:]
    texts = after[1:].split(b"\0", 2)  # language, translated key, text
    if len(texts) < 3 or packed not in (b"\0", b"\1"):  # noqa: PLR2004
        raise BrokenError("damaged text chunk")
    try:
        return (_decompressed(after[:1] + texts[2]) if packed == b"\1" else _bounded(texts[2])).decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenError("text that is not UTF-8") from None


def _decompressed(packed: bytes) -> bytes:
    """Decompress a text of limited length; its first byte is the compression method."""
    decompressor = zlib.decompressobj()
    try:
        text = _bounded(decompressor.decompress(packed[1:], MOST_TEXT + 1))
    except zlib.error:
        raise BrokenError("damaged text chunk") from None
    if packed[:1] != b"\0" or not decompressor.eof or decompressor.unused_data:
        raise BrokenError("damaged text chunk")
    return text


def _bounded(text: bytes) -> bytes:
    if len(text) > MOST_TEXT:
        raise _too_long()
    return text


def _too_long() -> BrokenError:
    return BrokenError(f"text of more than {MOST_TEXT >> 20} MiB")
