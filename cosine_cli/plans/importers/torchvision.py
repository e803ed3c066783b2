"""Import the arguments of torchvision's reference scripts for classification, detection, segmentation and video.

The schedules are those of pytorch/vision, ``references/{classification,detection,segmentation,video_classification}``:
``train.py`` at 017e9b9 (2021) with the ``--lr-min`` of 2022, and ``engine.py`` of detection at 08eb803, on the
schedulers of PyTorch. Which script it is follows from arguments that only one has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, curve_list, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import All, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.initial_warmup import InitialWarmup
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.milestones import milestones
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys, other_rates
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.imported_milestones import ImportedMilestones
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

WARMUP_KEYS = ("lr_warmup_epochs", "lr_warmup_method", "lr_warmup_decay")

FORMAT = Format(
    "torchvision arguments",
    needs=(
        one_of(
            All(
                Key("lr_scheduler", pattern="(?i:(step|cosineannealing|exponential|multistep)lr)", example="StepLR"),
                one_of(*WARMUP_KEYS, "lr_step_size", "lr_gamma", "lr_steps", "lr_min"),
            ),
            All("lr_step_size", "lr_gamma"),
            All("lr_steps", one_of("aspect_ratio_group_factor", "lr_gamma")),
            All("aux_loss", one_of("lr_warmup_method", All("dist_url", "test_only"))),
            All("lr_milestones", one_of("clips_per_video", "clip_len")),
        ),
    ),
    excludes=(Key("step_size|gamma|milestones|T_max|eta_min|warmup_epochs|warmup_steps|min_lr|lr_decay"),),
    files="the arguments of a reference script, in a shell script or as text",
    reads="`lr`, `epochs`, `lr_scheduler` and its arguments, and the warmup",
    options=RUN,
    counts_epochs=True,
    replacement_keys={"warmup": "lr_warmup_epochs", "min_lr": "lr_min"},
    unknown={
        "--steps-per-epoch": "the steps per epoch, for the warmup of detection",
        "--lr": "the rate, for video classification: `lr` times the number of processes",
    },
)

RATE_KEYS = (
    *("lr", "epochs", "lr_scheduler", *WARMUP_KEYS, "lr_step_size", "lr_gamma", "lr_steps", "lr_min"),
    "lr_milestones",
)
METHODS = {"linear": "LinearLR", "constant": "ConstantLR"}

FIRST_UPDATES, FIRST_SHARE = 1000, 1 / 1000
"""The warmup of detection: at most so many updates, from a share of the rate."""

POWER = 0.9


@dataclass(frozen=True, kw_only=True)
class _Args(DefaultsReader):
    """The arguments with the defaults of a script, and the options of the run."""

    flags: Flags

    def word(self, name: str) -> str:
        """Return a word in lower case."""
        return super().word(name).lower()

    def raw(self, name: str, **bounds: float) -> RawValue:
        """Return a number at its place."""
        return self.config.computed(self.number(name, **bounds), name)

    @cached_property
    def lr(self) -> RawValue:
        """The rate; video classification multiplies it by the number of processes."""
        if self.flags.lr is not None:
            return self.flags.lr
        rate = self.number("lr", above=0)
        if "lr_milestones" in self.defaults:
            if "world_size" not in self.config:
                reason = "the video classification script multiplies lr by it"
                raise self.config.missing("world_size", reason=reason, hint="pass --lr")
            rate *= self.config.count("world_size", at_least=1)
        return self.config.computed(rate, "lr")

    @cached_property
    def epochs(self) -> RawValue:
        """The length of the run."""
        return self.flags.epoch_count or self.config.computed(self.count("epochs", at_least=1), "epochs", "epoch")

    @cached_property
    def warmup_epochs(self) -> int:
        """The length of the warmup."""
        epochs = self.count("lr_warmup_epochs", at_least=0)
        if epochs >= int(self.epochs.text):
            rule = f"lr_warmup_epochs must be less than the epochs of the run ({self.epochs.text})"
            raise user_error(self.config.place("lr_warmup_epochs"), rule, got=f"'{epochs}'")
        return epochs

    @property
    def method(self) -> str:
        """The shape of the warmup."""
        method = self.word("lr_warmup_method")
        if method not in METHODS:
            raise self.config.invalid("lr_warmup_method", f"lr_warmup_method must be {either(METHODS)}")
        return method

    @property
    def rest(self) -> int:
        """The epochs after the warmup."""
        return int(self.epochs.text) - self.warmup_epochs

    @property
    def warmup(self) -> InitialWarmup:
        """The warmup of a script that changes the rate at every update."""
        length = self.config.computed(self.warmup_epochs, "lr_warmup_epochs", "epoch")
        if not self.warmup_epochs:
            return InitialWarmup(length, computed_value(0, length.where))
        start = self.decay * float(self.lr.text)
        return InitialWarmup(length, self.config.computed(start, "lr_warmup_decay"), self.method)

    @property
    def decay(self) -> float:
        """The share of the rate at the start of the warmup."""
        return self.number("lr_warmup_decay", above=0, at_most=1)

    def drops(self, name: str, warmup: int = 0) -> CurveSpec:
        """Return the factor ``lr_gamma`` at the epochs of an argument, all after the warmup."""
        gamma = self.raw("lr_gamma", above=0, at_most=1)
        self.note(name)
        default = tuple(map(int, str(self.defaults[name]).split()))
        epochs = self.config.counts(name, at_least=1, ascending=True) if name in self.config else default
        if epochs[0] <= warmup:
            raise self.config.invalid(name, f"{name} must be after the warmup ({warmup} epochs)")
        milestones = computed_list(epochs, self.config.place(name), "epoch")
        return self.curve("multistep", milestones=milestones, gamma=gamma)

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the name of the scheduler."""
        return CurveSpec(name, self.config.place("lr_scheduler"), "epoch", params)

    def unknown_scheduler(self, known: tuple[str, ...]) -> Exception:
        """Return the error for a scheduler that the script does not have."""
        return self.config.invalid("lr_scheduler", f"lr_scheduler must be {either(known)} in this script")


class _Script(NamedTuple):
    """A script: its name, arguments that only it has, defaults, and its curve with the name of its scheduler."""

    name: str
    own: tuple[str, ...]
    defaults: dict[str, float | str]
    curve: Callable[[_Args], tuple[str, CurveSpec]]


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the script that has the arguments."""
    config = MappingReader(top)
    flags.check_epochs("torchvision")
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    script = _script(config)
    args = _Args(config=config, defaults=script.defaults, flags=flags)
    name, curve = script.curve(args)
    return Request(
        unit="epoch",
        run={"lr": args.lr, "epochs": args.epochs},
        curves=(labelled(curve, name),),
        applied_flags=frozenset({"lr"}) & frozenset(flags.given),
        milestones=_milestones(config) if name == "MultiStepLR" else (),
        remarks=(
            read_as(
                f"{name} of the {script.name} script",
                f"{args.epochs.text} epochs",
                defaults=args.notes,
                warmup=args.warmup_epochs if script.curve is _classification else None,
            ),
            *ignored(*_ignored(config)),
        ),
    )


def _milestones(config: MappingReader) -> tuple[ImportedMilestones, ...]:
    return (*milestones(config, "lr_steps", "epoch"), *milestones(config, "lr_milestones", "epoch"))


def _script(config: MappingReader) -> _Script:
    if "lr_scheduler" in config and config.word("lr_scheduler").lower() == "multisteplr":
        return next(script for script in SCRIPTS if script.curve is _detection)
    return next(script for script in SCRIPTS if not script.own or any(name in config for name in script.own))


def _ignored(config: MappingReader) -> Iterator[str]:
    if config.flag("aux_loss", default=False):
        yield "the auxiliary classifier (ten times the rate)"
    others = other_rates(config, RATE_KEYS)
    if others:
        yield f"{either(others, last='and')} (not an argument of the script)"


def _classification(args: _Args) -> tuple[str, CurveSpec]:
    """Return PyTorch's schedulers, which are stepped once per epoch."""
    kind = args.word("lr_scheduler")
    if kind == "steplr":
        size = args.config.computed(args.count("lr_step_size", at_least=1), "lr_step_size")
        name, params = "StepLR", {"step_size": size, "gamma": args.raw("lr_gamma", at_least=0)}
    elif kind == "cosineannealinglr":
        name, params = "CosineAnnealingLR", {"T_max": computed_value(args.rest, args.epochs.where)}
        params["eta_min"] = args.config.computed(args.config.number("lr_min", 0.0, at_least=0), "lr_min")
    elif kind == "exponentiallr":
        name, params = "ExponentialLR", {"gamma": args.raw("lr_gamma", at_least=0)}
    else:
        raise args.unknown_scheduler(("steplr", "cosineannealinglr", "exponentiallr"))
    main = args.curve(f"torch.{name}", **params)
    if not args.warmup_epochs:
        return name, main
    length = args.config.computed(args.warmup_epochs, "lr_warmup_epochs")
    factor = args.config.computed(args.decay, "lr_warmup_decay")
    share = "factor" if args.method == "constant" else "start_factor"
    warmup = args.curve(f"torch.{METHODS[args.method]}", **{share: factor, "total_iters": length})
    both = curve_list((warmup, main), main.where)
    boundary = computed_list((args.warmup_epochs,), length.where)
    return name, args.curve("torch.SequentialLR", schedulers=both, milestones=boundary)


def _detection(args: _Args) -> tuple[str, CurveSpec]:
    """Return the schedule per epoch, with a warmup by update in the first epoch."""
    each = args.flags.steps_per_epoch
    if each is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the detection script has a warmup in the first one"
        raise user_error(args.epochs.where, rule, hint="pass --steps-per-epoch")
    if each == 1:
        where = args.flags.given["steps_per_epoch"].where
        raise user_error(where, "must be at least 2 for the detection script, whose warmup ends in the first epoch")
    kind = args.word("lr_scheduler")
    if kind == "multisteplr":
        name, curve = "MultiStepLR", args.drops("lr_steps")
    elif kind == "cosineannealinglr":
        cosine = args.curve("cosine", total=args.epochs, min_lr=computed_value(0, args.epochs.where))
        every = computed_value(1, args.epochs.where, "epoch")
        name, curve = "CosineAnnealingLR", args.curve("staircase", every=every, of=curve_list((cosine,), cosine.where))
    else:
        raise args.unknown_scheduler(("multisteplr", "cosineannealinglr"))
    length = computed_value(min(FIRST_UPDATES, each - 1), args.epochs.where)
    start = computed_value(FIRST_SHARE * float(args.lr.text), args.lr.where)
    return name, InitialWarmup(length, start).over(curve)


def _segmentation(args: _Args) -> tuple[str, CurveSpec]:
    """Return the polynomial after the warmup."""
    total = computed_value(args.rest, args.epochs.where, "epoch")
    power = computed_value(POWER, args.epochs.where)
    low = computed_value(0, args.epochs.where)
    return "PolynomialLR", args.warmup.before(args.curve("polynomial", total=total, power=power, min_lr=low))


def _video(args: _Args) -> tuple[str, CurveSpec]:
    """Return drops at epochs of the run, after the warmup."""
    return "MultiStepLR", args.warmup.before(args.drops("lr_milestones", args.warmup_epochs))


def _warmup_defaults(epochs: int, method: str, decay: float) -> dict[str, float | str]:
    return {"lr_warmup_epochs": epochs, "lr_warmup_method": method, "lr_warmup_decay": decay}


SCRIPTS = (
    _Script(
        "video classification",
        ("lr_milestones", "clip_len", "clips_per_video"),
        {
            "lr": 0.01,
            "epochs": 45,
            "lr_milestones": "20 30 40",
            "lr_gamma": 0.1,
            **_warmup_defaults(10, "linear", 0.001),
        },
        _video,
    ),
    _Script(
        "detection",
        ("lr_steps", "aspect_ratio_group_factor", "trainable_backbone_layers", "rpn_score_thresh"),
        {"lr": 0.02, "epochs": 26, "lr_scheduler": "multisteplr", "lr_steps": "16 22", "lr_gamma": 0.1},
        _detection,
    ),
    _Script(
        "segmentation",
        ("aux_loss",),
        {"lr": 0.01, "epochs": 30, **_warmup_defaults(0, "linear", 0.01)},
        _segmentation,
    ),
    _Script(
        "classification",
        (),
        {
            "lr": 0.1,
            "epochs": 90,
            "lr_scheduler": "steplr",
            "lr_step_size": 30,
            "lr_gamma": 0.1,
            **_warmup_defaults(0, "constant", 0.01),
        },
        _classification,
    ),
)
"""The scripts; the first one that has one of the arguments is meant."""
