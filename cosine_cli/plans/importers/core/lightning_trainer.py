"""The length of a run of Lightning's ``Trainer``, in calls of a scheduler."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value
from cosine_cli.plans.importers.core.flags import UNKNOWN_STEPS_PER_EPOCH, Flags
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.nodes import replaced
from cosine_cli.plans.importers.core.omegaconf import path_of
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import RawValue

BUDGET = BudgetKeys(
    keys={
        "devices": "fit.trainer.devices|trainer.devices * fit.trainer.num_nodes|trainer.num_nodes",
        "accumulate": "fit.trainer.accumulate_grad_batches|trainer.accumulate_grad_batches",
    },
    defaults={"fit.trainer.num_nodes|trainer.num_nodes": "1", "accumulate": "1"},
    uncounted=dict.fromkeys(
        (
            *("trainer.limit_train_batches!=1.0", "fit.trainer.limit_train_batches!=1.0"),
            *("fit.trainer.overfit_batches|trainer.overfit_batches", "fit.trainer.fast_dev_run|trainer.fast_dev_run"),
        ),
        "it replaces the number of batches",
    ),
)
"""The batch size and ``drop_last`` are arguments of the user's own data module."""

ENDLESS = -1
"""The value of ``Trainer`` for no limit."""


class Length(NamedTuple):
    """The length of a run: the options of the run that give it, the calls of the scheduler, and both in words."""

    run: dict[str, RawValue]
    calls: int
    words: str


class Limits(NamedTuple):
    """The limits on epochs and on steps, None for no limit, and the place of the trainer."""

    epochs: RawValue | None
    steps: RawValue | None
    where: str

    @classmethod
    def of(cls, config: MappingReader, flags: Flags) -> Limits:
        """Return the limits from the options, or else from the trainer."""
        trainer = _trainer(config)
        where = trainer.place("max_epochs")
        if "epochs" in flags.given or "steps" in flags.given:
            return cls(flags.epoch_count, flags.length if "steps" in flags.given else None, where)
        return cls(_limit(trainer, "max_epochs", "epoch"), _limit(trainer, "max_steps", "step"), where)

    def by_epoch(self, flags: Flags) -> Length:
        """Return the length if the scheduler is called once per epoch."""
        epochs, steps = self.epochs, self.steps
        if steps is None:
            return self._in_epochs()
        if flags.steps_per_epoch is None:
            rule = (
                f"number of epochs unknown: the run has {steps.text} steps but the scheduler is stepped once per epoch"
            )
            raise user_error(steps.where, rule, hint="pass --steps-per-epoch or --epochs")
        if epochs is not None and int(epochs.text) * flags.steps_per_epoch <= int(steps.text):
            return self._in_epochs()
        calls = -(-int(steps.text) // flags.steps_per_epoch)
        return Length({"steps": steps, "update": computed_value("epoch", steps.where)}, calls, f"{steps.text} steps")

    def by_step(self, flags: Flags) -> Length:
        """Return the length if the scheduler is called at every step."""
        epochs, steps = self.epochs, self.steps
        if epochs is not None and flags.steps_per_epoch is not None:
            in_steps = computed_value(int(epochs.text) * flags.steps_per_epoch, epochs.where)
            if steps is None or int(in_steps.text) < int(steps.text):
                steps = in_steps
        if steps is None:
            if epochs is None:
                raise self._missing("--steps")
            rule = (
                f"{UNKNOWN_STEPS_PER_EPOCH}: the run has {epochs.text} epochs but the scheduler is stepped every step"
            )
            raise user_error(epochs.where, rule, hint="pass --steps-per-epoch or --steps")
        return Length({"steps": steps}, int(steps.text), f"{steps.text} steps")

    def _in_epochs(self) -> Length:
        if self.epochs is None:
            raise self._missing("--epochs")
        return Length({"epochs": self.epochs}, int(self.epochs.text), f"{self.epochs.text} epochs")

    def _missing(self, option: str) -> Exception:
        return user_error(self.where, "max_epochs or max_steps must be given", hint=f"pass {option}")


def with_length(top: Node, flags: Flags) -> Node:
    """Return a document with the length of the run that an option gives, to which other values may refer."""
    lengths = {"max_epochs": flags.epochs, "max_steps": flags.steps if "steps" in flags.given else None}
    for name, length in lengths.items():
        if length is not None:
            top = replaced(top, path_of(top, ("trainer", name)), str(length))
    return top


def _trainer(config: MappingReader) -> MappingReader:
    """Return the settings of the trainer, empty if there are none."""
    trainer = config.values.get("trainer")
    return MappingReader(trainer if trainer and trainer.pairs is not None else config.node._replace(pairs=()))


def _limit(trainer: MappingReader, name: str, unit: TimeUnit) -> RawValue | None:
    """Return a limit of the trainer, None if there is none."""
    if name not in trainer:
        return None
    value = trainer.count(name, at_least=ENDLESS)
    if value == 0:
        raise trainer.invalid(name, f"{name} must be above 0, or -1 for no limit")
    return None if value == ENDLESS else trainer.computed(value, name, unit)
