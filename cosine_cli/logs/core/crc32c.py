"""The checksum of TFRecord files, CRC-32C (Castagnoli), of many ranges of a file at once.

CRC-32C is linear over GF(2). Each range is split into segments of the same length, the first one filled up with zeros
on its left, which do not change a register of zero. The registers of all segments are computed together, one byte
position after the other, and then combined per range.

Source: RFC 3720, appendix B.4; the mask is of TensorFlow, ``tensorflow/core/lib/hash/crc32c.h``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]

_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8
_SEGMENT = 64
_ALL_ONES = np.uint32(0xFFFFFFFF)
_MOST_SEGMENTS = 1 << 16
"""The most segments whose bytes are copied at the same time: 4 MiB."""


def masked_crc32c(data: Bytes, starts: Positions, lengths: Positions) -> Words:
    """Return the masked CRC-32C of each range of ``data``, as a TFRecord file stores it.

    >>> crc = unmasked_crc32c(np.frombuffer(b"123456789", np.uint8), np.array([0]), np.array([9]))
    >>> hex(crc[0])  # the check value of CRC-32C
    '0xe3069283'
    """
    crc = unmasked_crc32c(data, starts, lengths)
    return ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(_MASK_DELTA)


def unmasked_crc32c(data: Bytes, starts: Positions, lengths: Positions) -> Words:
    """Return the CRC-32C of each range of ``data``."""
    counts = -(-lengths // _SEGMENT)
    order = np.argsort(counts, kind="stable")
    crc = np.empty(len(starts), np.uint32)
    first = 0
    while first < len(order):
        total = np.cumsum(counts[order[first : first + _MOST_SEGMENTS]])
        size = max(1, int(np.searchsorted(total, _MOST_SEGMENTS, side="right")))
        ranges = order[first : first + size]
        crc[ranges] = _of_ranges(data, starts[ranges], lengths[ranges], counts[ranges])
        first += size
    return crc


def _of_ranges(data: Bytes, starts: Positions, lengths: Positions, counts: Positions) -> Words:
    """Return the CRC-32C of ranges whose numbers of segments do not decrease."""
    register = _registers(data, starts, lengths, counts)
    ends = np.cumsum(counts)
    most = int(counts[-1]) if len(counts) else 0
    combined = np.zeros(len(starts), np.uint32)
    for remaining in range(most, 0, -1):
        longer = int(np.searchsorted(counts, remaining))
        combined[longer:] = _shifted(combined[longer:]) ^ register[ends[longer:] - remaining]
    return _with_initial_ones(combined, lengths)


def _registers(data: Bytes, starts: Positions, lengths: Positions, counts: Positions) -> Words:
    """Return the register after each segment of all ranges, from a register of zero."""
    owner = np.repeat(np.arange(len(starts)), counts)
    index = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = starts[owner] + lengths[owner] - (counts[owner] - index) * _SEGMENT
    positions = begins[:, None] + np.arange(_SEGMENT)
    block = np.where(positions >= starts[owner][:, None], data[np.maximum(positions, 0)], 0).astype(np.uint8)
    columns = np.ascontiguousarray(block.T)
    table = _table()
    register = np.zeros(len(owner), np.uint32)
    for column in columns:
        register = table[(register ^ column) & np.uint32(0xFF)] ^ (register >> np.uint32(8))
    return register


def _with_initial_ones(register: Words, lengths: Positions) -> Words:
    """Return the checksums: those of an initial register of ones, inverted, by the length of each range."""
    known, inverse = np.unique(lengths, return_inverse=True)
    ones = np.array([_ones_after(int(length)) for length in known], np.uint32)
    result: Words = register ^ ones[inverse] ^ _ALL_ONES
    return result


@cache
def _ones_after(length: int) -> int:
    """Return a register of ones after ``length`` zero bytes."""
    whole, rest = divmod(length, _SEGMENT)
    register = 0xFFFFFFFF
    for matrix in _powers(whole):
        register = _apply(matrix, register)
    table = _table()
    for _ in range(rest):
        register = int(table[register & 0xFF]) ^ (register >> 8)
    return register


def _powers(exponent: int) -> list[tuple[int, ...]]:
    """Return the matrices whose product shifts by ``exponent`` segments."""
    return [_power(bit) for bit in range(exponent.bit_length()) if exponent >> bit & 1]


@cache
def _power(bit: int) -> tuple[int, ...]:
    """Return the matrix that shifts by ``2**bit`` segments."""
    return _squared(_power(bit - 1)) if bit else _segment_matrix()


def _apply(matrix: tuple[int, ...], register: int) -> int:
    result = 0
    for bit, column in enumerate(matrix):
        if register >> bit & 1:
            result ^= column
    return result


def _squared(matrix: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_apply(matrix, column) for column in matrix)


def _shifted(register: Words) -> Words:
    """Return registers after a segment of zero bytes."""
    tables = _shift_tables()
    byte = np.uint32(0xFF)
    result: Words = tables[0][register & byte]
    for place in range(1, 4):
        result = result ^ tables[place][(register >> np.uint32(8 * place)) & byte]
    return result


@cache
def _table() -> Words:
    """Return what a byte does to a register of zero."""
    register = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        register = np.where(
            register & np.uint32(1), (register >> np.uint32(1)) ^ np.uint32(_POLYNOMIAL), register >> np.uint32(1)
        )
    return register.astype(np.uint32)


@cache
def _segment_matrix() -> tuple[int, ...]:
    """Return the registers that follow each single bit after a segment of zero bytes."""
    table = _table()
    register = np.uint32(1) << np.arange(32, dtype=np.uint32)
    for _ in range(_SEGMENT):
        register = table[register & np.uint32(0xFF)] ^ (register >> np.uint32(8))
    return tuple(int(column) for column in register)


@cache
def _shift_tables() -> Words:
    """Return the registers after a segment of zero bytes, by the value of each of the four bytes before it."""
    tables = np.zeros((4, 256), np.uint32)
    for bit, column in enumerate(_segment_matrix()):
        place, inside = divmod(bit, 8)
        values = np.arange(256)
        tables[place][(values >> inside & 1) == 1] ^= np.uint32(column)
    return tables
