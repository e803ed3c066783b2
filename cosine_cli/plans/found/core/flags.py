"""What the command line says of the run, which another program's file may leave open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cosine_cli.errors import refusal
from cosine_cli.plans.asked import Run
from cosine_cli.plans.reading import read
from cosine_cli.plans.said import Said
from cosine_cli.schedules.core.fields import params

_RUN = {param.name: param for param in params(Run)}


class Flags(NamedTuple):
    """The flags of the run, by the name of their parameter."""

    said: Mapping[str, Said]

    @property
    def lr(self) -> Said | None:
        """The learning rate, which is a number, None where it was not said."""
        value = self._value("lr")
        return None if value is None else self.said["lr"]._replace(text=repr(value))

    @property
    def steps(self) -> int | None:
        """The length of the run in updates, None where it was not said; epochs of a known length say it too."""
        if "steps" in self.said:
            return self._count("steps")
        epochs = self.epochs
        if epochs is None:
            return None
        if self.steps_per_epoch is None:
            mend = "give --steps-per-epoch too, or --steps"
            rule = "the file counts updates, and how many an epoch has is not known"
            raise refusal(self.said["epochs"].where, rule, mend=mend)
        return epochs * self.steps_per_epoch

    @property
    def epochs(self) -> int | None:
        """The length of the run in epochs, None where it was not said."""
        return self._count("epochs")

    @property
    def steps_per_epoch(self) -> int | None:
        """How many updates an epoch has, None where it was not said."""
        return self._count("steps_per_epoch")

    @property
    def length(self) -> Said | None:
        """The length of the run in updates as it stands in a plan, None where it was not said."""
        steps = self.steps
        where = self.said["steps" if "steps" in self.said else "epochs"].where if steps is not None else ""
        return None if steps is None else Said(str(steps), where, "step")

    def check_epochs(self, what: str) -> None:
        """Refuse a length in updates for a file whose times are epochs."""
        if "steps" in self.said:
            rule = f"{what} counts epochs"
            raise refusal(self.said["steps"].where, rule, got=self.said["steps"].echo, mend="give --epochs")

    def _count(self, name: str) -> int | None:
        value = self._value(name)
        return None if value is None else int(value)

    def _value(self, name: str) -> float | None:
        if name not in self.said:
            return None
        value: float = read(_RUN[name], self.said[name])
        return value
