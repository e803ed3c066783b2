"""Figures as bytes of PNG, SVG and PDF files."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import Any, Literal, NamedTuple

from cosine_cli.plans.embedded.png import KEY as PNG_KEY
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl import fonts
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.render.figure.mpl.mpl_settings import own_settings, silence
from cosine_cli.text import visible

Suffix = Literal["png", "svg", "pdf"]

_BACKENDS: dict[Suffix, str] = {
    "png": "matplotlib.backends.backend_agg",
    "svg": "matplotlib.backends.backend_svg",
    "pdf": "matplotlib.backends.backend_pdf",
}

_COMPRESSION = 3
"""The compression level of PNG files: the default, 6, takes twice as long for files that are a sixth smaller."""


class FigureFile(NamedTuple):
    """The bytes of a file, and the characters of its texts that the font lacks."""

    data: bytes
    missing: str


def figure_file(plan: Plan, *, suffix: Suffix, theme: str, source: str) -> FigureFile:
    """Return the figure of a plan as a file; the same plan always gives the same bytes.

    - ``source``: the plan as YAML, embedded in the metadata of the file.
    """
    buffer = BytesIO()
    with silence():
        figure = draw(plan, theme=theme)
        with own_settings():
            figure.savefig(buffer, format=suffix, dpi=plan.figure.dpi, **_options(suffix, source))
    return FigureFile(buffer.getvalue(), fonts.missing(_words(plan)))


def load_backend(suffix: Suffix) -> None:
    """Import what writing a format needs, which matplotlib imports when it writes the first file."""
    import_module(_BACKENDS[suffix])


def _words(plan: Plan) -> str:
    return visible("".join((plan.title or "", *(curve.label for curve in plan.curves))))


def _options(suffix: Suffix, source: str) -> dict[str, Any]:
    """Return the options of a format: the plan under a metadata key that it supports, and no date."""
    if suffix == "png":
        return {"metadata": {"Software": None, PNG_KEY: source}, "pil_kwargs": {"compress_level": _COMPRESSION}}
    if suffix == "svg":
        return {"metadata": {"Date": None, "Description": source}}
    return {"metadata": {"CreationDate": None, "Producer": None, "Creator": None, "Subject": source}}
