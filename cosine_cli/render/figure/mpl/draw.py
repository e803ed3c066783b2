"""A plan as a matplotlib figure."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib.figure import Figure

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.descriptions import with_factors
from cosine_cli.render.figure.arrangement import compose_plan
from cosine_cli.render.figure.mpl import mpl_backend
from cosine_cli.render.figure.mpl.colors import theme_of
from cosine_cli.render.figure.mpl.fonts import FontRuler, font_of
from cosine_cli.render.figure.mpl.mpl_settings import own_settings, silence
from cosine_cli.render.figure.mpl.style_sheet import with_style

PIXELS_PER_INCH = 96
"""Of a web page, whatever the resolution of the screen."""


class PlanFigure(Figure):
    """A figure of a plan, which a notebook shows without pyplot."""

    def __init__(self, plan: Plan, **settings: Any) -> None:
        """Create an empty figure with matplotlib's ``settings`` of a figure."""
        super().__init__(**settings)
        self._plan = plan

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, bytes], dict[str, dict[str, int]]]:
        """Return the figure as PNG at its own resolution, and the width in pixels at which a notebook shows it.

        Unlike the formats that ``%matplotlib inline`` sets, it also shows figures without axes.
        """
        buffer = BytesIO()
        with silence(), own_settings(self._plan):
            self.savefig(buffer, format="png", dpi=self.dpi)
        return {"image/png": buffer.getvalue()}, {"image/png": {"width": round(self.get_figwidth() * PIXELS_PER_INCH)}}


def draw(plan: Plan, *, theme: str) -> PlanFigure:
    """Return the figure of a plan in a theme, "light" or "dark"."""
    plan = with_style(plan)
    colors, font = theme_of(plan, theme), font_of(plan)
    marks = compose_plan(with_factors(plan), colors, FontRuler(font, math=plan.figure.math))
    size = (plan.figure.size[0], plan.figure.size[1])
    page = "none" if plan.figure.transparent else colors.page
    with own_settings(plan):
        figure = PlanFigure(plan, figsize=size, dpi=plan.figure.dpi, facecolor=page)
        mpl_backend.put(marks, figure, font, math=plan.figure.math)
    return figure
