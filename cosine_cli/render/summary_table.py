"""Summary statistics of curves, as a table, Markdown, CSV, JSON or JSON Lines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from cosine_cli.plans.model.clock import Clock, TimeUnit
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.ansi import hue
from cosine_cli.render.data_formats import TEXT, cell, head
from cosine_cli.render.descriptions import units_text
from cosine_cli.render.markdown import markdown
from cosine_cli.render.rate_format import rate_text, rate_texts
from cosine_cli.render.table import Column, TableLayout, corner, heading, table_bytes, table_parts
from cosine_cli.render.terminal import Terminal
from cosine_cli.studies.statistics import Statistics, statistics
from cosine_cli.text import number

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
"""Names of the rows, short enough for three curves on a screen of 60 columns."""

_DIGITS = 6


def summary(plan: Plan, form: str, *, terminal: Terminal) -> Iterator[bytes]:
    """Return the statistics of a plan's curves as ``table``, ``md``, ``csv``, ``json`` or ``jsonl``, in chunks."""
    if form == "table":
        return table_bytes(layout(plan, terminal=terminal), plan, terminal)
    if form == "md":
        return markdown(plan, layout(plan, terminal=Terminal.none()))
    return {"csv": _csv, "json": _json, "jsonl": _jsonl}[form](plan)


def summary_below(plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield the statistics as a table without a headline, after an empty line."""
    yield terminal.encode("\n")
    yield from table_parts(layout(plan, terminal=terminal), terminal)


def layout(plan: Plan, *, terminal: Terminal) -> TableLayout:
    """Return a table with one row per statistic and one column per curve."""
    columns = [
        Column(heading(curve, plan, stats.peak, terminal), hue(index), statistic_cells(stats, plan.clock.unit))
        for index, (curve, stats) in enumerate(zip(plan.curves, statistics(plan), strict=True))
    ]
    return TableLayout(Column(corner(plan, plan.clock.unit), "", NAMES), columns)


def statistic_cells(stats: Statistics, unit: TimeUnit) -> tuple[str, ...]:
    """Return the statistics of a curve as texts, in the order of ``NAMES``, with times in a unit."""
    peak, final, mean, jump = rate_texts(
        (stats.peak, stats.final, stats.mean, stats.largest_jump or 0.0), peak=stats.peak
    )
    return (
        peak,
        units_text(stats.peak_at, unit),
        final,
        mean,
        _own(stats.sum),
        _own(stats.sum_of_squares),
        "never" if stats.half_at is None else units_text(stats.half_at, unit),
        _share(stats.share_from_tenth),
        _share(stats.share_at_floor),
        *_slopes((stats.slope_at_start, stats.slope_at_end), stats.peak),
        "none" if stats.largest_jump is None else jump,
        "–" if stats.jump_at is None else units_text(stats.jump_at, unit),
        str(stats.parameters),
        "yes" if stats.needs_length else "no",
    )


def _own(value: float) -> str:
    """Return a sum with its own number of digits; the square of a large rate may overflow."""
    return rate_text(value, peak=abs(value)) if math.isfinite(value) else "–"


def _share(value: float) -> str:
    return f"{number(100 * value, digits=_DIGITS)}%"


def _slopes(values: Sequence[float | None], peak: float) -> Iterator[str]:
    texts = rate_texts((value or 0.0 for value in values), peak=peak)
    yield from ("vertical" if value is None else text for value, text in zip(values, texts, strict=True))


def _csv(plan: Plan) -> Iterator[bytes]:
    """Yield one row per curve, so that each column has one type."""
    yield (",".join(("label", "name", "factor", *Statistics._fields)) + "\n").encode()
    for curve, stats in zip(plan.curves, statistics(plan), strict=True):
        plain = map(_plain, (curve.factor, *stats))
        yield (",".join((cell(curve.label), cell(curve.name), *plain)) + "\n").encode(*TEXT)


def _plain(value: float | None) -> str:
    """Return a number as text; empty for None and infinity."""
    if value is not None and math.isnan(value):
        return "nan"
    return "" if _finite(value) is None else json.dumps(value)


def _jsonl(plan: Plan) -> Iterator[bytes]:
    for curve, stats in zip(plan.curves, statistics(plan), strict=True):
        yield json.dumps(_record(curve, stats, plan.clock_of(curve))).encode() + b"\n"


def _json(plan: Plan) -> Iterator[bytes]:
    stats = zip(plan.curves, statistics(plan), strict=True)
    records = [_record(curve, its, plan.clock_of(curve)) for curve, its in stats]
    yield json.dumps({"unit": plan.clock.unit, "curves": records}).encode() + b"\n"


def _record(curve: Curve, stats: Statistics, clock: Clock) -> dict[str, Any]:
    return {**head(curve, clock), **{name: _finite(value) for name, value in stats._asdict().items()}}


def _finite(value: float | None) -> float | None:
    """Return the value, or None if it is not finite, since JSON does not have infinity."""
    return value if value is not None and math.isfinite(value) else None
