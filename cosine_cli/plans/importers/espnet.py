"""Import a config of ESPnet, or one with its keys of WeNet or FunASR.

Source: ESPnet 202511, ``espnet2/schedulers/`` (one file per scheduler), ``espnet2/tasks/abs_task.py`` (the names) and
``espnet2/train/trainer.py`` (which schedulers are stepped by update and which by epoch); WeNet 01546996 (2025),
``wenet/utils/train_utils.py``, which sets its scheduler back by one step at the start; FunASR 3c58cb56a (2026),
``funasr/bin/train_ds.py``.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_curve,
    computed_value,
    curve_list,
    interpolated_spec,
    labelled,
)
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.linear_warmup import line, warmed_up
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.stable_decay import Rates, Stages, stable_decay
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import either, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import TimeUnit
    from cosine_cli.plans.parse.node import Node

WARMUP_STEPS = 25_000
"""The default of ``warmup_steps``."""

WARMUP_LISTS: dict[str, tuple[float, ...]] = {"warmup_steps_list": (0, WARMUP_STEPS), "warmup_lr_list": (0, 0.001)}
"""The defaults of the warmup in lines."""

EPOCHS = 40
"""The default of ``max_epoch``."""

NONE = "none"

SHARED = "warmuplr"
"""The scheduler that WeNet and FunASR have too."""

MOST_CYCLES, MOST_POINTS = 100, 1000

RECIPE_KEYS = (
    "batch_type",
    "best_model_criterion",
    "keep_nbest_models",
    "num_iters_per_epoch",
    "val_scheduler_criterion",
)
"""Keys of ESPnet alone."""

COMMON_KEYS = ("accum_grad", "encoder_conf", "max_epoch", "train_conf")
"""Keys of ESPnet that other programs have too."""

OWN_SCHEDULERS = (SHARED, "noamlr", "piecewiselinearwarmuplr", "warmupsteplr", "tristagelr")

FORMAT = Format(
    "ESPnet, WeNet or FunASR config",
    needs=(
        Key("optim", "text"),
        Key("optim_conf", "mapping"),
        one_of(
            All(
                Key("scheduler", pattern=rf"(?i){'|'.join(OWN_SCHEDULERS)}", example=either(OWN_SCHEDULERS)),
                Key("scheduler_conf", "mapping"),
            ),
            All(Key("scheduler", "text"), Key("scheduler_conf", "mapping"), one_of(*RECIPE_KEYS, *COMMON_KEYS)),
            AtLeast(2, *RECIPE_KEYS),
        ),
    ),
    excludes=(Key("n_epoch"),),  # PaddleSpeech
    files="YAML config",
    reads="`scheduler` with its `scheduler_conf`, the rate of `optim_conf`, and the length of the run",
    options=RUN,
    replacement_keys={"warmup": "scheduler_conf.warmup_steps"},
    unknown={
        "--steps, --steps-per-epoch": "the length of the run in steps, if the scheduler counts them and "
        "`num_iters_per_epoch` is missing",
        "--lr": "the rate, if `optim_conf.lr` is missing",
    },
    keeps_last=True,
)

UNSUPPORTED = {
    "reducelronplateau": "depends on the validation results",
    "warmupreducelronplateau": "depends on the validation results",
    "lambdalr": "is a function in code",
}


@dataclass(frozen=True)
class _Source:
    """A scheduler: its arguments with their defaults, the rate of the run, and the length of the run in steps."""

    config: MappingReader
    arguments: DefaultsReader
    lr: float
    steps: float

    @property
    def conf(self) -> MappingReader:
        """The arguments as they are in the file."""
        return self.arguments.config

    @property
    def where(self) -> str:
        """The place of the scheduler."""
        return self.config.place("scheduler")

    @property
    def warmup(self) -> float:
        """The argument ``warmup_steps``, which schedulers divide by."""
        return self.arguments.number("warmup_steps", above=0, at_most=MOST_STEPS)

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return one of the lists of a warmup in lines."""
        self.arguments.note(name)
        return self.conf.numbers(name, at_least=0) if name in self.conf else WARMUP_LISTS[name]

    def curve(self, name: str, **params: float | str) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return computed_curve(name, self.where, **params)

    def inverse_sqrt(self, peak: float) -> CurveSpec:
        """Return a linear warmup and a decay with the inverse square root, by step."""
        curve = self.curve("inverse_sqrt", lr=peak, timescale=self.warmup)
        return warmed_up(curve, 0.0, peak, self.warmup, self.steps)


def _warmup(source: _Source) -> CurveSpec:
    curve = ahead(source.inverse_sqrt(source.lr), 1)
    if "dataset_conf" not in source.config or "train_conf" in source.config:
        return curve
    first = source.lr * min(math.sqrt(source.warmup), 1 / source.warmup)  # at step 1 of the schedule
    return in_turn([(source.curve("constant", lr=first), 1)], curve) if source.steps > 1 else curve


def _noam(source: _Source) -> CurveSpec:
    size = source.arguments.number("model_size", above=0)
    return ahead(source.inverse_sqrt(source.lr / math.sqrt(size * source.warmup)), 1)


def _piecewise(source: _Source) -> CurveSpec:
    """Return lines between rates at steps, and then a decay with the inverse square root."""
    steps = source.numbers("warmup_steps_list")
    rates = source.numbers("warmup_lr_list")
    if len(steps) != len(rates) or any(later <= before for before, later in itertools.pairwise(steps)):
        rule = "warmup_steps_list must be rising steps, one for each rate of warmup_lr_list"
        raise user_error(source.conf.place("warmup_steps_list"), rule)
    if len(steps) > MOST_POINTS:
        raise source.conf.invalid("warmup_steps_list", f"warmup_steps_list must have at most {MOST_POINTS} steps")
    last = steps[-1]
    table = interpolated_spec({0.0: rates[0]} | dict(zip(steps, rates, strict=True)), source.where)
    if last >= source.steps:
        return ahead(table, 1)
    if not last:
        raise source.conf.invalid("warmup_steps_list", "warmup_steps_list must end above 0")
    until = last if rates[-1] == source.lr else math.floor(last) + 1  # the last rate is that of its step only
    peak = source.lr * math.sqrt(last / until)
    if until >= source.steps:
        return ahead(table, 1)
    return ahead(in_turn([(table, until)], source.curve("inverse_sqrt", lr=peak, timescale=until)), 1)


def _warmup_step(source: _Source) -> CurveSpec:
    """Return a linear warmup and drops after numbers of epochs of ``steps_per_epoch``."""
    epoch = source.arguments.count("steps_per_epoch", at_least=1)
    period = epoch * source.arguments.count("step_size", at_least=1)
    gamma = source.arguments.number("gamma", above=0, at_most=1)
    warmup = source.warmup
    ramp = line(0.0, source.lr, warmup, source.steps, source.where)
    if warmup >= source.steps:
        return ahead(ramp, 1)
    drops = source.curve("step", lr=source.lr, step_size=period, gamma=gamma)
    begun = warmup % epoch
    return ahead(in_turn([(ramp, warmup)], ahead(drops, begun)), 1)


def _tri_stage(source: _Source) -> CurveSpec:
    """Return a warmup, a constant rate and an exponential decay."""
    conf = source.arguments
    total = int(conf.number("max_steps", at_least=1, at_most=MOST_STEPS))
    shares = [conf.number(f"{stage}_ratio", at_least=0, at_most=1) for stage in ("warmup", "hold", "decay")]
    if not math.isclose(sum(shares), 1.0):
        raise user_error(source.conf.where, "warmup_ratio, hold_ratio and decay_ratio must add up to 1")
    warmup, hold = int(total * shares[0]), int(total * shares[1])
    decay = total - warmup - hold
    first = source.lr * conf.number("init_lr_scale", above=0, at_most=1)
    last = source.lr * conf.number("final_lr_scale", above=0, at_most=1)
    stages, rates = Stages(warmup, hold, decay), Rates(first, source.lr, last)
    return ahead(stable_decay(stages, rates, "exponential", source.steps, source.where), 1)


def _cosine_restarts(source: _Source) -> CurveSpec:
    """Return cycles of a warmup and a cosine; without a warmup, update 0 has the lowest rate all the same."""
    conf = source.conf
    low, high = source.arguments.number("min_lr", at_least=0), source.lr
    warmup = conf.count("warmup_steps", 0, at_least=0)
    first = conf.count("first_cycle_steps", at_least=1)
    if warmup >= first:
        raise conf.invalid("warmup_steps", "warmup_steps must be less than first_cycle_steps")
    if high < low:
        raise conf.invalid("max_lr", "max_lr must be at least min_lr")
    mult, gamma = conf.number("cycle_mult", 1.0, above=0), conf.number("gamma", 1.0, above=0, at_most=1)
    lengths = [first] if mult == 1 else _cycle_lengths(source, first, warmup, mult)
    count = math.ceil(source.steps / first) if mult == 1 else len(lengths)
    if high * gamma ** (count - 1) < low:
        raise conf.invalid("gamma", "gamma must keep the highest rate of each cycle above min_lr")

    def cycle(index: int) -> CurveSpec:
        peak, left = high * gamma**index, source.steps - sum(lengths[:index])
        cosine = source.curve("cosine", lr=peak, min_lr=low, total=lengths[index] - warmup)
        return warmed_up(cosine, low, peak, warmup, left)

    cycles = [cycle(index) for index in range(len(lengths))]
    curve = in_turn(list(zip(cycles[:-1], lengths, strict=False)), cycles[-1])
    if count > len(cycles):
        of = curve_list(cycles, source.where)
        restarts = source.curve("restarts", cycle=first, cycle_decay=gamma, cycles=count)
        curve = restarts._replace(params={**restarts.params, "of": of})
    return curve if warmup else warmed_up(ahead(curve, 1), low, high, 1, source.steps)


def _cycle_lengths(source: _Source, first: int, warmup: int, mult: float) -> list[int]:
    """Return the lengths of the cycles that begin in the run; the warmup is as long in each."""
    lengths = [first]
    while sum(lengths) < source.steps:
        length = int((lengths[-1] - warmup) * mult)
        if not length or len(lengths) == MOST_CYCLES:
            raise source.conf.invalid("cycle_mult", f"cycle_mult must give at most {MOST_CYCLES} cycles")
        lengths.append(length + warmup)
    return lengths


def _exponential_decay(source: _Source) -> CurveSpec:
    """Return a warmup and an exponential decay, which goes on after ``total_steps``; update 0 has its own rate."""
    conf, high = source.conf, source.lr
    low = conf.number("min_lr", above=0, at_most=high)
    total, warmup = conf.count("total_steps", at_least=1), conf.count("warmup_steps", 0, at_least=0)
    if warmup >= total:
        raise conf.invalid("warmup_steps", "warmup_steps must be less than total_steps")
    from_zero = conf.flag("warm_from_zero", default=False)
    gamma, per = low / high, total - warmup
    decay = source.curve("exponential", lr=high, gamma=gamma, per=per)
    if from_zero and warmup <= 1:
        second = high if warmup else high * gamma ** (1 / per)
        return warmed_up(source.curve("exponential", lr=second, gamma=gamma, per=per), 0.0, second, 1, source.steps)
    if from_zero:
        points = {0: 0.0, 1: high * 2 / warmup, warmup - 1: high}
        return _then(source, [(interpolated_spec(points, source.where), warmup)], decay)
    peak = source.curve("constant", lr=high)
    if warmup <= 1:
        return _then(source, [(peak, warmup)], decay)
    lr = _optimizer_rate(source.config, reason="the warmup has this rate after update 0")
    constant = source.curve("constant", lr=float(lr.text))
    return _then(source, [(peak, 1), (constant, warmup - 1)], decay)


def _then(source: _Source, parts: list[tuple[CurveSpec, int]], last: CurveSpec) -> CurveSpec:
    """Return curves one after another, and then the last one, as far as they begin in the run."""
    begins = itertools.accumulate((max(steps, 0) for _, steps in parts), initial=0)
    timed = [*((curve, steps) for curve, steps in parts), (last, math.inf)]
    begun = [part for part, begin in zip(timed, begins, strict=True) if part[1] > 0 and begin < source.steps]
    return in_turn(begun[:-1], begun[-1][0])


class _Schedule(NamedTuple):
    """A scheduler: its curve, its arguments, and the defaults that matter."""

    curve: Callable[[_Source], CurveSpec]
    arguments: tuple[str, ...]
    defaults: dict[str, float | str]
    own_rate: bool = False
    """Whether the highest rate is its ``max_lr``, not the rate of the optimizer."""


SCHEDULES = {
    SHARED: _Schedule(_warmup, ("warmup_steps",), {"warmup_steps": WARMUP_STEPS}),
    "noamlr": _Schedule(_noam, ("model_size", "warmup_steps"), {"model_size": 320, "warmup_steps": WARMUP_STEPS}),
    "piecewiselinearwarmuplr": _Schedule(
        _piecewise,
        ("warmup_steps_list", "warmup_lr_list"),
        {name: str(list(values)) for name, values in WARMUP_LISTS.items()},
    ),
    "warmupsteplr": _Schedule(
        _warmup_step,
        ("warmup_steps", "steps_per_epoch", "step_size", "gamma"),
        {"warmup_steps": WARMUP_STEPS, "steps_per_epoch": 10_000, "step_size": 1, "gamma": 0.1},
    ),
    "tristagelr": _Schedule(
        _tri_stage,
        ("max_steps", "warmup_ratio", "hold_ratio", "decay_ratio", "init_lr_scale", "final_lr_scale"),
        {
            "max_steps": WARMUP_STEPS,
            "warmup_ratio": 0.1,
            "hold_ratio": 0.4,
            "decay_ratio": 0.5,
            "init_lr_scale": 0.01,
            "final_lr_scale": 0.01,
        },
    ),
    "cosineannealingwarmuprestarts": _Schedule(
        _cosine_restarts,
        ("first_cycle_steps", "cycle_mult", "max_lr", "min_lr", "warmup_steps", "gamma"),
        {"max_lr": 0.1, "min_lr": 0.001},
        own_rate=True,
    ),
    "exponentialdecaywarmup": _Schedule(
        _exponential_decay, ("max_lr", "min_lr", "total_steps", "warmup_steps", "warm_from_zero"), {}, own_rate=True
    ),
}
"""The supported schedulers of ESPnet by their ``scheduler`` in lower case."""

BY_UPDATE = {
    "onecyclelr": "OneCycleLR",
    "cycliclr": "CyclicLR",
    "cosineannealingwarmrestarts": "CosineAnnealingWarmRestarts",
}
"""PyTorch's schedulers that are stepped after each update."""

BY_EPOCH = {
    "steplr": "StepLR",
    "multisteplr": "MultiStepLR",
    "exponentiallr": "ExponentialLR",
    "cosineannealinglr": "CosineAnnealingLR",
}
"""PyTorch's schedulers that are stepped after each epoch."""

OWN_RATES = ("onecyclelr", "cycliclr")
"""PyTorch's schedulers that replace the rate of the optimizer."""

COMMON = ("last_epoch", "verbose")
"""Arguments that change no rate, of which the first must be -1."""


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the scheduler over the run: by update, or by epoch."""
    config = MappingReader(top)
    kind = _kind(config)
    conf = config.mapping("scheduler_conf") or MappingReader(config.node._replace(pairs=()))
    if conf.count("last_epoch", -1) != -1:
        raise conf.invalid("last_epoch", "last_epoch must be -1: a resumed schedule cannot be read")
    length = _Length(config, flags)
    if kind in SCHEDULES:
        return _by_update(config, conf, kind, length)
    unit: TimeUnit = "step" if kind in BY_UPDATE else "epoch"
    where = config.place("scheduler")
    if kind == NONE:
        curve = CurveSpec("constant", where, unit)
    else:
        _check_total(conf, kind, length)
        name = (BY_UPDATE | BY_EPOCH)[kind]
        arguments = {argument: conf.raw(argument, unit) for argument in conf.others(COMMON)}
        curve = labelled(CurveSpec(f"torch.{name}", where, unit, arguments), kind)
    run = {"steps": length.steps} if unit == "step" else length.by_epoch
    return _request(curve, {"lr": _rate(config, flags), **run}, kind, length)


def _check_total(conf: MappingReader, kind: str, length: _Length) -> None:
    """Raise RequestError for a ``OneCycleLR`` that ends before the run, where PyTorch raises an error."""
    if kind == "onecyclelr" and "total_steps" in conf and conf.count("total_steps") < int(length.steps.text):
        rule = f"total_steps must be at least the length of the run ({length.steps.text} updates)"
        raise conf.invalid("total_steps", rule)


def _by_update(config: MappingReader, conf: MappingReader, kind: str, length: _Length) -> Request:
    """Return a schedule of ESPnet's own."""
    schedule = SCHEDULES[kind]
    unknown = next(iter(conf.others((*COMMON, *schedule.arguments))), None)
    if unknown is not None:
        hint = f"it takes {either(schedule.arguments, last='and')}"
        raise conf.invalid(unknown, f"{visible(unknown)} is not an argument of {kind}", hint=hint)
    if "dataset_conf" in config and kind != SHARED:
        raise config.invalid("scheduler", f"scheduler must be {SHARED} in a config of WeNet or FunASR")
    if schedule.own_rate and "lr" in length.flags.given:
        raise user_error("--lr", f"the rates of {kind} do not follow from it", hint="set max_lr in the file")
    arguments = DefaultsReader(config=conf, defaults=schedule.defaults)
    rate = _own_rate(arguments) if schedule.own_rate else _rate(config, length.flags)
    steps = length.steps
    source = _Source(config, arguments, float(rate.text), float(steps.text))
    curve = labelled(schedule.curve(source), kind)
    return _request(curve, {"lr": rate, "steps": steps}, kind, length, arguments.notes)


def _own_rate(arguments: DefaultsReader) -> RawValue:
    """Return the highest rate of a scheduler that does not depend on the rate of the optimizer."""
    conf = arguments.config
    lr = arguments.number("max_lr", above=0) if "max_lr" in arguments.defaults else conf.number("max_lr", above=0)
    return conf.computed(lr, "max_lr")


def _request(
    curve: CurveSpec, run: dict[str, RawValue], kind: str, length: _Length, defaults: Sequence[str] = ()
) -> Request:
    unit: TimeUnit = "epoch" if "epochs" in run else "step"
    words = curve.name if kind == NONE else f"{kind} (stepped once per epoch)" if kind in BY_EPOCH else kind
    return Request(
        unit=curve.unit,
        run=run,
        curves=(curve,),
        applied_flags=frozenset({"lr", "epochs", "steps"}) & frozenset(length.flags.given),
        remarks=(
            read_as(words, f"{run[f'{unit}s'].text} {unit}s", defaults=[*length.defaults, *defaults]),
            *ignored(*_unused(length.config, kind, length.flags)),
        ),
    )


def _unused(config: MappingReader, kind: str, flags: Flags) -> Iterator[str]:
    if kind in OWN_RATES and flags.lr is not None:
        yield f"--lr ({kind} does not use it)"
    if "scheduler2" in config:
        yield "scheduler2 (of the second optimizer)"
    if "train_conf" in config and "dataset_conf" in config:
        yield "the additional step of the scheduler after each epoch in train.py of FunASR (train_ds.py has none)"


def _kind(config: MappingReader) -> str:
    """Return the name of the scheduler in lower case."""
    kind = config.word("scheduler", NONE).lower()
    if kind in UNSUPPORTED:
        raise config.invalid("scheduler", f"scheduler must not be one that {UNSUPPORTED[kind]}")
    known = (*SCHEDULES, *BY_UPDATE, *BY_EPOCH, NONE)
    return kind if kind in known else check_kind(config, "scheduler", known)


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    return _optimizer_rate(config, hint="pass --lr") if flags.lr is None else flags.lr


def _optimizer_rate(config: MappingReader, *, reason: str = "", hint: str | None = None) -> RawValue:
    """Return the rate of the optimizer in the file."""
    optimizer = config.mapping("optim_conf")
    if optimizer is None or "lr" not in optimizer:
        raise (optimizer or config).missing("lr", reason=reason, hint=hint)
    return optimizer.computed(optimizer.number("lr", above=0), "lr")


@dataclass(frozen=True)
class _Length:
    """The length of the run."""

    config: MappingReader
    flags: Flags

    @property
    def steps(self) -> RawValue:
        """The length in updates."""
        if "steps" in self.flags.given:
            return computed_value(float(self.flags.steps or 0), self.flags.given["steps"].where)
        if self._per_epoch is None:
            rule = f"{UNKNOWN_STEPS_PER_EPOCH}: num_iters_per_epoch is missing"
            raise user_error(self.config.where, rule, hint="pass --steps-per-epoch or --steps")
        return self._epochs._replace(text=str(int(self._epochs.text) * self._per_epoch))

    @property
    def by_epoch(self) -> dict[str, RawValue]:
        """The options of a run with a scheduler that is stepped after each epoch."""
        each = self._per_epoch
        known = {} if each is None else {"steps_per_epoch": computed_value(each, self.config.where)}
        if "steps" not in self.flags.given:
            return {"epochs": self._epochs, **known}
        if each is None:
            rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the scheduler is stepped after each epoch"
            raise user_error(self.flags.given["steps"].where, rule, hint="pass --steps-per-epoch or --epochs")
        return {"steps": self.steps, "update": computed_value("epoch", self.steps.where), **known}

    @property
    def defaults(self) -> list[str]:
        """The default that is used."""
        given = {"steps", "epochs"} & self.flags.given.keys()
        return [] if given or "max_epoch" in self._trainer else [f"max_epoch={EPOCHS}"]

    @property
    def _epochs(self) -> RawValue:
        if self.flags.epoch_count is not None:
            return self.flags.epoch_count
        if "max_epoch" not in self._trainer and "dataset_conf" in self.config:
            raise self._trainer.missing("max_epoch", hint="pass --epochs")
        return self._trainer.computed(self._trainer.count("max_epoch", EPOCHS, at_least=1), "max_epoch", "epoch")

    @property
    def _per_epoch(self) -> int | None:
        """The updates per epoch, None if they are unknown."""
        if self.flags.steps_per_epoch is not None:
            return self.flags.steps_per_epoch
        if "num_iters_per_epoch" not in self.config:
            return None
        updates = self.config.count("num_iters_per_epoch", at_least=1) // self._trainer.count(
            "accum_grad", 1, at_least=1
        )
        if not updates:
            raise self._trainer.invalid("accum_grad", "accum_grad must be at most num_iters_per_epoch")
        return updates

    @property
    def _trainer(self) -> MappingReader:
        """The mapping with ``max_epoch``: that of FunASR, or the config."""
        return self.config.mapping("train_conf") or self.config
