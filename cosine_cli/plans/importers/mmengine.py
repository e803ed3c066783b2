"""Import an MMEngine config: the schedulers of its ``param_scheduler``, each changing the current rate in its window.

Windows, lengths and the order of calls are those of MMEngine 0.10.7: ``Runner._build_param_scheduler`` and
``mmengine/hooks/param_scheduler_hook.py``.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.budget_keys import BY_BATCH, BudgetKeys
from cosine_cli.plans.importers.core.computed import computed_value, labelled
from cosine_cli.plans.importers.core.defaults_reader import used_defaults
from cosine_cli.plans.importers.core.evidence import All, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN, UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.mmengine_schedulers import (
    ACTS,
    DEFAULTS,
    ONE_CYCLE,
    QUADRATIC,
    Scheduler,
    Tick,
    listed_milestones,
    one_cycle,
)
from cosine_cli.plans.importers.core.openmmlab import BASE, check_base, optimizer_rate
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.scheduler_acts import Change, Rank, Segment
from cosine_cli.plans.importers.core.scheduler_chain import ChainCurve, SchedulerChain, chain_curve
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.registry import depends
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

KEY = "param_scheduler"
WRITE = (
    "write the whole config with python -c \"from mmengine import Config; Config.fromfile('FILE').dump('FILE.json')\""
)
CLASS_TAG = "!!python/name:"

FORMAT = Format(
    "MMEngine config",
    needs=(
        one_of(
            Key(KEY, "list"),
            Key(KEY, "mapping"),
            All("optim_wrapper", one_of(BASE, "train_cfg.max_epochs", "train_cfg.max_iters")),
            Key("[].type", pattern=r"\w*(\.\w+)*(LR|Momentum|WeightDecay|ParamScheduler)", example="CosineAnnealingLR"),
        ),
    ),
    files="Python config, or its dump as JSON or YAML",
    reads="`param_scheduler`, the rate of `optim_wrapper` and the length of `train_cfg`",
    options=RUN,
    budget=BudgetKeys(
        keys={"batch_size": "train_dataloader.batch_size", "drop_last": "train_dataloader.drop_last"},
        uncounted={
            "train_dataloader.sampler.type!=DefaultSampler": "the sampler determines it",
            "train_dataloader.batch_sampler.type!=AspectRatioBatchSampler": "the sampler determines it",
            "train_dataloader.num_batch_per_epoch": "it replaces the number of batches",
        },
        limits={"train_dataloader.dataset.times": "the samples with their repetitions"},
        refused=BY_BATCH,
    ),
    replacement_keys={"warmup": "end of its first scheduler", "min_lr": "eta_min"},
    unknown={
        "--steps-per-epoch": "the steps per epoch, if a scheduler counts steps in a run of epochs",
        "--epochs, --steps": "the length of the run, if `train_cfg` is missing",
        "--lr": "the rate, if `optim_wrapper` is missing",
    },
    tags=("!!python/tuple", CLASS_TAG),
)

ENDLESS = 1_000_000_000
"""MMEngine's value for a window without an end."""

BY_METRIC = "ReduceOnPlateau"
NOT_THE_RATE = ("Momentum", "WeightDecay")

BY_UPDATE = "IterBasedTrainLoop"
"""The loop that counts only steps; schedulers that count epochs see one epoch."""

HOOK = "ParamSchedulerHook"
"""The hook that calls the schedulers. Those of MMYOLO whose names end in it set the rate on their own."""

SHARED = ("type", "param_name", "begin", "end", "last_step", "by_epoch", "convert_to_iter_based", "verbose", "_scope_")
ARGUMENTS = {
    "Step": ("step_size", "gamma"),
    "MultiStep": ("milestones", "gamma"),
    "Constant": ("factor",),
    "Linear": ("start_factor", "end_factor"),
    "Exponential": ("gamma",),
    "Poly": ("eta_min", "power"),
    "CosineAnnealing": ("T_max", "eta_min", "eta_min_ratio"),
    "CosineRestart": ("periods", "restart_weights", "eta_min", "eta_min_ratio"),
    QUADRATIC: (),
    ONE_CYCLE: (
        *("eta_max", "total_steps", "pct_start", "anneal_strategy"),
        *("div_factor", "final_div_factor", "three_phase"),
    ),
}
"""The arguments of each supported scheduler, besides those of all schedulers."""


class _Run(NamedTuple):
    """The length of the run.

    - ``total``: in ticks.
    - ``epochs``: in epochs, at which schedulers without an end stop; None if it is not a whole number.
    """

    total: RawValue
    epochs: int | None


def load(top: Node, flags: Flags) -> Request:
    """Return the curve of all schedulers together."""
    config = MappingReader(top)
    check_base(config, WRITE)
    _check_hooks(config)
    given = config.values.get(KEY, top)
    readers = _schedulers(config, given)
    own = [reader for reader in readers if not _is_other(reader)]
    kinds = [_kind(reader) for reader in own]
    tick = _tick(own, config, flags)
    lr = optimizer_rate(_wrapper(config).mapping("optimizer"), config, flags)
    length = _run(config, own, tick, flags)
    schedulers = [
        _scheduler(reader, kind, tick, length, float(lr.text)) for reader, kind in zip(own, kinds, strict=True)
    ]
    curve, after = _curve(schedulers, tick, given.where)
    run = {"lr": lr, f"{tick.unit}s": length.total}
    if tick.unit == "epoch":
        run["update"] = computed_value("epoch", given.where)
    names = either(dict.fromkeys(map(_name, own)), last="and") if own else "a constant rate"
    return Request(
        unit=tick.unit,
        run=run,
        curves=(labelled(curve, names),),
        applied_flags=frozenset({"lr", "epochs", "steps"}) & frozenset(flags.given),
        milestones=tuple(itertools.chain.from_iterable(map(listed_milestones, schedulers))),
        remarks=(
            read_as(
                names,
                f"{length.total.text} {tick.unit}s",
                defaults=_defaults(schedulers),
                warmup=_warmup(schedulers),
            ),
            *ignored("--lr (OneCycleLR does not use it)" if ONE_CYCLE in kinds and flags.lr is not None else ""),
            *_ignored(config, [_name(reader) for reader in readers if _is_other(reader)], after),
        ),
    )


def _defaults(schedulers: list[Scheduler]) -> list[str]:
    used = (
        used_defaults(one.reader, {"end": _end_text(one), **DEFAULTS.get(one.kind, {})}, _name(one.reader))
        for one in schedulers
    )
    return list(dict.fromkeys(itertools.chain.from_iterable(used)))


def _end_text(scheduler: Scheduler) -> str:
    """Return the end of a window without one, which is that of the run, in the scheduler's own unit."""
    end = int(scheduler.begin) // scheduler.every + scheduler.calls
    return f"{end // scheduler.unit_calls}"


def _warmup(schedulers: list[Scheduler]) -> float:
    """Return the end of the first scheduler that raises the rate from the start on, in ticks; 0 without one."""
    return next((float(one.calls * one.every) for one in schedulers if not one.begin and _climbs(one)), 0.0)


def _climbs(scheduler: Scheduler) -> bool:
    if scheduler.kind == "Linear":
        return scheduler.number("start_factor") < scheduler.reader.number("end_factor", 1.0)
    return scheduler.kind == QUADRATIC


def _schedulers(config: MappingReader, given: Node) -> list[MappingReader]:
    """Return the schedulers of a list, or the only one; without any, the rate is constant."""
    if given.pairs is not None and KEY not in config:
        return []
    if given.pairs is not None and "type" not in given.keys:
        rule = f"{KEY} must be that of one optimizer: a mapping without type has those of several"
        raise user_error(given.where, rule, got=either(sorted(given.keys), last="and") if given.keys else "nothing")
    return [MappingReader.of(node) for node in (given.items if given.items is not None else (given,))]


def _check_hooks(config: MappingReader) -> None:
    """Raise RequestError for a hook that sets the rate."""
    listed = config.values.get("custom_hooks")
    hooks = [*(listed.items or () if listed is not None else ())]
    default = config.values.get("default_hooks")
    hooks += [value for _, value in default.pairs or ()] if default is not None else []
    for hook in hooks:
        reader = MappingReader(hook)
        if "type" in reader.node.keys and _name(reader).endswith(HOOK) and _name(reader) != HOOK:
            hint = "pass a curve instead of the file, as in cosine:warmup=5,min_lr=1e-5"
            raise reader.invalid("type", f"type must be {HOOK}: this hook sets the learning rate in code", hint=hint)


def _ignored(config: MappingReader, others: list[str], after: float | None) -> tuple[str, ...]:
    wrapper = _wrapper(config)
    each = wrapper.count("accumulative_counts", 1, at_least=1)
    return ignored(
        f"{either(others, last='and')} (not a learning rate)" if others else "",
        f"the rate {after:g} set after the last step" if after is not None else "",
        "paramwise_cfg (other parameters may have other rates)" if "paramwise_cfg" in wrapper else "",
        f"accumulative_counts {each} (steps are iterations, which the schedulers count)" if each > 1 else "",
    )


def _wrapper(config: MappingReader) -> MappingReader:
    """Return the settings of the optimizer wrapper, or the config itself if there is none."""
    return config.mapping("optim_wrapper") or config


def _name(reader: MappingReader) -> str:
    """Return the name of a class, which may be a path or a YAML tag."""
    tag = next((value.tag for key, value in reader.node.pairs or () if key.text == "type"), "")
    path = tag.removeprefix(CLASS_TAG) if tag.startswith(CLASS_TAG) else reader.word("type")
    return path.rpartition(".")[2]


def _is_other(reader: MappingReader) -> bool:
    """Return whether a scheduler changes something other than the learning rate."""
    name = _name(reader)
    if name.endswith("ParamScheduler") and "param_name" not in reader:
        raise reader.missing("param_name", reason=f"{name} has no default")
    return name.endswith(NOT_THE_RATE) or reader.word("param_name", "lr") != "lr"


def _kind(reader: MappingReader) -> str:
    name = _name(reader)
    kind = name.removesuffix("ParamScheduler" if name.endswith("ParamScheduler") else "LR")
    if kind == BY_METRIC:
        raise reader.invalid("type", f"type {depends('torch.ReduceLROnPlateau')}")
    if kind not in ARGUMENTS:
        known = [f"{kind}LR" for kind in ARGUMENTS]
        hint = did_you_mean(name, known) or f"the supported ones are {either(known, last='and')}"
        raise reader.invalid("type", "type must be a supported scheduler", hint=hint)
    known = [*SHARED, *ARGUMENTS[kind]]
    for argument in reader.others(known):
        takes = f"it takes {either(ARGUMENTS[kind] or ('begin', 'end'), last='and')}"
        hint = did_you_mean(argument, known) or takes
        raise user_error(reader.place(argument), f"{name} has no argument {quote(argument)}", hint=hint)
    return kind


def _is_by_epoch(reader: MappingReader) -> bool:
    return reader.flag("by_epoch", default=True)


def _is_converted(reader: MappingReader) -> bool:
    return _is_by_epoch(reader) and reader.flag("convert_to_iter_based", default=False)


def _is_called_by_epoch(reader: MappingReader) -> bool:
    return _is_by_epoch(reader) and not _is_converted(reader)


def _tick(readers: list[MappingReader], config: MappingReader, flags: Flags) -> Tick:
    """Return epochs if all schedulers count epochs, else steps; raise RequestError if steps per epoch are unknown."""
    loop = config.mapping("train_cfg")
    if not readers and loop is not None and _is_by_update(loop):
        return Tick("step", 0, 1)
    if all(_is_called_by_epoch(reader) for reader in readers):
        flags.check_epochs("the config")
        return Tick("epoch", 1, flags.steps_per_epoch or 1)
    by_epoch = next((reader for reader in readers if _is_by_epoch(reader)), None)
    if by_epoch is None:
        return Tick("step", flags.steps_per_epoch or 0, 1)
    if flags.steps_per_epoch is None:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: some schedulers count steps and some epochs"
        raise user_error(by_epoch.place("by_epoch"), rule, hint="pass --steps-per-epoch")
    return Tick("step", flags.steps_per_epoch, 1)


def _scheduler(reader: MappingReader, kind: str, tick: Tick, run: _Run, lr: float) -> Scheduler:
    if reader.count("last_step", -1, at_least=-1) != -1:
        raise reader.invalid("last_step", "last_step must be -1: a resumed schedule cannot be read")
    unit_calls = tick.each if _is_converted(reader) else 1
    by_epoch = _is_called_by_epoch(reader)
    every = tick.each if by_epoch else 1
    if kind == QUADRATIC and _is_converted(reader):
        _check_whole(reader, tick)
    begin, end = _calls(reader, "begin", tick), _end(reader, tick, run)
    if end <= begin:
        if "end" in reader:
            raise reader.invalid("end", f"end must be above begin ({begin})")
        raise reader.invalid("begin", f"begin must be within the run ({end})")
    return Scheduler(
        kind=kind,
        reader=reader,
        begin=float(begin * every),
        calls=end - begin,
        every=every,
        unit_calls=unit_calls,
        tick=tick,
        lr=lr,
        total=float(run.total.text),
        by_epoch=by_epoch,
    )


def _calls(reader: MappingReader, name: str, tick: Tick) -> int:
    """Return a time in calls; epochs converted to steps are truncated to whole steps."""
    if not _is_converted(reader):
        return reader.count(name, 0, at_least=0, at_most=ENDLESS)
    epochs = reader.number(name, 0.0, at_least=0, at_most=ENDLESS)
    return int(epochs) if epochs == ENDLESS else int(epochs * tick.each)


def _check_whole(reader: MappingReader, tick: Tick) -> None:
    """Raise RequestError for parts of an epoch that are not whole steps, which this scheduler does not truncate."""
    for name in ("begin", "end"):
        if name in reader and not (reader.number(name, at_least=0, at_most=ENDLESS) * tick.each).is_integer():
            raise reader.invalid(name, f"{name} must be a whole number of steps of {tick.each} per epoch")


def _end(reader: MappingReader, tick: Tick, run: _Run) -> int:
    """Return the call after the last one: without an end, the scheduler lasts as long as the run."""
    if "end" in reader:
        return _calls(reader, "end", tick)
    if not _is_by_epoch(reader):
        return int(run.total.text)
    if run.epochs is None:
        reason = f"the run of {run.total.text} steps is not a whole number of epochs"
        raise reader.missing("end", reason=reason, hint="or pass --epochs")
    return run.epochs * (tick.each if _is_converted(reader) else 1)


def _run(config: MappingReader, readers: list[MappingReader], tick: Tick, flags: Flags) -> _Run:
    """Return the length of the run: from the options, the loop's settings, or the end of the last window."""
    loop = config.mapping("train_cfg")
    by_update = loop is not None and _is_by_update(loop)
    for reader in readers if by_update else ():
        if _is_called_by_epoch(reader):
            rule = f"by_epoch must be false, or convert_to_iter_based true: {BY_UPDATE} does not count epochs"
            raise reader.invalid("by_epoch", rule)
    total = (
        _given_length(tick, flags)
        or (loop and _loop_length(loop, tick, by_update=by_update))
        or _last_end(readers, config, tick)
    )
    epochs = 1 if by_update else int(total.text) // (tick.each or 1)
    whole = by_update or epochs * tick.each == int(total.text)
    return _Run(total, epochs if whole else None)


def _is_by_update(loop: MappingReader) -> bool:
    """Return whether a loop counts steps."""
    if "type" in loop.node.keys and _name(loop).endswith(("IterBasedTrainLoop", "EpochBasedTrainLoop")):
        return _name(loop).endswith(BY_UPDATE)
    return not loop.flag("by_epoch", default="max_epochs" in loop or "max_iters" not in loop)


def _given_length(tick: Tick, flags: Flags) -> RawValue | None:
    length = flags.epochs if tick.unit == "epoch" else flags.steps
    return None if length is None else computed_value(length, flags.length_place)


def _loop_length(loop: MappingReader, tick: Tick, *, by_update: bool) -> RawValue | None:
    """Return the length of the run in the loop's settings, None if there is none."""
    name = "max_iters" if by_update else "max_epochs"
    if name not in loop:
        return None
    if not by_update and not tick.each:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: the schedulers count steps"
        raise user_error(loop.place(name), rule, hint="pass --steps-per-epoch")
    each = 1 if by_update else tick.each
    return loop.computed(loop.count(name, at_least=1, at_most=MOST_STEPS // each) * each, name)


def _last_end(readers: list[MappingReader], config: MappingReader, tick: Tick) -> RawValue:
    """Return the end of the last window."""
    if not readers:
        raise user_error(config.where, "length of the run unknown: train_cfg is missing", hint=f"pass --{tick.unit}s")
    for reader in readers:
        if reader.number("end", ENDLESS) >= ENDLESS:
            rule = f"length of the run unknown: {_name(reader)} has no end"
            raise user_error(reader.place("end"), rule, hint=f"pass --{tick.unit}s")

    def end(reader: MappingReader) -> int:
        calls = _calls(reader, "end", tick)
        return calls * tick.each if _is_called_by_epoch(reader) else calls

    last = max(readers, key=end)
    return last.computed(end(last), "end")


def _curve(schedulers: list[Scheduler], tick: Tick, where: str) -> ChainCurve:
    """Return the curve of all schedulers together."""
    if not schedulers:
        return ChainCurve(CurveSpec("constant", where, tick.unit))
    if any(scheduler.kind == ONE_CYCLE for scheduler in schedulers):
        return one_cycle(schedulers)
    acts = [
        replace(act, rank=Rank(by_epoch=scheduler.by_epoch, place=place))
        for place, scheduler in enumerate(schedulers)
        for act in ACTS[scheduler.kind](scheduler)
    ]
    changes = [act for act in acts if isinstance(act, Change)]
    segments = [act for act in acts if isinstance(act, Segment)]
    return chain_curve(SchedulerChain(changes, segments, schedulers[0].lr, schedulers[0].total, tick.unit, where))
