"""Import configs of ms-swift: arguments of the ``Trainer`` with its defaults, in a YAML file or in ``args.json``.

Source: ms-swift 4.6.0, ``trainers/arguments.py`` for the scheduler and the warmup, ``arguments/sft_args.py`` for the
learning rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.evidence import AtLeast, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.training_arguments import (
    DEEPSPEED,
    INCLUDES,
    REPLACEMENT_KEYS,
    TYPE,
    UNKNOWN_CONFIG,
    UNKNOWN_STEPS,
    TrainerProgram,
    load_arguments,
    trainer_budget,
)
from cosine_cli.plans.importers.core.unquoted import unquoted

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import Request

TUNER = "tuner_type|train_type|sft_type"
"""How parameters are tuned: the key of versions 4, 3, and 1 and 2."""

OWN_KEYS = (
    *("split_dataset_ratio", "model_author", "template_type", "tuner_backend", "dataset_num_proc", "swift_version"),
    *("external_plugins", "rlhf_type", "use_hf", "attn_impl", "torch_dtype", "model_id_or_path"),
)

TRAINER_KEYS = (
    *("learning_rate", "num_train_epochs", "max_steps", "per_device_train_batch_size", TYPE, "warmup_ratio"),
    "gradient_accumulation_steps",
)

FORMAT = Format(
    "ms-swift",
    needs=(Key(TUNER, "text"), AtLeast(2, *OWN_KEYS, *TRAINER_KEYS)),
    excludes=(one_of("train_mode", "iters", "micro_batch_size", "lr", "finetuning_type"),),
    files="YAML config, or `args.json` of a run",
    reads="the keys of TrainingArguments, with ms-swift's defaults",
    options=RUN,
    budget=trainer_budget(
        defaults={}, uncounted=dict.fromkeys(("rlhf_type=grpo", "rlhf_type=ppo"), "samples are generated")
    ),
    replacement_keys=REPLACEMENT_KEYS,
    unknown=UNKNOWN_STEPS | UNKNOWN_CONFIG,
    precedes=("transformers", "llamafactory", "trl"),
    includes=INCLUDES,
)

DEEPSPEED_NAMES = ("zero0", "zero1", "zero2", "zero3", "zero2_offload", "zero3_offload")
"""The DeepSpeed configs of ms-swift, which do not have a scheduler."""

FULL_RATE, TUNER_RATE = "1e-5", "1e-4"


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its optimizer steps."""
    args = unquoted(MappingReader(top))
    if DEEPSPEED in args and args.values[DEEPSPEED].text in DEEPSPEED_NAMES:
        args = args.without(DEEPSPEED)
    _check_old(args)
    is_full = "full" in (args.word(name, "") for name in TUNER.split("|"))
    program = TrainerProgram(FORMAT.title, kind="cosine", rate=FULL_RATE if is_full else TUNER_RATE, epochs=3.0)
    return load_arguments(args, flags, program)


def _check_old(args: MappingReader) -> None:
    """Raise RequestError for missing arguments of versions 1 and 2, whose defaults differ."""
    if "sft_type" not in args:
        return
    if TYPE not in args:
        raise args.missing(TYPE, reason="its default differs between versions", hint=f"add {TYPE}: cosine to the file")
    if not {"warmup_ratio", "warmup_steps"} & args.values.keys():
        reason = "its default differs between versions"
        raise args.missing("warmup_ratio", reason=reason, hint="add warmup_ratio: 0.05 to the file")
