"""The policies of MMCV 1: the learning rate without a warmup, as phases of the run.

The formulas are those of MMCV 1.7, ``mmcv/runner/hooks/lr_updater.py``; of MMClassification 0.25,
``mmcls/core/hook/lr_updater.py`` (``CosineAnnealingCooldown``); and of MMDetection 2.28,
``mmdet/core/hook/yolox_lrupdater_hook.py``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_curve, computed_list, computed_value, curve_list
from cosine_cli.plans.importers.core.flags import UNKNOWN_STEPS_PER_EPOCH
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.mmcv_warmup import Warmup
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.raw import CurveSpec, RawValue

MOST_PHASES = 1000


class Phase(NamedTuple):
    """A part of the run from ``begin`` on, in epochs or steps, whichever the policy counts.

    - ``rate``: the rate after a time in the phase.
    - ``curve``: the curve from its begin on.
    - ``flat``: whether the rate is constant.
    """

    begin: int
    rate: Callable[[float], float]
    curve: CurveSpec
    flat: bool = False


@dataclass(frozen=True)
class Policy:
    """A policy, and what it needs of the run.

    - ``name``, ``reader``: its name, and its arguments.
    - ``lr``: the optimizer's rate.
    - ``total``: the length of the run, in epochs or steps, whichever the policy counts.
    - ``each``: units of the run per unit of the policy.
    - ``unit``: the unit of the run.
    - ``epoch``: the number of steps per epoch, 0 if unknown.
    """

    name: str
    reader: MappingReader
    lr: float
    total: int
    each: int
    unit: TimeUnit
    epoch: int

    def number(self, argument: str, **bounds: float) -> float:
        """Return an argument that has a default."""
        return self.reader.number(argument, float(DEFAULTS[self.name][argument]), **bounds)

    def count(self, argument: str, **bounds: float) -> int:
        """Return an argument that is a whole number and has a default."""
        return self.reader.count(argument, int(DEFAULTS[self.name][argument]), **bounds)

    def time(self, time: float) -> RawValue:
        """Return a time of the policy."""
        return computed_value(time * self.each, self.reader.where, self.unit)

    def spec(self, name: str, **params: RawValue | float) -> CurveSpec:
        """Return a curve; its numbers are rates or factors."""
        return computed_curve(name, self.reader.place("policy"), **params)._replace(unit=self.unit)

    def ahead(self, curve: CurveSpec) -> CurveSpec:
        """Return a curve from its second unit of time on."""
        return later(curve, self.time(1))

    @property
    def floor(self) -> float:
        """The minimum, of which exactly one form must be given."""
        if ("min_lr" in self.reader) == ("min_lr_ratio" in self.reader):
            raise self.reader.invalid("min_lr", "exactly one of min_lr and min_lr_ratio must be given")
        if "min_lr" in self.reader:
            return self.reader.number("min_lr", at_least=0)
        return self.reader.number("min_lr_ratio", at_least=0) * self.lr

    def constant(self, begin: int, rate: float) -> Phase:
        """Return a constant phase."""
        return Phase(begin, lambda _: rate, self.spec("constant", lr=rate), flat=True)

    def cosine(self, begin: int, length: float, start: float, end: float) -> Phase:
        """Return half a cosine wave from a rate to another, down or up."""

        def rate(time: float) -> float:
            return end + (start - end) * math.sin(math.pi * (1 - min(time / length, 1)) / 2) ** 2

        if start == end:
            return self.constant(begin, start)
        if start > end:
            return Phase(begin, rate, self.spec("cosine", lr=start, min_lr=end, total=self.time(length)))
        return Phase(begin, rate, self._points(length, start, end, "cosine"))

    def linear(self, begin: int, length: float, start: float, end: float) -> Phase:
        """Return a straight line from a rate to another."""

        def rate(time: float) -> float:
            return end + (start - end) * (1 - time / length)

        if start == end:
            return self.constant(begin, start)
        if start > end:
            return Phase(begin, rate, self.spec("linear", lr=start, min_lr=end, total=self.time(length)))
        return Phase(begin, rate, self._points(length, start, end, "linear"))

    def _points(self, length: float, start: float, end: float, between: str) -> CurveSpec:
        times = computed_list((0, length * self.each), self.reader.where, self.unit)
        rates = computed_list((start, end), self.reader.where)
        shape = computed_value(between, self.reader.where)
        return self.spec("piecewise_interpolated", times=times, values=rates, between=shape)


def _fixed(policy: Policy) -> list[Phase]:
    return [policy.constant(0, policy.lr)]


def _step(policy: Policy) -> list[Phase]:
    reader = policy.reader
    factor, least = policy.number("gamma", above=0), reader.number("min_lr", 0.0, at_least=0)
    if "step" in reader and reader.values["step"].items is not None:
        times = reader.counts("step", above=0) if reader.values["step"].items else ()
        if list(times) != sorted(times):
            raise reader.invalid("step", "step must be ascending")
    else:
        every = reader.count("step", at_least=1)
        if policy.total // every > MOST_PHASES:
            raise reader.invalid("step", f"step must give at most {MOST_PHASES:,} drops in the run")
        times = tuple(range(every, policy.total, every))
    drops = ((0, 0), *((time, count) for count, time in enumerate(times, start=1)))
    return [policy.constant(time, max(policy.lr * factor**count, least)) for time, count in drops]


def _exponential(policy: Policy) -> list[Phase]:
    factor = policy.reader.number("gamma", above=0, at_most=1)
    curve = policy.spec("exponential", lr=policy.lr, min_lr=0.0, gamma=factor, per=policy.time(1))
    return [Phase(0, lambda time: policy.lr * factor**time, curve)]


def _inverse(policy: Policy) -> list[Phase]:
    factor, power = policy.reader.number("gamma", above=0), policy.number("power", above=0)
    if factor > policy.each:
        raise policy.reader.invalid("gamma", f"gamma must be at most {policy.each}, the steps per unit of time")
    scale = policy.time(1 / factor)
    curve = policy.spec("power_law", lr=policy.lr, min_lr=0.0, exponent=power, timescale=scale)
    return [Phase(0, lambda time: policy.lr * (1 + factor * time) ** -power, curve)]


def _polynomial(policy: Policy) -> list[Phase]:
    reader, total = policy.reader, policy.total
    power, floor = policy.number("power", above=0), reader.number("min_lr", 0.0, at_least=0)
    if power == 1.0:
        return [policy.linear(0, total, policy.lr, floor)]
    if floor > policy.lr:
        raise reader.invalid("min_lr", f"min_lr must be at most the optimizer's lr ({policy.lr:g})")
    curve = policy.spec("polynomial", lr=policy.lr, min_lr=floor, power=power, total=policy.time(total))
    return [Phase(0, lambda time: floor + (policy.lr - floor) * (1 - time / total) ** power, curve)]


def _cosine(policy: Policy) -> list[Phase]:
    return [policy.cosine(0, policy.total, policy.lr, policy.floor)]


def _old_cosine(policy: Policy) -> list[Phase]:
    """Return the cosine of MMCV 0.2."""
    least = policy.reader.number("target_lr", 0.0, at_least=0)
    return [policy.cosine(0, policy.total, policy.lr, least)]


def _linear(policy: Policy) -> list[Phase]:
    return [policy.linear(0, policy.total, policy.lr, policy.floor)]


def _flat_cosine(policy: Policy) -> list[Phase]:
    start = round(policy.total * policy.number("start_percent", at_least=0, at_most=1))
    phases = [policy.constant(0, policy.lr)] if start else []
    if start < policy.total:
        phases.append(policy.cosine(start, policy.total - start, policy.lr, policy.floor))
    return phases


def _cooldown(policy: Policy) -> list[Phase]:
    length = policy.total - policy.count("cool_down_time", at_least=0)
    if length < 1:
        raise policy.reader.invalid("cool_down_time", f"cool_down_time must be shorter than the run ({policy.total})")
    cooled = policy.floor * policy.number("cool_down_ratio", at_least=0)
    return [policy.cosine(0, length, policy.lr, policy.floor), policy.constant(length + 1, cooled)]


def _restarts(policy: Policy) -> list[Phase]:
    reader, floor = policy.reader, policy.floor
    periods = reader.counts("periods", at_least=1)
    weights = reader.numbers("restart_weights", at_least=0) if "restart_weights" in reader else (1.0,)
    if len(weights) != len(periods):
        raise reader.invalid("restart_weights", f"restart_weights must have one value per period ({len(periods)})")
    if sum(periods) < policy.total:
        raise reader.invalid("periods", f"periods must be at least as long as the run together ({policy.total})")
    begins = itertools.accumulate(periods, initial=0)
    return [
        policy.cosine(begin, period, floor + weight * (policy.lr - floor), floor)
        for begin, period, weight in zip(begins, periods, weights, strict=False)
    ]


def _ratios(reader: MappingReader) -> tuple[float, float]:
    """Return the highest and the lowest rate of a cycle, as shares of the optimizer's."""
    if "target_ratio" not in reader:
        return 10.0, 1e-4
    if reader.values["target_ratio"].items is None:
        highest, *lowest = (reader.number("target_ratio", above=0),)
    else:
        highest, *lowest = reader.numbers("target_ratio", at_least=0)
    if len(lowest) > 1:
        raise reader.invalid("target_ratio", "target_ratio must be one or two numbers")
    return highest, lowest[0] if lowest else highest / 1e5


def _cycles(policy: Policy) -> list[Phase]:
    reader, lr = policy.reader, policy.lr
    high, low = _ratios(reader)
    length = policy.total // policy.count("cyclic_times", at_least=1)
    up = int(policy.number("step_ratio_up", at_least=0, at_most=1) * length)
    factor = reader.number("gamma", 1.0, above=0, at_most=1)
    if not up or up == length:
        raise reader.invalid("step_ratio_up", f"step_ratio_up must leave steps to both sides of a cycle of {length}")
    part = {"cos": policy.cosine, "linear": policy.linear}.get(reader.word("anneal_strategy", "cos"))
    if part is None:
        raise reader.invalid("anneal_strategy", "anneal_strategy must be cos or linear")
    phases = []
    for cycle in range(min(math.ceil(policy.total / length), MOST_PHASES)):
        peak = lr * (1 - factor**cycle + high * factor**cycle)
        phases += [
            part(cycle * length, up, lr, peak),
            part(cycle * length + up, length - up, peak, lr * low),
        ]
    return phases


def _one_cycle(policy: Policy) -> list[Phase]:
    """Return PyTorch's cycle, whose formula is the same; the optimizer's rate has no effect."""
    reader = policy.reader
    steps = reader.count("total_steps", policy.total, at_least=1)
    if steps < policy.total:
        raise reader.invalid("total_steps", f"total_steps must be at least the length of the run ({policy.total})")
    own = ("pct_start", "anneal_strategy", "div_factor", "final_div_factor", "three_phase")
    given = {name: reader.raw(name) for name in own if name in reader}
    curve = policy.spec(
        "torch.OneCycleLR",
        max_lr=reader.number("max_lr", above=0),
        total_steps=reader.computed(steps, "policy"),
        **given,
    )
    return [Phase(0, lambda _: math.nan, curve)]


def _yolox(policy: Policy) -> list[Phase]:
    """Return a quadratic increase, a cosine up to the last epochs, and the minimum for these."""
    reader, lr = policy.reader, policy.lr
    if not policy.epoch:
        rule = f"{UNKNOWN_STEPS_PER_EPOCH}: num_last_epochs counts epochs"
        raise user_error(reader.place("num_last_epochs"), rule, hint="pass --steps-per-epoch")
    warmup = Warmup.read(reader, policy.epoch)
    last = reader.count("num_last_epochs", at_least=0) * policy.epoch
    length = policy.total - warmup.steps - last
    if length < 1:
        rule = f"num_last_epochs must leave steps between the warmup and the last epochs of {policy.total} steps"
        raise reader.invalid("num_last_epochs", rule)
    wave = policy.cosine(warmup.steps, length, lr, policy.floor)
    later = Phase(warmup.steps, lambda time: wave.rate(time + 1), policy.ahead(wave.curve))
    phases = [later] if length > 1 else []
    if warmup.steps:
        peak = policy.spec("constant", lr=lr * warmup.ratio)
        of = curve_list((peak,), reader.where)
        shape = computed_value("quadratic", reader.where)
        curve = policy.spec("warmup", warmup=policy.time(warmup.steps), warmup_shape=shape, of=of)
        phases.insert(
            0, Phase(0, lambda time: lr * warmup.ratio * ((time + 1) / warmup.steps) ** 2, policy.ahead(curve))
        )
    return [*phases, policy.constant(policy.total - last - 1, policy.floor)]


class Kind(NamedTuple):
    """A policy: its phases, its arguments, whether it counts only steps, and whether it has its own warmup."""

    phases: Callable[[Policy], list[Phase]]
    arguments: tuple[str, ...]
    by_step: bool = False
    own_warmup: bool = False


ONE_CYCLE = "OneCycle"
YOLOX = "YOLOX"
FLOOR = ("min_lr", "min_lr_ratio")

KINDS = {
    "Fixed": Kind(_fixed, ()),
    "Step": Kind(_step, ("step", "gamma", "min_lr")),
    "Exp": Kind(_exponential, ("gamma",)),
    "Poly": Kind(_polynomial, ("power", "min_lr")),
    "Inv": Kind(_inverse, ("gamma", "power")),
    "CosineAnnealing": Kind(_cosine, FLOOR),
    "CosineAnealing": Kind(_cosine, FLOOR),  # as earlier versions spell it
    "Cosine": Kind(_old_cosine, ("target_lr",)),
    "LinearAnnealing": Kind(_linear, FLOOR),
    "FlatCosineAnnealing": Kind(_flat_cosine, ("start_percent", *FLOOR)),
    "CosineAnnealingCooldown": Kind(_cooldown, ("cool_down_ratio", "cool_down_time", *FLOOR)),
    "CosineRestart": Kind(_restarts, ("periods", "restart_weights", *FLOOR)),
    "Cyclic": Kind(
        _cycles, ("target_ratio", "cyclic_times", "step_ratio_up", "anneal_strategy", "gamma"), by_step=True
    ),
    ONE_CYCLE: Kind(
        _one_cycle,
        (
            *("max_lr", "total_steps", "pct_start", "anneal_strategy"),
            *("div_factor", "final_div_factor", "three_phase"),
        ),
        by_step=True,
    ),
    YOLOX: Kind(_yolox, ("num_last_epochs", *FLOOR), own_warmup=True),
}
"""The policies, by their names as the program spells them."""

DEFAULTS = {
    "Step": {"gamma": "0.1"},
    "Poly": {"power": "1"},
    "Inv": {"power": "1"},
    "FlatCosineAnnealing": {"start_percent": "0.75"},
    "CosineAnnealingCooldown": {"cool_down_ratio": "0.1", "cool_down_time": "10"},
    "Cyclic": {"target_ratio": "[10, 1e-4]", "cyclic_times": "1", "step_ratio_up": "0.4"},
    ONE_CYCLE: {"pct_start": "0.3", "div_factor": "25", "final_div_factor": "1e4"},
}
"""The defaults of arguments without which a policy would be another one."""
