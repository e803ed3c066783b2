"""timm's ``args.yaml``, which its training script writes: the schedule that ``create_scheduler_v2`` makes of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, computed_value, raw_value
from cosine_cli.plans.importers.core.remarks import left_out, read_as
from cosine_cli.plans.importers.core.unsupported import check_strangers
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import Unit
    from cosine_cli.plans.parse.node import Node

TITLE = "timm args.yaml"
SHARES = ("lr", "epochs", "min_lr")
TAKES = RUN
INSTEAD = {"warmup": "warmup_epochs", "min_lr": "min_lr"}

DEFAULTS = {
    "warmup_epochs": 5.0,
    "warmup_lr": 1e-5,
    "min_lr": 0.0,
    "decay_rate": 0.1,
    "cooldown_epochs": 0.0,
    "lr_cycle_mul": 1.0,
    "lr_cycle_decay": 0.1,
    "lr_cycle_limit": 1.0,
    "lr_k_decay": 1.0,
}
"""What ``scheduler_kwargs`` takes for an argument that is not there."""

NULL_DECAY = {"step": 90.0, "wsd": 0.2, "rsqrt": 0.2}
"""What a null ``decay_epochs`` is: an interval, or a share of the schedule."""

MISSING_DECAY = 30.0
"""What ``decay_epochs`` is where the key is not there."""

RATE_KEYS = (
    *("sched", "sched_on_updates", "lr", "lr_base", "lr_base_size", "lr_base_scale"),
    *("lr_noise", "lr_noise_pct", "lr_noise_std", "lr_decay_fn", "lr_stable_timescale"),
    *("warmup_prefix", "decay_epochs", "decay_milestones", "layer_decay", *DEFAULTS),
)
"""All arguments that change the rate."""

DECAYS = {"wsd": "1-sqrt", "rsqrt": "linear"}


class _Args(NamedTuple):
    """The arguments, and the times that they are counted in: calls, of which an epoch has ``each``."""

    sheet: MappingReader
    epochs: RawValue
    each: int

    def number(self, name: str) -> float:
        """Return an argument that is a number."""
        return self.sheet.number(name, DEFAULTS[name])

    @property
    def decay(self) -> float:
        """The argument ``decay_epochs``."""
        is_null = "decay_epochs" in self.sheet.node.keys
        return self.sheet.number("decay_epochs", NULL_DECAY[self.sheet.word("sched")] if is_null else MISSING_DECAY)

    def raw(self, name: str) -> RawValue:
        """Return an argument that is given to the scheduler as it is."""
        return self.worked(self.number(name), name)

    def calls(self, name: str) -> RawValue:
        """Return an argument in epochs as a number of calls."""
        return self.worked(self.number(name) * self.each, name)

    def worked(self, value: float | str, name: str) -> RawValue:
        """Return a value that follows from an argument."""
        return computed_value(value, self.sheet.place(name))

    @property
    def prefix(self) -> bool:
        """Tell whether the warmup comes before the epochs and not out of them."""
        return self.sheet.flag("warmup_prefix", default=False)

    @property
    def warmup(self) -> dict[str, RawValue]:
        """What all schedulers but one are given of the warmup."""
        prefix = computed_value(str(self.prefix).lower(), self.sheet.place("warmup_prefix"))
        return self.rise | {"warmup_prefix": prefix}

    @property
    def rise(self) -> dict[str, RawValue]:
        """What every scheduler is given of the warmup."""
        return {"warmup_t": self.calls("warmup_epochs"), "warmup_lr_init": self.raw("warmup_lr")}

    @property
    def cycles(self) -> dict[str, RawValue]:
        """What schedulers with cycles are given."""
        return {
            "t_initial": computed_value(float(self.epochs.text) * self.each, self.epochs.where),
            "lr_min": self.raw("min_lr"),
            "cycle_mul": self.raw("lr_cycle_mul"),
            "cycle_decay": self.raw("lr_cycle_decay"),
            "cycle_limit": self.raw("lr_cycle_limit"),
        }

    @property
    def cycled(self) -> int:
        """How many calls the cycles take, with the cooldown behind them and the warmup before them."""
        mul, count = self.number("lr_cycle_mul"), int(self.number("lr_cycle_limit"))
        first = float(self.epochs.text) * self.each
        calls = first * max(1, count)
        if mul != 1.0:
            try:
                calls = math.floor(-first * (mul ** max(1, count) - 1) / (1 - mul))
            except (OverflowError, ValueError):
                raise self.sheet.refused("lr_cycle_limit", "the cycles must end") from None
        calls += self.number("warmup_epochs") * self.each if self.prefix else 0.0
        return math.floor(calls + self.number("cooldown_epochs") * self.each)

    @property
    def plain(self) -> int:
        """How many calls a run without cycles makes: it takes no cooldown."""
        prefix = self.number("warmup_epochs") if self.prefix else 0.0
        return math.floor((float(self.epochs.text) + prefix) * self.each)


class _Made(NamedTuple):
    """A schedule: its name, what it is given, and how many calls the run makes."""

    name: str
    given: dict[str, RawValue]
    calls: int


def matches(top: Node) -> bool:
    """Tell the arguments by the name of the schedule."""
    return "sched" in top.keys


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule that timm's training script makes of its arguments, over the run that it makes."""
    sheet = MappingReader(top)
    flags.check_epochs("timm")
    by_update = sheet.flag("sched_on_updates", default=False)
    each = flags.steps_per_epoch if by_update else 1
    if each is None:
        raise sheet.refused(
            "sched_on_updates", "how many updates an epoch has must be known", hint="give --steps-per-epoch"
        )
    _check_noise(sheet)
    check_strangers(sheet, RATE_KEYS, TITLE)
    args = _Args(sheet, _epochs(sheet, flags), each)
    schedule = _schedule(args)
    epochs = schedule.calls // each if "epochs" not in flags.given else int(args.epochs.text)
    if epochs < 1:
        raise user_error(args.epochs.where, "the run must have at least one epoch", got=str(epochs))
    unit: Unit = "step" if by_update else "epoch"
    calls = epochs * each
    curve = CurveSpec(schedule.name, sheet.place("sched"), unit, schedule.given)
    return Request(
        unit=unit,
        run={"lr": _rate(sheet, flags), f"{unit}s": computed_value(calls, args.epochs.where)},
        curves=(curve,),
        applied_flags=frozenset({"epochs"}) if by_update and "epochs" in flags.given else frozenset(),
        remarks=read_as(TITLE, schedule.name, f"{calls} {'updates' if by_update else 'epochs'}", defaults=_taken(args))
        + left_out(TITLE, *_groups(sheet)),
    )


def _rate(sheet: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    if "lr" not in sheet:
        hint = "timm makes it from lr_base and the batch size of all processes, which is not in the file: give --lr"
        raise sheet.missing("lr", hint=hint)
    return raw_value(sheet.values["lr"])


def _epochs(sheet: MappingReader, flags: Flags) -> RawValue:
    if flags.epochs is not None:
        return computed_value(flags.epochs, flags.given["epochs"].where)
    if "epochs" not in sheet:
        raise sheet.missing("epochs", hint="give --epochs")
    return computed_value(sheet.count("epochs", at_least=1), sheet.place("epochs"))


def _check_noise(sheet: MappingReader) -> None:
    if "lr_noise" in sheet:
        raise sheet.refused("lr_noise", "lr_noise must be null: a rate with noise is no curve")


def _taken(args: _Args) -> list[str]:
    """Return which defaults matter for a schedule whose arguments were not all written."""
    return [f"{name} {args.number(name):g}" for name in ("warmup_epochs", "warmup_lr") if name not in args.sheet]


def _groups(sheet: MappingReader) -> list[str]:
    if "layer_decay" not in sheet:
        return []
    return [f"layer_decay {sheet.word('layer_decay')}: these are the rates of the last layers, others have less"]


def _schedule(args: _Args) -> _Made:
    kind = args.sheet.word("sched")
    if rule := depends(f"timm.{kind}"):
        raise args.sheet.refused("sched", f"sched {rule}")
    if kind not in SCHEDULES:
        hint = did_you_mean(kind, SCHEDULES) or f"it is {either(SCHEDULES)}"
        raise args.sheet.refused("sched", "sched must be one of timm", hint=hint)
    return SCHEDULES[kind](args)


def _cosine(args: _Args) -> _Made:
    given = args.cycles | args.warmup | {"k_decay": args.raw("lr_k_decay")}
    return _Made("timm.CosineLRScheduler", given, args.cycled)


def _tanh(args: _Args) -> _Made:
    return _Made("timm.TanhLRScheduler", args.cycles | args.warmup, args.cycled)


def _poly(args: _Args) -> _Made:
    own = {"power": args.raw("decay_rate"), "k_decay": args.raw("lr_k_decay")}  # the rate is taken for the power
    return _Made("timm.PolyLRScheduler", args.cycles | args.warmup | own, args.cycled)


def _step(args: _Args) -> _Made:
    own = {"decay_t": args.worked(args.decay * args.each, "decay_epochs"), "decay_rate": args.raw("decay_rate")}
    return _Made("timm.StepLRScheduler", own | args.warmup, args.plain)


def _constant(args: _Args) -> _Made:
    own = {"decay_t": args.worked(1.0, "sched"), "decay_rate": args.worked(1.0, "sched")}
    return _Made("timm.StepLRScheduler", own | args.warmup, args.plain)


def _multistep(args: _Args) -> _Made:
    moments = args.sheet.numbers("decay_milestones")
    where = args.sheet.place("decay_milestones")
    listed = RawValue("", where, parts=tuple(computed_value(moment * args.each, where) for moment in moments))
    own = {"decay_t": listed, "decay_rate": args.raw("decay_rate")}
    return _Made("timm.MultiStepLRScheduler", own | args.warmup, args.plain)


def _phases(args: _Args, kind: str) -> _Made:
    """Return a plateau and a decay behind the warmup, which is always before them."""
    warmup = args.number("warmup_epochs") * args.each
    whole = float(args.epochs.text) * args.each - (0.0 if args.prefix else warmup)
    length = round(args.decay * (whole if 0 < args.decay < 1 else args.each))
    if not 0 < length <= whole:
        rule = f"the decay must fit what {'' if args.prefix else 'warmup_epochs leaves of '}epochs ({whole:g})"
        raise user_error(args.sheet.place("decay_epochs"), rule, got=f"{length:g}")
    own = {
        "t_initial": computed_value(whole, args.epochs.where),
        "decay_t": args.worked(length, "decay_epochs"),
        "lr_min": args.raw("min_lr"),
        "stable_fn": args.worked("rsqrt" if kind == "rsqrt" else "constant", "sched"),
        "decay_fn": args.worked(args.sheet.word("lr_decay_fn", DECAYS[kind]), "lr_decay_fn"),
    }
    if "lr_stable_timescale" in args.sheet:
        scale = args.sheet.number("lr_stable_timescale") * args.each
        own["stable_timescale"] = args.worked(scale, "lr_stable_timescale")
    cooldown = args.number("cooldown_epochs") * args.each
    return _Made("timm.WSDLRScheduler", own | args.rise, math.floor(warmup + whole + cooldown))


def _wsd(args: _Args) -> _Made:
    return _phases(args, "wsd")


def _rsqrt(args: _Args) -> _Made:
    return _phases(args, "rsqrt")


def _none(args: _Args) -> _Made:
    return _Made("constant", {}, args.plain)


SCHEDULES: dict[str, Callable[[_Args], _Made]] = {
    "cosine": _cosine,
    "tanh": _tanh,
    "step": _step,
    "multistep": _multistep,
    "poly": _poly,
    "wsd": _wsd,
    "rsqrt": _rsqrt,
    "constant": _constant,
    "none": _none,
}
"""What ``create_scheduler_v2`` makes, by the values of ``sched``."""
