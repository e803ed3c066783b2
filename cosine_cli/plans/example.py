"""The plan that shows a schedule by itself."""

from __future__ import annotations

from cosine_cli.plans.named import load
from cosine_cli.plans.plan import Plan
from cosine_cli.plans.said import Asked, CurveSaid, Said
from cosine_cli.schedules.core.fields import Needed, Param, params


def example(name: str) -> Plan:
    """Return a plan of the schedule ``name`` with its defaults, over the run that is taken where none is said.

    What has no default, and the curves that a schedule is made of where it is made of several, are what the
    parameter gives as an example.
    """
    from cosine_cli.plans.resolve import resolve

    where = f"the example of {name}"
    said = {param.name: _said(param, where) for param in params(load(name)) if _needs_example(param)}
    return resolve(Asked(curves=(CurveSaid(name, where, params=said),)))


def _needs_example(param: Param) -> bool:
    return isinstance(param.default, Needed) or param.type == "tuple[Schedule, ...]"


def _said(param: Param, where: str) -> Said:
    if isinstance(param.default, Needed):
        return Said(str(param.default.example), where)
    return Said("", where, parts=tuple(Said(text, where) for text in (param.example or "").split()))
