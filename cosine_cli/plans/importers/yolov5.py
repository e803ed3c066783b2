"""Import the ``opt.yaml`` of YOLOv5, YOLOv7 and YOLOv9, with the ``hyp.yaml`` that it includes or names.

The formulas are those of ``train.py``: YOLOv5 v5.0 to v7.0 and August 2026, YOLOv7 and YOLOv9 as of August 2024. The
options tell the versions apart. Steps are batches, as for its schedule.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BY_BATCH, BudgetKeys
from cosine_cli.plans.importers.core.combine import file_of, hint_for
from cosine_cli.plans.importers.core.epoch_decay import (
    LEAST,
    REPLACEMENT_KEYS,
    UNKNOWN_BATCHES,
    EpochDecay,
    bias_note,
    warmup_batches,
)
from cosine_cli.plans.importers.core.evidence import All, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

HYP = "hyp"
"""The key of the hyperparameters, or of the path of their file."""

HYP_KEYS = ("lr0", "lrf", "warmup_epochs", "warmup_bias_lr")
SHAPES = ("cos_lr", "linear_lr", "flat_cos_lr", "fixed_lr")

FORMAT = Format(
    "YOLOv5 opt.yaml",
    needs=(
        one_of(
            All(HYP, one_of("cos_lr", "linear_lr")),
            All("lr0", "lrf", "warmup_bias_lr", one_of("anchor_t", "fl_gamma", "obj_pw")),
        ),
    ),
    excludes=(All("lr0", one_of("nbs", "cos_lr", "close_mosaic", "overlap_mask", "task")),),  # Ultralytics
    files="`opt.yaml` of a run, with `hyp.yaml`",
    reads="`lr0`, `lrf` and `warmup_epochs` of `hyp`, `epochs`, `cos_lr` or `linear_lr`",
    options=RUN,
    budget=BudgetKeys(keys={"global_batch_size": "total_batch_size|batch_size"}, refused=BY_BATCH),
    counts_epochs=True,
    replacement_keys=REPLACEMENT_KEYS,
    unknown={
        **UNKNOWN_BATCHES,
        "--combine": "`hyp.yaml`, if `hyp` names a file",
    },
    includes={"yolov5": HYP},
    tags=("!!python/object/apply:pathlib.",),
)

EARLY_LEAST = 1000
"""The least number of batches of a warmup up to YOLOv5 v6.1, and in YOLOv7."""


def load(top: Node, flags: Flags) -> Request:
    """Return the rates of the weights: those of biases differ in the warmup."""
    config = MappingReader(top)
    flags.check_epochs("YOLOv5")
    hyp = _hyp(config)
    if "evolve" in config and config.word("evolve").lower() != "false":
        raise config.invalid("evolve", "evolve must be null: each generation has its own hyperparameters")
    check_unknown_keys(hyp, HYP_KEYS, FORMAT.title)
    check_unknown_keys(config, SHAPES, FORMAT.title)
    lr, epochs = _rate(hyp, flags), _epochs(config, flags)
    decay = _decay(config, hyp, float(lr.text), int(epochs.text), flags.steps_per_epoch)
    return Request(
        unit="epoch",
        run={"lr": lr, "epochs": epochs},
        curves=(decay.curve,),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(
            decay.read_as(),
            *decay.notes,
            *ignored(bias_note(hyp)),
        ),
    )


def _hyp(config: MappingReader) -> MappingReader:
    """Return the hyperparameters; raise RequestError if they or the options are in another file."""
    path = file_of(config.node)
    folder = os.path.dirname(path)
    if HYP not in config:
        rule = "epochs and cos_lr must be given: they are in another file, opt.yaml"
        raise user_error(config.where, rule, hint=hint_for(os.path.join(folder, "opt.yaml"), path))
    node = config.values[HYP]
    if node.pairs is None:
        hint = f"if it is a file, {hint_for(path, os.path.join(folder, 'hyp.yaml'))}"
        raise config.invalid(HYP, f"{HYP} must be a mapping", hint=hint)
    return MappingReader(node)


def _rate(hyp: MappingReader, flags: Flags) -> RawValue:
    return flags.lr or hyp.computed(hyp.number("lr0", above=0), "lr0")


def _epochs(config: MappingReader, flags: Flags) -> RawValue:
    return flags.epoch_count or config.computed(
        config.count("epochs", at_least=1, at_most=MOST_STEPS), "epochs", "epoch"
    )


def _decay(config: MappingReader, hyp: MappingReader, lr: float, epochs: int, each: int | None) -> EpochDecay:
    """Return the decay: the options of up to v6.0 and of YOLOv7 have ``linear_lr``, later ones ``cos_lr``."""
    is_early = "cos_lr" not in config
    is_cosine = not config.flag("linear_lr", default=False) if is_early else config.flag("cos_lr", default=False)
    if not is_cosine and config.flag("flat_cos_lr", default=False):
        raise config.invalid("flat_cos_lr", "flat_cos_lr must be false: this schedule is not supported")
    is_fixed = not is_cosine and config.flag("fixed_lr", default=False)
    end = epochs if is_cosine or not is_early else epochs - 1
    if end < 1:
        raise config.invalid("epochs", "epochs must be at least 2 with linear_lr")
    return EpochDecay(
        lr=lr,
        final=1.0 if is_fixed else hyp.number("lrf", at_least=0, at_most=1e6),
        end=end,
        epochs=epochs,
        is_cosine=is_cosine,
        each=each,
        warmup=_warmup(config, hyp, epochs, each),
        least=LEAST if _is_late(config) else EARLY_LEAST,
        where=hyp.place("lrf"),
        length_place=config.place("epochs"),
        warmup_place=hyp.place("warmup_epochs"),
        is_late=True,
    )


def _warmup(config: MappingReader, hyp: MappingReader, epochs: int, each: int | None) -> int:
    """Return the length of the warmup: the version determines its least number of batches."""
    given = hyp.number("warmup_epochs", at_least=0, at_most=MOST_STEPS)
    early, late = (warmup_batches(hyp, given, epochs=epochs, each=each, least=least) for least in (EARLY_LEAST, LEAST))
    if early != late and "cos_lr" in config and not _is_late(config):
        rule = (
            f"length of the warmup unknown: at least {EARLY_LEAST:,} batches in YOLOv5 v6.1, {LEAST} in later versions"
        )
        raise user_error(hyp.place("warmup_epochs"), rule, hint="add seed: 0 to opt.yaml if it is of a later one")
    return late if _is_late(config) else early


def _is_late(config: MappingReader) -> bool:
    """Return whether a version after v6.1 wrote the options: they have a seed, which may be null."""
    return "seed" in config.node.keys and "cos_lr" in config
