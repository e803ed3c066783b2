"""Detect what an importer does not read: keys that name a schedule or change the learning rate."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from cosine_cli.plans.importers.core.mapping_reader import MappingReader, is_null
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either, visible

_SCHEDULE = {"sched", "scheduler"}
_PHASE = {"warmup", "warmdown", "cooldown", "anneal"}
_END = {"min", "max", "end", "final", "init", "initial", "start", "decay", "quadratic", "policy"}

_OTHERS = {"beta", "dropout", "ema", "kl", "momentum", "noise", "temperature", "token", "turn", "wd", "weight"}
"""Words of keys that schedule something other than the learning rate."""

_HINT = "pass a curve instead of the file, as in cosine:warmup=5,min_lr=1e-5"


def schedule_key(top: Node, known: Collection[str] = ()) -> tuple[Node, Node] | None:
    """Return the first key that names a schedule, at any depth, with its value; ``known`` keys are skipped."""
    candidates = (pair for pair in _pairs(top) if _is_schedule(pair[0].text) and pair[0].text not in known)
    return next((pair for pair in candidates if not is_null(pair[1])), None)


def changes_rate(name: str) -> bool:
    """Return whether a key changes the learning rate of the whole model, judged by its name.

    >>> [changes_rate(name) for name in ("lr_warmup_steps", "min_lr_ratio", "vision_lr", "model_ema_warmup")]
    [True, True, False, False]
    """
    words = _words(name)
    return not words & _OTHERS and (bool(words & (_SCHEDULE | _PHASE)) or ("lr" in words and bool(words & _END)))


def check_unknown_keys(config: MappingReader, known: Collection[str], title: str) -> None:
    """Raise RequestError for an unknown key that may change the learning rate."""
    name = next((name for name in config.others(known) if changes_rate(name)), None)
    if name is not None:
        rule = f"{visible(name)} is not a key of {title} and may change the learning rate"
        raise config.invalid(name, rule, hint=_HINT)


def check_kind(scheduler: MappingReader, key: str, known: Collection[str], *, framework: str | None = None) -> str:
    """Return the kind of scheduler under ``key``; raise RequestError if it is not one of the ``known`` kinds."""
    kind = scheduler.word(key)
    if framework is not None and (rule := depends(f"{framework}.{kind}")):
        raise scheduler.invalid(key, f"{key} {rule}")
    if kind not in known:
        hint = did_you_mean(kind, known) or f"the supported ones are {either(known, last='and')}"
        raise scheduler.invalid(key, f"{key} must be a supported scheduler", hint=hint)
    return kind


def other_rates(config: MappingReader, known: Collection[str]) -> tuple[str, ...]:
    """Return the keys of learning rates for parts of the model."""
    return tuple(name for name in config.others(known) if "lr" in _words(name))


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower().replace("learning_rate", "lr")))


def _is_schedule(name: str) -> bool:
    words = _words(name)
    return bool(words & _SCHEDULE) and not words & _OTHERS


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    yield from node.pairs or ()
    for _, value in node.pairs or ():
        yield from _pairs(value)
