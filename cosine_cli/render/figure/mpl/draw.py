"""A plan as a matplotlib figure."""

from __future__ import annotations

from matplotlib.figure import Figure

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.descriptions import with_factors
from cosine_cli.render.figure.arrangement import compose_plan
from cosine_cli.render.figure.mpl import mpl_backend
from cosine_cli.render.figure.mpl.colors import theme_of
from cosine_cli.render.figure.mpl.fonts import FontRuler, font_of
from cosine_cli.render.figure.mpl.mpl_settings import own_settings


def draw(plan: Plan, *, theme: str) -> Figure:
    """Return the figure of a plan in a theme, "light" or "dark"."""
    colours, font = theme_of(plan, theme), font_of(plan)
    marks = compose_plan(with_factors(plan), colours, FontRuler(font, math=plan.figure.math))
    with own_settings(plan):
        figure = Figure(figsize=(plan.figure.size[0], plan.figure.size[1]), dpi=plan.figure.dpi, facecolor=colours.page)
        mpl_backend.put(marks, figure, font, math=plan.figure.math)
    return figure
