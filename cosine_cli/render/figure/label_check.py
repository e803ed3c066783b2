"""The check that every curve and panel has its label, and the sizes or numbers of curves that would fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.model.figure_settings import LEAST_DPI, MOST_PIXELS, MOST_PIXELS_A_SIDE
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.resolve.request import DEFAULT_TITLE
from cosine_cli.render.descriptions import axis_name, with_factors
from cosine_cli.render.figure.arrangement import name_texts
from cosine_cli.render.figure.mpl.colors import theme_of
from cosine_cli.render.figure.mpl.fonts import FontRuler, font_of
from cosine_cli.render.figure.mpl.mathematics import check_math
from cosine_cli.render.figure.mpl.style_sheet import with_style
from cosine_cli.render.figure.primitives import Name
from cosine_cli.render.figure.ruler import LONGEST
from cosine_cli.text import either, quote, visible

_GROWTH_FACTOR = 1.1
_MAX_HEIGHT_GROWTH = 3.0
"""The largest growth in height before the width grows too: pages usually fix the width."""

_MAX_GROWTH_STEPS = 80
"""The largest number of growth steps: to 2,000 times the size."""

_SIZE_STEP = 0.05
"""Sizes are multiples of this many inches."""

_DECIMALS = 3
"""The decimals of a size in inches: a page in millimeters has many."""

_KINDS = {"curve": "a label", "title": "a title", "parameter": "a parameter", "axis": "a name of an axis"}
_MAX_LISTED = 3
"""The largest number of names that are listed; others are counted."""


def check_named(plan: Plan, *, where: str) -> None:
    """Raise RequestError if a curve lacks its name or a panel its heading.

    - ``where``: the subject of the error message.

    The hint gives a size at which all fit, and the number of curves that fit at this size; both have been tried.
    """
    _check_legend(plan)
    plan = with_style(plan)
    theme_of(plan, "light")
    if plan.figure.math:
        check_math(plan)
    plan = with_factors(plan)
    for name in _required_names(plan):
        if len(name.text) > LONGEST:
            rule = f"cannot show {_KINDS.get(name.kind, 'a value')} of more than {LONGEST} characters"
            hint = "give a shorter label=" if name.kind == "curve" else None
            raise user_error(where, rule, got=f"{len(name.text)} in {quote(name.text)}", hint=hint)
    missing = missing_names(plan)
    if missing:
        rule = "is too small for all names"
        raise user_error(where, rule, got=f"{_missing_text(missing, plan)} at {_size(plan)} inches", hint=_hint(plan))


def _check_legend(plan: Plan) -> None:
    if plan.panels and plan.figure.legend == "direct":
        raise user_error("--legend", "cannot be direct with --grid", hint="give above, below, right or none")


def missing_names(plan: Plan) -> list[Name]:
    """Return the names that a plan's figure lacks."""
    present = {text.names for text in name_texts(plan, FontRuler(font_of(plan), math=plan.figure.math))}
    return [name for name in _required_names(plan) if name not in present]


def shows_two_axes(plan: Plan) -> bool:
    """Tell whether the figure of a plan with two units of time has an axis for each."""
    plan = with_factors(with_style(plan))
    texts = name_texts(plan, FontRuler(font_of(plan), math=plan.figure.math))
    return Name("axis", axis_name(plan.axis[1])) in {text.names for text in texts}


def _required_names(plan: Plan) -> Iterator[Name]:
    if plan.title and plan.title != DEFAULT_TITLE:
        yield Name("title", plan.title)
    yield from (Name("axis", visible(text)) for text in (plan.figure.ylabel, plan.figure.xlabel) if text)
    if plan.figure.legend != "none":
        yield from (Name("curve", curve.label) for curve in plan.curves)
    for axis in plan.figure.grid:
        yield Name("parameter", axis.name)
        yield from (Name(axis.name, value) for value in axis.values)


def _missing_text(missing: Sequence[Name], plan: Plan) -> str:
    if len(missing) > _MAX_LISTED:
        return f"none for {len(missing)} of {len(list(_required_names(plan)))}"
    return f"none for {either((quote(name.text) for name in missing), last='and')}"


def _size(plan: Plan) -> str:
    return "x".join(whole(round(side, _DECIMALS)) for side in plan.figure.size)


def _hint(plan: Plan) -> str:
    """Return the hint: a larger figure, or shorter names if no size suffices, or fewer curves."""
    larger = next((_size_option(size, plan) for size in _sizes(plan) if _fits(plan, size)), None)
    count = 0 if plan.panels else _max_labelled_curves(plan)
    fewer = f"draw only the first {f'{count} curves' if count > 1 else 'curve'}" if count else None
    return ", or ".join(filter(None, (f"give {larger or 'shorter names with label='}", fewer)))


def _size_option(size: tuple[float, float], plan: Plan) -> str:
    """Return the options for a size, with a lower resolution if the picture would be too large."""
    fewer = f" --dpi {_max_dpi(size)}" if _max_dpi(size) < plan.figure.dpi else ""
    return f"--size {whole(size[0])}x{whole(size[1])}{fewer}"


def _sizes(plan: Plan) -> Iterator[tuple[float, float]]:
    """Yield larger sizes that can be drawn: first only higher, then higher and wider, then only wider."""
    width, height = (_round_up(side, 10.0**-_DECIMALS) for side in plan.figure.size)
    growth = [_GROWTH_FACTOR**power for power in range(1, _MAX_GROWTH_STEPS)]
    sizes = [(width, _round_up(height * factor)) for factor in growth if factor <= _MAX_HEIGHT_GROWTH]
    sizes += [(_round_up(width * factor), _round_up(height * factor)) for factor in growth]
    sizes += [(_round_up(width * factor), height) for factor in growth]
    yield from (size for size in dict.fromkeys(sizes) if _max_dpi(size) >= LEAST_DPI)


def _max_dpi(size: tuple[float, float]) -> int:
    """Return the largest resolution of a picture of this size, in dots per inch."""
    return math.floor(min(MOST_PIXELS_A_SIDE / max(size), math.sqrt(MOST_PIXELS / (size[0] * size[1]))))


def _round_up(side: float, step: float = _SIZE_STEP) -> float:
    return round(math.ceil(round(side / step, 6)) * step, _DECIMALS)


def _fits(plan: Plan, size: tuple[float, float]) -> bool:
    figure = replace(plan.figure, size=size)
    # A figure wider than a column can get the default title.
    titles = {plan.title, plan.title if figure.captioned or not plan.figure.captioned else plan.title or DEFAULT_TITLE}
    return not any(missing_names(replace(plan, figure=figure, title=title)) for title in titles)


def _max_labelled_curves(plan: Plan) -> int:
    """Return the largest number of first curves that all have labels when drawn without the others."""
    curves_per_label = max(len(plan.groups), 1)
    fitting, too_many = 0, len(plan.curves) // curves_per_label
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if missing_names(replace(plan, curves=plan.curves[: middle * curves_per_label])):
            too_many = middle
        else:
            fitting = middle
    return fitting
