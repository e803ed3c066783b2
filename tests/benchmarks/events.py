"""Reading a TensorBoard event file of 10^6 scalars as a log: prints the seconds of CPU."""

from __future__ import annotations

import struct
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from cosine_cli.logs.core.crc32c import masked_crc32c
from cosine_cli.logs.core.reading import read_log

ROWS = 10**6


def write(path: Path) -> None:
    """Write a log of rates that decrease linearly, in records of the same length."""
    step = b"".join(
        struct.pack("4B", at & 127 | 128, at >> 7 & 127 | 128, at >> 14 & 127 | 128, 0) for at in range(ROWS)
    )
    head = b"\x09" + struct.pack("<d", 1.7e9) + b"\x10"
    middle = b"\x2a\x1c\x0a\x1a\x0a\x13train/learning_rate\x15"
    rates = np.linspace(1e-3, 0, ROWS, dtype="<f4").view(np.uint8).reshape(ROWS, 4)
    parts = (_repeated(head), np.frombuffer(step, np.uint8).reshape(ROWS, 4), _repeated(middle), rates)
    data = np.hstack(parts)
    length = _repeated(struct.pack("<Q", data.shape[1]))
    path.write_bytes(np.hstack((length, _checksums(length), data, _checksums(data))).tobytes())


def _repeated(part: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.tile(np.frombuffer(part, np.uint8), (ROWS, 1))


def _checksums(
    rows: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    size = rows.shape[1]
    crc = masked_crc32c(np.ascontiguousarray(rows).reshape(-1), np.arange(ROWS) * size, np.full(ROWS, size))
    return crc.astype("<u4").view(np.uint8).reshape(ROWS, 4)


def seconds(path: str) -> float:
    """Return the time of reading a log."""
    start = process_time()
    (series,) = read_log(path).runs
    if len(series.rates) != ROWS:
        raise ValueError(len(series.rates))
    return process_time() - start


with tempfile.TemporaryDirectory() as folder:
    log = Path(folder) / "events"
    write(log)
    print(median(seconds(str(log)) for _ in range(int(sys.argv[1]))))
