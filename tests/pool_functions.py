"""Functions that worker processes call: a module that a new process can import, as no test module is."""

from __future__ import annotations

import os
import signal

from cosine_cli.errors import OutcomeError, Problem


def squared(number: int) -> int:
    return number * number


def process_of(number: int) -> int:
    del number
    return os.getpid()


def refused(number: int) -> int:
    if number in (3, 5):
        raise OutcomeError(Problem(f"item {number}", "is odd", got="1", hint="2"))
    return number


def wrong(number: int) -> float:
    return 1 / number


def killed(number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL) if number == 1 else None
