"""Import Swin Transformer's configs and those of its relatives: ``TRAIN``, by update.

The schedules are those of microsoft/Swin-Transformer at f82860b (2024), ``lr_scheduler.py``, on timm 0.4.12, which it
requires; the defaults are those of ``config.py``. ``main.py`` calls the scheduler after update t with the number t:
each rate is one update late.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import ROUNDS_DOWN, BudgetKeys, rounded_down
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import AtLeast, Key
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.initial_warmup import InitialWarmup
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, is_null
from cosine_cli.plans.importers.core.milestones import milestones
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.importers.core.yacs import section, with_literals
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

FORMAT = Format(
    "Swin config",
    needs=(
        Key("TRAIN.BASE_LR"),
        AtLeast(2, *(f"TRAIN.{name}" for name in ("WARMUP_LR", "MIN_LR", "WARMUP_EPOCHS", "LR_SCHEDULER.NAME"))),
    ),
    excludes=(Key("SOLVER"),),
    files="YAML config, or `config.json` of a run",
    reads="`TRAIN`: `BASE_LR`, `EPOCHS`, `LR_SCHEDULER`, `WARMUP_LR`, `WARMUP_EPOCHS` and `MIN_LR`",
    options=RUN,
    budget=BudgetKeys(
        keys={"batch_size": "DATA.BATCH_SIZE", "accumulate": "TRAIN.ACCUMULATION_STEPS"},
        defaults={"accumulate": "1", "drop_last": "true"},
        unset={"accumulate": "0"},
        steps_per_epoch=rounded_down,
        reason=ROUNDS_DOWN,
    ),
    counts_epochs=True,
    replacement_keys={"warmup": "WARMUP_EPOCHS", "min_lr": "MIN_LR"},
    unknown={
        "--steps-per-epoch": "the steps per epoch; without them, the delay of one update is left out",
        "--lr": "the rate, if `BASE_LR` is for another batch size",
    },
    keeps_last=True,
)

DEFAULTS = {"BASE_LR": 5e-4, "EPOCHS": 300, "WARMUP_EPOCHS": 20, "WARMUP_LR": 5e-7, "MIN_LR": 5e-6}
SCHEDULER_DEFAULTS: dict[str, float | str] = {
    "NAME": "cosine",
    "DECAY_EPOCHS": 30,
    "DECAY_RATE": 0.1,
    "GAMMA": 0.1,
}

FINAL_SHARE = 0.01
"""The share of the rate that the linear schedule decays to."""

GROUPS = ("LAYER_DECAY", "LR_LAYER_DECAY", "LR_LAYER_DECAY_RATIO", "DCN_LR_MUL")
"""Factors on the rates of some parameters."""


@dataclass(frozen=True, kw_only=True)
class _Train(DefaultsReader):
    """The values of ``TRAIN``, those of its ``LR_SCHEDULER``, and the options of the run."""

    scheduler: DefaultsReader
    flags: Flags

    @cached_property
    def name(self) -> str:
        """The name of the schedule."""
        return self.scheduler.kind("NAME", CURVES)

    @cached_property
    def lr(self) -> RawValue:
        """The peak rate."""
        return self.flags.lr or self.config.computed(self._base, "BASE_LR")

    @cached_property
    def _base(self) -> float:
        return self.number("BASE_LR", above=0)

    def rate(self, name: str) -> RawValue:
        """Return another rate, which ``main.py`` scales as the peak."""
        scale = float(self.lr.text) / self._base if self.flags.lr else 1.0
        return self.config.computed(self.number(name, at_least=0) * scale, name)

    @cached_property
    def epochs(self) -> RawValue:
        """The length of the run."""
        return self.flags.epoch_count or self.config.computed(self.count("EPOCHS", at_least=1), "EPOCHS", "epoch")

    @cached_property
    def warmup(self) -> InitialWarmup:
        """The warmup."""
        epochs = self.count("WARMUP_EPOCHS", at_least=0)
        if epochs >= int(self.epochs.text):
            rule = f"WARMUP_EPOCHS must be less than the epochs of the run ({self.epochs.text})"
            raise user_error(self.config.place("WARMUP_EPOCHS"), rule, got=f"'{epochs}'")
        start = self.rate("WARMUP_LR") if epochs else computed_value(0, self.config.where)
        return InitialWarmup(self.config.computed(epochs, "WARMUP_EPOCHS", "epoch"), start)

    @property
    def rest(self) -> RawValue:
        """The time after the warmup."""
        epochs = int(self.epochs.text) - int(self.warmup.length.text)
        return computed_value(epochs, self.epochs.where, "epoch")

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return CurveSpec(name, self.scheduler.config.place("NAME"), "epoch", params)

    def with_drops(self, curve: CurveSpec, first: int) -> CurveSpec:
        """Return a curve after the warmup, which reaches the peak even if the first drop is before its end."""
        if int(self.warmup.length.text) < first:
            return self.warmup.before(curve)
        return self.warmup.replacing(curve, float(self.lr.text))


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of ``TRAIN``."""
    config = MappingReader(top)
    flags.check_epochs("Swin")
    _check_base(config)
    own = section(config, "TRAIN")
    nested = own.mapping("LR_SCHEDULER") or MappingReader(own.node._replace(pairs=()))
    scheduler = DefaultsReader(config=MappingReader(with_literals(nested.node)), defaults=SCHEDULER_DEFAULTS)
    train = _Train(config=own, defaults=DEFAULTS, scheduler=scheduler, flags=flags)
    check_unknown_keys(own, (*DEFAULTS, *GROUPS, "LR_SCHEDULER"), FORMAT.title)
    check_unknown_keys(scheduler.config, ("WARMUP_PREFIX", "MULTISTEPS", *SCHEDULER_DEFAULTS), FORMAT.title)
    curve = CURVES[train.name](train)
    if flags.steps_per_epoch is not None:
        curve = ahead(curve, -1)
    return Request(
        unit="epoch",
        run={"lr": train.lr, "epochs": train.epochs},
        curves=(labelled(curve, train.name),),
        applied_flags=frozenset({"lr"}) & frozenset(flags.given),
        milestones=milestones(scheduler.config, "MULTISTEPS", "epoch") if train.name == "multistep" else (),
        remarks=(
            read_as(
                train.name,
                f"{train.epochs.text} epochs",
                defaults=(*train.notes, *scheduler.notes),
                warmup=float(train.warmup.length.text),
            ),
            *ignored(*_ignored(train)),
        ),
    )


def _check_base(config: MappingReader) -> None:
    """Raise RequestError for the name of a file with further values; a text without content is not one."""
    node = config.values.get("BASE")
    files = node.items if node is not None and node.items is not None else (node,) if node is not None else ()
    if any(file.text or file.pairs or file.items for file in files if not is_null(file)):
        hint = "copy the TRAIN values of the base to this file, or use the config.json that the run writes"
        raise config.invalid("BASE", "BASE must not be set: the base has values that are not in this file", hint=hint)


def _ignored(train: _Train) -> Iterator[str]:
    if train.flags.lr is None:
        yield "the scaling of the rates by the global batch size over 512 (a config.json of a run has scaled ones)"
    if train.flags.steps_per_epoch is None:
        yield "the delay of one update (pass --steps-per-epoch)"
    for name in GROUPS:
        if name in train.config and train.config.word(name).lower() not in ("1", "1.0", "false"):
            yield f"{name} (for other layers)"


def _cosine(train: _Train) -> CurveSpec:
    is_after = train.scheduler.config.flag("WARMUP_PREFIX", default=True)
    total = train.rest if is_after else train.epochs
    curve = train.curve("cosine", lr=train.lr, total=total, min_lr=train.rate("MIN_LR"))
    return train.warmup.before(curve) if is_after else train.warmup.replacing(curve, float(train.lr.text))


def _linear(train: _Train) -> CurveSpec:
    end = train.scheduler.config.computed(FINAL_SHARE * float(train.lr.text), "NAME")
    return train.warmup.before(train.curve("linear", lr=train.lr, total=train.rest, min_lr=end))


def _step(train: _Train) -> CurveSpec:
    every = train.scheduler.count("DECAY_EPOCHS", at_least=1)
    size = train.scheduler.config.computed(every, "DECAY_EPOCHS", "epoch")
    gamma = train.scheduler.config.computed(train.scheduler.number("DECAY_RATE", above=0, at_most=1), "DECAY_RATE")
    return train.with_drops(train.curve("step", step_size=size, gamma=gamma), every)


def _multi_step(train: _Train) -> CurveSpec:
    times = train.scheduler.config.counts("MULTISTEPS", at_least=1, ascending=True)
    if times[0] < int(train.warmup.length.text):
        rule = f"MULTISTEPS must not begin in the warmup ({train.warmup.length.text} epochs)"
        raise user_error(train.scheduler.config.place("MULTISTEPS"), rule, got=f"'{times[0]}'")
    milestones = computed_list(times, train.scheduler.config.place("MULTISTEPS"), "epoch")
    gamma = train.scheduler.config.computed(train.scheduler.number("GAMMA", above=0, at_most=1), "GAMMA")
    return train.with_drops(train.curve("multistep", milestones=milestones, gamma=gamma), times[0])


CURVES: dict[str, Callable[[_Train], CurveSpec]] = {
    "cosine": _cosine,
    "linear": _linear,
    "step": _step,
    "multistep": _multi_step,
}
