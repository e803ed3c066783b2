"""The numbers that curves are compared by, for people and for machines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.ansi import hue
from cosine_cli.render.data_formats import TEXT, cell, head
from cosine_cli.render.markdown import markdown
from cosine_cli.render.rate_format import rate_text, rate_texts
from cosine_cli.render.table import Column, TableLayout, corner, drawn, heading
from cosine_cli.render.terminal import Terminal
from cosine_cli.studies.statistics import Numbers, numbers
from cosine_cli.text import number, thousands

NAMES = (
    "peak",
    "peak at",
    "final rate",
    "mean",
    "sum",
    "square sum",
    "half at",
    ">=10% peak",
    "at the floor",
    "slope, start",
    "slope, end",
    "largest jump",
    "jump at",
    "parameters",
    "needs length",
)
"""What the rows say, short: three curves fit a screen of 60 columns."""

_DIGITS = 6


def summary(plan: Plan, form: str, *, terminal: Terminal, matched: str | None = None) -> Iterator[bytes]:
    """Return the numbers of a plan's curves as ``table``, ``md``, ``csv``, ``json`` or ``jsonl``, in chunks."""
    if form == "table":
        return drawn(layout(plan, terminal=terminal, matched=matched), plan, terminal)
    if form == "md":
        return markdown(plan, layout(plan, terminal=Terminal.none(), matched=matched), matched=matched)
    return {"csv": _csv, "json": _json, "jsonl": _jsonl}[form](plan)


def layout(plan: Plan, *, terminal: Terminal, matched: str | None) -> TableLayout:
    """Return the numbers as a table: a row a number, a column a curve."""
    columns = [
        Column(heading(curve, plan.clock, found.peak, terminal), hue(index), cells(found))
        for index, (curve, found) in enumerate(zip(plan.curves, numbers(plan), strict=True))
    ]
    return TableLayout(Column(corner(plan, matched), "", NAMES), columns)


def cells(found: Numbers) -> tuple[str, ...]:
    """Return a curve's numbers as texts, in the order of their names."""
    peak, final, mean, jump = rate_texts(
        (found.peak, found.final, found.mean, found.largest_jump or 0.0), peak=found.peak
    )
    return (
        peak,
        thousands(found.peak_at),
        final,
        mean,
        _own(found.sum),
        _own(found.sum_of_squares),
        "never" if found.half_at is None else thousands(found.half_at),
        _share(found.share_from_tenth),
        _share(found.share_at_floor),
        *_slopes((found.slope_at_start, found.slope_at_end), found.peak),
        "none" if found.largest_jump is None else jump,
        "–" if found.jump_at is None else thousands(found.jump_at),
        str(found.parameters),
        "yes" if found.needs_length else "no",
    )


def _own(value: float) -> str:
    """Return a sum with digits of its own; the square of a large rate may be no float."""
    return rate_text(value, peak=abs(value)) if math.isfinite(value) else "–"


def _share(value: float) -> str:
    return f"{number(100 * value, digits=_DIGITS)}%"


def _slopes(values: Sequence[float | None], peak: float) -> Iterator[str]:
    texts = rate_texts((value or 0.0 for value in values), peak=peak)
    yield from ("vertical" if value is None else text for value, text in zip(values, texts, strict=True))


def _csv(plan: Plan) -> Iterator[bytes]:
    """Yield a row a curve: the columns then have a kind each."""
    yield (",".join(("label", "name", "factor", *Numbers._fields)) + "\n").encode()
    for curve, found in zip(plan.curves, numbers(plan), strict=True):
        plain = map(_plain, (curve.factor, *found))
        yield (",".join((cell(curve.label), cell(curve.name), *plain)) + "\n").encode(*TEXT)


def _plain(value: float | None) -> str:
    """Return a number as text, nothing for what is infinite or none."""
    if value is not None and math.isnan(value):
        return "nan"
    return "" if _finite(value) is None else json.dumps(value)


def _jsonl(plan: Plan) -> Iterator[bytes]:
    for curve, found in zip(plan.curves, numbers(plan), strict=True):
        yield json.dumps(_record(curve, found, plan.clock)).encode() + b"\n"


def _json(plan: Plan) -> Iterator[bytes]:
    found = zip(plan.curves, numbers(plan), strict=True)
    records = [_record(curve, its, plan.clock) for curve, its in found]
    yield json.dumps({"unit": plan.clock.unit, "curves": records}).encode() + b"\n"


def _record(curve: Curve, found: Numbers, clock: Clock) -> dict[str, Any]:
    return {**head(curve, clock), **{name: _finite(value) for name, value in found._asdict().items()}}


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can say; it knows no infinity."""
    return value if value is not None and math.isfinite(value) else None
