"""Check that a framework's schedule gives finite rates, whatever its parameters are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.numbers import MOST
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES, extreme_calls, highest, lowest
from cosine_cli.schedules.core.sums import MOST_UNEVEN
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase

_LARGEST = MOST
"""The largest rate, as for ``lr``: sums over a run stay finite."""

_RULE = f"must have rates of at most {_LARGEST:g} over the run"
_HINT = "its parameters are too large or too small to compute with"


@contextmanager
def computable(where: str) -> Iterator[None]:
    """Raise RequestError at ``where`` if evaluating a framework's schedule overflows."""
    try:
        with np.errstate(all="ignore"):
            yield
    except RequestError:
        raise
    except (ArithmeticError, MemoryError, ValueError):  # ValueError: of math, such as a logarithm of 0
        raise user_error(where, _RULE, hint=_HINT) from None


def check_finite(schedule: Schedule, updates: int, *, where: str, hint: str = _HINT) -> None:
    """Raise RequestError if a curve is too large or not a number before its end, or cannot be computed.

    Schedules of the core are finite by the bounds of their parameters; frameworks have no such bounds.

    - ``hint``: why a rate may be too large.
    """
    with computable(where):
        _check_cycles(schedule, updates, where=where)
        extremes = [highest(schedule, updates).rate, lowest(schedule, after=0.0, until=updates)]
        # In 32 bits the rates of whole calls overflow before those between them.
        extremes += schedule(extreme_calls(schedule, updates)).tolist()
    for rate in extremes:
        if not abs(rate) <= _LARGEST:
            raise user_error(where, _RULE, got=f"{rate:g}", hint=hint)


def _check_cycles(schedule: Schedule, updates: int, *, where: str) -> None:
    """Raise for cycles shorter than one update in a run too long to sum step by step."""
    inside = schedule
    while inside.inner is not None and isinstance(inside, Staircase | Retime):  # as a loop calls it
        inside = inside.inner
    if updates <= MOST_UNEVEN:
        return
    for piece in inside.pieces_to_end(updates, MOST_PIECES):
        if piece.kind == "cycles" and piece.period < 1.0:
            rule = f"must have cycles of at least one call in a run of more than {MOST_UNEVEN:,} updates"
            raise user_error(where, rule, got=f"{piece.period:g}")


def check_finite_at(plan: Plan, times: Rates, *, where: str) -> None:
    """Raise RequestError if, at a row past the end of the run, a curve that continues is too large or not a number.

    - ``times``: of the rows, in steps.
    """
    late = times[times > plan.clock.total]
    for curve in plan.curves if late.size else ():
        with np.errstate(all="ignore"):
            schedule = on_axis(curve, plan)
            rates = schedule(late)
        wrong = ~(np.abs(rates) <= _LARGEST) & ~(np.isnan(rates) & (late > schedule.ends))
        if wrong.any():
            time = plan.clock.time(float(late[wrong][0]))
            rule = f"{curve.label} must have a rate of at most {_LARGEST:g} at each row"
            raise user_error(where, rule, got=f"{rates[wrong][0]:g} at {time.unit} {whole(time.value)}")
