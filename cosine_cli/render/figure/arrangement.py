"""On how many axes a figure has its curves, and which names stand on it."""

from __future__ import annotations

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure import compose, multiples
from cosine_cli.render.figure.palette import LIGHT, Theme
from cosine_cli.render.figure.primitives import Primitive, Text
from cosine_cli.render.figure.ruler import Ruler


def arranged(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the figure of a plan as marks: on one pair of axes, on one for each of many curves, or as a grid."""
    if plan.panels:
        from cosine_cli.render.figure import matrix  # here: few figures have panels

        return matrix.scene_of_grid(plan, theme, ruler)
    return (multiples.scene_of_panels if _has_multiples(plan) else compose.scene)(plan, theme, ruler)


def names(plan: Plan, ruler: Ruler) -> list[Text]:
    """Return the words of the figure that are names: of itself, of curves, of a grid's parameters and their values."""
    many = not plan.panels and _has_multiples(plan)
    marks = multiples.names(plan, LIGHT, ruler) if many else arranged(plan, LIGHT, ruler)
    return [mark for mark in marks if isinstance(mark, Text) and mark.names]


def _has_multiples(plan: Plan) -> bool:
    return len(plan.curves) > multiples.MOST_ON_ONE
