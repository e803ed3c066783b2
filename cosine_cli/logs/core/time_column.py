"""The columns of a log that have the steps and the epochs of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cosine_cli.logs.core.rate_column import NOT_TRAINING, normal

_STEPS = (
    "train/global_step",
    "global_step",
    "trainer/global_step",
    "step",
    "steps",
    "iteration",
    "iterations",
    "iter",
    "iters",
    "current_steps",
    "num_updates",
    "update",
    "updates",
    "optimizer_step",
    "train_step",
    "train_steps",
    "training_step",
    "time/total_timesteps",
    "total_timesteps",
    "timesteps",
    "batch",
    "_step",
    "it",
    "n_iter",
    "niter",
    "n_updates",
    "num_steps",
    "num_step",
    "steps_done",
    "optim_step",
    "opt_step",
)
"""The names of columns of steps, the best first. ``_step`` of Weights & Biases counts calls of its logger, so only rare
names follow it."""

_EPOCHS = ("epoch", "epochs", "train/epoch", "trainer/epoch", "current_epoch", "epoch_num", "ep")


def steps(names: Iterable[str]) -> list[str]:
    """Return the columns of steps, the best first.

    >>> steps(["_step", "loss", "Step", "train/global_step"])
    ['train/global_step', 'Step', '_step']
    """
    return _ranked(names, _STEPS)


def epochs(names: Iterable[str]) -> list[str]:
    """Return the columns of epochs, the best first."""
    return _ranked(names, _EPOCHS)


def is_time(name: str) -> bool:
    """Return whether a column is named like steps or epochs."""
    return bool(steps([name]) or epochs([name]))


def _ranked(names: Iterable[str], known: tuple[str, ...]) -> list[str]:
    places = {name: at for at, name in enumerate(known)}
    found = [(place, name) for name in names if (place := _place(name, places)) is not None]
    return [name for _, name in sorted(found, key=lambda pair: pair[0])]


def _place(name: str, places: Mapping[str, int]) -> int | None:
    """Return the place of a name; a name in a group, such as ``charts/step``, follows all others."""
    if name in places:
        return places[name]
    group, _, last = normal(name).rpartition("/")
    if f"{group}/{last}".lstrip("/") in places:
        return places[f"{group}/{last}".lstrip("/")]
    if group and last in places and not NOT_TRAINING.intersection(group.split("/")):
        return len(places) + places[last]
    return None
