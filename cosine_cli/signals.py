"""Handlers of the signals that end a run: Ctrl-C, SIGTERM and SIGHUP, with exit code 128 plus the signal's number.

This module is imported first and uses the built-in ``_signal``: importing ``signal`` would import other modules before
the handlers are installed.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import sys

ENDING = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)


def end_at_once() -> None:
    """Let a signal end the process immediately.

    An exception is not safe while modules are imported: they may swallow it or replace it.
    """
    for number in ENDING:
        if _signal.getsignal(number) != _signal.SIG_IGN:  # as under nohup
            _signal.signal(number, _exit)


def unwind() -> None:
    """Let a signal raise SystemExit instead, until :func:`wind_up` is called."""
    _replace(_exit, _raise)


def wind_up() -> None:
    """Let a signal end the process immediately again: there is nothing to clean up."""
    _replace(_raise, _exit)


def ignore() -> None:
    """Ignore signals: the output is written, and Python is shutting down."""
    _replace(_exit, _signal.SIG_IGN)


def _replace(before: object, after: object) -> None:
    """Replace our handlers; there are none if the command line runs inside another program."""
    for number in ENDING:
        if _signal.getsignal(number) is before:
            _signal.signal(number, after)


def _exit(number: int, frame: object) -> None:
    del frame
    os._exit(128 + number)


def _raise(number: int, frame: object) -> None:
    del frame
    _replace(_raise, _continue)  # a second signal would interrupt the cleanup
    sys.exit(128 + number)


def _continue(number: int, frame: object) -> None:
    """Do nothing; with SIG_IGN, Python would print a message about a signal that has already arrived."""
    del number, frame
