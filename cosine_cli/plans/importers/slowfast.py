"""Import SlowFast's configs: ``SOLVER`` with ``LR_POLICY``, in fractions of an epoch.

The formulas are those of facebookresearch/SlowFast at 27e533c (2023), ``slowfast/utils/lr_policy.py``; the defaults
are those of ``slowfast/config/defaults.py``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.initial_warmup import InitialWarmup
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.milestones import starts
from cosine_cli.plans.importers.core.remarks import ignored, read_as
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.importers.core.yacs import section
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

FORMAT = Format(
    "SlowFast config",
    needs=(
        Key("SOLVER.LR_POLICY", "text"),
        one_of("SOLVER.MAX_EPOCH", "SOLVER.WARMUP_START_LR", "SOLVER.OPTIMIZING_METHOD"),
    ),
    excludes=(Key("SOLVER.MAX_ITER|LR_SCHEDULER_NAME"),),
    files="YAML config",
    reads="`SOLVER`: `BASE_LR`, `MAX_EPOCH`, `LR_POLICY` with its parameters, and the warmup",
    options=RUN,
    counts_epochs=True,
    replacement_keys={"warmup": "WARMUP_EPOCHS", "min_lr": "COSINE_END_LR"},
    unknown={"--steps-per-epoch": "the steps per epoch; without them, each epoch has the rate of its first step"},
    keeps_last=True,
)

DEFAULTS: dict[str, float | str] = {
    "LR_POLICY": "cosine",
    "BASE_LR": 0.1,
    "MAX_EPOCH": 300,
    "COSINE_END_LR": 0.0,
    "WARMUP_EPOCHS": 0.0,
    "WARMUP_START_LR": 0.01,
}
RATE_KEYS = (
    *(*DEFAULTS, "STEPS", "LRS", "COSINE_AFTER_WARMUP", "BASE_LR_SCALE_NUM_SHARDS"),
    *("LAYER_DECAY", "LARS_ON", "GAMMA", "STEP_SIZE"),  # the last two have no effect on the policies
)
CYCLES = ("LONG_CYCLE", "SHORT_CYCLE")
"""The settings of ``MULTIGRID`` that change the schedule."""


@dataclass(frozen=True, kw_only=True)
class _Solver(DefaultsReader):
    """The values of ``SOLVER``, and the options of the run.

    - ``shards``: the factor on all rates, the number of machines if the rates are scaled by it.
    """

    flags: Flags
    shards: int

    @cached_property
    def policy(self) -> str:
        """The name of the schedule."""
        return self.kind("LR_POLICY", POLICIES)

    @cached_property
    def lr(self) -> RawValue:
        """The peak rate."""
        return self.flags.lr or self.config.computed(self.number("BASE_LR", above=0) * self.shards, "BASE_LR")

    @cached_property
    def epochs(self) -> RawValue:
        """The length of the run."""
        return self.flags.epoch_count or self.config.computed(self.count("MAX_EPOCH", at_least=1), "MAX_EPOCH", "epoch")

    @cached_property
    def warmup(self) -> InitialWarmup:
        """The warmup."""
        epochs = self.number("WARMUP_EPOCHS", at_least=0)
        start = self.number("WARMUP_START_LR", at_least=0) * self.shards if epochs else 0.0
        length = self.config.computed(epochs, "WARMUP_EPOCHS", "epoch")
        return InitialWarmup(length, self.config.computed(start, "WARMUP_START_LR"))

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the name of the schedule."""
        return CurveSpec(name, self.config.place("LR_POLICY"), "epoch", params)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of ``SOLVER``."""
    config = MappingReader(top)
    flags.check_epochs("SlowFast")
    own = section(config, "SOLVER")
    scaled = own.flag("BASE_LR_SCALE_NUM_SHARDS", default=False)
    _check_cycles(config)
    solver = _Solver(
        config=own,
        defaults=DEFAULTS,
        flags=flags,
        shards=config.count("NUM_SHARDS", 1, at_least=1) if scaled else 1,
    )
    check_unknown_keys(own, RATE_KEYS, FORMAT.title)
    policy = solver.policy
    curve = labelled(POLICIES[policy](solver), policy)
    return Request(
        unit="epoch",
        run={"lr": solver.lr, "epochs": solver.epochs},
        curves=(curve,),
        applied_flags=frozenset({"lr"}) & frozenset(flags.given),
        milestones=starts(own, "STEPS", float(solver.epochs.text)) if POLICIES[policy] is _steps else (),
        remarks=(
            read_as(policy, f"{solver.epochs.text} epochs", defaults=solver.notes),
            *ignored(_layer_decay(own)),
        ),
    )


def _check_cycles(config: MappingReader) -> None:
    """Raise RequestError for multigrid training, which replaces ``STEPS``, ``LRS`` and ``MAX_EPOCH``."""
    multigrid = config.mapping("MULTIGRID")
    for name in CYCLES:
        if multigrid is not None and multigrid.flag(name, default=False):
            rule = f"{name} must be false: multigrid training has other epochs and rates than those of SOLVER"
            raise multigrid.invalid(name, rule)


def _layer_decay(config: MappingReader) -> str:
    value = config.number("LAYER_DECAY", 1.0)
    note = "rates are those of the last layers, earlier layers have lower ones"
    return "" if value == 1 else f"LAYER_DECAY {value:g} ({note})"


def _cosine(solver: _Solver) -> CurveSpec:
    low = solver.number("COSINE_END_LR", at_least=0) * solver.shards
    warmup, run, rate = float(solver.warmup.length.text), float(solver.epochs.text), float(solver.lr.text)
    is_after = solver.config.flag("COSINE_AFTER_WARMUP", default=False)
    if warmup >= run:
        return solver.warmup.alone(
            rate if is_after else low + (rate - low) * (1 + math.cos(math.pi * warmup / run)) / 2
        )
    end = solver.config.computed(low, "COSINE_END_LR")
    length = computed_value(run - warmup if is_after else run, solver.epochs.where, "epoch")
    curve = solver.curve("cosine", lr=solver.lr, min_lr=end, total=length)
    return solver.warmup.before(curve) if is_after else solver.warmup.over(curve)


def _steps(solver: _Solver) -> CurveSpec:
    """Return the factors ``LRS`` on the rate, each from one of ``STEPS`` on."""
    factors = solver.config.numbers("LRS", above=0)
    starts = solver.config.numbers("STEPS", at_least=0, ascending=True)
    if starts[0] != 0:
        raise user_error(solver.config.place("STEPS"), "STEPS must begin with 0", got=f"'{starts[0]:g}'")
    warmup, run = float(solver.warmup.length.text), float(solver.epochs.text)
    starts = tuple(start for start in starts if start < run or start <= warmup)
    if len(starts) > len(factors):
        rule = f"LRS must have one rate per step of the run ({len(starts)})"
        raise user_error(solver.config.place("LRS"), rule, got=f"'{len(factors)}'")
    rates = [factor * float(solver.lr.text) for factor in factors[: len(starts)]]
    if warmup >= run:
        return solver.warmup.alone(rates[bisect_right(starts, warmup) - 1])
    if len(rates) == 1:
        return solver.warmup.over(solver.curve("constant", lr=solver.config.computed(rates[0], "LRS")))
    times = computed_list(starts[1:], solver.config.place("STEPS"), "epoch")
    values = computed_list(rates, solver.config.place("LRS"))
    return solver.warmup.over(solver.curve("piecewise_constant", milestones=times, values=values))


POLICIES: dict[str, Callable[[_Solver], CurveSpec]] = {"cosine": _cosine, "steps_with_relative_lrs": _steps}
