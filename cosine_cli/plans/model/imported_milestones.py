"""The milestones in another program's config, including those that its curve does not have."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.plans.model.clock import TimeUnit


class ImportedMilestones(NamedTuple):
    """The times of drops that one key of a config lists.

    - ``name``, ``where``: the key and its place.
    - ``values``: the times as they are in the config.
    - ``times``: the times in the run, in ``unit``; infinite for those that no call of the scheduler hits.
    - ``per``: units of the run in one unit of the values; None if they do not begin with the run.
    """

    name: str
    where: str
    values: tuple[float, ...]
    times: tuple[float, ...]
    unit: TimeUnit
    per: float | None = 1.0
