"""Reading a CSV of 10^6 rows as a log against ``csv.reader`` alone, in one process: prints the ratio."""

from __future__ import annotations

import csv
import math
import sys
import tempfile
from collections import deque
from pathlib import Path

from measure import inner_ratio

from cosine_cli.logs.core.reading import read_log

ROWS = 10**6


def write(path: Path) -> None:
    """Write a log with a step, a loss, and a rate with all its digits."""
    with path.open("w") as stream:
        stream.write("step,loss,lr\n")
        for step in range(ROWS):
            rate = 5e-4 * (1 + math.cos(math.pi * step / ROWS))
            stream.write(f"{step},{2 + 1 / (step + 1):.4f},{rate!r}\n")


def with_csv_reader(path: Path) -> None:
    with path.open(newline="") as stream:
        deque(csv.reader(stream), maxlen=0)


with tempfile.TemporaryDirectory() as folder:
    log = Path(folder) / "log.csv"
    write(log)
    print(inner_ratio(lambda: read_log(str(log)), lambda: with_csv_reader(log), rounds=int(sys.argv[1])))
