"""The records of a TFRecord file: their places, and which of them are damaged.

A record is its length (8 bytes), the masked CRC-32C of the length, the data, and the masked CRC-32C of the data.

Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.crc32c import Bytes, Positions, Words, masked_crc32c

_LENGTH = Struct("<Q")
HEADER, _FOOTER = 12, 4
_MOST_BYTES = 1 << 26
"""The longest record that is not taken for damage."""


CUT_OFF = "cut off"
DAMAGED = "damaged"


@dataclass(frozen=True, kw_only=True, eq=False)
class Records:
    """The places of the data of all whole records of a file, in order.

    - ``begins``, ``ends``: shape (n,).
    - ``stopped``: the position at which reading stopped before the end of the file, None if it did not.
    - ``reason``: why it stopped: ``CUT_OFF`` or ``DAMAGED``.
    """

    begins: Positions
    ends: Positions
    stopped: int | None = None
    reason: str = ""


def starts_with_record(data: bytes) -> bool:
    """Return whether the data begins with the length of a record and its checksum."""
    begins = np.zeros(1, np.int64)
    return len(data) >= HEADER and bool(_valid_lengths(data, begins)[0]) and _LENGTH.unpack_from(data)[0] <= _MOST_BYTES


def find_records(data: bytes) -> Records:
    """Return the places of the records up to the first whose length is damaged or that is cut off."""
    positions, reason = _follow(data)
    at = np.array(positions, np.int64)[:-1]
    wrong = np.flatnonzero(~_valid_lengths(data, at))
    stopped: int | None = positions[-1] if reason else None
    if len(wrong):
        stopped, reason = positions[wrong[0]], DAMAGED
        positions = positions[: wrong[0] + 1]
    edges = np.array(positions, np.int64)
    return Records(begins=edges[:-1] + HEADER, ends=edges[1:] - _FOOTER, stopped=stopped, reason=reason)


def damaged(data: bytes, records: Records, selected: Positions) -> Positions:
    """Return those of the selected records whose data does not have its checksum."""
    buffer = np.frombuffer(data, np.uint8)
    begins, ends = records.begins[selected], records.ends[selected]
    wrong: Positions = selected[masked_crc32c(buffer, begins, ends - begins) != _words(buffer, ends)]
    return wrong


def _follow(data: bytes) -> tuple[array[int], str]:
    """Return the positions of the records and of the end of the last one, and why a later one is not whole."""
    position, size = 0, len(data)
    positions = array("q", [0])
    unpack, step = _LENGTH.unpack_from, HEADER + _FOOTER
    while position + step <= size:
        length = unpack(data, position)[0]
        if length > _MOST_BYTES:
            return positions, DAMAGED
        position += length + step
        if position > size:
            break
        positions.append(position)
    if positions[-1] == size:
        return positions, ""
    rest = np.array([positions[-1]])
    whole_header = size - positions[-1] >= HEADER
    return positions, DAMAGED if whole_header and not _valid_lengths(data, rest)[0] else CUT_OFF


def _valid_lengths(data: bytes, positions: Positions) -> NDArray[np.bool_]:
    buffer = np.frombuffer(data, np.uint8)
    crc = masked_crc32c(buffer, positions, np.full(len(positions), _LENGTH.size))
    valid: NDArray[np.bool_] = crc == _words(buffer, positions + _LENGTH.size)
    return valid


def _words(buffer: Bytes, positions: Positions) -> Words:
    """Return the 4 bytes at each position as little-endian numbers."""
    columns = buffer[positions[:, None] + np.arange(4)].astype(np.uint32)
    words: Words = columns[:, 0] | columns[:, 1] << 8 | columns[:, 2] << 16 | columns[:, 3] << 24
    return words
