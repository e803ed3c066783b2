"""Import a config of PaddleDetection: the decay and the warmup of its ``LearningRate``.

The formulas are those of PaddleDetection 2.8, ``ppdet/optimizer/optimizer.py``, which lists the rate of each step for
Paddle's ``PiecewiseDecay``. A scheduler is a YAML tag with its arguments, or a mapping with its ``name``.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_curve,
    computed_list,
    computed_value,
    curve_list,
    labelled,
)
from cosine_cli.plans.importers.core.constant_rates import constants
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.milestones import milestones
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import TimedCurve, timed_sequence
from cosine_cli.plans.importers.core.tables import check_length, table
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

KEY = "LearningRate"
BASE = "_BASE_"

FORMAT = Format(
    "PaddleDetection config",
    needs=(Key(KEY, "mapping"), one_of(f"{KEY}.base_lr", f"{KEY}.schedulers")),
    files="YAML config",
    reads="`LearningRate` with its schedulers, and `epoch`",
    options=RUN,
    counts_epochs=True,
    replacement_keys={"warmup": f"steps or epochs of the warmup in {KEY}.schedulers"},
    unknown={
        "--steps-per-epoch": "the steps per epoch",
        "--epochs": "the length of the run, if `epoch` is missing",
        "--lr": "the rate, if `base_lr` is in a file of `_BASE_`",
    },
    tags=tuple(f"!{letter}" for letter in string.ascii_uppercase),
    keeps_last=True,
)

DECAYS = {
    "PiecewiseDecay": ("gamma", "milestones", "values", "use_warmup"),
    "CosineDecay": ("max_epochs", "use_warmup", "min_lr_ratio", "last_plateau_epochs"),
}
WARMUPS = {
    "LinearWarmup": ("steps", "start_factor", "epochs", "epochs_first"),
    "ExpWarmup": ("steps", "epochs", "power"),
}


@dataclass(frozen=True)
class _Scheduler:
    """A scheduler, and the defaults of its arguments that are used, by argument."""

    name: str
    reader: MappingReader
    used: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, node: Node, known: Mapping[str, tuple[str, ...]]) -> _Scheduler:
        """Return a scheduler of a tag or a name; raise RequestError if it or an argument of it is unknown."""
        reader = MappingReader(node)
        name = node.tag.removeprefix("!") or MappingReader.of(node).word("name")
        if name not in known:
            hint = did_you_mean(name, known) or f"it can be {either(known)}"
            raise user_error(node.where, "must be a supported scheduler here", got=quote(name), hint=hint)
        for argument in reader.others(("name", *known[name])):
            hint = did_you_mean(argument, known[name]) or f"it takes {either(known[name], last='and')}"
            raise user_error(reader.place(argument), f"{name} has no argument {quote(argument)}", hint=hint)
        return cls(name, reader)

    def number(self, argument: str, default: float, **bounds: Any) -> float:
        """Return an argument."""
        self.note(argument, f"{default:g}")
        return self.reader.number(argument, default, **bounds)

    def count(self, argument: str, default: int, **bounds: Any) -> int:
        """Return an argument that is a whole number."""
        self.note(argument, str(default))
        return self.reader.count(argument, default, **bounds)

    def counts(self, argument: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Return an argument that is a list of whole numbers."""
        self.note(argument, str(list(default)))
        return self.reader.counts(argument, at_least=0) if argument in self.reader else default

    def note(self, argument: str, default: str) -> None:
        """Note the default of a missing argument."""
        if argument not in self.reader:
            self.used[argument] = default


@dataclass(frozen=True)
class _Run:
    """The rate and the length of the run, in steps.

    - ``warmup``: the length of the warmup.
    """

    lr: float
    each: int
    total: int
    where: str
    warmup: int = 0

    def spec(self, name: str, **params: float | RawValue) -> CurveSpec:
        """Return a curve; its numbers are rates."""
        return computed_curve(name, self.where, **params)


def load(top: Node, flags: Flags) -> Request:
    """Return the curve of the decay with its warmup."""
    config = MappingReader(top)
    flags.check_epochs("the config")
    settings = config.mapping(KEY)
    if settings is None:
        raise config.missing(KEY)
    if "max_iters" in config:
        raise config.invalid(
            "max_iters", "max_iters must not be given: configs of PaddleDetection 0.x are not supported"
        )
    decay, warmup = _schedulers(config, settings)
    lr, epochs = _rate(config, settings, flags), _epochs(config, flags)
    each = flags.steps_per_epoch
    if each is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the schedulers count steps in a run of epochs"
        raise user_error(config.place("epoch"), rule, hint="pass --steps-per-epoch")
    total = int(epochs.text) * each
    run = _Run(float(lr.text), each, total, settings.place("schedulers"), _warmup_steps(warmup, each) if warmup else 0)
    parts = [*(_ramp(warmup, run) if warmup else ()), *CURVES[decay.name](decay, run)]
    curve = timed_sequence([part for part in parts if part.begin < total], run.where, "step")
    names = either([decay.name, *([warmup.name] if warmup else [])], last="and")
    used = {} if "base_lr" in settings or flags.lr is not None else {"base_lr": lr.text}
    used |= decay.used | (warmup.used if warmup else {})
    defaults = [f"{name}={value}" for name, value in used.items()]
    return Request(
        unit="step",
        run={"lr": lr, "steps": computed_value(total, epochs.where)},
        curves=(labelled(curve, names),),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        milestones=milestones(decay.reader, "milestones", "step", per=each) if _drops(decay) else (),
        remarks=(
            read_as(names, f"{total} steps", defaults=defaults, warmup=run.warmup),
            *ignored("--lr (values are given instead)" if "values" in decay.reader and flags.lr is not None else ""),
            *_ignored(config, settings, used=2 if warmup else 1),
        ),
    )


def _schedulers(config: MappingReader, settings: MappingReader) -> tuple[_Scheduler, _Scheduler | None]:
    """Return the decay, and the warmup if it uses one."""
    if "schedulers" not in settings:
        if BASE in config:
            raise settings.missing(
                "schedulers", reason=f"the files of {BASE} are not read", hint=f"copy {KEY} from them"
            )
        empty = MappingReader(settings.node._replace(pairs=()))
        return _Scheduler("PiecewiseDecay", empty), _Scheduler("LinearWarmup", empty)
    listed = settings.values["schedulers"]
    if not listed.items:
        raise user_error(listed.where, "schedulers must be a list of a decay and a warmup", got=listed.kind)
    decay = _Scheduler.read(listed.items[0], DECAYS)
    if not decay.reader.flag("use_warmup", default=True):
        return decay, None
    if len(listed.items) == 1:
        hint = "add a LinearWarmup, or use_warmup: false to the decay"
        raise user_error(listed.where, "schedulers must have a warmup after the decay", hint=hint)
    return decay, _Scheduler.read(listed.items[1], WARMUPS)


def _rate(config: MappingReader, settings: MappingReader, flags: Flags) -> RawValue:
    if flags.lr is not None:
        return flags.lr
    if "base_lr" not in settings and BASE in config:
        raise settings.missing("base_lr", reason=f"the files of {BASE} are not read", hint="pass --lr")
    return settings.computed(settings.number("base_lr", 0.01, above=0), "base_lr")


def _epochs(config: MappingReader, flags: Flags) -> RawValue:
    if flags.epochs is not None:
        return computed_value(flags.epochs, flags.length_place)
    if "epoch" not in config:
        raise config.missing("epoch", hint="pass --epochs")
    return config.computed(config.count("epoch", at_least=1), "epoch")


def _warmup_steps(warmup: _Scheduler, each: int) -> int:
    reader = warmup.reader
    if "epochs" in reader and (warmup.name == "ExpWarmup" or reader.flag("epochs_first", default=True)):
        return max(reader.count("epochs", at_least=0) * each, 1)
    return max(warmup.count("steps", 500 if warmup.name == "LinearWarmup" else 1000, at_least=0), 1)


def _ramp(warmup: _Scheduler, run: _Run) -> Iterator[TimedCurve]:
    """Yield the curve up to the end of the warmup."""
    steps = run.warmup
    if warmup.name == "LinearWarmup":
        start, power = warmup.number("start_factor", 1 / 3, at_least=0, at_most=1), 1.0
    else:
        start, power = 0.0, warmup.number("power", 2.0, above=0)
    if power == 1.0:
        end = min(steps, run.total)
        times = computed_list((0, end), run.where)
        rates = computed_list((start * run.lr, run.lr * (start + (1 - start) * (end / steps))), run.where)
        yield TimedCurve(0.0, run.spec("piecewise_interpolated", times=times, values=rates))
        return
    last = min(steps, run.total) - 1
    if power == 2.0 and last:  # noqa: PLR2004 - the default
        peak = run.spec("constant", lr=run.lr * (last / steps) ** 2)
        shape, length = computed_value("quadratic", run.where), computed_value(last, run.where)
        of = curve_list((peak,), run.where)
        yield TimedCurve(0.0, run.spec("warmup", warmup=length, warmup_shape=shape, of=of))
        return
    check_length(last, run.where)
    rates_of_steps = [run.lr * (step / steps) ** power for step in range(last + 2)]
    yield TimedCurve(0.0, table(rates_of_steps, run.where, "step"))


def _piecewise(decay: _Scheduler, run: _Run) -> Iterator[TimedCurve]:
    """Yield the constant rates after the warmup, of which a milestone within it has no effect before its end."""
    milestones = decay.counts("milestones", (8, 11))
    if list(milestones) != sorted(milestones):
        raise decay.reader.invalid("milestones", "milestones must be ascending")
    rates = _rates(decay, run, milestones)
    begins = [0.0, *(float(milestone * run.each) for milestone in milestones)]
    last = max(at for at, begin in enumerate(begins) if begin <= run.warmup)
    kept = [at for at in range(last, len(begins)) if begins[at] < run.total or at == last]
    times = [max(begins[at], float(run.warmup)) for at in kept]
    yield TimedCurve(times[0], constants(times, [rates[at] for at in kept], run.where, "step"))


def _drops(decay: _Scheduler) -> bool:
    """Return whether a decay has drops; those by a factor of 1 keep the rate constant on purpose."""
    factors = decay.reader.numbers("gamma") if "gamma" in decay.reader else (0.1,)
    return decay.name == "PiecewiseDecay" and any(factor != 1 for factor in factors)


def _rates(decay: _Scheduler, run: _Run, milestones: tuple[int, ...]) -> list[float]:
    """Return the rates before the first milestone and after each of them."""
    reader, count = decay.reader, len(milestones)
    if "values" in reader:
        if run.warmup:
            raise reader.invalid("values", "values must be given with use_warmup: false, as the warmup uses them up")
        values = reader.numbers("values", at_least=0)
        if len(values) != count + 1:
            raise reader.invalid("values", f"values must be one more than the milestones ({count})")
        return list(values)
    if "gamma" not in reader:
        decay.note("gamma", "[0.1, 0.01]")
        factors: tuple[float, ...] = (0.1, 0.01)
    elif reader.values["gamma"].items is None:
        factor = reader.number("gamma", at_least=0)
        factors = tuple(factor / 10**at for at in range(count))
    else:
        factors = reader.numbers("gamma", at_least=0)
    if len(factors) < count - 1 or not factors:
        raise reader.invalid("gamma", f"gamma must have a factor for each milestone ({count})")
    # After the last milestone it is the last factor, whatever their number is.
    after = [*factors[: count - 1], factors[-1]] if count else []
    return [run.lr, *(run.lr * factor for factor in after)]


def _cosine(decay: _Scheduler, run: _Run) -> Iterator[TimedCurve]:
    """Yield the cosine after the warmup, and what is left after it."""
    reader, begin = decay.reader, run.warmup
    length = decay.count("max_epochs", 1000, at_least=1) * run.each
    least = reader.number("min_lr_ratio", 0.0, at_least=0, at_most=1) * run.lr
    plateau = reader.count("last_plateau_epochs", 0, at_least=0) * run.each
    if length <= begin:
        yield TimedCurve(float(begin), run.spec("constant", lr=run.lr))
        return
    end = length - plateau
    if end <= begin:
        rule = f"last_plateau_epochs must leave steps after the warmup of {begin} steps"
        raise reader.invalid("last_plateau_epochs", rule)
    if not begin and not plateau and length < run.total:
        raise reader.invalid(
            "max_epochs", "max_epochs must be at least epoch: without a warmup the rate rises after it"
        )
    total = computed_value(end - begin, run.where)
    cosine = run.spec("cosine", lr=run.lr, min_lr=least, total=total)
    yield TimedCurve(float(begin), cosine)
    if not plateau and length < run.total:  # the last rate of the list stays, one step before the minimum
        left = math.sin(math.pi / (2 * (end - begin))) ** 2
        yield TimedCurve(float(length - 1), run.spec("constant", lr=least + (run.lr - least) * left))


def _ignored(config: MappingReader, settings: MappingReader, *, used: int) -> tuple[str, ...]:
    """Return the remarks on what is ignored, given the number of schedulers that are used."""
    listed = settings.values["schedulers"].items or () if "schedulers" in settings else ()
    builder = config.mapping("OptimizerBuilder")
    optimizer = builder.mapping("optimizer") if builder is not None else None
    return ignored(
        f"schedulers after the first {'two' if used > 1 else 'one'} (the program does not use them)"
        if len(listed) > used
        else "",
        *(
            f"{key} (other parameters may have other rates)"
            for key in ("layerwise_decay", "param_groups")
            if optimizer is not None and key in optimizer
        ),
    )


CURVES: dict[str, Callable[[_Scheduler, _Run], Iterator[TimedCurve]]] = {
    "PiecewiseDecay": _piecewise,
    "CosineDecay": _cosine,
}
