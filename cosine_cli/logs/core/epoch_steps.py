"""Steps that count within epochs, as OpenMMLab and Paddle log them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cosine_cli.errors import RequestError, user_error
from cosine_cli.logs.core.cells import Floats
from cosine_cli.text import visible

_LEAST_EPOCHS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class EpochSteps:
    """The steps of rows within their epochs.

    - ``steps``: the step of each row, which starts again in each epoch, shape (n,).
    - ``epochs``: the epoch of each row from 0, shape (n,).
    - ``first``: the number of the first epoch as the log has it: 0 or 1.
    - ``counted``: whether the epochs are counted here, as the log does not have them.
    """

    steps: Floats
    epochs: Floats
    first: float
    counted: bool

    @property
    def least_length(self) -> int:
        """The fewest steps that an epoch can have."""
        return int(self.steps.max()) + (1 if self.steps.min() == 0 else 0)

    def times(self, length: int) -> Floats:
        """Return the steps of the run, for epochs of so many steps."""
        return self.epochs * length + self.steps

    def approximate_epochs(self) -> Floats:
        """Return the times in epochs, for epochs that are as short as they can be."""
        first = min(float(self.steps.min()), 1.0)
        return self.epochs + (self.steps - first) / self.least_length


def epoch_steps(steps: Floats, epochs: Floats | None) -> EpochSteps | None:
    """Return steps that start again in each epoch, None if they do not.

    - ``epochs``: the epoch of each row as the log has it, None if it has none.
    """
    if epochs is None:
        restarts = np.diff(steps) <= 0
        counted = np.concatenate(([0.0], np.cumsum(restarts)))
        return (
            EpochSteps(steps=steps, epochs=counted, first=0.0, counted=True)
            if counted[-1] >= _LEAST_EPOCHS - 1
            else None
        )
    whole = np.floor(epochs)
    same = np.diff(whole) == 0
    later = np.diff(whole) > 0
    within = np.all(np.diff(steps)[same] > 0) and np.all(np.diff(steps)[later] <= 0) and later.any()
    if not within:
        return None
    first = min(float(whole.min()), 1.0)
    return EpochSteps(steps=steps, epochs=whole - first, first=first, counted=False)


def epochs_with_changes(rates: Floats, tolerances: Floats, epochs: Floats) -> Floats:
    """Return the epochs whose rows have different rates."""
    within = np.diff(epochs) == 0
    changes = np.abs(np.diff(rates)) > tolerances[1:] + tolerances[:-1]
    return np.unique(epochs[1:][within & changes])


def length_unknown(name: str, where: str, least: int) -> RequestError:
    """Return the error for steps within epochs of unknown length."""
    return user_error(
        where,
        "must have increasing steps",
        got=f"a column {visible(name)} that starts again in each epoch",
        hint=f"pass --steps-per-epoch S; the log has {least} or more",
    )
