"""Frameworks' schedules on the run's clock: which calls of ``step()`` a loop has made by an update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.frameworks.core.catalogue import calls
from cosine_cli.frameworks.core.native import Native
from cosine_cli.plans.setting import Setting
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


def on_run_clock(schedule: Schedule, setting: Setting) -> Schedule:
    """Return a schedule as a loop sees it: one that is called once an epoch is held for all the epoch's updates.

    Times of the core's own schedules are the run's anyway; parts of a framework's schedule are called when it is.
    """
    if not isinstance(schedule, Native) or setting.called or calls(type(schedule)) == "update":
        return schedule
    steps = setting.clock.steps_per_epoch or 1
    if steps == 1 or (setting.clock.unit == "step" and setting.update == "step"):
        return schedule
    return Staircase(every=float(steps), of=Retime(stretch=float(steps), of=schedule))
