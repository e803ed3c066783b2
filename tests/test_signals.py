"""Signals end a run silently with their own exit code, at any time; the tests do not depend on timing."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from patience import SECONDS

if TYPE_CHECKING:
    from pathlib import Path

ENDING = pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)

ON_IMPORT = """\
import os, sys
number, name, *words = sys.argv[1:]
sys.argv = ["cosine-lr", *words]

class Finder:
    def find_spec(self, found, path=None, target=None):
        if found == name:
            os.kill(os.getpid(), int(number))

sys.meta_path.insert(0, Finder())
from cosine_cli.__main__ import main
sys.exit(main())
"""

AT_EXIT = """\
import atexit, os, sys
number, *words = sys.argv[1:]
sys.argv = ["cosine-lr", *words]
atexit.register(os.kill, os.getpid(), int(number))
from cosine_cli.__main__ import main
sys.exit(main())
"""

EARLY = """\
import sys
before = set(sys.modules)
import cosine_cli.__main__
print(*sorted(set(sys.modules) - before))
"""


def ran(folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_the_handlers_are_installed_before_any_import(tmp_path: Path) -> None:
    """Except what Python itself imports first, and the script that pip writes."""
    loaded = ran(tmp_path, EARLY).stdout.split()
    assert set(loaded) - {"__future__"} == {"cosine_cli", "cosine_cli.__main__", "cosine_cli.signals"}


@ENDING
@pytest.mark.parametrize(
    "module",
    [
        *("cosine_cli.cli", "cosine_cli.commands.plot", "typer", "numpy", "numpy._core._multiarray_umath"),
        *("numpy.linalg", "matplotlib", "matplotlib.ft2font", "matplotlib.backends.backend_agg", "PIL.Image"),
    ],
)
def test_a_signal_while_a_module_is_loaded(tmp_path: Path, module: str, number: signal.Signals) -> None:
    """C extensions replace an exception raised during their import: matplotlib's raise an ImportError."""
    done = ran(tmp_path, ON_IMPORT, str(number.value), module, "plot", "cosine")
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["--version"], ["table", "cosine"], ["plot", "cosine"], ["table", "--lr", "x"]], ids=" ".join
)
def test_a_signal_after_the_answer_changes_nothing(tmp_path: Path, words: list[str]) -> None:
    numbers = (0, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    undisturbed, *others = (ran(tmp_path, AT_EXIT, str(int(number)), *words) for number in numbers)
    for done in others:
        assert (done.returncode, done.stdout, done.stderr) == (
            undisturbed.returncode,
            undisturbed.stdout,
            undisturbed.stderr,
        )
        assert done.returncode == (2 if "x" in words else 0)


def test_inside_another_program_the_handlers_are_left_alone(tmp_path: Path) -> None:
    program = """\
import signal
from cosine_cli import cli, files
numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
before = [signal.getsignal(number) for number in numbers]
cli.run(["table", "-o", "a.csv"])
print([signal.getsignal(number) for number in numbers] == before)
"""
    assert ran(tmp_path, program).stdout == "a.csv\nTrue\n"
