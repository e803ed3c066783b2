"""Import DINOv2's configs: ``optim`` and ``train``, by update.

The schedule is that of facebookresearch/dinov2 at b8931f7 (2025), ``dinov2/utils/utils.py`` and ``train/train.py``; the
defaults are those of ``configs/ssl_default_config.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

FORMAT = Format(
    "DINOv2 config",
    needs=(
        Key("optim.base_lr"),
        one_of("train.OFFICIAL_EPOCH_LENGTH", "teacher.momentum_teacher", Key("ibot", "mapping")),
    ),
    excludes=(Key("schedules"), Key("optim.schedule_trunc_extra")),  # DINOv3
    files="YAML config, or `config.yaml` of a run",
    reads="`optim`: `lr`, `min_lr`, `epochs` and `warmup_epochs`, and `train.OFFICIAL_EPOCH_LENGTH`",
    options=RUN,
    counts_epochs=True,
    replacement_keys={"warmup": "warmup_epochs", "min_lr": "min_lr"},
    unknown={"--lr": "the rate, unless the run has written it to `optim.lr`"},
)

SCHEDULER = "CosineScheduler"
EPOCHS, WARMUP_EPOCHS, MIN_LR, EPOCH_LENGTH = 100, 10, 1e-6, 1250
"""Defaults."""

RATE_KEYS = ("base_lr", "lr", "min_lr", "epochs", "warmup_epochs", "scaling_rule")
GROUPS = ("layerwise_decay", "patch_embed_lr_mult")


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the run."""
    config = MappingReader(top)
    flags.check_epochs("DINOv2")
    optim = config.mapping("optim")
    if optim is None:
        raise config.missing("optim")
    train = config.mapping("train") or MappingReader(top._replace(pairs=()))
    check_unknown_keys(optim, RATE_KEYS, FORMAT.title)
    lr, each, epochs = _rate(optim, flags), _epoch_length(train, flags), _epochs(optim, flags)
    total = int(epochs.text) * int(each.text)
    if total > MOST_STEPS:
        raise user_error(each.where, f"the run must have at most {MOST_STEPS:,} steps", got=str(total))
    warmup = optim.count("warmup_epochs", WARMUP_EPOCHS, at_least=0) * int(each.text)
    if warmup > total:
        raise optim.invalid("warmup_epochs", f"warmup_epochs must be at most {epochs.text}, the epochs of the run")
    steps = computed_value(total, epochs.where)
    curve = _curve(optim, lr, total, warmup)
    return Request(
        unit="step",
        run={"lr": lr, "steps": steps, "steps_per_epoch": each},
        curves=(labelled(curve, SCHEDULER),),
        applied_flags=frozenset({"lr", "epochs", "steps_per_epoch"}) & frozenset(flags.given),
        remarks=(
            read_as(SCHEDULER, f"{total} steps", defaults=list(_defaults(optim, train, flags)), warmup=warmup),
            *ignored(*_ignored(optim)),
        ),
    )


def _rate(optim: MappingReader, flags: Flags) -> RawValue:
    """Return the peak rate, which the run writes to ``lr``; a config of a run to come has 0 there."""
    if flags.lr is not None:
        return flags.lr
    lr = optim.number("lr", 0.0, at_least=0)
    if lr:
        return optim.computed(lr, "lr")
    base = optim.number("base_lr", above=0)
    rule = "lr must be given: the run computes it from base_lr and the global batch size, which is not in the file"
    hint = f"pass --lr, which is {base:g} for a global batch size of 1024"
    raise user_error(optim.place("lr" if "lr" in optim else "base_lr"), rule, hint=hint)


def _epochs(optim: MappingReader, flags: Flags) -> RawValue:
    return flags.epoch_count or optim.computed(optim.count("epochs", EPOCHS, at_least=1), "epochs")


def _epoch_length(train: MappingReader, flags: Flags) -> RawValue:
    """Return the steps per epoch, which do not depend on the data."""
    if flags.steps_per_epoch is not None:
        return computed_value(flags.steps_per_epoch, flags.given["steps_per_epoch"].where)
    name = "OFFICIAL_EPOCH_LENGTH"
    return train.computed(train.count(name, EPOCH_LENGTH, at_least=1), name)


def _curve(optim: MappingReader, lr: RawValue, total: int, warmup: int) -> CurveSpec:
    """Return the warmup, whose last step uses the peak, and the cosine, whose first one uses it again."""
    where = optim.where
    if warmup == total:
        return interpolated_spec({0: 0.0, max(warmup - 1, 1): float(lr.text)}, optim.place("warmup_epochs"))
    low = optim.computed(optim.number("min_lr", MIN_LR, at_least=0), "min_lr")
    decay = {"lr": lr, "min_lr": low}
    if not warmup:
        return CurveSpec("cosine", where, "step", {**decay, "total": computed_value(total, where)})
    if warmup == 1:
        rule = "the warmup must have more than one step: its only step would use a rate of 0"
        raise user_error(optim.place("warmup_epochs"), rule)
    phases = {"warmup": warmup - 1, "hold": 1, "decay": total - warmup}
    lengths = {name: optim.computed(steps, "warmup_epochs") for name, steps in phases.items()}
    return CurveSpec("warmup_hold_cosine", where, "step", {**decay, **lengths})


def _defaults(optim: MappingReader, train: MappingReader, flags: Flags) -> Iterator[str]:
    if "epochs" not in optim and "epochs" not in flags.given:
        yield f"epochs={EPOCHS}"
    if "warmup_epochs" not in optim:
        yield f"warmup_epochs={WARMUP_EPOCHS}"
    if "min_lr" not in optim:
        yield f"min_lr={MIN_LR:g}"
    if "OFFICIAL_EPOCH_LENGTH" not in train and "steps_per_epoch" not in flags.given:
        yield f"OFFICIAL_EPOCH_LENGTH={EPOCH_LENGTH}"


def _ignored(optim: MappingReader) -> Iterator[str]:
    for name in GROUPS:
        if name in optim and optim.number(name) != 1:
            yield f"{name} (for other layers)"
    if optim.number("freeze_last_layer_epochs", 0.0):
        yield "freeze_last_layer_epochs (the last layer begins later)"
    if "weight_decay_end" in optim:
        yield "weight_decay_end (not a learning rate)"
