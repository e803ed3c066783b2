"""Options that every curve takes: its warmup, its label, its style, and its duration in a sequence."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.schedules.core.fields import Param, param, params
from cosine_cli.schedules.warmup import Warmup

WARMUP = {param.name: param for param in params(Warmup) if param.name != "of"}
WARMUP["warmup"] = WARMUP["warmup"]._replace(default=0, above=None, at_least=0)
"""The parameters of the warmup before a curve; by default, and with 0, there is none."""

LABEL = Param(name="label", type=str, default=None, meaning="name of the curve")


@dataclass(frozen=True, kw_only=True)
class CurveStyle:
    """How a curve is drawn in figures; by default, as the theme and its place among the curves determine."""

    color: str | None = param(None, "color in figures, such as crimson or #DC143C", example="crimson")
    linestyle: str | None = param(
        None, "style of the line in figures", choices=("solid", "dashed", "dotted", "dashdot"), example="dashed"
    )
    linewidth: float | None = param(None, "width of the line in figures, in points", above=0, example="1.5")


STYLE = {param.name: param for param in params(CurveStyle)}

DURATION = Param(
    name="for", type=float, default=None, meaning="how long it lasts in a sequence", above=0, time="length"
)
