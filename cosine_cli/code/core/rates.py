"""A curve's rates as the body of a function: its formula where that gives them, else a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import Function, Language, tree
from cosine_cli.code.core.evaluate import evaluate
from cosine_cli.code.core.guard import guarded
from cosine_cli.code.core.symbols import TIME, Symbolic
from cosine_cli.errors import ParameterError, refusal
from cosine_cli.frameworks.core.compiled import Compiled, Traced
from cosine_cli.frameworks.core.eager import Single
from cosine_cli.frameworks.core.singles import InSingles, filled
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.text import quote

MOST_ROWS = 10_000
"""A run of more calls than this is no table that anybody wants in a program."""

EXACT = 1e-12
SINGLE_EXACT = 2e-7
WRITTEN_EXACT = 2.5e-7
"""How far from the rates a formula may be, relative to the highest: by itself, where the rates are rounded to 32-bit
floats, and where the formula is computed in them."""


def _cycles(t: Traced, length: float) -> Traced:
    return Traced(np.floor_divide(t.value, np.float32(length)))


class _Written(Compiled):
    """Operations of a compiled program in 32-bit floats: ``//`` divides as Python does, tables are looked up."""

    cycles: Any = staticmethod(_cycles)

    @staticmethod
    def take(values: Sequence[float], index: Any) -> Any:
        """Return the value at each index."""
        return Traced(Single.take(values, index.value))


_WRITTEN: Ops = _Written()


def rates(curve: Coded, language: Language) -> Function:
    """Return the rates of a curve as the body of a function of the calls made before; NaN where there is none.

    Raises RequestError where there is no formula, and too many rates for a table.
    """
    formula = _formula(curve.schedule)
    if language.single:
        formula = guarded(formula)
    doubt = "Each rate is made from the one before, so there is no formula." if formula is None else None
    if formula is not None:
        doubt = _doubt(curve, formula, language)
    if doubt and curve.calls <= MOST_ROWS:
        formula = _table(curve)
        doubt = f"{doubt} These are the rates of the run in a table; past its end the last one stays."
    if formula is None:
        rule = f"has no formula, each rate is made from the one before, and a table has at most {MOST_ROWS:,} rates"
        raise refusal(f"curve {quote(curve.label)}", rule, got=f"a run of {curve.calls:,}")
    if curve.ended:
        formula = Symbolic().where(curve.schedule.ends < TIME, float("nan"), formula)
    said = (doubt or _rounding(curve, language), end(curve))
    return replace(tree(formula, language, prefix=f"{curve.name}_"), remarks=tuple(filter(None, said)))


def end(curve: Coded) -> str:
    """Say where a curve has no rate within the run: where it ends, or is NaN; nothing where it always has one."""
    schedule, clock = curve.schedule, curve.clock
    gaps = ((math.ceil(gap.t0), math.ceil(gap.t1) - 1) for gap in schedule.gaps(curve.calls))
    said = [f"It is NaN from {clock} {first} to {last}: {schedule.why_of_gaps}." for first, last in gaps]
    if curve.ended and schedule.ends_in_nan:
        said.append(f"It is NaN from {clock} {curve.calls} on: {schedule.why_it_ends}.")
    elif curve.ended:
        said.append(f"It ends at {clock} {curve.calls - 1}: behind it there is no rate.")
    return " ".join(said)


def _formula(schedule: Schedule) -> Any:
    """Return the tree of a schedule's formula, None where it has none."""
    try:
        return schedule.formula(Symbolic(), TIME)
    except (ParameterError, NotImplementedError):
        return None


def _table(curve: Coded) -> Any:
    found = curve.schedule(np.arange(float(curve.calls + (not curve.ended)))).tolist()
    return Symbolic().take(found, Symbolic().let("row", Symbolic().minimum(TIME, len(found) - 1.0)))


def _doubt(curve: Coded, formula: Any, language: Language) -> str | None:
    """Say how far a formula is from the rates, where that is too far."""
    if language.single:
        off = _off(curve, lambda times: evaluate(formula, _WRITTEN, Traced(times)))
        where = "In 32-bit floats the formula"
    else:
        off = _off(curve, lambda times: curve.schedule.formula(NUMPY, times))
        where = "The framework rounds to 32-bit floats at every step, and a formula without that"
    rounded_rates = SINGLE_EXACT if _in_singles(curve.schedule) else EXACT
    allowed = WRITTEN_EXACT if language.single else rounded_rates
    if off <= allowed:
        return None
    return f"{where} {f'is off by up to {off:.2g} of the peak' if math.isfinite(off) else 'is NaN at other updates'}."


def _off(curve: Coded, written: Callable[[Rates], Any]) -> float:
    """Return how far what is written is from the rates, relative to the highest."""
    times = np.unique(np.linspace(0.0, curve.calls - curve.ended, MOST_ROWS + 1).round())
    expected = curve.schedule(times)
    with np.errstate(all="ignore"):
        found = filled(written(times), times)
    off = np.abs(found - expected).max()
    return float(off / (np.abs(expected).max() or 1.0)) if np.isfinite(off) else float("inf")


def _rounding(curve: Coded, language: Language) -> str:
    rounds = _in_singles(curve.schedule) and not language.single
    return "The framework rounds these rates to 32-bit floats; here they have 64." if rounds else ""


def _in_singles(schedule: Schedule) -> bool:
    """Tell whether a schedule, or one inside it, is rounded to 32-bit floats."""
    return isinstance(schedule, InSingles) or any(map(_in_singles, _inside(schedule)))


def _inside(schedule: Schedule) -> Iterator[Schedule]:
    for field in fields(schedule):
        value = getattr(schedule, field.name)
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Schedule))
