"""How a curve is drawn: options that every curve takes beside its parameters."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.schedules.core.fields import param, params


@dataclass(frozen=True, kw_only=True)
class CurveStyle:
    """How a curve is drawn in figures; by default, as the theme and its place among the curves determine."""

    color: str | None = param(None, "color in figures, such as crimson or #DC143C", example="crimson")
    linestyle: str | None = param(
        None,
        "style of the line in figures; points also in charts",
        choices=("solid", "dashed", "dotted", "dashdot", "points"),
        example="dashed",
    )
    linewidth: float | None = param(None, "width of the line in figures, in points", above=0, example="1.5")

    @property
    def is_points(self) -> bool:
        """Whether the curve is drawn as points: the rows of a log, or the steps of a schedule."""
        return self.linestyle == "points"


STYLE = {param.name: param for param in params(CurveStyle)}
