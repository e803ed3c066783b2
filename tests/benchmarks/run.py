"""The benchmarks: ``python tests/benchmarks/run.py`` prints the table of docs/benchmarks.md.

It exits with 1 if a row exceeds its limit. Each number is a ratio of two costs that are measured alternately, so that
it is meaningful on a busy machine too. ``--rounds N`` takes the median of N runs (publish at least nine); ``--only
WORD`` measures the rows that contain a word. The published table is stored in measured.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from made_log import write_log
from measure import ROUNDS, elapsed_ratio, python, ratio, tool

BARE_FIGURE = """
import sys
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
t = np.linspace(0, 100, 201)
for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
    figure = Figure(figsize=(8, 4.5), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot(t, 0.05 * (1 + np.cos(np.pi * t / 100)), linewidth=2.6)
    axes.plot(t, 0.1 * 0.1 ** (t // 30), linewidth=1.77)
    axes.plot(t, 0.1 * 0.01 ** (t / 100), linewidth=1.77)
    figure.savefig(f"bare-{number}.png", dpi=200)
"""
SAVETXT = """
import numpy as np
t = np.arange(10**6 + 1)
rates = 0.05 * (1 + np.cos(np.pi * t / 10**6)), 0.1 * 0.1 ** (t // 300000), 0.1 * 0.01 ** (t / 10**6)
np.savetxt("bare.csv", np.stack([t, *rates], axis=1), delimiter=",")
"""
TORCH = """
import torch
optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10**6)
for _ in range(10**6):
    optimizer.step()
    scheduler.step()
"""
CONFIGS = 100


class Row(NamedTuple):
    """One line of the table: what was measured against what, the ratio, and the most it may be."""

    what: str
    against: str
    ratio: float
    limit: float | None
    remark: str = ""


def main() -> int:
    """Measure, print the table, and tell whether every row reached its limit."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(BARE_FIGURE)
        for number in range(CONFIGS):
            (Path(folder) / f"{number:03}.yaml").write_text("curves: [cosine, step, exponential]\n")
        print(f"Medians of {options.rounds} runs each, in turn, on {os.cpu_count()} cores.\n")
        print("| what | against | ratio | limit |\n|---|---|---|---|")
        missed = [row for row in _rows(Path(folder), options.rounds, options.only) if not _show(row)]
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="")
    return parser.parse_args()


def _show(row: Row) -> bool:
    reached = row.limit is None or row.ratio <= row.limit
    limit = "reported" if row.limit is None else f"<= {row.limit:g}"
    mark = "" if reached else " **missed**"
    print(f"| {row.what} | {row.against} | {row.ratio:.2f}{mark}{row.remark} | {limit} |", flush=True)
    return reached


def _rows(folder: Path, rounds: int, only: str) -> Iterator[Row]:
    """Yield the rows whose text has the word ``only`` in it, measured when they are asked for."""
    if only in "cosine at 10^7 steps":
        yield _core(rounds)
    if only in "every schedule at 10^7 steps, the slowest":
        yield from _family(min(rounds, 5))
    if only in "every schedule of a framework at 10^6 steps, the slowest":
        yield from _framework_schedules(min(rounds, 5))
    yield from _commands(folder, rounds, only)
    if only in "csv of 10^6 rows x 3 curves":
        yield from _csv(folder, rounds)
    if only in "a log as csv of 10^6 rows, read":
        yield _log(rounds)
    if only in "a TensorBoard file of 10^6 scalars, read":
        yield _events(min(rounds, 3))
    yield from _diagnoses(folder, min(rounds, 3), only)
    if only in "PyTorch" and importlib.util.find_spec("torch") is not None:
        theirs = tool("table", "cosine", "--steps", "1M")
        found, _ = ratio(python(TORCH), theirs, folder=folder, rounds=min(rounds, 3))
        yield Row("PyTorch's CosineAnnealingLR, stepped 10^6 times", "`table cosine --steps 1M`", found, None)


def _printed(script: str, rounds: int) -> str:
    """Return what a script of this folder prints.

    It has a process of its own: a child's peak memory counts what its parent held when it was made.
    """
    words = (sys.executable, str(Path(__file__).with_name(script)), str(rounds))
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _core(rounds: int) -> Row:
    return Row("cosine at 10^7 steps", "one `np.cos` pass", float(_printed("core.py", rounds)), 1.5)


def _log(rounds: int) -> Row:
    return Row("a log as csv of 10^6 rows, read", "`csv.reader`", float(_printed("logs.py", rounds)), 1.5)


def _events(rounds: int) -> Row:
    return Row("a TensorBoard file of 10^6 scalars, read", "10 seconds", float(_printed("events.py", rounds)) / 10, 1.0)


def _diagnoses(folder: Path, rounds: int, only: str) -> Iterator[Row]:
    """Yield the CPU time and the peak memory of diagnosing logs, against their limits."""
    sizes = ((4, "10k", 1.0), (6, "1M", 5.0))
    for name, (exponent, length, most), planned in product(("log.csv", "log.txt"), sizes, (False, True)):
        words = ("diagnose", name, *(("cosine:lr=1e-3", "--steps", length) if planned else ()))
        what = f"`{' '.join(words)}`, 10^{exponent} rows"
        if only not in what:
            continue
        write_log(folder / name, 10**exponent)
        _, used = ratio(tool(*words), python(""), folder=folder, rounds=rounds)
        memory = used.peak * 1.048576
        yield Row(what, f"{most:g} s of CPU", used.cpu / most, 1.0)
        yield Row("its peak memory", "500 MB", memory / 500, 1.0, f" ({memory:.0f} MB)")


def _family(rounds: int) -> Iterator[Row]:
    """Yield the slowest schedule, and the slowest of those with a power in their formula."""
    for kind, limit in (("plain", 3.0), ("power", 5.0)):
        found, name = max((ratio, name) for name, ratio, its in _listed("family.py", rounds) if its == kind)
        with_power = ", those with a power" if kind == "power" else ""
        what = f"every schedule at 10^7 steps{with_power}, the slowest"
        yield Row(what, "one `np.cos` pass", found, limit, f" ({name})")


def _framework_schedules(rounds: int) -> Iterator[Row]:
    """Yield the framework's schedule that costs most against the plain one of its kind."""
    found, name = max((ratio, name) for name, ratio, _ in _listed("framework_schedules.py", rounds))
    yield Row("every schedule of a framework at 10^6 steps, the slowest", "the plain one", found, 3.0, f" ({name})")


@cache
def _listed(script: str, rounds: int) -> list[tuple[str, float, str]]:
    lines = _printed(script, rounds).splitlines()
    return [(name, float(ratio), kind) for name, ratio, kind in (line.split("\t") for line in lines)]


def _commands(folder: Path, rounds: int, only: str) -> Iterator[Row]:
    table, plot, lint = ((command, "--lr", "0.1", "--epochs") for command in ("table", "plot", "lint"))
    dense = ("cosine", "step:step_size=1", "exponential")
    typer, numpy = python("import typer, rich.table"), python("import numpy, typer, rich.table")
    bare = (sys.executable, "bare.py")
    pairs = [
        (("--version",), python("import re"), 1.5, '`python -c "import re"`'),
        (("--help",), typer, 1.3, '`python -c "import typer, rich.table"`'),
        ((*table, "100"), numpy, 1.25, '`python -c "import numpy, typer, rich.table"`'),
        ((*plot, "100"), bare, 1.25, "a bare `Figure` + Agg script, the same three lines"),
        ((*table, "1e12"), tool(*table, "100"), 1.1, "the same for 100 epochs"),
        ((*plot, "1e12"), tool(*plot, "100"), 1.1, "the same for 100 epochs"),
        ((*table, "1e12", *dense), tool(*table, "100"), 1.1, "the default for 100 epochs"),
        ((*plot, "1e12", *dense), tool(*plot, "100"), 1.1, "the default for 100 epochs"),
        ((*lint, "100"), tool(*table, "100"), 1.1, "`cosine-lr table --lr 0.1 --epochs 100`"),
        ((*lint, "1e12"), tool(*table, "1e12"), 1.1, "`cosine-lr table --lr 0.1 --epochs 1e12`"),
        (("show",), tool(*table, "100"), 1.0, "`cosine-lr table --lr 0.1 --epochs 100`"),
        (("explain",), tool(*table, "100"), 1.0, "`cosine-lr table --lr 0.1 --epochs 100`"),
        (("explain", "onecycle"), tool(*table, "100"), 1.0, "`cosine-lr table --lr 0.1 --epochs 100`"),
    ]
    for ours, theirs, limit, against in pairs:
        if only in (what := f"`cosine-lr {' '.join(ours)}`"):
            found, _ = ratio(tool(*ours), theirs, folder=folder, rounds=rounds)
            yield Row(what, against, found, limit)
    configs = [f"{number:03}.yaml" for number in range(CONFIGS)]
    draw, loop, rounds = tool("plot", *configs, "--out-dir", "out"), (*bare, str(CONFIGS)), min(rounds, 3)
    against = f"the bare script drawing {CONFIGS} in one process"
    if only in (what := f"{CONFIGS} configs, {CONFIGS} figures, one process"):
        found, _ = ratio((*draw, "--jobs", "1"), loop, folder=folder, rounds=rounds)
        yield Row(what, against, found, 1.2)
    if only in (what := f"{CONFIGS} configs, {CONFIGS} figures, two processes, elapsed time"):
        yield Row(what, against, elapsed_ratio((*draw, "--jobs", "2"), loop, folder=folder, rounds=rounds), 0.6)


def _csv(folder: Path, rounds: int) -> Iterator[Row]:
    ours = tool("table", "--steps", "1M", "--every", "1", "-o", "ours.csv")
    found, cost = ratio(ours, python(SAVETXT), folder=folder, rounds=rounds)
    yield Row("csv of 10^6 rows x 3 curves", "`numpy.savetxt`", found, 0.7)
    yield Row("its peak memory", "100 MB", cost.peak * 1.048576 / 100, 1.0, f" ({cost.peak * 1.048576:.0f} MB)")


if __name__ == "__main__":
    sys.exit(main())
