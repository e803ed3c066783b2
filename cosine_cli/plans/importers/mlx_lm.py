"""Import configs of MLX-LM's fine-tuning, ``mlx_lm.lora``: a schedule of MLX after a warmup, or a constant rate.

Source: MLX-LM 0.32.2, ``tuner/utils.py`` for the warmup and ``lora.py`` for the defaults; MLX 0.32.4,
``optimizers/schedulers.py``, for the formulas, which MLX computes in single precision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import All, AtLeast, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

TITLE = "MLX-LM"
SCHEDULE = "lr_schedule"
SCHEDULE_KEYS = ("name", "arguments", "warmup", "warmup_init")
DEFAULT_RATE = 1e-5
DEFAULT_ITERATIONS = 1000
RATE_KEYS = ("iters", "learning_rate", "grad_accumulation_steps", SCHEDULE)


def _name(schedule: MappingReader | None) -> str:
    return "constant" if schedule is None else schedule.word("name")


def _rate(config: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    return config.computed(config.number("learning_rate", DEFAULT_RATE, at_least=0), "learning_rate")


def _steps(config: MappingReader, flags: Flags) -> RawValue:
    """Return the number of optimizer steps, one for every so many iterations."""
    if flags.length is not None:
        return flags.length
    iterations = config.count("iters", DEFAULT_ITERATIONS, at_least=1, at_most=MOST_STEPS)
    accumulated = config.count("grad_accumulation_steps", 1, at_least=1, at_most=MOST_STEPS)
    if accumulated > iterations:
        rule = f"grad_accumulation_steps must be at most iters ({iterations})"
        raise config.invalid("grad_accumulation_steps", rule)
    return config.computed(iterations // accumulated, "iters")


class _Scheduled(NamedTuple):
    """The peak of a schedule, and its curve."""

    lr: RawValue
    curve: CurveSpec


def _scheduled(schedule: MappingReader, flags: Flags) -> _Scheduled:
    if flags.lr is not None:
        rule = f"{TITLE} does not use the learning rate of the run with {SCHEDULE}"
        raise user_error(flags.lr.where, rule, hint=f"set the first of {SCHEDULE}.arguments in the file")
    unknown = next(iter(schedule.others(SCHEDULE_KEYS)), None)
    if unknown is not None:
        raise schedule.invalid(unknown, f"unknown key of {SCHEDULE}")
    kind = check_kind(schedule, "name", KINDS)
    arguments = KINDS[kind].read(schedule)
    curve = KINDS[kind].curve(schedule, arguments)
    initial = schedule.computed(arguments[0], "arguments")
    return _Scheduled(curve.params["lr"], labelled(_after_warmup(schedule, initial, curve), kind))


def _after_warmup(schedule: MappingReader, initial: RawValue, curve: CurveSpec) -> CurveSpec:
    """Return the curve after its warmup, whose peak lasts two steps: the curve begins one step after it is reached."""
    steps = schedule.count("warmup", 0, at_least=0, at_most=MOST_STEPS)
    start = schedule.number("warmup_init", 0.0, at_least=0)
    if not steps:
        return curve
    where = schedule.place("warmup")
    increase = {
        "lr": initial,
        "warmup": computed_value(steps, where),
        "warmup_start": schedule.computed(start, "warmup_init"),
    }
    return in_turn([(CurveSpec("constant", where, "step", increase), steps + 1)], curve, where)


class _Kind(NamedTuple):
    """A schedule of MLX: the least and most arguments it takes, and its curve."""

    least: int
    most: int
    curve: Callable[[MappingReader, tuple[float, ...]], CurveSpec]

    def read(self, schedule: MappingReader) -> tuple[float, ...]:
        """Return the arguments."""
        if "arguments" not in schedule:
            raise schedule.missing("arguments")
        arguments = schedule.numbers("arguments", at_least=0)
        if not self.least <= len(arguments) <= self.most:
            count = f"{self.least}" if self.least == self.most else f"{self.least} or {self.most}"
            rule = f"arguments must be {count} numbers for {schedule.word('name')}"
            raise user_error(schedule.place("arguments"), rule, got=str(len(arguments)))
        return arguments


def _curve(name: str, schedule: MappingReader, given: Mapping[str, float | str]) -> CurveSpec:
    params = {key: schedule.computed(value, "arguments") for key, value in given.items()}
    return CurveSpec(name, schedule.place("name"), "step", params)


def _cosine(schedule: MappingReader, arguments: tuple[float, ...]) -> CurveSpec:
    lr, total, *end = arguments
    return _curve("cosine", schedule, {"lr": lr, "total": total, "min_lr": end[0] if end else 0.0})


def _linear(schedule: MappingReader, arguments: tuple[float, ...]) -> CurveSpec:
    """Return the straight line, which is a warmup if it rises."""
    start, end, steps = arguments
    if end > start:
        return _curve("constant", schedule, {"lr": end, "warmup": steps, "warmup_start": start})
    return _curve("linear", schedule, {"lr": start, "total": steps, "min_lr": end})


def _exponential(schedule: MappingReader, arguments: tuple[float, ...]) -> CurveSpec:
    return _curve("exponential", schedule, {"lr": arguments[0], "gamma": arguments[1], "per": 1.0})


def _step(schedule: MappingReader, arguments: tuple[float, ...]) -> CurveSpec:
    lr, gamma, size = arguments
    return _curve("step", schedule, {"lr": lr, "gamma": gamma, "step_size": size})


KINDS = {
    "cosine_decay": _Kind(2, 3, _cosine),
    "linear_schedule": _Kind(3, 3, _linear),
    "exponential_decay": _Kind(2, 2, _exponential),
    "step_decay": _Kind(3, 3, _step),
}
"""The schedules of MLX that a config can call; its other one takes functions."""


OWN_KEYS = (
    *("adapter_path|adapter-path", "num_layers|num-layers|lora_layers", "steps_per_report|steps-per-report"),
    *("steps_per_eval|steps-per-eval", "val_batches|val-batches", "save_every|save-every", "lora_parameters"),
    *("fine_tune_type|fine-tune-type", "grad_checkpoint|grad-checkpoint", "max_seq_length|max-seq-length"),
    "train",
)

FORMAT = Format(
    TITLE,
    needs=(
        one_of(
            All(Key(f"{SCHEDULE}.name", among=tuple(KINDS)), Key(f"{SCHEDULE}.arguments", "list")),
            All("iters", Key("model", "text"), AtLeast(2, *OWN_KEYS)),
            All("iters", AtLeast(3, *OWN_KEYS)),
        ),
    ),
    excludes=(one_of("train_mode", "train_type", "micro_batch_size", "model.name"),),
    files="YAML config",
    reads=f"`{SCHEDULE}` with its warmup, `learning_rate`, `iters` and `grad_accumulation_steps`",
    options=RUN,
    replacement_keys={"warmup": f"{SCHEDULE}.warmup"},
)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of a training, over its optimizer steps."""
    config = MappingReader(top)
    check_unknown_keys(config, (SCHEDULE, *_with_dashes(config)), TITLE)
    if not config.flag("train", default=True):
        raise config.invalid("train", "train must be true: the config does not train")
    steps = _steps(config, flags)
    schedule = config.mapping(SCHEDULE)
    if schedule is None:
        lr, curve = _rate(config, flags), CurveSpec("constant", config.where, "step", {})
    else:
        lr, curve = _scheduled(schedule, flags)
    return Request(
        unit="step",
        run={"lr": lr, "steps": steps},
        curves=(curve,),
        remarks=(
            read_as(_name(schedule), f"{steps.text} steps", defaults=[*_defaults(lr, steps)]),
            *ignored(*_unused(config)),
        ),
    )


def _with_dashes(config: MappingReader) -> tuple[str, ...]:
    """Return the keys that are spelled as options of the command line, which the program does not read."""
    return tuple(name for name in config.values if "-" in name)


def _defaults(lr: RawValue, steps: RawValue) -> Iterator[str]:
    """Yield the defaults that are used."""
    if lr.default_of:
        yield f"learning_rate={number(DEFAULT_RATE)}"
    if steps.default_of:
        yield f"iters={DEFAULT_ITERATIONS}"


def _unused(config: MappingReader) -> Iterator[str]:
    """Yield what concerns the schedule and is not in the curve."""
    if SCHEDULE in config and "learning_rate" in config:
        yield f"learning_rate (not used with {SCHEDULE})"
    for name in _with_dashes(config):
        if name.replace("-", "_") in RATE_KEYS:
            yield f"{name} ({TITLE} reads {name.replace('-', '_')})"
