"""Import a config of llm-foundry: the schedulers of Composer, whose times have a unit.

Source: Composer 0.32.1, ``composer/optim/scheduler.py`` (``_convert_time`` truncates) and ``composer/core/time.py``;
llm-foundry 0.22.0, ``llmfoundry/optim/scheduler.py`` (the inverse square root); bert24 (ModernBERT),
``src/scheduler.py`` (``warmup_stable_decay``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_curve, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.durations import Duration, duration
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.linear_warmup import line, warmed_up
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.omegaconf import interpolated
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.stable_decay import Rates, Stages, stable_decay
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import either, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.read_as import ReadAs
    from cosine_cli.plans.parse.node import Node

BATCH, EPOCH, SAMPLE, TOKEN, SHARE = "ba", "ep", "sp", "tok", "dur"
UNITS = (BATCH, EPOCH, SAMPLE, TOKEN, SHARE)

WHOLE = Duration(1.0, SHARE)

DECAY = Duration(0.1, SHARE)
"""The default of ``t_decay``."""

WRAPPER = "parameters"
"""The key of a MosaicML run file that contains the config."""

_TIME = r"(?i)[\d._]+(e\d+)?\s*(ba|ep|sp|tok|dur|iter|sec)"


def _somewhere(path: str, pattern: str = "") -> tuple[Key, Key]:
    example = "100ba" if pattern else ""
    return Key(path, pattern=pattern, example=example), Key(f"{WRAPPER}.{path}", pattern=pattern, example=example)


FORMAT = Format(
    "llm-foundry config",
    needs=(
        one_of(*_somewhere("scheduler.name")),
        one_of(*_somewhere("scheduler.t_warmup", rf"{_TIME}|\$\{{.*\}}")),
        one_of(*_somewhere("max_duration", rf"{_TIME}|\d+|\$\{{.*\}}"), *_somewhere("train_loader")),
    ),
    excludes=(one_of(*_somewhere("optimizer.learning_rate")),),
    files="YAML config, also of ModernBERT",
    reads="`scheduler`, `optimizer.lr` and `max_duration`",
    options=RUN,
    budget=BudgetKeys(
        keys={"global_batch_size": "global_train_batch_size", "sequence_length": "max_seq_len"},
        refused=dict.fromkeys(("dataset_size", "drop_last"), "its loaders repeat, drop or pack samples"),
    ),
    replacement_keys={"warmup": "scheduler.t_warmup"},
    unknown={
        "--steps-per-epoch": "the steps per epoch, if `max_duration` or a time of the scheduler counts epochs",
        "--steps": "the length of the run, if `max_duration` is missing",
        "--lr": "the rate, if `optimizer.lr` is missing",
    },
)


class _Time(NamedTuple):
    """A time that is converted to the unit of the run: a whole number of batches, samples or tokens."""

    value: int
    unit: str


@dataclass(frozen=True)
class _Run:
    """The run: its length, and what its units are in steps."""

    config: MappingReader
    flags: Flags

    @property
    def scheduler(self) -> MappingReader:
        """The scheduler."""
        scheduler = self.config.mapping("scheduler")
        if scheduler is None:
            raise self.config.missing("scheduler")
        return scheduler

    @property
    def where(self) -> str:
        """The place of the scheduler."""
        return self.scheduler.place("name")

    @property
    def length(self) -> _Time:
        """The length of the run in its unit; epochs become batches."""
        given = self.flags.length
        unit = self._max_duration.unit if "max_duration" in self.config else BATCH
        if given is not None:
            steps = int(given.text)
            return _Time(steps, BATCH) if unit == EPOCH else _Time(steps * self.per_step(unit, "max_duration"), unit)
        if "max_duration" not in self.config:
            raise self.config.missing("max_duration", hint="pass --steps")
        value = int(self._max_duration.value)
        if value < 1:
            raise self.config.invalid("max_duration", "max_duration must be at least 1")
        if unit == EPOCH:
            return _Time(value * self.steps_per_epoch(self.config, "max_duration"), BATCH)
        return _Time(value, unit)

    @property
    def steps(self) -> RawValue:
        """The length of the run in steps."""
        if self.flags.length is not None:
            return self.flags.length
        length = self.length
        return self.config.computed(
            math.ceil(length.value / self.per_step(length.unit, "max_duration")), "max_duration"
        )

    def time(self, name: str, default: Duration | None = None) -> float:
        """Return a time of the scheduler in steps; raise RequestError if its unit is not that of the run."""
        time = self._converted(name, default)
        unit = self.length.unit
        if time.unit != unit:
            rule = f"{name} must have the unit of max_duration, {unit}: Composer does not convert {time.unit}"
            raise self.scheduler.invalid(name, rule)
        return time.value / self.per_step(unit, name)

    @property
    def total(self) -> float:
        """The step that the schedule ends with, ``t_max``, which is not before the end of the run."""
        total, steps = self.time("t_max", WHOLE), self.length.value / self.per_step(self.length.unit, "t_max")
        if total < steps:
            raise self.scheduler.invalid("t_max", f"t_max must not be less than max_duration ({steps:g} steps)")
        return total

    def per_step(self, unit: str, name: str) -> int:
        """Return how many batches, samples or tokens a step has; ``name`` is the time that needs it."""
        if unit == BATCH:
            return 1
        if "global_train_batch_size" not in self.config:
            raise self.config.missing("global_train_batch_size", reason=f"{name} counts samples or tokens")
        batch = self.config.count("global_train_batch_size", at_least=1)
        return batch if unit == SAMPLE else batch * self._tokens_per_sample

    def steps_per_epoch(self, reader: MappingReader, name: str) -> int:
        """Return the steps per epoch, which the time ``name`` needs."""
        if self.flags.steps_per_epoch is None:
            hint = "pass --steps-per-epoch" + (" or --steps" if name == "max_duration" else "")
            raise user_error(reader.place(name), f"{UNKNOWN_STEPS_PER_EPOCH}: {name} counts epochs", hint=hint)
        return self.flags.steps_per_epoch

    @property
    def _max_duration(self) -> Duration:
        length = _time_of(self.config, "max_duration", ("", *UNITS[:-1]))
        return length if length.unit else length._replace(unit=EPOCH)

    @property
    def _tokens_per_sample(self) -> int:
        loader = self.config.mapping("train_loader")
        if loader is not None and "batch_size_warmup_tokens" in loader:
            rule = "batch_size_warmup_tokens must be null: with a batch size that grows, tokens are not steps"
            raise loader.invalid("batch_size_warmup_tokens", rule)
        variables = self.config.mapping("variables")
        source = variables if "max_seq_len" not in self.config and variables is not None else self.config
        if "max_seq_len" not in source:
            raise self.config.missing("max_seq_len", reason="a time counts tokens")
        return source.count("max_seq_len", at_least=1)

    def _converted(self, name: str, default: Duration | None) -> _Time:
        """Return a time as ``_convert_time`` converts it."""
        time = default if default and name not in self.scheduler else _time_of(self.scheduler, name, UNITS)
        if time.unit == SHARE:
            return _Time(int(time.value * self.length.value), self.length.unit)
        if time.unit == EPOCH:
            return _Time(int(time.value * self.steps_per_epoch(self.scheduler, name)), BATCH)
        return _Time(int(time.value), time.unit)


def _time_of(reader: MappingReader, name: str, units: tuple[str, ...]) -> Duration:
    time = duration(reader, name, units, "100ba")
    if time.unit != SHARE and not time.value.is_integer():
        raise reader.invalid(name, f"{name} must be a whole number of {time.unit}")
    return time


@dataclass(frozen=True)
class _Source:
    """A scheduler of a run, its factors with their defaults, and the rate of the optimizer."""

    run: _Run
    factors: DefaultsReader
    lr: float

    @property
    def scheduler(self) -> MappingReader:
        """The scheduler."""
        return self.run.scheduler

    @property
    def warmup(self) -> float:
        """The length of the warmup in steps."""
        return self.run.time("t_warmup")

    def end(self, first: float = 1.0) -> float:
        """Return the rate at the end of a decay from ``first`` times the rate of the optimizer."""
        return self.lr * self.factors.number("alpha_f", at_least=0, at_most=first)

    def curve(self, name: str, **params: float) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return computed_curve(name, self.run.where, **params)

    def warmed_up(self, curve: CurveSpec, peak: float) -> CurveSpec:
        """Return a curve after the warmup."""
        return warmed_up(curve, 0.0, peak, self.warmup, float(self.run.steps.text))

    def decay(self, name: str, peak: float, end: float) -> CurveSpec:
        """Return the warmup and a decay to ``t_max``; without time for the decay, the rate stays."""
        length = self.run.total - self.warmup
        if length > 0:
            return self.warmed_up(self.curve(name, lr=peak, min_lr=end, total=length), peak)
        return self.warmed_up(self.curve("constant", lr=peak), peak)


def _cosine(source: _Source) -> CurveSpec:
    return source.decay("cosine", source.lr, source.end())


def _linear(source: _Source) -> CurveSpec:
    first = source.scheduler.number("alpha_i", 1.0, above=0)
    return source.decay("linear", source.lr * first, source.end(first))


def _constant(source: _Source) -> CurveSpec:
    peak = source.lr * source.scheduler.number("alpha", 1.0, above=0)
    return source.decay("linear", peak, peak)


def _inverse_sqrt(source: _Source) -> CurveSpec:
    for name in ("alpha_f_decay", "alpha_f_cooldown"):
        if source.scheduler.number(name, 0.0, at_least=0, at_most=1):
            rule = f"{name} must be 0: no curve is an inverse square root above a constant"
            raise source.scheduler.invalid(name, rule)
    for name in ("t_warmup", "t_scale", "t_cooldown"):
        if name in source.scheduler and _time_of(source.scheduler, name, UNITS).unit == SHARE:
            raise source.scheduler.invalid(name, f"{name} must not be a share of the run, as llm-foundry requires")
    scale, cooldown = source.run.time("t_scale"), source.run.time("t_cooldown")
    if scale <= 0:
        raise source.scheduler.invalid("t_scale", "t_scale must be above 0")
    decay = source.warmed_up(source.curve("inverse_sqrt", lr=source.lr, timescale=scale), source.lr)
    end, warmup, run = source.run.time("t_max", WHOLE), source.warmup, float(source.run.steps.text)
    start = max(end - cooldown, warmup)
    if start >= run:
        return decay
    left = source.lr / math.sqrt(1 + (start - warmup) / scale)
    last = source.curve("linear", lr=left, total=cooldown) if cooldown else source.curve("constant", lr=left)
    head = decay if start > warmup else line(0.0, source.lr, max(warmup, 1), run, source.run.where)
    return in_turn([(head, start)], last) if start else last


def _stable_decay(source: _Source) -> CurveSpec:
    source.factors.note("t_decay")
    first, end = 1e-10 * source.lr, source.end()
    decay = source.run.time("t_decay", DECAY)
    stable = source.run.time("t_max", WHOLE) - decay - source.warmup
    if stable < 0:
        raise source.scheduler.invalid("t_decay", "t_decay must leave time for the warmup")
    stages, rates = Stages(source.warmup, stable, decay), Rates(first, source.lr, end)
    return stable_decay(stages, rates, "linear", float(source.run.steps.text), source.run.where)


class _Schedule(NamedTuple):
    """A scheduler: its curve, its keys besides the name, and the defaults of those that a file may leave out."""

    curve: Callable[[_Source], CurveSpec]
    keys: tuple[str, ...]
    defaults: dict[str, float | str]


_COMMON = ("t_warmup", "t_max", "scale_warmup")

SCHEDULES = {
    "cosine_with_warmup": _Schedule(_cosine, (*_COMMON, "alpha_f"), {"alpha_f": 0}),
    "linear_decay_with_warmup": _Schedule(_linear, (*_COMMON, "alpha_i", "alpha_f"), {"alpha_f": 0}),
    "constant_with_warmup": _Schedule(_constant, (*_COMMON, "alpha"), {}),
    "inv_sqrt_with_warmup": _Schedule(
        _inverse_sqrt, ("t_warmup", "t_scale", "t_cooldown", "t_max", "alpha_f_decay", "alpha_f_cooldown"), {}
    ),
    "warmup_stable_decay": _Schedule(
        _stable_decay, (*_COMMON, "t_decay", "alpha_f"), {"t_decay": f"{DECAY.value:g}{DECAY.unit}", "alpha_f": 0.1}
    ),
}
"""The supported schedulers by their ``name``."""


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the scheduler over the steps of the run."""
    config = MappingReader(interpolated(top))
    if "scheduler" not in config and WRAPPER in config:
        wrapped = config.mapping(WRAPPER)
        config = config if wrapped is None else MappingReader(interpolated(wrapped.node))
    run = _Run(config, flags)
    if config.number("scale_schedule_ratio", 1.0) != 1.0:
        raise config.invalid(
            "scale_schedule_ratio", "scale_schedule_ratio must be 1: a scaled schedule is not supported"
        )
    schedule = _schedule(run.scheduler)
    rate, steps = _rate(config, flags), run.steps
    factors = DefaultsReader(config=run.scheduler, defaults=schedule.defaults)
    curve = labelled(schedule.curve(_Source(run, factors, float(rate.text))), run.scheduler.word("name"))
    return Request(
        unit="step",
        run={"lr": rate, "steps": steps},
        curves=(curve,),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(_remark(run, steps, factors.notes), *ignored(_unused(config))),
    )


def _schedule(scheduler: MappingReader) -> _Schedule:
    kind = check_kind(scheduler, "name", SCHEDULES)
    schedule = SCHEDULES[kind]
    unknown = next(iter(scheduler.others(("name", *schedule.keys))), None)
    if unknown is not None:
        hint = f"it takes {either(schedule.keys, last='and')}"
        raise scheduler.invalid(unknown, f"{visible(unknown)} is not a parameter of {kind}", hint=hint)
    return schedule


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    optimizer = config.mapping("optimizer")
    if optimizer is None or "lr" not in optimizer:
        raise (optimizer or config).missing("lr", hint="pass --lr")
    return optimizer.computed(optimizer.number("lr", above=0), "lr")


def _remark(run: _Run, steps: RawValue, defaults: Sequence[str]) -> ReadAs:
    """Return what the config is read as; a length in tokens depends on full sequences."""
    unit = run.length.unit
    note = f" of {run.per_step(unit, 'max_duration')} tokens, if all sequences are full" if unit == TOKEN else ""
    return read_as(run.scheduler.word("name"), f"{steps.text} steps{note}", defaults=defaults)


def _unused(config: MappingReader) -> str:
    optimizer = config.mapping("optimizer")
    has_groups = optimizer is not None and "param_groups" in optimizer
    return "param_groups (other parameters may have other rates)" if has_groups else ""
