"""Schedules by the names that a curve is said with: the catalogue's, and frameworks' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cosine_cli.frameworks.core import catalogue as frameworks
from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from cosine_cli.frameworks.core.ignored import IgnoredParam
    from cosine_cli.schedules.core.schedule import Schedule


def canonical(name: str) -> str:
    """Return the name of a schedule as the catalogue has it: dashes are taken for underscores.

    A framework's other names for its schedules are replaced by the schedules' own.

    >>> canonical("inverse-sqrt"), canonical("transformers.cosine")
    ('inverse_sqrt', 'transformers.get_cosine_schedule_with_warmup')
    """
    if is_native(name):
        framework, _, own = name.partition(".")
        return f"{framework}.{frameworks.load_framework(framework).aliases.get(own, own)}"
    ours = name.replace("-", "_")
    return ours if ours in catalogue.names() else name


def is_native(name: str) -> bool:
    """Tell whether a name is said as a framework's: ``torch.StepLR``."""
    framework, dot, own = name.partition(".")
    return bool(dot and own) and framework in frameworks.frameworks()


def is_known(name: str) -> bool:
    """Tell whether a schedule has this name."""
    name = canonical(name)
    if is_native(name):
        framework, _, own = name.partition(".")
        return frameworks.framework_schedule(framework, own) is not None
    return name in catalogue.names()


def load(name: str) -> type[Schedule]:
    """Return the class of the schedule of this name, which has to be known."""
    name = canonical(name)
    if is_native(name):
        framework, _, own = name.partition(".")
        if found := frameworks.framework_schedule(framework, own):
            return found
    return catalogue.load(name)


def idle(name: str) -> Mapping[str, IgnoredParam]:
    """Return the parameters of a framework's schedule that change no rate; of any other name, none."""
    if not is_native(name) or not is_known(name):
        return {}
    from cosine_cli.frameworks.core.framework_schedule import ignored_params  # here: it loads numpy

    return ignored_params(load(name))


def among(parent: str, name: str) -> str:
    """Return the name of a schedule that a framework's schedule is made of, which is written without the framework.

    >>> among("torch.SequentialLR", "LinearLR")
    'torch.LinearLR'
    """
    return f"{parent.partition('.')[0]}.{name}" if is_native(parent) and not is_native(name) else name


def depends(name: str) -> str | None:
    """Say what the rates of a framework's schedule depend on besides time, None where they do not.

    The name may go without the framework's.

    >>> depends("torch.LambdaLR")
    'cannot be computed before training: the rate depends on a Python function, lr_lambda'
    """
    framework, _, own = name.partition(".") if is_native(name) else ("", "", name)
    named = (frameworks.load_framework(one).depends for one in ([framework] if framework else frameworks.frameworks()))
    what = next((found[own] for found in named if own in found), None)
    return f"cannot be computed before training: the rate depends on {what}" if what else None
