"""The schedule of a scheduler that a config names by its class path, stepped as Lightning's ``Trainer`` does.

``LinearWarmupCosineAnnealingLR`` is that of Lightning Bolts 0.7, ``pl_bolts/optimizers/lr_scheduler.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.frameworks.core.discovery import framework_schedules, load_framework
from cosine_cli.plans.importers.core.class_paths import BOLTS, schedule_at
from cosine_cli.plans.importers.core.computed import computed_value, curve_list, labelled
from cosine_cli.plans.importers.core.epoch_calls import called_once_per_epoch
from cosine_cli.plans.importers.core.flags import Flags
from cosine_cli.plans.importers.core.initial_warmup import InitialWarmup
from cosine_cli.plans.importers.core.lightning_trainer import Length, Limits
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.optimizer_rate import rate_beside, rate_of
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.scheduler_targets import check_warmup
from cosine_cli.plans.importers.core.targets import Target
from cosine_cli.plans.importers.core.unsupported import check_kind
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request, raw_value
from cosine_cli.plans.registry import depends
from cosine_cli.text import either, visible

Interval = Literal["epoch", "step"]

_MEMBERS = "schedulers"
_BY_NAME = "transformers.get_scheduler"
_WITH_MOMENTUM = ("torch.OneCycleLR", "torch.CyclicLR")
_LENGTHS = ("T_max", "total_steps", "num_training_steps")
_FILLED_IN = "steps_per_epoch"
"""An argument of ``OneCycleLR`` that programs fill in."""

_INTERVAL = re.compile("((lr_)?(scheduler|sched)_|lr_)?interval")
_FREQUENCY = re.compile(_INTERVAL.pattern.replace("interval", "frequency"))
_SETTINGS = ("sched", "lightning", "lr_", "pl_")
"""Parts of the keys of mappings beside a scheduler that say when it is stepped."""


def only(schedulers: list[Target]) -> Target:
    """Return the only scheduler; raise RequestError if there are several."""
    if len(schedulers) > 1:
        first, *_ = schedulers
        names = [f"{scheduler.path} ({scheduler.node.where})" for scheduler in schedulers]
        raise user_error(first.node.where, "must have only one scheduler", got=visible(either(names, last="and")))
    return schedulers[0]


def request(scheduler: Target, config: MappingReader, flags: Flags, default: Interval | None = None) -> Request:
    """Return the schedule of a scheduler.

    - ``default``: when it is stepped, if the program decides it.
    """
    name = _name(scheduler)
    check_warmup(scheduler)
    limits = Limits.of(config, flags)
    stepping = _Stepping.of(scheduler, name, limits, default)
    is_by_step = stepping.interval == "step"
    length = limits.by_step(flags) if is_by_step else limits.by_epoch(flags)
    rate = rate_beside(scheduler, flags)
    curve = _Builder(scheduler, stepping.interval, flags, length).curve(name)
    if curve.name.partition(".")[0] != name.partition(".")[0]:
        curve = labelled(curve, name)
        length.run["update"] = computed_value(stepping.interval, scheduler.node.where)
    elif not is_by_step:
        curve = labelled(called_once_per_epoch(curve, flags), name)
    when = "every step" if is_by_step else "once per epoch"
    return Request(
        unit="step" if "steps" in length.run else "epoch",
        run={"lr": rate.lr, **length.run},
        curves=(curve,),
        applied_flags=frozenset({"epochs", "steps"}) & frozenset(flags.given),
        remarks=(
            read_as(
                f"{name} (stepped {when})", length.words, defaults=[*stepping.defaults, *filter(None, [rate.default])]
            ),
            *ignored("momentum (the scheduler may change it too)" if name in _WITH_MOMENTUM else ""),
        ),
    )


def constant(optimizer: Target, config: MappingReader, flags: Flags) -> Request:
    """Return the constant rate of a run that has only an optimizer."""
    check_warmup(optimizer)
    rate = rate_of(optimizer, flags)
    limits = Limits.of(config, flags)
    in_steps = limits.epochs is None and limits.steps is not None
    length = limits.by_step(flags) if in_steps else limits._replace(steps=None).by_epoch(flags)
    return Request(
        unit="step" if in_steps else "epoch",
        run={"lr": rate.lr, **length.run},
        curves=(CurveSpec("constant", optimizer.node.where, "epoch", {}),),
        applied_flags=frozenset({"epochs", "steps"}) & frozenset(flags.given),
        remarks=(read_as("constant (without a scheduler)", length.words, defaults=[*filter(None, [rate.default])]),),
    )


def _name(scheduler: Target) -> str:
    """Return the name of the schedule; raise RequestError if it depends on more than time."""
    key = scheduler.style.key
    name = schedule_at(scheduler.path)
    last = scheduler.path.rpartition(".")[2]
    if rule := depends(name or f"torch.{last}"):
        raise scheduler.reader.invalid(key, f"{key} {rule}")
    if name is None and scheduler.path == last and last in _torch_names():
        name = f"torch.{last}"
    if name is None:
        raise scheduler.reader.invalid(key, f"{key} must be a class of torch.optim.lr_scheduler")
    if name == _BY_NAME:
        kind = check_kind(scheduler.arguments, "name", load_framework("transformers").aliases, framework="transformers")
        name = f"transformers.{load_framework('transformers').aliases[kind]}"
    return name


def _torch_names() -> frozenset[str]:
    return frozenset(framework_schedules("torch"))


class _Stepping(NamedTuple):
    """When a scheduler is stepped, and the defaults that this follows from."""

    interval: Interval
    defaults: tuple[str, ...] = ()

    @classmethod
    def of(cls, scheduler: Target, name: str, limits: Limits, default: Interval | None) -> _Stepping:
        """Return when a scheduler is stepped: as the config says, or the program, or by the length of the schedule."""
        if default is not None:
            return cls(default)
        _check_frequency(scheduler)
        written = _written_interval(scheduler)
        if written is not None:
            return cls(written)
        if _counts_steps(scheduler, limits):
            return cls("step")
        if _is_by_nature(name) and not _counts_epochs(scheduler, limits):
            rule = "interval must be given: step or epoch"
            reason = f"{name} usually counts steps, and Lightning steps once per epoch by default"
            hint = "write interval: step beside the scheduler"
            raise user_error(scheduler.node.where, f"{rule}: {reason}", hint=hint)
        return cls("epoch", ("interval=epoch",))


def _written_interval(scheduler: Target) -> Interval | None:
    """Return the interval that is beside a scheduler, or in settings beside it or around it; None if there is none."""
    for parent in reversed(scheduler.parents[-3:]):
        for settings in _settings(parent, scheduler):
            for key in filter(_INTERVAL.fullmatch, settings.values):
                return _interval(settings, key)
    return None


def _check_frequency(scheduler: Target) -> None:
    """Raise RequestError if a scheduler is not stepped at each interval."""
    for settings in _settings(scheduler.parents[-1], scheduler) if scheduler.parents else ():
        for key in filter(_FREQUENCY.fullmatch, settings.values):
            _check_one(settings, key)


def _settings(parent: Node, scheduler: Target) -> Iterator[MappingReader]:
    """Yield the mapping that a scheduler is in, and the settings in it."""
    own = MappingReader(parent)
    yield own
    yield from (MappingReader(value) for key, value in own.values.items() if _is_settings(key, value, scheduler))


def _is_settings(key: str, value: Node, scheduler: Target) -> bool:
    return value.pairs is not None and value is not scheduler.node and any(part in key.lower() for part in _SETTINGS)


def _interval(settings: MappingReader, key: str) -> Interval:
    word = settings.word(key)
    if word not in ("step", "epoch"):
        raise settings.invalid(key, f"{key} must be step or epoch")
    _check_one(settings, key.replace("interval", "frequency"))
    return "step" if word == "step" else "epoch"


def _check_one(settings: MappingReader, frequency: str) -> None:
    if settings.count(frequency, 1, at_least=1) != 1:
        raise settings.invalid(frequency, f"{frequency} must be 1: other frequencies are not supported")


def _counts_steps(scheduler: Target, limits: Limits) -> bool:
    """Return whether a schedule is as long as the run in steps, or says that it counts them."""
    arguments = scheduler.arguments
    if "epochs" in arguments and _FILLED_IN in arguments:
        return True
    return limits.steps is not None and (
        any(_is_number(arguments, name, limits.steps.text) for name in _LENGTHS)
        or (limits.epochs is None and _is_by_nature(schedule_at(scheduler.path) or ""))
    )


def _counts_epochs(scheduler: Target, limits: Limits) -> bool:
    return limits.epochs is not None and any(
        _is_number(scheduler.arguments, name, limits.epochs.text) for name in _LENGTHS
    )


def _is_number(arguments: MappingReader, name: str, text: str) -> bool:
    try:
        return name in arguments and arguments.number(name) == float(text)
    except RequestError:
        return False


def _is_by_nature(name: str) -> bool:
    """Return whether a schedule is meant to be stepped at every step."""
    return name.startswith("transformers.") or name == "torch.OneCycleLR"


class _Builder(NamedTuple):
    """What the curve of a scheduler is built from."""

    scheduler: Target
    interval: Interval
    flags: Flags
    length: Length

    def curve(self, name: str) -> CurveSpec:
        """Return the curve of the scheduler."""
        return self._bolts() if name == BOLTS else self._own(self.scheduler, name)

    def _own(self, scheduler: Target, name: str) -> CurveSpec:
        """Return the curve of a framework's scheduler; its members are schedulers too."""
        scheduler.check_arguments()
        where = scheduler.reader.place(scheduler.style.key)
        return CurveSpec(name, where, self.interval, self._arguments(scheduler, name))

    def _arguments(self, scheduler: Target, name: str) -> Mapping[str, RawValue]:
        arguments = scheduler.arguments
        raw = {}
        for key, node in arguments.values.items():
            if key == _MEMBERS and node.items is not None:
                raw[key] = curve_list((self._member(scheduler, item) for item in node.items), node.where)
            elif key == _FILLED_IN and name == "torch.OneCycleLR":
                raw[key] = self._steps_per_epoch(arguments)
            elif key != "optimizer" and not (key == "name" and name.startswith("transformers.")):
                raw[key] = raw_value(node, self.interval)
        return raw

    def _member(self, scheduler: Target, node: Node) -> CurveSpec:
        member = Target(scheduler.style, _MEMBERS, MappingReader.of(node).node, scheduler.parents)
        if not member.path:
            raise member.reader.missing(scheduler.style.key)
        return self._own(member, _name(member))

    def _steps_per_epoch(self, arguments: MappingReader) -> RawValue:
        """Return the steps per epoch, which the program fills in if they are -1."""
        if not _is_number(arguments, _FILLED_IN, "-1"):
            return arguments.raw(_FILLED_IN, self.interval)
        if self.flags.steps_per_epoch is None:
            rule = f"{_FILLED_IN} must be given: the program fills in -1"
            raise arguments.invalid(_FILLED_IN, rule, hint="pass --steps-per-epoch")
        return computed_value(self.flags.steps_per_epoch, self.flags.given["steps_per_epoch"].where)

    def _bolts(self) -> CurveSpec:
        """Return a warmup whose last call uses the peak, and a cosine, whose first one uses it again."""
        arguments, unit = self.scheduler.arguments, self.interval
        warmup = arguments.count("warmup_epochs", at_least=1)
        end = arguments.count("max_epochs", at_least=1)
        if end <= warmup:
            raise arguments.invalid("max_epochs", f"max_epochs must be above {warmup}, the warmup_epochs")
        if self.length.calls > end + 1:
            rule = f"max_epochs must be at least {self.length.calls - 1}: after it, the scheduler raises the rate again"
            raise arguments.invalid("max_epochs", rule)
        start = arguments.computed(arguments.number("warmup_start_lr", 0.0, at_least=0), "warmup_start_lr")
        low = arguments.computed(arguments.number("eta_min", 0.0, at_least=0), "eta_min")
        decay = arguments.computed(end - warmup, "max_epochs", unit)
        where = self.scheduler.reader.place(self.scheduler.style.key)
        if warmup == 1:
            cosine = CurveSpec("cosine", where, unit, {"min_lr": low, "total": decay})
            return InitialWarmup(arguments.computed(1, "warmup_epochs", unit), start).before(cosine)
        lengths = {"warmup": arguments.computed(warmup - 1, "warmup_epochs", unit), "decay": decay}
        hold = arguments.computed(1, "warmup_epochs", unit)
        params = {"min_lr": low, "warmup_start": start, "hold": hold, **lengths}
        return CurveSpec("warmup_hold_cosine", where, unit, params)
