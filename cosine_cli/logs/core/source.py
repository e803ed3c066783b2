"""The bytes of a log: read once, from a file or from standard input, unpacked if they are compressed."""

from __future__ import annotations

import codecs
import os
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from cosine_cli.errors import reason_of, user_error
from cosine_cli.text import closest, question, quote, visible

STDIN = "-"

UNENDED = "the last line has no line end and may be cut off"
"""The note on a text without a line end at its end."""

MOST_BYTES = 1 << 29
"""The largest log, after unpacking."""

_PART = 1 << 24
_TEXT_PART = 1 << 20
_START = 1 << 16
_LINE_END = re.compile(rb"[\r\n]")
_GZIP = b"\x1f\x8b"
_WBITS_GZIP = 31
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, eq=False)
class Source:
    """A log as bytes.

    - ``path``: its file, ``-`` for standard input.
    - ``data``: its bytes, unpacked.
    - ``notes``: what is missing, such as the end of a compressed file.
    """

    path: str
    data: bytes
    notes: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The file as messages name it."""
        return "standard input" if self.path == STDIN else visible(self.path)

    @property
    def start(self) -> bytes:
        """The first bytes, which show the format of most files."""
        return self.data[:_START]

    @cached_property
    def utf8(self) -> bytes:
        """The text of the file in UTF-8 without a mark."""
        if self.data.startswith(_UTF_16):
            return self.data.decode("utf-16", "replace").encode("utf-8", "replace")
        return self.data.removeprefix(codecs.BOM_UTF8)

    @cached_property
    def text(self) -> str:
        """The text of the file. Bytes that are not UTF-8 are replaced: in a log they are in names and messages."""
        return self.utf8.decode("utf-8", "replace")

    def parts(self) -> Iterator[str]:
        """Yield the text in parts that end in a line break, which takes less memory than the whole text."""
        data = self.utf8
        start = 0
        while start < len(data):
            line_end = _LINE_END.search(data, start + _TEXT_PART)
            end = line_end.end() if line_end else len(data)
            yield data[start:end].decode("utf-8", "replace")
            start = end

    @cached_property
    def beginning(self) -> str:
        """The text of the first lines."""
        return Source(self.path, self.start).text

    @property
    def is_binary(self) -> bool:
        """Whether the file is not text."""
        return b"\0" in self.start and not self.start.startswith(_UTF_16)


def read_source(path: str) -> Source:
    """Return the bytes of a log; raise RequestError if they cannot be read or are too many."""
    where = "standard input" if path == STDIN else f"log {quote(path)}"
    try:
        with _stdin() if path == STDIN else _opened(path) as stream:
            data = _read_most(stream)
    except (OSError, ValueError) as error:
        hint = _similar_file(path) if isinstance(error, FileNotFoundError) else None
        raise user_error(f"cannot read {where}", reason_of(error), hint=hint) from None
    source = _without_zeros(unpacked(path, data) if data.startswith(_GZIP) else Source(path, data))
    if len(source.data) > MOST_BYTES:
        raise user_error(source.where, f"must be at most {MOST_BYTES >> 20} MiB", got="more")
    if not source.start.strip() and not source.data.strip():
        got = "an empty file" if not source.notes else f"no text: {source.notes[0]}"
        raise user_error(source.where, "must be a log with learning rates", got=got)
    return source


def _without_zeros(source: Source) -> Source:
    """Return a text without the zero bytes at its end, which a file has after a crash of the machine."""
    text = source.data.rstrip(b"\0")
    count = len(source.data) - len(text)
    if not count or b"\0" in text:
        return source
    note = f"the file ends in {count} zero bytes: what they replace is missing"
    return replace(source, data=text, notes=(*source.notes, note))


def _similar_file(path: str) -> str | None:
    """Return the question for a file of a similar name in the same folder, None if there is none."""
    folder, name = os.path.split(path)
    try:
        similar = closest(name, os.listdir(folder or "."))
    except OSError:
        return None
    return None if similar is None else question(os.path.join(folder, similar))


def _read_most(stream: BinaryIO) -> bytes:
    """Return the content up to one byte more than the limit.

    A file is read at once, as joining its parts would take twice the memory. A pipe has no size: it is read in parts,
    as a single read would allocate the limit first.
    """
    at_once = max(_PART, os.fstat(stream.fileno()).st_size + 1)
    parts: list[bytes] = []
    size = 0
    while size <= MOST_BYTES and (part := stream.read(min(at_once, MOST_BYTES + 1 - size))):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _opened(path: str) -> BinaryIO:
    # Opened without blocking: a pipe without a writer would block forever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(handle, True)
    return open(handle, "rb")


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise ValueError
    return open(os.dup(sys.stdin.fileno()), "rb")


def unpacked(path: str, data: bytes) -> Source:
    """Return the content of a gzip file, as far as it is whole and has at most one byte more than the limit."""
    parts: list[bytes] = []
    size = 0
    rest = data
    notes: tuple[str, ...] = ()
    while rest.startswith(_GZIP) and size <= MOST_BYTES:
        member = zlib.decompressobj(_WBITS_GZIP)
        try:
            parts.append(member.decompress(rest, MOST_BYTES + 1 - size))
        except zlib.error as error:
            raise user_error(visible(path), "is not a valid gzip file", got=str(error).split(": ")[-1]) from None
        size += len(parts[-1])
        rest = member.unused_data
        if not member.eof and size <= MOST_BYTES:
            notes = ("the gzip file is cut off: what follows is missing",)
    if rest.strip(b"\0"):
        notes = (*notes, f"{len(rest)} bytes after the end of the gzip file were not read")
    return Source(path, b"".join(parts), notes)
