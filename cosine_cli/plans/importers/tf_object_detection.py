"""Import the ``pipeline.config`` of TensorFlow's Object Detection API, in the text format of protocol buffers.

The formulas and the defaults are those of ``object_detection/utils/learning_schedules.py`` and
``object_detection/protos/optimizer.proto`` of tensorflow/models, in its version for TensorFlow 2. Update ``t`` uses the
rate of global step ``t``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_list,
    computed_value,
    curve_list,
    interpolated_spec,
    labelled,
)
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import LENGTH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.sequence import Phase, in_run
from cosine_cli.plans.importers.core.single_precision import shortest
from cosine_cli.plans.model.clock import MOST_STEPS, whole
from cosine_cli.plans.model.imported_milestones import ImportedMilestones
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import did_you_mean, either, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

OPTIMIZERS = ("momentum_optimizer", "rms_prop_optimizer", "adam_optimizer")
RATE = "learning_rate"

CONSTANT = "constant_learning_rate"
EXPONENTIAL = "exponential_decay_learning_rate"
MANUAL = "manual_step_learning_rate"
COSINE = "cosine_decay_learning_rate"

DEFAULTS: dict[str, dict[str, float]] = {
    CONSTANT: {"learning_rate": 0.002},
    EXPONENTIAL: {
        "initial_learning_rate": 0.002,
        "decay_steps": 4_000_000,
        "decay_factor": 0.95,
        "staircase": True,
        "burnin_learning_rate": 0.0,
        "burnin_steps": 0,
        "min_learning_rate": 0.0,
    },
    MANUAL: {"initial_learning_rate": 0.002, "warmup": False},
    COSINE: {
        "learning_rate_base": 0.002,
        "total_steps": 4_000_000,
        "warmup_learning_rate": 0.0002,
        "warmup_steps": 10_000,
        "hold_base_rate_steps": 0,
    },
}
FIELDS = {**{kind: tuple(defaults) for kind, defaults in DEFAULTS.items()}, MANUAL: (*DEFAULTS[MANUAL], "schedule")}
"""The fields of each schedule: the API raises an error for others."""

PIECE = {"step": 0, "learning_rate": 0.002}
"""The defaults of an item of ``schedule``."""

MOST_RATE = 1e6
TRUE, FALSE = ("true", "True", "t", "1"), ("false", "False", "f", "0")

FORMAT = Format(
    "TensorFlow object detection pipeline.config",
    needs=(
        Key(f"train_config.optimizer.{'|'.join(OPTIMIZERS)}.{RATE}"),
        one_of("model", "train_input_reader", "eval_input_reader", "eval_config"),
    ),
    files="`pipeline.config`",
    reads="the `learning_rate` of `train_config.optimizer`, and `num_steps`",
    options=LENGTH,
    replacement_keys={
        "lr": "learning_rate_base or initial_learning_rate",
        "warmup": "warmup_steps",
        "min_lr": "min_learning_rate",
    },
    unknown={"--steps": "the length of the run, if `num_steps` is missing or 0"},
)


class _Piece(NamedTuple):
    """The first step of a rate."""

    step: int
    rate: float


@dataclass(frozen=True)
class _Schedule:
    """A schedule.

    - ``kind``: its name.
    - ``fields``: its fields.
    - ``run``: the length of the run in steps.
    - ``used``: the defaults that are used, by field.
    """

    kind: str
    fields: MappingReader
    run: int
    used: dict[str, float] = field(default_factory=dict)

    def number(self, name: str, **bounds: float) -> float:
        """Return a rate, or a factor."""
        bounds = {"at_least": 0, **bounds} if "above" not in bounds else bounds
        return shortest(self.fields.number(name, self._default(name), **{"at_most": MOST_RATE, **bounds}))

    def steps(self, name: str, *, at_least: int = 0) -> int:
        """Return a number of steps."""
        return self.fields.count(name, int(self._default(name)), at_least=at_least, at_most=MOST_STEPS)

    def flag(self, name: str) -> bool:
        """Return a boolean, which may be a digit."""
        word = self.fields.word(name, str(self._default(name)))
        if word not in TRUE + FALSE:
            raise self.fields.invalid(name, f"{name} must be true or false")
        return word in TRUE

    def _default(self, name: str) -> float:
        default = DEFAULTS[self.kind][name]
        if name not in self.fields and default:
            self.used[name] = default
        return default

    def pieces(self) -> list[_Piece]:
        """Return the items of ``schedule``."""
        node = self.fields.values.get("schedule")
        items = () if node is None else (node,) if node.items is None else node.items
        pieces = [_piece(MappingReader.of(item)) for item in items]
        for before, after, item in zip(pieces, pieces[1:], items[1:], strict=False):
            if after.step <= before.step:
                rule = f"step must be above that of the item before ({before.step})"
                raise user_error(MappingReader(item).place("step"), rule, got=str(after.step))
        return pieces

    def value(self, value: float, name: str) -> RawValue:
        """Return a value computed from a field."""
        return self.fields.computed(value, name)

    def spec(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the schedule."""
        return CurveSpec(name, self.fields.where, "step", params)

    def constant(self, rate: float, name: str) -> CurveSpec:
        """Return a constant rate, which may be 0."""
        return self.spec("constant", lr=self.value(rate, name)) if rate else self.line({0: rate, 1: rate}, name)

    def line(self, points: dict[int, float], name: str) -> CurveSpec:
        """Return straight lines between the rates at some steps."""
        return interpolated_spec(points, self.fields.place(name))

    def stairs(self, first: float, pieces: Sequence[_Piece]) -> CurveSpec:
        """Return a rate, and others from their steps on."""
        if not pieces:
            return self.constant(first, "initial_learning_rate")
        where = self.fields.place("schedule")
        rates = computed_list([first, *(piece.rate for piece in pieces)], where)
        return self.spec("piecewise_constant", milestones=computed_list([p.step for p in pieces], where), values=rates)

    def in_phases(self, *phases: Phase) -> CurveSpec:
        """Return curves one after another."""
        return in_run(phases, self.run)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the optimizer."""
    config = _message(MappingReader(top), ("train_config",))
    optimizer = _message(_message(config, ("optimizer",)), OPTIMIZERS)
    rate = _message(optimizer, (RATE,))
    fields = _message(rate, tuple(FIELDS))
    (kind,) = rate.values
    _check_fields(fields, FIELDS[kind], kind)
    steps = _steps(config, flags)
    schedule = _Schedule(kind, fields, int(steps.text))
    curve, peak = SCHEDULES[kind](schedule)
    defaults = [f"{name}={'true' if value is True else whole(value)}" for name, value in schedule.used.items()]
    return Request(
        unit="step",
        run={"lr": peak, "steps": steps},
        curves=(labelled(curve, kind),),
        applied_flags=frozenset({"epochs"}) & frozenset(flags.given),
        milestones=_milestones(schedule) if kind == MANUAL else (),
        remarks=(read_as(kind, f"{steps.text} steps", defaults=defaults), *_notes(schedule)),
    )


def _milestones(schedule: _Schedule) -> tuple[ImportedMilestones, ...]:
    steps = tuple(float(piece.step) for piece in schedule.pieces() if piece.step)
    where = schedule.fields.place("schedule")
    return (ImportedMilestones("schedule", where, steps, steps, "step", None),) if steps else ()


def _message(reader: MappingReader, names: Collection[str]) -> MappingReader:
    """Return the only one of several messages; raise RequestError for another field beside or instead of it."""
    given = [name for name in names if name in reader]
    if len(given) > 1:
        raise user_error(reader.place(given[1]), f"{given[1]} must not be given together with {given[0]}")
    message = reader.mapping(given[0]) if given else None
    if message is not None:
        return message
    if len(names) == 1:
        raise reader.missing(*names)
    name = next(iter(reader.values), None)
    if name is None:
        raise user_error(reader.where, f"must contain {either(names)}", got="nothing")
    hint = did_you_mean(name, names) or f"the supported ones are {either(names, last='and')}"
    raise user_error(reader.place(name), "must be a supported message", got=visible(name), hint=hint)


def _check_fields(reader: MappingReader, known: Collection[str], message: str) -> None:
    for name in reader.others(known):
        hint = did_you_mean(name, known) or f"it has {either(known, last='and')}"
        raise user_error(reader.place(name), f"{message} has no field {visible(name)}", hint=hint)


def _steps(config: MappingReader, flags: Flags) -> RawValue:
    if flags.length is not None:
        return flags.length
    steps = config.count("num_steps", 0, at_least=0, at_most=MOST_STEPS)
    if not steps:
        rule = "number of steps unknown: num_steps is not set"
        raise user_error(config.place("num_steps"), rule, hint="pass --steps")
    return config.computed(steps, "num_steps")


def _piece(item: MappingReader) -> _Piece:
    _check_fields(item, tuple(PIECE), "schedule")
    step = item.count("step", int(PIECE["step"]), at_least=0, at_most=MOST_STEPS)
    return _Piece(step, shortest(item.number("learning_rate", PIECE["learning_rate"], at_least=0, at_most=MOST_RATE)))


def _notes(schedule: _Schedule) -> Iterator[str]:
    """Yield what differs between versions of the program."""
    if schedule.kind == COSINE and schedule.run > (total := schedule.steps("total_steps")) + 1:
        yield f"the rate is 0 after total_steps ({total}); versions of 2017 let it rise again"
    if schedule.kind == MANUAL and any(not piece.step for piece in schedule.pieces()):
        yield "step 0 replaces initial_learning_rate, as in versions of 2017; later ones raise an error"


def _constant(schedule: _Schedule) -> tuple[CurveSpec, RawValue]:
    rate = schedule.number("learning_rate", above=0)
    return schedule.spec("constant"), schedule.value(rate, "learning_rate")


def _exponential(schedule: _Schedule) -> tuple[CurveSpec, RawValue]:
    first = schedule.number("initial_learning_rate", above=0)
    lowest = schedule.number("min_learning_rate")
    burnin = schedule.number("burnin_learning_rate") or first
    peak = schedule.value(first, "initial_learning_rate")
    factor = schedule.value(schedule.number("decay_factor", above=0, at_most=1), "decay_factor")
    every = schedule.value(schedule.steps("decay_steps", at_least=1), "decay_steps")
    is_staircase = schedule.flag("staircase")
    if lowest >= first:
        decay = schedule.constant(lowest, "min_learning_rate")
    else:
        floor = {"min_lr": schedule.value(lowest, "min_learning_rate")} if lowest else {}
        decay = schedule.spec("exponential", lr=peak, gamma=factor, per=every, **floor)
        if is_staircase:
            decay = schedule.spec("staircase", every=every, of=curve_list((decay,), decay.where))
    constant = schedule.constant(max(burnin, lowest), "burnin_learning_rate")
    return schedule.in_phases(Phase(constant, schedule.steps("burnin_steps")), Phase(decay)), peak


def _manual(schedule: _Schedule) -> tuple[CurveSpec, RawValue]:
    first, pieces = schedule.number("initial_learning_rate"), schedule.pieces()
    warms_up = schedule.flag("warmup") and bool(pieces)
    if pieces and not pieces[0].step:
        if warms_up:
            raise user_error(schedule.fields.place("schedule"), "the first step must be above 0 if warmup is true")
        first, pieces = pieces[0].rate, pieces[1:]
    highest = max([first, *(piece.rate for piece in pieces)])
    if not highest:
        raise user_error(schedule.fields.place("schedule"), "a rate must be above 0", got="only zeros")
    peak = computed_value(highest, schedule.fields.place("schedule"))
    if not warms_up:
        return schedule.stairs(first, pieces), peak
    target, *others = pieces
    rise = schedule.line({0: first, target.step: target.rate}, "schedule")
    rest = schedule.stairs(target.rate, [_Piece(step - target.step, rate) for step, rate in others])
    return schedule.in_phases(Phase(rise, target.step), Phase(rest)), peak


def _cosine(schedule: _Schedule) -> tuple[CurveSpec, RawValue]:
    base = schedule.number("learning_rate_base", above=0)
    warmup, hold = schedule.steps("warmup_steps"), schedule.steps("hold_base_rate_steps")
    total = schedule.steps("total_steps")
    if total <= warmup + hold:
        rule = f"total_steps must be above warmup_steps and hold_base_rate_steps together ({warmup + hold})"
        raise user_error(schedule.fields.place("total_steps"), rule, got=str(total))
    start = schedule.number("warmup_learning_rate") if warmup else 0.0
    if start > base:
        rule = f"warmup_learning_rate must be at most learning_rate_base ({base:g})"
        raise user_error(schedule.fields.place("warmup_learning_rate"), rule, got=f"{start:g}")
    peak = schedule.value(base, "learning_rate_base")
    rise = schedule.line({0: start, warmup: base}, "warmup_steps")
    cosine = schedule.spec("cosine", lr=peak, total=schedule.value(total - warmup - hold, "total_steps"))
    constant = schedule.constant(base, "hold_base_rate_steps")
    return schedule.in_phases(Phase(rise, warmup), Phase(constant, hold), Phase(cosine)), peak


SCHEDULES: dict[str, Callable[[_Schedule], tuple[CurveSpec, RawValue]]] = {
    CONSTANT: _constant,
    EXPONENTIAL: _exponential,
    MANUAL: _manual,
    COSINE: _cosine,
}
"""The schedules, each with its curve and its highest rate."""
