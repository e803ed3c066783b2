"""Import AllenNLP's configs: ``trainer`` with its ``learning_rate_scheduler``.

The schedules are those of allennlp 2.10.1, ``training/learning_rate_schedulers``. The trainer calls
``step_batch(t + 1)`` before update t, so that it uses the rate of step t + 1; other schedulers, those of Transformers
among them, are stepped once per epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.epoch_calls import called_once_per_epoch
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.initial_warmup import InitialWarmup
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import lasting, sequence
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request, raw_value
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

FORMAT = Format(
    "AllenNLP config",
    needs=(
        Key("dataset_reader"),
        Key("trainer", "mapping"),
        one_of("train_data_path", "data_loader", "iterator"),
    ),
    files="Jsonnet or JSON config",
    reads="`trainer`: `optimizer`, `num_epochs` and `learning_rate_scheduler`",
    options=RUN,
    counts_epochs=True,
    replacement_keys={"warmup": "warmup_steps", "min_lr": "end_learning_rate"},
    unknown={
        "--steps-per-epoch": "the steps per epoch, unless `learning_rate_scheduler` has `num_steps_per_epoch`",
        "--lr": "the rate, if Jsonnet computes it",
    },
)

EPOCHS = 20
DEFAULT_RATES = {
    **dict.fromkeys(("adam", "sparse_adam", "adamw", "dense_sparse_adam"), 1e-3),
    **dict.fromkeys(("adagrad", "rmsprop", "averaged_sgd"), 1e-2),
    **dict.fromkeys(("adamax",), 2e-3),
    "huggingface_adamw": 1e-5,
    "adadelta": 1.0,
}

LENGTHS = ("num_epochs", "num_steps_per_epoch", "last_epoch")
PER_LAYER = ("gradual_unfreezing", "discriminative_fine_tuning")
PARAMETERS = {
    "slanted_triangular": ("cut_frac", "ratio", "decay_factor", *PER_LAYER),
    "polynomial_decay": ("power", "warmup_steps", "end_learning_rate"),
    "linear_with_warmup": ("warmup_steps",),
    "noam": ("model_size", "warmup_steps", "factor"),
    "cosine": ("t_initial", "t_mul", "eta_min", "eta_mul"),
}
"""The parameters of the schedulers that are not those of PyTorch and Transformers."""

DEFAULTS = {
    **dict.fromkeys(("end_learning_rate", "eta_min"), 0.0),
    **dict.fromkeys(("power", "factor", "t_mul", "eta_mul"), 1.0),
    **dict.fromkeys(("cut_frac", "gamma"), 0.1),
    "ratio": 32.0,
    "warmup_steps": 0.0,
}
OWN_DEFAULTS = {"linear_with_warmup": {"warmup_steps": 100.0}}

REFUSED = {
    "reduce_on_plateau": "depends on a metric",
    "combined": "is not supported: each scheduler begins at the rate that it finds",
}
MOST_CYCLES = 200


@dataclass(frozen=True, kw_only=True)
class _Run(DefaultsReader):
    """The parameters of the scheduler, the trainer, and the options of the run."""

    trainer: MappingReader
    flags: Flags

    @cached_property
    def epochs(self) -> RawValue:
        """The length of the run."""
        if self.flags.epoch_count is not None:
            return self.flags.epoch_count
        if "num_epochs" not in self.trainer:
            self.used["num_epochs"] = str(EPOCHS)
        return self.trainer.computed(self.trainer.count("num_epochs", EPOCHS, at_least=1), "num_epochs", "epoch")

    @cached_property
    def each(self) -> RawValue:
        """The steps per epoch."""
        if self.flags.steps_per_epoch is not None:
            return computed_value(self.flags.steps_per_epoch, self.flags.given["steps_per_epoch"].where)
        if "num_steps_per_epoch" not in self.config:
            rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the scheduler counts steps, the run epochs"
            raise user_error(self.epochs.where, rule, hint="pass --steps-per-epoch")
        return self.config.computed(self.config.count("num_steps_per_epoch", at_least=1), "num_steps_per_epoch")

    @property
    def steps(self) -> int:
        """The length of the run in steps."""
        return self._in_steps(int(self.epochs.text))

    @property
    def total(self) -> int:
        """The length of the schedule in steps: the scheduler may have its own number of epochs."""
        own = "num_epochs" in self.config and "epochs" not in self.flags.given
        return self._in_steps(self.config.count("num_epochs", at_least=1) if own else int(self.epochs.text))

    def _in_steps(self, epochs: int) -> int:
        steps = epochs * int(self.each.text)
        if steps > MOST_STEPS:
            raise user_error(self.each.where, f"the run must have at most {MOST_STEPS:,} steps", got=quote(str(steps)))
        return steps

    @cached_property
    def lr(self) -> RawValue:
        """The rate of the optimizer."""
        if self.flags.lr is not None:
            return self.flags.lr
        if "optimizer" not in self.trainer:
            raise self.trainer.missing("optimizer", reason="its lr is the rate", hint="or pass --lr")
        node = self.trainer.values["optimizer"]
        optimizer = MappingReader(node if node.pairs is not None else node._replace(pairs=()))
        kind = optimizer.word("type", "adam") if node.pairs is not None else self.trainer.word("optimizer")
        if "t_total" in optimizer and optimizer.count("t_total") != -1:
            raise optimizer.invalid("t_total", "t_total must be -1: the optimizer has a schedule of its own")
        if "lr" in optimizer:
            return optimizer.computed(optimizer.number("lr", above=0), "lr")
        if kind not in DEFAULT_RATES:
            raise optimizer.missing("lr", hint="pass --lr")
        self.used["lr"] = f"{DEFAULT_RATES[kind]:g}"
        return computed_value(DEFAULT_RATES[kind], node.where)

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve by steps at the place of the scheduler."""
        return CurveSpec(name, self.config.where, "step", params)

    def computed(self, value: float, name: str) -> RawValue:
        """Return a value computed from a parameter of the scheduler."""
        return self.config.computed(value, name)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the trainer."""
    config = MappingReader(top)
    flags.check_epochs("AllenNLP")
    trainer = config.mapping("trainer")
    if trainer is None:
        raise config.missing("trainer")
    if trainer.word("type", "gradient_descent") not in ("gradient_descent", "default"):
        raise trainer.invalid("type", "type must be gradient_descent")
    scheduler, kind = _scheduler(trainer)
    run = _Run(config=scheduler, defaults=DEFAULTS | OWN_DEFAULTS.get(kind, {}), trainer=trainer, flags=flags)
    if kind in BY_STEP:
        _check_parameters(scheduler, kind)
        curve = labelled(ahead(BY_STEP[kind](run), 1), kind)
        length = {"steps": computed_value(run.steps, run.epochs.where), "steps_per_epoch": run.each}
    else:
        curve = _by_epoch(run, kind)
        length = {"epochs": run.epochs, "update": computed_value("epoch", scheduler.where)}
    is_noam = kind == "noam"
    rate = {} if is_noam else {"lr": run.lr}
    steps = f"{run.steps} steps" if kind in BY_STEP else f"{run.epochs.text} epochs"
    return Request(
        unit="step" if kind in BY_STEP else "epoch",
        run={**rate, **length},
        curves=(curve,),
        applied_flags=frozenset({"lr", "epochs", "steps_per_epoch"} if kind in BY_STEP else ())
        & frozenset(flags.given),
        remarks=(
            read_as(
                kind if kind in (*BY_STEP, "constant") else f"{kind} (stepped once per epoch)",
                steps,
                defaults=run.notes,
            ),
            *ignored(*_ignored(trainer, is_noam=is_noam)),
        ),
    )


def _scheduler(trainer: MappingReader) -> tuple[MappingReader, str]:
    """Return the parameters of the scheduler, which may be only its type, and its type."""
    if "learning_rate_scheduler" not in trainer:
        return MappingReader(trainer.node._replace(pairs=())), "constant"
    node = trainer.values["learning_rate_scheduler"]
    if node.pairs is None:
        kind = trainer.word("learning_rate_scheduler")
        scheduler = MappingReader(node._replace(pairs=((node._replace(text="type"), node),)))
    else:
        scheduler = MappingReader(node)
        kind = scheduler.word("type")
    if kind in REFUSED:
        raise scheduler.invalid("type", f"{kind} {REFUSED[kind]}")
    return scheduler, check_kind(scheduler, "type", (*BY_STEP, *BY_EPOCH))


def _check_parameters(scheduler: MappingReader, kind: str) -> None:
    known = PARAMETERS[kind]
    for name in scheduler.others(("type", *LENGTHS, *known)):
        hint = did_you_mean(name, known) or f"it takes {either(known, last='and')}"
        raise user_error(scheduler.place(name), f"{kind} has no parameter {quote(name)}", hint=hint)
    if scheduler.count("last_epoch", -1) != -1:
        raise scheduler.invalid("last_epoch", "last_epoch must be -1: a resumed schedule cannot be read")


def _ignored(trainer: MappingReader, *, is_noam: bool) -> tuple[str, ...]:
    node = trainer.values.get("optimizer")
    groups = node is not None and any(key.text == "parameter_groups" for key, _ in node.pairs or ())
    return (
        "the rate of the optimizer, which noam does not use" if is_noam else "",
        "parameter_groups (they may have other rates)" if groups else "",
    )


def _slanted_triangular(run: _Run) -> CurveSpec:
    for name in PER_LAYER:
        if run.config.flag(name, default=False):
            raise run.config.invalid(name, f"{name} must be false: rates per layer are not supported")
    total = run.total
    cut = int(total * run.number("cut_frac", at_least=0, at_most=1))
    if cut >= total:
        raise run.config.invalid("cut_frac", "cut_frac must leave a step for the decay")
    params = {
        "total": computed_value(total, run.epochs.where),
        "warmup": run.computed(cut, "cut_frac"),
        "ratio": run.computed(run.number("ratio", at_least=1), "ratio"),
    }
    return run.curve("slanted_triangular", lr=run.lr, **params)


def _polynomial(run: _Run) -> CurveSpec:
    power = run.number("power", above=0)
    return _warmup_and_decay(run, run.count("warmup_steps", at_least=0), power, run.number("end_learning_rate"))


def _linear(run: _Run) -> CurveSpec:
    return _warmup_and_decay(run, run.count("warmup_steps", at_least=0), 1.0, 0.0)


def _warmup_and_decay(run: _Run, steps: int, power: float, end: float) -> CurveSpec:
    warmup = InitialWarmup(run.computed(steps, "warmup_steps"), computed_value(0, run.config.where))
    left = run.total - steps
    if left <= 0:
        if run.steps >= steps:
            raise run.config.invalid("warmup_steps", f"warmup_steps must be less than {run.total}, the whole schedule")
        return warmup.alone(float(run.lr.text))
    low, total = run.computed(end, "end_learning_rate"), computed_value(left, run.epochs.where)
    own = {} if power == 1 else {"power": run.computed(power, "power")}
    return warmup.before(run.curve("polynomial" if own else "linear", lr=run.lr, total=total, min_lr=low, **own))


def _noam(run: _Run) -> CurveSpec:
    params = {
        "d_model": run.computed(run.config.count("model_size", at_least=1), "model_size"),
        "warmup": run.computed(run.config.count("warmup_steps", at_least=1), "warmup_steps"),
        "factor": run.computed(run.number("factor", above=0), "factor"),
    }
    return run.curve("noam", **params)


BY_STEP: dict[str, Callable[[_Run], CurveSpec]] = {
    "slanted_triangular": _slanted_triangular,
    "polynomial_decay": _polynomial,
    "linear_with_warmup": _linear,
    "noam": _noam,
}
"""The schedulers that are stepped before each update."""

BY_EPOCH = {
    "constant": "constant",
    "cosine": "cosine",
    "step": "torch.StepLR",
    "multi_step": "torch.MultiStepLR",
    "exponential": "torch.ExponentialLR",
    "constant_with_warmup": "transformers.get_constant_schedule_with_warmup",
    "cosine_with_warmup": "transformers.get_cosine_schedule_with_warmup",
    "cosine_hard_restarts_with_warmup": "transformers.get_cosine_with_hard_restarts_schedule_with_warmup",
}
"""The curves of the schedulers that are stepped after each epoch."""


def _by_epoch(run: _Run, kind: str) -> CurveSpec:
    if kind == "cosine":
        _check_parameters(run.config, kind)
        return labelled(_cosine(run), kind)
    if kind == "constant":
        return CurveSpec("constant", run.config.where, "epoch", {})
    own = {name: raw_value(run.config.values[name], "epoch") for name in run.config.others(("type", *LENGTHS[:2]))}
    if kind == "exponential" and "gamma" not in own:
        own["gamma"] = run.config.computed(run.number("gamma"), "gamma")
    curve = CurveSpec(BY_EPOCH[kind], run.config.where, "epoch", own)
    return labelled(called_once_per_epoch(curve, run.flags), kind)


def _cosine(run: _Run) -> CurveSpec:
    """Return cycles, each of a whole number of epochs."""
    first, mul = run.config.count("t_initial", at_least=1), run.number("t_mul", above=0)
    low, decay = run.number("eta_min", at_least=0), run.number("eta_mul", above=0)
    where, left = run.config.where, int(run.epochs.text)
    cycles: list[CurveSpec] = []
    lengths: list[RawValue] = []
    while left > 0:
        length, peak = int(first * mul ** len(cycles)), float(run.lr.text) * decay ** len(cycles)
        if length < 1 or len(cycles) == MOST_CYCLES:
            rule = f"the run must have at most {MOST_CYCLES} cycles, each of at least one epoch"
            raise run.config.invalid("t_initial", rule)
        values = {"lr": computed_value(peak, run.lr.where), "min_lr": run.computed(low, "eta_min")}
        total = run.config.computed(length, "t_initial", "epoch")
        cycles.append(CurveSpec("cosine", where, "epoch", {**values, "total": total}))
        lengths.append(total)
        left -= length
    timed = map(lasting, cycles[:-1], lengths)
    return sequence((*timed, cycles[-1]), where, "epoch")
