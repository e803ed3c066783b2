"""CRC-32C of many ranges, against the check values of RFC 3720 and the form bit by bit."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from logs.made_records import crc32c, masked

from cosine_cli.logs.core import crc32c as module
from cosine_cli.logs.core.crc32c import masked_crc32c, unmasked_crc32c

DATA = Random(1).randbytes(20_000)  # noqa: S311 - a repeatable choice


def crc_of(data: bytes, ranges: list[tuple[int, int]]) -> list[int]:
    starts, lengths = np.array(ranges).reshape(-1, 2).T
    crc: list[int] = unmasked_crc32c(np.frombuffer(data, np.uint8), starts, lengths).tolist()
    return crc


@pytest.mark.parametrize(
    ("data", "crc"),
    [
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
        (b"123456789", 0xE3069283),
    ],
)
def test_check_values(data: bytes, crc: int) -> None:
    assert crc_of(data, [(0, len(data))]) == [crc]


@pytest.mark.parametrize("most_segments", [1, 3, 1 << 16])
def test_many_ranges(monkeypatch: pytest.MonkeyPatch, most_segments: int) -> None:
    monkeypatch.setattr(module, "_MOST_SEGMENTS", most_segments)
    random = Random(2)  # noqa: S311 - a repeatable choice
    lengths = [0, 1, 3, 4, 63, 64, 65, 127, 128, 129, 5000, *(random.randrange(300) for _ in range(40))]
    ranges = [(random.randrange(len(DATA) - length), length) for length in lengths]
    assert crc_of(DATA, ranges) == [crc32c(DATA[start : start + length]) for start, length in ranges]


def test_mask() -> None:
    buffer = np.frombuffer(DATA, np.uint8)
    found = masked_crc32c(buffer, np.array([7]), np.array([100]))
    assert found.astype("<u4").tobytes() == masked(DATA[7:107])


def test_no_ranges() -> None:
    assert crc_of(DATA, []) == []
