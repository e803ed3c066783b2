"""Call functions of the same items in several processes, with the results in order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cosine_cli import signals
from cosine_cli.errors import CosineLrError, runtime_error

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Result = TypeVar("Result")

_CPU_LIMIT = "/sys/fs/cgroup/cpu.max"

# The processes of macOS have threads, which a fork does not copy.
_START = "fork" if sys.platform == "linux" else "spawn"


def cores() -> int:
    """Return the number of cores that this process may use."""
    available = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return min(available, _cpu_limit() or available)


def _cpu_limit() -> int | None:
    """Return the limit of a container in cores, rounded up; None without a limit."""
    try:
        with open(_CPU_LIMIT, encoding="ascii") as file:
            quota, period = file.read().split()
        return ceil(int(quota) / int(period))
    except (OSError, ValueError):  # "max" instead of a number is no limit
        return None


class OneProcess(Generic[Item]):
    """Calls functions of the items in this process."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def map(self, function: Callable[[Item], Result]) -> Iterator[Result]:
        """Yield the results of a function, in the order of the items."""
        return map(function, self._items)


class Workers(OneProcess[Item]):
    """Calls functions of the items in processes of their own; the functions are at the top level of a module."""

    def __init__(self, items: Sequence[Item], count: int) -> None:
        from multiprocessing import get_context

        super().__init__(items)
        self._called_in: dict[int, Any] = {}
        self._workers: list[tuple[BaseProcess, Connection]] = []
        context: Any = get_context(_START)
        for _ in range(count):
            connection, other_end = context.Pipe()
            inherited = [connection, *(other for _, other in self._workers)] if _START == "fork" else []
            worker = context.Process(target=_work, args=(items, other_end, inherited), daemon=True)
            worker.start()
            other_end.close()
            self._workers.append((worker, connection))

    def map(self, function: Callable[[Item], Result]) -> Iterator[Result]:
        """Yield the results of a function, in the order of the items; raise the first error in this order.

        An item is given to the process that had it before, which may have kept something of it, unless that is busy.
        """
        from multiprocessing.connection import wait

        unassigned = dict.fromkeys(range(len(self._items)))
        busy: dict[Any, int] = {}
        outcomes: dict[int, tuple[Any, Exception | None]] = {}

        def assign(connection: Any) -> None:
            own = (index for index in unassigned if self._called_in.get(index) is connection)
            if (index := next(own, next(iter(unassigned), None))) is not None:
                del unassigned[index]
                busy[connection] = index
                self._called_in[index] = connection
                connection.send((function, index))

        for _, idle in self._workers:
            assign(idle)
        for index in range(len(self._items)):
            while index not in outcomes:
                for connection in wait([*busy]):
                    outcomes[busy.pop(connection)] = _received(connection)
                    assign(connection)
            result, error = outcomes.pop(index)
            if error is not None:
                raise error
            yield result

    def stop(self) -> None:
        """End the processes; a file that is being written is not written."""
        for worker, connection in self._workers:
            worker.terminate()
            connection.close()  # also ends those that ignore signals
        for worker, _ in self._workers:
            worker.join()


@contextmanager
def workers(items: Sequence[Item], count: int) -> Iterator[OneProcess[Item]]:
    """Start ``count`` processes, and end them when the block is left, also by a signal."""
    if count == 1:
        yield OneProcess(items)
        return
    started = Workers(items, count)
    try:
        signals.unwind()
        yield started
    finally:
        signals.wind_up()
        started.stop()


def _received(connection: Any) -> tuple[Any, Exception | None]:
    try:
        outcome: tuple[Any, Exception | None] = connection.recv()
    except EOFError:
        raise runtime_error("--jobs", "a process was killed", hint="use fewer if memory is short") from None
    return outcome


def _work(items: Sequence[Any], connection: Connection, inherited: Sequence[Connection]) -> None:
    """Answer calls until the other process closes the connection, or ends.

    - ``inherited``: the other process's ends of connections, which a fork leaves open here.
    """
    signals.end_at_once()
    for other_end in inherited:
        other_end.close()
    try:
        while True:
            function, index = connection.recv()
            connection.send(_outcome(function, items[index]))
    except (EOFError, OSError):
        return


def _outcome(function: Callable[[Any], Any], item: Any) -> tuple[Any, Exception | None]:
    try:
        return function(item), None
    except CosineLrError as error:
        return None, error
    except Exception as error:  # noqa: BLE001 - raised again in the other process, with this traceback as a note
        from traceback import format_exc

        error.add_note(format_exc())
        return None, error
