"""Schedules by the names that a curve is said with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


def canonical(name: str) -> str:
    """Return the name of a schedule as the catalogue has it: dashes are taken for underscores.

    >>> canonical("inverse-sqrt")
    'inverse_sqrt'
    """
    ours = name.replace("-", "_")
    return ours if ours in catalogue.names() else name


def is_known(name: str) -> bool:
    """Tell whether a schedule has this name."""
    return canonical(name) in catalogue.names()


def load(name: str) -> type[Schedule]:
    """Return the class of the schedule of this name."""
    return catalogue.load(name)
