"""Reading a CSV of 10^6 rows as a log against ``csv.reader`` alone, in one process: prints the ratio."""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import deque
from pathlib import Path

from made_log import write_log
from measure import inner_ratio

from cosine_cli.logs.core.reading import read_log

ROWS = 10**6


def with_csv_reader(path: Path) -> None:
    with path.open(newline="") as stream:
        deque(csv.reader(stream), maxlen=0)


with tempfile.TemporaryDirectory() as folder:
    log = Path(folder) / "log.csv"
    write_log(log, ROWS)
    print(inner_ratio(lambda: read_log(str(log)), lambda: with_csv_reader(log), rounds=int(sys.argv[1])))
