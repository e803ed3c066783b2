"""Import pycls's configs: ``OPTIM``, by epoch.

The formulas are those of facebookresearch/pycls at 1a33062 (2021), ``pycls/core/optimizer.py``; the defaults are those
of ``pycls/core/config.py``. Before, ``exp`` was a factor ``GAMMA`` per epoch. The rate is set at the start of an epoch.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_list, computed_value, labelled
from cosine_cli.plans.importers.core.defaults_reader import DefaultsReader
from cosine_cli.plans.importers.core.evidence import Key, one_of
from cosine_cli.plans.importers.core.flags import RUN
from cosine_cli.plans.importers.core.formats import Format
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.importers.core.milestones import starts
from cosine_cli.plans.importers.core.remarks import read_as
from cosine_cli.plans.importers.core.sequence import lasting, sequence
from cosine_cli.plans.importers.core.unsupported import check_unknown_keys
from cosine_cli.plans.importers.core.yacs import section
from cosine_cli.plans.parse.raw import CurveSpec, Request

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.flags import Flags
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue

FORMAT = Format(
    "pycls config",
    needs=(
        Key("OPTIM", "mapping"),
        Key("OPTIM.LR_POLICY", among=("cos", "exp", "lin", "steps")),
        one_of("OPTIM.MAX_EPOCH", "OPTIM.BASE_LR"),
    ),
    files="YAML config",
    reads="`OPTIM`: `BASE_LR`, `MAX_EPOCH`, `LR_POLICY` with its parameters, and the warmup",
    options=RUN,
    counts_epochs=True,
    replacement_keys={"warmup": "WARMUP_EPOCHS", "min_lr": "MIN_LR"},
    keeps_last=True,
)

DEFAULTS: dict[str, float | str] = {
    "LR_POLICY": "cos",
    "BASE_LR": 0.1,
    "MAX_EPOCH": 200,
    "MIN_LR": 0.0,
    "LR_MULT": 0.1,
    "WARMUP_EPOCHS": 0.0,
    "WARMUP_FACTOR": 0.1,
}
RATE_KEYS = (*DEFAULTS, "STEPS", "GAMMA")
MOST_WARMUP = 1000


class _Policy(NamedTuple):
    """A curve, and its rate at an epoch."""

    curve: CurveSpec
    rate: Callable[[int], float]


@dataclass(frozen=True, kw_only=True)
class _Optim(DefaultsReader):
    """The values of ``OPTIM``, and the options of the run."""

    flags: Flags

    @cached_property
    def policy(self) -> str:
        """The name of the schedule."""
        return self.kind("LR_POLICY", POLICIES)

    @cached_property
    def lr(self) -> RawValue:
        """The rate that the factors of the schedule apply to."""
        return self.flags.lr or self.config.computed(self.number("BASE_LR", above=0), "BASE_LR")

    @property
    def rate(self) -> float:
        """The same as a number."""
        return float(self.lr.text)

    @cached_property
    def epochs(self) -> RawValue:
        """The length of the run."""
        return self.flags.epoch_count or self.config.computed(self.count("MAX_EPOCH", at_least=1), "MAX_EPOCH", "epoch")

    @property
    def total(self) -> int:
        """The number of epochs."""
        return int(self.epochs.text)

    @cached_property
    def lowest(self) -> float:
        """The rate at the end of the run, which ``MIN_LR`` gives as a share."""
        return self.number("MIN_LR", at_least=0, at_most=1) * self.rate

    def curve(self, name: str, **params: RawValue) -> CurveSpec:
        """Return a curve at the place of the name of the schedule."""
        return CurveSpec(name, self.config.place("LR_POLICY"), "epoch", params)


def load(top: Node, flags: Flags) -> Request:
    """Return the schedule of ``OPTIM``."""
    flags.check_epochs("pycls")
    own = section(MappingReader(top), "OPTIM")
    check_unknown_keys(own, RATE_KEYS, FORMAT.title)
    optim = _Optim(config=own, defaults=DEFAULTS, flags=flags)
    curve = labelled(_warmed_up(optim, POLICIES[optim.policy](optim)), optim.policy)
    return Request(
        unit="epoch",
        run={"lr": optim.lr, "epochs": optim.epochs, "update": computed_value("epoch", own.where)},
        curves=(curve,),
        applied_flags=frozenset({"lr"}) & frozenset(flags.given),
        milestones=starts(own, "STEPS", optim.total) if optim.policy == "steps" else (),
        remarks=(read_as(optim.policy, f"{optim.total} epochs", defaults=optim.notes),),
    )


def _warmed_up(optim: _Optim, policy: _Policy) -> CurveSpec:
    """Return the curve after a warmup, which is a factor on its rates: a table of them."""
    length = optim.count("WARMUP_EPOCHS", at_least=0, at_most=MOST_WARMUP)
    if not length:
        return policy.curve
    factor = optim.number("WARMUP_FACTOR", at_least=0)
    factors = (factor * (1 - epoch / length) + epoch / length for epoch in range(length))
    rates = [policy.rate(epoch) * factor for epoch, factor in enumerate(factors)]
    where = optim.config.place("WARMUP_EPOCHS")
    after = optim.config.computed(length, "WARMUP_EPOCHS", "epoch")
    if length == 1:
        table = optim.curve("constant", lr=computed_value(rates[0], where))
    else:
        times, values = computed_list(range(1, length), where, "epoch"), computed_list(rates, where)
        table = optim.curve("piecewise_constant", milestones=times, values=values)
    return sequence((lasting(table, after), later(policy.curve, after)), table.where, table.unit)


def _cosine(optim: _Optim) -> _Policy:
    low, height = optim.lowest, (optim.rate - optim.lowest) / 2
    end = optim.config.computed(low, "MIN_LR")
    curve = optim.curve("cosine", lr=optim.lr, total=optim.epochs, min_lr=end)
    return _Policy(curve, lambda epoch: low + height * (1 + math.cos(math.pi * epoch / optim.total)))


def _linear(optim: _Optim) -> _Policy:
    low = optim.lowest
    curve = optim.curve("linear", lr=optim.lr, total=optim.epochs, min_lr=optim.config.computed(low, "MIN_LR"))
    return _Policy(curve, lambda epoch: low + (optim.rate - low) * (1 - epoch / optim.total))


def _exponential(optim: _Optim) -> _Policy:
    config = optim.config
    if "MIN_LR" in config and "GAMMA" in config:
        raise config.invalid(
            "GAMMA", "GAMMA and MIN_LR must not both be given: versions of pycls differ", hint="remove one"
        )
    if "GAMMA" in config:
        key, per = "GAMMA", computed_value(1, config.where, "epoch")
    else:
        key, per = "MIN_LR", optim.epochs
    gamma = config.computed(config.number(key, above=0, at_most=1), key)
    curve = optim.curve("exponential", lr=optim.lr, gamma=gamma, per=per)
    return _Policy(curve, lambda epoch: optim.rate * float(gamma.text) ** (epoch / float(per.text)))


def _steps(optim: _Optim) -> _Policy:
    """Return the factor ``LR_MULT`` from each of ``STEPS`` after the first on, which is 0."""
    starts = optim.config.counts("STEPS", at_least=0, ascending=True)
    if starts[0] != 0:
        raise user_error(optim.config.place("STEPS"), "STEPS must begin with 0", got=f"'{starts[0]}'")
    if len(starts) == 1:
        return _Policy(optim.curve("constant", lr=optim.lr), lambda _: optim.rate)
    factor = optim.number("LR_MULT", above=0, at_most=1)
    milestones = computed_list(starts[1:], optim.config.place("STEPS"), "epoch")
    curve = optim.curve("multistep", milestones=milestones, gamma=optim.config.computed(factor, "LR_MULT"))
    return _Policy(curve, lambda epoch: optim.rate * factor ** (bisect_right(starts, epoch) - 1))


POLICIES: dict[str, Callable[[_Optim], _Policy]] = {
    "cos": _cosine,
    "lin": _linear,
    "exp": _exponential,
    "steps": _steps,
}
