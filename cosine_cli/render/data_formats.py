"""Curves as CSV, JSON and JSON Lines, in full precision, one block at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosine_cli.errors import user_error
from cosine_cli.plans.evaluate import evaluate, times_shown
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.table_rows import Times

_NULL = "null"
"""JSON does not have NaN."""

MOST_ROWS = {"json": 10**6, "csv": 10**8, "jsonl": 10**8}

TEXT = ("utf-8", "backslashreplace")
"""Encoding of text; lone surrogates, and bytes of a command line that are not UTF-8, become escapes."""

# A spreadsheet reads a text with this prefix as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def records(plan: Plan, times: Times, form: str) -> Iterator[bytes]:
    """Return the curves at the given times as ``csv``, ``json`` or ``jsonl``, in chunks.

    Raises RequestError, before anything is evaluated, if there are more rows than the format allows.
    """
    check_count(times.rows, MOST_ROWS[form], form)
    _check_columns(plan, form)
    return {"csv": _csv, "json": _json, "jsonl": _jsonl}[form](plan, times)


def check_count(count: int, most: int, form: str) -> None:
    """Raise RequestError for more rows than a format allows."""
    if count > most:
        hint = "choose fewer with --every, --rows or --at"
        raise user_error("rows", f"must be at most {most:,} as {form}", got=f"{count:,}", hint=hint)


def _check_columns(plan: Plan, form: str) -> None:
    """Raise RequestError for a label that equals the name of the first column."""
    taken = next((unit for unit in plan.units if any(curve.label == unit for curve in plan.curves)), None)
    if form != "json" and taken is not None:
        place = "first" if taken == plan.clock.unit else "second"
        rule = f"must not be the name of the {place} column of {form}"
        raise user_error(f"label '{taken}'", rule, hint="give the curve another label")


def _csv(plan: Plan, times: Times) -> Iterator[bytes]:
    yield (",".join(map(cell, [*plan.units, *(curve.label for curve in plan.curves)])) + "\n").encode(*TEXT)
    for block in times.blocks():
        yield "\n".join([*map(",".join, _columns(plan, block, ended="", nan="nan")), ""]).encode()


def cell(text: str) -> str:
    """Return a text as a CSV cell: quoted if necessary, and never a formula."""
    text = f"'{text}" if text.startswith(_FORMULA) else text
    if any(char in text for char in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _jsonl(plan: Plan, times: Times) -> Iterator[bytes]:
    keys = [json.dumps(name) for name in (*plan.units, *(curve.label for curve in plan.curves))]
    # Every line has the same keys, so only numbers are filled in. A percent sign in a key is doubled.
    line = "{" + ", ".join(f"{key.replace('%', '%%')}: %s" for key in keys) + "}\n"
    for block in times.blocks():
        yield "".join(map(line.__mod__, _columns(plan, block, ended=_NULL, nan=_NULL))).encode()


def _columns(plan: Plan, steps: Rates, *, ended: str, nan: str) -> Iterator[tuple[str, ...]]:
    curves = evaluate(plan, steps)
    rows, shown = zip(curves.lr, curves.ended, strict=True), times_shown(plan, steps).values()
    return zip(*map(_whole, shown), *(_texts(rates, over, ended=ended, nan=nan) for rates, over in rows), strict=True)


def _whole(times: Rates) -> Sequence[str]:
    """Return times as texts; whole numbers do not have a fraction."""
    with np.errstate(invalid="ignore"):  # of a time that no integer holds, which then differs
        counted = times.astype(np.int64)
    if np.array_equal(counted, times):
        return list(map(str, counted.tolist()))
    return [text.removesuffix(".0") for text in map(repr, times.tolist())]


def _texts(rates: Rates, over: NDArray[np.bool_], *, ended: str, nan: str) -> Sequence[str]:
    """Return rates as texts, with ``ended`` or ``nan`` instead of NaN."""
    if rates.min() == rates.max():  # a plateau: its digits are found once
        return [repr(float(rates[0]))] * len(rates)
    texts = list(map(repr, rates.tolist()))
    if not np.isnan(rates).any():
        return texts
    missing = (ended if is_over else nan for is_over in over.tolist())
    return [other if text == "nan" else text for text, other in zip(texts, missing, strict=True)]


def _json(plan: Plan, times: Times) -> Iterator[bytes]:
    blocks = [evaluate(plan, block) for block in times.blocks()]
    yield f'{{"unit": {json.dumps(plan.clock.unit)}, "t": '.encode()
    yield from _array(list(map(repr, block.t.tolist())) for block in blocks)
    for unit in plan.units[1:]:
        yield f', "{unit}": '.encode()
        yield from _array(list(map(repr, times_shown(plan, block)[unit].tolist())) for block in times.blocks())
    yield b', "curves": ['
    for index, curve in enumerate(plan.curves):
        opened = json.dumps(head(curve, plan.clock_of(curve))).removesuffix("}")
        yield f'{", " if index else ""}{opened}, "lr": '.encode()
        yield from _array(_texts(block.lr[index], block.ended[index], ended=_NULL, nan=_NULL) for block in blocks)
        yield b"}"
    yield b"]}\n"


def _array(blocks: Iterable[Sequence[str]]) -> Iterator[bytes]:
    for at, texts in enumerate(blocks):
        yield (", " if at else "[").encode() + ", ".join(texts).encode()
    yield b"]"


def head(curve: Curve, clock: Clock) -> dict[str, Any]:
    """Return the fields of a record that precede its numbers."""
    group = {"group": curve.group.name} if curve.group is not None else {}
    factor = {"factor": curve.factor} if curve.factor is not None else {}
    return {"label": curve.label, "name": curve.name, "params": resolved(curve, clock), **group, **factor}


def resolved(curve: Curve, clock: Clock) -> dict[str, Any]:
    """Return the parameters of a curve and of its inner curves, with times in the plan's unit."""
    return {name: _resolved(value, clock) for name, value in curve.params.items()}


def _resolved(value: Any, clock: Clock) -> Any:
    if isinstance(value, Time):
        return clock.units(clock.steps(value))
    if isinstance(value, Curve):
        return {"name": value.name, "params": resolved(value, clock)}
    return [_resolved(part, clock) for part in value] if isinstance(value, tuple) else value
