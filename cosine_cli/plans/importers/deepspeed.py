"""Import a DeepSpeed config: its schedulers, one step late because DeepSpeed's first step repeats the start."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, curve_list, interpolated_spec, labelled
from cosine_cli.plans.importers.core.evidence import All, Check, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import changes_rate, check_kind
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

SEARCH = "LRRangeTest"
"""A search for a learning rate, not a schedule."""

AUTO = "auto"
"""A value that the Trainer of transformers replaces before DeepSpeed reads it."""

PEAK, STEPS, MIN_SHARE, FIRST = 1e-3, 1000, 1e-4, 2000
"""Defaults of the schedulers: peak rate, length of the warmup, final share of the cosine, length of a cycle's rise."""

MOST_POINTS = 8_000
"""The most points of a table in a config; a logarithmic warmup has one per step."""

MOMENTUM = ("cycle_momentum", "cycle_min_mom", "cycle_max_mom", "decay_mom_rate")

WARMUP = ("warmup_num_steps", "warmup_type", "last_batch_iteration")
PARAMETERS = {
    "WarmupLR": ("warmup_min_lr", "warmup_max_lr", *WARMUP),
    "WarmupDecayLR": ("total_num_steps", "warmup_min_lr", "warmup_max_lr", *WARMUP),
    "WarmupCosineLR": ("total_num_steps", "warmup_min_ratio", "cos_min_ratio", *WARMUP),
    "OneCycle": (
        *("cycle_min_lr", "cycle_max_lr", "decay_lr_rate", "cycle_first_step_size", "cycle_second_step_size"),
        *("cycle_first_stair_count", "cycle_second_stair_count", "decay_step_size", *MOMENTUM, "last_batch_iteration"),
    ),
}
"""The parameters of each supported scheduler: DeepSpeed raises an error for others."""


def _other_rate(top: Node) -> bool:
    return any(changes_rate(key) for key in top.keys - {"scheduler"})


FORMAT = Format(
    "DeepSpeed config",
    needs=(
        one_of(
            Key("scheduler.type", among=(*PARAMETERS, SEARCH)),
            *("zero_optimization", "train_micro_batch_size_per_gpu"),
            All("train_batch_size", "steps_per_print"),
        ),
    ),
    excludes=(
        Check("another top-level key that sets the rate", _other_rate),
        Key("train_iters|train-iters|num_layers|num-layers|log_history"),  # gpt-neox, and a trainer state
    ),
    reads="scheduler, and the rate of optimizer",
    options=(*RUN, "warmup"),
    unknown={
        "--lr": "the peak rate, if it is auto",
        "--steps": "the length of the run of WarmupLR and OneCycle, or if total_num_steps is auto",
        "--warmup": "the length of the warmup, if it is auto",
    },
)


@dataclass(frozen=True)
class _Source:
    """What a schedule is computed from.

    - ``params``: the parameters of the scheduler.
    - ``config``: the whole config.
    - ``flags``: the options of the run.
    - ``where``: the place of the scheduler.
    """

    params: MappingReader
    config: MappingReader
    flags: Flags
    where: str

    def optimizer_rate(self) -> RawValue:
        """Return the learning rate of the optimizer, or of the option."""
        if self.flags.lr is not None:
            return self.flags.lr
        optimizer = self.config.mapping("optimizer")
        params = optimizer.mapping("params") if optimizer else None
        if params is None or "lr" not in params:
            raise (params or optimizer or self.config).missing("lr", hint="pass --lr")
        _check_auto(params, "lr", hint="pass --lr")
        return params.computed(params.number("lr", above=0), "lr")

    def peak(self, default: float | None) -> RawValue:
        """Return the peak rate: of the option, of the scheduler, the default, or of the optimizer."""
        if self.flags.lr is not None:
            return self.flags.lr
        if "warmup_max_lr" in self.params:
            _check_auto(self.params, "warmup_max_lr", hint="pass --lr")
            return self.params.computed(self.params.number("warmup_max_lr", above=0), "warmup_max_lr")
        is_null = "warmup_max_lr" in self.params.node.keys
        return self.optimizer_rate() if default is None or is_null else computed_value(default, self.params.where)

    def steps(self) -> RawValue:
        """Return the length of the run in steps."""
        if self.flags.length is not None:
            return self.flags.length
        if "total_num_steps" not in self.params:
            raise user_error(self.where, "number of steps unknown: total_num_steps is not set", hint="pass --steps")
        _check_auto(self.params, "total_num_steps", hint="pass --steps")
        return self.params.computed(self.params.count("total_num_steps", at_least=1), "total_num_steps")

    @property
    def warmup(self) -> int:
        """The length of the warmup in steps, of the option or of the scheduler; DeepSpeed replaces 1 by 2."""
        length = self.flags.warmup(int(self.steps().text))
        if length is not None:
            if length < 1:
                raw = self.flags.given["warmup"]
                raise user_error(raw.where, "must be at least 1 for DeepSpeed", got=raw.echo)
            return max(2, length)
        _check_auto(self.params, "warmup_num_steps", hint="pass --warmup")
        return max(2, self.params.count("warmup_num_steps", STEPS, at_least=1))

    @property
    def lowest(self) -> float:
        """The initial rate of the warmup; ``auto`` is 0."""
        if "warmup_min_lr" in self.params and self.params.word("warmup_min_lr") == AUTO:
            return 0.0
        return self.params.number("warmup_min_lr", 0.0, at_least=0)

    @property
    def is_linear(self) -> bool:
        """Whether the warmup is linear: DeepSpeed reads any other word as logarithmic."""
        return self.params.word("warmup_type", "log") == "linear"

    @property
    def shape(self) -> str:
        """The shape of the warmup, in words."""
        return "linear" if self.is_linear else "logarithmic"

    def warmup_rates(self, start: float, first: float, peak: float, after: float) -> dict[int, float]:
        """Return the rates of the warmup by step: ``start`` at step 0, from ``first`` to the peak, then ``after``.

        A logarithmic warmup reaches the peak after ``warmup`` steps. A linear one reaches it only if ``after`` is the
        peak: the rate set by the constructor lasts one step and delays the rest.
        """
        length = self.warmup
        if not self.is_linear:
            self._check_points(length)
            points = {0: start} | {t: _lerp(first, peak, math.log(t) / math.log(length)) for t in range(1, length)}
            return {**points, length: peak, length + 1: after}
        last = {} if after == peak else {length: _lerp(first, peak, (length - 1) / length)}
        return {0: start, 1: first, **last, length + 1: after}

    def table(self, points: dict[int, float]) -> CurveSpec:
        """Return the rates at some steps, with straight lines between them."""
        return interpolated_spec(points, self.params.place("warmup_num_steps"))

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return CurveSpec(name, self.where, "step", params)

    def sequence(self, first: CurveSpec, steps: int, then: CurveSpec) -> CurveSpec:
        """Return a curve for some steps and another one after it."""
        limited = first._replace(params={**first.params, "for": computed_value(steps, first.where)})
        return self.curve("sequence", of=curve_list((limited, then), self.where))

    def _check_points(self, length: int) -> None:
        if length >= MOST_POINTS:
            rule = f"a logarithmic warmup must be shorter than {MOST_POINTS:,} steps"
            raise user_error(self.params.place("warmup_num_steps"), rule, got=f"{length:,}")


class _Schedule(NamedTuple):
    """A schedule: its curve, the peak rate, the length of the run in steps, and a description."""

    curve: CurveSpec
    lr: RawValue
    steps: RawValue
    words: str


def load(top: Node, flags: Flags) -> Request:
    """Return the scheduler of the config as schedules of cosine-lr."""
    config = MappingReader(top)
    scheduler = config.mapping("scheduler")
    if scheduler is None:
        raise config.missing("scheduler", reason="schedulers created in code cannot be read")
    kind = _kind(scheduler)
    params = scheduler.mapping("params") or MappingReader(scheduler.node._replace(pairs=()))
    _check_parameters(params, kind)
    source = _Source(params, config, flags, scheduler.place("type"))
    _check_warmup(source, kind)
    schedule = SCHEDULES[kind](source)
    momentum = [name for name in MOMENTUM if name in params]
    return Request(
        unit="step",
        run={"lr": schedule.lr, "steps": schedule.steps},
        curves=(labelled(schedule.curve._replace(where=source.where), kind),),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(f"{kind} ({schedule.words})", f"{schedule.steps.text} steps"),
            *ignored(f"{either(momentum, last='and')} (not a learning rate)" if momentum else ""),
        ),
    )


def _kind(scheduler: MappingReader) -> str:
    if scheduler.word("type") == SEARCH:
        raise scheduler.invalid("type", "type must be a schedule: a range test is a search for a learning rate")
    return check_kind(scheduler, "type", SCHEDULES)


def _check_parameters(params: MappingReader, kind: str) -> None:
    known = PARAMETERS[kind]
    for name in params.others(known):
        hint = did_you_mean(name, known) or f"it takes {either(known, last='and')}"
        raise user_error(params.place(name), f"{kind} has no parameter {quote(name)}", hint=hint)
    if params.count("last_batch_iteration", -1, at_least=-1) != -1:
        rule = "last_batch_iteration must be -1: a resumed schedule cannot be read"
        raise params.invalid("last_batch_iteration", rule)


def _check_warmup(source: _Source, kind: str) -> None:
    """Raise RequestError if the option ``--warmup`` is given for a scheduler without a warmup."""
    raw = source.flags.given.get("warmup")
    if raw is not None and "warmup_num_steps" not in PARAMETERS[kind]:
        raise user_error(raw.where, f"{kind} does not have a warmup", got=raw.echo)


def _check_auto(params: MappingReader, name: str, *, hint: str) -> None:
    if name in params and params.word(name) == AUTO:
        raise params.invalid(name, f"{name} must be a number: only the transformers Trainer fills in 'auto'", hint=hint)


def _lerp(low: float, high: float, share: float) -> float:
    return low + (high - low) * share


def _warmup(source: _Source) -> _Schedule:
    peak, low = source.peak(None), source.lowest
    rate = float(peak.text)
    curve = source.table(source.warmup_rates(low, low, rate, rate))
    return _Schedule(curve, peak, source.steps(), f"{source.shape} warmup, then constant")


def _warmup_decay(source: _Source) -> _Schedule:
    peak, low, steps = source.peak(PEAK), source.lowest, source.steps()
    total, rate = int(steps.text), float(peak.text)
    # A warmup as long as the run leaves no steps for the decay: the rate drops.
    end = {total + 1: low} if total > source.warmup else {}
    points = source.warmup_rates(low, low, rate, rate if end else low) | end
    return _Schedule(source.table(points), peak, steps, f"{source.shape} warmup, then linear decay")


def _warmup_cosine(source: _Source) -> _Schedule:
    peak, steps = source.optimizer_rate(), source.steps()
    rate, left = float(peak.text), int(steps.text) - source.warmup
    start = source.params.number("warmup_min_ratio", 0.0, at_least=0) * rate
    low = source.params.number("cos_min_ratio", MIN_SHARE, at_least=0) * rate
    words = f"{source.shape} warmup, then cosine decay"
    if left <= 1:
        return _Schedule(source.table(source.warmup_rates(0.0, start, rate, low)), peak, steps, words)
    warmup = source.table(source.warmup_rates(0.0, start, rate, rate))
    end = source.params.computed(low, "cos_min_ratio")
    cosine = source.curve("cosine", lr=peak, min_lr=end, total=computed_value(left, steps.where))
    ahead = computed_value(1, source.where)
    decay = source.curve("retime", ahead=ahead, of=curve_list((cosine,), source.where))
    return _Schedule(source.sequence(warmup, source.warmup + 1, decay), peak, steps, words)


def _one_cycle(source: _Source) -> _Schedule:
    params = source.params
    for name in ("cycle_first_stair_count", "cycle_second_stair_count"):
        if params.count(name, 0):
            raise params.invalid(name, f"{name} must be 0: staircases are not supported")
    low = params.number("cycle_min_lr", at_least=0)
    high = source.flags.lr or params.computed(params.number("cycle_max_lr", above=0), "cycle_max_lr")
    first = params.count("cycle_first_step_size", FIRST, at_least=1)
    length = first + params.count("cycle_second_step_size", first, at_least=1)
    steps = source.steps()
    cycle = source.table({0: low, first: float(high.text), length: low})
    rate, every = params.number("decay_lr_rate", 0.0, at_least=0), params.count("decay_step_size", 0, at_least=0)
    if not rate or not every or not low:
        return _Schedule(cycle, high, steps, "one cycle, then constant")
    if int(steps.text) <= length:
        return _Schedule(cycle, high, steps, "one cycle (its decay begins after the run)")
    timescale = params.computed(every / rate, "decay_step_size")
    decay = source.curve("inverse_time", lr=computed_value(low, cycle.where), timescale=timescale)
    return _Schedule(source.sequence(cycle, length, decay), high, steps, "one cycle, then decay")


SCHEDULES: dict[str, Callable[[_Source], _Schedule]] = {
    "WarmupLR": _warmup,
    "WarmupDecayLR": _warmup_decay,
    "WarmupCosineLR": _warmup_cosine,
    "OneCycle": _one_cycle,
}
"""The supported schedulers by their ``type``."""
