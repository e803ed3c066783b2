"""A plan as a matplotlib figure."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from cosine_cli.plans.plan import Plan
from cosine_cli.render.figure import multiples, paper, scene
from cosine_cli.render.figure.fonts import FontRuler
from cosine_cli.render.figure.marks import Mark
from cosine_cli.render.figure.palette import THEMES, Theme
from cosine_cli.render.figure.ruler import Ruler
from cosine_cli.render.figure.settings import own_settings


def draw(plan: Plan, *, theme: str) -> Figure:
    """Return the figure of a plan in the colours of ``theme``: "light" or "dark"."""
    colours = THEMES[theme]
    marks = _arranged(plan)(plan, colours, FontRuler())
    with own_settings():
        figure = Figure(figsize=(plan.figure.size[0], plan.figure.size[1]), dpi=plan.figure.dpi, facecolor=colours.page)
        paper.put(marks, figure)
    return figure


def _arranged(plan: Plan) -> Callable[[Plan, Theme, Ruler], list[Mark]]:
    """Return what decides where all stands: on one pair of axes, or on several."""
    if plan.panels:
        from cosine_cli.render.figure import matrix  # here: few figures have panels

        return matrix.scene_of_grid
    return multiples.scene_of_panels if len(plan.curves) > multiples.MOST_ON_ONE else scene.scene
