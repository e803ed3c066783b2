"""Import the arguments of diffusers' training scripts, as their trackers log them, ``hparams.yml``.

Source: diffusers 0.42.1, ``optimization.py`` for the schedulers and ``examples/*/train_*.py`` for their arguments. Its
schedules are those of Transformers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.hugging_face import (
    WITHOUT_END,
    WITHOUT_WARMUP,
    lengths,
    schedule_of,
    scheduler_curve,
)
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unquoted import unquoted
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys, other_rates
from cosine_cli.plans.importers.core.update_count import unknown_steps, update_count
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

SCHEDULER = "lr_scheduler"
WARMUP = "lr_warmup_steps"
ACCUMULATION = "gradient_accumulation_steps"

KINDS = ("linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup")

ARGUMENTS = {"cosine_with_restarts": {"num_cycles": "lr_num_cycles"}, "polynomial": {"power": "lr_power"}}
"""The arguments of some schedules, and the keys that give them; the scripts do not pass them to the others.

All are 1 by default.
"""

RATE_KEYS = (SCHEDULER, WARMUP, "learning_rate", "lr_num_cycles", "lr_power", "scale_lr")

SDXL_KEY = "timestep_bias_strategy"
"""An argument of ``train_text_to_image_sdxl.py`` only, which multiplies lengths by ``gradient_accumulation_steps``."""

FORMAT = Format(
    "diffusers training script",
    needs=(
        Key(SCHEDULER, "text"),
        *map(Key, (WARMUP, "learning_rate")),
        one_of("max_train_steps", "num_train_epochs"),
        one_of(
            *("pretrained_model_name_or_path", "train_batch_size", "scale_lr", "checkpointing_steps", "lr_num_cycles"),
            *("lr_power", "snr_gamma", "num_train_epochs"),
        ),
    ),
    excludes=(
        one_of(
            *("network_module", "optimizer_type", "max_train_epochs", "lr_scheduler_num_cycles", "lr_scheduler_args"),
            *("lr_scheduler_power", "global_batch_size", "base_model"),
            *("data_backend_config", "model_family", "lr_end"),  # SimpleTuner, whose cosine restarts
            *("pretrained_model_path", "image_finetune"),  # AnimateDiff and the like, with longer schedules
        ),
    ),
    files="`hparams.yml`, or the arguments of the script",
    reads=f"`{SCHEDULER}` with its arguments, `learning_rate`, warmup and length",
    options=RUN,
    budget=BudgetKeys(
        keys={"batch_size": "train_batch_size", "accumulate": ACCUMULATION},
        defaults={"accumulate": "1"},
        uncounted={"with_prior_preservation": "samples are added", "repeats!=1": "samples are repeated"},
        limits={"max_train_samples": "the samples after this limit"},
        refused={"drop_last": "its loaders keep the last batch"},
    ),
    replacement_keys={"warmup": WARMUP},
    unknown=unknown_steps("max_train_steps") | {"--lr": "the rate, if `learning_rate` is missing"},
    precedes=("transformers",),
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its optimizer steps in one process."""
    args = unquoted(MappingReader(top))
    check_unknown_keys(args, RATE_KEYS, FORMAT.title)
    kind = check_kind(args, SCHEDULER, KINDS)
    total = update_count(args, flags, limit="max_train_steps", epochs="num_train_epochs")
    times = _times(args)
    warmup = args.computed(_warmup(args, kind) * times, WARMUP)
    whole = computed_value(int(float(total.text)) * times, total.where)
    own = lengths(kind, warmup, whole) | _arguments(args, kind)
    return Request(
        unit="step",
        run={"lr": _rate(args, flags), "steps": total},
        curves=(scheduler_curve(kind, args.place(SCHEDULER), own),),
        remarks=(read_as(schedule_of(kind), f"{total.text} steps"), *ignored(*_unused(args, kind, times))),
    )


def _rate(args: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    if "learning_rate" not in args:
        raise args.missing("learning_rate", reason="its default depends on the script", hint="pass --lr")
    return args.raw("learning_rate")


def _warmup(args: MappingReader, kind: str) -> int:
    if kind in WITHOUT_WARMUP and WARMUP not in args:
        return 0
    return args.count(WARMUP, at_least=0, at_most=MOST_STEPS)


def _times(args: MappingReader) -> int:
    """Return how many times longer the schedule is than the run."""
    accumulated = args.count(ACCUMULATION, 1, at_least=1, at_most=MOST_STEPS)
    return accumulated if SDXL_KEY in args else 1


def _arguments(args: MappingReader, kind: str) -> dict[str, RawValue]:
    return {name: args.raw(key) for name, key in ARGUMENTS.get(kind, {}).items() if key in args}


def _unused(args: MappingReader, kind: str, times: int) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    if kind in WITHOUT_WARMUP and args.number(WARMUP, 0.0):
        yield f"{WARMUP} (the constant schedule does not have a warmup)"
    for other, keys in ARGUMENTS.items():
        yield from (
            f"{key} (not used by {kind})" for key in keys.values() if kind != other and args.number(key, 1.0) != 1
        )
    accumulated = args.count(ACCUMULATION, 1)
    depends = kind not in WITHOUT_END or (kind not in WITHOUT_WARMUP and _warmup(args, kind) > 0)
    if accumulated > 1 and depends and times == 1:
        yield f"{ACCUMULATION} {accumulated} (in some scripts the schedule is that many times longer)"
    if args.flag("scale_lr", default=False):
        yield "scale_lr (learning_rate is taken as already scaled)"
    others = other_rates(args, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')} (for other parameters)"
