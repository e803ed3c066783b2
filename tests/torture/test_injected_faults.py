"""Problems at every call with which a file is written: the target is the old bytes or all of the new ones.

Each call on the way from the temporary file to the answer is made to fail, or is hit by a signal, one after the
other, until no milestone is left. ``strace`` does it (``apt-get install strace``); where there is none, see
``test_full_disk.py``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
torture = pytest.mark.skipif("TORTURE" not in os.environ, reason="set TORTURE=1 for the long run")

CALLS = ("openat", "write", "fchmod", "fsync", "close", "rename")
ERRORS = {
    "openat": ("EACCES", "ENOSPC", "EROFS"),
    "write": ("ENOSPC", "EFBIG", "EDQUOT", "EIO"),
    "fchmod": ("EPERM",),
    "fsync": ("EIO", "ENOSPC"),
    "close": ("EIO",),
    "rename": ("EXDEV", "EIO"),
}
SIGNALS = {"SIGTERM": 143, "SIGINT": 130, "SIGKILL": -9}
OLD = b"what stood here before"
COMMANDS = {
    "table": ("table", "--rows", "3", "-o", "out.csv"),
    "plot": ("plot", "--size", "1x1", "-o", "out.png"),
}


class Call(NamedTuple):
    """One call of the run: its name, which one of that name it is, and whether it comes before the move."""

    name: str
    number: int
    before_move: bool


def traced(folder: Path, words: tuple[str, ...], *options: str) -> tuple[subprocess.CompletedProcess[bytes], list[str]]:
    log = folder.parent / "calls.log"
    command = ["strace", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *options]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [*command, sys.executable, "-m", "cosine_cli", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )
    return done, log.read_text(errors="replace").splitlines()


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def calls_of_the_writer(log: list[str]) -> list[Call]:
    """Return the calls on the temporary file, the move, and the answer: other files close in between."""
    counted: dict[str, int] = {}
    found: list[Call] = []
    handle = ""
    moved = False
    for line in log:
        match = re.match(r"(\w+)\((\w*)", line)
        if match is None:
            continue
        name, first = match.groups()
        counted[name] = counted.get(name, 0) + 1
        if "O_CREAT" in line and ".tmp" in line:
            handle = line.rpartition(" = ")[2]
        if handle and (".tmp" in line or first in (handle, "1")):
            found.append(Call(name, counted[name], not moved))
            moved = moved or name == "rename"
            handle = "no longer open" if (name, first) == ("close", handle) else handle
    return found


def check(done: subprocess.CompletedProcess[bytes], folder: Path, target: Path, complete: bytes, case: str) -> None:
    held = target.read_bytes()
    assert held in (OLD, complete), case
    assert b"Traceback" not in done.stderr, case
    left = [name for name in os.listdir(folder) if name != target.name]
    assert not left or "SIGKILL" in case, (case, left)


@strace
@pytest.mark.parametrize("kind", [pytest.param("table", id="table"), pytest.param("plot", id="plot", marks=torture)])
def test_a_fault_at_any_call_of_the_writer_leaves_the_old_or_the_new(tmp_path: Path, kind: str) -> None:
    words = COMMANDS[kind]
    folder = fresh(tmp_path / "work")
    traced(folder, words)  # fills the caches, so that the numbers of calls repeat
    done, log = traced(fresh(folder), words)
    if done.returncode != 0:
        pytest.skip(f"strace can not trace here: {done.stderr.decode(errors='replace')}")
    target = folder / words[-1]
    complete = target.read_bytes()
    calls = calls_of_the_writer(log)
    assert {call.name for call in calls} >= {"openat", "write", "fchmod", "fsync", "close", "rename"}
    injected = 0
    for call in calls:
        for problem in (*(f"error={error}" for error in ERRORS[call.name]), *(f"signal={name}" for name in SIGNALS)):
            case = f"{problem} at {call}"
            fresh(folder)
            target.write_bytes(OLD)
            done, log = traced(folder, words, "-e", f"inject={call.name}:{problem}:when={call.number}")
            assert any("INJECTED" in line or "SIG" in line for line in log), case
            injected += 1
            check(done, folder, target, complete, case)
            expected = SIGNALS.get(problem.removeprefix("signal="), 1)
            assert done.returncode == expected, (case, done.stderr)
            if expected == 1:
                assert re.fullmatch(
                    rb"cosine-lr: error: cannot write (output|to standard output)[^\n]*: [^\n]*\n", done.stderr
                ), case
                assert target.read_bytes() == (OLD if call.before_move else complete), case
    assert injected >= len(calls) * 4


@strace
def test_a_run_without_a_fault_passes_untouched(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "work")
    done, log = traced(folder, COMMANDS["table"], "-e", "inject=rename:error=EIO:when=1000")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"out.csv\n", b"")
    assert sorted(os.listdir(folder)) == ["out.csv"]
    assert not any("INJECTED" in line for line in log)
