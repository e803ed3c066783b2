"""Resolve the settings of a figure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.model.figure_settings import MOST_PIXELS, MOST_PIXELS_A_SIDE, Figure, with_height
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.axis_limits import LIMITS
from cosine_cli.schedules.core.fields import Derived, Param, params
from cosine_cli.text import question

_WITH_CURVES = ("grid", *LIMITS)
"""The settings that are resolved together with the curves."""


def resolve_figure(given: Mapping[str, RawValue]) -> Figure:
    """Return the settings of a figure.

    Raises RequestError if the picture would be too large to draw.
    """
    values: dict[str, Any] = {}
    problems = Problems()
    settings = [param for param in params(Figure) if param.name not in _WITH_CURVES]
    for param in sorted(settings, key=lambda param: _follows(param, given)):
        if _follows(param, given):
            problems.raise_any()
        with problems.collect():
            values[param.name] = _setting(param, given.get(param.name), values)
    problems.raise_any()
    figure = Figure(**values)
    _check_pixels(figure, given)
    _check_output(figure, given)
    return figure


def _follows(param: Param, given: Mapping[str, RawValue]) -> bool:
    """Tell whether the default of a setting is computed from the others."""
    return isinstance(param.default, Derived) and param.name not in given


def _setting(param: Param, raw: RawValue | None, resolved: Mapping[str, Any]) -> Any:
    if raw is not None:
        value = read(param, raw)
        return with_height(value, resolved.get("preset")) if param.name == "size" else value
    return param.default.rule(resolved, 0.0) if isinstance(param.default, Derived) else param.default


def _check_output(figure: Figure, given: Mapping[str, RawValue]) -> None:
    """Raise if the output of a config leads out of its folder; on the command line it may."""
    if figure.output is None or given["output"].where.startswith("--"):
        return
    if os.path.isabs(figure.output) or os.path.normpath(figure.output).split(os.sep)[0] == os.pardir:
        hint = "pass -o on the command line to write elsewhere"
        rule = "output must stay in the current directory or --out-dir"
        raise user_error(given["output"].where, rule, got=given["output"].echo, hint=hint)


def _check_pixels(figure: Figure, given: Mapping[str, RawValue]) -> None:
    width, height = (side * figure.dpi for side in figure.size)
    where = next((given[name].where for name in ("dpi", "size") if name in given), "size")
    if max(width, height) > MOST_PIXELS_A_SIDE or width * height > MOST_PIXELS:
        rule = f"a figure must be at most {MOST_PIXELS_A_SIDE:,} pixels per side and {MOST_PIXELS:,} in total"
        alone = given["size"].text if "size" in given else ""
        hint = question(f"{alone}mm") if alone.isdecimal() else None
        raise user_error(where, rule, got=f"{width:.6g} x {height:.6g}", hint=hint)
    if min(width, height) < 1:
        raise user_error(where, "a figure must be at least one pixel per side", got=f"{width:.6g} x {height:.6g}")
