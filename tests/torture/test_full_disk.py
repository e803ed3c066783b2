"""A disk that is full, without strace: a limit on the size of files, and a file system of a few pages."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

WRITERS = [
    pytest.param(("table", "--steps", "10k", "--every", "1", "-o", "out.csv"), id="table"),
    pytest.param(("plot", "-o", "out.png"), id="plot"),
]
OLD = b"what stood here before"


def run(words: tuple[str, ...], folder: Path, *, most_bytes: int | None = None) -> subprocess.CompletedProcess[bytes]:
    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.run(
        [sys.executable, "-m", "cosine_cli", *words], cwd=folder, capture_output=True, check=False, preexec_fn=limit
    )


@pytest.mark.parametrize("words", WRITERS)
def test_a_limit_on_file_size_keeps_the_old_file(tmp_path: Path, words: tuple[str, ...]) -> None:
    target = tmp_path / words[-1]
    target.write_bytes(OLD)
    done = run(words, tmp_path, most_bytes=4096)
    assert done.returncode == 1
    assert done.stderr == f"cosine-lr: error: cannot write output '{words[-1]}': file too large\n".encode()
    assert done.stdout == b""
    assert target.read_bytes() == OLD
    assert os.listdir(tmp_path) == [words[-1]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a file system can not be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount")
@pytest.mark.parametrize("words", WRITERS)
def test_a_full_disk_keeps_the_old_file(small_disk: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    target = small_disk / words[-1]
    target.write_bytes(OLD)
    done = run((*words[:-1], str(target)), tmp_path)
    assert done.returncode == 1
    assert b": no space left on device\n" in done.stderr
    assert target.read_bytes() == OLD
    assert os.listdir(small_disk) == [words[-1]]
