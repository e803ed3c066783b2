"""Read Hugging Face ``TrainingArguments``, the rate keys of the ``Trainer`` and of the programs on top of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.deepspeed_scheduler import check_optimizer, has_scheduler, load_scheduler
from cosine_cli.plans.importers.core.hugging_face import (
    WITHOUT_KWARGS,
    WITHOUT_WARMUP,
    lengths,
    schedule_of,
    scheduler_curve,
    scheduler_kind,
    scheduler_kinds,
)
from cosine_cli.plans.importers.core.json_text import is_json, mapping_or_json
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unquoted import unquoted
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys, other_rates
from cosine_cli.plans.importers.core.update_count import unknown_steps, update_count
from cosine_cli.plans.model.budget_arithmetic import DROPS_FIRST, before_4_52, steps_of_transformers
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.registry import load as load_schedule
from cosine_cli.schedules.core.fields import params
from cosine_cli.text import closest, either, quote, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.importers.core.mapping_reader import MappingReader
    from cosine_cli.plans.parse.raw import RawValue

TYPE = "lr_scheduler_type"
SCHEDULE_KEYS = (TYPE, "lr_scheduler_kwargs")
DEEPSPEED = "deepspeed"
"""The key of a DeepSpeed config, or of the path of one."""

UNKNOWN_STEPS = unknown_steps("max_steps")
UNKNOWN_CONFIG = {"--combine": f"the DeepSpeed config, if `{DEEPSPEED}` names a file"}
"""What a file may lack, for ``Format.unknown``."""

BUDGET_KEYS = {
    "batch_size": "per_gpu_train_batch_size|per_device_train_batch_size",
    "accumulate": "gradient_accumulation_steps",
    "drop_last": "dataloader_drop_last",
}
BUDGET_DEFAULTS = {"accumulate": "1"}
UNCOUNTED = {
    "auto_find_batch_size": "the batch size is found during training",
    "accelerator_config.split_batches|split_batches": "a batch is shared by the devices",
    "packing|neat_packing": "samples are packed",
    "num_generations|reward_funcs|max_completion_length|total_episodes": "samples are generated",
}
LIMITS = {
    "max_train_samples|max_samples": "the samples after this limit",
    "val_size|val_set_size|split_dataset_ratio": "the samples that are not for validation",
}


def trainer_budget(
    keys: Mapping[str, str] = BUDGET_KEYS,
    *,
    defaults: Mapping[str, str] = BUDGET_DEFAULTS,
    uncounted: Mapping[str, str] = MappingProxyType({}),
) -> BudgetKeys:
    """Return the keys of a budget of a program on top of the ``Trainer``, and how the ``Trainer`` counts.

    - ``uncounted``: the program's own keys with which the number of batches is unknown.
    """
    return BudgetKeys(
        keys=keys,
        defaults=defaults,
        uncounted={**UNCOUNTED, **uncounted},
        limits=LIMITS,
        steps_per_epoch=steps_of_transformers,
        reason=f"with dataloader_drop_last, transformers {DROPS_FIRST}",
        notes=before_4_52,
    )


INCLUDES = {"deepspeed": DEEPSPEED}
REPLACEMENT_KEYS = {"warmup": "warmup_steps"}

RATE_KEYS = (*SCHEDULE_KEYS, "learning_rate", "warmup_steps", "warmup_ratio")
"""All keys of ``TrainingArguments`` that change the learning rate."""


class TrainerProgram(NamedTuple):
    """A program on top of the ``Trainer``.

    - ``title``: its name in messages.
    - ``kind``, ``rate``, ``epochs``: its values of missing arguments; None if the program does not determine it.
    - ``fill``: the arguments that it gives to a schedule of a kind, with the lengths of the warmup and of the run.
    """

    title: str
    kind: str | None = None
    rate: str | None = None
    epochs: float | None = None
    fill: Callable[[str, RawValue, RawValue], Mapping[str, RawValue]] = lambda _kind, _warmup, _total: {}

    def defaults(self, args: MappingReader, run: Mapping[str, RawValue]) -> Iterator[str]:
        """Yield the defaults that are used, in the schedule and in the ``run``."""
        kind = scheduler_kind(args, TYPE, self.kind)
        if TYPE not in args:
            yield f"{TYPE}={kind}"
        yield from self.run_defaults(run)
        if kind not in WITHOUT_WARMUP and not {"warmup_steps", "warmup_ratio"} & args.values.keys():
            yield "warmup_steps=0"

    def run_defaults(self, run: Mapping[str, RawValue]) -> Iterator[str]:
        """Yield the defaults of the rate and of the length that are used in a run."""
        if run["lr"].default_of:
            yield f"learning_rate={self.rate}"
        if run["steps"].default_of:
            yield f"num_train_epochs={self.epochs:g}"


@dataclass(frozen=True)
class _Trainer:
    """The values of the arguments that a DeepSpeed config leaves to the ``Trainer``."""

    args: MappingReader
    flags: Flags
    program: TrainerProgram

    @property
    def lr(self) -> RawValue:
        rate = run_rate(self.args, self.flags, self.program)
        if self.flags.lr is not None or rate.default_of:
            return rate
        return rate._replace(text=repr(unquoted(self.args).number("learning_rate")))

    @property
    def steps(self) -> RawValue:
        return run_steps(self.args, self.flags, self.program)

    @property
    def max_steps(self) -> int | None:
        steps = self.args.count("max_steps", -1)
        return steps if steps > 0 else None

    @property
    def warmup(self) -> RawValue:
        return _warmup(self.args, self.steps)

    def defaults(self, run: Mapping[str, RawValue]) -> Iterator[str]:
        return self.program.run_defaults(run)


def load_arguments(args: MappingReader, flags: Flags, program: TrainerProgram) -> Request:
    """Return the schedule that a ``Trainer`` creates from the arguments, over its optimizer steps.

    The scheduler of a DeepSpeed config in ``deepspeed`` replaces that of the ``Trainer``.
    """
    if TYPE in args:
        _check_arguments(args, scheduler_kind(args, TYPE), program.title)
    _check_misspelled(args, program.title)
    check_unknown_keys(args, RATE_KEYS, program.title)
    config = None if names_file(args) else mapping_or_json(args, DEEPSPEED)
    if config is None:
        return _load_own(args, flags, program)
    trainer = _Trainer(args, flags, program)
    check_optimizer(config, trainer)
    if not has_scheduler(config):
        return _load_own(args, flags, program)
    request = load_scheduler(config, flags, trainer)
    unused = f"{TYPE} (the scheduler of DeepSpeed replaces it)" if TYPE in args else ""
    return request._replace(remarks=(*request.remarks, *ignored(unused)))


def names_file(args: MappingReader) -> bool:
    """Return whether the DeepSpeed config is in another file."""
    if DEEPSPEED not in args or is_json(args, DEEPSPEED):
        return False
    node = args.values[DEEPSPEED]
    return node.pairs is None and node.items is None


def _load_own(args: MappingReader, flags: Flags, program: TrainerProgram) -> Request:
    """Return the schedule of ``lr_scheduler_type``."""
    kind = _kind(args, program)
    total = run_steps(args, flags, program)
    run = {"lr": run_rate(args, flags, program), "steps": total}
    warmup = _warmup(args, total)
    own = lengths(kind, warmup, total)
    arguments = {**own, **program.fill(kind, warmup, total), **scheduler_kwargs(args, kind, own)}
    return Request(
        unit="step",
        run=run,
        curves=(scheduler_curve(kind, args.place(TYPE), arguments),),
        remarks=(
            read_as(schedule_of(kind), f"{total.text} steps", defaults=[*program.defaults(args, run)]),
            *ignored(*_unused(args, kind, warmup)),
        ),
    )


def _unused(args: MappingReader, kind: str, warmup: RawValue) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    if kind in WITHOUT_WARMUP and warmup.text != "0":
        yield "warmup (the constant schedule does not have one)"
    if kind in WITHOUT_KWARGS and "lr_scheduler_kwargs" in args:
        yield "lr_scheduler_kwargs (the Trainer does not pass it to a constant schedule)"
    if names_file(args):
        yield f"{DEEPSPEED} (a scheduler in it replaces this one)"
    for name, schedule in _other_arguments(args, kind):
        yield f"{name} (an argument of {schedule})"
    others = other_rates(args, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')} (for other parameters)"


def _kind(args: MappingReader, program: TrainerProgram) -> str:
    if TYPE not in args and program.kind is None:
        reason = "its default, linear in TrainingArguments, differs between programs"
        raise args.missing(TYPE, reason=reason, hint=f"add {TYPE}: linear to the file")
    return scheduler_kind(args, TYPE, program.kind)


def meant(name: str) -> str | None:
    """Return the key that a misspelled one stands for."""
    return None if name in RATE_KEYS else "learning_rate" if name == "lr" else closest(name, RATE_KEYS)


def _check_misspelled(args: MappingReader, title: str) -> None:
    """Raise RequestError for a misspelled key that changes the learning rate."""
    name = next(filter(meant, args.values), None)
    if name is not None:
        hint = "remove it" if meant(name) in args.values else f"did you mean {meant(name)}?"
        raise args.invalid(name, f"{visible(name)} is not a key of {title}", hint=hint)


def _check_arguments(args: MappingReader, kind: str, title: str) -> None:
    """Raise RequestError for an argument of the schedule among the arguments of the ``Trainer``."""
    arguments = {param.name for param in params(load_schedule(schedule_of(kind)))} - {"lr", *RATE_KEYS}
    name = next(filter(arguments.__contains__, args.values), None)
    if name is not None:
        rule = f"{name} is an argument of {schedule_of(kind)}, not a key of {title}"
        from_trainer = name in ("num_warmup_steps", "num_training_steps")
        hint = "the Trainer sets it: remove it" if from_trainer else "write it in lr_scheduler_kwargs"
        raise args.invalid(name, rule, hint=hint)


def _other_arguments(args: MappingReader, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the keys that are an argument of another schedule only, each with its name."""
    own = {param.name for param in params(load_schedule(schedule_of(kind)))}
    for schedule in map(schedule_of, scheduler_kinds()):
        others = {param.name for param in params(load_schedule(schedule))} - own - {*RATE_KEYS, "lr", "min_lr"}
        yield from ((name, schedule) for name in args.values if name in others)
        own |= others


def run_rate(args: MappingReader, flags: Flags, program: TrainerProgram) -> RawValue:
    """Return the learning rate."""
    if flags.lr is not None:
        return flags.lr
    if "learning_rate" not in args:
        if program.rate is not None:
            return args.computed(program.rate, "learning_rate")
        reason = "its default, 5e-5 in TrainingArguments, differs between programs"
        raise args.missing("learning_rate", reason=reason, hint="pass --lr 5e-5")
    return args.raw("learning_rate")._replace(quoted=False)  # the Trainer takes it as text too


def run_steps(args: MappingReader, flags: Flags, program: TrainerProgram) -> RawValue:
    """Return the number of optimizer steps."""
    return update_count(args, flags, limit="max_steps", epochs="num_train_epochs", default=program.epochs)


def _warmup(args: MappingReader, total: RawValue) -> RawValue:
    """Return the length of the warmup: a value below 1, or the older ``warmup_ratio``, is a share of the steps."""
    steps = args.number("warmup_steps", 0.0, at_least=0)
    if steps and args.number("warmup_ratio", 0.0, at_least=0, at_most=1):
        rule = "warmup_ratio and warmup_steps must not both be given: versions of Transformers differ"
        raise user_error(args.place("warmup_ratio"), rule, hint="remove one")
    if steps >= 1:
        return args.computed(int(steps), "warmup_steps")
    name = "warmup_steps" if steps else "warmup_ratio"
    share = steps or args.number("warmup_ratio", 0.0, at_least=0, at_most=1)
    return args.computed(math.ceil(float(total.text) * share), name)


def scheduler_kwargs(args: MappingReader, kind: str, own: dict[str, RawValue]) -> dict[str, RawValue]:
    """Return the arguments of the schedule that the ``Trainer`` does not set itself."""
    kwargs = mapping_or_json(args, "lr_scheduler_kwargs")
    if kwargs is None or kind in WITHOUT_KWARGS:
        return {}
    duplicate = next((name for name in kwargs.values if name in own), None)
    if duplicate is not None:
        raise kwargs.invalid(duplicate, f"{quote(duplicate)[1:-1]} must not be given: the Trainer sets it")
    return {name: kwargs.raw(name) for name in kwargs.values}
