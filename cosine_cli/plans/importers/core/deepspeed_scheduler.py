"""Read the scheduler of a DeepSpeed config, whose rates are one step late: its first step repeats the initial rate.

The formulas are those of ``deepspeed/runtime/lr_schedules.py`` of DeepSpeed 0.15 to 0.19.8. The values of ``auto`` are
those of ``HfTrainerDeepSpeedConfig`` in ``transformers/integrations/deepspeed.py`` of Transformers 5.23.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec, labelled
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import Phase, in_turn
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags

SEARCH = "LRRangeTest"
"""A search for a learning rate, not a schedule."""

AUTO = "auto"
"""A value that the Trainer of transformers replaces before DeepSpeed reads it."""

PEAK, STEPS, MIN_SHARE, FIRST = 1e-3, 1000, 1e-4, 2000
"""Defaults of the schedulers: peak rate, length of the warmup, final share of the cosine, length of a cycle's rise."""

MOMENTUM = ("cycle_momentum", "cycle_min_mom", "cycle_max_mom", "decay_mom_rate")

OF_OPTIMIZER = ("WarmupLR", "WarmupCosineLR")
"""Schedulers whose peak is the rate of the optimizer, if they do not set it."""

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


class Trainer(Protocol):
    """The values that the ``Trainer`` of transformers fills in for ``auto``."""

    @property
    def lr(self) -> RawValue:
        """The argument ``learning_rate``."""

    @property
    def steps(self) -> RawValue:
        """The number of optimizer steps."""

    @property
    def max_steps(self) -> int | None:
        """The number of optimizer steps in the arguments, None if they count epochs."""

    @property
    def warmup(self) -> RawValue:
        """The number of steps of the warmup."""

    def defaults(self, run: Mapping[str, RawValue]) -> Iterator[str]:
        """Yield the defaults of the program that are used in a run."""


@dataclass(frozen=True)
class _Source:
    """What a schedule is computed from.

    - ``kind``: the name of the scheduler.
    - ``params``: its parameters.
    - ``config``: the whole config.
    - ``flags``: the options of the run.
    - ``where``: the place of the scheduler.
    - ``trainer``: the Trainer that the config belongs to, if any.
    - ``defaults``: the defaults of DeepSpeed that are used.
    """

    kind: str
    params: MappingReader
    config: MappingReader
    flags: Flags
    where: str
    trainer: Trainer | None
    defaults: list[str] = field(default_factory=list)

    @property
    def optimizer(self) -> MappingReader | None:
        """The parameters of the optimizer."""
        return _optimizer(self.config)

    def optimizer_rate(self) -> RawValue:
        """Return the learning rate of the optimizer."""
        if self.optimizer is not None and "lr" in self.optimizer:
            return self._rate(self.optimizer, "lr")
        if self.flags.lr is not None:
            return self.flags.lr
        if self.trainer is not None:
            return self.trainer.lr
        raise (self.optimizer or self.config.mapping("optimizer") or self.config).missing("lr", hint="pass --lr")

    def peak(self, default: float | None) -> RawValue:
        """Return the peak rate, by default that of the optimizer if ``default`` is None."""
        if "warmup_max_lr" in self.params:
            return self._rate(self.params, "warmup_max_lr")
        if default is None or "warmup_max_lr" in self.params.node.keys:
            return self.optimizer_rate()
        if self.flags.lr is not None:
            return self.flags.lr
        self.defaults.append(f"warmup_max_lr={default:g}")
        return computed_value(default, self.params.where)

    def _rate(self, reader: MappingReader, name: str) -> RawValue:
        """Return a rate: of the option, or of the file, where the Trainer fills in ``auto``."""
        if self.flags.lr is not None:
            return self.flags.lr
        if self.trainer is not None and _is_auto(reader, name):
            return self.trainer.lr
        value = reader.computed(reader.number(name, above=0), name)
        if self.trainer is not None:
            _check_equal(reader, name, float(value.text), "learning_rate", float(self.trainer.lr.text))
        return value

    def steps(self) -> RawValue:
        """Return the length of the run in steps."""
        name = "total_num_steps"
        if self.flags.length is not None:
            return self.flags.length
        if self.trainer is not None and (name not in self.params or _is_auto(self.params, name)):
            return self.trainer.steps
        if name not in self.params:
            raise user_error(self.where, f"number of steps unknown: {name} is not set", hint="pass --steps")
        steps = self.params.count(name, at_least=1)
        if self.trainer is not None and self.trainer.max_steps is not None:
            _check_equal(self.params, name, steps, "max_steps", self.trainer.max_steps)
        return self.params.computed(steps, name)

    @property
    def warmup(self) -> int:
        """The length of the warmup in steps; DeepSpeed replaces 1 by 2, and the Trainer 0 by 1."""
        name = "warmup_num_steps"
        length = self.flags.warmup(int(self.steps().text))
        if length is not None:
            return max(2, length)
        if self.trainer is not None and _is_auto(self.params, name):
            return max(2, int(self.trainer.warmup.text))
        if name not in self.params:
            self.defaults.append(f"{name}={STEPS}")
        steps = self.params.count(name, STEPS, at_least=1)
        if self.trainer is not None and name in self.params:
            _check_equal(self.params, name, steps, "warmup_steps", max(1, int(self.trainer.warmup.text)))
        return max(2, steps)

    @property
    def lowest(self) -> float:
        """The initial rate of the warmup; ``auto`` is 0."""
        if _is_auto(self.params, "warmup_min_lr"):
            return 0.0
        return self.params.number("warmup_min_lr", 0.0, at_least=0)

    @property
    def is_linear(self) -> bool:
        """Whether the warmup is linear: DeepSpeed reads any other word as logarithmic."""
        if "warmup_type" not in self.params:
            self.defaults.append("warmup_type=log")
        return self.params.word("warmup_type", "log") == "linear"

    @property
    def shape(self) -> str:
        """The shape of the warmup, in words."""
        return "linear" if self.is_linear else "logarithmic"

    def ramp(self, first: float, peak: float, *, start: float) -> list[Phase]:
        """Return the warmup: ``start`` at step 0, ``first`` at step 1, and up to the peak.

        The rate that the constructor sets lasts one step and delays the rest.
        """
        length, where = self.warmup, self.params.place("warmup_num_steps")
        if first > peak:
            raise self.params.invalid("warmup_min_lr", f"warmup_min_lr must be at most the peak rate ({peak:g})")
        if self.is_linear:
            return [Phase(interpolated_spec({0: start, 1: first, length + 1: peak}, where), length + 1)]
        rates = {"lr": computed_value(peak, where), "warmup_start": computed_value(first, where)}
        times = {"warmup": computed_value(length, where), "begin": computed_value(1, where)}
        ramp = CurveSpec("log_warmup", where, "step", {**rates, **times})
        if start == first:
            return [Phase(ramp, length + 1)]
        return [Phase(interpolated_spec({0: start, 1: first}, where), 1), Phase(ahead(ramp, 1), length)]

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return CurveSpec(name, self.where, "step", params)

    def sequence(self, parts: Sequence[Phase], then: CurveSpec | None = None) -> CurveSpec:
        """Return some curves, each for its steps, and another one after them; without one, the last one continues."""
        return in_turn(parts[:-1], parts[-1].curve) if then is None else in_turn(parts, then)


class _Schedule(NamedTuple):
    """A schedule: its curve, the peak rate, the length of the run in steps, and a description."""

    curve: CurveSpec
    lr: RawValue
    steps: RawValue
    words: str


def has_scheduler(config: MappingReader) -> bool:
    """Return whether a DeepSpeed config has a scheduler, which replaces that of the Trainer."""
    return "scheduler" in config


def load_scheduler(config: MappingReader, flags: Flags, trainer: Trainer | None = None) -> Request:
    """Return the scheduler of a DeepSpeed config as schedules of cosine-lr."""
    scheduler = config.mapping("scheduler")
    if scheduler is None:
        hint = "if that of the TrainingArguments is used, pass them too, with --combine"
        raise config.missing("scheduler", reason="schedulers created in code cannot be read", hint=hint)
    kind = _kind(scheduler)
    params = scheduler.mapping("params") or MappingReader(scheduler.node._replace(pairs=()))
    _check_parameters(params, kind)
    source = _Source(kind, params, config, flags, scheduler.place("type"), trainer)
    if "warmup_num_steps" not in PARAMETERS[kind]:
        flags.check_no_warmup(kind)
    _check_auto(source)
    schedule = SCHEDULES[kind](source)
    momentum = [name for name in MOMENTUM if name in params]
    warmup = source.warmup if "warmup_num_steps" in PARAMETERS[kind] else 0
    run = {"lr": schedule.lr, "steps": schedule.steps}
    defaults = [*(trainer.defaults(run) if trainer is not None else ()), *dict.fromkeys(source.defaults)]
    return Request(
        unit="step",
        run=run,
        curves=(labelled(schedule.curve._replace(where=source.where), kind),),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(f"{kind} ({schedule.words})", f"{schedule.steps.text} steps", defaults=defaults, warmup=warmup),
            *_peak_notes(source, schedule),
            *ignored(f"{either(momentum, last='and')} (not a learning rate)" if momentum else ""),
        ),
    )


def _peak_notes(source: _Source, schedule: _Schedule) -> Iterator[str]:
    """Yield where the peak is from if neither the scheduler nor an option sets it."""
    is_set = "warmup_max_lr" in source.params.node.keys or source.flags.lr is not None
    if is_set or "warmup_max_lr" not in PARAMETERS[source.kind]:
        return
    if source.kind in OF_OPTIMIZER:
        yield f"the peak is the rate of the optimizer; before DeepSpeed 0.17 warmup_max_lr is {PEAK:g} by default"
    else:
        yield f"the peak is {schedule.lr.text}, the default of warmup_max_lr, not the rate of the optimizer"


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


def _check_auto(source: _Source) -> None:
    """Raise RequestError with all values that are ``auto`` and that no option or Trainer gives."""
    if source.trainer is not None:
        return
    autos = [*_autos(source)]
    if not autos:
        return
    reader, name, _ = autos[0]
    names = either([name for _, name, _ in autos], last="and")
    needed = [option for _, _, option in autos]
    options = ["--lr"] * ("lr" in needed) + ["--steps"] * (_lacks_length(source)) + ["--warmup"] * ("warmup" in needed)
    numbers = "a number" if len(needed) == 1 else "numbers"
    rule = f"{names} must be {numbers}: only the Trainer of transformers fills in 'auto'"
    hint = f"pass {either(options, last='and')}, or also the TrainingArguments with --combine"
    raise user_error(reader.place(name), rule, hint=hint)


def _autos(source: _Source) -> Iterator[tuple[MappingReader, str, str]]:
    """Yield the values that are ``auto``, each with the option that is not given instead."""
    given = source.flags.given
    of_optimizer = source.kind in OF_OPTIMIZER and "warmup_max_lr" not in source.params
    if of_optimizer and source.optimizer is not None and _is_auto(source.optimizer, "lr") and "lr" not in given:
        yield source.optimizer, "lr", "lr"
    for name, option in (("warmup_max_lr", "lr"), ("warmup_num_steps", "warmup")):
        if _is_auto(source.params, name) and option not in given:
            yield source.params, name, option
    if _is_auto(source.params, "total_num_steps") and _lacks_length(source):
        yield source.params, "total_num_steps", "steps"


def _lacks_length(source: _Source) -> bool:
    """Return whether neither the file nor an option gives the length of the run."""
    in_file = "total_num_steps" in source.params and not _is_auto(source.params, "total_num_steps")
    return not in_file and not {"steps", "epochs"} & source.flags.given.keys()


def _is_auto(reader: MappingReader, name: str) -> bool:
    return name in reader and reader.values[name].text == AUTO


def check_optimizer(config: MappingReader, trainer: Trainer) -> None:
    """Raise RequestError if the rate of the optimizer differs from the Trainer's."""
    optimizer = _optimizer(config)
    if optimizer is not None and "lr" in optimizer and not _is_auto(optimizer, "lr"):
        _check_equal(optimizer, "lr", optimizer.number("lr"), "learning_rate", float(trainer.lr.text))


def _optimizer(config: MappingReader) -> MappingReader | None:
    """Return the parameters of the optimizer, None if there are none."""
    optimizer = config.mapping("optimizer")
    return optimizer.mapping("params") if optimizer else None


def _check_equal(reader: MappingReader, name: str, value: float, argument: str, expected: float) -> None:
    """Raise RequestError if a value differs from the Trainer's, which then does not start."""
    if value != expected:
        rule = f"{name} must be auto, or equal to {argument} of the TrainingArguments ({expected:g})"
        raise reader.invalid(name, rule)


def _warmup(source: _Source) -> _Schedule:
    peak, low = source.peak(None), source.lowest
    curve = source.sequence(source.ramp(low, float(peak.text), start=low))
    return _Schedule(curve, peak, source.steps(), f"{source.shape} warmup, then constant")


def _warmup_decay(source: _Source) -> _Schedule:
    peak, low, steps = source.peak(PEAK), source.lowest, source.steps()
    left = int(steps.text) - source.warmup
    end = computed_value(low, peak.where)
    decay = source.curve("linear", lr=peak, min_lr=end, total=computed_value(left, steps.where))
    ramp = source.ramp(low, float(peak.text), start=low)
    curve = source.sequence(ramp, decay if left > 1 else None)
    return _Schedule(curve, peak, steps, f"{source.shape} warmup, then linear decay")


def _warmup_cosine(source: _Source) -> _Schedule:
    peak, steps = source.optimizer_rate(), source.steps()
    rate, left = float(peak.text), int(steps.text) - source.warmup
    if "cos_min_ratio" not in source.params:
        source.defaults.append(f"cos_min_ratio={MIN_SHARE:g}")
    first = source.params.number("warmup_min_ratio", 0.0, at_least=0, at_most=1) * rate
    low = source.params.number("cos_min_ratio", MIN_SHARE, at_least=0, at_most=1) * rate
    end = source.params.computed(low, "cos_min_ratio")
    cosine = source.curve("cosine", lr=peak, min_lr=end, total=computed_value(left, steps.where))
    ramp = source.ramp(first, rate, start=0.0)
    curve = source.sequence(ramp, ahead(cosine, 1) if left > 1 else None)
    return _Schedule(curve, peak, steps, f"{source.shape} warmup, then cosine decay")


def _one_cycle(source: _Source) -> _Schedule:
    params = source.params
    for name in ("cycle_first_stair_count", "cycle_second_stair_count"):
        if params.count(name, 0):
            raise params.invalid(
                name,
                f"{name} must be 0: DeepSpeed 0.19 changes the rate in stairs, older versions do not",
                hint="set it to 0 if the version is older",
            )
    low = params.number("cycle_min_lr", at_least=0)
    high = source.flags.lr or params.computed(params.number("cycle_max_lr", above=0), "cycle_max_lr")
    if "cycle_first_step_size" not in params:
        source.defaults.append(f"cycle_first_step_size={FIRST}")
    first = params.count("cycle_first_step_size", FIRST, at_least=1)
    length = first + params.count("cycle_second_step_size", first, at_least=1)
    steps = source.steps()
    cycle = interpolated_spec({0: low, first: float(high.text), length: low}, source.where)
    rate, every = params.number("decay_lr_rate", 0.0, at_least=0), params.count("decay_step_size", 0, at_least=0)
    if not rate or not every or not low:
        return _Schedule(cycle, high, steps, "one cycle, then constant")
    if int(steps.text) <= length:
        return _Schedule(cycle, high, steps, "one cycle (its decay begins after the run)")
    timescale = params.computed(every / rate, "decay_step_size")
    decay = source.curve("inverse_time", lr=computed_value(low, cycle.where), timescale=timescale)
    return _Schedule(source.sequence([Phase(cycle, length)], decay), high, steps, "one cycle, then decay")


SCHEDULES: dict[str, Callable[[_Source], _Schedule]] = {
    "WarmupLR": _warmup,
    "WarmupDecayLR": _warmup_decay,
    "WarmupCosineLR": _warmup_cosine,
    "OneCycle": _one_cycle,
}
"""The supported schedulers by their ``type``."""
