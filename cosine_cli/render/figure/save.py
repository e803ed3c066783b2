"""A plan's figure as the bytes of a file."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal, NamedTuple

from cosine_cli.plans.embedded.png import KEY as PNG_KEY
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure import fonts
from cosine_cli.render.figure.draw import draw
from cosine_cli.render.figure.mpl_settings import own_settings, silence
from cosine_cli.text import visible

Suffix = Literal["png", "svg", "pdf"]

_COMPRESSION = 3
"""Of a PNG: 6, the default, takes twice as long for a file that is a sixth smaller."""


class Picture(NamedTuple):
    """The bytes of a file, and the characters of its words that the font does not have."""

    data: bytes
    missing: str


def picture(plan: Plan, *, suffix: Suffix, theme: str, source: str) -> Picture:
    """Return the figure of a plan as a file; the same plan gives the same bytes.

    - ``source``: the plan as YAML, which the file's metadata holds.
    """
    buffer = BytesIO()
    with silence():
        figure = draw(plan, theme=theme)
        with own_settings():
            figure.savefig(buffer, format=suffix, dpi=plan.figure.dpi, **_options(suffix, source))
    return Picture(buffer.getvalue(), fonts.missing(_words(plan)))


def _words(plan: Plan) -> str:
    return visible("".join((plan.title or "", *(curve.label for curve in plan.curves))))


def _options(suffix: Suffix, source: str) -> dict[str, Any]:
    """Return how each format is written: the plan under a key that it knows, and no date."""
    if suffix == "png":
        return {"metadata": {"Software": None, PNG_KEY: source}, "pil_kwargs": {"compress_level": _COMPRESSION}}
    if suffix == "svg":
        return {"metadata": {"Date": None, "Description": source}}
    return {"metadata": {"CreationDate": None, "Producer": None, "Creator": None, "Subject": source}}
