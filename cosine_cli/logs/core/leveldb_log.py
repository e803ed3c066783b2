"""The records of a log of LevelDB, as ``.wandb`` files use it.

The file is divided into blocks of 32 KiB. A record is in one fragment or more, each in one block: its CRC-32 (of type
and data), the length of its data (2 bytes), its type (1 byte), and its data. Reading goes on after a
damaged fragment if its length leads to another fragment, else with the next block.

Source: https://github.com/google/leveldb/blob/main/doc/log_format.md; ``wandb/sdk/internal/datastore.py`` of W&B 0.22,
which has the plain CRC-32 instead of the masked CRC-32C.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple
from zlib import crc32

_BLOCK = 1 << 15
_HEADER = Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = range(1, 5)


class Gap(NamedTuple):
    """Bytes that are not read, as they are damaged."""

    begin: int
    end: int


class CutOff(NamedTuple):
    """The position of a last record that is not whole."""

    begin: int


def records(data: bytes, begin: int) -> Iterator[bytes | Gap | CutOff]:
    """Yield the data of each whole record of a file whose first record is at ``begin``, and what is missing."""
    parts: list[bytes] = []
    started = position = begin
    while position < len(data):
        block_end = min(len(data), (position // _BLOCK + 1) * _BLOCK)
        if block_end - position < _HEADER.size and block_end < len(data):
            position = block_end
            continue
        fragment = _fragment(data, position, block_end)
        if fragment is None:
            if block_end == len(data) and _is_cut_off(data, position):
                yield CutOff(started if parts else position)
                return
            after = _after_damage(data, position, block_end)
            yield Gap(started if parts else position, after)
            parts, position = [], after
            continue
        kind, content = fragment
        after = position + _HEADER.size + len(content)
        if (kind in (_FULL, _FIRST)) == bool(parts):
            yield Gap(started if parts else position, position if parts else after)
            parts = []
        if kind in (_FULL, _FIRST):
            started, parts = position, [content]
        elif parts:
            parts.append(content)
        if parts and kind in (_FULL, _LAST):
            yield b"".join(parts)
            parts = []
        position = after
    if parts:
        yield CutOff(started)


def _fragment(data: bytes, position: int, block_end: int) -> tuple[int, bytes] | None:
    """Return type and data of the fragment at a position, None if it is damaged."""
    if position + _HEADER.size > block_end:
        return None
    checksum, length, kind = _HEADER.unpack_from(data, position)
    content_at = position + _HEADER.size
    if not _FULL <= kind <= _LAST or content_at + length > block_end:
        return None
    content = data[content_at : content_at + length]
    return (kind, content) if crc32(content, crc32(bytes((kind,)))) == checksum else None


def _after_damage(data: bytes, position: int, block_end: int) -> int:
    """Return where reading goes on: after the fragment if its length is right, else after the block."""
    if position + _HEADER.size > block_end:
        return block_end
    after = position + _HEADER.size + _HEADER.unpack_from(data, position)[1]
    return after if _fragment(data, after, block_end) is not None else block_end


def _is_cut_off(data: bytes, position: int) -> bool:
    """Return whether a fragment at the end of the file is longer than the rest of the file, but not than its block."""
    rest = len(data) - position
    if rest < _HEADER.size:
        return True
    length: int
    kind: int
    _, length, kind = _HEADER.unpack_from(data, position)
    room = _BLOCK - position % _BLOCK
    return _FULL <= kind <= _LAST and rest < _HEADER.size + length <= room
