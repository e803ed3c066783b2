"""Import configs of NeMo: the schedulers of ``optim.sched``, and those of NeMo 2 in ``optim.lr_scheduler``.

The formulas are those of ``nemo/core/optim/lr_scheduler.py``, whose ``constant_steps`` are at the end of the run, at
the minimum; the defaults of NeMo 2 those of ``nemo/lightning/pytorch/optim/lr_scheduler.py`` (NeMo 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.nemo_schedules import PEAKS, SCHEDULES, T5, NemoSchedule, share
from cosine_cli.plans.importers.core.nodes import replaced
from cosine_cli.plans.importers.core.omegaconf import interpolated
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.raw import Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

NEMO2 = r"nemo\.lightning\.(pytorch\.)?optim\.(lr_scheduler\.)?\w+Scheduler"

NOT_PARAMETERS = (
    "name",
    "_target_",
    "args",
    "monitor",
    "reduce_on_plateau",
    "iters_per_batch",
    "interval",
    "frequency",
)
"""Keys of a scheduler that are not its arguments."""

FORMAT = Format(
    "NeMo config",
    needs=(
        one_of(
            Key("optim.sched.name", "text"),
            Key("model.optim.sched.name", "text"),
            Key(
                "optim.lr_scheduler._target_",
                pattern=NEMO2,
                example="nemo.lightning.pytorch.optim.CosineAnnealingScheduler",
            ),
        ),
    ),
    files="YAML config",
    reads="`optim.sched` or `optim.lr_scheduler`, the rate of `optim` and the length of `trainer`",
    options=(*RUN, "warmup"),
    budget=BudgetKeys(
        keys={
            "batch_size": "model.train_ds.batch_size|model.micro_batch_size",
            "global_batch_size": "model.global_batch_size",
            "devices": "trainer.devices * trainer.num_nodes",
            "accumulate": "trainer.accumulate_grad_batches",
            "drop_last": "model.train_ds.drop_last",
            "sequence_length": "model.encoder_seq_length",
        },
        defaults={"trainer.num_nodes": "1", "accumulate": "1"},
        uncounted={
            "model.train_ds.is_tarred|model.train_ds.use_lhotse": "the length of its loader is an estimate",
            "model.global_batch_size|model.micro_batch_size": "samples are drawn across epochs",
        },
    ),
    unknown={
        "--steps": "the length of the run, if `max_steps` and `max_epochs` are missing",
        "--steps-per-epoch": "the steps per epoch, if only `max_epochs` is set",
    },
    precedes=("lightning",),
)


@dataclass(frozen=True)
class _Source:
    """The optimizer, its scheduler and the trainer.

    - ``optim``, ``params``: the mapping with the learning rate, and that with the scheduler's arguments.
    - ``kind``: the name of the scheduler.
    - ``key``: the key of that name.
    - ``arguments``: the arguments that the scheduler takes.
    - ``defaults``: its defaults other than 0, which ``params`` has.
    """

    optim: MappingReader
    params: MappingReader
    kind: str
    key: str
    trainer: MappingReader
    arguments: tuple[str, ...]
    defaults: Mapping[str, str]


def load(top: Node, flags: Flags) -> Request:
    """Return the scheduler over the optimizer steps of the run."""
    source = _source(_with_length(top, flags))
    _check_arguments(source)
    steps = _steps(source, flags)
    schedule = _schedule(source, flags, steps)
    return Request(
        unit="step",
        run={"lr": schedule.lr, "steps": steps},
        curves=(labelled(SCHEDULES[source.kind](schedule), source.kind),),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=(
            read_as(source.kind, f"{schedule.total} steps", defaults=_defaults(source, flags)),
            *ignored(f"the rate of the optimizer, which {source.kind} does not use" if source.kind == T5 else ""),
        ),
    )


def _with_length(top: Node, flags: Flags) -> Node:
    """Return the document with the length of the options, which interpolations refer to."""
    if flags.length is None:
        return interpolated(top)
    return interpolated(replaced(top, ("trainer", "max_steps"), flags.length.text))


def _source(top: Node) -> _Source:
    config = MappingReader(top)
    model = config.mapping("model")
    optim = config.mapping("optim") or (model.mapping("optim") if model else None)
    if optim is None:
        raise config.missing("optim")
    trainer = config.mapping("trainer") or _empty(config)
    second = optim.mapping("lr_scheduler")
    scheduler = second or optim.mapping("sched")
    if scheduler is None:
        raise optim.missing("sched")
    params = scheduler
    if second is None:
        kind = check_kind(params, "name", SCHEDULES)
        rates, params, arguments, defaults = optim, _with_args(params), ARGUMENTS[kind], DEFAULTS.get(kind, {})
    else:
        kind = _second_kind(params)
        rates, arguments = optim.mapping("config") or optim, SECOND_ARGUMENTS.get(kind, ARGUMENTS[kind])
        every = SECOND_DEFAULTS.get(kind, SECOND_WARMUP)
        defaults = {name: every[name] for name in every if name in (*arguments, *COMMON)}
    return _Source(
        optim=rates,
        params=_with_defaults(params, defaults),
        kind=kind,
        key="name" if second is None else "_target_",
        trainer=trainer,
        arguments=arguments,
        defaults={name: value for name, value in defaults.items() if name not in params.node.keys},
    )


def _second_kind(params: MappingReader) -> str:
    """Return the scheduler of NeMo 1 that one of NeMo 2 creates."""
    kind = params.word("_target_").rpartition(".")[2].removesuffix("Scheduler")
    if kind == "WarmupHoldAnneal":
        kind = HOLD_DECAYS[check_kind(params, "decay_schedule", HOLD_DECAYS)] if "decay_schedule" in params else LINEAR
    if kind not in SCHEDULES:
        raise params.invalid("_target_", f"_target_ must be a supported scheduler: {either(SCHEDULES, last='and')}")
    if "max_steps" not in params:
        raise params.missing("max_steps", hint="add max_steps: ${trainer.max_steps} to the file")
    return kind


def _with_defaults(params: MappingReader, defaults: Mapping[str, str]) -> MappingReader:
    """Return arguments with the defaults of those that are not in the file."""
    node, plain = params.node, params.node._replace(pairs=None)
    missing = (name for name in defaults if name not in node.keys)
    added = ((plain._replace(text=name), plain._replace(text=defaults[name])) for name in missing)
    return MappingReader(node._replace(pairs=(*(node.pairs or ()), *added)))


def _empty(config: MappingReader) -> MappingReader:
    return MappingReader(config.node._replace(pairs=()))


def _with_args(scheduler: MappingReader) -> MappingReader:
    """Return the arguments of a scheduler, which older configs have in ``args.params``."""
    args = scheduler.mapping("args")
    if args is None:
        return scheduler
    own = (pair for pair in scheduler.node.pairs or () if pair[0].text in ("name", "max_steps"))
    params = args.mapping("params") or _empty(args)
    return MappingReader(scheduler.node._replace(pairs=(*own, *(params.node.pairs or ()))))


def _check_arguments(source: _Source) -> None:
    """Raise RequestError for arguments that the scheduler does not take, and for a resumed or repeated one."""
    params, known = source.params, source.arguments
    for name in params.others((*known, *COMMON, *NOT_PARAMETERS)):
        hint = did_you_mean(name, known) or f"it takes {either((*known, *COMMON), last='and')}"
        raise user_error(params.place(name), f"{source.kind} has no argument {quote(name)}", hint=hint)
    if params.count("last_epoch", -1) != -1:
        raise params.invalid("last_epoch", "last_epoch must be -1: a resumed schedule cannot be read")
    if params.word("interval", "step") != "step":
        raise params.invalid("interval", "interval must be step")
    if params.flag("cycle", default=False):
        raise params.invalid("cycle", "cycle must be false: a repeated decay is not supported")
    for steps, ratio in (WARMUP, HOLD, CONSTANT):
        if steps in params and ratio in params:
            raise params.invalid(ratio, f"{ratio} cannot be beside {steps}", hint="remove one")


def _steps(source: _Source, flags: Flags) -> RawValue:
    """Return the length of the run: from the options, the trainer, or the scheduler."""
    trainer = source.trainer
    if flags.length is not None:
        return flags.length
    if trainer.count("max_steps", -1) > 0:
        return trainer.computed(trainer.count("max_steps"), "max_steps")
    if trainer.count("max_epochs", -1) > 0 and flags.steps_per_epoch is not None:
        return trainer.computed(trainer.count("max_epochs") * flags.steps_per_epoch, "max_epochs")
    if source.params.count("max_steps", -1) > 0:
        return source.params.computed(source.params.count("max_steps"), "max_steps")
    hint = "pass --steps" + (" or --steps-per-epoch" if "max_epochs" in trainer else "")
    raise user_error(trainer.place("max_steps"), "number of steps unknown: max_steps is not set", hint=hint)


def _schedule(source: _Source, flags: Flags, steps: RawValue) -> NemoSchedule:
    params, total = source.params, int(steps.text)
    end = params.count("max_steps", total)
    if end < 1:
        raise params.invalid("max_steps", "max_steps must be at least 1: otherwise NeMo creates no scheduler")
    if not set(WARMUP) & set(source.arguments):
        flags.check_no_warmup(source.kind)
    warmup = flags.warmup(total)
    if warmup is None:
        warmup = share(params, "warmup", end)
    if warmup >= end:
        rule = f"the warmup must be shorter than max_steps ({end})"
        raise user_error(params.place("warmup_steps"), rule, got=f"{warmup}")
    lr = flags.lr or source.optim.computed(source.optim.number("lr", above=0), "lr")
    if source.kind in PEAKS:
        lr = computed_value(PEAKS[source.kind](params, float(lr.text), warmup), lr.where)
    min_lr = params.number("min_lr", 0.0, at_least=0)
    if min_lr > float(lr.text):
        raise params.invalid("min_lr", f"min_lr must be at most the peak rate ({float(lr.text):g})")
    given = flags.given.get("warmup")
    name = "warmup_ratio" if "warmup_ratio" in params else "warmup_steps"
    return NemoSchedule(
        params=params,
        where=params.place(source.key),
        lr=lr,
        min_lr=min_lr,
        warmup=warmup,
        end=end,
        total=total,
        warmup_where=given.where if given else params.place(name),
        end_where=params.place("max_steps") if "max_steps" in params else steps.where,
    )


def _defaults(source: _Source, flags: Flags) -> list[str]:
    """Return the defaults of the program that are used."""
    has_warmup = "warmup" in flags.given or set(WARMUP) & source.params.values.keys()
    own = [f"{name}={value}" for name, value in source.defaults.items() if name in source.params]
    without_warmup = "warmup_steps" in source.arguments and not has_warmup
    used = {"no warmup": without_warmup, "min_lr=0": "min_lr" not in source.params}
    return [*own, *(default for default, is_used in used.items() if is_used)]


COMMON = ("max_steps", "min_lr", "last_epoch")
WARMUP = ("warmup_steps", "warmup_ratio")
HOLD = ("hold_steps", "hold_ratio")
CONSTANT = ("constant_steps", "constant_ratio")
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "WarmupPolicy": WARMUP,
    "WarmupHoldPolicy": (*WARMUP, *HOLD),
    "WarmupAnnealing": WARMUP,
    "CosineAnnealing": (*WARMUP, *CONSTANT),
    "SquareAnnealing": WARMUP,
    "SquareRootAnnealing": WARMUP,
    "InverseSquareRootAnnealing": WARMUP,
    T5: ("constant_steps",),
    "PolynomialDecayAnnealing": (*WARMUP, "power", "cycle"),
    "PolynomialHoldDecayAnnealing": (*WARMUP, *HOLD, "power", "cycle"),
    "WarmupHoldAnnealLinear": (*WARMUP, *HOLD),
    "WarmupHoldAnnealOneMinusSquareRoot": (*WARMUP, *HOLD),
    "NoamAnnealing": (*WARMUP, "d_model"),
    "NoamHoldAnnealing": (*WARMUP, *HOLD, "decay_rate"),
}
"""The arguments of each scheduler."""

DEFAULTS: Mapping[str, Mapping[str, str]] = {"SquareAnnealing": {"min_lr": "1e-5"}}
"""The defaults other than 0 of each scheduler."""

LINEAR = "WarmupHoldAnnealLinear"
HOLD_DECAYS = {"linear": LINEAR, "one_minus_square_root": "WarmupHoldAnnealOneMinusSquareRoot"}
"""The schedulers of NeMo 2's ``WarmupHoldAnneal`` by their ``decay_schedule``."""

SECOND_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "CosineAnnealing": ("warmup_steps", "constant_steps"),
    "SquareAnnealing": (),
    "SquareRootAnnealing": (),
    "InverseSquareRootAnnealing": (),
    "PolynomialDecayAnnealing": ("power", "cycle"),
    "PolynomialHoldDecayAnnealing": ("power", "cycle"),
    "WarmupHoldAnnealLinear": ("warmup_ratio", "hold_ratio", "decay_schedule"),
    "WarmupHoldAnnealOneMinusSquareRoot": ("warmup_ratio", "hold_ratio", "decay_schedule"),
}
"""The arguments of the schedulers of NeMo 2, if they are others."""

SECOND_WARMUP = {"warmup_steps": "750"}
SECOND_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "CosineAnnealing": {**SECOND_WARMUP, "constant_steps": "80000", "min_lr": "6e-5"},
    **DEFAULTS,
}
"""The defaults other than 0 of the schedulers of NeMo 2."""
