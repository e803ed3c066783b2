"""A style sheet of matplotlib as settings of a figure: fonts, colors and lines, where the user did not choose any."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.colors import to_hex

from cosine_cli.errors import reason_of, user_error
from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.model.curve_style import CurveStyle
from cosine_cli.plans.model.figure_settings import LEAST_FONT_SIZE, default_size
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.figure.mpl.fonts import installed
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.strokes import REFERENCE, SUBJECT
from cosine_cli.text import did_you_mean, quote, visible

MOST_BYTES = 1 << 20

_LINESTYLES = {"-": "solid", "--": "dashed", ":": "dotted", "-.": "dashdot"}

_COLORS = {
    "page": ("savefig.facecolor", "figure.facecolor"),
    "plot": ("axes.facecolor",),
    "ink": ("text.color",),
    "soft": ("xtick.labelcolor", "xtick.color"),
    "faint": ("axes.labelcolor",),
    "grid": ("grid.color",),
    "axis": ("axes.edgecolor",),
}
"""The colors of a theme, each with the settings that determine it, the first one first."""

_GENERIC = ("serif", "sans-serif", "monospace", "cursive", "fantasy")

_USED = {
    *itertools.chain(*_COLORS.values()),
    *("axes.grid", "axes.prop_cycle", "axes.axisbelow", "lines.linewidth", "savefig.transparent", "svg.fonttype"),
    *("font.family", "font.size", *(f"font.{name}" for name in _GENERIC)),
    *("ytick.labelcolor", "ytick.color", "figure.edgecolor", "savefig.edgecolor"),
}
"""The settings that are used, or that a figure like ours always follows."""

_GROUPS = ("axes", "figure", "font", "grid", "legend", "lines", "mathtext", "savefig", "text", "xtick", "ytick")
"""The groups of settings that could change a figure of curves; a sheet may have any others."""


def with_style(plan: Plan) -> Plan:
    """Return a plan with the settings of its style sheet where it does not have its own.

    Raises RequestError if there is no such style, or if its file is not a style sheet.
    """
    sheet = _sheet(plan.figure.style)
    if not sheet:
        return plan
    figure = replace(
        plan.figure,
        font=plan.figure.font or (_font(sheet) if plan.figure.preset is None else None),
        font_size=plan.figure.font_size or sheet.get("font.size"),
        transparent=plan.figure.transparent or bool(sheet.get("savefig.transparent")),
        outlines=plan.figure.outlines or sheet.get("svg.fonttype") == "path",
    )
    panels = tuple(replace(panel, curves=_curves(panel.curves, sheet, plan)) for panel in plan.panels)
    return replace(plan, figure=figure, curves=_curves(plan.curves, sheet, plan), panels=panels)


def with_style_colors(theme: Theme, plan: Plan) -> Theme:
    """Return a theme with the colors of a plan's style sheet."""
    sheet = _sheet(plan.figure.style)
    found = {part: _color(sheet, names) for part, names in _COLORS.items()}
    changed: dict[str, Any] = {part: color for part, color in found.items() if color is not None}
    if sheet.get("axes.grid") is False:
        changed["grid"] = changed.get("plot") or changed.get("page") or theme.page
    return replace(theme, **changed) if changed else theme


def style_notes(plan: Plan) -> list[str]:
    """Return a note on the settings of a plan's style sheet that have no effect."""
    sheet, name = _sheet(plan.figure.style), visible(plan.figure.style or "")
    unused = sorted(key for key in sheet if key not in _USED and key.partition(".")[0] in _GROUPS)
    notes = []
    if "figure.figsize" in unused:
        width, height = sheet["figure.figsize"]
        unused.remove("figure.figsize")
        if plan.figure.size == default_size(plan.figure.preset):
            notes = [f"style {name}: the size of a figure is not used; pass --size {whole(width)}x{whole(height)}"]
    return [*notes, *([f"style {name}: not used: {', '.join(unused)}"] if unused else [])]


@cache
def _sheet(name: str | None) -> Mapping[str, Any]:
    """Return the settings of a style sheet, given by its name or as a file."""
    if name is None:
        return {}
    if name.endswith(".mplstyle") or os.sep in name:
        return _read(name)
    from matplotlib import style  # here: it reads all style sheets of matplotlib

    if name not in style.library:
        hint = did_you_mean(name, style.library) or "as in ggplot, or house.mplstyle for a file"
        raise user_error("--style", "must be a style of matplotlib, or a file", got=quote(name), hint=hint)
    return _plain(style.library[name])


def _plain(sheet: Any) -> dict[str, Any]:
    return {str(key): sheet[key] for key in sheet}


def _read(path: str) -> Mapping[str, Any]:
    where = f"style {quote(path)}"
    try:
        with open(path, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        text = data.decode()
    except UnicodeDecodeError:
        raise user_error(where, "must be UTF-8") from None
    except (OSError, ValueError) as error:
        raise user_error(where, reason_of(error)) from None
    if len(data) > MOST_BYTES:
        raise user_error(where, f"must be at most {MOST_BYTES >> 20} MiB", got="more")
    _check_keys(text, where)
    try:
        # Values that are wrong are errors; unknown keys are found above, since matplotlib only logs them.
        sheet = _plain(mpl.rc_params_from_file(path, fail_on_error=True, use_default_template=False))
    except (ValueError, KeyError, RuntimeError) as error:
        raise user_error(where, f"is not a style sheet: {visible(str(error).splitlines()[0])}") from None
    if not LEAST_FONT_SIZE <= sheet.get("font.size", LEAST_FONT_SIZE) < math.inf:
        rule = f"font.size must be a finite number of at least {LEAST_FONT_SIZE:g}"
        raise user_error(where, rule, got=f"{sheet['font.size']:g}")
    return sheet


def _check_keys(text: str, where: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        key, colon, _ = line.partition("#")[0].strip().partition(":")
        if (key or colon) and (not colon or key.strip() not in mpl.rcParams):
            hint = did_you_mean(key.strip(), mpl.rcParams) or "as in 'lines.linewidth: 2'"
            raise user_error(where, f"line {number} is not a setting of matplotlib", got=quote(key.strip()), hint=hint)


def _font(sheet: Mapping[str, Any]) -> str | None:
    """Return the first installed font of a sheet, None if it does not choose one."""
    families = sheet.get("font.family", ["serif"] if "font.serif" in sheet else ())
    defaults: Any = mpl.rcParamsDefault
    generic = {name: sheet.get(f"font.{name}", defaults[f"font.{name}"]) for name in _GENERIC}
    if "font.family" not in sheet and "font.sans-serif" in sheet:
        families = ["sans-serif"]
    named = [font for family in families for font in generic.get(family, (family,))]
    return next((font for font in named if installed(font) is not None), None)


def _curves(curves: Sequence[Curve], sheet: Mapping[str, Any], plan: Plan) -> tuple[Curve, ...]:
    cycle = sheet["axes.prop_cycle"].by_key() if "axes.prop_cycle" in sheet else {}
    styles = _styles(len(curves), cycle, sheet.get("lines.linewidth"), colored=plan.figure.colors is None)
    return tuple(replace(curve, style=_over(curve.style, own)) for curve, own in zip(curves, styles, strict=True))


def _styles(
    count: int, cycle: Mapping[str, Sequence[Any]], width: float | None, *, colored: bool
) -> Iterator[CurveStyle]:
    """Yield the style of each curve in a sheet; the first one is heavier, as without a sheet."""
    for index in range(count):
        own = {name: values[index % len(values)] for name, values in cycle.items() if values}
        wide = own.get("linewidth", None if width is None else width * (SUBJECT / REFERENCE if index == 0 else 1.0))
        yield CurveStyle(
            color=to_hex(own["color"]) if colored and "color" in own else None,
            linestyle=_LINESTYLES.get(own.get("linestyle", ""), own.get("linestyle")),
            linewidth=wide,
        )


def _over(own: CurveStyle, below: CurveStyle) -> CurveStyle:
    """Return a curve's own style, completed by that of the sheet."""
    return CurveStyle(
        color=own.color or below.color,
        linestyle=own.linestyle or below.linestyle,
        linewidth=own.linewidth or below.linewidth,
    )


def _color(sheet: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """Return the first color among settings; ``none``, ``auto`` and ``inherit`` are not colors of their own."""
    values = (sheet[name] for name in names if name in sheet)
    return next((to_hex(value) for value in values if value not in ("none", "auto", "inherit")), None)
