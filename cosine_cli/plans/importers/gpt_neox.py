"""Import configs of gpt-neox, which look like JSON and have keys of DeepSpeed beside their own.

The formula is that of ``AnnealingLR`` in ``megatron/learning_rates.py``, its lengths those of
``get_learning_rate_scheduler`` in ``megatron/training.py`` (May 2026).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.argument_names import normalized
from cosine_cli.plans.importers.core.budget_keys import WITHOUT_EPOCHS, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.constant_rates import constant
from cosine_cli.plans.importers.core.evidence import All, Key, evidence, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import Phase, in_run
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

STYLE = "lr_decay_style"
RATE, WARMUP = 0.001, 0.01
"""Defaults of the peak rate, and of the warmup as a fraction of the decay."""

HALF = 0.693
"""The exponent of the exponential decay at its end, about ln 2."""

ONE_BIT = "onebitadam"
"""The only optimizer for which DeepSpeed creates the scheduler."""

MOST_WAVES = 100

RATE_KEYS = (STYLE, "lr_decay_iters", "lr_decay_fraction", "min_lr", "warmup")
CHECKPOINT = "use_checkpoint_lr_scheduler"
WITHOUT_EFFECT = ("override_lr_scheduler", CHECKPOINT, "mmap_warmup", "scheduler")

FORMAT = Format(
    "gpt-neox config",
    needs=(
        Key("optimizer.params", "mapping"),
        one_of(
            "lr_decay_style|lr-decay-style|lr_decay_iters|lr-decay-iters|lr_decay_fraction|lr-decay-fraction",
            All(Key("warmup", "number"), "train_iters|train-iters|train_epochs|train-epochs"),
        ),
    ),
    excludes=evidence("lr"),
    files="YAML config (.yml)",
    reads="`lr_decay_style`, the rate of `optimizer`, `min_lr`, `warmup` and the lengths",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "batch_size": "train_micro_batch_size_per_gpu",
            "global_batch_size": "train_batch_size",
            "accumulate": "gradient_accumulation_steps",
            "sequence_length": "seq_length",
        },
        defaults={"accumulate": "1"},
        refused=WITHOUT_EPOCHS,
    ),
    unknown={"--steps": "the length of the run, if `train_iters` is missing"},
    precedes=("deepspeed",),
    keeps_last=True,
)


@dataclass(frozen=True)
class _Schedule:
    """The arguments of the scheduler.

    - ``lr``, ``min_lr``: the peak rate, and the lower bound after the warmup.
    - ``steps``: the length of the run.
    - ``warmup``: the length of the warmup, which may be a fraction of a step.
    - ``decay``: the length from the end of the warmup to that of the decay.
    """

    config: MappingReader
    lr: RawValue
    min_lr: float
    steps: RawValue
    warmup: RawValue
    decay: float

    @property
    def where(self) -> str:
        """The place of the style."""
        return self.config.place(STYLE)

    @property
    def peak(self) -> float:
        """The peak rate."""
        return float(self.lr.text)

    @property
    def total(self) -> int:
        """The number of steps of the run."""
        return int(self.steps.text)

    @property
    def bound(self) -> RawValue:
        """The lower bound after the warmup."""
        return self.config.computed(self.min_lr, "min_lr")

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve from the peak on."""
        return CurveSpec(name, self.where, "step", {"lr": self.lr, **params})

    def with_warmup(self, curve: CurveSpec) -> CurveSpec:
        """Return the warmup, whose first two steps have the same rate, then a curve from the peak on."""
        length = float(self.warmup.text)
        if not length:
            return curve
        first = self.peak / length
        if length < 1:
            phases = (Phase(constant(first, self.warmup.where), 1), Phase(ahead(curve, 1 - length)))
        else:
            points = {0: first, length: self.peak} if length == 1 else {0: first, 1: first, length: self.peak}
            phases = (Phase(interpolated_spec(points, self.warmup.where), length), Phase(curve))
        return in_run(phases, self.total)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule over the iterations of the run."""
    config = MappingReader(normalized(top))
    check_unknown_keys(config, (*RATE_KEYS, *WITHOUT_EFFECT), FORMAT.title)
    style = check_kind(config, STYLE, STYLES) if STYLE in config else "linear"
    schedule = _schedule(config, flags)
    return Request(
        unit="step",
        run={"lr": schedule.lr, "steps": schedule.steps},
        curves=(labelled(schedule.with_warmup(STYLES[style](schedule)), style),),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(style, f"{schedule.total} steps", defaults=_defaults(config, style, flags)),
            *ignored(*_unused(config)),
        ),
    )


def _schedule(config: MappingReader, flags: Flags) -> _Schedule:
    optimizer = config.mapping("optimizer") or MappingReader(config.node._replace(pairs=()))
    if optimizer.word("type", "Adam").lower() == ONE_BIT:
        raise optimizer.invalid("type", f"type must not be {ONE_BIT}: DeepSpeed then creates the scheduler")
    params = optimizer.mapping("params") or MappingReader(optimizer.node._replace(pairs=()))
    lr = flags.lr or params.computed(params.number("lr", RATE, above=0), "lr")
    min_lr = config.number("min_lr", 0.0, at_least=0)
    if min_lr > float(lr.text):
        raise config.invalid("min_lr", f"min_lr must be at most the rate of the optimizer ({float(lr.text):g})")
    steps = flags.length or _iterations(config)
    end = _end(config, int(steps.text))
    warmup = _warmup(config, flags, end, int(steps.text))
    if float(warmup.text) >= end:
        raise user_error(warmup.where, f"the warmup must be shorter than the decay ({end} steps)", got=warmup.text)
    return _Schedule(config, lr, min_lr, steps, warmup, end - float(warmup.text))


def _iterations(config: MappingReader) -> RawValue:
    if "train_iters" not in config:
        reason = "the number of iterations of train_epochs is not in the file" if "train_epochs" in config else ""
        raise config.missing("train_iters", reason=reason, hint="pass --steps")
    return config.computed(config.count("train_iters", at_least=1), "train_iters")


def _end(config: MappingReader, steps: int) -> int:
    """Return the iteration at which the decay ends."""
    if "lr_decay_iters" in config:
        return max(1, config.count("lr_decay_iters", at_least=0))
    return max(1, math.floor(steps * config.number("lr_decay_fraction", 1.0, at_least=0, at_most=MOST_STEPS / steps)))


def _warmup(config: MappingReader, flags: Flags, end: int, steps: int) -> RawValue:
    given = flags.warmup(steps)
    if given is not None:
        return computed_value(given, flags.given["warmup"].where)
    return config.computed(config.number("warmup", WARMUP, at_least=0, at_most=1) * end, "warmup")


def _defaults(config: MappingReader, style: str, flags: Flags) -> list[str]:
    """Return the defaults of the program that are used."""
    params = config.mapping("optimizer")
    rates = params.mapping("params") if params else None
    used = {
        f"lr={RATE}": flags.lr is None and (rates is None or "lr" not in rates),
        f"{STYLE}=linear": STYLE not in config,
        f"warmup={WARMUP}": "warmup" not in config and "warmup" not in flags.given,
        "min_lr=0": "min_lr" not in config and style != "constant",
    }
    return [default for default, is_used in used.items() if is_used]


def _unused(config: MappingReader) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    if "scheduler" in config:
        yield "scheduler (gpt-neox creates its own)"
    if "lr_decay_fraction" in config and "lr_decay_iters" in config:
        yield "lr_decay_fraction (lr_decay_iters overrides it)"
    if config.flag(CHECKPOINT, default=False):
        yield f"{CHECKPOINT} (the schedule of a checkpoint replaces this one)"
    if config.flag("use_mup", default=False):
        yield "use_mup (the rates of wide layers are lower)"


def _constant(schedule: _Schedule) -> CurveSpec:
    return schedule.curve("constant")


def _linear(schedule: _Schedule) -> CurveSpec:
    """Return a line to 0 at the end of the decay, with a lower bound."""
    length = schedule.decay * (1 - schedule.min_lr / schedule.peak)
    if not length:
        return schedule.curve("constant")
    return schedule.curve("linear", total=schedule.config.computed(length, "lr_decay_iters"), min_lr=schedule.bound)


def _cosine(schedule: _Schedule) -> CurveSpec:
    """Return half a wave, or as many as there are in the run: the rate rises again after the decay."""
    length, left = schedule.decay, schedule.total - float(schedule.warmup.text)
    if left - 1 <= length:
        return schedule.curve("cosine", total=schedule.config.computed(length, "lr_decay_iters"), min_lr=schedule.bound)
    waves = math.ceil(left / length)
    if waves > MOST_WAVES:
        rule = f"the run must be at most {MOST_WAVES} times as long as the decay, after which the rate rises again"
        raise user_error(schedule.steps.where, rule, got=f"{waves} times")
    points = {wave * length: schedule.min_lr if wave % 2 else schedule.peak for wave in range(waves + 1)}
    table = interpolated_spec(points, schedule.where)
    return table._replace(params={**table.params, "between": computed_value("cosine", schedule.where)})


def _exponential(schedule: _Schedule) -> CurveSpec:
    """Return a decay to about half the peak, which goes on, with a lower bound."""
    gamma = computed_value(math.exp(-HALF), schedule.where)
    per = schedule.config.computed(schedule.decay, "lr_decay_iters")
    return schedule.curve("exponential", gamma=gamma, per=per, min_lr=schedule.bound)


STYLES: dict[str, Callable[[_Schedule], CurveSpec]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "exponential": _exponential,
}
"""The schedules by their name in ``lr_decay_style``."""
