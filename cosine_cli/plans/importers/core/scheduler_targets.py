"""Find the schedulers of a config that names objects by their path: those that are known, and those of the user's code.

A scheduler of the user's code may warm up another one, or set the rate beside it. Keys tell it from other objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.class_paths import schedule_at
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.targets import Target
from cosine_cli.plans.parse.node import Node

_KEY = re.compile(r"(?i)\w*sched(uler)?s?(_\w+)?|(lr_)?warm_?up")
_NO_RATE = re.compile(r"(?i)noise|diffus|ddpm|ddim|flow|weight|wd|momentum|ema|beta|temp|monitor|callback|dropout|kl")
"""Parts of the keys and paths of schedulers of something other than the learning rate."""

_WRAPPER = re.compile(r".*\bLRSchedulerConfig(Type)?|(builtins\.)?dict|functools\.partial")
"""Objects that hold a scheduler and its interval."""

_WARMUP = re.compile(
    r"(?i)(lr_|num_|linear_)?warm_?up(_(steps|epochs?|iters?|iterations|updates|ratio|fraction|lr|start_lr))?"
)


def is_known(target: Target) -> bool:
    """Return whether an object is a scheduler of a supported library."""
    return schedule_at(target.path) is not None


def is_scheduler(target: Target) -> bool:
    """Return whether an object is a scheduler: by its path, or by its key."""
    if is_known(target):
        return True
    names = (target.name,) if target.name.lower().startswith("lr_") else (target.name, target.path)
    is_other = any(map(_NO_RATE.search, names)) or _WRAPPER.fullmatch(target.path)
    return _KEY.fullmatch(target.name) is not None and not is_other


def check_warmup(target: Target) -> None:
    """Raise RequestError for a warmup beside an object, or around it, that is none of its arguments."""
    arguments = set(_texts(target.node))
    for parent in target.parents:
        settings = MappingReader(parent)
        for key, value in settings.values.items():
            if _WARMUP.fullmatch(key) and _is_set(value) and arguments.isdisjoint(_texts(value)):
                rule = f"{key} must not be given: what the training code does with it is not in the file"
                hint = "remove it if only the scheduler sets the rate"
                raise user_error(settings.place(key), rule, hint=hint)


def _texts(node: Node) -> Iterator[str]:
    """Yield the plain values in a node."""
    children = [value for _, value in node.pairs or ()] if node.items is None else node.items
    if not children:
        yield node.text
    for child in children:
        yield from _texts(child)


def _is_set(value: Node) -> bool:
    return value.pairs is not None or value.text.lower() not in ("", "0", "0.0", "false", "null", "~", "none")
