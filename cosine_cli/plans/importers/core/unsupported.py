"""Keys about the learning rate that the program of a file does not have: the file is another program's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, is_nothing
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.registry import is_known, load
from cosine_cli.schedules.core.fields import Needed, params
from cosine_cli.text import quote, visible

_NAMES = ("type", "name", "_target_", "class_path", "_component_")
"""Keys under which programs name a schedule."""

_SCHEDULE = {"sched", "scheduler"}
_PHASE = {"warmup", "cooldown", "anneal"}
_END = {"min", "max", "end", "final", "init", "initial", "start", "decay", "quadratic", "policy"}

_OTHERS = {"beta", "dropout", "ema", "kl", "momentum", "noise", "temperature", "turn", "wd", "weight"}
"""What else has a schedule or a warmup."""

_FRAMEWORKS = ("torch", "transformers", "timm")
"""Whose schedules programs name without saying whose they are, the likeliest first."""

_CURVE = "cosine:warmup=5,min_lr=1e-5"


def schedule_key(top: Node, known: Collection[str] = ()) -> tuple[Node, Node] | None:
    """Return the first key that names a schedule and its value, at any depth; ``known`` keys are none."""
    found = (pair for pair in _pairs(top) if _is_schedule(pair[0].text) and pair[0].text not in known)
    return next((pair for pair in found if not is_nothing(pair[1])), None)


def unsupported_format(key: Node, value: Node) -> RequestError:
    """Return the error for a schedule of a program whose files are not read."""
    rule = "is the schedule of a program whose files are not read"
    return user_error(
        key.where, rule, got=quote(key.text), hint=f"give a curve instead of the file, as in {_curve(value)}"
    )


def changes_rate(name: str) -> bool:
    """Tell by its name whether a key changes the learning rate of the whole model.

    >>> [changes_rate(name) for name in ("lr_warmup_steps", "min_lr_ratio", "vision_lr", "model_ema_warmup")]
    [True, True, False, False]
    """
    words = _words(name)
    return not words & _OTHERS and (bool(words & (_SCHEDULE | _PHASE)) or ("lr" in words and bool(words & _END)))


def check_strangers(sheet: MappingReader, known: Collection[str], title: str) -> None:
    """Refuse keys that change the rate and that the program of the file does not have."""
    name = next((name for name in sheet.others(known) if changes_rate(name)), None)
    if name is not None:
        rule = f"{visible(name)} is not a key of {title}, and may change the rate"
        raise sheet.refused(name, rule, hint=f"give a curve instead of the file, as in {_CURVE}")


def other_rates(sheet: MappingReader, known: Collection[str]) -> tuple[str, ...]:
    """Return the keys that are about a rate of a part of the model."""
    return tuple(name for name in sheet.others(known) if "lr" in _words(name))


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower().replace("learning_rate", "lr")))


def _is_schedule(name: str) -> bool:
    words = _words(name)
    return bool(words & _SCHEDULE) and not words & _OTHERS


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    yield from node.pairs or ()
    for _, value in node.pairs or ():
        yield from _pairs(value)


def _curve(value: Node) -> str:
    """Return a schedule as the text of a curve, with what it needs; an example where it is not known."""
    name = _name(value).rpartition(".")[2]
    found = next((f"{one}.{name}" for one in _FRAMEWORKS if name and is_known(f"{one}.{name}")), None)
    if found is None:
        return _CURVE
    given = {key.text: one.text for key, one in _pairs(value) if one.text}
    needed = (param for param in params(load(found)) if isinstance(param.default, Needed) or param.name in given)
    raw = (f"{param.name}={given.get(param.name) or param.default.example}" for param in needed if param.name != "lr")
    return visible(":".join(filter(None, (found, ",".join(raw)))))


def _name(value: Node) -> str:
    named = (one.text for key, one in value.pairs or () if key.text in _NAMES)
    return next(named, "") if value.pairs is not None else value.text
