"""The colors of curves: those of a theme, a list or a colormap that the user chose, and those of single curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import matplotlib as mpl
from matplotlib.colors import get_named_colors_mapping, is_color_like, to_hex, to_rgba

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.style_sheet import with_style_colors
from cosine_cli.render.figure.palette import THEMES, Theme
from cosine_cli.text import did_you_mean, either, question, quote

_OKABE_ITO = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Okabe and Ito 2008, which matplotlib has from 3.11 on."""

_VISIBLE = 1.8
"""The smallest contrast with the page that is not noted."""


def theme_of(plan: Plan, name: str) -> Theme:
    """Return a theme with one hue per curve of a plan.

    Raises RequestError for a color that matplotlib does not know.
    """
    theme = with_style_colors(THEMES[name], plan)
    count = max(len(plan.curves), 1)
    hues = [theme.hue(index) for index in range(count)]
    if plan.figure.colors is not None:
        hues = _chosen(plan.figure.colors, count)
    own = [curve.style.color for curve in plan.curves]
    if plan.figure.colors is None and not any(own):
        return theme
    places = [f"color of {quote(curve.label)}" for curve in plan.curves]
    hues = [
        hue if color is None else _color(color, place) for hue, color, place in zip(hues, own, places, strict=False)
    ]
    return replace(theme, hues=tuple(hues))


def color_notes(plan: Plan) -> list[str]:
    """Return notes on the user's colors: those that are hardly visible on the page, and a list that is too short."""
    notes = []
    given, count = plan.figure.colors or (), len(plan.curves)
    if 1 < len(given) < count:
        notes.append(f"--colors: {len(given)} colors for {count} curves, so colors repeat")
    names = ("light", "dark") if plan.figure.theme == "both" else (plan.figure.theme,)
    for name in names if not plan.figure.transparent else ():
        theme = theme_of(plan, name)
        own = [hue for hue in dict.fromkeys(theme.hues) if hue not in THEMES[name].hues]
        faint = [hue for hue in own if _contrast(hue, theme.plot or theme.page) < _VISIBLE]
        if faint:
            notes.append(f"hardly visible on the {name} page: {either(faint, last='and')}")
    return notes


def _contrast(color: str, page: str) -> float:
    """Return the contrast ratio of two colors (WCAG 2.1)."""
    low, high = sorted(_luminance(each) for each in (color, page))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgba(color)[:3]]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _chosen(names: Sequence[str], count: int) -> list[str]:
    """Return the colors of a list, a cycle or a colormap, one per curve; a list that is too short is repeated."""
    colors = _cycle(names[0]) if len(names) == 1 else ()
    if len(names) == 1 and not colors and names[0] in mpl.colormaps:
        colormap = mpl.colormaps[names[0]]
        # At the middles of equal parts: the ends of many colormaps are too light or too dark for a page.
        return [to_hex(colormap((index + 0.5) / count)) for index in range(count)]
    colors = colors or [_color(name, "--colors") for name in names]
    return [colors[index % len(colors)] for index in range(count)]


def _cycle(name: str) -> Sequence[str]:
    if name == "okabe_ito":
        return _OKABE_ITO
    return [to_hex(color) for color in mpl.color_sequences[name]] if name in mpl.color_sequences else ()


def _color(text: str, where: str) -> str:
    if not is_color_like(text):
        raise _unknown(text, where)
    if to_rgba(text)[3] != 1:
        raise user_error(where, "must be an opaque color", got=quote(text))
    return to_hex(text)


def _unknown(text: str, where: str) -> RequestError:
    names = [name for name in get_named_colors_mapping() if ":" not in name]
    rule = "must be a color of matplotlib"
    if where == "--colors":
        rule, names = f"{rule}, or a list of them, a cycle or a colormap", [*names, *mpl.colormaps, "okabe_ito"]
    hexadecimal = question(f"'#{text}'") if is_color_like(f"#{text}") else None
    hint = hexadecimal or did_you_mean(text, names) or "as in crimson, '#DC143C', okabe_ito or viridis"
    return user_error(where, rule, got=quote(text), hint=hint)
