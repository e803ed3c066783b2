"""The signals that end a run: Ctrl-C, SIGTERM, SIGHUP. Their exit code is 128 and the number of the signal.

This is the first that a run loads, so it loads nothing itself: what ``signal`` is made of is there from the start, and
``signal`` would load others before a handler stands.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import sys

ENDING = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)


def end_at_once() -> None:
    """Let a signal end the process where it is.

    An exception could not do that safely: modules that are being imported lose it, or replace it by their own.
    """
    for number in ENDING:
        if _signal.getsignal(number) != _signal.SIG_IGN:  # as under nohup
            _signal.signal(number, _exit)


def unwind() -> None:
    """Let a signal that would end the process raise SystemExit, until :func:`wind_up` is called."""
    _replace(_exit, _raise)


def wind_up() -> None:
    """Let a signal end the process at once again: there is nothing to clean up."""
    _replace(_raise, _exit)


def ignore() -> None:
    """Let signals change nothing any more: the answer is written, and Python is shutting down."""
    _replace(_exit, _signal.SIG_IGN)


def _replace(before: object, after: object) -> None:
    """Change the handlers that are ours: none is where the command line runs inside another program."""
    for number in ENDING:
        if _signal.getsignal(number) is before:
            _signal.signal(number, after)


def _exit(number: int, frame: object) -> None:
    del frame
    os._exit(128 + number)


def _raise(number: int, frame: object) -> None:
    del frame
    sys.exit(128 + number)
