"""A curve's rates as the body of a function: a formula that was tried in the language's arithmetic, or a table."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import INDENT, WIDTH, Function, Language, function
from cosine_cli.code.core.guard import clip_radicands
from cosine_cli.code.core.lowering import MAX_SEARCHED_STARTS, CycleCount, LoweringOptions, is_binary, lower
from cosine_cli.code.core.simplify import divide, hoist_cases, simplify
from cosine_cli.code.core.symbols import TIME, Symbolic, nodes
from cosine_cli.errors import ParameterError, user_error
from cosine_cli.frameworks.core.float32 import Float32Schedule
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.text import quote

MOST_ROWS = 10_000
"""The most calls of a run that is written as a table."""

EXACT = 1e-12
SINGLE_EXACT = 2e-7
WRITTEN_EXACT = 2.5e-7
"""The largest error of a formula, relative to the peak: in 64 bits, for rates in 32-bit floats, and for a formula in
32-bit floats."""

NEAR = 1e-6
"""The largest error in 32-bit floats without --exact."""

_MOST_TRIED = 100_000
"""The most calls of a run that is tested at every call."""

_BESIDE = 4096
_SHORT = 6
"""A longer length is written as a quotient of whole numbers."""


class Style(NamedTuple):
    """One of the ways to write a formula.

    - ``options``: the options of the lowering.
    - ``strict``: whether nothing in it may overflow or be NaN.
    """

    options: LoweringOptions
    strict: bool = True


class _ExpectedRates(NamedTuple):
    """The values that a formula must have: ``rates`` at ``times``, divided by a number."""

    times: Rates
    rates: Rates
    by: float

    def off(self, tree: Any, arithmetic: Arithmetic) -> float:
        """Return how far the values of a tree are from the rates, relative to the highest.

        Raises FloatingPointError if it is none in strict arithmetic.
        """
        ways = [arithmetic, replace(arithmetic, compiled=True)] if arithmetic.float32 else [arithmetic]
        return max(self._off(evaluate_tree(tree, self.times, way)) for way in ways)

    def _off(self, values: Rates) -> float:
        is_nan = np.isnan(self.rates)
        if not np.array_equal(np.isnan(values), is_nan):
            return math.inf
        return float(np.abs(values - self.rates)[~is_nan].max() / (np.abs(self.rates[~is_nan]).max() or 1.0))

    def computes(self, tree: Any) -> bool:
        """Return whether a tree can be computed at all times without a fault."""
        try:
            evaluate_tree(tree, self.times, Arithmetic())
        except FloatingPointError:
            return False
        return True


class _Candidate(NamedTuple):
    """A tree in one style, and how far its values are from the rates, relative to the highest."""

    tree: Any
    off: float


def rate_function(curve: CodegenCurve, language: Language, *, by: float = 1.0, within: float = 0.0) -> Function:
    """Return the rates of a curve, divided by a number, as the body of a function of the number of previous calls.

    Missing rates are NaN. In 32-bit floats the formula may be off by ``within`` times the peak. Raises RequestError if
    no formula gives the rates and there are too many for a table.
    """
    allowed = max(_allowed(curve.schedule, language), within if language.float32 else 0.0)
    candidate = _best_candidate(curve, language, by, allowed)
    if candidate is not None and candidate.off <= allowed:
        raw = (_rounding(curve, language, candidate.off), end(curve))
        return _function(candidate.tree, curve, language, raw)
    reason = _why_no_formula(candidate, language)
    if curve.calls > MOST_ROWS:
        rule = f"{reason}, and a table has at most {MOST_ROWS:,} rates"
        raise user_error(f"curve {quote(curve.label)}", rule, got=f"a run of {curve.calls:,}")
    table = simplify(divide(_to_end(curve, _table(curve), Symbolic()), by), _last(curve), branches=False)
    after = "" if curve.ended else "; past its end the last one stays"
    why = f"{reason[0].upper()}{reason[1:]}: these are the rates of the run in a table{after}."
    return _function(lower(table, _last(curve), LoweringOptions("quotient")), curve, language, (why, end(curve)))


def _function(tree: Any, curve: CodegenCurve, language: Language, remarks: tuple[str, ...]) -> Function:
    return replace(function(tree, language, prefix=f"{curve.name}_"), remarks=tuple(filter(None, remarks)))


def end(curve: CodegenCurve) -> str:
    """Return where a curve has no rate within the run: where it ends, or is NaN; empty if it always has one."""
    schedule, clock = curve.schedule, curve.clock
    gaps = ((math.ceil(gap.t0), math.ceil(gap.t1) - 1) for gap in schedule.gaps(curve.calls))
    raw = [f"It is NaN from {clock} {first} to {last}: {schedule.why_of_gaps}." for first, last in gaps]
    if curve.ended and schedule.ends_in_nan:
        raw.append(f"It is NaN from {clock} {curve.calls} on: {schedule.why_it_ends}.")
    elif curve.ended:
        raw.append(f"It ends at {clock} {curve.calls - 1}: there is no rate after it.")
    return " ".join(raw)


def _last(curve: CodegenCurve) -> float:
    """Return the last call that a function is for: some more than the run has."""
    return float(curve.calls + curve.calls // 100 + 2)


def _allowed(schedule: Schedule, language: Language) -> float:
    if language.float32:
        return WRITTEN_EXACT
    return SINGLE_EXACT if _in_singles(schedule) else EXACT


def _why_no_formula(candidate: _Candidate | None, language: Language) -> str:
    """Return why there is no formula."""
    if candidate is None:
        return "each rate depends on the one before, so there is no formula"
    where = "in 32-bit floats " if language.float32 else ""
    if math.isfinite(candidate.off):
        return f"{where}the formula is off by up to {candidate.off:.2g} of the peak"
    return f"{where}the formula {'gives no numbers' if candidate.tree is None else 'is NaN at other updates'}"


# --- Formulas


def _best_candidate(curve: CodegenCurve, language: Language, by: float, allowed: float) -> _Candidate | None:
    """Return the first style that gives the rates, else the nearest one, None if there is no formula."""
    times = _times(curve)
    expected = curve.schedule(times)
    best: _Candidate | None = None
    for plain in (True, False):
        m = Symbolic(plain=plain)
        if (formula := _formula(curve, m)) is None:
            return None
        for candidate in _candidates(formula, curve, language, _ExpectedRates(times, expected / by, by)):
            if candidate.off <= allowed:
                return candidate
            best = candidate if best is None or candidate.off < best.off else best
        if not m.chose:
            break
    return best


def _formula(curve: CodegenCurve, m: Symbolic) -> Any:
    """Return the tree of a curve's formula, None if it has none."""
    try:
        formula = curve.schedule.formula(m, TIME)
    except (ParameterError, NotImplementedError):
        return None
    return _to_end(curve, formula, m)


def _to_end(curve: CodegenCurve, formula: Any, m: Symbolic) -> Any:
    """Return a tree that is NaN after the end of its curve."""
    return m.where(curve.schedule.ends < TIME, float("nan"), formula) if curve.ended else formula


def _candidates(
    formula: Any, curve: CodegenCurve, language: Language, expected_rates: _ExpectedRates
) -> Iterator[_Candidate]:
    """Yield a formula in one style after the other."""
    for cycles in _cycles(formula, curve, language):
        for by_e in (False, True) if language.float32 else (False,):
            options = LoweringOptions(cycles, float32=language.float32, by_e=by_e)
            yield _in_style(formula, Style(options), curve, language, expected_rates)


def _cycles(formula: Any, curve: CodegenCurve, language: Language) -> Iterator[CycleCount]:
    """Yield how whole cycles can be counted: in a run that is too long to be tested, by the core's rule only."""
    lengths = [node.args[1] for node in nodes(formula) if node.op == "cycles"]
    if all(map(is_binary, lengths)):
        yield "quotient"
        return
    if curve.calls <= _MOST_TRIED or language.float32:
        long = any(len(repr(length)) > _SHORT for length in lengths)
        yield from ("scaled", "quotient", "floor") if long else ("quotient", "floor", "scaled")
        if all(_last(curve) / length <= MAX_SEARCHED_STARTS for length in lengths):
            yield "starts"
    if not language.float32:
        yield "rounded_product"


def _in_style(
    formula: Any, style: Style, curve: CodegenCurve, language: Language, expected_rates: _ExpectedRates
) -> _Candidate:
    """Return a formula in the first variant of a style in which nothing overflows and all are numbers."""
    lazy = language.branches
    for variant in _variants(style, lazy=lazy):
        safe = None if lazy or not variant.strict else expected_rates.computes
        tree = simplify(formula, _last(curve), branches=lazy, safe=safe)
        tree = _shorter(tree, variant.options, expected_rates.by, curve, language)
        arithmetic = Arithmetic(float32=language.float32, lazy=lazy, strict=variant.strict)
        with contextlib.suppress(FloatingPointError):
            return _Candidate(tree, expected_rates.off(tree, arithmetic))
    return _Candidate(None, math.inf)


def _variants(style: Style, *, lazy: bool) -> Iterator[Style]:
    capped = style.options._replace(capped=True)
    yield style
    yield style._replace(options=capped)
    if not lazy:
        yield style._replace(strict=False)


def _shorter(tree: Any, options: LoweringOptions, by: float, curve: CodegenCurve, language: Language) -> Any:
    """Return the shortest lowering of a tree: with or without names that are used once, cases inside or outside."""
    trees = [tree]
    if language.branches and (first := hoist_cases(tree)) is not tree:
        trees.append(simplify(first, _last(curve), branches=True))
    trees = [divide(variant, by) if by != 1.0 else variant for variant in trees]
    forms = [
        lower(variant, _last(curve), options._replace(named=named)) for variant in trees for named in (False, True)
    ]
    forms = [clip_radicands(form) if language.float32 else form for form in forms]
    room = WIDTH - language.depth * len(INDENT)
    return min(forms, key=lambda form: _length_key(function(form, language).lines, room))


def _length_key(lines: tuple[str, ...], room: int) -> tuple[bool, int]:
    """Return the sort key of a function: whether a line is too long, and the number of lines."""
    return max(map(len, lines)) > room, len(lines)


def _times(curve: CodegenCurve) -> Rates:
    """Return the calls at which a formula is tested: all, or in a long run many, and those next to every breakpoint."""
    last = float(curve.calls - curve.ended)
    if last <= _MOST_TRIED:
        times = np.arange(last + 1.0)
    else:
        knots = np.array(curve.schedule.knots(last, _BESIDE) or ())
        spread = np.linspace(0.0, last, MOST_ROWS)
        first, final = np.arange(_BESIDE), last - np.arange(_BESIDE)
        candidates = np.concatenate([spread, first, final, *(knots + shift for shift in (-1.0, 0.0, 1.0, 2.0))])
        times = np.unique(np.clip(np.floor(candidates), 0.0, last))
    after = [] if curve.ended else [last + 1.0, last + 2.0, _last(curve)]
    return np.concatenate([times, after])


def _table(curve: CodegenCurve) -> Any:
    rates = curve.schedule(np.arange(float(curve.calls + (not curve.ended)))).tolist()
    m = Symbolic()
    return m.gather(rates, m.named("row", m.minimum(TIME, len(rates) - 1.0)), "rates")


def _rounding(curve: CodegenCurve, language: Language, off: float) -> str:
    if language.float32:
        return f"In 32-bit floats it is off by up to {off:.1g} of the peak." if off > WRITTEN_EXACT else ""
    rounds = _in_singles(curve.schedule)
    return "The framework rounds these rates to 32-bit floats; here they have 64." if rounds else ""


def _in_singles(schedule: Schedule) -> bool:
    """Return whether a schedule, or one inside it, is rounded to 32-bit floats."""
    return isinstance(schedule, Float32Schedule) or any(map(_in_singles, _inside(schedule)))


def _inside(schedule: Schedule) -> Iterator[Schedule]:
    for field in fields(schedule):
        value = getattr(schedule, field.name)
        yield from (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Schedule))
