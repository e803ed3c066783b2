"""Look up schedules by name: those of the core (``cosine``) and of frameworks (``torch.StepLR``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cosine_cli.frameworks.core import discovery as frameworks
from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from cosine_cli.frameworks.core.ignored import IgnoredParam
    from cosine_cli.schedules.core.schedule import Schedule


def canonical(name: str) -> str:
    """Return the canonical name of a schedule: underscores for dashes, and a framework's main name for its aliases.

    >>> canonical("inverse-sqrt"), canonical("transformers.cosine")
    ('inverse_sqrt', 'transformers.get_cosine_schedule_with_warmup')
    """
    if is_framework_name(name):
        framework, _, own = name.partition(".")
        return f"{framework}.{frameworks.load_framework(framework).aliases.get(own, own)}"
    ours = name.replace("-", "_")
    return ours if ours in catalogue.names() else name


def is_framework_name(name: str) -> bool:
    """Tell whether a name starts with a framework's: ``torch.StepLR``."""
    framework, dot, own = name.partition(".")
    return bool(dot and own) and framework in frameworks.frameworks()


def is_known(name: str) -> bool:
    """Tell whether a schedule of this name exists."""
    name = canonical(name)
    if is_framework_name(name):
        framework, _, own = name.partition(".")
        return frameworks.framework_schedule(framework, own) is not None
    return name in catalogue.names()


def load(name: str) -> type[Schedule]:
    """Return the class of a schedule; the name must be known."""
    name = canonical(name)
    if is_framework_name(name):
        framework, _, own = name.partition(".")
        if found := frameworks.framework_schedule(framework, own):
            return found
    return catalogue.load(name)


def idle(name: str) -> Mapping[str, IgnoredParam]:
    """Return the parameters of a framework's schedule without effect on the rate; empty for other names."""
    if not is_framework_name(name) or not is_known(name):
        return {}
    from cosine_cli.frameworks.core.framework_schedule import ignored_params  # here: it loads numpy

    return ignored_params(load(name))


def among(parent: str, name: str) -> str:
    """Return the full name of a part of a framework's composite schedule, which is written without the framework.

    >>> among("torch.SequentialLR", "LinearLR")
    'torch.LinearLR'
    """
    return f"{parent.partition('.')[0]}.{name}" if is_framework_name(parent) and not is_framework_name(name) else name


def depends(name: str) -> str | None:
    """Return why a framework's schedule cannot be computed from time alone, None if it can.

    The framework's name may be omitted.

    >>> depends("torch.LambdaLR")
    'cannot be computed before training: the rate depends on a Python function, lr_lambda'
    """
    framework, _, own = name.partition(".") if is_framework_name(name) else ("", "", name)
    named = (frameworks.load_framework(one).depends for one in ([framework] if framework else frameworks.frameworks()))
    what = next((found[own] for found in named if own in found), None)
    return f"cannot be computed before training: the rate depends on {what}" if what else None
