"""Jupyter notebooks: the rates that their cells printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.json_shape import document_in
from cosine_cli.logs.core.printed_lines import read_lines
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(name="notebook", order=60, files=("*.ipynb",), folder_order=80)

_PLAIN = "text/plain"


def matches(source: Source) -> bool:
    """Return whether a file is a JSON object with the keys of a notebook."""
    text = source.data
    return (
        source.start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"cell_type"' in text and b'"cells"' in text
    )


def read(source: Source) -> RawLog:
    """Return the rates in the outputs of the cells, in the order of the cells."""
    try:
        notebook = document_in(source)
    except ValueError as error:
        raise user_error(source.where, "is not a whole notebook", got=f"invalid JSON: {error}") from None
    return read_lines(list(_outputs(notebook)), whole=True)


def _outputs(notebook: dict[str, Any]) -> Iterator[str]:
    """Yield the text that each cell printed."""
    sheets = notebook.get("worksheets")
    for sheet in [notebook, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            outputs = cell.get("outputs") if isinstance(cell, dict) else None
            if isinstance(outputs, list):
                yield "".join(_chunks(outputs))


def _chunks(outputs: list[Any]) -> Iterator[str]:
    """Yield the texts of a cell; one that another stream printed begins a line."""
    previous: object = None
    for output in outputs:
        if not isinstance(output, dict):
            continue
        stream = output.get("name", output.get("stream", output.get("output_type")))
        data = output.get("data")
        text = _text(output.get("text", data.get(_PLAIN) if isinstance(data, dict) else None))
        if text and stream != previous and previous is not None:
            yield "\n"
        yield text
        previous = stream


def _text(value: object) -> str:
    """Return a text that a notebook has in one piece or as its lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
