"""The check that every curve and panel has its label, and the sizes or numbers of curves that would fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.model.figure_settings import LEAST_DPI, MOST_PIXELS, MOST_PIXELS_A_SIDE
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.resolve.request import DEFAULT_TITLE
from cosine_cli.render.descriptions import with_factors
from cosine_cli.render.figure.arrangement import name_texts
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.render.figure.primitives import Name
from cosine_cli.render.figure.ruler import is_cut
from cosine_cli.text import either, quote, visible

_GROWTH_FACTOR = 1.1
_MAX_HEIGHT_GROWTH = 3.0
"""The largest growth in height before the width grows too: pages usually fix the width."""

_MAX_GROWTH_STEPS = 80
"""The largest number of growth steps: to 2,000 times the size."""

_SIZE_STEP = 0.05
"""Sizes are multiples of this many inches."""

_MIN_CHARACTERS = 10
"""The smallest number of characters that identify a name."""

_MAX_LISTED = 3
"""The largest number of names that are listed; others are counted."""


class NameCheck(NamedTuple):
    """The names that a figure lacks, those of them that are cut too short, and those that are cut."""

    missing: list[Name]
    unclear: list[Name]
    cut: list[Name]


def check_named(plan: Plan, *, where: str) -> list[str]:
    """Raise RequestError if a curve lacks its label or a panel its heading; return the names that are cut.

    - ``where``: the subject of the error message.

    The hint gives a size at which all fit, and the number of curves that fit at this size; both have been
    tried. A name that is cut to a few characters, or to the beginning of another, is none.
    """
    plan = with_factors(plan)
    result = find_missing_names(plan)
    if result.missing:
        rule = "is too small for all names"
        raise user_error(
            where,
            rule,
            got=f"{_missing_text(result.missing, plan)} at {_size(plan)} inches",
            hint=_hint(plan, shorter=bool(result.unclear)),
        )
    return [name.text for name in result.cut]


def find_missing_names(plan: Plan) -> NameCheck:
    """Return the missing and the cut names of a plan's figure."""
    labels = [label for label in name_texts(plan, FontRuler()) if label.names and label.text]
    texts = {label.names: label.text for label in labels if label.names}
    cut = list(dict.fromkeys(label.names for label in labels if label.names and is_cut(label)))
    unclear = {name for name in cut if _is_ambiguous(name, texts[name], texts)}
    missing = [name for name in _required_names(plan) if name not in texts or name in unclear]
    return NameCheck(
        missing, [name for name in missing if name in unclear], [name for name in cut if name not in unclear]
    )


def _is_ambiguous(name: Name, text: str, others: Iterable[Name]) -> bool:
    """Tell whether a cut name is too short, or could be the beginning of another name."""
    kept = text.removesuffix("…")
    same = (other for other in others if other != name and other.kind == name.kind)
    return len(kept) < _MIN_CHARACTERS or any(visible(other.text).startswith(kept) for other in same)


def _required_names(plan: Plan) -> Iterator[Name]:
    if plan.title and plan.title != DEFAULT_TITLE:
        yield Name("title", plan.title)
    yield from (Name("curve", curve.label) for curve in plan.curves)
    for axis in plan.figure.grid:
        yield Name("parameter", axis.name)
        yield from (Name(axis.name, value) for value in axis.values)


def _missing_text(missing: Sequence[Name], plan: Plan) -> str:
    if len(missing) > _MAX_LISTED:
        return f"none for {len(missing)} of {len(list(_required_names(plan)))}"
    return f"none for {either((quote(name.text) for name in missing), last='and')}"


def _size(plan: Plan) -> str:
    return "x".join(map(whole, plan.figure.size))


def _hint(plan: Plan, *, shorter: bool) -> str | None:
    """Return the hint: a larger figure, shorter names if ``shorter``, or fewer curves."""
    larger = next((_size_option(size, plan) for size in _sizes(plan) if _fits(plan, size)), None)
    count = 0 if plan.panels else _max_labelled_curves(plan)
    fewer = f"draw only the first {f'{count} curves' if count > 1 else 'curve'}" if count else None
    given = " or ".join(filter(None, (larger, "shorter names with label=" if shorter else None)))
    return ", or ".join(filter(None, (f"give {given}" if given else None, fewer))) or None


def _size_option(size: tuple[float, float], plan: Plan) -> str:
    """Return the options for a size, with a lower resolution if the picture would be too large."""
    fewer = f" --dpi {_max_dpi(size)}" if _max_dpi(size) < plan.figure.dpi else ""
    return f"--size {whole(size[0])}x{whole(size[1])}{fewer}"


def _sizes(plan: Plan) -> Iterator[tuple[float, float]]:
    """Yield larger sizes that can be drawn: first only higher, then higher and wider, then only wider."""
    width, height = plan.figure.size
    growth = [_GROWTH_FACTOR**power for power in range(1, _MAX_GROWTH_STEPS)]
    sizes = [(width, _round_up(height * factor)) for factor in growth if factor <= _MAX_HEIGHT_GROWTH]
    sizes += [(_round_up(width * factor), _round_up(height * factor)) for factor in growth]
    sizes += [(_round_up(width * factor), height) for factor in growth]
    yield from (size for size in dict.fromkeys(sizes) if _max_dpi(size) >= LEAST_DPI)


def _max_dpi(size: tuple[float, float]) -> int:
    """Return the largest resolution of a picture of this size, in dots per inch."""
    return math.floor(min(MOST_PIXELS_A_SIDE / max(size), math.sqrt(MOST_PIXELS / (size[0] * size[1]))))


def _round_up(side: float) -> float:
    return round(math.ceil(side / _SIZE_STEP) * _SIZE_STEP, 2)


def _fits(plan: Plan, size: tuple[float, float]) -> bool:
    figure = replace(plan.figure, size=size)
    # A figure wider than a column can get the default title.
    titles = {plan.title, plan.title if figure.captioned or not plan.figure.captioned else plan.title or DEFAULT_TITLE}
    return not any(find_missing_names(replace(plan, figure=figure, title=title)).missing for title in titles)


def _max_labelled_curves(plan: Plan) -> int:
    """Return the largest number of first curves that all have labels when drawn without the others."""
    curves_per_label = max(len(plan.groups), 1)
    fitting, too_many = 0, len(plan.curves) // curves_per_label
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if find_missing_names(replace(plan, curves=plan.curves[: middle * curves_per_label])).missing:
            too_many = middle
        else:
            fitting = middle
    return fitting
