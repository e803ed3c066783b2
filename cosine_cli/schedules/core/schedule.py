"""What a schedule is: a frozen value with one method of mathematics."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.arrays import Rates, in_blocks
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece, between

Family = Literal["decays", "phases", "cycles", "tables", "made of others"]
"""What kind of curve a schedule is: the groups of the catalogue."""

_MOST_LISTED = 1000
"""Of curves with more pieces, the rest lies in rows of cycles, which have no gaps."""

FAMILIES: tuple[Family, ...] = ("decays", "phases", "cycles", "tables", "made of others")


class Formatter(Protocol):
    """How a plan puts a schedule's numbers into words: its unit, its clock."""

    def number(self, value: float) -> str:
        """Return a rate or a factor, such as ``0.955``."""

    def length(self, steps: float) -> str:
        """Return a length without its unit, such as ``30``."""

    def span(self, steps: float) -> str:
        """Return a length with its unit, such as ``30 epochs``, or ``an epoch``."""

    def moment(self, steps: float) -> str:
        """Return a time on the schedule's own clock as one of the run, such as ``epoch 100``."""

    def later(self, steps: float) -> Formatter:
        """Return the same for a schedule that begins so many steps later."""

    def slower(self, factor: float) -> Formatter:
        """Return the same for a schedule whose step takes so many of the run's."""


@dataclass(frozen=True, kw_only=True)
class Schedule(ABC):
    """A pure function of time in steps: an array of times in, an array of rates of the same shape out.

    A subclass declares its parameters as fields (:func:`~cosine_cli.schedules.core.fields.param`) and
    gives :meth:`formula`; where it jumps or bends it also gives :meth:`pieces`. It is final.
    Raises ParameterError at construction where a parameter breaks its rule.
    """

    label: ClassVar[str] = ""
    """The name on pictures and tables where it is more than the schedule's own."""

    aliases: ClassVar[str] = ""
    """What the schedule is called elsewhere, with blanks between: whoever brings such a name is told ours."""

    family: ClassVar[Family] = "decays"
    """The group that it stands in."""

    framework_names: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What frameworks call it, by the framework's name."""

    misconceptions: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What is often said of it and is not so, each with what is."""

    phases: ClassVar[tuple[str, ...]] = ()
    """Lengths that follow one another and together have to fit the run."""

    def __post_init__(self) -> None:
        for field in params(type(self)):
            if field.type in (int, float, str, bool):
                self._check(field)
            if field.type in (int, float):
                # A whole number is as good as a float; the formulas count on having the declared type.
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
        """Raise ParameterError where parameters do not go together."""

    @abstractmethod
    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` (steps, at least 0) in the operations of ``m``; ``t`` must not be changed."""

    def at(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t`` in the operations of ``m``, for the formula of a schedule that contains this one."""
        return self.rate(t) if m is NUMPY else self.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t``, one-dimensional."""
        rates = np.asarray(self.formula(NUMPY, t), dtype=np.float64)
        return rates if rates.shape == t.shape else np.full_like(t, rates)

    def __call__(self, t: ArrayLike) -> Rates:
        """Return the learning rates at the times ``t`` (steps, fractions too), float64, of the same shape.

        Behind the end of a curve that ends they are NaN. Raises ParameterError where a time is negative or not a
        number.
        """
        return in_blocks(self.rate if math.isinf(self.ends) else self._rate_to_end, t)

    def _rate_to_end(self, t: Rates) -> Rates:
        rates = self.rate(t)
        rates[t > self.ends] = np.nan
        return rates

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the curve from 0 to ``until`` as pieces; stretches with more than ``at_most`` as cycles."""
        del at_most  # a curve without knots is one piece
        return [Piece(0.0, until, "smooth")]

    def pieces_to_end(self, until: float, at_most: int) -> list[Piece]:
        """Return the same, but up to the end of the curve where it ends before ``until``: there is a rate on each."""
        pieces = self.pieces(until, at_most) or [Piece(0.0, until, "smooth")]
        return pieces if self.ends >= until else list(between(pieces, 0.0, math.nextafter(self.ends, math.inf)))

    def last(self, until: float) -> float:
        """Return the last time up to ``until`` at which there is a rate."""
        return min(until, self.ends)

    def left_after(self, updates: int) -> float | None:
        """Return the rate left after so many updates, None where the curve has ended; a training loop may have NaN."""
        return None if self.has_ended(np.array(float(updates))) else float(self(updates))

    def has_ended(self, t: Rates) -> NDArray[np.bool_]:
        """Tell at which times there is nothing instead of a rate: a NaN elsewhere is what a training loop uses."""
        return np.zeros(t.shape, dtype=np.bool_) if self.ends_in_nan else t > self.ends

    def updates_with_rate(self, updates: int) -> int:
        """Return how many of so many updates have a rate."""
        made = updates if self.ends >= updates else math.floor(self.ends) + 1
        return made and made - sum(math.ceil(gap.t1) - math.ceil(gap.t0) for gap in self.gaps(made))

    def gaps(self, until: float) -> list[Piece]:
        """Return the stretches before ``until`` in which the rate is NaN and comes back."""
        return [piece for piece in self.pieces_to_end(until, _MOST_LISTED) if piece.kind == "none"]

    def knots(self, until: float, at_most: int) -> tuple[float, ...] | None:
        """Return the times between 0 and ``until`` at which the curve jumps or bends, None if more than ``at_most``.

        Where it ends before that, the first moment without a rate is one of them.
        """
        pieces = self.pieces_to_end(until, at_most)
        if len(pieces) > at_most + 1 or any(piece.kind == "cycles" for piece in pieces):
            return None
        return (*(piece.t0 for piece in pieces[1:]), *([pieces[-1].t1] if pieces[-1].t1 < until else []))

    @property
    def inside(self) -> Schedule | None:
        """The schedule that this one is made of, where it is made of one."""
        of = getattr(self, "of", None)
        return of if isinstance(of, Schedule) else None

    @property
    def counts_calls(self) -> bool:
        """Tell whether its rates between whole steps are only near those at whole ones, which are exact."""
        of = getattr(self, "of", ())
        parts = of if isinstance(of, tuple) else (of,)
        return any(isinstance(part, Schedule) and part.counts_calls for part in parts)

    @property
    def peak(self) -> float:
        """The highest rate that the schedule can give."""
        return self.inside.peak if self.inside else float(getattr(self, "lr"))  # noqa: B009 - not all have the field

    @property
    def floor(self) -> float:
        """A rate below which the schedule never falls."""
        return self.inside.floor if self.inside else float(getattr(self, "min_lr", 0.0))

    @property
    def on_run_clock(self) -> bool:
        """Tell whether its times are moments of the run, and a warmup before it does not move them."""
        return any(field.time == "moment" for field in params(type(self)))

    @property
    def ends(self) -> float:
        """The last time, in steps, at which there is a rate; behind it there is none, or it is NaN."""
        return self.inside.ends if self.inside else math.inf

    @property
    def why_it_ends(self) -> str:
        """What there is behind the end in the place of a rate, such as ``PyTorch raises ZeroDivisionError``."""
        return self.inside.why_it_ends if self.inside else ""

    @property
    def why_of_gaps(self) -> str:
        """Why the rate is NaN in its :meth:`gaps`."""
        return self.inside.why_of_gaps if self.inside else ""

    @property
    def ends_in_nan(self) -> bool:
        """Tell whether a training loop goes on behind the end, with a rate that is NaN."""
        return self.inside.ends_in_nan if self.inside else False

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The times that it, or the schedule inside it, was given to change at."""
        return self.inside.milestones_given if self.inside else ()

    @property
    def ramp(self) -> float:
        """How many steps the rate climbs at first, 0 where it begins at its peak."""
        return 0.0

    def slower(self, steps: float) -> Schedule:
        """Return the same curve on a clock of which each step takes so many of this one's: ``t`` is ``t * steps`` here.

        Raises ParameterError where a time is too short for that, and NotImplementedError for what counts calls.
        """
        values = {field.name: _slower(getattr(self, field.name), field, steps) for field in params(type(self))}
        return replace(self, **values)

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        """Return how much of the run, in steps, is the own of the schedule inside this one."""
        del given
        return run

    def description(self, formatter: Formatter) -> str:
        """Say in a few words what the curve does, such as ``×0.1 every 30 epochs``."""
        return self.inside.description(formatter) if self.inside else ""

    def summary(self, formatter: Formatter) -> str:
        """Say the same in the width of a table's column, such as ``×0.1 / 30``."""
        return self.inside.summary(formatter) if self.inside else ""


def _slower(value: Any, field: Param, steps: float) -> Any:
    if isinstance(value, Schedule):
        return value.slower(steps)
    if isinstance(value, tuple) and (field.time or (value and isinstance(value[0], Schedule))):
        return tuple(_slower(one, field, steps) for one in value)
    return value / steps if field.time else value
