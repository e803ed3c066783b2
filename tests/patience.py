"""How long tests wait before they report a hang. No test asserts a duration."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 600

GUARD = 60.0
"""CPU seconds for a call that takes milliseconds."""


def wait_for(come: Callable[[], bool]) -> None:
    """Return once something has come."""
    until = time.monotonic() + SECONDS
    while not come():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


@contextlib.contextmanager
def guarded(seconds: float = GUARD) -> Iterator[None]:
    """Fail if the block takes this much CPU time, which does not depend on what else the machine does.

    The signal also interrupts a regular expression that backtracks.
    """

    def stop(number: int, frame: object) -> None:
        del number, frame
        pytest.fail(f"hangs: {seconds:g} s of CPU time")

    old = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, old)
