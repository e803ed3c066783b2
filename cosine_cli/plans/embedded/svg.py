"""The description in an SVG's metadata, read by a parser that takes no declarations and fetches nothing."""

from __future__ import annotations

from xml.parsers import expat

from cosine_cli.plans.embedded.extract import MOST_TEXT, BrokenError

_SVG = "http://www.w3.org/2000/svg svg"
_DESCRIPTION = "http://purl.org/dc/elements/1.1/ description"
_MOST_DEPTH = 1000

_MOST_NAMES = 500_000
"""How many elements, attributes and prefixes a picture may have: the parser keeps the name of each."""

_BLOCK = 1 << 19
"""How many bytes the parser is given at once. It reads a token that is not whole again with every block."""

_LONGEST = 1 << 22
"""How many bytes may go by without an element, so that no token fills the memory."""


def description(data: bytes) -> str | None:
    """Return the first description of the whole picture, None if it does not have one.

    Raises BrokenError if it is not SVG, declares anything of its own, or is larger in some way than pictures are.
    """
    reader = _Reader()
    try:
        reader.read(data)
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
        self._names = 0
        self._given = 0
        self._reached = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._declared
        self._parser.SkippedEntityHandler = self._skipped
        self._parser.StartNamespaceDeclHandler = self._prefixed
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed

    def read(self, data: bytes) -> None:
        """Read the whole document, block by block."""
        whole = memoryview(data)
        for self._given in range(0, len(data), _BLOCK):
            self._parser.Parse(whole[self._given : self._given + _BLOCK], False)  # noqa: FBT003 - taken by its place
            if self._given - self._reached > _LONGEST:
                raise BrokenError(f"more than {_LONGEST >> 20} MiB without an element")
        self._parser.Parse(b"", True)  # noqa: FBT003 - as above

    def _declared(self, name: str, system: str | None, public: str | None, own: int) -> None:
        # Matplotlib names SVG's public declarations, which nothing fetches. A file's own could give every element
        # attributes, and every entity a text, that are much longer than the file.
        del name, system, public
        if own:
            raise BrokenError("declarations of its own")

    def _skipped(self, name: str, parameter: int) -> None:
        del name, parameter
        raise BrokenError("an entity that it does not declare")

    def _prefixed(self, prefix: str, address: str) -> None:
        del prefix, address
        self._count(1)

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        self._count(1 + len(attributes))
        self._depth += 1
        if self._depth == 1 and name != _SVG:
            raise BrokenError("another kind of XML")
        if self._depth > _MOST_DEPTH:
            raise BrokenError(f"elements more than {_MOST_DEPTH} deep")
        if self._parts is not None:
            raise BrokenError("an element in its description")
        if name == _DESCRIPTION and self.found is None:
            self._parts = []
            self._parser.CharacterDataHandler = self._said

    def _count(self, names: int) -> None:
        self._reached = self._given
        self._names += names
        if self._names > _MOST_NAMES:
            raise BrokenError(f"more than {_MOST_NAMES:,} elements and attributes")

    def _closed(self, name: str) -> None:
        del name
        self._depth -= 1
        if self._parts is not None:
            self.found, self._parts = "".join(self._parts), None
            self._parser.CharacterDataHandler = None

    def _said(self, text: str) -> None:
        if self._parts is None:
            return
        self._reached = self._given
        self._size += len(text)
        if self._size > MOST_TEXT:
            raise BrokenError(f"a text of more than {MOST_TEXT >> 20} MiB")
        self._parts.append(text)
