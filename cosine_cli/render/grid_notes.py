"""A note for a plan with panels, in a command that shows one set of curves."""

from __future__ import annotations

from cosine_cli.plans.model.plan import Plan


def grid_notes(plan: Plan) -> tuple[str, ...]:
    """Return a note on the panels that are not shown, without panels none."""
    if not plan.panels:
        return ()
    names = " and ".join(axis.name for axis in plan.figure.grid)
    return (f"the grid of {len(plan.panels)} panels ({names}) is not shown, only the curves without it; plot draws it",)
