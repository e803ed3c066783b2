"""Import a Hydra config of fairseq, as written by hand or dumped by ``fairseq-hydra-train``.

Source: facebookresearch/fairseq 3d262bb2 (2025): ``fairseq/optim/lr_scheduler/`` (one file per scheduler),
``fairseq/optim/composite.py``, ``fairseq/dataclass/configs.py`` (the defaults) and ``fairseq/trainer.py``: update ``t``
uses the rate of ``num_updates = t``.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_curve,
    computed_list,
    curve_list,
    interpolated_spec,
    labelled,
)
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
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
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import either, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

NAME = "_name"
MISSING = "???"
"""The value of a key that Hydra requires on the command line."""

RATE = 0.25
"""The default of ``optimization.lr``."""

SHRINK = 0.1
"""The default of ``lr_shrink``."""

DELEGATED = "pass_through"
"""The scheduler that leaves the rates to those of the parameter groups."""

MOST_EPOCHS, MOST_CYCLES, MOST_TRIANGLES = 1000, 100, 1000

FORMAT = Format(
    "fairseq config",
    needs=(
        Key("optimization", "mapping"),
        one_of(*(f"{block}.{NAME}" for block in ("lr_scheduler", "optimizer", "task", "criterion", "model"))),
    ),
    files="YAML config of fairseq-hydra-train",
    reads="`lr_scheduler` or that of the first group of `optimizer`, and `optimization`",
    options=RUN,
    replacement_keys={"warmup": "lr_scheduler.warmup_updates (warmup_steps for tri_stage)"},
    unknown={
        "--steps": "the length of the run, if `optimization.max_update` is 0 or missing",
        "--steps-per-epoch": "the steps per epoch, if the scheduler `fixed` has one rate per epoch",
        "--lr": "the rate, if `optimization.lr` is `???`, the mark for a missing value",
    },
)


@dataclass(frozen=True)
class _Source:
    """A scheduler: its keys with their defaults, its rates, the length of the run in steps, and the options."""

    values: DefaultsReader
    lrs: tuple[float, ...]
    steps: int
    horizon: int
    flags: Flags

    @property
    def params(self) -> MappingReader:
        """The keys as they are in the file."""
        return self.values.config

    @property
    def shrink(self) -> float:
        """The factor ``lr_shrink``."""
        return self.values.number("lr_shrink", above=0, at_most=1)

    @property
    def where(self) -> str:
        """The place of the scheduler."""
        return self.params.place(NAME)

    @property
    def lr(self) -> float:
        """The only rate."""
        if len(self.lrs) > 1:
            raise user_error(self.where, "lr must be one rate: only fixed has a rate for each epoch")
        return self.lrs[0]

    def steps_of(self, name: str) -> int:
        """Return a number of updates, by default 0."""
        return self.params.count(name, 0, at_least=0)

    def curve(self, name: str, **params: float | str) -> CurveSpec:
        """Return a curve at the place of the scheduler."""
        return computed_curve(name, self.where, **params)

    def warmed_up(self, curve: CurveSpec, start: float, steps: int) -> CurveSpec:
        """Return a curve after the warmup."""
        return warmed_up(curve, start, self.lr, steps, self.steps)

    def initial(self, floor: float) -> float:
        """Return the rate that the warmup begins at, ``floor`` if ``warmup_init_lr`` is negative."""
        start = self.params.number("warmup_init_lr", -1.0, at_most=self.lr)
        return floor if start < 0 else start


def _fixed(source: _Source) -> CurveSpec:
    """Return the rates of the epochs after a warmup that begins above 0."""
    warmup = source.steps_of("warmup_updates")
    curve, changes, first = _epochs(source)
    if warmup <= 1:
        return curve
    if changes and warmup >= changes[0]:
        raise source.params.invalid("warmup_updates", "warmup_updates must be less than the updates of the first rate")
    if warmup >= source.steps:
        return line(first / warmup, first, warmup - 1, source.steps, source.where)
    climb = source.curve("", warmup=warmup, warmup_start=0.0, warmup_from="first").params
    return curve._replace(params={**curve.params, **climb})


def _epochs(source: _Source) -> tuple[CurveSpec, list[int], float]:
    """Return the rates of the epochs, the steps at which they change, and the first rate."""
    anneal = source.steps_of("force_anneal") if "force_anneal" in source.params else None
    if anneal is None and len(set(source.lrs)) == 1:
        return source.curve("constant", lr=source.lrs[0]), [], source.lrs[0]
    epoch = source.flags.steps_per_epoch
    if epoch is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: fixed has a rate for each epoch"
        raise user_error(source.where, rule, hint="pass --steps-per-epoch")
    count = math.ceil(source.steps / epoch) if anneal is not None else len(source.lrs)
    if count > MOST_EPOCHS:
        raise user_error(
            source.where, f"fixed must have at most {MOST_EPOCHS} epochs with a rate of their own", got=str(count)
        )
    shrink = 1.0 if anneal is None else source.shrink
    rates = [_rate_of(number, source.lrs, anneal, shrink) for number in range(1, count + 1)]
    changes = [index for index in range(1, count) if rates[index] != rates[index - 1]]
    if not changes:
        return source.curve("constant", lr=rates[0]), [], rates[0]
    steps = [index * epoch for index in changes]
    table = {
        "milestones": computed_list(steps, source.where),
        "values": computed_list([rates[0], *(rates[index] for index in changes)], source.where),
    }
    return CurveSpec("piecewise_constant", source.where, "step", table), steps, rates[0]


def _rate_of(epoch: int, lrs: tuple[float, ...], anneal: int | None, shrink: float) -> float:
    """Return the rate of an epoch, counted from 1."""
    if anneal is None or epoch < anneal:
        return lrs[min(epoch, len(lrs)) - 1]
    return float(lrs[-1] * shrink ** (epoch + 1 - anneal))


def _inverse_sqrt(source: _Source) -> CurveSpec:
    warmup = source.values.count("warmup_updates", at_least=0)
    if not warmup:
        raise source.params.invalid("warmup_updates", "warmup_updates must be above 0: the decay is relative to it")
    curve = source.curve("inverse_sqrt", lr=source.lr, timescale=warmup)
    return source.warmed_up(curve, source.initial(0.0), warmup)


def _cosine(source: _Source) -> CurveSpec:
    params, warmup = source.params, source.steps_of("warmup_updates")
    end = min(params.number("min_lr", 0.0, at_least=0), source.lr)
    period = params.number("lr_period_updates", -1.0, at_most=MOST_STEPS)
    if period <= 0:
        period = source.horizon - warmup
    if period <= 0 and warmup < source.steps:
        raise params.invalid("warmup_updates", "warmup_updates must be less than max_update")
    cosine = source.curve("cosine", lr=source.lr, min_lr=end, total=max(period, 1))
    curve = cosine if warmup + period >= source.steps else _periods(source, cosine, period, end, source.steps - warmup)
    return source.warmed_up(curve, source.initial(end), warmup) if curve.name != "sequence" else curve


def _periods(source: _Source, cosine: CurveSpec, period: float, end: float, steps: int) -> CurveSpec:
    """Return periods of a cosine, of which ``lr_shrink`` lowers the peak and the end."""
    growth = source.params.number("t_mult", 1.0, at_least=1, at_most=1e6)
    shrink = source.shrink
    ratio = steps / period
    count = math.ceil(ratio if growth == 1 else math.log1p(ratio * (growth - 1)) / math.log(growth)) + 1
    if not end or shrink == 1:
        params = {"cycle": period, "cycle_mult": growth, "cycle_decay": shrink, "cycles": count}
        curve = source.curve("restarts", **params)
        return curve._replace(params={**curve.params, "of": curve_list((cosine,), source.where)})
    if count > MOST_CYCLES:
        rule = f"cosine must have at most {MOST_CYCLES} periods if lr_shrink lowers min_lr"
        raise user_error(source.where, rule, got=str(count))
    lengths = [period * growth**index for index in range(count)]
    begun = sum(begin < steps for begin in itertools.accumulate(lengths, initial=0.0))
    curves = [
        source.curve("cosine", lr=source.lr * shrink**index, min_lr=end * shrink**index, total=lengths[index])
        for index in range(begun)
    ]
    warmup = source.steps_of("warmup_updates")
    curves[0], lengths[0] = source.warmed_up(curves[0], source.initial(end), warmup), lengths[0] + warmup
    return in_turn(list(zip(curves[:-1], lengths, strict=False)), curves[-1])


STAGES = ("warmup_steps", "hold_steps", "decay_steps")
"""The lengths of the stages of tri_stage."""


def _tri_stage(source: _Source) -> CurveSpec:
    """Return a warmup, a constant rate and an exponential decay."""
    params, lr = source.params, source.lr
    warmup, hold, decay = _stages(source)
    if not decay:
        raise params.invalid("decay_steps", "decay_steps must be above 0")
    first = lr * source.values.number("init_lr_scale", at_least=0, at_most=1)
    last = lr * source.values.number("final_lr_scale", above=0, at_most=1)
    stages, rates = Stages(warmup, hold, decay), Rates(first, lr, last)
    return stable_decay(stages, rates, "exponential", source.steps, source.where)


def _stages(source: _Source) -> tuple[int, ...]:
    """Return the lengths of the stages."""
    if "phase_ratio" not in source.params:
        return tuple(map(source.steps_of, STAGES))
    shares = _numbers(source.params, "phase_ratio")
    if len(shares) != len(STAGES) or min(shares) < 0 or sum(shares) != 1:
        raise source.params.invalid("phase_ratio", "phase_ratio must be three shares that add up to 1")
    return tuple(int(source.horizon * share) for share in shares)


def _polynomial_decay(source: _Source) -> CurveSpec:
    params, warmup = source.params, source.steps_of("warmup_updates")
    if "force_anneal" in params:
        raise params.invalid("force_anneal", "force_anneal must be null: annealing by epoch is not supported")
    source.values.note("total_num_update")
    total = params.number("total_num_update", float(source.horizon), above=0, at_most=MOST_STEPS)
    if total <= warmup < source.steps:
        raise params.invalid("warmup_updates", "warmup_updates must be less than total_num_update")
    end = params.number("end_learning_rate", 0.0, at_least=0, at_most=source.lr)
    power = params.number("power", 1.0, above=0)
    ends = {"lr": source.lr, "min_lr": end, "total": max(total - warmup, 1)}
    linear, polynomial = source.curve("linear", **ends), source.curve("polynomial", power=power, **ends)
    return source.warmed_up(linear if power == 1 else polynomial, 0.0, warmup)


def _triangular(source: _Source) -> CurveSpec:
    """Return triangles between ``lr``, the lower rate, and ``max_lr``, which ``lr_shrink`` lowers."""
    params, low = source.params, source.lr
    high = params.number("max_lr", above=0)
    if high <= low:
        raise params.invalid("max_lr", "max_lr must be above lr")
    half = source.values.number("lr_period_updates", above=0, at_most=MOST_STEPS) // 2
    shrink = source.shrink
    count = math.ceil(source.steps / (2 * half)) if half else MOST_TRIANGLES + 1
    if count > MOST_TRIANGLES:
        rule = f"lr_period_updates must give at most {MOST_TRIANGLES} periods"
        raise params.invalid("lr_period_updates", rule)
    points: dict[float, float] = {}
    for index in range(count):
        begin, top = 2 * half * index, high * shrink**index
        bottom = low * shrink**index if params.flag("shrink_min", default=False) else low
        points |= {begin: bottom, begin + 2 * half - 1: bottom + (top - bottom) / half, begin + half: top}
    return interpolated_spec(dict(sorted(points.items())), source.where)


def _step(source: _Source) -> CurveSpec:
    params, warmup = source.params, source.steps_of("warmup_updates")
    low = params.number("min_lr", 0.0, at_least=0, at_most=source.lr)
    period = source.values.count("lr_deacy_period", at_least=1)
    decay = source.values.number("lr_decay", above=0, at_most=1)
    curve = source.curve("step", lr=source.lr, min_lr=low, step_size=period, gamma=decay)
    if not warmup:
        return curve
    ramp = line(source.initial(low), source.lr, warmup, source.steps, source.where)
    return ramp if warmup >= source.steps else in_turn([(ramp, warmup)], curve)


class _Schedule(NamedTuple):
    """A scheduler: its curve, its keys, and its defaults that matter."""

    curve: Callable[[_Source], CurveSpec]
    keys: tuple[str, ...]
    defaults: dict[str, float | str]


SCHEDULES = {
    "fixed": _Schedule(_fixed, ("force_anneal", "lr_shrink", "warmup_updates"), {"lr_shrink": SHRINK}),
    "inverse_sqrt": _Schedule(_inverse_sqrt, ("warmup_updates", "warmup_init_lr"), {"warmup_updates": 4000}),
    "cosine": _Schedule(
        _cosine,
        ("warmup_updates", "warmup_init_lr", "min_lr", "t_mult", "lr_period_updates", "lr_shrink"),
        {"lr_shrink": SHRINK},
    ),
    "tri_stage": _Schedule(
        _tri_stage,
        (*STAGES, "phase_ratio", "init_lr_scale", "final_lr_scale"),
        {"init_lr_scale": 0.01, "final_lr_scale": 0.01},
    ),
    "polynomial_decay": _Schedule(
        _polynomial_decay,
        ("warmup_updates", "force_anneal", "end_learning_rate", "power", "total_num_update"),
        {"total_num_update": "max_update"},
    ),
    "triangular": _Schedule(
        _triangular,
        ("max_lr", "lr_period_updates", "lr_shrink", "shrink_min"),
        {"lr_period_updates": 5000, "lr_shrink": SHRINK},
    ),
    "step": _Schedule(
        _step,
        ("warmup_updates", "warmup_init_lr", "min_lr", "lr_deacy_period", "lr_decay"),
        {"lr_deacy_period": 25_000, "lr_decay": 0.5},
    ),
}
"""The supported schedulers by their ``_name``."""

COMMON_KEYS = (NAME, "lr", "max_update")
"""The keys of every scheduler in a dump, which come from ``optimization``."""


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of the scheduler over the updates of the run."""
    config = MappingReader(interpolated(top))
    optimization = config.mapping("optimization") or MappingReader(config.node._replace(pairs=()))
    group = _group(config)
    params = _params(config if group is None else group.reader)
    kind = check_kind(params, NAME, SCHEDULES)
    schedule = SCHEDULES[kind]
    unknown = next(iter(params.others((*COMMON_KEYS, *schedule.keys))), None)
    if unknown is not None:
        hint = f"it takes {either(schedule.keys, last='and')}"
        raise params.invalid(unknown, f"{visible(unknown)} is not a parameter of {kind}", hint=hint)
    lrs = _lrs(params, group, optimization, flags)
    steps = _steps(optimization, flags)
    horizon = int(steps.text)
    if flags.length is None:
        horizon = params.count("max_update", _max_update(optimization) or horizon, at_least=1)
    values = DefaultsReader(config=params, defaults=schedule.defaults)
    curve = schedule.curve(_Source(values, lrs.values, int(steps.text), horizon, flags))
    return Request(
        unit="step",
        run={"lr": lrs.first, "steps": steps},
        curves=(labelled(curve, kind),),
        applied_flags=frozenset({"lr", "epochs"}) & frozenset(flags.given),
        remarks=(
            read_as(kind, f"{steps.text} steps", defaults=[*lrs.defaults, *values.notes]),
            *ignored(*(() if group is None else group.others), *_unused(optimization, flags)),
        ),
    )


class _Group(NamedTuple):
    """A parameter group of a composite optimizer, and remarks on the others."""

    reader: MappingReader
    others: tuple[str, ...]


class _Rates(NamedTuple):
    """The rates of the epochs, of which ``first`` has the place of the first one, and the default that they are."""

    values: tuple[float, ...]
    first: RawValue
    defaults: tuple[str, ...] = ()


def _group(config: MappingReader) -> _Group | None:
    """Return the group whose rates fairseq logs, ``default`` or the first one, if the groups have the schedulers."""
    if _scheduler_name(config) != DELEGATED:
        return None
    optimizer = config.mapping("optimizer")
    groups = optimizer.mapping("groups") if optimizer is not None else None
    if groups is None or not groups.values:
        raise config.missing("optimizer", reason="pass_through leaves the rates to its groups")
    name = "default" if "default" in groups else next(iter(groups.values))
    others = [visible(other) for other in groups.others((name,))]
    note = f"the schedules of the other groups of optimizer, {', '.join(others)} (rates are those of {visible(name)})"
    return _Group(MappingReader.of(groups.values[name]), (note,) if others else ())


def _scheduler_name(config: MappingReader) -> str:
    if "lr_scheduler" not in config:
        return _from_defaults(config)
    if config.values["lr_scheduler"].pairs is None:
        return config.word("lr_scheduler")
    return MappingReader.of(config.values["lr_scheduler"]).word(NAME, "")


def _from_defaults(config: MappingReader) -> str:
    """Return the scheduler that the defaults list selects, fairseq's default without it."""
    listed = config.values["defaults"].items if "defaults" in config else None
    readers = [MappingReader(item) for item in listed or () if item.pairs is not None]
    return next((reader.word("lr_scheduler") for reader in readers if "lr_scheduler" in reader), "fixed")


def _params(config: MappingReader) -> MappingReader:
    """Return the keys of the scheduler: only its name if the file has no more."""
    if "lr_scheduler" in config and config.values["lr_scheduler"].pairs is not None:
        params = MappingReader.of(config.values["lr_scheduler"])
        return params if NAME in params else _named(params.node, "fixed")
    node = config.values.get("lr_scheduler", config.node)
    return _named(node._replace(pairs=()), _scheduler_name(config))


def _named(node: Node, name: str) -> MappingReader:
    """Return a scheduler with its name."""
    key, value = (node._replace(text=text, quoted=False, items=None, pairs=None) for text in (NAME, name))
    return MappingReader(node._replace(pairs=((key, value), *(node.pairs or ()))))


def _lrs(params: MappingReader, group: _Group | None, optimization: MappingReader, flags: Flags) -> _Rates:
    if flags.lr is not None:
        return _Rates((float(flags.lr.text),), flags.lr)
    reader, name = _rate_key(params, group, optimization)
    if name not in reader:
        return _Rates((RATE,), reader.computed(RATE, "optimization"), (f"lr={RATE:g}",))
    if reader.values[name].items is None and reader.word(name) == MISSING:
        raise reader.invalid(name, f"{name} must be a number: {MISSING} is given on the command line", hint="pass --lr")
    values = _numbers(reader, name)
    if not values or min(values) <= 0:
        raise reader.invalid(name, f"{name} must be numbers above 0")
    return _Rates(values, reader.computed(values[0], name))


def _rate_key(params: MappingReader, group: _Group | None, optimization: MappingReader) -> tuple[MappingReader, str]:
    """Return the mapping and the key of the rates."""
    if group is not None:
        optimizer = group.reader.mapping("optimizer") or optimization
        places = ((group.reader, "lr_float"), (optimizer, "lr"), (group.reader, "lr"))
        given = [(reader, name) for reader, name in places if name in reader and reader is not optimization]
        if len(given) > 1 and given[0][1] != "lr_float" and _numbers(*given[0]) != _numbers(*given[1]):
            raise given[1][0].invalid("lr", "lr must be that of the optimizer: versions of fairseq differ")
        return given[0] if given else (optimization, "lr")
    return (params, "lr") if "lr" in params else (optimization, "lr")


def _max_update(optimization: MappingReader) -> int:
    """Return the most updates, 0 without a limit."""
    given = "max_update" in optimization and optimization.word("max_update") != MISSING
    return optimization.count("max_update", at_least=0) if given else 0


def _max_epoch(optimization: MappingReader) -> int:
    """Return the most epochs, 0 without a limit."""
    return optimization.count("max_epoch", 0, at_least=0)


def _steps(optimization: MappingReader, flags: Flags) -> RawValue:
    """Return the length of the run: that of the options, or the first limit that is reached."""
    if flags.length is not None:
        return flags.length
    updates, epochs = _max_update(optimization), _max_epoch(optimization)
    limits = [optimization.computed(updates, "max_update")] if updates else []
    if epochs and flags.steps_per_epoch is not None:
        limits.append(optimization.computed(epochs * flags.steps_per_epoch, "max_epoch"))
    if limits:
        return min(limits, key=lambda limit: int(limit.text))
    rule = "number of steps unknown: optimization.max_update is not set"
    raise user_error(
        optimization.place("max_update"), rule, hint="pass --steps" + (" or --steps-per-epoch" if epochs else "")
    )


def _unused(optimization: MappingReader, flags: Flags) -> Iterator[str]:
    """Yield what limits the run and is not read."""
    if flags.length is None and flags.steps_per_epoch is None and _max_epoch(optimization):
        yield "max_epoch (the run may end before max_update; --steps-per-epoch is not given)"


def _numbers(reader: MappingReader, name: str) -> tuple[float, ...]:
    """Return a list of numbers, which may be one number or a text as in ``[0.1,0.4,0.5]`` or ``(0.1,0.4,0.5)``."""
    node = reader.values[name]
    if node.items is not None:
        return reader.numbers(name)
    text = reader.word(name).strip()
    inner = text[1:-1] if text[:1] in ("[", "(") and text[-1:] in ("]", ")") else text
    texts = inner.strip().removesuffix(",").split(",")
    items = tuple(node._replace(text=text.strip(), quoted=False) for text in texts)
    key = node._replace(text=name)
    return MappingReader(node._replace(pairs=((key, node._replace(text="", quoted=False, items=items)),))).numbers(name)
