"""Import the hyperparameters of a SpeechBrain recipe (HyperPyYAML): the schedulers among its objects.

The formulas are those of ``speechbrain/nnet/schedulers.py`` of SpeechBrain 1.0 (9c826ef39). The code of a recipe calls
the scheduler, as SpeechBrain's own recipes do after each update, or after each epoch: update 0, or the first epoch, has
the rate of the optimizer, and update ``t`` has the rate of call ``t``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_list,
    computed_value,
    curve_list,
    interpolated_spec,
    labelled,
)
from cosine_cli.plans.importers.core.evidence import Key
from cosine_cli.plans.importers.core.flags import LENGTH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.hyperpyyaml import NAME, NEW, References, Tagged, tagged
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import Phase, in_run, lasting, sequence
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.model.imported_milestones import ImportedMilestones
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import UNCOMPUTABLE
from cosine_cli.text import did_you_mean, either, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.clock import TimeUnit

MODULE = f"{NEW}speechbrain.nnet.schedulers."
OPTIMIZERS = f"{NAME}torch.optim."
COUNTER = f"{NEW}speechbrain.utils.epoch_loop.EpochCounter"

STEP_LIMIT = "optimizer_step_limit"
"""The key of the most updates, in recipes that have one."""

BY_METRIC = ("NewBobScheduler", "ReduceLROnPlateau")
NO_RATE = ("ScheduledLoss",)
CYCLIC = "CyclicLRScheduler"
"""A scheduler that recipes call once more at the end of each epoch."""

MOST = 20
"""The most schedulers, and optimizers."""

MOST_RATE = 1e6
MODES = ("triangular", "triangular2", "exp_range")
RATE = ("lr_initial", "initial_value", "lr", "max_lr")
"""The parameters that recipes share with the optimizer, by a reference."""

FORMAT = Format(
    "SpeechBrain hyperparameters",
    needs=(Key("**", tag=MODULE),),
    files="`hyperparams.yaml`",
    reads="the schedulers of `speechbrain.nnet.schedulers`, the optimizers and the epoch counter",
    options=LENGTH,
    replacement_keys={"lr": "the rate that the scheduler and the optimizer refer to", "warmup": "the warmup steps"},
    unknown={
        "--steps, --steps-per-epoch": "the length of the run in steps, unless `optimizer_step_limit` is set",
        "--epochs": "the length of the run, if the epoch counter is missing",
    },
    tags=("!",),
)


class _Optimizer(NamedTuple):
    """The rate of an optimizer, and its key."""

    key: str
    lr: RawValue


@dataclass(frozen=True)
class _Scheduler:
    """A scheduler.

    - ``key``, ``kind``: its key, and its class.
    - ``args``: its arguments.
    - ``optimizer``: its optimizer.
    - ``run``: the length of the run in calls.
    """

    key: str
    kind: str
    args: MappingReader
    optimizer: _Optimizer
    run: int

    @property
    def lr(self) -> RawValue:
        """The rate of the optimizer, or that of the scheduler if the optimizer has 0."""
        if float(self.optimizer.lr.text):
            return self.optimizer.lr
        own = next((name for name in RATE if name in self.args), None)
        if own is None:
            raise user_error(self.optimizer.lr.where, f"lr must be above 0 with {self.kind}", got="0")
        return self.args.computed(self.rate(own), own)

    @property
    def unit(self) -> TimeUnit:
        """The unit of a call."""
        return "epoch" if SCHEDULES[self.kind].by_epoch else "step"

    def rate(self, name: str, default: float | None = None) -> float:
        """Return a rate, or a factor."""
        return self.args.number(name, default, above=0, at_most=MOST_RATE)

    def steps(self, name: str, *, at_least: int = 0) -> int:
        """Return a number of calls."""
        return self.args.count(name, at_least=at_least, at_most=MOST_STEPS)

    def value(self, value: float | str, name: str) -> RawValue:
        """Return a value computed from an argument."""
        return self.args.computed(value, name, self.unit)

    def spec(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return CurveSpec(name, self.args.where, self.unit, params)

    def line(self, points: dict[int, float], name: str) -> CurveSpec:
        """Return straight lines between the rates at some calls."""
        return interpolated_spec(points, self.args.place(name), self.unit)._replace(where=self.args.where)

    def climb(self, start: float, peak: float, name: str) -> Phase:
        """Return a linear warmup over the calls that an argument gives."""
        steps = self.steps(name)
        return Phase(self.line({0: start, max(steps, 1): peak}, name), steps)

    def constant(self, rate: float, name: str) -> CurveSpec:
        """Return a constant rate."""
        return self.spec("constant", lr=self.value(rate, name))

    def phases(self, *phases: Phase) -> CurveSpec:
        """Return the curve of the calls, counted from 0."""
        return in_run(phases, self.run + 1)


class _Curve(NamedTuple):
    """The rates of the calls, counted from 0, and the length of the warmup.

    - ``first``: the number of the first call, 1 if the scheduler counts before it computes the rate.
    """

    curve: CurveSpec
    warmup: int = 0
    first: int = 1


def load(top: Node, flags: Flags) -> Request:
    """Return the schedules that do not depend on a metric."""
    references = References(top)
    found = [one for one in tagged(top, MODULE) if _kind(one) not in NO_RATE]
    fixed = [one for one in found if _kind(one) not in BY_METRIC]
    _check(top, found, fixed)
    by_epoch = SCHEDULES[_kind(fixed[0])].by_epoch
    length = _epochs(top, references, flags) if by_epoch else _steps(top, references, flags)
    optimizers = _optimizers(top, references)
    schedulers = [_scheduler(one, references, optimizers, int(length.text)) for one in fixed]
    curves = [SCHEDULES[scheduler.kind].curve(scheduler) for scheduler in schedulers]
    labels = [one.kind if len(schedulers) == 1 else f"{one.key}: {one.kind}" for one in schedulers]
    unit = schedulers[0].unit
    called = "epoch" if by_epoch else "update"
    return Request(
        unit=unit,
        run={
            "lr": schedulers[0].lr,
            f"{unit}s": length,
            **({"update": computed_value("epoch", schedulers[0].args.where)} if by_epoch else {}),
        },
        curves=tuple(
            labelled(_after_the_first(*each), label)
            for each, label in zip(zip(schedulers, curves, strict=True), labels, strict=True)
        ),
        applied_flags=frozenset({"epochs"}) & frozenset(flags.given),
        milestones=_milestones(schedulers),
        remarks=(
            read_as(either(labels, last="and"), f"{length.text} {unit}s", warmup=curves[0].warmup),
            f"the first {called} has the rate of the optimizer: recipes call the scheduler after each {called}",
            *ignored(*_unused(found)),
        ),
    )


def _unused(found: Sequence[Tagged]) -> Iterator[str]:
    """Yield what concerns the rate and is not in the curves."""
    yield from (f"{one.key} ({_kind(one)} depends on a metric)" for one in found if _kind(one) in BY_METRIC)
    if any(_kind(one) == CYCLIC for one in found):
        yield f"one more call of {CYCLIC} at the end of each epoch"


def _kind(scheduler: Tagged) -> str:
    return scheduler.value.tag.removeprefix(MODULE)


def _check(top: Node, found: Sequence[Tagged], fixed: Sequence[Tagged]) -> None:
    """Raise RequestError without a supported scheduler."""
    if not found:
        rule = "a scheduler of speechbrain.nnet.schedulers must be given: schedulers created in code cannot be read"
        raise user_error(top.where, rule)
    if not fixed:
        rule = f"{_kind(found[0])} {UNCOMPUTABLE}: the rate depends on a metric of the training"
        raise user_error(found[0].value.where, rule)
    if len(fixed) > MOST:
        raise user_error(fixed[MOST].value.where, f"must have at most {MOST} schedulers", got=str(len(fixed)))
    for one in fixed:
        if _kind(one) not in SCHEDULES:
            hint = did_you_mean(_kind(one), SCHEDULES) or f"the supported ones are {either(SCHEDULES, last='and')}"
            raise user_error(one.value.where, "must be a supported scheduler", got=visible(_kind(one)), hint=hint)
        if SCHEDULES[_kind(one)].by_epoch != SCHEDULES[_kind(fixed[0])].by_epoch:
            rule = "schedulers that count epochs and updates cannot be read together"
            raise user_error(one.value.where, rule, got=f"{_kind(fixed[0])} and {_kind(one)}")


def _top_value(top: Node, references: References, name: str) -> MappingReader:
    """Return a reader with one key of the top level, its reference resolved."""
    pairs = tuple((key, references.resolved(value)) for key, value in top.pairs or () if key.text == name)
    return MappingReader(Node(top.where, top.line, pairs=pairs))


def _limit_of_epochs(top: Node, references: References) -> RawValue | None:
    """Return the limit of the epoch counter."""
    counter = next(tagged(top, COUNTER), None)
    if counter is None:
        return None
    reader = MappingReader(references.arguments(counter.value, ("limit",)))
    return reader.computed(reader.count("limit", at_least=1, at_most=MOST_STEPS), "limit", "epoch")


def _epochs(top: Node, references: References, flags: Flags) -> RawValue:
    flags.check_epochs("the scheduler")
    if flags.epoch_count is not None:
        return flags.epoch_count
    epochs = _limit_of_epochs(top, references)
    if epochs is None:
        raise user_error(top.where, "number of epochs unknown: the file has no EpochCounter", hint="pass --epochs")
    return epochs


def _steps(top: Node, references: References, flags: Flags) -> RawValue:
    """Return the number of updates: of the options, or the first limit that is reached."""
    if flags.length is not None:
        return flags.length
    config, epochs = _top_value(top, references, STEP_LIMIT), _limit_of_epochs(top, references)
    each = flags.steps_per_epoch
    limits = []
    if STEP_LIMIT in config:
        limits.append(config.computed(config.count(STEP_LIMIT, at_least=1, at_most=MOST_STEPS), STEP_LIMIT))
    if epochs is not None and each is not None:
        limits.append(computed_value(int(epochs.text) * each, epochs.where))
    if not limits:
        where = top.where if epochs is None else epochs.where
        rule = f"number of steps unknown: {STEP_LIMIT} is not set"
        raise user_error(where, rule, hint="pass --steps" + (" or --steps-per-epoch" if epochs is not None else ""))
    return min(limits, key=lambda limit: int(limit.text))


def _optimizers(top: Node, references: References) -> list[_Optimizer]:
    """Return the optimizers that have a rate."""
    found = list(tagged(top, OPTIMIZERS))
    if not found:
        raise user_error(top.where, "an optimizer must be given", hint="as in opt_class: !name:torch.optim.Adam")
    if len(found) > MOST:
        raise user_error(found[MOST].value.where, f"must have at most {MOST} optimizers", got=str(len(found)))
    return [_optimizer(one, references) for one in found]


def _optimizer(one: Tagged, references: References) -> _Optimizer:
    reader = MappingReader(references.arguments(one.value, ("params", "lr")))
    return _Optimizer(one.key, reader.computed(reader.number("lr", at_least=0, at_most=MOST_RATE), "lr"))


def _scheduler(one: Tagged, references: References, optimizers: Sequence[_Optimizer], run: int) -> _Scheduler:
    kind = _kind(one)
    parameters = SCHEDULES[kind].parameters
    args = MappingReader(references.arguments(one.value, parameters))
    for name in args.others(parameters):
        hint = did_you_mean(name, parameters) or f"it takes {either(parameters, last='and')}"
        raise user_error(args.place(name), f"{kind} has no parameter {visible(name)}", hint=hint)
    return _Scheduler(one.key, kind, args, _optimizer_of(one, args, optimizers), run)


def _optimizer_of(one: Tagged, args: MappingReader, optimizers: Sequence[_Optimizer]) -> _Optimizer:
    """Return the optimizer of a scheduler: the only one, or the one whose rate is that of the scheduler."""
    places = {args.place(name) for name in RATE if name in args}
    own = [optimizer for optimizer in optimizers if optimizer.lr.where in places]
    candidates = own or optimizers
    if len(candidates) == 1 or len({optimizer.lr.text for optimizer in candidates}) == 1:
        return candidates[0]
    names = either([visible(optimizer.key) for optimizer in candidates])
    rule = f"the optimizer of {visible(one.key)} is unknown"
    raise user_error(one.value.where, rule, got=names, hint="let both refer to the same rate")


def _after_the_first(scheduler: _Scheduler, rates: _Curve) -> CurveSpec:
    """Return the rates of the calls after a first update, or epoch, with the rate of the optimizer."""
    unit = scheduler.unit
    first = _first(scheduler, rates.curve.where)
    if scheduler.run == 1:
        return first
    limited = lasting(first, computed_value(1, first.where, unit))
    return sequence((limited, _ahead(rates.curve, rates.first)), first.where, unit)


def _first(scheduler: _Scheduler, where: str) -> CurveSpec:
    """Return the rate of the optimizer, which may be 0, as a curve."""
    lr = scheduler.optimizer.lr
    if float(lr.text):
        return CurveSpec("constant", where, scheduler.unit, {"lr": lr})
    total = computed_value(1, where, scheduler.unit)
    return _ahead(CurveSpec("linear", where, scheduler.unit, {"lr": scheduler.lr, "total": total}), 1)


def _ahead(curve: CurveSpec, calls: int) -> CurveSpec:
    """Return a curve from some call on."""
    return later(curve, computed_value(calls, curve.where, curve.unit)) if calls else curve


def _check_above(scheduler: _Scheduler, name: str, least: int, what: str) -> None:
    value = scheduler.steps(name)
    if value <= least:
        raise user_error(scheduler.args.place(name), f"{name} must be above {what} ({least})", got=str(value))


def _noam(scheduler: _Scheduler) -> _Curve:
    warmup, peak = scheduler.steps("n_warmup_steps", at_least=1), scheduler.rate("lr_initial")
    if "model_size" in scheduler.args:
        peak /= math.sqrt(scheduler.rate("model_size") * warmup)
    decay = scheduler.spec(
        "inverse_sqrt",
        lr=scheduler.value(peak, "lr_initial"),
        timescale=scheduler.value(warmup, "n_warmup_steps"),
    )
    return _Curve(scheduler.phases(scheduler.climb(0.0, peak, "n_warmup_steps"), Phase(decay)), warmup)


def _linear_noam(scheduler: _Scheduler) -> _Curve:
    warmup, peak = scheduler.steps("n_warmup_steps", at_least=1), scheduler.rate("lr_initial")
    decay = scheduler.spec(
        "inverse_time",
        lr=scheduler.value(peak, "lr_initial"),
        timescale=scheduler.value(warmup, "n_warmup_steps"),
    )
    hold = Phase(scheduler.constant(peak, "lr_initial"), scheduler.steps("n_keep_steps"))
    return _Curve(scheduler.phases(scheduler.climb(0.0, peak, "n_warmup_steps"), hold, Phase(decay)), warmup)


def _linear_warmup(scheduler: _Scheduler) -> _Curve:
    warmup, peak = scheduler.steps("num_warmup_steps"), scheduler.rate("initial_value")
    _check_above(scheduler, "num_training_steps", warmup, "num_warmup_steps")
    total = scheduler.value(scheduler.steps("num_training_steps") - warmup, "num_training_steps")
    decay = scheduler.spec("linear", lr=scheduler.value(peak, "initial_value"), total=total)
    return _Curve(scheduler.phases(scheduler.climb(0.0, peak, "num_warmup_steps"), Phase(decay)), warmup)


def _warm_and_exponential(scheduler: _Scheduler) -> _Curve:
    """Return the rates of a scheduler that counts a call after it has computed the rate."""
    warmup, peak = scheduler.steps("n_warmup_steps"), scheduler.rate("lr")
    _check_above(scheduler, "total_steps", warmup, "n_warmup_steps")
    length = scheduler.steps("total_steps") - warmup
    decay = _exponential(
        scheduler,
        scheduler.value(peak, "lr"),
        scheduler.value(scheduler.rate("decay_factor", 0.1), "decay_factor"),
        scheduler.value(length, "total_steps"),
    )
    return _Curve(scheduler.phases(scheduler.climb(0.0, peak, "n_warmup_steps"), Phase(decay)), warmup, first=0)


def _exponential(scheduler: _Scheduler, lr: RawValue, factor: RawValue, length: RawValue) -> CurveSpec:
    """Return a decay by a factor over a length, constant for a factor of 1 and above."""
    if float(factor.text) >= 1:
        return scheduler.spec("constant", lr=lr)
    return scheduler.spec("exponential", lr=lr, gamma=factor, per=length)


def _warm_cool(scheduler: _Scheduler) -> _Curve:
    """Return a warmup, a slow decay, and a cooldown from a rate that the decay has without the warmup."""
    args, peak = scheduler.args, scheduler.rate("lr")
    warmup, cooldown, total = (scheduler.steps(name) for name in ("warmup", "cooldown", "total_steps"))
    factor = args.number("decay_factor", 0.75, above=0, at_most=1)
    every = args.number("decay_every", 100_000, above=0, at_most=MOST_STEPS)
    if scheduler.run > total + bool(cooldown):
        rule = f"total_steps must be at least the number of updates ({scheduler.run}): the rate is negative after it"
        raise user_error(args.place("total_steps"), rule, got=str(total))
    if cooldown > total:
        raise user_error(args.place("cooldown"), f"cooldown must be at most total_steps ({total})", got=str(cooldown))
    begin = max(warmup, total - cooldown + 1)
    slow = _exponential(
        scheduler,
        scheduler.value(peak, "lr"),
        scheduler.value(factor, "decay_factor"),
        scheduler.value(every, "decay_every"),
    )
    phases = [scheduler.climb(0.0, peak, "warmup"), Phase(slow, begin - warmup)]
    if cooldown and total > begin:
        rate = peak * factor ** ((total - cooldown) / every) * (total - begin) / cooldown
        phases.append(Phase(scheduler.line({0: rate, total - begin: 0.0}, "cooldown")))
    return _Curve(scheduler.phases(*phases), warmup)


def _tri_stage(scheduler: _Scheduler) -> _Curve:
    args, peak, warmup = scheduler.args, scheduler.rate("lr"), scheduler.steps("warmup_steps")
    start = args.number("init_lr_scale", 0.01, at_least=0, at_most=MOST_RATE) * peak
    final = args.number("final_lr_scale", 0.05, above=0, at_most=1)
    hold = Phase(scheduler.constant(peak, "lr"), scheduler.steps("hold_steps"))
    decay = _exponential(
        scheduler,
        scheduler.value(peak, "lr"),
        scheduler.value(final, "final_lr_scale"),
        scheduler.value(scheduler.steps("decay_steps", at_least=1), "decay_steps"),
    )
    return _Curve(scheduler.phases(scheduler.climb(start, peak, "warmup_steps"), hold, Phase(decay)), warmup)


def _cyclic(scheduler: _Scheduler) -> _Curve:
    args = scheduler.args
    low = args.number("base_lr", 0.001, at_least=0, at_most=MOST_RATE)
    high = scheduler.rate("max_lr", 0.006)
    if low > high:
        raise user_error(args.place("base_lr"), f"base_lr must be at most max_lr ({high:g})", got=f"{low:g}")
    mode = args.word("mode", "triangular")
    if mode not in MODES:
        raise args.invalid("mode", f"mode must be {either(MODES)}")
    half = scheduler.value(args.number("step_size", 2000.0, above=0, at_most=MOST_STEPS), "step_size")
    params = {"lr": scheduler.value(high, "max_lr"), "min_lr": scheduler.value(low, "base_lr")}
    params |= {"rise": half, "fall": half, "mode": scheduler.value(mode, "mode")}
    if mode == MODES[-1]:
        gamma = args.number("gamma", 1.0, above=0, at_most=1)
        params |= {"gamma": scheduler.value(gamma, "gamma"), "per": scheduler.value(1, "gamma")}
    return _Curve(scheduler.spec("cyclic", **params))


def _milestones(schedulers: list[_Scheduler]) -> tuple[ImportedMilestones, ...]:
    """Return the steps at which the intervals of an IntervalScheduler begin."""
    args = schedulers[0].args
    if schedulers[0].kind != "IntervalScheduler":
        return ()
    steps = tuple(MappingReader.of(item).number("steps") for item in args.values["intervals"].items or ())
    return (ImportedMilestones("intervals", args.place("intervals"), steps, steps, "step", None),)


def _inverse_sqrt(scheduler: _Scheduler) -> _Curve:
    warmup = scheduler.steps("warmup_steps", at_least=1)
    peak = 1 / math.sqrt(warmup)
    params = {"lr": scheduler.value(peak, "warmup_steps"), "timescale": scheduler.value(warmup, "warmup_steps")}
    hold = Phase(scheduler.constant(peak, "warmup_steps"), warmup)
    return _Curve(scheduler.phases(hold, Phase(scheduler.spec("inverse_sqrt", **params))))


def _intervals(scheduler: _Scheduler) -> _Curve:
    """Return the rate of the optimizer, and those of the intervals from their steps on."""
    args = scheduler.args
    node = args.values.get("intervals")
    if node is None or not node.items:
        raise args.missing("intervals", reason="a list of steps and lr")
    rates: dict[int, float] = {0: float(scheduler.optimizer.lr.text)}
    for item in node.items:
        reader = MappingReader.of(item)
        step = reader.count("steps", at_least=1, at_most=MOST_STEPS)
        if step <= max(rates):
            raise reader.invalid("steps", f"steps must be above those before ({max(rates)})")
        rates[step] = reader.number("lr", at_least=0, at_most=MOST_RATE)
    where = args.place("intervals")
    milestones = computed_list(list(rates)[1:], where)
    curve = scheduler.spec("piecewise_constant", milestones=milestones, values=computed_list(rates.values(), where))
    return _Curve(curve)


def _linear(scheduler: _Scheduler) -> _Curve:
    start = scheduler.rate("initial_value")
    final = scheduler.args.number("final_value", at_least=0, at_most=MOST_RATE)
    count = scheduler.steps("epoch_count", at_least=1)
    if scheduler.run > count:
        rule = f"epoch_count must be at least the number of epochs ({scheduler.run}): the scheduler raises after it"
        raise user_error(scheduler.args.place("epoch_count"), rule, got=str(count))
    last = max(count - 1, 1)
    return _Curve(scheduler.line({0: start, last: final}, "epoch_count"))


def _step(scheduler: _Scheduler) -> _Curve:
    args, start = scheduler.args, scheduler.rate("initial_value")
    if "half_life" in args:
        other = next((name for name in ("decay_factor", "decay_drop") if name in args), None)
        if other is not None:
            raise user_error(args.place(other), f"{other} must not be given together with half_life")
        every = scheduler.value(1, "half_life")
        gamma = scheduler.value(math.exp(-math.log(2) / scheduler.rate("half_life")), "half_life")
    else:
        every = scheduler.value(args.number("decay_drop", 2.0, above=0, at_most=MOST_STEPS), "decay_drop")
        gamma = scheduler.value(args.number("decay_factor", 0.5, above=0, at_most=1), "decay_factor")
    decay = _exponential(scheduler, scheduler.value(start, "initial_value"), gamma, every)
    stairs = scheduler.spec("staircase", every=every, of=curve_list((decay,), decay.where))
    return _Curve(stairs, first=2)


class _Schedule(NamedTuple):
    """A supported scheduler.

    - ``curve``: its curve.
    - ``parameters``: its parameters, in order.
    - ``by_epoch``: whether recipes call it after each epoch, not after each update.
    """

    curve: Callable[[_Scheduler], _Curve]
    parameters: tuple[str, ...]
    by_epoch: bool = False


SCHEDULES = {
    "NoamScheduler": _Schedule(_noam, ("lr_initial", "n_warmup_steps", "model_size")),
    "LinearNoamScheduler": _Schedule(_linear_noam, ("lr_initial", "n_warmup_steps", "n_keep_steps")),
    "LinearWarmupScheduler": _Schedule(_linear_warmup, ("initial_value", "num_warmup_steps", "num_training_steps")),
    "WarmAndExpDecayLRSchedule": _Schedule(
        _warm_and_exponential, ("lr", "n_warmup_steps", "total_steps", "decay_factor")
    ),
    "WarmCoolDecayLRSchedule": _Schedule(
        _warm_cool, ("lr", "warmup", "cooldown", "total_steps", "decay_factor", "decay_every")
    ),
    "TriStageLRSchedule": _Schedule(
        _tri_stage,
        (
            *("lr", "warmup_steps", "hold_steps", "decay_steps", "total_steps"),
            *("init_lr_scale", "final_lr_scale"),
        ),
    ),
    CYCLIC: _Schedule(_cyclic, ("base_lr", "max_lr", "step_size", "mode", "gamma")),
    "InverseSquareRootScheduler": _Schedule(_inverse_sqrt, ("warmup_steps",)),
    "IntervalScheduler": _Schedule(_intervals, ("intervals",)),
    "LinearScheduler": _Schedule(_linear, ("initial_value", "final_value", "epoch_count"), by_epoch=True),
    "StepScheduler": _Schedule(_step, ("initial_value", "decay_factor", "decay_drop", "half_life"), by_epoch=True),
}
"""The supported schedulers by their class."""
