"""The logs that are read and diagnosed: a CSV, and the same as lines of text."""

from __future__ import annotations

import math
from pathlib import Path


def write_log(path: Path, rows: int) -> None:
    """Write a log with a step, a loss, and a cosine of rates with all their digits: a CSV, or text by its name."""
    header, form = "step,loss,lr\n", "{},{:.4f},{!r}\n"
    if path.suffix == ".txt":
        header, form = "", "step {} | loss {:.4f} | lr {!r}\n"
    with path.open("w") as stream:
        stream.write(header)
        for step in range(rows):
            rate = 5e-4 * (1 + math.cos(math.pi * step / rows))
            stream.write(form.format(step, 2 + 1 / (step + 1), rate))
