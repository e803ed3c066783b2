"""The base class of all schedules."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.arrays import Rates, in_blocks
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind, between
from cosine_cli.schedules.core.shapes import in_phases
from cosine_cli.schedules.core.wording import Formatter, fill_template

__all__ = ["FAMILIES", "Family", "Formatter", "Schedule"]

Family = Literal["decay", "multi-phase", "cyclic", "tabulated", "composite"]
"""The groups of the catalogue."""

FAMILIES: tuple[Family, ...] = ("decay", "multi-phase", "cyclic", "tabulated", "composite")

_MOST_LISTED = 1000
"""Pieces beyond this number are merged into cycles, which contain no gaps."""


@dataclass(frozen=True, kw_only=True)
class Schedule(ABC):
    """A pure function of time: an array of times in steps in, an array of rates of the same shape out.

    A subclass declares its parameters as fields (:func:`~cosine_cli.schedules.core.fields.param`) and defines
    :meth:`formula`. If the curve has jumps or kinks, it also defines :attr:`segments` or :meth:`pieces`. It is final.
    Raises ParameterError if a parameter violates its rule.
    """

    label: ClassVar[str] = ""
    """The name in figures and tables if it is not the schedule's own."""

    aliases: ClassVar[str] = ""
    """Other names of the schedule, separated by spaces; error messages suggest the schedule for them."""

    family: ClassVar[Family] = "decay"
    """The group of the catalogue that it belongs to."""

    rare: ClassVar[bool] = False
    """Whether it is rarely used; such schedules are listed last."""

    framework_names: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Its name in each framework that has it."""

    misconceptions: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Common claims about it that are false, each with the correction."""

    phases: ClassVar[tuple[str, ...]] = ()
    """The names of consecutive lengths that together must fit the run."""

    description_format: ClassVar[str] = ""
    """A format string for :meth:`description` (see :mod:`~cosine_cli.schedules.core.wording`)."""

    summary_format: ClassVar[str] = ""
    """The same for :meth:`summary`."""

    def __post_init__(self) -> None:
        for field, is_curve, is_number in _fields(type(self)):
            if not is_curve:
                self._check(field)
            if is_number:
                # Whole numbers are accepted for floats; formulas rely on the declared type.
                object.__setattr__(self, field.name, field.cast(getattr(self, field.name)))
        self.check()

    def _check(self, field: Param) -> None:
        value = getattr(self, field.name)
        try:
            accepted = field.accepts(value)
        except (TypeError, ValueError, OverflowError):
            accepted = False
        if not accepted:
            raise ParameterError(field.name, field.rule, got=repr(value))
        if field.no_more_than and value > (high := getattr(self, field.no_more_than)):
            raise ParameterError(field.name, f"must be at most {field.no_more_than} ({high!r})", got=repr(value))

    def check(self) -> None:  # noqa: B027 - a hook: most schedules have no rule between parameters
        """Raise ParameterError if the parameters contradict one another."""

    @abstractmethod
    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` (steps, at least 0), computed with the operations ``m``; ``t`` is not modified."""

    def at(self, m: Ops, t: Any) -> Any:
        """Return the same for the formula of a composite schedule: in NumPy by :meth:`rate`."""
        return self.rate(t) if m is NUMPY else self.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t`` in NumPy, both one-dimensional."""
        rates = np.asarray(self.formula(NUMPY, t), dtype=np.float64)
        return rates if rates.shape == t.shape else np.full_like(t, rates)

    def __call__(self, t: ArrayLike) -> Rates:
        """Return the learning rates at the times ``t`` (steps, including fractions): float64, of the same shape.

        They are NaN after the end of a curve that ends. Raises ParameterError if a time is negative or NaN.
        """
        return in_blocks(self.rate if math.isinf(self.ends) else self._rate_to_end, t)

    def _rate_to_end(self, t: Rates) -> Rates:
        rates = self.rate(t)
        rates[t > self.ends] = np.nan
        return rates

    @property
    def constant_from(self) -> float:
        """The time from which the rate is constant: ``total`` for a decay that has one, inf if it never is."""
        return float(getattr(self, "total", math.inf))

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        """The end and the kind of each smooth segment, in order; by default a decay and its constant end."""
        return (self.constant_from, "smooth"), (math.inf, "flat")

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the curve from 0 to ``until`` as pieces; more than ``at_most`` of a kind are merged into cycles."""
        del at_most  # segments are few
        return in_phases(self.segments, until)

    def pieces_to_end(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces up to ``until`` or to the end of the curve if it ends before."""
        pieces = self.pieces(until, at_most) or [Piece(0.0, until, "smooth")]
        return pieces if self.ends >= until else list(between(pieces, 0.0, math.nextafter(self.ends, math.inf)))

    def last(self, until: float) -> float:
        """Return the last time up to ``until`` that has a rate."""
        return min(until, self.ends)

    def rate_after(self, updates: int) -> float | None:
        """Return the rate after the last of so many updates, None if the curve has ended; it may be NaN."""
        return None if self.has_ended(np.array(float(updates))) else float(self(updates))

    def has_ended(self, t: Rates) -> NDArray[np.bool_]:
        """Return a mask of the times after the end, where there is no rate; a training loop may still use NaN."""
        return np.zeros(t.shape, dtype=np.bool_) if self.ends_in_nan else t > self.ends

    def updates_with_rate(self, updates: int) -> int:
        """Return how many of the first ``updates`` updates have a rate."""
        count = updates if self.ends >= updates else math.floor(self.ends) + 1
        return count and count - sum(math.ceil(gap.t1) - math.ceil(gap.t0) for gap in self.gaps(count))

    def gaps(self, until: float) -> list[Piece]:
        """Return the pieces before ``until`` on which the rate is NaN; a rate follows each."""
        return [piece for piece in self.pieces_to_end(until, _MOST_LISTED) if piece.kind == "none"]

    def knots(self, until: float, at_most: int) -> tuple[float, ...] | None:
        """Return the times of jumps and kinks between 0 and ``until``, None if there are more than ``at_most``.

        They include the end of a curve that ends before ``until``.
        """
        pieces = self.pieces_to_end(until, at_most)
        if len(pieces) > at_most + 1 or any(piece.kind == "cycles" for piece in pieces):
            return None
        return (*(piece.t0 for piece in pieces[1:]), *([pieces[-1].t1] if pieces[-1].t1 < until else []))

    @property
    def inner(self) -> Schedule | None:
        """The schedule that this one is composed of, None unless there is exactly one."""
        of = getattr(self, "of", None)
        return of if isinstance(of, Schedule) else None

    @property
    def counts_calls(self) -> bool:
        """Whether rates are exact at whole steps and only approximate between them."""
        of = getattr(self, "of", ())
        parts = of if isinstance(of, tuple) else (of,)
        return any(isinstance(part, Schedule) and part.counts_calls for part in parts)

    @property
    def peak(self) -> float:
        """An upper bound of the rate."""
        return self.inner.peak if self.inner else float(getattr(self, "lr"))  # noqa: B009 - not all have the field

    @property
    def floor(self) -> float:
        """A lower bound of the rate."""
        return self.inner.floor if self.inner else float(getattr(self, "min_lr", 0.0))

    @property
    def on_run_clock(self) -> bool:
        """Whether its times are on the run's clock, so that a warmup does not shift them."""
        return any(field.kind is Kind.MOMENT for field in params(type(self)))

    @property
    def ends(self) -> float:
        """The last time, in steps, that has a rate; after it there is none, or it is NaN."""
        return self.inner.ends if self.inner else math.inf

    @property
    def why_it_ends(self) -> str:
        """What happens after the end, such as ``PyTorch raises ZeroDivisionError``."""
        return self.inner.why_it_ends if self.inner else ""

    @property
    def why_of_gaps(self) -> str:
        """Why the rate is NaN in its :meth:`gaps`."""
        return self.inner.why_of_gaps if self.inner else ""

    @property
    def ends_in_nan(self) -> bool:
        """Whether a training loop continues after the end, with a rate of NaN."""
        return self.inner.ends_in_nan if self.inner else False

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The times of change that it or its inner schedule was given."""
        return self.inner.milestones_given if self.inner else ()

    @property
    def warmup_length(self) -> float:
        """The length of its warmup in steps, 0 if it has none."""
        return 0.0

    def rescaled(self, factor: float) -> Schedule:
        """Return the curve on a clock whose step takes ``factor`` steps of this one: its rate at ``t * factor``.

        Raises ParameterError if a time becomes too short, and NotImplementedError if the schedule counts calls.
        """
        values = {field.name: _rescaled(getattr(self, field.name), field, factor) for field in params(type(self))}
        return replace(self, **values)

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        """Return how many steps of the run the inner schedule covers."""
        del given
        return run

    def description(self, formatter: Formatter) -> str:
        """Describe the curve in a few words, such as ``×0.1 every 30 epochs``."""
        if self.description_format:
            return fill_template(self.description_format, self, formatter)
        return self.inner.description(formatter) if self.inner else ""

    def summary(self, formatter: Formatter) -> str:
        """Describe it in the width of a table column, such as ``×0.1 / 30``."""
        if self.summary_format:
            return fill_template(self.summary_format, self, formatter)
        return self.inner.summary(formatter) if self.inner else ""


@cache
def _fields(declared: type[Schedule]) -> tuple[tuple[Param, bool, bool], ...]:
    """Return the parameters of a schedule, each with whether it is a curve, and a number: schedules are many."""
    return tuple((param, param.kind is Kind.CURVE, param.kind.is_number) for param in params(declared))


def _rescaled(value: Any, field: Param, factor: float) -> Any:
    if isinstance(value, Schedule):
        return value.rescaled(factor)
    if isinstance(value, tuple) and (field.kind.is_time or field.kind is Kind.CURVE):
        return tuple(_rescaled(item, field, factor) for item in value)
    return value / factor if field.kind.is_time else value
