"""The number of optimizer updates of a run: from the options, a limit in the file, or its epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import MOST_STEPS

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.importers.core.mapping_reader import MappingReader
    from cosine_cli.plans.parse.raw import RawValue


def unknown_steps(limit: str) -> dict[str, str]:
    """Return what a file may lack, for ``Format.unknown``: the number of updates."""
    return {"--steps, --steps-per-epoch": f"the length of the run in steps, unless `{limit}` is set"}


def update_count(
    config: MappingReader, flags: Flags, *, limit: str, epochs: str, default: float | None = None
) -> RawValue:
    """Return the number of updates; raise RequestError if it is unknown.

    - ``limit``: the key of the number of updates; if it is positive, it overrides the epochs.
    - ``epochs``, ``default``: the key of the number of epochs, and its default.
    """
    if flags.length is not None:
        return flags.length
    if config.count(limit, -1) > 0:
        return config.computed(config.count(limit, at_most=MOST_STEPS), limit)
    if epochs not in config and default is None:
        raise user_error(config.where, f"{limit} or {epochs} must be given", hint="pass --steps")
    count = config.number(epochs, default, above=0, at_most=MOST_STEPS // (flags.steps_per_epoch or 1))
    steps = flags.steps_of(count)
    if steps is None:
        rule = f"number of steps unknown: {epochs} is {count:g} but {limit} is not set"
        raise user_error(config.place(epochs), rule, hint="pass --steps or --steps-per-epoch")
    return config.computed(steps, epochs)
