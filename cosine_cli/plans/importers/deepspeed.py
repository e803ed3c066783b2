"""Import a DeepSpeed config, which the Trainer of transformers may have to complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.deepspeed_scheduler import AUTO, PARAMETERS, SEARCH, load_scheduler
from cosine_cli.plans.importers.core.evidence import All, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.unsupported import changes_rate

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import Request


def _other_rate(top: Node) -> bool:
    return any(changes_rate(key) for key in top.keys - {"scheduler"})


FORMAT = Format(
    "DeepSpeed config",
    needs=(
        one_of(
            Key("scheduler.type", among=(*PARAMETERS, SEARCH)),
            *("zero_optimization", "train_micro_batch_size_per_gpu"),
            All("train_batch_size", "steps_per_print"),
        ),
    ),
    excludes=(
        Check("another top-level key that sets the rate", _other_rate),
        Key("train_iters|train-iters|num_layers|num-layers|log_history"),  # gpt-neox, and a trainer state
    ),
    files="`ds_config.json`",
    reads="`scheduler`, and the rate of `optimizer`",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "batch_size": "train_micro_batch_size_per_gpu",
            "global_batch_size": "train_batch_size",
            "accumulate": "gradient_accumulation_steps",
        },
        defaults={"accumulate": "1"},
        unset={"batch_size": AUTO, "global_batch_size": AUTO},
        whole_steps="DeepSpeed continues to accumulate in the next epoch, and the loop is not in the file",
    ),
    unknown={
        "--lr": "the rate, if it is `auto`",
        "--steps": "the length of the run, unless `total_num_steps` is set",
        "--warmup": "the length of the warmup, if it is `auto`",
        "--combine": "TrainingArguments, which set all of these",
    },
)


def load(top: Node, flags: Flags) -> Request:
    """Return the scheduler of the config as schedules of cosine-lr."""
    return load_scheduler(MappingReader(top), flags)
