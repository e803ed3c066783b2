"""The wire format of Protocol Buffers, without a schema.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types. Groups (3 and 4) have not been written since proto2."""

_FIXED = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_CONTINUES = 0x80


class WireError(ValueError):
    """Bytes that are not a message."""


def fields(data: bytes, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int, int]]:
    r"""Yield number, wire type, begin and end of the value of each field of ``data[begin:end]``.

    >>> list(fields(b"\x08\x96\x01\x12\x02hi"))
    [(1, 0, 1, 3), (2, 2, 5, 7)]

    Raises WireError if the bytes are not a message.
    """
    position, end = begin, len(data) if end is None else end
    while position < end:
        key, position = varint(data, position, end)
        number, wire = key >> 3, key & 7
        if wire == BYTES:
            length, position = varint(data, position, end)
            after = position + length
        elif wire in _FIXED:
            after = position + _FIXED[wire]
        elif wire == VARINT:
            after = varint(data, position, end)[1]
        else:
            raise WireError(f"wire type {wire}")
        if not number or after > end:
            raise WireError("a field that ends beyond its message")
        yield number, wire, position, after
        position = after


def varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    r"""Return the unsigned number at a position, and the position after it.

    >>> varint(b"\x96\x01", 0, 2)
    (150, 2)
    """
    value = shift = 0
    for index in range(position, min(end, position + _LONGEST_VARINT)):
        byte = data[index]
        value |= (byte & ~_CONTINUES) << shift
        if not byte & _CONTINUES:
            return value, index + 1
        shift += 7
    raise WireError("a number without an end")


def int64(data: bytes, begin: int, end: int) -> int:
    r"""Return the signed number of a field of the type int64.

    >>> int64(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 0, 10)
    -1
    """
    value = varint(data, begin, end)[0] & 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value
