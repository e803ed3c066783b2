"""Schedulers of a framework that steps them once per update, in a program that steps them once per epoch."""

from __future__ import annotations

from cosine_cli.frameworks.core.discovery import load_framework
from cosine_cli.plans.importers.core.computed import computed_value, curve_list
from cosine_cli.plans.importers.core.flags import Flags
from cosine_cli.plans.parse.raw import CurveSpec


def called_once_per_epoch(curve: CurveSpec, flags: Flags) -> CurveSpec:
    """Return a framework's schedule with one call per epoch, each of which lasts as many steps as the options give."""
    framework = curve.name.partition(".")[0]
    each = flags.steps_per_epoch
    if each is None or load_framework(framework).calls != "update":
        return curve
    where = curve.where
    stretched = {"stretch": computed_value(each, where), "of": curve_list((curve,), where)}
    of = curve_list((CurveSpec("retime", where, "epoch", stretched),), where)
    return CurveSpec("staircase", where, "epoch", {"every": computed_value(1, where, "epoch"), "of": of})
