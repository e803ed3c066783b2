"""Import an Ultralytics ``args.yaml``: a decay that changes once per epoch, after a warmup that changes every batch.

The formulas are those of ``BaseTrainer`` in ``ultralytics/engine/trainer.py`` of Ultralytics 8.0.100 to 8.4.190:
``_setup_scheduler`` (a ``LambdaLR``), and the loop of ``_do_train``, which interpolates the warmup linearly.
Steps are batches, as for its schedule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BY_BATCH, BudgetKeys
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.epoch_decay import (
    LEAST,
    REPLACEMENT_KEYS,
    UNKNOWN_BATCHES,
    EpochDecay,
    bias_note,
    warmup_batches,
)
from cosine_cli.plans.importers.core.evidence import AtLeast, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

DEFAULTS = {"lr0": 0.01, "lrf": 0.01, "epochs": 100, "warmup_epochs": 3.0}
RATE_KEYS = ("lr0", "lrf", "cos_lr", "warmup_epochs", "warmup_bias_lr")

FORMAT = Format(
    "Ultralytics args.yaml",
    needs=(
        AtLeast(2, "lr0", "lrf", "cos_lr", "warmup_epochs", "warmup_bias_lr", "warmup_momentum"),
        one_of(
            *("cos_lr", "close_mosaic", "overlap_mask", "nbs", "tracker"),
            Key("task", among=("detect", "segment", "classify", "pose", "obb", "semantic", "depth")),
        ),
    ),
    excludes=(one_of("hyp", "linear_lr"),),  # YOLOv5 and YOLOv7
    files="`args.yaml` of a run",
    reads="`lr0`, `lrf`, `cos_lr`, `epochs` and `warmup_epochs`",
    options=RUN,
    budget=BudgetKeys(
        keys={"global_batch_size": "batch"},
        uncounted={"compile": "in some releases, the last batch of an epoch is dropped"},
        limits={"fraction!=1.0": "the samples that are used"},
        refused=BY_BATCH,
    ),
    counts_epochs=True,
    replacement_keys=REPLACEMENT_KEYS,
    unknown={
        **UNKNOWN_BATCHES,
        "--lr": "the rate, if `optimizer` is `auto`",
    },
)

AUTO = "auto"
"""The optimizer that the trainer chooses, and its rate, from the number of images and classes."""

RECENT_KEYS = ("channels_last", "cls_remap", "distill_model", "dlog", "quantize")
"""Settings that only releases after 8.4.60 write, which warm up without a least number of batches."""

_NEXT_TO_BGR = frozenset({"fliplr", "mosaic"})
"""The keys on both sides of ``bgr``, which releases since 8.1.33 write."""

BOOSTED = "MuSGD"
"""An optimizer with three times the rate for some parameters."""


def load(top: Node, flags: Flags) -> Request:
    """Return the rates of the weights: those of biases differ in the warmup."""
    config = MappingReader(top)
    flags.check_epochs("Ultralytics")
    _check_training(config)
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    settings = DefaultsReader(config=config, defaults=DEFAULTS)
    lr, epochs = _rate(settings, flags), _epochs(settings, flags)
    length = int(epochs.text)
    decay = EpochDecay(
        lr=float(lr.text),
        final=settings.number("lrf", at_least=0, at_most=MOST_STEPS),
        end=length,
        epochs=length,
        is_cosine=config.flag("cos_lr", default=False),
        each=flags.steps_per_epoch,
        warmup=_warmup(settings, length, flags.steps_per_epoch),
        least=_least(config),
        where=config.place("lrf"),
        length_place=config.place("epochs"),
        warmup_place=config.place("warmup_epochs"),
        is_late=_is_late(config),
    )
    return Request(
        unit="epoch",
        run={"lr": lr, "epochs": epochs},
        curves=(decay.curve,),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(
            decay.read_as(settings.notes),
            *decay.notes,
            *ignored(*_other_rates(config, decay.warmup)),
        ),
    )


def _check_training(config: MappingReader) -> None:
    if config.word("mode", "train") != "train":
        raise config.invalid("mode", "mode must be train: other runs do not have a learning rate")
    if "time" in config:
        raise config.invalid("time", "time must be null: it replaces epochs by an estimate during training")


def _rate(settings: DefaultsReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    config = settings.config
    if _is_auto(config):
        reason = "learning rate unknown: optimizer auto replaces lr0 by one that depends on the data set"
        place = config.place("optimizer")
        raise user_error(place, reason, hint="pass --lr with the rate that the log of the training shows")
    return config.computed(settings.number("lr0", above=0, at_most=MOST_STEPS), "lr0")


def _is_auto(config: MappingReader) -> bool:
    return config.word("optimizer", AUTO) == AUTO


def _epochs(settings: DefaultsReader, flags: Flags) -> RawValue:
    return flags.epoch_count or settings.config.computed(
        settings.count("epochs", at_least=1, at_most=MOST_STEPS), "epochs", "epoch"
    )


def _warmup(settings: DefaultsReader, epochs: int, each: int | None) -> int:
    """Return the length of the warmup; releases after 8.4.60 limit it to the epochs before the last."""
    config = settings.config
    warmup = settings.number("warmup_epochs", at_least=-MOST_STEPS, at_most=MOST_STEPS)
    if _is_recent(config):
        warmup = min(warmup, epochs - 1.0)
    return 0 if warmup <= 0 else warmup_batches(config, warmup, epochs=epochs, each=each, least=_least(config))


def _least(config: MappingReader) -> int:
    """Return the least number of batches of a warmup."""
    return 0 if _is_recent(config) else LEAST


def _is_recent(config: MappingReader) -> bool:
    """Return whether a release after 8.4.60 wrote the file."""
    return not config.node.keys.isdisjoint(RECENT_KEYS)


def _is_late(config: MappingReader) -> bool:
    """Return whether a release before 8.1.33 wrote the file: those before 8.1.42 step the scheduler after the epoch."""
    keys = config.node.keys
    return "bgr" not in keys and keys.issuperset(_NEXT_TO_BGR)


def _other_rates(config: MappingReader, warmup: int) -> Iterator[str]:
    if _is_auto(config) and "lr0" in config:
        yield f"lr0 {config.number('lr0'):g} (optimizer auto replaces it, and warmup_bias_lr by 0)"
    elif warmup and not _is_auto(config):
        yield bias_note(config)
    if config.word("optimizer", AUTO) == BOOSTED:
        yield f"parameter groups of {BOOSTED} with three times the rate"
