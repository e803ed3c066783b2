"""Import detectron2's configs: ``SOLVER``, by update.

The formulas are those of detectron2 0.6 at 02b5c4e (2026), ``solver/build.py`` and ``solver/lr_scheduler.py``, on
fvcore 0.1.5, ``common/param_scheduler.py``, and of its project DeepLab, ``deeplab/lr_scheduler.py``; the defaults are
those of ``config/defaults.py``.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import (
    computed_list,
    computed_value,
    curve_list,
    interpolated_spec,
    labelled,
)
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import All, Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.initial_warmup import InitialWarmup
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.milestones import milestones
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys, other_rates
from cosine_cli.plans.importers.core.yacs import section
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.text import either

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.model.imported_milestones import ImportedMilestones
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

NAMES = ("WarmupMultiStepLR", "WarmupCosineLR", "WarmupStepWithFixedGammaLR", "WarmupPolyLR")

FORMAT = Format(
    "detectron2 config",
    needs=(
        one_of(
            All(Key("VERSION", among=("2",)), Key("SOLVER", "mapping")),
            Key("SOLVER.LR_SCHEDULER_NAME", among=NAMES),
            All("MODEL.META_ARCHITECTURE", "SOLVER.MAX_ITER", one_of("MODEL.WEIGHTS", "MODEL.PROPOSAL_GENERATOR")),
            All(Key("_BASE_", "text"), one_of(Key("SOLVER", "mapping"), "MODEL.WEIGHTS", "MODEL.META_ARCHITECTURE")),
        ),
    ),
    excludes=(Key("MODEL.WEIGHT|HEADS"), Key("SOLVER.MAX_EPOCH|SCHED|LR_POLICY|MAX_EPOCHS")),
    files="YAML config, or `config.yaml` of a run",
    reads="`SOLVER`: `BASE_LR`, `MAX_ITER`, `LR_SCHEDULER_NAME` with its parameters, and the warmup",
    options=(*RUN, "warmup"),
    replacement_keys={"min_lr": "BASE_LR_END"},
    keeps_last=True,
)

DEFAULT_STEPS = 30_000
DEFAULTS: dict[str, float | str] = {
    "BASE_LR": 0.001,
    "BASE_LR_END": 0.0,
    "GAMMA": 0.1,
    "NUM_DECAYS": 3,
    "WARMUP_FACTOR": 0.001,
    "WARMUP_ITERS": 1000,
    "MAX_ITER": 40000,
    "POLY_LR_POWER": 0.9,
    "LR_SCHEDULER_NAME": "WarmupMultiStepLR",
    "STEPS": f"({DEFAULT_STEPS},)",
}
METHODS = ("linear", "constant")
RATE_KEYS = (
    *DEFAULTS,
    "WARMUP_METHOD",
    "RESCALE_INTERVAL",
    "REFERENCE_WORLD_SIZE",
    "POLY_LR_CONSTANT_ENDING",
)

GROUPS = ("BIAS_LR_FACTOR", "BACKBONE_MULTIPLIER", "CUSTOM_MULTIPLIER", "HEADS_LR_FACTOR")
"""Factors of the rates of some parameters."""

KNOWN = (*RATE_KEYS, *GROUPS)

EPSILON = 1e-6
"""fvcore adds this share of the run to the time: in runs of more than a million updates phases begin earlier."""

MOST_DROPS = 1000
MOST_POINTS = 8000
"""The most points of a table: a polynomial decay has one per step of the warmup, which is a factor on it."""

DUMP = (
    'dump the whole config: python -c "from detectron2.config import get_cfg; c = get_cfg(); '
    "c.merge_from_file('CONFIG.yaml'); print(c.dump())\" > config.yaml"
)


@dataclass(frozen=True, kw_only=True)
class _Solver(DefaultsReader):
    """The values of ``SOLVER``, and the options of the run."""

    flags: Flags

    @cached_property
    def name(self) -> str:
        """The name of the scheduler."""
        return self.kind("LR_SCHEDULER_NAME", CURVES)

    @cached_property
    def lr(self) -> RawValue:
        """The base rate."""
        return self.flags.lr or self.config.computed(self.number("BASE_LR", above=0), "BASE_LR")

    @cached_property
    def length(self) -> RawValue:
        """The length of the run in updates."""
        if self.flags.length is not None:
            return self.flags.length
        return self.config.computed(self.count("MAX_ITER", at_least=1, at_most=MOST_STEPS), "MAX_ITER")

    @property
    def total(self) -> int:
        """The number of updates."""
        return int(self.length.text)

    @cached_property
    def warmup(self) -> InitialWarmup:
        """The warmup, which may be longer than the run."""
        updates = self.flags.warmup(self.total)
        if updates is None:
            length = self.config.computed(self.count("WARMUP_ITERS", at_least=0, at_most=MOST_STEPS), "WARMUP_ITERS")
        else:
            length = computed_value(updates, self.flags.given["warmup"].where)
        factor = self.factor if int(length.text) else 1.0
        start = self.config.computed(factor * float(self.lr.text), "WARMUP_FACTOR")
        return InitialWarmup(length, start, self.method)

    @property
    def factor(self) -> float:
        """The factor on the rate at the start of the warmup."""
        return self.number("WARMUP_FACTOR", at_least=0)

    @property
    def method(self) -> str:
        """The shape of the warmup."""
        method = self.config.word("WARMUP_METHOD", METHODS[0])
        if method not in METHODS:
            raise self.config.invalid("WARMUP_METHOD", f"WARMUP_METHOD must be {either(METHODS)}")
        return method

    @property
    def warmup_length(self) -> int:
        """The number of updates of the warmup, at most those of the run."""
        return min(int(self.warmup.length.text), self.total)

    @cached_property
    def rescaled(self) -> bool:
        """Whether the schedule is squeezed into the time after the warmup."""
        return self.config.flag("RESCALE_INTERVAL", default=False) and self.warmup_length > 0

    def position(self, update: int) -> float:
        """Return the position of an update in the schedule, as a share of it."""
        position, warmup = update / self.total, self.warmup_length / self.total
        return (position - warmup) / (1 - warmup) if self.rescaled and warmup < 1 else position

    def first_update(self, parts: int, part: int) -> int:
        """Return the first update in a part of the schedule, which has equal parts; the length of the run for none."""
        return bisect_left(range(self.total), part, key=lambda update: int((self.position(update) + EPSILON) * parts))

    @property
    def warmup_end(self) -> int:
        """The first update after the warmup."""
        share = self.warmup_length / self.total
        return bisect_left(range(self.total), 1, key=lambda update: update / self.total + EPSILON > share)

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the name of the scheduler."""
        return CurveSpec(name, self.config.place("LR_SCHEDULER_NAME"), "step", params)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of ``SOLVER``."""
    config = MappingReader(top)
    if "_BASE_" in config:
        raise config.invalid(
            "_BASE_", "_BASE_ must not be set: the base has values that are not in this file", hint=DUMP
        )
    solver = _Solver(config=section(config, "SOLVER"), defaults=DEFAULTS, flags=flags)
    _check_workers(solver.config)
    check_unknown_keys(solver.config, KNOWN, FORMAT.title)
    curve = labelled(CURVES[solver.name](solver), solver.name)
    return Request(
        unit="step",
        run={"lr": solver.lr, "steps": solver.length},
        curves=(curve,),
        applied_flags=frozenset({"lr", "warmup", "epochs"}) & frozenset(flags.given),
        milestones=_milestones(solver),
        remarks=(
            read_as(solver.name, f"{solver.total} steps", defaults=solver.notes, warmup=solver.warmup_length),
            *ignored(*_ignored(solver)),
        ),
    )


def _check_workers(config: MappingReader) -> None:
    if config.count("REFERENCE_WORLD_SIZE", 0, at_least=0):
        rule = "REFERENCE_WORLD_SIZE must be 0: the schedule is rescaled by the number of workers, which is unknown"
        hint = "set it to 0 for a run with that many workers"
        raise config.invalid("REFERENCE_WORLD_SIZE", rule, hint=hint)


def _ignored(solver: _Solver) -> Iterator[str]:
    factors = [name for name in GROUPS if name in solver.config and solver.config.number(name) != 1]
    groups = (*factors, *other_rates(solver.config, KNOWN))
    if groups:
        yield f"{either(groups, last='and')} (for other parameters)"
    if solver.name == "WarmupMultiStepLR" and any(step > solver.total for step in _steps(solver)):
        yield "STEPS after MAX_ITER, as detectron2 does"


def _milestones(solver: _Solver) -> tuple[ImportedMilestones, ...]:
    if solver.name != "WarmupMultiStepLR":
        return ()

    def time(step: float) -> float:
        return solver.first_update(solver.total, int(step)) if step < solver.total else step

    return milestones(solver.config, "STEPS", "step", time=time)


def _steps(solver: _Solver) -> tuple[float, ...]:
    if "STEPS" not in solver.config:
        return (DEFAULT_STEPS,)
    if solver.config.values["STEPS"].items == ():
        return ()
    return solver.config.counts("STEPS", at_least=1, ascending=True)


def _multi_step(solver: _Solver) -> CurveSpec:
    solver.note("STEPS")
    reached = [int(step) for step in _steps(solver) if step <= solver.total]
    return _drops(solver, "STEPS", [solver.first_update(solver.total, step) for step in reached])


def _fixed_gamma(solver: _Solver) -> CurveSpec:
    parts = solver.count("NUM_DECAYS", at_least=1, at_most=MOST_DROPS) + 1
    if solver.total > 1 / EPSILON or (solver.warmup_length == solver.total and not solver.rescaled):
        rule = f"{solver.name} must have at most {1 / EPSILON:,.0f} updates, and fewer in the warmup than in the run"
        raise user_error(solver.length.where, rule, got=str(solver.total))
    return _drops(solver, "NUM_DECAYS", [solver.first_update(parts, part) for part in range(1, parts)])


def _drops(solver: _Solver, key: str, milestones: list[int]) -> CurveSpec:
    """Return the factor ``GAMMA`` from each milestone on, with the warmup."""
    rate, factor = float(solver.lr.text), solver.number("GAMMA", above=0, at_most=1) if milestones else 1.0
    times = [update for update in milestones if update < solver.total]
    curve = solver.curve("constant", lr=solver.lr)
    if times:
        gamma, drops = solver.config.computed(factor, "GAMMA"), computed_list(times, solver.config.place(key))
        curve = solver.curve("multistep", milestones=drops, gamma=gamma)
    return _with_warmup(solver, curve, lambda update: rate * factor ** bisect_right(milestones, update))


def _cosine(solver: _Solver) -> CurveSpec:
    total = solver.total - (solver.warmup_length if solver.rescaled else 0)
    end = solver.number("BASE_LR_END", at_least=0)
    given = solver.config.computed(end, "BASE_LR_END")
    length = computed_value(max(total, 1), solver.length.where)
    curve = solver.curve("cosine", lr=solver.lr, total=length, min_lr=given)
    height = (float(solver.lr.text) - end) / 2
    return _with_warmup(solver, curve, lambda update: end + height * (1 + math.cos(math.pi * update / solver.total)))


def _with_warmup(solver: _Solver, curve: CurveSpec, rate: Callable[[int], float]) -> CurveSpec:
    """Return a curve with the warmup over its start.

    - ``rate``: the rate of the curve at an update, if it is not rescaled.
    """
    length, end = solver.warmup_length, solver.warmup_end
    warmup = solver.warmup._replace(length=computed_value(length, solver.warmup.length.where))
    increase = warmup.alone(float(solver.lr.text) if solver.rescaled else rate(length))
    if length == solver.total:
        return increase
    if end < length:
        return _ended_early(solver, increase, curve)
    return warmup.before(curve) if solver.rescaled else warmup.over(curve)


def _ended_early(solver: _Solver, increase: CurveSpec, curve: CurveSpec) -> CurveSpec:
    """Return a warmup that ends early, as in a run of more than a million updates, and then a curve."""
    if solver.rescaled:
        rule = f"RESCALE_INTERVAL must be false in runs of more than {1 / EPSILON:,.0f} updates"
        raise solver.config.invalid("RESCALE_INTERVAL", rule)
    end = solver.warmup_end
    return in_turn([(increase, end)], ahead(curve, end)) if end else curve


def _poly(solver: _Solver) -> CurveSpec:
    """Return DeepLab's schedule, on which the warmup is a factor."""
    power = solver.number("POLY_LR_POWER", above=0)
    given = solver.config.computed(power, "POLY_LR_POWER")
    poly = solver.curve("polynomial", lr=solver.lr, total=solver.length, power=given)
    lowest = solver.config.number("POLY_LR_CONSTANT_ENDING", 0.0, at_least=0, at_most=1)
    warmup, total, rate = solver.warmup_length, solver.total, float(solver.lr.text)
    end = max(warmup, bisect_left(range(total), 1, key=lambda update: (1 - update / total) ** power < lowest))
    decay = ahead(poly, warmup)
    if lowest and end < total:
        last = solver.curve("constant", lr=solver.config.computed(lowest * rate, "POLY_LR_CONSTANT_ENDING"))
        decay = in_turn([(decay, end - warmup)], last) if end > warmup else last
    return in_turn([(_factored(solver, poly, power), warmup)], decay) if warmup else decay


def _factored(solver: _Solver, poly: CurveSpec, power: float) -> CurveSpec:
    """Return the polynomial times the factor of the warmup: a table of its updates, if the factor changes."""
    length, factor = int(solver.warmup.length.text), solver.factor
    if solver.method == "constant":
        factored = solver.config.computed(factor, "WARMUP_FACTOR")
        return solver.curve("scale", factor=factored, of=curve_list((poly,), poly.where))
    if solver.warmup_length > MOST_POINTS:
        rule = f"{solver.name} must have at most {MOST_POINTS:,} updates of warmup"
        raise user_error(solver.warmup.length.where, rule, got=str(length))
    rate, total = float(solver.lr.text), solver.total
    factors = ((update, factor * (1 - update / length) + update / length) for update in range(solver.warmup_length))
    points = {update: rate * factor * (1 - update / total) ** power for update, factor in factors}
    return interpolated_spec(points, solver.warmup.length.where)


CURVES: dict[str, Callable[[_Solver], CurveSpec]] = {
    "WarmupMultiStepLR": _multi_step,
    "WarmupCosineLR": _cosine,
    "WarmupStepWithFixedGammaLR": _fixed_gamma,
    "WarmupPolyLR": _poly,
}
