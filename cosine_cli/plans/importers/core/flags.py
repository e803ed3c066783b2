"""What the command line says of the run, which another program's file may leave open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.options import Run
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.times import on_clock
from cosine_cli.schedules.core.fields import params

_RUN = {param.name: param for param in params(Run)}

LENGTH = ("epochs", "steps", "steps_per_epoch")
RUN = ("lr", *LENGTH)
"""Parameters of the run that most files are read with."""


class Flags(NamedTuple):
    """The flags of the run, by the name of their parameter."""

    given: Mapping[str, RawValue]

    @property
    def lr(self) -> RawValue | None:
        """The learning rate, which is a number, None where it was not said."""
        value = self._value("lr")
        return None if value is None else self.given["lr"]._replace(text=repr(value))

    @property
    def steps(self) -> int | None:
        """The length of the run in updates, None where it was not said; epochs of a known length say it too."""
        if "steps" in self.given:
            return self._count("steps")
        epochs = self.epochs
        if epochs is None:
            return None
        if self.steps_per_epoch is None:
            hint = "give --steps-per-epoch too, or --steps"
            rule = "the file counts updates, and how many an epoch has is not known"
            raise user_error(self.given["epochs"].where, rule, hint=hint)
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
    def length(self) -> RawValue | None:
        """The length of the run in updates as it stands in a plan, None where it was not said."""
        steps = self.steps
        where = self.given["steps" if "steps" in self.given else "epochs"].where if steps is not None else ""
        return None if steps is None else RawValue(str(steps), where, "step")

    def warmup(self, updates: int) -> int | None:
        """Return the length of the warmup in a run of so many updates, None where it was not said."""
        if "warmup" not in self.given:
            return None
        raw = self.given["warmup"]
        raw = raw if {"epochs", "steps"} & self.given.keys() else raw._replace(unit="step")
        clock = Clock(unit="step", length=updates, steps_per_epoch=self.steps_per_epoch)
        steps = clock.steps(on_clock(read(_RUN["warmup"], raw), raw, clock).value)
        if not steps.is_integer():
            raise user_error(raw.where, "must be a whole number of updates", got=raw.echo)
        return int(steps)

    def check_taken(self, title: str, taken: Collection[str], instead: Mapping[str, str]) -> None:
        """Refuse parameters that a file of this kind is not read with: it has a schedule of its own."""
        rule = f"cannot change the schedule of a file, here of {title}"
        others = {name: raw for name, raw in self.given.items() if name not in taken}
        mends = {name: f"set {key} in the file" for name, key in instead.items()}
        if others:
            raise RequestError(*(Problem(raw.where, rule, raw.echo, mends.get(name)) for name, raw in others.items()))

    def check_epochs(self, what: str) -> None:
        """Refuse a length in updates for a file whose times are epochs."""
        if "steps" in self.given:
            rule = f"{what} counts epochs"
            raise user_error(self.given["steps"].where, rule, got=self.given["steps"].echo, hint="give --epochs")

    def _count(self, name: str) -> int | None:
        value = self._value(name)
        return None if value is None else int(value)

    def _value(self, name: str) -> float | None:
        if name not in self.given:
            return None
        value: float = read(_RUN[name], self.given[name])
        return value
