"""How the steps, the warmup and the last rate of a run depend on the number of devices, as comments of a config."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.text import number, thousands, visible

_DIGITS = 4
_COLUMNS = ("devices", "steps", "warmup", "last rate")
_CURVES = ("warmup", "last rate")
"""The columns that are of the first curve; with several curves, they have its name."""


class OnDevices(NamedTuple):
    """A number of devices, and the plan on them or why there is none."""

    devices: int
    plan: Plan | RequestError


def device_comments(rows: Sequence[OnDevices]) -> Iterator[str]:
    """Yield the lines of a table, one row for each number of devices."""
    texts = [_header(rows), *(_texts(row) for row in rows)]
    widths = [max(len(row[at]) for row in texts if len(row) == len(_COLUMNS)) for at in range(len(_COLUMNS))]
    for row in texts:
        cells = (f"{text:>{width}}" for text, width in zip(row, widths, strict=False))
        yield f"# {'  '.join(cells)}".rstrip()


def _header(rows: Sequence[OnDevices]) -> tuple[str, ...]:
    curves = next(row.plan.curves for row in rows if isinstance(row.plan, Plan))
    if len(curves) == 1:
        return _COLUMNS
    return tuple(f"{name} of {visible(curves[0].label)}" if name in _CURVES else name for name in _COLUMNS)


def _texts(row: OnDevices) -> tuple[str, ...]:
    devices, plan = thousands(row.devices), row.plan
    if isinstance(plan, RequestError):
        return (devices, str(plan.problems[0]))
    curve = plan.curves[0]
    last = float(curve.schedule([plan.clock.total - 1])[0])
    return (devices, thousands(plan.clock.total), _warmup(curve, plan), number(last, digits=_DIGITS))


def _warmup(curve: Curve, plan: Plan) -> str:
    if not curve.warmup:
        return "0"
    return f"{thousands(curve.warmup)} ({curve.warmup / plan.clock.total:.2%})"
