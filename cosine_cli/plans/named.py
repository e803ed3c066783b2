"""Schedules by the names that a curve is said with: the catalogue's, and frameworks' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.frameworks.core import catalogue as frameworks
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


def is_native(name: str) -> bool:
    """Tell whether a name is said as a framework's: ``torch.StepLR``."""
    framework, dot, own = name.partition(".")
    return bool(dot and own) and framework in frameworks.frameworks()


def is_known(name: str) -> bool:
    """Tell whether a schedule has this name."""
    if is_native(name):
        framework, _, own = name.partition(".")
        return own in frameworks.natives(framework)
    return canonical(name) in catalogue.names()


def load(name: str) -> type[Schedule]:
    """Return the class of the schedule of this name, which has to be known."""
    if is_native(name):
        framework, _, own = name.partition(".")
        return frameworks.natives(framework)[own]
    return catalogue.load(name)


def among(parent: str, name: str) -> str:
    """Return the name of a schedule that a framework's schedule is made of, which is written without the framework.

    >>> among("torch.SequentialLR", "LinearLR")
    'torch.LinearLR'
    """
    return f"{parent.partition('.')[0]}.{name}" if is_native(parent) and not is_native(name) else name
