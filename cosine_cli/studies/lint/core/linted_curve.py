"""One curve of a plan as a rule checks it: its numbers, and the places where they were given."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cosine_cli.frameworks.core.discovery import load_framework
from cosine_cli.plans.model.clock import Clock, Time, whole
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.model.read_as import ReadAs
from cosine_cli.plans.parse.raw import CurveSpec, RawValue, Request
from cosine_cli.plans.parse.warmup_spec import unfold_warmup
from cosine_cli.plans.registry import is_framework_name, load
from cosine_cli.plans.resolve.grid import resolve_axes
from cosine_cli.plans.resolve.panel_curves import panel_specs
from cosine_cli.plans.resolve.request import curve_specs
from cosine_cli.plans.resolve.stepping import steps_per_call
from cosine_cli.plans.resolve.warmup_length import warmup_length
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import Point, highest
from cosine_cli.studies.lint.core.assignment import assignment, is_direct
from cosine_cli.text import either, number, thousands

_DIGITS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class LintedCurve:
    """One curve of a plan, before the factors of groups and of a match.

    - ``plan``: the plan of the curve's own run.
    - ``spec``, ``request``: the raw values that the curve and its run were resolved from.
    """

    plan: Plan
    curve: Curve
    spec: CurveSpec
    request: Request

    @property
    def schedule(self) -> Schedule:
        """The schedule, with times in steps."""
        return self.curve.schedule

    @property
    def clock(self) -> Clock:
        """The clock of the curve's own run."""
        return self.plan.clock

    @property
    def updates(self) -> int:
        """The number of updates of the run."""
        return self.clock.total

    @property
    def is_first(self) -> bool:
        """Whether it is the first curve of its run, which reports what concerns all curves."""
        return self.curve is self.plan.bases[0]

    @property
    def is_only(self) -> bool:
        """Whether it is the only curve of its run."""
        return len(self.plan.bases) == 1

    @property
    def is_imported(self) -> bool:
        """Whether it is read from another program's config."""
        return any(isinstance(remark, ReadAs) for remark in self.request.remarks)

    @property
    def counts_steps(self) -> bool:
        """Whether the steps of the run are known: it is in steps, or in epochs of several steps."""
        return self.clock.unit == "step" or self.clock.counts_both

    @cached_property
    def framework(self) -> str:
        """The framework that the schedule is of, empty for a schedule of the core."""
        return self.curve.name.partition(".")[0] if is_framework_name(self.curve.name) else ""

    @cached_property
    def steps_per_call(self) -> int:
        """The number of updates between two calls of a framework's scheduler, 1 for a schedule of the core."""
        if not self.framework:
            return 1
        return steps_per_call(load_framework(self.framework).calls, self.clock, self.plan.update)

    @property
    def calls(self) -> int:
        """The number of calls of the scheduler in the run."""
        return self.updates // self.steps_per_call

    @cached_property
    def peak(self) -> Point:
        """The first highest point within the run."""
        return highest(self.schedule, self.updates)

    @cached_property
    def warmup(self) -> float:
        """The length of the warmup in steps, also of a framework's or a composite schedule; 0 without one."""
        calls = self.param("num_warmup_steps") or self.param("warmup_t")
        return float(calls) * self.steps_per_call if calls else warmup_length(self.curve, self.clock)

    def rate(self, step: float) -> float:
        """Return the rate at a time in steps, NaN after the end."""
        return float(self.schedule(step))

    @cached_property
    def first_rate(self) -> float:
        """The rate of the first update."""
        return self.rate(0.0)

    @cached_property
    def last_rate(self) -> float:
        """The rate of the last update."""
        return self.rate(self.updates - 1.0)

    def param(self, name: str) -> Any:
        """Return a resolved parameter: a rate or a factor as it is, times in steps; None if there is none."""
        value = self.curve.params.get(name)
        return self.clock.steps(value) if isinstance(value, Time) else value

    def raw(self, name: str) -> RawValue | None:
        """Return the raw value of a parameter: of the curve, of a flag, or of the run; None if it is a default."""
        return next((raw for given in self._given() for key in self._keys(name) if (raw := given.get(key))), None)

    def _given(self) -> Iterator[Any]:
        yield unfold_warmup(self.spec.params)
        yield self.request.flags
        run = self.request.run
        yield {**run, **(unfold_warmup({"warmup": run["warmup"]}) if "warmup" in run else {})}

    def _keys(self, name: str) -> tuple[str, ...]:
        declared = next((param for param in params(self._declared) if param.name == name), None)
        return (name,) if declared is None else (name, *declared.other_names)

    @cached_property
    def _declared(self) -> type[Schedule]:
        return load(self.curve.name)

    def where(self, *names: str) -> str:
        """Return the place of the first of these parameters that was given, else the place of the curve."""
        given = (raw.where for name in names if (raw := self.raw(name)) and not raw.default_of)
        return next(given, self.spec.where)

    def setting(self, name: str, value: str | Sequence[str]) -> str:
        """Return a parameter with a new value as it is written at its place: ``--warmup 5``, ``"warmup_steps": 5``."""
        return assignment(name, value, raw=self.raw(name), where=self.spec.where)

    def ending_at(self, *ends: float) -> str:
        """Return other ends of the run, in steps, as its length is written: ``--epochs 70 or --epochs 150``."""
        name = f"{self.clock.unit}s"
        raw, units = self.request.run.get(name), [float(self.clock.units(end)) for end in ends]
        if not all(map(float.is_integer, units)) or (raw is None and self.plan.budget is not None):
            return f"at {either(map(self.at, ends))}"
        if raw is not None and not is_direct(raw):
            return assignment(name, either(map(whole, units)), raw=raw, where=raw.where)
        return either(assignment(name, whole(each), raw=raw, where=f"--{name}") for each in units)

    def in_units(self, steps: float) -> str:
        """Return a time or a length of so many steps as the value of a parameter in the unit of the run."""
        units = self.clock.units(steps)
        return whole(units) if float(units).is_integer() else f"{math.floor(steps)}st"

    def at(self, steps: float) -> str:
        """Return a time in steps as text: ``epoch 30``, ``step 3000``."""
        return f"{self.clock.unit} {thousands(self.clock.units(steps))}"

    def span(self, steps: float) -> str:
        """Return a length in steps as text: ``30 epochs``."""
        length = thousands(self.clock.units(steps))
        return f"{length} {self.clock.unit}{'s' * (length != '1')}"

    @property
    def run_length(self) -> str:
        """The length of the run as text, with its steps if they differ: ``90 epochs (450 steps)``."""
        steps = f" ({thousands(self.updates)} steps)" if self.clock.unit == "epoch" and self.clock.counts_both else ""
        return f"{self.span(self.updates)}{steps}"


def rate_text(rate: float) -> str:
    """Return a rate as text with few digits; the rate of a schedule that has ended is ``NaN``."""
    return number(rate, digits=_DIGITS) if math.isfinite(rate) else "NaN"


def linted_curves(request: Request, plan: Plan) -> Iterator[LintedCurve]:
    """Yield the curves of a plan, or of its panels, with the raw values that they were resolved from."""
    for run, part in zip(request.runs or (request,), plan.parts, strict=True):
        for shown, specs in _shown(run, replace(part, match=plan.match)):
            for spec, curve in zip(specs, shown.bases, strict=True):
                yield LintedCurve(plan=shown, curve=curve, spec=spec, request=run)


def _shown(request: Request, plan: Plan) -> Iterator[tuple[Plan, tuple[CurveSpec, ...]]]:
    """Yield a plan with its curves, or the plan of each of its panels."""
    specs = curve_specs(request)
    if not plan.panels:
        yield plan, specs
        return
    axes = resolve_axes(request.figure["grid"], specs, request.unit or "epoch")
    for panel, own in zip(plan.panels, panel_specs(axes, request, specs), strict=True):
        yield replace(plan, curves=panel.curves, panels=()), own
