"""What a framework has that comes nearest to a plain curve."""

from __future__ import annotations

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.catalogue import module
from cosine_cli.frameworks.core.native import FrameworkSchedule
from cosine_cli.schedules.core.schedule import Schedule


def nearest(framework: str, schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return the nearest of a framework's schedules over a run of so many calls, which the schedule's times count.

    None where it has none of this shape, or none that takes these values.
    """
    try:
        found: FrameworkSchedule | None = module(framework).nearest(schedule, run)
    except (ParameterError, ArithmeticError):
        return None
    return found
