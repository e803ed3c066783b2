"""Figures as bytes of PNG, SVG and PDF files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from importlib import import_module
from io import BytesIO
from typing import Any, Literal, NamedTuple

from matplotlib.figure import Figure

from cosine_cli.errors import user_error
from cosine_cli.plans.embedded.png import KEY as PNG_KEY
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.descriptions import figure_contents, headline
from cosine_cli.render.figure.mpl import fonts
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.render.figure.mpl.mpl_settings import own_settings, silence
from cosine_cli.render.figure.mpl.style_sheet import with_style
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
    """The bytes of a file, the characters of its texts that the font lacks, and the name of the font."""

    data: bytes
    missing: str
    font: str


def figure_file(plan: Plan, *, suffix: Suffix, theme: str, source: str) -> FigureFile:
    """Return the figure of a plan as a file; the same plan always gives the same bytes.

    - ``source``: the plan as YAML, embedded in the metadata of the file.
    """
    plan = with_style(plan)
    with silence():
        figure = draw(plan, theme=theme)
        with own_settings(plan), _letters_of_a_pixel(plan.figure.dpi):
            data = _FORMATS[suffix](figure, plan, source)
    font = fonts.font_of(plan)
    return FigureFile(data, fonts.missing(_words(plan), font), font.family)


@contextmanager
def _letters_of_a_pixel(dpi: float) -> Iterator[None]:
    """Raise RequestError if FreeType fails because letters, such as an index of an index, are below one pixel."""
    try:
        yield
    except RuntimeError as error:
        if "FT_Set_Char_Size" not in str(error):
            raise
        rule = "letters must be at least one pixel high"
        raise user_error("figure", rule, got=f"{dpi:g} dots per inch", hint="give a larger --dpi") from None


def load_backend(suffix: Suffix) -> None:
    """Import what writing a format needs, which matplotlib imports when it writes the first file."""
    import_module(_BACKENDS[suffix])


def _png(figure: Figure, plan: Plan, source: str) -> bytes:
    """Return a figure as PNG, without the alpha channel of matplotlib's files unless it is transparent."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    canvas: Any = FigureCanvasAgg(figure)
    buffer, info = BytesIO(), PngInfo()
    canvas.draw()
    pixels = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    image = pixels if plan.figure.transparent else pixels.convert("RGB")
    info.add_text(PNG_KEY, source)
    dpi = (plan.figure.dpi, plan.figure.dpi)
    image.save(buffer, "png", dpi=dpi, pnginfo=info, compress_level=_COMPRESSION)
    return buffer.getvalue()


def _svg(figure: Figure, plan: Plan, source: str) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="svg", dpi=plan.figure.dpi, metadata={"Date": None, "Description": source})
    return described(buffer.getvalue(), plan)


def _pdf(figure: Figure, plan: Plan, source: str) -> bytes:
    buffer = BytesIO()
    metadata = {"CreationDate": None, "Producer": None, "Creator": None, "Subject": source}
    figure.savefig(buffer, format="pdf", dpi=plan.figure.dpi, metadata=metadata)
    return buffer.getvalue()


_FORMATS = {"png": _png, "svg": _svg, "pdf": _pdf}


def described(svg: bytes, plan: Plan) -> bytes:
    """Return an SVG with a title and a description, which screen readers use."""
    contents = figure_contents(plan)
    title = f"<title>{escape(visible(plan.title or contents))}</title>"
    body = f" {title}\n <desc>{escape(f'Learning rate: {contents}. {headline(plan)}.')}</desc>\n"
    start = svg.index(b">", svg.index(b"<svg")) + 1
    return svg[:start] + b"\n" + body.encode("utf-8", "backslashreplace") + svg[start:].lstrip(b"\n")


def _words(plan: Plan) -> list[str]:
    names = (plan.title, plan.figure.xlabel, plan.figure.ylabel, *(curve.label for curve in plan.curves))
    return [visible(name) for name in names if name is not None]
