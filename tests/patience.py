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

GUARD = 120
"""Seconds for a call that takes milliseconds."""


def wait_for(come: Callable[[], bool]) -> None:
    """Return once something has come."""
    until = time.monotonic() + SECONDS
    while not come():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Fail if the block runs for minutes; the signal also interrupts a regular expression that backtracks."""

    def stop(number: int, frame: object) -> None:
        del number, frame
        pytest.fail(f"hangs for {GUARD} s")

    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(GUARD)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
