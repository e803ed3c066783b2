"""What a framework's own schedule is: a schedule on the framework's clock, with the framework's parameters."""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from cosine_cli.frameworks.core.catalogue import framework_name, framework_of, load_framework
from cosine_cli.frameworks.core.ignored import IgnoredParam
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Param, param, params
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule


def base_rate() -> Any:
    """Declare ``lr`` of a framework whose optimizer holds the rate that its schedules start from."""
    return param(0.1, "learning rate that the optimizer is made with", above=0)


@dataclass(frozen=True, kw_only=True)
class FrameworkSchedule(Schedule, ABC):
    """A framework's own schedule; times count its calls, and update ``t`` of a loop is made with the rate at ``t``.

    A subclass is final. It declares the framework's parameters as fields, and gives either :attr:`composite`, the same
    curve made of the core's schedules, or :meth:`formula` and :meth:`pieces`.
    """

    source_file: ClassVar[str] = ""
    """The file of the framework that defines it, if it is not the one that defines most of its schedules."""

    equivalent: ClassVar[str] = ""
    """The plain schedule of the same kind."""

    difference: ClassVar[str] = ""
    """How it differs from the plain one, in a sentence."""

    ignored: ClassVar[Mapping[str, IgnoredParam]] = MappingProxyType({})
    """Its parameters that change no rate, beyond those that all schedules of the framework have."""

    boundary_behavior: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What it does at the first update, at a milestone, at its end, past its end."""

    @property
    def composite(self) -> Schedule | None:
        """The same curve made of the core's schedules, None where it has a formula of its own."""
        return None

    @property
    def inside(self) -> Schedule | None:
        """What it is made of."""
        return self.composite

    @property
    def extremes(self) -> tuple[float, ...]:
        """The rates between which it moves, if it does not override :attr:`peak` and :attr:`floor`."""
        return ()

    @property
    def peak(self) -> float:
        """The highest rate, as far as it is known."""
        return max(self.extremes) if self.extremes else super().peak

    @property
    def floor(self) -> float:
        """The lowest rate, as far as it is known."""
        if self.extremes:
            return min(self.extremes)
        return self.composite.floor if self.composite else 0.0

    @property
    def error(self) -> str:
        """What the framework raises behind the end, as Python says it; empty where it goes on without a number."""
        return ""

    @property
    def why_it_ends(self) -> str:
        """That the framework raises it."""
        title = load_framework(framework_of(type(self))).title
        return f"{title} raises {self.error}" if self.error else f"what {title} gives is no number"

    @property
    def on_run_clock(self) -> bool:
        """A framework knows no warmup that would move it."""
        return False

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The calls that it was given to change at; those of what it is made of are no one's."""
        return ()

    def slower(self, steps: float) -> Schedule:
        """Raise NotImplementedError: a framework's schedule counts calls, not steps of the run."""
        raise NotImplementedError

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if self.composite is None:
            raise NotImplementedError
        return self.composite.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``; NaN where the framework has raised by then."""
        with np.errstate(all="ignore"):  # what is no number is refused where a plan is made, or never looked at
            rates = self.composite.rate(t) if self.composite else super().rate(t)
        return rates if math.isinf(self.ends) else np.where(t <= self.ends, rates, np.nan)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of what it is made of."""
        return self.composite.pieces(until, at_most) if self.composite else super().pieces(until, at_most)


def qualified_name(schedule: type[Schedule]) -> str:
    """Return the name of a framework's schedule in a curve, such as ``torch.StepLR``."""
    return f"{framework_of(schedule)}.{framework_name(schedule)}"


def ignored_params(schedule: type[Schedule]) -> Mapping[str, IgnoredParam]:
    """Return the parameters of a framework's schedule that change no rate, by their names."""
    return {**load_framework(framework_of(schedule)).ignored, **getattr(schedule, "ignored", {})}


def citation(schedule: type[Schedule]) -> str:
    """Return the source of a framework's schedule: framework, version, file and year."""
    return load_framework(framework_of(schedule)).citation(getattr(schedule, "source_file", ""))


def calls_given(
    name: str, calls: Iterable[float], acts: Iterable[float], *, reached: bool = False
) -> tuple[Milestone, ...]:
    """Return the calls that a framework's schedule was given to change at, each with the first that it changes."""
    pairs = zip(calls, acts, strict=True)
    return tuple(Milestone(name, float(call), float(at), calls=True, reached=reached) for call, at in pairs)


def arguments(native: Schedule) -> dict[str, Any]:
    """Return what the framework's constructor is given: every parameter but the optimizer's rate."""
    return {field.name: getattr(native, field.name) for field in _own(type(native))}


def _own(native: type[Schedule]) -> tuple[Param, ...]:
    return tuple(field for field in params(native) if field.name != "lr")
