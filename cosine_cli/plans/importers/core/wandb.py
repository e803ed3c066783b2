"""Unwrap the ``config.yaml`` that Weights & Biases writes: the configuration of any program, one mapping per key."""

from __future__ import annotations

from cosine_cli.plans.parse.node import Node

WRAPPER = "in a W&B config"

_OWN = "_wandb"
_VERSION = "wandb_version"
_VALUE = "value"
_WRAPPED = (frozenset((_VALUE,)), frozenset(("desc", _VALUE)))


def is_wrapped(top: Node) -> bool:
    """Return whether each key has a mapping with its value, and a key of W&B itself is there."""
    values = [value for key, value in top.pairs or () if key.text != _VERSION]
    return not top.keys.isdisjoint((_OWN, _VERSION)) and all(value.keys in _WRAPPED for value in values)


def unwrapped(top: Node) -> Node:
    """Return the document that the program gave to W&B."""
    pairs = ((key, value) for key, value in top.pairs or () if key.text not in (_OWN, _VERSION))
    return top._replace(pairs=tuple((key, _value(value)) for key, value in pairs))


def _value(wrapped: Node) -> Node:
    return next(value for key, value in wrapped.pairs or () if key.text == _VALUE)
