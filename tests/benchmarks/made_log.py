"""The log that is read and diagnosed."""

from __future__ import annotations

import math
from pathlib import Path


def write_log(path: Path, rows: int) -> None:
    """Write a CSV with a step, a loss, and a cosine of rates with all their digits."""
    with path.open("w") as stream:
        stream.write("step,loss,lr\n")
        for step in range(rows):
            rate = 5e-4 * (1 + math.cos(math.pi * step / rows))
            stream.write(f"{step},{2 + 1 / (step + 1):.4f},{rate!r}\n")
