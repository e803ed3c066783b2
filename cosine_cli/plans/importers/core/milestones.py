"""The milestones of a config, which lint checks even if the curve does not have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cosine_cli.plans.model.imported_milestones import ImportedMilestones

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.mapping_reader import MappingReader
    from cosine_cli.plans.model.clock import TimeUnit


def milestones(
    reader: MappingReader,
    name: str,
    unit: TimeUnit,
    *,
    per: float | None = 1.0,
    time: Callable[[float], float] | None = None,
) -> tuple[ImportedMilestones, ...]:
    """Return the milestones that a key lists, none if it is missing or is not a list.

    - ``per``: units of the run in one unit of the values, None if they do not begin with the run.
    - ``time``: the time of a value in the run, by default ``per`` times it.
    """
    if name not in reader or not reader.values[name].items:
        return ()
    values = reader.numbers(name)
    times = tuple(value * (per or 1.0) if time is None else time(value) for value in values)
    return (ImportedMilestones(name, reader.place(name), values, times, unit, per),)


def starts(reader: MappingReader, name: str, end: float) -> tuple[ImportedMilestones, ...]:
    """Return the epochs at which parts of a schedule begin, without the first part, and without the end of the run."""
    values = tuple(value for value in reader.numbers(name)[1:] if value != end)
    return (ImportedMilestones(name, reader.place(name), values, values, "epoch", None),) if values else ()
