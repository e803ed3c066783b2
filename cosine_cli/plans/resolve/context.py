"""Where a curve stands, and what any curve takes besides what its schedule does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.options import flag_of
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.warmup import Warmup

WARMUP = {param.name: param for param in params(Warmup) if param.name != "of"}
WARMUP["warmup"] = WARMUP["warmup"]._replace(default=0, above=None, at_least=0)
"""The warmup before a curve; without it, and with 0, there is none."""

LABEL = Param(name="label", type=str, default=None, meaning="name of the curve")
DURATION = Param(
    name="for", type=float, default=None, meaning="how long it lasts in a sequence", above=0, time="length"
)


class Context(NamedTuple):
    """Where a curve stands: the run's clock, how much of the run is its own (steps), and what all curves share.

    - ``inherited``: parameters of the run, for whichever curve has them: ``lr``, ``min_lr``.
    - ``warmup``: the run's warmup, for curves that stand by themselves.
    - ``flags``: parameters of single schedules, for curves that stand by themselves.
    - ``update``: when the rate moves, as the run says: at every step, or once an epoch.
    - ``called``: whether a framework's schedule that this one is part of counts the calls.
    - ``used_flags``: collects the names of the shared parameters that some curve has taken.
    """

    clock: Clock
    run: float
    inherited: Mapping[str, RawValue]
    warmup: Mapping[str, RawValue]
    flags: Mapping[str, RawValue]
    used_flags: set[str]
    depth: int = 0
    update: str = "step"
    called: bool = False

    def within(self, run: float) -> Context:
        """Return the setting of a curve inside another, with a part of the run for its own."""
        return self._replace(run=run, warmup={}, flags={}, depth=self.depth + 1)

    def part_of_native(self, lr: RawValue | None) -> Context:
        """Return the setting of a part of a framework's schedule, whose optimizer's rate was said there."""
        inherited = {"lr": lr} if lr is not None else {k: v for k, v in self.inherited.items() if k == "lr"}
        return self.within(self.run)._replace(inherited=inherited, called=True)

    def shared(self, param: Param) -> RawValue | None:
        """Return what a flag or the run says of a parameter, and remember that it was taken."""
        if (flag := flag_of(param)) is not None and flag in self.flags:
            self.used_flags.add(flag)
            return self.flags[flag]
        inherited = param.inherits or param.name
        if inherited in self.inherited:
            self.used_flags.add(inherited)
            return self.inherited[inherited]
        if param.name in self.warmup:  # of a schedule that has one of its own
            self.used_flags.add("warmup")
            return self.warmup[param.name]
        return None


class Resolved(NamedTuple):
    """A parameter's value, and how it came about.

    - ``follows``: it was not said, and follows from the others or from the time that the curve has.
    """

    value: Any
    note: str = ""
    follows: bool = False
