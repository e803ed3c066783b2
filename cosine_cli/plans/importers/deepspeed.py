"""A DeepSpeed config: its schedulers as the core's, one update late, since DeepSpeed's first step repeats the start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.mapping_reader import MappingReader, computed_value, listed
from cosine_cli.plans.importers.core.remarks import left_out, read_as
from cosine_cli.plans.importers.core.unsupported import changes_rate
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node

TITLE = "DeepSpeed config"
SHARES: tuple[str, ...] = ()
TAKES = (*RUN, "warmup")
INSTEAD: dict[str, str] = {}

TELLING = frozenset(("train_micro_batch_size_per_gpu", "zero_optimization", "steps_per_print"))
"""Keys of DeepSpeed alone: a Trainer's arguments have ``fp16`` too, and its state ``train_batch_size``."""

SEARCH = "LRRangeTest"
"""A search for a rate, which is no schedule."""

AUTO = "auto"
"""What the Trainer of transformers fills in before DeepSpeed reads it."""

PEAK, STEPS, MIN_SHARE, FIRST = 1e-3, 1000, 1e-4, 2000
"""Defaults of the schedulers: highest rate, length of the warmup, end of the cosine, length of a cycle's climb."""

MOST_POINTS = 8_000
"""As many points as a config of ours can hold; a logarithmic warmup is one an update."""

MOMENTUM = ("cycle_momentum", "cycle_min_mom", "cycle_max_mom", "decay_mom_rate")

WARMUP = ("warmup_num_steps", "warmup_type", "last_batch_iteration")
ARGUMENTS = {
    "WarmupLR": ("warmup_min_lr", "warmup_max_lr", *WARMUP),
    "WarmupDecayLR": ("total_num_steps", "warmup_min_lr", "warmup_max_lr", *WARMUP),
    "WarmupCosineLR": ("total_num_steps", "warmup_min_ratio", "cos_min_ratio", *WARMUP),
    "OneCycle": (
        *("cycle_min_lr", "cycle_max_lr", "decay_lr_rate", "cycle_first_step_size", "cycle_second_step_size"),
        *("cycle_first_stair_count", "cycle_second_stair_count", "decay_step_size", *MOMENTUM, "last_batch_iteration"),
    ),
}
"""The parameters of each scheduler that is read: DeepSpeed raises for others."""


class _Given(NamedTuple):
    """What a scheduler is made from: its ``params``, the whole file, and the flags."""

    sheet: MappingReader
    top: MappingReader
    flags: Flags
    where: str

    def optimizers(self, hint: str) -> RawValue:
        """Return the rate that the optimizer is made with, the flag's first."""
        if self.flags.lr is not None:
            return self.flags.lr
        optimizer = self.top.sheet("optimizer")
        params = optimizer.sheet("params") if optimizer else None
        if params is None or "lr" not in params:
            raise (params or optimizer or self.top).missing("lr", hint=hint)
        _check_auto(params, "lr", hint="give --lr")
        return computed_value(params.number("lr", above=0), params.place("lr"))

    def peak(self, default: float | None) -> RawValue:
        """Return the highest rate: the flag's, the scheduler's own, its default, or the optimizer's."""
        if self.flags.lr is not None:
            return self.flags.lr
        if "warmup_max_lr" in self.sheet:
            _check_auto(self.sheet, "warmup_max_lr", hint="give --lr")
            return computed_value(self.sheet.number("warmup_max_lr", above=0), self.sheet.place("warmup_max_lr"))
        is_null = "warmup_max_lr" in self.sheet.node.keys
        return self.optimizers("give --lr") if default is None or is_null else computed_value(default, self.sheet.where)

    def updates(self) -> RawValue:
        """Return how many updates the run makes."""
        if self.flags.length is not None:
            return self.flags.length
        if "total_num_steps" not in self.sheet:
            raise user_error(self.where, "how many updates the run makes must be known", hint="give --steps")
        _check_auto(self.sheet, "total_num_steps", hint="give --steps")
        return computed_value(self.sheet.count("total_num_steps", at_least=1), self.sheet.place("total_num_steps"))

    @property
    def warmup(self) -> int:
        """The length of the warmup, the flag's first: DeepSpeed takes 2 for 1."""
        flagged = self.flags.warmup(int(self.updates().text))
        if flagged is not None:
            if flagged < 1:
                where, rule = self.flags.given["warmup"].where, "must be at least 1 for DeepSpeed"
                raise user_error(where, rule, got=self.flags.given["warmup"].echo)
            return max(2, flagged)
        _check_auto(self.sheet, "warmup_num_steps", hint="give --warmup")
        return max(2, self.sheet.count("warmup_num_steps", STEPS, at_least=1))

    @property
    def lowest(self) -> float:
        """The rate that a warmup begins with; ``auto`` is 0."""
        if "warmup_min_lr" in self.sheet and self.sheet.word("warmup_min_lr") == AUTO:
            return 0.0
        return self.sheet.number("warmup_min_lr", 0.0, at_least=0)

    @property
    def is_linear(self) -> bool:
        """Tell which way the warmup goes: any word but this is taken for the logarithm."""
        return self.sheet.word("warmup_type", "log") == "linear"

    def climb(self, start: float, first: float, peak: float, after: float) -> dict[int, float]:
        """Return the rates of the warmup by update: ``start`` at the first, from ``first`` to the peak, then ``after``.

        By the logarithm the peak is reached after ``warmup`` updates, in a straight line only by an ``after`` that is
        the peak: what the constructor sets, one update long, has put the rest off.
        """
        length = self.warmup
        if not self.is_linear:
            self._check_points(length)
            points = {0: start} | {t: _mixed(first, peak, math.log(t) / math.log(length)) for t in range(1, length)}
            return {**points, length: peak, length + 1: after}
        last = {} if after == peak else {length: _mixed(first, peak, (length - 1) / length)}
        return {0: start, 1: first, **last, length + 1: after}

    def table(self, points: dict[int, float]) -> CurveSpec:
        """Return the rates at some updates, with straight lines from each to the next."""
        where = self.sheet.place("warmup_num_steps")
        times = RawValue("", where, parts=tuple(computed_value(t, where) for t in points))
        values = RawValue("", where, parts=tuple(computed_value(rate, where) for rate in points.values()))
        return CurveSpec("piecewise_interpolated", where, "step", {"times": times, "values": values})

    def _check_points(self, length: int) -> None:
        if length >= MOST_POINTS:
            rule = f"a logarithmic warmup must be shorter than {MOST_POINTS:,} updates"
            hint = "it is read as a table of its rates"
            raise user_error(self.sheet.place("warmup_num_steps"), rule, got=f"{length:,}", hint=hint)


class _Made(NamedTuple):
    """A schedule: its curve, the rate of its peak, the updates of the run, and what it is in words."""

    curve: CurveSpec
    lr: RawValue
    steps: RawValue
    words: str


def matches(top: Node) -> bool:
    """Tell a config by its scheduler, or by keys that only DeepSpeed has where no other program names a schedule."""
    scheduler = MappingReader(top).values.get("scheduler")
    if scheduler is not None and scheduler.pairs is not None:
        kind = MappingReader(scheduler).values.get("type")
        if kind is not None and kind.text in (*ARGUMENTS, SEARCH):
            return True
    return bool(TELLING & top.keys) and not any(changes_rate(key) for key in top.keys - {"scheduler"})


def load(top: Node, flags: Flags) -> Request:
    """Return the scheduler of the config as the core's schedules."""
    sheet = MappingReader(top)
    scheduler = sheet.sheet("scheduler")
    if scheduler is None:
        raise sheet.missing("scheduler", hint="without one the code makes it, which is not read")
    kind = scheduler.word("type")
    if kind == SEARCH:
        raise scheduler.refused("type", "type must be a schedule: a range test is a search for a rate")
    if kind not in SCHEDULES:
        hint = did_you_mean(kind, SCHEDULES) or f"those that are read are {either(SCHEDULES, last='and')}"
        raise scheduler.refused("type", "type must be a scheduler that can be read", hint=hint)
    params = scheduler.sheet("params") or MappingReader(scheduler.node._replace(pairs=()))
    _check_arguments(params, kind)
    given = _Given(params, sheet, flags, scheduler.place("type"))
    _check_warmup(given, kind)
    schedule = SCHEDULES[kind](given)
    momentum = [name for name in MOMENTUM if name in params]
    return Request(
        unit="step",
        run={"lr": schedule.lr, "steps": schedule.steps},
        curves=(schedule.curve,),
        applied_flags=frozenset({"lr", "epochs", "warmup"}) & frozenset(flags.given),
        remarks=read_as(TITLE, f"{kind}: {schedule.words}", f"{schedule.steps.text} updates")
        + left_out(TITLE, f"{either(momentum, last='and')}: not about the rate" if momentum else ""),
    )


def _check_arguments(params: MappingReader, kind: str) -> None:
    takes = ARGUMENTS[kind]
    for name in params.others(takes):
        hint = did_you_mean(name, takes) or f"it takes {either(takes, last='and')}"
        raise user_error(params.place(name), f"{kind} has no parameter {quote(name)}", hint=hint)
    if params.count("last_batch_iteration", -1, at_least=-1) != -1:
        raise params.refused("last_batch_iteration", "last_batch_iteration must be -1: a curve begins at its beginning")


def _check_warmup(given: _Given, kind: str) -> None:
    """Refuse the flag for a scheduler without a warmup."""
    raw = given.flags.given.get("warmup")
    if raw is not None and "warmup_num_steps" not in ARGUMENTS[kind]:
        raise user_error(raw.where, f"{kind} has no warmup", got=raw.echo)


def _check_auto(sheet: MappingReader, name: str, *, hint: str = "write the number") -> None:
    if name in sheet and sheet.word(name) == AUTO:
        raise sheet.refused(name, f"{name} must be a number: the Trainer of transformers fills 'auto' in", hint=hint)


def _mixed(low: float, high: float, share: float) -> float:
    return low + (high - low) * share


def _warmup(given: _Given) -> _Made:
    peak, low = given.peak(None), given.lowest
    rate = float(peak.text)
    return _Made(
        given.table(given.climb(low, low, rate, rate)), peak, given.updates(), f"{_way(given)} warmup, then constant"
    )


def _warmup_decay(given: _Given) -> _Made:
    peak, low, steps = given.peak(PEAK), given.lowest, given.updates()
    total, rate = int(steps.text), float(peak.text)
    # A warmup as long as the run leaves no updates to decay in, and the rate drops.
    end = {total + 1: low} if total > given.warmup else {}
    points = given.climb(low, low, rate, rate if end else low) | end
    return _Made(given.table(points), peak, steps, f"{_way(given)} warmup, then a straight line")


def _warmup_cosine(given: _Given) -> _Made:
    peak, steps = given.optimizers("give --lr"), given.updates()
    rate, left = float(peak.text), int(steps.text) - given.warmup
    start = given.sheet.number("warmup_min_ratio", 0.0, at_least=0) * rate
    low = given.sheet.number("cos_min_ratio", MIN_SHARE, at_least=0) * rate
    words = f"{_way(given)} warmup, then a cosine"
    if left <= 1:
        return _Made(given.table(given.climb(0.0, start, rate, low)), peak, steps, words)
    climb = given.table(given.climb(0.0, start, rate, rate))
    end = computed_value(low, given.sheet.place("cos_min_ratio"))
    fall = CurveSpec(
        "cosine", given.where, "step", {"lr": peak, "min_lr": end, "total": computed_value(left, steps.where)}
    )
    late = CurveSpec(
        "retime", given.where, "step", {"ahead": computed_value(1, given.where), "of": listed((fall,), given.where)}
    )
    return _Made(_joined(given, climb, given.warmup + 1, late), peak, steps, words)


def _one_cycle(given: _Given) -> _Made:
    sheet = given.sheet
    for name in ("cycle_first_stair_count", "cycle_second_stair_count"):
        if sheet.count(name, 0):
            raise sheet.refused(name, f"{name} must be 0: stairs in a cycle are not read")
    low = sheet.number("cycle_min_lr", at_least=0)
    high = given.flags.lr or computed_value(sheet.number("cycle_max_lr", above=0), sheet.place("cycle_max_lr"))
    first = sheet.count("cycle_first_step_size", FIRST, at_least=1)
    second = sheet.count("cycle_second_step_size", first, at_least=1)
    steps = given.updates()
    cycle = given.table({0: low, first: float(high.text), first + second: low})
    rate, every = sheet.number("decay_lr_rate", 0.0, at_least=0), sheet.count("decay_step_size", 0, at_least=0)
    if not rate or not every or not low:
        return _Made(cycle, high, steps, "one cycle, then constant")
    if int(steps.text) <= first + second:
        return _Made(cycle, high, steps, "one cycle, whose decay begins after the run,")
    decay = {
        "lr": computed_value(low, cycle.where),
        "timescale": computed_value(every / rate, sheet.place("decay_step_size")),
    }
    fall = CurveSpec("inverse_time", given.where, "step", decay)
    return _Made(_joined(given, cycle, first + second, fall), high, steps, "one cycle, then a decay")


def _way(given: _Given) -> str:
    return "linear" if given.is_linear else "logarithmic"


def _joined(given: _Given, first: CurveSpec, lasts: int, then: CurveSpec) -> CurveSpec:
    """Return a curve for its length and another after it."""
    lasting = first._replace(params={**first.params, "for": computed_value(lasts, first.where)})
    return CurveSpec("sequence", given.where, "step", {"of": listed((lasting, then), given.where)})


SCHEDULES: dict[str, Callable[[_Given], _Made]] = {
    "WarmupLR": _warmup,
    "WarmupDecayLR": _warmup_decay,
    "WarmupCosineLR": _warmup_cosine,
    "OneCycle": _one_cycle,
}
"""The schedulers by their ``type``."""
