"""Import Hugging Face ``TrainingArguments``, as ``to_json_string`` writes them or as some of them in a YAML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.combine import file_of, hint_for
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.training_arguments import (
    DEEPSPEED,
    INCLUDES,
    REPLACEMENT_KEYS,
    SCHEDULE_KEYS,
    TYPE,
    UNKNOWN_CONFIG,
    UNKNOWN_STEPS,
    TrainerProgram,
    load_arguments,
    meant,
    names_file,
    trainer_budget,
)
from cosine_cli.plans.importers.core.unsupported import schedule_key
from cosine_cli.text import visible

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import Request

OTHER_PROGRAMS = (
    *("base_model", "micro_batch_size", "sequence_len"),  # axolotl
    *("model_class", "peft_config.name", "dist_config", "optim_config", "train_dataset"),  # LLaMA-Factory v1
    *("tuner_type", "train_type", "sft_type", "tuner_backend", "split_dataset_ratio"),  # ms-swift
    *("max_train_steps", "max_train_epochs", "lr_warmup_steps"),  # diffusers, kohya
    *("with_tracking", "checkpointing_steps"),  # scripts with a loop of their own, such as those of open-instruct
    *("iters", "lr_schedule", "warmup", "train_iters", "log_history"),  # MLX-LM, Megatron, a trainer state
    *("num_epochs", "lr_config", "lr_policy", "lr_decay_style", "lr0"),
)
"""Keys of programs that share names with ``TrainingArguments`` and have another default schedule."""

OWN_KEYS = (
    *("per_device_train_batch_size", "per_device_eval_batch_size", "output_dir", "gradient_accumulation_steps"),
    *("eval_strategy", "evaluation_strategy", "save_strategy", "logging_steps", "report_to", "optim", "bf16", "fp16"),
)
"""Keys of ``TrainingArguments`` that tell them from those of other programs if the schedule is left to the default."""


def _other_scheduler(top: Node) -> bool:
    pairs = tuple((key, value) for key, value in top.pairs or () if key.text != DEEPSPEED)
    return schedule_key(top._replace(pairs=pairs), (*SCHEDULE_KEYS, *filter(meant, top.keys))) is not None


def _counts_other_epochs(top: Node) -> bool:
    return bool({"epochs", "max_epochs"} & top.keys) and not {*OWN_KEYS, "max_steps", "num_train_epochs"} & top.keys


FORMAT = Format(
    "Hugging Face TrainingArguments",
    needs=(
        one_of(
            Key(TYPE, "text"),
            All("learning_rate", one_of("max_steps", "num_train_epochs"), AtLeast(2, *OWN_KEYS)),
            All(one_of("max_steps", "num_train_epochs"), AtLeast(4, *OWN_KEYS)),
        ),
    ),
    excludes=(
        Check("another key of a scheduler, at any depth", _other_scheduler),
        one_of(*OTHER_PROGRAMS),
        Check("epochs or max_epochs, and no key of TrainingArguments", _counts_other_epochs),
    ),
    files="TrainingArguments as JSON or YAML, or the arguments of a script",
    reads="`lr_scheduler_type`, `lr_scheduler_kwargs`, `learning_rate`, warmup and length",
    options=RUN,
    budget=trainer_budget(),
    replacement_keys=REPLACEMENT_KEYS,
    unknown=UNKNOWN_STEPS | {"--lr": "the rate, if `learning_rate` is missing"} | UNKNOWN_CONFIG,
    includes=INCLUDES,
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule that a ``Trainer`` creates from the arguments, over its optimizer steps."""
    args = MappingReader(top)
    _check_file(args)
    return load_arguments(args, flags, TrainerProgram(FORMAT.title))


def _check_file(args: MappingReader) -> None:
    """Raise RequestError if the DeepSpeed config is another file: a scheduler in it replaces that of the Trainer."""
    if not names_file(args):
        return
    rule = f"{DEEPSPEED} names another file, whose scheduler would replace this one"
    raise args.invalid(DEEPSPEED, rule, hint=hint_for(file_of(args.node), visible(args.word(DEEPSPEED))))
