"""Options of the run given on the command line, which another program's config may need."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.plans.importers.core.computed import computed_value
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.options import Run
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.times import on_clock
from cosine_cli.schedules.core.fields import params

_RUN = {param.name: param for param in params(Run)}

LENGTH = ("epochs", "steps", "steps_per_epoch")
RUN = ("lr", *LENGTH)
"""The options that most importers read."""

UNKNOWN_STEPS_PER_EPOCH = "number of steps per epoch unknown"


@dataclass(frozen=True)
class Flags:
    """The options of the run, by name; each property is None if its option is not given.

    - ``run_steps``: the steps of a number of epochs, if the program does not count them for each epoch.
    """

    given: Mapping[str, RawValue]
    run_steps: Callable[[float], int] | None = None

    @property
    def lr(self) -> RawValue | None:
        """The learning rate, which is a number."""
        value = self._value("lr")
        return None if value is None else self.given["lr"]._replace(text=repr(value))

    @property
    def steps(self) -> int | None:
        """The length of the run in steps; raise RequestError if epochs are given without ``--steps-per-epoch``."""
        if "steps" in self.given:
            return self._count("steps")
        epochs = self.epochs
        if epochs is None:
            return None
        if self.steps_per_epoch is None:
            rule = "number of steps unknown: the config counts steps, not epochs"
            raise user_error(self.given["epochs"].where, rule, hint="pass --steps-per-epoch too, or --steps")
        return epochs * self.steps_per_epoch

    @property
    def epochs(self) -> int | None:
        """The length of the run in epochs."""
        return self._count("epochs")

    @property
    def steps_per_epoch(self) -> int | None:
        """The number of optimizer steps per epoch."""
        return self._count("steps_per_epoch")

    def steps_of(self, epochs: float) -> int | None:
        """Return the number of steps of a number of epochs, None if it is unknown."""
        if self.steps_per_epoch is None:
            return None
        return math.ceil(epochs * self.steps_per_epoch) if self.run_steps is None else self.run_steps(epochs)

    @property
    def length(self) -> RawValue | None:
        """The length of the run in steps, as a raw value."""
        steps = self.steps
        return None if steps is None else RawValue(str(steps), self.length_place, "step")

    @property
    def length_place(self) -> str:
        """The option that gives the length of the run; one must be given."""
        return self.given["steps" if "steps" in self.given else "epochs"].where

    @property
    def epoch_count(self) -> RawValue | None:
        """The number of epochs of the run, as a raw value."""
        epochs = self.epochs
        return None if epochs is None else computed_value(epochs, self.given["epochs"].where, "epoch")

    def warmup(self, updates: int) -> int | None:
        """Return the length in steps of the warmup in a run of ``updates`` steps."""
        if "warmup" not in self.given:
            return None
        raw = self.given["warmup"]
        raw = raw if {"epochs", "steps"} & self.given.keys() else raw._replace(unit="step")
        clock = Clock(unit="step", length=updates, steps_per_epoch=self.steps_per_epoch)
        steps = clock.steps(on_clock(read(_RUN["warmup"], raw), raw, clock).value)
        if not steps.is_integer():
            raise user_error(raw.where, "must be a whole number of steps", got=raw.echo)
        return int(steps)

    def check_no_warmup(self, name: str) -> None:
        """Raise RequestError if a warmup is given for the scheduler ``name``, which does not have one."""
        raw = self.given.get("warmup")
        if raw is not None:
            raise user_error(raw.where, f"{name} does not have a warmup", got=raw.echo)

    def check_accepted(self, title: str, accepted: Collection[str], instead: Mapping[str, str]) -> None:
        """Raise RequestError for options that an importer does not read: the config sets the schedule."""
        rule = f"cannot override the schedule of {title}"
        hints = {name: f"set {key} in the file" for name, key in instead.items()}
        problems = [
            Problem(raw.where, rule, raw.echo, hints.get(name))
            for name, raw in self.given.items()
            if name not in accepted
        ]
        if problems:
            raise RequestError(*problems)

    def check_epochs(self, program: str) -> None:
        """Raise RequestError for a length in steps if the program counts epochs."""
        if "steps" in self.given:
            rule = f"{program} counts epochs, not steps"
            raise user_error(self.given["steps"].where, rule, got=self.given["steps"].echo, hint="pass --epochs")

    def _count(self, name: str) -> int | None:
        value = self._value(name)
        return None if value is None else int(value)

    def _value(self, name: str) -> float | None:
        if name not in self.given:
            return None
        value: float = read(_RUN[name], self.given[name])
        return value
