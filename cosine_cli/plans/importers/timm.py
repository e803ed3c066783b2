"""Import timm's ``args.yaml``, which its training script writes: the schedule that ``create_scheduler_v2`` creates."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_list, computed_value
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import TimeUnit
    from cosine_cli.plans.parse.node import Node

FORMAT = Format(
    "timm args.yaml",
    needs=(
        Key("sched", "text"),
        one_of(
            *("epochs", "warmup_lr", "warmup_epochs", "cooldown_epochs", "lr_base", "opt", "sched_on_updates"),
            *("decay_rate", "decay_epochs", "decay_milestones", "lr_cycle_mul", "lr_k_decay"),
        ),
    ),
    files="`args.yaml` of a run",
    reads="`sched` with its arguments, `lr` and `epochs`",
    options=RUN,
    budget=BudgetKeys(
        keys={"batch_size": "batch_size", "accumulate": "grad_accum_steps"},
        defaults={"accumulate": "1", "drop_last": "true"},
        uncounted={"aug_repeats|epoch_repeats": "samples are repeated"},
    ),
    counts_epochs=True,
    replacement_keys={"warmup": "warmup_epochs", "min_lr": "min_lr"},
    unknown={
        "--steps-per-epoch": "the steps per epoch, if `sched_on_updates` is true",
        "--epochs": "the length of the run, if `epochs` is missing",
        "--lr": "the rate, if `lr` is missing",
    },
)

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
"""The defaults of missing arguments, as in ``scheduler_kwargs``."""

NULL_DECAY = {"step": 90.0, "wsd": 0.2, "rsqrt": 0.2}
"""The value of a null ``decay_epochs``: an interval, or a share of the schedule."""

MISSING_DECAY = 30.0
"""The value of a missing ``decay_epochs``."""

NEUTRAL = {
    "warmup_epochs": 0.0,
    "cooldown_epochs": 0.0,
    "lr_cycle_mul": 1.0,
    "lr_cycle_limit": 1.0,
    "lr_k_decay": 1.0,
}
"""The values of arguments that do not change a schedule."""

DEPENDS_ON = {"warmup_lr": "warmup_epochs", "lr_cycle_decay": "lr_cycle_limit"}
"""Arguments without effect if another one is neutral."""

RATE_KEYS = (
    *("sched", "sched_on_updates", "lr", "lr_base", "lr_base_size", "lr_base_scale"),
    *("lr_noise", "lr_noise_pct", "lr_noise_std", "lr_decay_fn", "lr_stable_timescale"),
    *("warmup_prefix", "decay_epochs", "decay_milestones", "layer_decay", *DEFAULTS),
)
"""All arguments that change the learning rate."""

DECAYS = {"wsd": "1-sqrt", "rsqrt": "linear"}


@dataclass(frozen=True)
class _Args:
    """The arguments, with times in calls of the scheduler, ``each`` per epoch."""

    config: MappingReader
    epochs: RawValue
    each: int
    used: dict[str, float | str] = field(default_factory=dict)
    """The defaults that are used, by argument."""

    def number(self, name: str) -> float:
        """Return the value of an argument."""
        return self._number(name, DEFAULTS[name])

    @property
    def decay(self) -> float:
        """The argument ``decay_epochs``."""
        is_null = "decay_epochs" in self.config.node.keys
        return self._number("decay_epochs", NULL_DECAY[self.config.word("sched")] if is_null else MISSING_DECAY)

    def decay_fn(self, default: str) -> RawValue:
        """Return the shape of the decay."""
        if "lr_decay_fn" not in self.config:
            self.used["lr_decay_fn"] = default
        return self.config.computed(self.config.word("lr_decay_fn", default), "lr_decay_fn")

    @property
    def defaults(self) -> list[str]:
        """The used defaults that change the schedule."""
        return [f"{name}={_text(self.used[name])}" for name in RATE_KEYS if name in self.used and self._matters(name)]

    def _matters(self, name: str) -> bool:
        if name in DEPENDS_ON:
            return self._matters(DEPENDS_ON[name])
        return name not in NEUTRAL or self.number(name) != NEUTRAL[name]

    def _number(self, name: str, default: float) -> float:
        if name not in self.config:
            self.used[name] = default
        return self.config.number(name, default)

    def raw(self, name: str) -> RawValue:
        """Return an argument as the scheduler takes it."""
        return self.config.computed(self.number(name), name)

    def calls(self, name: str) -> RawValue:
        """Return an argument in epochs as a number of calls."""
        return self.config.computed(self.number(name) * self.each, name)

    @property
    def prefix(self) -> bool:
        """Whether the warmup is before the epochs, not part of them."""
        return self.config.flag("warmup_prefix", default=False)

    @property
    def warmup(self) -> dict[str, RawValue]:
        """The warmup arguments of all schedulers but ``WSDLRScheduler``."""
        prefix = self.config.computed(str(self.prefix).lower(), "warmup_prefix")
        return self.rise | {"warmup_prefix": prefix}

    @property
    def rise(self) -> dict[str, RawValue]:
        """The warmup arguments of every scheduler."""
        return {"warmup_t": self.calls("warmup_epochs"), "warmup_lr_init": self.raw("warmup_lr")}

    @property
    def cycles(self) -> dict[str, RawValue]:
        """The arguments of schedulers with cycles."""
        return {
            "t_initial": computed_value(float(self.epochs.text) * self.each, self.epochs.where),
            "lr_min": self.raw("min_lr"),
            "cycle_mul": self.raw("lr_cycle_mul"),
            "cycle_decay": self.raw("lr_cycle_decay"),
            "cycle_limit": self.raw("lr_cycle_limit"),
        }

    @property
    def cycled(self) -> int:
        """The number of calls of a run with cycles, including the cooldown and a warmup before the epochs."""
        mul, count = self.number("lr_cycle_mul"), int(self.number("lr_cycle_limit"))
        first = float(self.epochs.text) * self.each
        calls = first * max(1, count)
        if mul != 1.0:
            try:
                calls = math.floor(-first * (mul ** max(1, count) - 1) / (1 - mul))
            except (OverflowError, ValueError):
                raise self.config.invalid(
                    "lr_cycle_limit", "lr_cycle_limit must give a finite run with this lr_cycle_mul"
                ) from None
        calls += self.number("warmup_epochs") * self.each if self.prefix else 0.0
        return math.floor(calls + self.number("cooldown_epochs") * self.each)

    @property
    def plain(self) -> int:
        """The number of calls of a run without cycles, which has no cooldown."""
        prefix = self.number("warmup_epochs") if self.prefix else 0.0
        return math.floor((float(self.epochs.text) + prefix) * self.each)


class _Schedule(NamedTuple):
    """A schedule: its name, its arguments, and the number of calls of the run."""

    name: str
    given: dict[str, RawValue]
    calls: int


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule and the run of timm's training script."""
    config = MappingReader(top)
    flags.check_epochs("timm")
    by_update = config.flag("sched_on_updates", default=False)
    each = flags.steps_per_epoch if by_update else 1
    if each is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: sched_on_updates is true"
        raise user_error(config.place("sched_on_updates"), rule, hint="pass --steps-per-epoch")
    if "lr_noise" in config:
        raise config.invalid("lr_noise", "lr_noise must be null: noise is not supported")
    check_unknown_keys(config, RATE_KEYS, FORMAT.title)
    args = _Args(config, _epochs(config, flags), each)
    schedule = SCHEDULES[check_kind(config, "sched", SCHEDULES, framework="timm")](args)
    epochs = schedule.calls // each if "epochs" not in flags.given else int(args.epochs.text)
    if epochs < 1:
        raise user_error(args.epochs.where, "the run must have at least one epoch", got=str(epochs))
    unit: TimeUnit = "step" if by_update else "epoch"
    calls = epochs * each
    curve = CurveSpec(schedule.name, config.place("sched"), unit, schedule.given)
    return Request(
        unit=unit,
        run={"lr": _rate(config, flags), f"{unit}s": computed_value(calls, args.epochs.where)},
        curves=(curve,),
        applied_flags=frozenset({"epochs"}) if by_update and "epochs" in flags.given else frozenset(),
        remarks=(read_as(schedule.name, f"{calls} {unit}s", defaults=args.defaults), *_layer_decay(config)),
    )


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    if "lr" not in config:
        reason = "timm computes it from lr_base and the global batch size, which is not in the file"
        raise config.missing("lr", reason=reason, hint="pass --lr")
    return config.raw("lr")


def _epochs(config: MappingReader, flags: Flags) -> RawValue:
    if flags.epoch_count is not None:
        return flags.epoch_count
    if "epochs" not in config:
        raise config.missing("epochs", hint="pass --epochs")
    return config.computed(config.count("epochs", at_least=1), "epochs")


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _layer_decay(config: MappingReader) -> tuple[str, ...]:
    if "layer_decay" not in config:
        return ()
    note = "rates are those of the last layers, earlier layers have lower ones"
    return ignored(f"layer_decay {config.word('layer_decay')} ({note})")


def _cosine(args: _Args) -> _Schedule:
    given = args.cycles | args.warmup | {"k_decay": args.raw("lr_k_decay")}
    return _Schedule("timm.CosineLRScheduler", given, args.cycled)


def _tanh(args: _Args) -> _Schedule:
    return _Schedule("timm.TanhLRScheduler", args.cycles | args.warmup, args.cycled)


def _poly(args: _Args) -> _Schedule:
    own = {
        "power": args.raw("decay_rate"),
        "k_decay": args.raw("lr_k_decay"),
    }  # timm passes the decay rate as the power
    return _Schedule("timm.PolyLRScheduler", args.cycles | args.warmup | own, args.cycled)


def _step(args: _Args) -> _Schedule:
    own = {
        "decay_t": args.config.computed(args.decay * args.each, "decay_epochs"),
        "decay_rate": args.raw("decay_rate"),
    }
    return _Schedule("timm.StepLRScheduler", own | args.warmup, args.plain)


def _constant(args: _Args) -> _Schedule:
    own = {"decay_t": args.config.computed(1.0, "sched"), "decay_rate": args.config.computed(1.0, "sched")}
    return _Schedule("timm.StepLRScheduler", own | args.warmup, args.plain)


def _multistep(args: _Args) -> _Schedule:
    milestones = (epoch * args.each for epoch in args.config.numbers("decay_milestones"))
    times = computed_list(milestones, args.config.place("decay_milestones"))
    own = {"decay_t": times, "decay_rate": args.raw("decay_rate")}
    return _Schedule("timm.MultiStepLRScheduler", own | args.warmup, args.plain)


def _plateau_and_decay(args: _Args, kind: str) -> _Schedule:
    """Return a warmup, a plateau and a decay."""
    warmup = args.number("warmup_epochs") * args.each
    whole = float(args.epochs.text) * args.each - (0.0 if args.prefix else warmup)
    length = round(args.decay * (whole if 0 < args.decay < 1 else args.each))
    if not 0 < length <= whole:
        rule = f"the decay must be at most {whole:g}, the length of the run{'' if args.prefix else ' after the warmup'}"
        raise user_error(args.config.place("decay_epochs"), rule, got=f"{length:g}")
    own = {
        "t_initial": computed_value(whole, args.epochs.where),
        "decay_t": args.config.computed(length, "decay_epochs"),
        "lr_min": args.raw("min_lr"),
        "stable_fn": args.config.computed("rsqrt" if kind == "rsqrt" else "constant", "sched"),
        "decay_fn": args.decay_fn(DECAYS[kind]),
    }
    if "lr_stable_timescale" in args.config:
        scale = args.config.number("lr_stable_timescale") * args.each
        own["stable_timescale"] = args.config.computed(scale, "lr_stable_timescale")
    cooldown = args.number("cooldown_epochs") * args.each
    return _Schedule("timm.WSDLRScheduler", own | args.rise, math.floor(warmup + whole + cooldown))


def _wsd(args: _Args) -> _Schedule:
    return _plateau_and_decay(args, "wsd")


def _rsqrt(args: _Args) -> _Schedule:
    return _plateau_and_decay(args, "rsqrt")


def _none(args: _Args) -> _Schedule:
    return _Schedule("constant", {}, args.plain)


SCHEDULES: dict[str, Callable[[_Args], _Schedule]] = {
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
"""The schedules of ``create_scheduler_v2`` by their name in ``sched``."""
