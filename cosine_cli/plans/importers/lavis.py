"""Import a training config of LAVIS or of MiniGPT-4: the scheduler that ``run.lr_sched`` names.

The formulas are those of LAVIS 506965b, ``lavis/common/optims.py``, and of MiniGPT-4 2a21aae,
``minigpt4/common/optims.py``. LAVIS warms up within the first epoch only, and then sets the rate once per epoch; the
cosine of MiniGPT-4 counts steps, from the begin of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_curve,
    computed_list,
    computed_value,
    curve_list,
    labelled,
)
from cosine_cli.plans.importers.core.defaults_reader import used_defaults
from cosine_cli.plans.importers.core.evidence import Key
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import TimedCurve, timed_sequence
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

KEY = "run"
LAVIS, MINIGPT4 = "LAVIS", "MiniGPT-4"
BY_STEP = "runner_iter"

FORMAT = Format(
    "LAVIS config",
    needs=(Key("run.lr_sched", "text"), Key("run.init_lr"), Key("model.arch")),
    files="YAML config, also of MiniGPT-4",
    reads="`lr_sched` of `run` with its rates, and `max_epoch` or `max_iters`; the same keys of MiniGPT-4",
    options=RUN,
    replacement_keys={"warmup": "run.warmup_steps", "min_lr": "run.min_lr"},
    unknown={"--steps-per-epoch": "the steps per epoch, if `run` counts epochs and `iters_per_epoch` is missing"},
)


class _Length(NamedTuple):
    """The length of the run.

    - ``epochs``: the number of epochs of the schedule.
    - ``each``: steps per epoch.
    - ``total``: steps of the run, and their place.
    """

    epochs: int
    each: int
    total: int
    where: str


@dataclass(frozen=True)
class _Run:
    """The settings of the run."""

    reader: MappingReader
    length: _Length
    lr: float
    floor: float
    warmup: int

    def spec(self, name: str, **params: float | RawValue) -> CurveSpec:
        """Return a curve; its numbers are rates."""
        return computed_curve(name, self.reader.place("lr_sched"), **params)

    @property
    def cosine(self) -> CurveSpec:
        """The half wave from the begin of the run to its end, down or up to the minimum."""
        length = self.length.epochs * self.length.each
        if self.floor < self.lr:
            total = computed_value(length, self.reader.where)
            return self.spec("cosine", lr=self.lr, min_lr=self.floor, total=total)
        times = computed_list((0, length), self.reader.where)
        rates = computed_list((self.lr, self.floor), self.reader.where)
        shape = computed_value("cosine", self.reader.where)
        return self.spec("piecewise_interpolated", times=times, values=rates, between=shape)

    @cached_property
    def start(self) -> float:
        """The rate that the warmup begins at: without one, or with a negative one, it is constant."""
        start = self.reader.number("warmup_lr", self.lr)
        return start if 0 <= start < self.lr else self.lr

    def increase(self, end: int) -> int:
        """Return the length of the warmup up to step ``end``, 0 if it is constant."""
        return min(self.warmup, end) if self.start < self.lr else 0

    def ramp(self, steps: int, end: int) -> Iterator[TimedCurve]:
        """Yield the warmup over ``steps`` steps up to step ``end``."""
        start = self.start
        if start == self.lr:
            yield TimedCurve(0.0, self.spec("constant", lr=self.lr))
            return
        last = min(steps, end)
        times = computed_list((0, last), self.reader.where)
        rates = computed_list((start, start + (self.lr - start) * (last / steps)), self.reader.where)
        yield TimedCurve(0.0, self.spec("piecewise_interpolated", times=times, values=rates))

    def later(self, curve: CurveSpec, begin: int) -> TimedCurve:
        """Return a curve of the whole run from a step on."""
        if not begin:
            return TimedCurve(0.0, curve)
        of, ahead = curve_list((curve,), self.reader.where), computed_value(begin, self.reader.where)
        return TimedCurve(float(begin), self.spec("retime", ahead=ahead, of=of))

    def by_epoch(self, curve: CurveSpec) -> Iterator[TimedCurve]:
        """Yield the warmup in the first epoch, and then the rate of a curve at the begin of each epoch."""
        yield from self.ramp(max(self.warmup, 1), self.length.each)
        every, of = computed_value(self.length.each, self.reader.where), curve_list((curve,), self.reader.where)
        yield self.later(self.spec("staircase", every=every, of=of), self.length.each)


def load(top: Node, flags: Flags) -> Request:
    """Return the curve of the scheduler with its warmup."""
    config = MappingReader(top)
    reader = config.mapping(KEY)
    if reader is None:
        raise config.missing(KEY)
    program = MINIGPT4 if _is_minigpt4(config, reader) else LAVIS
    name = check_kind(reader, "lr_sched", CURVES[program])
    suffix = f" of {program}" if program == MINIGPT4 else ""
    length = _length(reader, flags)
    lr = flags.lr or reader.computed(reader.number("init_lr", above=0), "init_lr")
    floor, warmup = reader.number("min_lr", at_least=0), reader.count("warmup_steps", 0, at_least=0)
    run = _Run(reader, length, float(lr.text), floor, warmup)
    curve = CURVES[program][name]
    parts = [part for part in curve(run) if part.begin < length.total]
    return Request(
        unit="step",
        run={"lr": lr, "steps": computed_value(length.total, length.where)},
        curves=(labelled(timed_sequence(parts, reader.where, "step"), name),),
        applied_flags=frozenset({"lr", "epochs", "steps"}) & frozenset(flags.given),
        remarks=(
            read_as(
                f"{name}{suffix}",
                f"{length.total} steps",
                defaults=used_defaults(reader, {"warmup_steps": "0"}),
                warmup=run.increase(length.total if curve is _cosine_of_steps else length.each),
            ),
            *_ignored(reader),
        ),
    )


def _is_minigpt4(config: MappingReader, reader: MappingReader) -> bool:
    model = config.mapping("model")
    arch = "" if model is None else model.word("arch", "").lower().replace("_", "")
    return "iters_per_epoch" in reader or arch.startswith(("minigpt", "videollama"))


def _length(reader: MappingReader, flags: Flags) -> _Length:
    """Return the length of the run, of which the file may lack the steps per epoch."""
    if reader.word("runner", "") == BY_STEP:
        each, total = reader.count("iters_per_inner_epoch", at_least=1), flags.steps
        where = reader.place("max_iters") if total is None else flags.length_place
        total = reader.count("max_iters", at_least=1) if total is None else total
        if total < each:
            raise reader.invalid("iters_per_inner_epoch", f"iters_per_inner_epoch must be at most {total}, the run")
        return _Length(total // each, each, total, where)
    flags.check_epochs("the config")
    steps = flags.steps_per_epoch
    if steps is None and "iters_per_epoch" in reader:
        steps = reader.count("iters_per_epoch", at_least=1)
    if steps is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: max_epoch counts epochs"
        raise user_error(reader.place("max_epoch"), rule, hint="pass --steps-per-epoch")
    if flags.epochs is not None:
        return _Length(flags.epochs, steps, flags.epochs * steps, flags.length_place)
    epochs = reader.count("max_epoch", at_least=1)
    return _Length(epochs, steps, epochs * steps, reader.place("max_epoch"))


def _cosine(run: _Run) -> Iterator[TimedCurve]:
    return run.by_epoch(run.cosine)


def _cosine_of_steps(run: _Run) -> Iterator[TimedCurve]:
    if run.warmup:
        yield from run.ramp(run.warmup, run.length.total)
    yield run.later(run.cosine, run.warmup)


def _step(run: _Run) -> Iterator[TimedCurve]:
    if "lr_decay_rate" not in run.reader:
        raise run.reader.missing("lr_decay_rate", reason="the program has no default")
    factor = run.reader.computed(run.reader.number("lr_decay_rate", above=0, at_most=1), "lr_decay_rate")
    if run.floor >= run.lr:
        return run.by_epoch(run.spec("constant", lr=run.floor))
    per = computed_value(run.length.each, run.reader.where)
    return run.by_epoch(run.spec("exponential", lr=run.lr, min_lr=run.floor, gamma=factor, per=per))


def _constant(run: _Run) -> Iterator[TimedCurve]:
    return run.by_epoch(run.spec("constant", lr=run.lr))


def _ignored(reader: MappingReader) -> tuple[str, ...]:
    each = reader.count("accum_grad_iters", 1, at_least=1)
    return ignored(
        "run.evaluate (the program only evaluates with this config)" if reader.flag("evaluate", default=False) else "",
        "lr_layer_decay (the scheduler overwrites its rates)" if "lr_layer_decay" in reader else "",
        f"accum_grad_iters {each} (steps are iterations, which the scheduler counts)" if each > 1 else "",
    )


CURVES: dict[str, dict[str, Callable[[_Run], Iterator[TimedCurve]]]] = {
    LAVIS: {"linear_warmup_cosine_lr": _cosine, "linear_warmup_step_lr": _step, "constant_lr": _constant},
    MINIGPT4: {"linear_warmup_cosine_lr": _cosine_of_steps, "linear_warmup_step_lr": _step},
}
"""The curves of the schedulers of each program."""
