"""Import configs of TRL's scripts, of open-r1 and of the alignment handbook: arguments of the ``Trainer``.

Source: TRL 1.16.0, ``trainer/*_config.py``, whose default learning rates depend on the trainer; the schedule is that of
the ``Trainer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.evidence import All, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.training_arguments import (
    INCLUDES,
    REPLACEMENT_KEYS,
    SCHEDULE_KEYS,
    TYPE,
    UNKNOWN_CONFIG,
    UNKNOWN_STEPS,
    TrainerProgram,
    load_arguments,
    trainer_budget,
)
from cosine_cli.plans.importers.core.unsupported import schedule_key

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import Request

TRAINER_KEYS = (
    *(TYPE, "learning_rate", "max_steps", "num_train_epochs", "total_episodes"),
    *("per_device_train_batch_size", "output_dir"),
)

OTHER_PROGRAMS = (
    *("base_model", "micro_batch_size", "finetuning_type", "tuner_type", "train_type", "sft_type"),
    *("num_epochs", "iters", "max_train_steps", "lr_warmup_steps", "lr"),
    *("with_tracking", "checkpointing_steps"),  # open-instruct, which rounds the warmup down
)

FORMAT = Format(
    "TRL",
    needs=(
        one_of(*TRAINER_KEYS),
        one_of("model_name_or_path", "model_config", "dataset_name", "dataset_mixer", "dataset_mixture"),
        one_of(
            All("num_generations", one_of("max_completion_length", "max_prompt_length", "reward_funcs", "use_vllm")),
            All("beta", one_of("loss_type", "max_prompt_length", "max_length")),
            All(one_of("packing", "dataset_text_field"), one_of("max_length", "max_seq_length", "attn_implementation")),
            All("dataset_name", one_of("dataset_train_split", "dataset_test_split", "packing", "dataset_config")),
            All(one_of("dataset_mixer", "dataset_mixture"), one_of("model_name_or_path", "dataset_splits")),
            "reward_funcs",
            "total_episodes",
        ),
    ),
    excludes=(
        Check("another key of a scheduler", lambda top: schedule_key(top, SCHEDULE_KEYS) is not None),
        one_of(*OTHER_PROGRAMS),
        Key("dataset_name", "mapping"),
    ),
    files="YAML config of a script",
    reads="the keys of TrainingArguments",
    options=RUN,
    budget=trainer_budget(),
    replacement_keys=REPLACEMENT_KEYS,
    unknown=UNKNOWN_STEPS
    | {"--lr": "the rate, if `learning_rate` is missing, as its default depends on the trainer"}
    | UNKNOWN_CONFIG,
    precedes=("transformers", "llamafactory"),
    includes=INCLUDES,
)

PROGRAM = TrainerProgram(FORMAT.title, kind="linear", epochs=3.0)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its optimizer steps."""
    args = MappingReader(top)
    if flags.lr is None and "learning_rate" not in args:
        reason = "its default depends on the trainer, 2e-5 for SFT and 1e-6 for DPO and GRPO"
        raise args.missing("learning_rate", reason=reason, hint="pass --lr")
    if flags.length is None and "total_episodes" in args:
        rule = "number of steps unknown: total_episodes counts samples"
        raise args.invalid("total_episodes", rule, hint="pass --steps")
    return load_arguments(args, flags, PROGRAM)
