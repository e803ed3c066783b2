"""Functions of items in several processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from patience import SECONDS, wait_for
from pool_functions import killed, process_of, refused, squared, wrong

from cosine_cli import processes
from cosine_cli.errors import CosineLrError, OutcomeError, ParameterError, Problem, RequestError
from cosine_cli.processes import cores, workers

if TYPE_CHECKING:
    from pathlib import Path

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])


@STARTS
def test_results_are_in_order(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    monkeypatch.setattr(processes, "_START", start)
    with workers(range(50), 3) as pool:
        assert [*pool.map(squared)] == [number**2 for number in range(50)]
        assert os.getpid() not in {*pool.map(process_of)}
        first = next(pool.map(squared))
    assert first == 0


def test_with_one_no_process_is_started() -> None:
    with workers(range(3), 1) as pool:
        assert {*pool.map(process_of)} == {os.getpid()}


@STARTS
def test_the_first_error_is_raised_after_the_results_before_it(monkeypatch: pytest.MonkeyPatch, start: str) -> None:
    monkeypatch.setattr(processes, "_START", start)
    results = []
    with pytest.raises(OutcomeError) as caught, workers(range(9), 2) as pool:
        results.extend(pool.map(refused))
    assert caught.value.problems == (Problem("item 3", "is odd", got="1", hint="2"),)
    assert str(caught.value) == "item 3: is odd, got 1; 2"
    with workers(range(9), 2) as pool:
        outcomes = pool.map(refused)
        assert [next(outcomes) for _ in range(3)] == [0, 1, 2]


def test_a_bug_has_the_traceback_of_its_process() -> None:
    with pytest.raises(ZeroDivisionError) as caught, workers([1, 0], 2) as pool:
        list(pool.map(wrong))
    assert "in wrong" in caught.value.__notes__[0]


def test_a_process_that_is_killed() -> None:
    with (
        pytest.raises(OutcomeError, match="--jobs: a process was killed; use fewer if memory is short"),
        workers(range(4), 2) as pool,
    ):
        list(pool.map(killed))


@pytest.mark.parametrize(
    "error",
    [
        RequestError(Problem("a", "b"), Problem("c", "d", "e", "f")),
        OutcomeError(Problem("a", "b")),
        ParameterError("lr", "must be above 0", got="0", hint="type 1"),
    ],
)
def test_an_error_from_another_process_is_the_same(error: CosineLrError) -> None:
    import pickle

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is type(error)
    assert (copy.problems, str(copy), vars(copy)) == (error.problems, str(error), vars(error))


def test_cores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "cpu.max"
    monkeypatch.setattr(processes, "_CPU_LIMIT", str(limit))
    monkeypatch.setattr(processes.sys, "platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 3, 7}, raising=False)
    assert cores() == 4
    for text, count in {"max 100000": 4, "150000 100000": 2, "50000 100000": 1, "900000 100000": 4, "": 4}.items():
        limit.write_text(text)
        assert cores() == count


PROGRAM = """\
import os, sys, time
from cosine_cli import signals
from cosine_cli.files import write
from cosine_cli.processes import workers

def slow():
    yield b"begun"
    open(f"pid-{os.getpid()}", "x").close()
    time.sleep(600)

def draw(name):
    write(name, slow())

signals.end_at_once()
with workers(["a", "b", "c"], 2) as pool:
    list(pool.map(draw))
"""


@pytest.mark.parametrize("to_group", [False, True], ids=["the-program", "all-processes"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_leaves_neither_files_nor_processes(tmp_path: Path, number: signal.Signals, *, to_group: bool) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, start_new_session=True, stderr=subprocess.PIPE
    )
    wait_for(lambda: len([*tmp_path.glob("pid-*")]) == 2)
    (os.killpg if to_group else os.kill)(program.pid, number)
    _, err = program.communicate(timeout=SECONDS)
    assert (program.returncode, err) == (128 + number, b"")
    left = [*tmp_path.iterdir()]
    assert sorted(path.name[:4] for path in left) == ["pid-", "pid-"]
    for path in left:
        with pytest.raises(ProcessLookupError):
            os.kill(int(path.name[4:]), 0)


def test_processes_end_when_the_program_is_killed(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("time.sleep(600)", "time.sleep(1)")],
        cwd=tmp_path,
        start_new_session=True,
    )
    wait_for(lambda: len([*tmp_path.glob("pid-*")]) == 2)
    program.kill()
    program.wait()
    wait_for(lambda: not _alive(program.pid))
    assert {path.name for path in tmp_path.iterdir() if path.name[0] != "p"} <= {"a", "b"}


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_item_comes_back_to_the_process_that_had_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_START", "fork")
    with workers(range(2), 2) as pool:
        assert [*pool.map(process_of)] == [*pool.map(process_of)]
