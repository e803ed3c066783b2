"""The columns of a log that have learning rates."""

from __future__ import annotations

import re
from collections.abc import Iterable

EXACT = ("learning_rate", "lr", "train/learning_rate", "train/lr", "train_lr")
"""The names that need no choice, in this order, as :func:`normal` has them."""

_PARTS = re.compile(r"[^a-z0-9]+")
_JOINED = re.compile(r"learning_+rates?|learningrate|lrate")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RATE = re.compile(r"lrs?[0-9]*")
"""The word of a rate in a name, with the index of its parameter group."""

NOT_TRAINING = frozenset({"val", "valid", "validation", "eval", "evaluation", "test"})
"""Words of what is not the training of a run."""

_NOT_LOGGED = NOT_TRAINING | frozenset(
    {
        "initial",
        "init",
        "base",
        "max",
        "min",
        "peak",
        "start",
        "end",
        "final",
        "target",
        "decay",
        "gamma",
        "mult",
        "multiplier",
        "scale",
        "ratio",
        "factor",
        "schedule",
        "scheduler",
        "policy",
        "warmup",
        "finder",
        "suggested",
        "best",
        "std",
        "mean",
        "param",
        "params",
        "hparam",
        "hparams",
        "config",
        "args",
        "hyperparameters",
        "log",
        "log10",
    }
)
"""Words in the names of settings and of statistics."""


def normal(name: str) -> str:
    """Return a name in lower case, with underscores between its words.

    >>> normal(" LearningRate "), normal("train/Learning Rate"), normal("lr-SGD/pg1")
    ('learning_rate', 'train/learning_rate', 'lr_sgd/pg1')
    """
    words = _CAMEL.sub("_", name.strip().replace("LR", "lr"))
    return "/".join(re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") for part in words.split("/"))


def is_rate(name: str) -> bool:
    """Return whether a column is named like a learning rate.

    >>> [is_rate(name) for name in ("lr-AdamW", "x/lr0", "train_lr", "optimizer.lr", "slr", "max_lr", "lr_scheduler")]
    [True, True, True, True, False, False, False]
    """
    words = [word for word in _PARTS.split(_JOINED.sub("lr", normal(name))) if word]
    return any(_RATE.fullmatch(word) for word in words) and not _NOT_LOGGED.intersection(words)


def exact(names: Iterable[str]) -> str | None:
    """Return the column whose name needs no choice, None if there is none."""
    by_name = {normal(name): name for name in reversed(tuple(names))}
    return next((by_name[name] for name in EXACT if name in by_name), None)
