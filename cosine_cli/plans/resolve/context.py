"""Context for resolving a curve, and a resolved value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cosine_cli.plans.model.clock import Clock, whole
from cosine_cli.plans.model.options import RUN, flag_of
from cosine_cli.plans.parse.numbers import PeakShare
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.parse.warmup_spec import unfold_warmup
from cosine_cli.schedules.core.fields import Param


class Context(NamedTuple):
    """Context for resolving a curve: clock, available steps, parameters inherited from the run.

    - ``run``: steps available to the curve, its warmup included.
    - ``inherited``: parameters of the run that a curve inherits: ``lr``, ``min_lr``.
    - ``warmup``: parameters of the run's warmup, for top-level curves.
    - ``flags``: parameters of single schedules, such as ``--gamma``, for top-level curves.
    - ``used_flags``: collects the names of the inherited parameters, warmup and flags that some curve uses.
    - ``depth``: number of curves around this one.
    - ``in_sequence``: whether the curve is one of a sequence, which takes its length from ``for``.
    - ``in_panel``: whether the curve is one of a panel, whose warmup may vary down to 0.
    - ``update``: when the loop updates the rate: every step, or every epoch.
    - ``called``: whether the curve is part of a framework's schedule, which counts calls.
    """

    clock: Clock
    run: float
    inherited: Mapping[str, RawValue]
    warmup: Mapping[str, RawValue]
    flags: Mapping[str, RawValue]
    used_flags: set[str]
    depth: int = 0
    in_sequence: bool = False
    in_panel: bool = False
    update: str = "step"
    called: bool = False

    @classmethod
    def of_run(cls, request: Request, clock: Clock) -> Context:
        """Return the context of the top-level curves of a request."""
        run = request.run
        inherited = {name: run[name] for name in ("lr", "min_lr") if name in run}
        warmup = unfold_warmup({"warmup": run["warmup"]}) if "warmup" in run else {}
        update = run["update"].text if "update" in run else RUN["update"].default
        return cls(clock, float(clock.total), inherited, warmup, request.flags, set(), update=update)

    def within(self, run: float) -> Context:
        """Return the context of a curve inside another, with ``run`` steps available."""
        return self._replace(run=run, warmup={}, flags={}, depth=self.depth + 1, in_sequence=False)

    def in_sequence_for(self, run: float) -> Context:
        """Return the context of a curve of a sequence that lasts ``run`` steps."""
        return self.within(run)._replace(in_sequence=True)

    def within_framework_schedule(self, lr: RawValue | None) -> Context:
        """Return the context of a part of a framework's schedule; ``lr`` is the optimizer's rate given there."""
        inherited = {"lr": lr} if lr is not None else {k: v for k, v in self.inherited.items() if k == "lr"}
        return self.within(self.run)._replace(inherited=inherited, called=True)

    def shared(self, param: Param) -> RawValue | None:
        """Return what a flag or the run gives for a parameter, and record that it is used; None without either."""
        if (flag := flag_of(param)) is not None and flag in self.flags:
            self.used_flags.add(flag)
            return self.flags[flag]
        inherited = param.inherits or param.name
        if inherited in self.inherited:
            self.used_flags.add(inherited)
            return self.inherited[inherited]
        if param.name in self.warmup:  # for a schedule that has a warmup of its own
            self.used_flags.add("warmup")
            return self.warmup[param.name]
        return None


class Resolved(NamedTuple):
    """A parameter's value and its origin.

    - ``note``: the arithmetic, or the default, that it comes from.
    - ``follows``: whether it is computed from other parameters or from the available time.
    - ``share``: the share of the peak that it was given as.
    """

    value: Any
    note: str = ""
    follows: bool = False
    share: str = ""

    @property
    def is_share(self) -> bool:
        """Tell whether it is a share of a peak that is not known yet."""
        return isinstance(self.value, PeakShare)

    def of_peak(self, peak: float) -> Resolved:
        """Return a share of the peak as a rate; 0% is the rate 0."""
        if self.value.value == 0:
            return Resolved(0.0)
        rate = self.value.of(peak)
        return Resolved(rate, f"{self.value} of {whole(peak)} = {whole(rate)}", share=str(self.value))
