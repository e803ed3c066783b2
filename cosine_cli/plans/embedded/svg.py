"""Read the description in an SVG's metadata, with a parser that accepts no declarations and fetches nothing."""

from __future__ import annotations

from xml.parsers import expat

from cosine_cli.plans.embedded.extract import MOST_TEXT, BrokenError

_SVG = "http://www.w3.org/2000/svg svg"
_DESCRIPTION = "http://purl.org/dc/elements/1.1/ description"
_MOST_DEPTH = 1000

_MOST_NAMES = 500_000
"""The most elements, attributes and prefixes of a figure: the parser stores the name of each."""

_BLOCK = 1 << 19
"""The bytes parsed at once; the parser rereads an incomplete token with every block."""

_LONGEST = 1 << 22
"""The most bytes without an element, which limits the memory of a token."""


def description(data: bytes) -> str | None:
    """Return the first description of the figure, None if it does not have one.

    Raises BrokenError if it is not SVG, contains declarations, or is larger than any figure of ours.
    """
    reader = _Reader()
    try:
        reader.read(data)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise BrokenError(f"{reason} at line {error.lineno}") from None
    except BrokenError:
        raise
    except (ValueError, LookupError):  # a multi-byte or unknown encoding
        raise BrokenError("unknown encoding") from None
    return reader.description


class _Reader:
    """Collects the first description while parsing the document."""

    def __init__(self) -> None:
        self.description: str | None = None
        self._parts: list[str] | None = None
        self._size = 0
        self._depth = 0
        self._names = 0
        self._offset = 0
        self._element_offset = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.SkippedEntityHandler = self._on_entity
        self._parser.StartNamespaceDeclHandler = self._on_namespace
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end

    def read(self, data: bytes) -> None:
        """Read the whole document, block by block."""
        whole = memoryview(data)
        for self._offset in range(0, len(data), _BLOCK):
            self._parser.Parse(whole[self._offset : self._offset + _BLOCK], False)  # noqa: FBT003 - positional only
            if self._offset - self._element_offset > _LONGEST:
                raise BrokenError(f"more than {_LONGEST >> 20} MiB without an element")
        self._parser.Parse(b"", True)  # noqa: FBT003 - as above

    def _on_doctype(self, name: str, system: str | None, public: str | None, own: int) -> None:
        # Matplotlib references SVG's public DTD, which is not fetched. Declarations in the file could define default
        # attributes and entities much longer than the file.
        del name, system, public
        if own:
            raise BrokenError("declarations of its own")

    def _on_entity(self, name: str, parameter: int) -> None:
        del name, parameter
        raise BrokenError("undeclared entity")

    def _on_namespace(self, prefix: str, address: str) -> None:
        del prefix, address
        self._count(1)

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        self._count(1 + len(attributes))
        self._depth += 1
        if self._depth == 1 and name != _SVG:
            raise BrokenError("not an SVG document")
        if self._depth > _MOST_DEPTH:
            raise BrokenError(f"elements more than {_MOST_DEPTH} deep")
        if self._parts is not None:
            raise BrokenError("element in the description")
        if name == _DESCRIPTION and self.description is None:
            self._parts = []
            self._parser.CharacterDataHandler = self._on_text

    def _count(self, names: int) -> None:
        self._element_offset = self._offset
        self._names += names
        if self._names > _MOST_NAMES:
            raise BrokenError(f"more than {_MOST_NAMES:,} elements and attributes")

    def _on_end(self, name: str) -> None:
        del name
        self._depth -= 1
        if self._parts is not None:
            self.description, self._parts = "".join(self._parts), None
            self._parser.CharacterDataHandler = None

    def _on_text(self, text: str) -> None:
        if self._parts is None:
            return
        self._element_offset = self._offset
        self._size += len(text)
        if self._size > MOST_TEXT:
            raise BrokenError(f"text of more than {MOST_TEXT >> 20} MiB")
        self._parts.append(text)
