"""Import the arguments of Megatron-LM: in a script, as text, or in a YAML file, also that of Megatron-Bridge.

The formula is that of ``OptimizerParamScheduler`` in ``megatron/core/optimizer_param_scheduler.py``, its lengths those
of ``get_optimizer_param_scheduler`` in ``megatron/training/training.py`` (August 2026). Megatron-SWIFT has another
default style: ``swift/megatron/arguments/megatron_args.py`` of ms-swift 4.6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.argument_names import normalized
from cosine_cli.plans.importers.core.budget_keys import WITHOUT_EPOCHS, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, curve_list, interpolated_spec, labelled
from cosine_cli.plans.importers.core.constant_rates import constant, floor
from cosine_cli.plans.importers.core.evidence import All, Key, evidence, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import Phase, in_run
from cosine_cli.plans.importers.core.unsupported import check_kind, check_unknown_keys
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

STYLE, WSD_STYLE = "lr_decay_style", "lr_wsd_decay_style"
WARMUP_KEYS = ("lr_warmup_fraction", "lr_warmup_iters", "lr_warmup_samples")
LENGTH_KEYS = ("train_iters", "train_samples")
DECAY_KEYS = ("lr_decay_iters", "lr_decay_samples", "lr_wsd_decay_iters", "lr_wsd_decay_samples")
RATE_KEYS = ("lr", "min_lr", "lr_warmup_init", STYLE, WSD_STYLE, *WARMUP_KEYS, *DECAY_KEYS)

BATCH_SCHEDULES = ("rampup_batch_size", "step_batch_size_schedule")
"""Arguments by which the batch grows during the run; the scheduler counts samples."""

CHECKPOINT = "use_checkpoint_opt_param_scheduler"
OF_OTHERS = ("decoupled_lr", "decoupled_min_lr")
WITHOUT_EFFECT = (
    *OF_OTHERS,
    *("override_opt_param_scheduler", "override_lr_scheduler"),
    *("lr_warmup_steps", "lr_decay_steps", "wsd_decay_steps"),  # computed from the other keys
    *("cuda_graph_warmup_steps", "ft_num_warmup_iters", "dino_warmup_teacher_temp", "dino_warmup_teacher_temp_epochs"),
    *("overlap_p2p_comm_warmup_flush", "overlap_p2p_communication_warmup_flush", "num_benchmark_warmup"),
    *("async_sched_mode", "inference_dynamic_batching_async_sched_mode"),
)
"""Arguments whose names sound as if they changed the rate."""

SWIFT = ("tuner_type", "train_type", "load_safetensors", "save_safetensors", "split_dataset_ratio")
"""Keys of Megatron-SWIFT, whose default style is cosine."""

OTHER_DEFAULTS = ("model", "dataset", "max_epochs")
"""Keys of programs on top of Megatron-LM, whose default style may differ."""

BRIDGE = ("train", "optimizer", "scheduler")

_OWN_KEY = "|".join((STYLE, *WARMUP_KEYS, "lr_decay_iters", "lr_decay_samples"))

FORMAT = Format(
    "Megatron-LM arguments",
    needs=(
        one_of(
            All("lr", _OWN_KEY, one_of(*LENGTH_KEYS, "min_lr", "micro_batch_size", "global_batch_size")),
            Key("MODEL_ARGS.--lr-decay-style"),
            All("MODEL_ARGS.--lr", "MODEL_ARGS.--train-iters|--train-samples"),
            All("scheduler.lr_decay_style|lr_warmup_iters", "optimizer.lr", "train.train_iters|train_samples"),
        ),
    ),
    excludes=evidence("optimizer.params", "lr_scheduler|lr_scheduler_type|lr_scheduler_name", "learning_rate"),
    files="the arguments, in a shell script or as text; YAML config",
    reads="`lr_decay_style` and `lr_wsd_decay_style` with their lengths in iterations or samples",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "batch_size": "micro_batch_size",
            "global_batch_size": "global_batch_size",
            "sequence_length": "seq_length",
        },
        refused={**WITHOUT_EPOCHS, "accumulate": "it follows from the global batch size"},
    ),
    unknown={"--steps": "the length of the run, if `train_iters` and `train_samples` are missing"},
    keeps_last=True,
)


@dataclass(frozen=True)
class _Schedule:
    """The arguments of the scheduler, with lengths in iterations.

    - ``args``: the arguments.
    - ``lr``, ``min_lr``, ``initial``: the peak, the floor, and the rate at the start of the warmup.
    - ``steps``: the length of the run.
    - ``warmup``, ``end``: the length of the warmup, and the end of the decay.
    - ``batch``: the number of samples per iteration, None if nothing is in samples.
    """

    args: MappingReader
    lr: RawValue
    min_lr: float
    initial: float
    steps: RawValue
    warmup: RawValue
    end: RawValue
    batch: int | None

    @property
    def peak(self) -> float:
        """The peak rate."""
        return float(self.lr.text)

    @property
    def total(self) -> int:
        """The number of iterations of the run."""
        return int(self.steps.text)

    @property
    def warmup_length(self) -> float:
        """The length of the warmup, as a number."""
        return float(self.warmup.text)

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return the warmup, which may be longer than the run or shorter than a step, then a curve from the peak on."""
        curve = CurveSpec(name, self.args.place(STYLE), "step", {"lr": self.lr, **params})
        if not self.warmup_length:
            return curve
        if self.warmup_length < 1:
            first = floor(self.initial, self.warmup.where, self.lr)
            return in_run((Phase(first, 1), Phase(ahead(curve, 1 - self.warmup_length))), self.total)
        if self.warmup_length >= self.total - 1:
            return interpolated_spec({0: self.initial, self.warmup_length: self.peak}, self.warmup.where)
        warmup = {"warmup": self.warmup, "warmup_start": self.args.computed(self.initial, "lr_warmup_init")}
        return curve._replace(params={**curve.params, **warmup})

    @property
    def bound(self) -> RawValue:
        """The minimum rate."""
        return self.args.computed(self.min_lr, "min_lr")


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the arguments over the iterations of the run."""
    args = _arguments(top)
    check_unknown_keys(args, (*RATE_KEYS, CHECKPOINT, *BATCH_SCHEDULES, *WITHOUT_EFFECT), FORMAT.title)
    _check_batch(args)
    style = _style(args)
    schedule = _schedule(args, flags)
    return Request(
        unit="step",
        run={"lr": schedule.lr, "steps": schedule.steps},
        curves=(labelled(STYLES[style](schedule), style),),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(style, f"{schedule.total} steps", defaults=_defaults(args, style, flags)),
            *ignored(*_unused(args)),
        ),
    )


def _arguments(top: Node) -> MappingReader:
    """Return the arguments, which may be in ``MODEL_ARGS``, or in several mappings (Megatron-Bridge)."""
    config = MappingReader(normalized(top))
    nested = config.mapping("MODEL_ARGS")
    if nested is not None:
        return MappingReader(normalized(nested.node))
    if "lr" in config:
        return config
    parts = [part.node for part in map(config.mapping, BRIDGE) if part is not None]
    if not parts:
        return config
    return MappingReader(top._replace(pairs=tuple(pair for part in parts for pair in part.pairs or ())))


def _check_batch(args: MappingReader) -> None:
    """Raise RequestError for a batch size that changes."""
    name = next((name for name in BATCH_SCHEDULES if name in args), None)
    if name is not None:
        rule = f"{name} is not supported: the scheduler counts samples, and the batch size changes during the run"
        raise args.invalid(name, rule, hint=f"remove {name} to read the schedule at a constant batch size")


def _style(args: MappingReader) -> str:
    if STYLE in args:
        return check_kind(args, STYLE, STYLES)
    if any(name in args for name in SWIFT):
        return "cosine"
    other = next((name for name in OTHER_DEFAULTS if name in args), None)
    if other is not None:
        reason = f"its default, linear in Megatron-LM, differs in programs with {other}"
        raise args.missing(STYLE, reason=reason, hint=f"add {STYLE}: cosine to the file")
    return "linear"


def _schedule(args: MappingReader, flags: Flags) -> _Schedule:
    lr = flags.lr or args.computed(args.number("lr", above=0), "lr")
    peak = float(lr.text)
    min_lr = args.number("min_lr", 0.0, at_least=0)
    initial = args.number("lr_warmup_init", 0.0, at_least=0)
    for name, value in (("min_lr", min_lr), ("lr_warmup_init", initial)):
        if value > peak:
            raise args.invalid(name, f"{name} must be at most lr ({peak:g})")
    batch = _batch(args)
    length = flags.length or _run_length(args, batch)
    steps = length._replace(text=str(int(float(length.text))))  # an incomplete last batch is not used
    if steps.text == "0":
        raise args.invalid("train_samples", f"train_samples must be at least global_batch_size ({batch})")
    end = _length(args, "lr_decay", batch, at_least=1) or length
    warmup = _warmup(args, flags, float(end.text), int(steps.text), batch)
    if float(warmup.text) >= float(end.text):
        raise user_error(warmup.where, f"the warmup must be shorter than the decay's end ({end.text})", got=warmup.text)
    return _Schedule(args, lr, min_lr, initial, steps, warmup, end, batch)


def _batch(args: MappingReader) -> int | None:
    """Return the number of samples per iteration, None if no length is in samples."""
    names = (name for name in (*LENGTH_KEYS, *WARMUP_KEYS, *DECAY_KEYS) if name.endswith("_samples"))
    in_samples = next((name for name in names if name in args and args.count(name)), None)
    return None if in_samples is None else _global_batch(args, f"{in_samples} counts samples")


def _global_batch(args: MappingReader, reason: str) -> int:
    if "global_batch_size" not in args:
        raise args.missing("global_batch_size", reason=reason, hint="add it to the file")
    return args.count("global_batch_size", at_least=1)


def _run_length(args: MappingReader, batch: int | None) -> RawValue:
    """Return the length of the run in iterations, which may be a fraction."""
    both = [name for name in LENGTH_KEYS if name in args]
    if len(both) > 1:
        raise args.invalid(both[1], f"{both[1]} cannot be beside {both[0]}", hint=f"remove {both[1]}")
    length = _length(args, "train", batch, at_least=1)
    if length is None:
        raise args.missing("train_iters", hint="pass --steps")
    return length


def _length(args: MappingReader, prefix: str, batch: int | None, *, at_least: int) -> RawValue | None:
    """Return a length in iterations, None if it is missing."""
    iters, samples = f"{prefix}_iters", f"{prefix}_samples"
    _check_unit(args, iters, samples)
    if samples in args and (iters not in args or not args.count(iters)):  # a dump has the default of the other one, 0
        return args.computed(args.count(samples, at_least=at_least) / (batch or 1), samples)
    if iters in args:
        return args.computed(args.count(iters, at_least=at_least), iters)
    return None


def _check_unit(args: MappingReader, iters: str, samples: str) -> None:
    """Raise RequestError for a length in iterations if the run counts samples, and the other way around."""
    wrong, length = (iters, "train_samples") if "train_samples" in args else (samples, "train_iters")
    if wrong in args and length in args and args.number(wrong) != 0:
        right = samples if wrong == iters else iters
        raise args.invalid(wrong, f"{wrong} cannot be beside {length}", hint=f"use {right}")


def _warmup(args: MappingReader, flags: Flags, end: float, steps: int, batch: int | None) -> RawValue:
    """Return the length of the warmup in iterations, which may be a fraction."""
    given = flags.warmup(steps)
    if given is not None:
        return computed_value(given, flags.given["warmup"].where)
    length = _length(args, "lr_warmup", batch, at_least=0)
    if "lr_warmup_fraction" not in args:
        return length or computed_value(0, args.where)
    if length is not None and float(length.text):
        rule = "lr_warmup_fraction cannot be beside a length of the warmup"
        raise args.invalid("lr_warmup_fraction", rule, hint="remove one")
    return args.computed(args.number("lr_warmup_fraction", at_least=0, at_most=1) * end, "lr_warmup_fraction")


def _defaults(args: MappingReader, style: str, flags: Flags) -> list[str]:
    """Return the defaults of the program that are used."""
    has_warmup = "warmup" in flags.given or any(name in args for name in WARMUP_KEYS)
    used = {
        f"{STYLE}={style}": STYLE not in args,
        "no warmup": not has_warmup,
        "min_lr=0": "min_lr" not in args and style != "constant",
        f"{WSD_STYLE}=exponential": WSD_STYLE not in args and style == "WSD",
    }
    return [default for default, is_used in used.items() if is_used]


def _unused(args: MappingReader) -> Iterator[str]:
    """Yield what concerns a learning rate and is not in the curve."""
    yield from (f"{name} (of other parameters)" for name in OF_OTHERS if name in args)
    if args.flag(CHECKPOINT, default=False):
        yield f"{CHECKPOINT} (the schedule of a checkpoint replaces this one)"
    if args.flag("use_mup", default=False):
        yield "use_mup (the rates of wide layers are lower)"


def _constant(schedule: _Schedule) -> CurveSpec:
    return schedule.curve("constant")


def _decay(schedule: _Schedule, name: str) -> CurveSpec:
    total = schedule.end._replace(text=repr(float(schedule.end.text) - schedule.warmup_length))
    return schedule.curve(name, total=total, min_lr=schedule.bound)


def _linear(schedule: _Schedule) -> CurveSpec:
    return _decay(schedule, "linear")


def _cosine(schedule: _Schedule) -> CurveSpec:
    return _decay(schedule, "cosine")


def _inverse_square_root(schedule: _Schedule) -> CurveSpec:
    """Return the root of the samples since the start, then the minimum, which the rate may jump to."""
    last = int(float(schedule.end.text)) + 1
    tail = Phase(floor(schedule.min_lr, schedule.bound.where, schedule.lr))
    if schedule.warmup_length >= 1:
        curve = schedule.curve("inverse_sqrt", timescale=schedule.warmup, min_lr=schedule.bound)
        return in_run((Phase(curve, last), tail), schedule.total)
    batch, where = _global_batch(schedule.args, "a warmup of less than an iteration counts samples"), tail.curve.where
    share = max(schedule.warmup_length, 1 / batch)
    rate = max(schedule.peak * share**0.5, schedule.min_lr)
    one, lr = computed_value(1, where), computed_value(rate, where)
    root = CurveSpec("inverse_sqrt", where, "step", {"lr": lr, "timescale": one, "min_lr": schedule.bound})
    first = floor(schedule.initial if schedule.warmup_length else schedule.peak, where, schedule.lr)
    return in_run((Phase(first, 1), Phase(root, last - 1), tail), schedule.total)


def _wsd(schedule: _Schedule) -> CurveSpec:
    """Return the warmup, the plateau and the decay, which may begin within the warmup, or end after the run."""
    shape = check_kind(schedule.args, WSD_STYLE, SHAPES) if WSD_STYLE in schedule.args else "exponential"
    length = _length(schedule.args, "lr_wsd_decay", schedule.batch, at_least=1)
    if length is None:
        unit = "samples" if "train_samples" in schedule.args else "iters"
        raise schedule.args.missing(f"lr_wsd_decay_{unit}")
    place = schedule.args.place(WSD_STYLE)
    begin = float(schedule.end.text) - float(length.text)
    decay = {"decay": length, "decay_shape": computed_value(SHAPES[shape], place), "min_lr": schedule.bound}
    zero = computed_value(0, place)
    if schedule.warmup_length <= begin and float(schedule.end.text) <= schedule.total:
        stable = computed_value(begin - schedule.warmup_length, length.where)
        return schedule.curve("wsd", **{"warmup": zero, "stable": stable, **decay})
    first = max(math.floor(max(schedule.warmup_length, begin) if schedule.warmup_length else begin) + 1, 0)
    anneal = CurveSpec("wsd", place, "step", {"lr": schedule.lr, "warmup": zero, "stable": zero, **decay})
    if float(schedule.end.text) > schedule.total:  # a cycle may end after the run
        anneal = CurveSpec("restarts", place, "step", {"cycle": length, "of": curve_list((anneal,), place)})
    rise = constant(schedule.peak, place)
    if schedule.warmup_length:
        points = {0: schedule.initial, max(schedule.warmup_length, 1): schedule.peak}
        rise = interpolated_spec(points, schedule.warmup.where)
    phases = (Phase(rise, first), Phase(ahead(anneal, first - begin)))
    return in_run(phases, schedule.total)


SHAPES = {
    "exponential": "shifted-exponential",
    "linear": "linear",
    "cosine": "cosine",
    "minus_sqrt": "1-sqrt",
}
"""The shapes of WSD's decay, by their name in ``lr_wsd_decay_style``."""

STYLES: dict[str, Callable[[_Schedule], CurveSpec]] = {
    "constant": _constant,
    "linear": _linear,
    "cosine": _cosine,
    "inverse-square-root": _inverse_square_root,
    "WSD": _wsd,
}
"""The schedules by their name in ``lr_decay_style``."""
