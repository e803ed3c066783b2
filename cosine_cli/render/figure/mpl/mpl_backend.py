"""Primitives as matplotlib artists."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

import numpy as np
from matplotlib import text
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.transforms import Affine2D, Transform

from cosine_cli.render.figure.margins import INCH
from cosine_cli.render.figure.mpl import fonts
from cosine_cli.render.figure.mpl.fonts import Font
from cosine_cli.render.figure.primitives import Area, Dot, Line, Markers, Primitive, Text

_WORDS = 8.0
"""The layer of all text: above all curves."""


def put(marks: Iterable[Primitive], figure: Figure, font: Font, *, math: bool = False) -> None:
    """Add one artist per primitive to a figure, in points from its lower left corner.

    - ``math``: whether parts of texts between dollars are mathematics.
    """
    points = Affine2D().scale(1.0 / INCH) + figure.dpi_scale_trans
    for mark in marks:
        artist = _artist(mark, points, font)
        artist.set_clip_on(False)
        if isinstance(artist, text.Text):
            artist.set_parse_math(math)
        figure.add_artist(artist)


@singledispatch
def _artist(mark: Primitive, points: Transform, font: Font) -> Artist:
    raise TypeError(mark, points, font)


@_artist.register
def _line(mark: Line, points: Transform, _: Font) -> Artist:
    x, y = mark.points.T
    return Line2D(
        x,
        y,
        color=mark.color,
        linewidth=mark.width,
        linestyle=(0, mark.dash) if mark.dash else "-",
        solid_capstyle="round",
        solid_joinstyle="round",
        dash_capstyle="butt",
        zorder=mark.layer,
        transform=points,
    )


@_artist.register
def _area(mark: Area, points: Transform, _: Font) -> Artist:
    return Polygon(mark.points, color=mark.color, alpha=mark.alpha, linewidth=0, zorder=mark.layer, transform=points)


@_artist.register
def _dot(mark: Dot, points: Transform, _: Font) -> Artist:
    return Line2D(
        np.array([mark.x]),
        np.array([mark.y]),
        linestyle="none",
        marker="v" if mark.shape == "down" else "o",
        markersize=mark.size,
        markeredgewidth=mark.edge,
        markeredgecolor=mark.color,
        markerfacecolor=mark.fill,
        zorder=mark.layer,
        transform=points,
    )


@_artist.register
def _markers(mark: Markers, points: Transform, _: Font) -> Artist:
    x, y = mark.points.T
    return Line2D(
        x,
        y,
        linestyle="none",
        marker=mark.shape,
        markersize=mark.size,
        markeredgewidth=0,
        markerfacecolor=mark.color,
        zorder=mark.layer,
        transform=points,
    )


@_artist.register
def _words(mark: Text, points: Transform, font: Font) -> Artist:
    return text.Text(
        mark.x,
        mark.y,
        mark.text,
        color=mark.color,
        fontproperties=fonts.properties(font, mark.size, bold=mark.bold),
        horizontalalignment=mark.align,
        verticalalignment="baseline",
        parse_math=False,
        zorder=_WORDS,
        transform=points,
    )
