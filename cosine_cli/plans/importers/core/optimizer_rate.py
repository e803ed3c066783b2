"""The learning rate of the optimizer that belongs to a scheduler: the nearest one in the config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.class_paths import DEFAULT_RATES, optimizer_at
from cosine_cli.plans.importers.core.computed import computed_value
from cosine_cli.plans.importers.core.flags import Flags
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.targets import Target
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.text import either

_OWN_SCHEDULE = "schedulefree."


class Rate(NamedTuple):
    """A learning rate, and the default that it is, if it is one."""

    lr: RawValue
    default: str = ""


def rate_beside(scheduler: Target, flags: Flags) -> Rate:
    """Return the rate of the option, or of the optimizer beside a scheduler, or else further out."""
    if flags.lr is not None:
        return Rate(flags.lr)
    for parent in reversed(scheduler.parents):
        for depth in (1, 2):
            optimizers = list(_optimizers(parent, scheduler, depth))
            if len(optimizers) > 1:
                places = either([optimizer.node.where for optimizer in optimizers], last="and")
                raise user_error(scheduler.node.where, "must have one optimizer", got=places, hint="pass --lr")
            if optimizers:
                return rate_of(optimizers[0], flags)
    raise user_error(scheduler.node.where, "must have an optimizer beside it, whose lr is the rate", hint="pass --lr")


def rate_of(optimizer: Target, flags: Flags) -> Rate:
    """Return the rate of the option, or of an optimizer."""
    if optimizer.path.startswith(_OWN_SCHEDULE):
        rule = "must not be an optimizer with a schedule of its own"
        raise user_error(optimizer.node.where, rule, got=optimizer.path)
    if flags.lr is not None:
        return Rate(flags.lr)
    if optimizer.path:
        optimizer.check_arguments()
    arguments = optimizer.arguments
    if "lr" in arguments:
        return Rate(arguments.computed(arguments.number("lr", above=0), "lr"))
    name = optimizer_at(optimizer.path)
    if optimizer.path.startswith("torch.") and name in DEFAULT_RATES:
        rate = DEFAULT_RATES[name]
        return Rate(computed_value(rate, optimizer.node.where), f"lr={rate:g}")
    raise arguments.missing("lr", hint="pass --lr")


def _optimizers(parent: Node, scheduler: Target, depth: int) -> Iterator[Target]:
    """Yield the optimizers so many levels in a mapping, except those in schedulers."""
    for key, value in parent.pairs or ():
        if value.pairs is None or value is scheduler.node or "sched" in key.text.lower():
            continue
        child = Target(scheduler.style, key.text, value, ())
        if depth > 1:
            yield from _optimizers(value, scheduler, depth - 1)
        elif optimizer_at(child.path) or ("optim" in key.text.lower() and _has_rate(child)):
            yield child


def _has_rate(target: Target) -> bool:
    return "lr" in MappingReader(target.node) or "lr" in target.node.keys or target.style.key in target.node.keys
