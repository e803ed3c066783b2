"""The arrangement of a figure: one pair of axes, small multiples, or a grid of panels."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure import multiples, single_axes
from cosine_cli.render.figure.palette import LIGHT, Theme
from cosine_cli.render.figure.primitives import Primitive, Text
from cosine_cli.render.figure.ruler import Ruler

_MOST_KEPT = 256

_kept: dict[int, tuple[Plan, list[Primitive]]] = {}
"""The light figures whose names were checked, by the identity of their plan: drawing them takes them from here."""


def compose_plan(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the primitives of a figure: on one pair of axes, as small multiples for many curves, or as a grid."""
    kept = _kept.pop(id(plan), None)
    return kept[1] if kept is not None and theme is LIGHT else _composed(plan, theme, ruler)


def _composed(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    if plan.panels:
        from cosine_cli.render.figure import matrix  # here: few figures have panels

        return matrix.scene_of_grid(plan, theme, ruler)
    in_panels = multiples.scene_of_panels(plan, theme, ruler) if _may_have_multiples(plan) else None
    return single_axes.scene(plan, theme, ruler) if in_panels is None else in_panels


def name_texts(plan: Plan, ruler: Ruler) -> list[Text]:
    """Return the texts that are names: the title, the labels of curves, and the parameters and values of a grid."""
    marks: Sequence[Primitive]
    if _may_have_multiples(plan):
        marks = multiples.panel_names(plan, LIGHT, ruler) or single_axes.scene(plan, LIGHT, ruler)
    else:
        marks = composed = _composed(plan, LIGHT, ruler)
        if len(_kept) == _MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[id(plan)] = (plan, composed)
    return [mark for mark in marks if isinstance(mark, Text) and mark.names]


def _may_have_multiples(plan: Plan) -> bool:
    return not plan.panels and len(plan.curves) > multiples.MOST_ON_ONE and plan.figure.legend is None
