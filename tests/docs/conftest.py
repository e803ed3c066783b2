"""What the tests of the documents share: the tree, and a shell in which cosine-lr is the one that is tested."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from patience import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sysconfig.get_path("scripts")


class Ran(NamedTuple):
    """What a command line did; ``output`` is both of its streams, as a reader of a terminal sees them."""

    output: str
    code: int


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shell() -> Callable[..., Ran]:
    """Return the function that runs one command line in a folder."""
    assert Path(SCRIPTS, "cosine-lr").exists(), "cosine-lr is not installed beside the Python that runs the tests"
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}

    def run(command: str, cwd: Path, *, first: str = "", more: Mapping[str, Any] | None = None) -> Ran:
        path = os.pathsep.join(filter(None, (first, SCRIPTS, kept["PATH"])))
        done = subprocess.run(
            ["/usr/bin/env", "bash", "-c", command],
            cwd=cwd,
            env={**kept, "PATH": path, "LC_ALL": "C.UTF-8", **(more or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        return Ran(done.stdout, done.returncode)

    return run
