"""Import configs of axolotl: the schedulers of the ``Trainer`` with axolotl's warmup and default, and its own ones.

Source: axolotl 0.18.0, ``core/builders/base.py`` for the warmup, ``utils/trainer.py`` for the number of steps,
``core/trainers/mixins/scheduler.py`` for the choice of a scheduler, ``utils/schedulers.py`` for the formulas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.hugging_face import (
    WITHOUT_WARMUP,
    lengths,
    schedule_of,
    scheduler_curve,
    scheduler_kinds,
)
from cosine_cli.plans.importers.core.jagged import Jagged, jagged_curve
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.training_arguments import (
    BUDGET_DEFAULTS,
    LIMITS,
    UNCOUNTED,
    scheduler_kwargs,
)
from cosine_cli.plans.importers.core.unquoted import unquoted
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys, other_rates
from cosine_cli.plans.importers.core.update_count import unknown_steps, update_count
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.budget import Budget
    from cosine_cli.plans.parse.node import Node

SCHEDULER = "lr_scheduler"
OWN_SCHEDULERS = ("one_cycle", "rex")
DEFAULT_EPOCHS = 1.0

RATE_KEYS = (
    *(SCHEDULER, "lr_scheduler_kwargs", "learning_rate", "warmup_steps", "warmup_ratio", "lr_quadratic_warmup"),
    *("cosine_min_lr_ratio", "cosine_constant_lr_ratio", "lr_div_factor"),
    *("jagged_restart_steps", "jagged_restart_warmup_steps", "jagged_restart_anneal_steps"),
    *("relora_steps", "relora_warmup_steps", "relora_anneal_steps"),
)

NOT_KEYS = {
    "lr": "learning_rate",
    "epochs": "num_epochs",
    "num_train_epochs": "num_epochs",
    "lr_scheduler_type": SCHEDULER,
}
"""Keys of other programs that axolotl does not have, and its own ones."""

OWN_KEYS = (
    *("micro_batch_size", "sequence_len", "sample_packing", "val_set_size", "dataset_prepared_path", "adapter"),
    *("lora_target_linear", "evals_per_epoch", "saves_per_epoch", "special_tokens", "datasets", "flash_attention"),
)


def _is_known(top: Node) -> bool:
    named = next((value for key, value in top.pairs or () if key.text == SCHEDULER), None)
    return named is not None and named.text in (*scheduler_kinds(), *OWN_SCHEDULERS)


def _run_steps(budget: Budget, epochs: float) -> int:
    """Return the number of steps of a run, for which the samples of all epochs are counted together."""
    return math.ceil((budget.dataset_size or 0) * epochs / budget.samples_per_step)


FORMAT = Format(
    "axolotl",
    needs=(
        one_of(
            All(Key("base_model", "text"), AtLeast(2, *OWN_KEYS)),
            All("learning_rate", one_of("max_steps", "num_epochs"), AtLeast(3, *OWN_KEYS)),
            All(
                *("micro_batch_size", "gradient_accumulation_steps", "learning_rate"),
                one_of("max_steps", "num_epochs"),
                Check(f"a known {SCHEDULER}", _is_known, keys=SCHEDULER),
            ),
        ),
    ),
    excludes=(one_of("merge_method", "models", "global_batch_size"),),
    files="YAML config",
    reads=f"`{SCHEDULER}` with its arguments, jagged restarts, `learning_rate`, warmup and length",
    options=RUN,
    replacement_keys={"warmup": "warmup_steps"},
    budget=BudgetKeys(
        keys={
            "batch_size": "micro_batch_size",
            "accumulate": "gradient_accumulation_steps",
            "sequence_length": "sequence_len",
        },
        defaults=BUDGET_DEFAULTS,
        only_with={"sequence_length": "sample_packing|pad_to_sequence_len"},
        uncounted={
            **UNCOUNTED,
            "sample_packing|pretraining_dataset|streaming": "samples are packed",
            **dict.fromkeys(("rl=grpo", "rl=ebft"), "samples are generated"),
            "batch_size": "it determines gradient_accumulation_steps",
            "context_parallel_size|tensor_parallel_size|sequence_parallel_degree": "devices share a batch",
        },
        limits=LIMITS,
        refused={"drop_last": "the samples of all epochs are counted together"},
        run_steps=_run_steps,
    ),
    unknown=unknown_steps("max_steps") | {"--lr": "the rate, if `learning_rate` is missing"},
    precedes=("transformers",),
)


@dataclass(frozen=True)
class _Run:
    """The values of a run, with the lengths in optimizer steps."""

    config: MappingReader
    lr: RawValue
    total: RawValue
    warmup: RawValue

    @property
    def steps(self) -> int:
        """The length of the run."""
        return int(float(self.total.text))

    @property
    def warmup_steps(self) -> int:
        """The length of the warmup."""
        return int(float(self.warmup.text))

    @property
    def decay(self) -> float:
        """The length of the decay after the warmup."""
        return max(1, self.steps - self.warmup_steps)

    def ratio(self, name: str) -> float:
        """Return a share that is 0 if it is missing."""
        return self.config.number(name, 0.0, at_least=0, at_most=1)

    def min_lr(self, name: str) -> RawValue:
        """Return the rate that is a share of the peak."""
        return self.config.computed(self.ratio(name) * float(self.lr.text), name)

    def rex(self) -> CurveSpec:
        """Return the reflected exponential, without the steps before its first update."""
        where = self.config.place(SCHEDULER)
        given = {
            "total": computed_value(self.decay, where),
            "min_lr": self.min_lr("cosine_min_lr_ratio"),
            "bend": computed_value(0.9, where),
        }
        return self.with_warmup("rex", where, given)

    def with_warmup(self, name: str, where: str, given: dict[str, RawValue]) -> CurveSpec:
        """Return a schedule of ours, after a warmup from 0 if there is one."""
        own = {"warmup": self.warmup} if self.warmup_steps else {}
        return CurveSpec(name, where, "step", given | own)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its optimizer steps."""
    config = unquoted(MappingReader(top))
    _check_keys(config)
    kind = _kind(config)
    total = update_count(config, flags, limit="max_steps", epochs="num_epochs", default=DEFAULT_EPOCHS)
    run = _Run(config, _rate(config, flags), total, _warmup(config, total, flags))
    curve = _restarted(_curve(kind, run), kind, run)
    return Request(
        unit="step",
        run={"lr": run.lr, "steps": total},
        curves=(curve.spec if curve.name == curve.spec.name else labelled(curve.spec, curve.name),),
        remarks=(
            read_as(
                curve.name,
                f"{total.text} steps",
                defaults=[*_defaults(run, kind)],
                warmup=float(run.warmup_steps) if curve.spec.name == "retime" else None,
            ),
            *ignored(*_unused(run, kind, curve, flags)),
        ),
    )


class _Curve(NamedTuple):
    """The curve of a scheduler, its name, and the keys that it uses."""

    name: str
    spec: CurveSpec
    used: tuple[str, ...]


def _check_keys(config: MappingReader) -> None:
    """Raise RequestError for keys of other programs, and for unknown ones that may change the learning rate."""
    name = next(filter(NOT_KEYS.__contains__, config.values), None)
    if name is not None:
        meant = NOT_KEYS[name]
        hint = "remove it" if meant in config else f"did you mean {meant}?"
        raise config.invalid(name, f"{name} is not a key of {FORMAT.title}", hint=hint)
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    if config.flag("relora", default=False) and not {"jagged_restart_steps", "relora_steps"} & config.values.keys():
        raise config.missing("jagged_restart_steps", reason="relora is true")
    if "deepspeed" in config and "scheduler" in config.values["deepspeed"].keys:
        raise config.invalid("deepspeed", "deepspeed must not have a scheduler, which replaces lr_scheduler")
    if all(config.number(name, 0.0) for name in ("warmup_steps", "warmup_ratio")):
        rule = f"warmup_ratio and warmup_steps must not both be given: {FORMAT.title} takes one of them"
        raise config.invalid("warmup_ratio", rule, hint="remove one")


def _kind(config: MappingReader) -> str:
    if SCHEDULER not in config:
        return "cosine"
    return check_kind(config, SCHEDULER, (*scheduler_kinds(), *OWN_SCHEDULERS), framework="transformers")


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    if "learning_rate" not in config:
        raise config.missing("learning_rate", hint="pass --lr")
    return config.computed(config.number("learning_rate", above=0), "learning_rate")


def _warmup(config: MappingReader, total: RawValue, flags: Flags) -> RawValue:
    """Return the length of the warmup; a value of ``warmup_steps`` below 1 is a share, as in Transformers 5.

    axolotl computes the warmup before the ``Trainer`` counts the steps; with a negative ``max_steps`` it is then 0.
    """
    given = config.number("warmup_steps", 0.0, at_least=0, at_most=MOST_STEPS)
    ratio = config.number("warmup_ratio", 0.0, at_least=0, at_most=1)
    steps = 0 if _is_negative(config, flags) else int(float(total.text))
    if 0 < given < 1:
        return config.computed(math.ceil(given * float(total.text)), "warmup_steps")
    if "warmup_steps" in config:
        name, length = "warmup_steps", int(given)
    elif "warmup_ratio" in config:
        name, length = "warmup_ratio", int(ratio * steps)
    else:
        name, length = "warmup_steps", min(int(0.03 * steps), 100)
    return config.computed(2 if length == 1 else length, name)


def _is_negative(config: MappingReader, flags: Flags) -> bool:
    return flags.length is None and config.count("max_steps", 0) < 0


def _curve(kind: str, run: _Run) -> _Curve:
    config, where = run.config, run.config.place(SCHEDULER)
    if kind == "one_cycle":
        return _one_cycle(run, where)
    if kind == "rex":
        return _rex(run, where)
    if kind == "cosine" and config.flag("lr_quadratic_warmup", default=False):
        shape = {"warmup_shape": config.computed("quadratic", "lr_quadratic_warmup")} if run.warmup_steps else {}
        spec = run.with_warmup("cosine", where, {"total": computed_value(run.decay, where), **shape})
        return _Curve("cosine with quadratic warmup", spec, ("lr_quadratic_warmup",))
    if kind == "cosine" and run.ratio("cosine_min_lr_ratio"):
        return _cosine_to_minimum(run, where)
    own = lengths(kind, run.warmup, run.total)
    spec = scheduler_curve(kind, where, own | scheduler_kwargs(config, kind, own))
    return _Curve(schedule_of(kind), spec, ("lr_scheduler_kwargs",))


def _one_cycle(run: _Run, where: str) -> _Curve:
    """Return PyTorch's one cycle, whose increase takes the warmup."""
    config = run.config
    kwargs = config.mapping("lr_scheduler_kwargs")
    given = {} if kwargs is None else {name: kwargs.raw(name) for name in kwargs.values}
    duplicate = next(filter({"max_lr", "total_steps", "lr"}.__contains__, given), None)
    if kwargs is not None and duplicate is not None:
        raise kwargs.invalid(duplicate, f"{duplicate} must not be given: {FORMAT.title} sets it")
    own = {
        "max_lr": run.lr,
        "total_steps": run.total,
        "pct_start": computed_value(run.warmup_steps / run.steps, run.warmup.where),
    }
    return _Curve(
        "torch.OneCycleLR", CurveSpec("torch.OneCycleLR", where, "step", own | given), ("lr_scheduler_kwargs",)
    )


def _rex(run: _Run, where: str) -> _Curve:
    """Return the reflected exponential, one step ahead: its first update has already made a step."""
    if run.warmup_steps >= run.steps:
        rule = f"with rex, the warmup must be below {run.steps}, the length of the run"
        raise user_error(run.warmup.where, rule, got=run.warmup.text)
    return _Curve("rex", ahead(run.rex(), 1, where), ("cosine_min_lr_ratio",))


def _cosine_to_minimum(run: _Run, where: str) -> _Curve:
    """Return the cosine to ``cosine_min_lr_ratio``, which ``cosine_constant_lr_ratio`` ends before the run."""
    constant = "cosine_constant_lr_ratio"
    if not run.ratio(constant):
        rate = {"min_lr_rate": run.config.computed(run.ratio("cosine_min_lr_ratio"), "cosine_min_lr_ratio")}
        own = lengths("cosine_with_min_lr", run.warmup, run.total)
        spec = scheduler_curve("cosine_with_min_lr", where, own | rate)
        return _Curve("cosine with cosine_min_lr_ratio", spec, ("cosine_min_lr_ratio",))
    decay = int(run.steps * run.ratio(constant)) - run.warmup_steps
    if decay <= 0:
        rule = f"{constant} must end the decay after the warmup of {run.warmup_steps} steps"
        raise run.config.invalid(constant, rule)
    given = {"total": run.config.computed(decay, constant), "min_lr": run.min_lr("cosine_min_lr_ratio")}
    spec = run.with_warmup("cosine", where, given)
    return _Curve(f"cosine with {constant}", spec, ("cosine_min_lr_ratio", constant))


def _restarted(curve: _Curve, kind: str, run: _Run) -> _Curve:
    """Return the curve with its jagged restarts, if it has any."""
    jagged = _jagged(run, kind)
    if jagged is None:
        return curve
    inner = curve.spec if kind != "rex" else run.rex()
    spec = jagged_curve(inner, jagged, run.lr, run.steps)
    return _Curve(f"{kind} with jagged restarts", spec, (*curve.used, "cosine_min_lr_ratio"))


def _jagged(run: _Run, kind: str) -> Jagged | None:
    """Return the restarts, under their present or older names."""
    config = run.config
    name = "relora" if "relora_steps" in config else "jagged_restart"
    every = _whole(config, f"{name}_steps", 0)
    if not every:
        return None
    return Jagged(
        every=every,
        warmup=_whole(config, f"{name}_warmup_steps", 10),
        anneal=_whole(config, f"{name}_anneal_steps", 1),
        lowest=run.ratio("cosine_min_lr_ratio") or 0.001,
        begin=2 if kind == "rex" else 1,
        key=f"{name}_steps",
        where=config.place(f"{name}_steps"),
    )


def _whole(config: MappingReader, name: str, default: int) -> int:
    """Return a whole number; false and 0 count as missing."""
    if name in config and config.values[name].text.lower() == "false":
        return default
    return config.count(name, default, at_least=0, at_most=MOST_STEPS) or default


def _defaults(run: _Run, kind: str) -> Iterator[str]:
    """Yield the defaults that are used."""
    if SCHEDULER not in run.config:
        yield f"{SCHEDULER}={kind}"
    if run.total.default_of:
        yield f"num_epochs={DEFAULT_EPOCHS:g}"
    if kind not in WITHOUT_WARMUP and run.warmup.default_of:
        yield f"a warmup of {run.warmup_steps} steps"


def _unused(run: _Run, kind: str, curve: _Curve, flags: Flags) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    config = run.config
    if kind in WITHOUT_WARMUP and run.warmup_steps:
        yield "warmup (the constant schedule does not have one)"
    if config.number("warmup_ratio", 0.0) and _is_negative(config, flags):
        yield f"warmup_ratio ({FORMAT.title} computes the warmup from max_steps, which is negative)"
    if "lr_div_factor" in config:
        yield f"lr_div_factor ({FORMAT.title} does not use it)"
    for name in ("lr_scheduler_kwargs", "lr_quadratic_warmup", "cosine_min_lr_ratio", "cosine_constant_lr_ratio"):
        if name in config and name not in curve.used and config.values[name].text.lower() not in ("false", "0"):
            yield f"{name} (not used by {curve.name})"
    if "deepspeed" in config:
        yield "deepspeed (a scheduler in it replaces this one)"
    others = other_rates(config, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')} (for other parameters)"
