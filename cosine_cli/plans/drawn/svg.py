"""The description in an SVG's metadata, read by a parser that knows no entities and fetches nothing."""

from __future__ import annotations

from xml.parsers import expat

from cosine_cli.plans.drawn.held import MOST_TEXT, BrokenError

_SVG = "http://www.w3.org/2000/svg svg"
_DESCRIPTION = "http://purl.org/dc/elements/1.1/ description"
_MOST_DEPTH = 1000


def description(data: bytes) -> str | None:
    """Return the first description of the whole picture, None where there is none.

    Raises BrokenError where it is no SVG, or XML that declares entities.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003 - expat takes it by its place
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise BrokenError(f"{reason} at line {error.lineno}") from None
    except BrokenError:
        raise
    except (ValueError, LookupError):  # in several bytes a character, or none at all
        raise BrokenError("an unknown encoding") from None
    return reader.found


class _Reader:
    """Collects the first description while the document goes by."""

    def __init__(self) -> None:
        self.found: str | None = None
        self._parts: list[str] | None = None
        self._size = 0
        self._depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.EntityDeclHandler = self._declared
        self.parser.StartElementHandler = self._opened
        self.parser.EndElementHandler = self._closed
        self.parser.CharacterDataHandler = self._said

    def _declared(self, *declaration: object) -> None:
        del declaration
        raise BrokenError("an entity of its own")

    def _opened(self, name: str, attributes: object) -> None:
        del attributes
        self._depth += 1
        if self._depth == 1 and name != _SVG:
            raise BrokenError("another kind of XML")
        if self._depth > _MOST_DEPTH:
            raise BrokenError(f"elements more than {_MOST_DEPTH} deep")
        if name == _DESCRIPTION and self.found is None:
            self._parts = []

    def _closed(self, name: str) -> None:
        self._depth -= 1
        if name == _DESCRIPTION and self._parts is not None:
            self.found, self._parts = "".join(self._parts), None

    def _said(self, text: str) -> None:
        if self._parts is None:
            return
        self._size += len(text)
        if self._size > MOST_TEXT:
            raise BrokenError(f"a text of more than {MOST_TEXT >> 20} MiB")
        self._parts.append(text)
