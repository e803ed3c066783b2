"""A framework's own schedule: on the framework's clock, with the framework's parameters."""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from cosine_cli.frameworks.core.discovery import framework_name, framework_of, load_framework
from cosine_cli.frameworks.core.ignored import IgnoredParam
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Param, param, params
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule


def base_rate() -> Any:
    """Declare ``lr`` of a framework whose schedules start from the rate of an optimizer."""
    return param(0.1, "learning rate of the optimizer", above=0)


@dataclass(frozen=True, kw_only=True)
class FrameworkSchedule(Schedule, ABC):
    """A framework's own schedule; times count its calls, and update ``t`` of a loop uses the rate at ``t``.

    A subclass is final. It declares the framework's parameters as fields, and defines either :attr:`composite`, the
    same curve composed of other schedules, or :meth:`formula` and :meth:`pieces`.
    """

    source_file: ClassVar[str] = ""
    """The file of the framework that defines it, if it is not the one that defines most of its schedules."""

    equivalent: ClassVar[str] = ""
    """The name of the core schedule of the same kind."""

    difference: ClassVar[str] = ""
    """How it differs from the core schedule, in a sentence."""

    ignored: ClassVar[Mapping[str, IgnoredParam]] = MappingProxyType({})
    """Its parameters that change no rate, beyond those that all schedules of the framework have."""

    boundary_behavior: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Its behavior at the first update, at milestones, at its end and past its end."""

    @property
    def composite(self) -> Schedule | None:
        """The same curve composed of other schedules, None if it has its own formula."""
        return None

    @property
    def inner(self) -> Schedule | None:
        """The schedule that it is composed of."""
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
        """The error that the framework raises past the end, as Python prints it; empty if the rate is NaN instead."""
        return ""

    @property
    def why_it_ends(self) -> str:
        """The sentence about the error, or about NaN."""
        title = load_framework(framework_of(type(self))).title
        return f"{title} raises {self.error}" if self.error else f"what {title} gives is no number"

    @property
    def on_run_clock(self) -> bool:
        """False: no warmup of a framework moves it."""
        return False

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The calls at which its parameters make it change; those of its composite are not given by the user."""
        return ()

    def rescaled(self, factor: float) -> Schedule:
        """Raise NotImplementedError: a framework's schedule counts calls, not steps of the run."""
        raise NotImplementedError

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        if self.composite is None:
            raise NotImplementedError
        return self.composite.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates before the calls ``t``, NaN once the framework has raised."""
        with np.errstate(all="ignore"):  # a NaN is rejected when the plan is resolved, or not used
            rates = self.composite.rate(t) if self.composite else super().rate(t)
        return rates if math.isinf(self.ends) else np.where(t <= self.ends, rates, np.nan)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of its composite."""
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
    """Return the calls at which a framework's schedule changes, each with the first call that it affects."""
    pairs = zip(calls, acts, strict=True)
    return tuple(Milestone(name, float(call), float(at), calls=True, reached=reached) for call, at in pairs)


def arguments(schedule: Schedule) -> dict[str, Any]:
    """Return the arguments of the framework's constructor: every parameter except the rate of the optimizer."""
    return {field.name: getattr(schedule, field.name) for field in _own(type(schedule))}


def _own(schedule: type[Schedule]) -> tuple[Param, ...]:
    return tuple(field for field in params(schedule) if field.name != "lr")
