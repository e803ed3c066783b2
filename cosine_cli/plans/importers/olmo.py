"""Import a config of OLMo, the trainer that precedes OLMo-core.

Source: OLMo 0.6.0, ``olmo/optim.py`` (the schedulers), ``olmo/config.py`` (the defaults) and ``olmo/train.py``, which
counts a step before it sets its rate: update ``t`` uses the rate of step ``t + 1``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_curve, labelled
from cosine_cli.plans.importers.core.durations import duration
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.linear_warmup import line, warmed_up
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.omegaconf import interpolated
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

DEFAULTS = {"t_warmup": 100, "alpha_f": 0.1}
MAX_DURATION, BATCH, LENGTH = 10_000, 512, 1024
"""Defaults of ``max_duration``, ``global_train_batch_size`` and ``model.max_sequence_length``."""

START_SHARE = 0.1
"""The share of the rate that a warmup begins at if ``warmup_min_lr`` is missing."""

KEYS = (
    *("name", "units", "t_warmup", "t_max", "alpha_f", "warmup_min_lr"),
    *("grad_clip_warmup_steps", "grad_clip_warmup_factor"),
)
"""The keys of ``scheduler``; the last two do not concern the rate."""

UNSUPPORTED = "cosine_linear_envelope"
"""The product of a cosine and a line, which no curve equals."""

_GRID = 1 << 17
"""Between points so close, a curve that touches another one exceeds it by less than 1e-10."""


@dataclass(frozen=True)
class _Source:
    """The scheduler, the length of the run in steps, and the length that its decay ends with, in steps."""

    scheduler: MappingReader
    lr: float
    run: float
    horizon: float | None
    scale: float
    """Units of the scheduler per step: tokens, or 1."""

    @property
    def where(self) -> str:
        """The place of the scheduler."""
        return self.scheduler.place("name")

    @property
    def warmup(self) -> float:
        """The length of the warmup in steps."""
        return self.time("t_warmup", DEFAULTS["t_warmup"])

    @property
    def end(self) -> float:
        """The rate at the end of a decay."""
        return self.lr * self.scheduler.number("alpha_f", DEFAULTS["alpha_f"], at_least=0, at_most=1)

    @property
    def total(self) -> float:
        """The step that the decay ends with."""
        if "t_max" in self.scheduler:
            return self.time("t_max", 0)
        if self.horizon is None:
            rule = "number of steps unknown: max_duration counts epochs"
            raise user_error(self.where, rule, hint="pass --steps or --steps-per-epoch")
        return self.horizon

    def time(self, name: str, default: float) -> float:
        """Return a time of the scheduler in steps."""
        return int(self.scheduler.number(name, default, at_least=0, at_most=MOST_STEPS)) / self.scale

    def curve(self, name: str, **params: float) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return computed_curve(name, self.where, **params)

    @property
    def start(self) -> float:
        """The rate that the warmup begins at."""
        start = self.scheduler.number("warmup_min_lr", START_SHARE * self.lr, at_least=0)
        if self.warmup and start >= self.lr:
            raise self.scheduler.invalid("warmup_min_lr", "warmup_min_lr must be below learning_rate")
        return start

    def warmed_up(self, curve: CurveSpec) -> CurveSpec:
        """Return a curve after the warmup."""
        return warmed_up(curve, self.start, self.lr, self.warmup, self.run)

    def decay(self, name: str) -> CurveSpec:
        """Return the warmup and a decay to the end rate; a decay that ends before the warmup is a jump to that rate."""
        length = self.total - self.warmup
        if length > 0:
            return self.warmed_up(self.curve(name, lr=self.lr, min_lr=self.end, total=length))
        after = ahead(self.curve(name, lr=self.lr, min_lr=self.end, total=1), 1)  # the end rate, which may be 0
        if not self.warmup or self.warmup > self.run:
            return self.warmed_up(after)
        return in_turn([(line(self.start, self.lr, self.warmup, self.run, self.where), self.warmup)], after)


def _cosine(source: _Source) -> CurveSpec:
    return source.decay("cosine")


def _linear(source: _Source) -> CurveSpec:
    return source.decay("linear")


def _constant(source: _Source) -> CurveSpec:
    return source.curve("constant", lr=source.lr)


def _constant_with_warmup(source: _Source) -> CurveSpec:
    return source.warmed_up(_constant(source))


def _inverse_sqrt(source: _Source) -> CurveSpec:
    _check_warmup(source)
    return source.warmed_up(source.curve("inverse_sqrt", lr=source.lr, timescale=source.warmup))


def _check_warmup(source: _Source) -> None:
    """Raise RequestError without a warmup."""
    if not source.warmup:
        raise source.scheduler.invalid("t_warmup", "t_warmup must be above 0: the decay is relative to it")


def _max(source: _Source) -> CurveSpec:
    """Return the greater of the cosine and the inverse square root: first the one, then the other."""
    _check_warmup(source)
    cosine, warmup, length = _cosine(source), source.warmup, source.total - source.warmup
    if length <= 0:
        floored = source.curve("inverse_sqrt", lr=source.lr, min_lr=source.end, timescale=warmup)
        return source.warmed_up(floored)
    crossing = _crossing(source, length)
    if crossing is None or warmup + crossing >= source.run:
        return cosine
    lr = source.lr * math.sqrt(warmup / (warmup + crossing))
    after = source.curve("inverse_sqrt", lr=lr, min_lr=min(source.end, lr), timescale=warmup + crossing)
    return in_turn([(cosine, warmup + crossing)], after)


def _crossing(source: _Source, length: float) -> float | None:
    """Return the time after the warmup at which the cosine falls below the inverse square root, None if never."""
    times = np.linspace(0.0, length, _GRID)
    lower = np.flatnonzero(_excess(source, length, times[1:]) < 0)
    if not lower.size:
        return None
    first = int(lower[0])
    if lower.size != len(times) - 1 - first:
        rule = "max_scheduler must have one change from cosine to inverse_sqrt: more are not supported"
        raise source.scheduler.invalid("alpha_f", rule)
    low, high = float(times[first]), float(times[first + 1])
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if _excess(source, length, np.array(middle)) >= 0 else (low, middle)
    return high


def _excess(source: _Source, length: float, t: np.ndarray) -> np.ndarray:
    cosine = source.end + (source.lr - source.end) * (1 + np.cos(np.pi * t / length)) / 2
    return np.asarray(cosine - source.lr * np.sqrt(source.warmup / (source.warmup + t)))


SCHEDULES: dict[str, Callable[[_Source], CurveSpec]] = {
    "cosine_with_warmup": _cosine,
    "linear_with_warmup": _linear,
    "inverse_sqrt_with_warmup": _inverse_sqrt,
    "max_scheduler": _max,
    "constant": _constant,
    "constant_with_warmup": _constant_with_warmup,
}
"""The supported schedulers by their ``name``."""

WITHOUT_END = ("inverse_sqrt_with_warmup", "constant", "constant_with_warmup")
WITHOUT_WARMUP = ("constant",)


FORMAT = Format(
    "OLMo config",
    needs=(
        Key("scheduler.name", among=(*SCHEDULES, UNSUPPORTED)),
        Key("optimizer.learning_rate"),
        one_of(
            *("device_train_microbatch_size", "global_train_batch_size", "max_duration"),
            *("optimizer.metrics_log_interval", "model.max_sequence_length"),
        ),
    ),
    files="YAML config",
    reads="`scheduler`, `optimizer.learning_rate`, `max_duration` and `stop_at`",
    options=RUN,
    budget=BudgetKeys(
        keys={"global_batch_size": "global_train_batch_size", "sequence_length": "model.max_sequence_length"},
        defaults={"global_batch_size": str(BATCH), "sequence_length": str(LENGTH)},
        refused=dict.fromkeys(("dataset_size", "drop_last"), "the steps of an epoch depend on the number of devices"),
    ),
    replacement_keys={"warmup": "scheduler.t_warmup"},
    unknown={
        "--steps, --steps-per-epoch": "the length of the run in steps, if `max_duration` counts epochs",
        "--lr": "the rate, if `optimizer.learning_rate` is missing",
    },
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the scheduler over the steps of the run."""
    config = MappingReader(interpolated(top))
    scheduler = config.mapping("scheduler") or MappingReader(config.node._replace(pairs=()))
    kind = _kind(scheduler)
    rate = _rate(config, flags)
    horizon = _horizon(config, flags)
    run = _run(config, flags, horizon)
    scale = _scale(config, scheduler)
    last = horizon if horizon is None or scale != 1.0 else math.ceil(horizon)
    source = _Source(scheduler, float(rate.text), float(run.text), last, scale)
    curve = labelled(ahead(SCHEDULES[kind](source), 1), kind)
    return Request(
        unit="step",
        run={"lr": rate, "steps": run},
        curves=(curve,),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(
            read_as(kind, f"{run.text} steps", defaults=[*_defaults(scheduler, kind)]),
            *ignored(*_unused(config, flags)),
        ),
    )


def _kind(scheduler: MappingReader) -> str:
    if scheduler.word("name") == UNSUPPORTED:
        raise scheduler.invalid("name", "name must be a supported scheduler: no curve is a cosine times a line")
    unknown = next(iter(scheduler.others(KEYS)), None)
    if unknown is not None:
        raise scheduler.invalid(unknown, f"{visible(unknown)} is not a key of an OLMo scheduler")
    return check_kind(scheduler, "name", SCHEDULES)


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    optimizer = config.mapping("optimizer")
    if optimizer is None or "learning_rate" not in optimizer:
        raise (optimizer or config).missing("learning_rate", hint="pass --lr")
    return optimizer.computed(optimizer.number("learning_rate", above=0), "learning_rate")


def _horizon(config: MappingReader, flags: Flags) -> float | None:
    """Return the step that a decay ends with by default, ``max_duration``; None if it is unknown."""
    if flags.length is not None:
        return float(flags.length.text)
    if "max_duration" not in config:
        return float(MAX_DURATION)
    length = duration(config, "max_duration", ("", "T", "ep"), "50e9T")
    amount = int(length.value)
    if amount < 1:
        raise config.invalid("max_duration", "max_duration must be at least 1")
    if length.unit == "ep":
        return None if flags.steps_per_epoch is None else float(amount * flags.steps_per_epoch)
    return amount / _tokens_per_step(config) if length.unit else float(amount)


def _run(config: MappingReader, flags: Flags, horizon: float | None) -> RawValue:
    """Return the length of the run in steps."""
    if flags.length is not None:
        return flags.length
    if "stop_at" in config:
        return config.computed(config.count("stop_at", at_least=1), "stop_at")
    if horizon is None:
        rule = "number of steps unknown: max_duration counts epochs"
        raise user_error(config.place("max_duration"), rule, hint="pass --steps or --steps-per-epoch")
    return config.computed(math.ceil(horizon), "max_duration")


def _scale(config: MappingReader, scheduler: MappingReader) -> float:
    units = scheduler.word("units", "steps")
    if units not in ("steps", "tokens"):
        raise scheduler.invalid("units", "units must be steps or tokens")
    return float(_tokens_per_step(config)) if units == "tokens" else 1.0


def _tokens_per_step(config: MappingReader) -> int:
    model = config.mapping("model")
    length = LENGTH if model is None else model.count("max_sequence_length", LENGTH, at_least=1)
    return config.count("global_train_batch_size", BATCH, at_least=1) * length


def _defaults(scheduler: MappingReader, kind: str) -> Iterator[str]:
    """Yield the used defaults of the scheduler."""
    if kind in WITHOUT_WARMUP:
        return
    if "t_warmup" not in scheduler:
        yield f"t_warmup={DEFAULTS['t_warmup']:g}"
    if "warmup_min_lr" not in scheduler and scheduler.number("t_warmup", DEFAULTS["t_warmup"]):
        yield f"warmup_min_lr={START_SHARE:g}*learning_rate"
    if "alpha_f" not in scheduler and kind not in WITHOUT_END:
        yield f"alpha_f={DEFAULTS['alpha_f']:g}"


def _unused(config: MappingReader, flags: Flags) -> Iterator[str]:
    """Yield what changes the rates of a run and is not in the curve."""
    if flags.length is not None and "stop_at" in config:
        yield f"stop_at ({flags.length_place} is given)"
    if "load_path" in config and not config.flag("reset_trainer_state", default=False):
        yield "load_path (steps are counted from 0)"
