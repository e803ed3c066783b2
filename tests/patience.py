"""How long tests wait before they take something for hung: no test is a measurement of time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 600


def wait_for(come: Callable[[], bool]) -> None:
    """Return once something has come."""
    until = time.monotonic() + SECONDS
    while not come():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)
