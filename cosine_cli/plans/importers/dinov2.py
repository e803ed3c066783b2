"""Import DINOv2's configs: ``optim`` and ``train``, by update.

The schedule is that of facebookresearch/dinov2 at b8931f7 (2025), ``dinov2/utils/utils.py`` and ``train/train.py``; the
defaults are those of ``configs/ssl_default_config.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
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
OPTIM_DEFAULTS = {"epochs": 100, "warmup_epochs": 10, "min_lr": 1e-6}
TRAIN_DEFAULTS = {"OFFICIAL_EPOCH_LENGTH": 1250}

RATE_KEYS = (*OPTIM_DEFAULTS, "base_lr", "lr", "scaling_rule")
GROUPS = ("layerwise_decay", "patch_embed_lr_mult")


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the run."""
    config = MappingReader(top)
    flags.check_epochs("DINOv2")
    own = config.mapping("optim")
    if own is None:
        raise config.missing("optim")
    check_unknown_keys(own, RATE_KEYS, FORMAT.title)
    optim = DefaultsReader(config=own, defaults=OPTIM_DEFAULTS)
    settings = config.mapping("train") or MappingReader(top._replace(pairs=()))
    train = DefaultsReader(config=settings, defaults=TRAIN_DEFAULTS)
    lr, each, epochs = _rate(own, flags), _epoch_length(train, flags), _epochs(optim, flags)
    total = int(epochs.text) * int(each.text)
    if total > MOST_STEPS:
        raise user_error(each.where, f"the run must have at most {MOST_STEPS:,} steps", got=str(total))
    warmup = optim.count("warmup_epochs", at_least=0) * int(each.text)
    if warmup > total:
        raise own.invalid("warmup_epochs", f"warmup_epochs must be at most {epochs.text}, the epochs of the run")
    steps = computed_value(total, epochs.where)
    curve = _curve(optim, lr, total, warmup)
    return Request(
        unit="step",
        run={"lr": lr, "steps": steps, "steps_per_epoch": each},
        curves=(labelled(curve, SCHEDULER),),
        applied_flags=frozenset({"lr", "epochs", "steps_per_epoch"}) & frozenset(flags.given),
        remarks=(
            read_as(SCHEDULER, f"{total} steps", defaults=(*optim.notes, *train.notes), warmup=warmup),
            *ignored(*_ignored(own)),
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


def _epochs(optim: DefaultsReader, flags: Flags) -> RawValue:
    return flags.epoch_count or optim.config.computed(optim.count("epochs", at_least=1), "epochs")


def _epoch_length(train: DefaultsReader, flags: Flags) -> RawValue:
    """Return the steps per epoch, which do not depend on the data."""
    if flags.steps_per_epoch is not None:
        return computed_value(flags.steps_per_epoch, flags.given["steps_per_epoch"].where)
    name = "OFFICIAL_EPOCH_LENGTH"
    return train.config.computed(train.count(name, at_least=1), name)


def _curve(optim: DefaultsReader, lr: RawValue, total: int, warmup: int) -> CurveSpec:
    """Return the warmup, whose last step uses the peak, and the cosine, whose first one uses it again."""
    config, where = optim.config, optim.config.where
    if warmup == total:
        return interpolated_spec({0: 0.0, max(warmup - 1, 1): float(lr.text)}, config.place("warmup_epochs"))
    low = config.computed(optim.number("min_lr", at_least=0), "min_lr")
    decay = {"lr": lr, "min_lr": low}
    if not warmup:
        return CurveSpec("cosine", where, "step", {**decay, "total": computed_value(total, where)})
    if warmup == 1:
        rule = "the warmup must have more than one step: its only step would use a rate of 0"
        raise user_error(config.place("warmup_epochs"), rule)
    phases = {"warmup": warmup - 1, "hold": 1, "decay": total - warmup}
    lengths = {name: config.computed(steps, "warmup_epochs") for name, steps in phases.items()}
    return CurveSpec("warmup_hold_cosine", where, "step", {**decay, **lengths})


def _ignored(optim: MappingReader) -> Iterator[str]:
    for name in GROUPS:
        if name in optim and optim.number(name) != 1:
            yield f"{name} (for other layers)"
    if optim.number("freeze_last_layer_epochs", 0.0):
        yield "freeze_last_layer_epochs (the last layer begins later)"
    if "weight_decay_end" in optim:
        yield "weight_decay_end (not a learning rate)"
