"""Cost as ratios: two commands in turn, whole processes by CPU time, the median of each."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str]

ROUNDS = 9


@dataclass(frozen=True)
class Cost:
    """What one run took: CPU seconds of the process and its children, its peak memory in MiB, and seconds."""

    cpu: float
    peak: float
    elapsed: float


def python(code: str) -> Command:
    """Return the command that runs a line of Python."""
    return (sys.executable, "-c", code)


def tool(*words: str) -> Command:
    """Return our command line, as it is installed beside the interpreter."""
    script = Path(sys.executable).with_name("cosine-lr")
    return (str(script), *words)


def cost(command: Command, *, folder: Path) -> Cost:
    """Run a command once; one that fails is no measurement but an error."""
    # Bytecode is cached as it is for users, and no variable that slows or quickens start-up is inherited.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "OPENBLAS"))}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    complaint = process.stderr.read() if process.stderr else ""
    if process.returncode != 0:
        message = f"{' '.join(command)} ended with {process.returncode}: {complaint}"
        raise RuntimeError(message)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.perf_counter() - start)


def ratio(ours: Command, theirs: Command, *, folder: Path, rounds: int = ROUNDS) -> tuple[float, Cost]:
    """Return how many times as much ours costs, run in turn with theirs, and our median cost."""
    mine, other = _in_turn(ours, theirs, folder=folder, rounds=rounds)
    return mine.cpu / other.cpu, mine


def elapsed_ratio(ours: Command, theirs: Command, *, folder: Path, rounds: int = ROUNDS) -> float:
    """Return how many times as long ours takes, which is only meaningful on an idle machine."""
    mine, other = _in_turn(ours, theirs, folder=folder, rounds=rounds)
    return mine.elapsed / other.elapsed


def _in_turn(ours: Command, theirs: Command, *, folder: Path, rounds: int) -> list[Cost]:
    """Return the median cost of both, and the largest memory."""
    pairs = [(cost(ours, folder=folder), cost(theirs, folder=folder)) for _ in range(rounds + 1)][1:]  # caches are full
    return [
        Cost(
            statistics.median(run.cpu for run in runs),
            max(run.peak for run in runs),
            statistics.median(run.elapsed for run in runs),
        )
        for runs in zip(*pairs, strict=True)
    ]


def inner_ratio(ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    """Return the same for two functions in this process."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for function, kept in zip((ours, theirs), times, strict=True):
            start = time.process_time()
            function()
            if turn:
                kept.append(time.process_time() - start)
    return statistics.median(times[0]) / statistics.median(times[1])
