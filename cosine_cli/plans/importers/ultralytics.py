"""Import an Ultralytics ``args.yaml``: a decay that changes once per epoch, after a warmup that changes every batch.

The formulas are those of ``BaseTrainer`` in ``ultralytics/engine/trainer.py`` of Ultralytics 8.1 to 8.4.190:
``_setup_scheduler`` (a ``LambdaLR``), and the loop of ``_do_train``, which interpolates the warmup linearly.
Steps are batches, as for its schedule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, curve_list, interpolated_spec, labelled
from cosine_cli.plans.importers.core.evidence import AtLeast, Key, one_of
from cosine_cli.plans.importers.core.flags import UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import Unit
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

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
    reads="lr0, lrf, cos_lr, epochs and warmup_epochs",
    options=("lr", "epochs", "steps", "steps_per_epoch"),
    replacement_keys={"warmup": "warmup_epochs", "min_lr": "lrf"},
    unknown={
        "--steps-per-epoch": "the batches per epoch, for the rate of every batch",
        "--lr": "the rate, if optimizer is auto",
    },
)

AUTO = "auto"
"""The optimizer that the trainer chooses, and its rate, from the number of images and classes."""

RECENT_KEYS = ("channels_last", "cls_remap", "distill_model", "dlog", "quantize")
"""Settings that only releases after 8.4.60 write, which warm up without a least number of batches."""

LEAST_WARMUP = 100
"""The least number of batches of a warmup up to release 8.4.60."""

MOST_WARMUP_EPOCHS = 2000

BOOSTED = "MuSGD"
"""An optimizer with three times the rate for some parameters."""


@dataclass(frozen=True)
class _Args:
    """The settings, with the options of the run in place of theirs.

    - ``each``: batches per epoch; 1 if they are unknown, and times are epochs.
    """

    config: MappingReader
    flags: Flags
    defaults: list[str] = field(default_factory=list)
    """The defaults that are used, as ``name=value``."""

    @property
    def each(self) -> int:
        return self.flags.steps_per_epoch or 1

    @property
    def unit(self) -> Unit:
        """The unit of computed times."""
        return "epoch" if self.flags.steps_per_epoch is None else "step"

    def number(self, name: str, default: float, *, least: float = 0.0, most: float = MOST_STEPS) -> float:
        """Return a setting, or the default of Ultralytics, which is recorded."""
        if name not in self.config:
            self.defaults.append(f"{name}={default:g}")
        return self.config.number(name, default, at_least=least, at_most=most)


class _Decay(NamedTuple):
    """The decay: the factor on the rate ``lr`` goes from 1 to ``final`` in ``epochs``, on a cosine or a line."""

    lr: float
    final: float
    epochs: int
    is_cosine: bool

    def rate(self, epoch: float) -> float:
        """Return the rate in an epoch, counted from 0."""
        progress = epoch / self.epochs
        if self.is_cosine:
            return self.lr * ((1 - math.cos(progress * math.pi)) / 2 * (self.final - 1) + 1)
        return self.lr * (max(1 - progress, 0) * (1 - self.final) + self.final)


def load(top: Node, flags: Flags) -> Request:
    """Return the rates of the weights: those of biases differ in the warmup."""
    config = MappingReader(top)
    args = _Args(config, flags)
    flags.check_epochs("Ultralytics")
    _check_training(config)
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    lr, epochs = _rate(args), _epochs(args)
    is_cosine = config.flag("cos_lr", default=False)
    decay = _Decay(float(lr.text), args.number("lrf", 0.01, most=1e6), int(epochs.text), is_cosine)
    warmup = _warmup_length(args, decay.epochs)
    name = "cosine" if is_cosine else "linear"
    return Request(
        unit="epoch",
        run={"lr": lr, "epochs": epochs},
        curves=(labelled(_curve(args, decay, warmup), f"{name} to {decay.final:g} of lr0"),),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(
            read_as(
                f"{name} decay per epoch{_warmup_words(args, warmup)}", f"{epochs.text} epochs", defaults=args.defaults
            ),
            *_unknown_steps(args, warmup),
            *ignored(*_other_rates(args, warmup)),
        ),
    )


def _check_training(config: MappingReader) -> None:
    if config.word("mode", "train") != "train":
        raise config.invalid("mode", "mode must be train: other runs do not have a learning rate")
    if "time" in config:
        raise config.invalid("time", "time must be null: it replaces epochs by an estimate during training")


def _rate(args: _Args) -> RawValue:
    if args.flags.lr is not None:
        return args.flags.lr
    if _is_auto(args.config):
        reason = "learning rate unknown: optimizer auto replaces lr0 by one that depends on the data set"
        place = args.config.place("optimizer")
        raise user_error(place, reason, hint="pass --lr with the rate that the log of the training shows")
    return args.config.computed(args.number("lr0", 0.01, least=1e-300, most=1e6), "lr0")


def _is_auto(config: MappingReader) -> bool:
    return config.word("optimizer", AUTO) == AUTO


def _epochs(args: _Args) -> RawValue:
    if args.flags.epochs is not None:
        return computed_value(args.flags.epochs, args.flags.given["epochs"].where, "epoch")
    if "epochs" not in args.config:
        args.defaults.append("epochs=100")
    return args.config.computed(args.config.count("epochs", 100, at_least=1, at_most=MOST_STEPS), "epochs", "epoch")


def _warmup_length(args: _Args, epochs: int) -> int:
    """Return the number of batches of the warmup, or of epochs if the batches per epoch are unknown."""
    warmup = args.number("warmup_epochs", 3.0, least=-MOST_STEPS)
    is_recent = any(name in args.config.node.keys for name in RECENT_KEYS)
    if is_recent:
        warmup = min(warmup, epochs - 1)
    if warmup <= 0:
        return 0
    if min(warmup, epochs) > MOST_WARMUP_EPOCHS:
        rule = f"warmup_epochs must be at most {MOST_WARMUP_EPOCHS:,}"
        raise user_error(args.config.place("warmup_epochs"), rule, got=f"{warmup:g}")
    if args.flags.steps_per_epoch is None:
        if not warmup.is_integer():
            rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the warmup ends within an epoch"
            raise user_error(args.config.place("warmup_epochs"), rule, hint="pass --steps-per-epoch")
        return int(warmup)
    return max(round(warmup * args.each), 0 if is_recent else LEAST_WARMUP)


def _curve(args: _Args, decay: _Decay, warmup: int) -> CurveSpec:
    total = decay.epochs * args.each
    if not warmup:
        return _decay_curve(args, decay)
    ramp = interpolated_spec(_warmup_points(decay, warmup, args.each), args.config.place("warmup_epochs"), args.unit)
    if warmup >= total:
        return ramp
    where = ramp.where
    length = computed_value(warmup, where, args.unit)
    rest = CurveSpec("retime", where, "epoch", {"ahead": length, "of": curve_list((_decay_curve(args, decay),), where)})
    limited = ramp._replace(params={**ramp.params, "for": length})
    return CurveSpec("sequence", where, "epoch", {"of": curve_list((limited, rest), where)})


def _warmup_points(decay: _Decay, warmup: int, each: int) -> dict[int, float]:
    """Return the rates at the first and the last batch of each epoch of the warmup: in between, they are on a line."""
    last_epoch = min(warmup // each, decay.epochs)
    batches = (
        (epoch, batch)
        for epoch in range(last_epoch + 1)
        for batch in (epoch * each, min((epoch + 1) * each - 1, warmup))
    )
    return {batch: decay.rate(epoch) * batch / warmup for epoch, batch in batches}


def _decay_curve(args: _Args, decay: _Decay) -> CurveSpec:
    """Return the decay, which changes at the begin of each epoch."""
    where, end = args.config.place("cos_lr"), decay.lr * decay.final
    if decay.final > 1:
        curve = interpolated_spec({0: decay.lr, decay.epochs: end}, where, "epoch")
        shape = computed_value("cosine" if decay.is_cosine else "linear", where)
        curve = curve._replace(params={**curve.params, "between": shape})
    else:
        name = "cosine" if decay.is_cosine else "linear"
        rates = {"lr": computed_value(decay.lr, where), "min_lr": computed_value(end, args.config.place("lrf"))}
        curve = CurveSpec(name, where, "epoch", {**rates, "total": computed_value(decay.epochs, where, "epoch")})
    if args.each == 1:
        return curve
    every = computed_value(1, where, "epoch")
    return CurveSpec("staircase", where, "epoch", {"every": every, "of": curve_list((curve,), where)})


def _warmup_words(args: _Args, warmup: int) -> str:
    if not warmup:
        return " without a warmup"
    return f" after a warmup of {warmup:,} {'epochs' if args.unit == 'epoch' else 'batches'}"


def _unknown_steps(args: _Args, warmup: int) -> Iterator[str]:
    """Yield what the rates are if the number of batches per epoch is unknown."""
    if args.unit == "step" or not warmup:
        return
    yield (
        f"rates are those of the first batch of each epoch, of at least {math.ceil(LEAST_WARMUP / warmup)} batches; "
        "pass --steps-per-epoch for every batch"
    )


def _other_rates(args: _Args, warmup: int) -> Iterator[str]:
    config = args.config
    if _is_auto(config) and "lr0" in config:
        yield f"lr0 {config.number('lr0'):g} (optimizer auto replaces it, and warmup_bias_lr by 0)"
    elif warmup and not _is_auto(config) and (bias := config.number("warmup_bias_lr", 0.1)):
        yield f"warmup_bias_lr {bias:g} (the warmup of biases begins at it, that of other parameters at 0)"
    if config.word("optimizer", AUTO) == BOOSTED:
        yield f"parameter groups of {BOOSTED} with three times the rate"
