"""Tables as text: a line of names, and a line of cells for each row, between commas, tabs or semicolons."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.logs.core.cells import SAMPLE, Floats, Numbers, is_missing, numbers_of, parsed
from cosine_cli.logs.core.rate_column import is_rate
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.source import UNENDED, Source
from cosine_cli.logs.core.time_column import is_time
from cosine_cli.text import quote

_SEPARATORS = (",", "\t", ";", "|")
BLANK = " "
"""The separator of a table with one or more blanks between cells."""

_CHUNK = 1 << 18
_ROWS_PER_CHUNK = 1 << 13
_EXAMINED = 20
_LONGEST_NAME = 200
_COMMENTS = "the comments before the names of the columns were not read"
_DECIMAL_COMMA = re.compile(rb"[0-9],[0-9]")
_VISIBLE = re.compile(rb"\S")


@dataclass(frozen=True)
class Header:
    """The line of names.

    - ``names``: the names of the columns, each once.
    - ``separator``: the character between them.
    - ``line``: the line itself.
    - ``above``: the number of lines before it, which are empty or comments.
    """

    names: tuple[str, ...]
    separator: str
    line: str
    above: int = 0


def header_of(text: str) -> Header | None:
    r"""Return the line of names of a table, None if a text does not begin with one, or with comments and one.

    The names are in the first line without the sign of a comment, or else in the last with it.

    >>> header_of("# step, lr\n0, 0.1\n").names
    ('step', 'lr')
    >>> header_of("Epoch 1, lr 0.1\nEpoch 2, lr 0.05\n") is None
    True
    """
    lines = _with_line_feeds(text).split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    last_comment = next((at for at in range(first - 1, -1, -1) if lines[at].startswith("#")), None)
    for at in (first, last_comment):
        if at is not None and (header := _first_line("\n".join(lines[at:]))) is not None:
            return replace(header, above=at)
    return None


def _first_line(text: str) -> Header | None:
    """Return the first line of a text as that of the names, None if it is not."""
    line = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=line.count)
    names = _names(line, separator)
    if len(names) == 1 and len(line.split()) > 1:
        return _blank_header(text)
    if any(parsed(name) is not None or len(name) > _LONGEST_NAME for name in names):
        return None
    rates = any(map(is_rate, names))
    if len(names) == 1 and not rates:
        return None
    rows = [row for row in csv.reader(_examined(text), delimiter=separator) if row]
    if not rows:
        return Header(names, separator, line) if rates else None
    numeric = [any(parsed(cell) is not None for cell in row) for row in rows if len(row) == len(names)]
    return Header(names, separator, line) if 2 * sum(numeric) >= len(rows) else None


def _blank_header(text: str) -> Header | None:
    """Return the line of names of a table with blanks between cells: all other lines have numbers only."""
    line, *rows = _with_single_blanks(text.removeprefix("#")).split("\n", _EXAMINED)[:_EXAMINED]
    names = _names(line.replace(" ", ","), ",")
    whole = [row.split() for row in rows[: None if text.endswith("\n") else -1] if row]
    regular = all(len(row) == len(names) and all(parsed(cell) is not None for cell in row) for row in whole)
    return Header(names, BLANK, line) if whole and regular and any(map(is_rate, names)) else None


def _examined(text: str) -> list[str]:
    return text.split("\n", _EXAMINED + 1)[1 : _EXAMINED + 1]


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_single_blanks(text: str) -> str:
    """Return lines with one blank between their words."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))


def _names(line: str, separator: str) -> tuple[str, ...]:
    """Return the names, without the sign of a comment and blanks around them.

    A repeated name has its column, the first too if it is one of rates: none of them precedes the others.
    """
    cells = next(csv.reader([line.removeprefix("#")], delimiter=separator, skipinitialspace=True), [])
    stripped = [cell.strip() or f"column {at}" for at, cell in enumerate(cells, 1)]
    counts = Counter(stripped)
    names: dict[str, None] = {}
    for at, name in enumerate(stripped, 1):
        alone = name not in names and (counts[name] == 1 or not is_rate(name))
        names[name if alone else f"{name} (column {at})"] = None
    return tuple(names)


def table_header(source: Source) -> Header | None:
    """Return the line of names of a file, None if it is not a table."""
    return None if source.is_binary else header_of(source.beginning)


def has_rows_only(source: Source) -> bool:
    """Return whether a file is a table of numbers without a line of names."""
    lines = [] if source.is_binary else _with_line_feeds(source.beginning).strip("\n").split("\n", _EXAMINED)[:-1]
    rows = [line.split(max(_SEPARATORS, key=line.count)) for line in lines]
    return bool(rows) and all(len(row) > 1 and all(parsed(cell) is not None for cell in row) for row in rows)


def read_table(source: Source) -> RawLog:
    """Return the columns of a table; raise RequestError if the file is not one."""
    header = table_header(source)
    if header is None:
        rule, hint = "must have the names of its columns in its first line", "add a line such as step,lr"
        raise user_error(source.where, rule, hint=hint)
    body = _body(source, header)
    columns = _Columns(body)
    return RawLog(tables=(Table(columns=columns),), notes=columns.notes)


@dataclass(frozen=True, eq=False)
class _Body:
    """The rows of a table as text, from ``start`` to the end: one line for each unless a cell is quoted."""

    data: bytes
    start: int
    header: Header
    notes: tuple[str, ...] = ()


def _body(source: Source, header: Header) -> _Body:
    data = source.utf8 if header.separator != BLANK else _with_single_blanks(_with_line_feeds(source.text)).encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if header.separator == ";" and _has_decimal_commas(data[: len(source.start)]):
        data = data.replace(b",", b".")
    start = names = 0
    for _ in range(header.above + 1):
        names, start = start, data.find(b"\n", start) + 1 or len(data)
    notes = (_COMMENTS,) if data[:names].strip() else ()
    if start < len(data) and not data.endswith(b"\n"):
        last = data.rfind(b"\n") + 1
        if _may_be_cut(data[last:], header):
            return _Body(data[:last], start, header, (*notes, f"{UNENDED}: not read"))
        return _Body(data + b"\n", start, header, (*notes, UNENDED))
    return _Body(data, start, header, notes)


def _has_decimal_commas(start: bytes) -> bool:
    """Return whether numbers have commas instead of points, as spreadsheets write them in many languages."""
    return b"." not in start and _DECIMAL_COMMA.search(start) is not None


def _may_be_cut(line: bytes, header: Header) -> bool:
    """Return whether a line without an end may lack part of a number that is read, which is true of its last cell."""
    last = header.names[-1]
    cells = line.count(header.separator.encode()) + 1
    return cells != len(header.names) or is_rate(last) or is_time(last)


class _Columns(Mapping[str, Numbers]):
    """The columns of a table, parsed when they are used: rates and times together, any other on its own."""

    def __init__(self, body: _Body) -> None:
        self._body = body
        self._names = body.header.names
        usual = [name for name in self._names if is_rate(name) or is_time(name)]
        self._parsed, notes = _parse(body, usual)
        self.notes = (*body.notes, *notes)

    def __getitem__(self, name: str) -> Numbers:
        if name not in self._parsed:
            if name not in self._names:
                raise KeyError(name)
            self._parsed |= _parse(self._body, [name])[0]
        return self._parsed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Column:
    """Collects the numbers of a column; the line of names may be there again, as at the start of another run.

    - ``stride``: the text of one in so many cells is kept.
    """

    def __init__(self, name: str, stride: int) -> None:
        self._name = name
        self._stride = stride
        self._convert: Callable[[bytes], float] = float
        self._has_gaps = False
        self._values: list[Floats] = []
        self._texts: list[bytes] = []
        self._rejected: list[bytes] = []

    def add(self, cells: Sequence[bytes]) -> None:
        self._values.append(self._numbers(cells))
        self._texts += cells[:: self._stride]

    def _numbers(self, cells: Sequence[bytes]) -> Floats:
        filled = [cell or b"nan" for cell in cells] if self._has_gaps else cells
        try:
            return np.fromiter(map(self._convert, filled), np.float64, len(cells))
        except ValueError:
            if self._has_gaps:
                self._convert = self._value
            self._has_gaps = True
            return self._numbers(cells)

    def _value(self, cell: bytes) -> float:
        text = cell.decode("utf-8", "replace")
        value = parsed(text)
        if value is None and not is_missing(text) and text.strip() != self._name:
            self._rejected.append(cell)
        return np.nan if value is None else value

    def numbers(self) -> Numbers:
        values = np.concatenate(self._values) if self._values else np.empty(0)
        texts = [cell.decode("utf-8", "replace") for cell in self._texts if cell]
        return numbers_of(values, texts, [cell.decode("utf-8", "replace") for cell in self._rejected])


def _parse(body: _Body, names: Sequence[str]) -> tuple[dict[str, Numbers], tuple[str, ...]]:
    """Return columns of a table, and what was not read of it."""
    if len(body.header.names) <= _FEW_COLUMNS and (table := _number_table(body)) is not None:
        return {name: _table_column(body, table, name) for name in names}, ()
    try:
        return _parse_chunks(body, names, _plain_chunks)
    except _QuotedError:
        return _parse_chunks(body, names, _quoted_chunks)


_FEW_COLUMNS = 4


def _number_table(body: _Body) -> Floats | None:
    """Return the rows if all of their cells are numbers, None if not: the fastest way for few columns."""
    if _VISIBLE.search(body.data, body.start) is None:
        return None
    lines = io.BytesIO(body.data)
    lines.seek(body.start)
    try:
        table: Floats = np.loadtxt(
            lines, delimiter=body.header.separator, comments=None, quotechar='"', ndmin=2, encoding="latin-1"
        )
    except ValueError:
        return None
    return table if table.shape[1] == len(body.header.names) else None


def _table_column(body: _Body, table: Floats, name: str) -> Numbers:
    """Return a column of a table of numbers."""
    at = body.header.names.index(name)
    values = np.ascontiguousarray(table[:, at])
    if is_time(name):
        return numbers_of(values)
    separator = body.header.separator.encode()
    return numbers_of(values, [line.split(separator)[at].strip(b'"').decode("latin-1") for line in _sample_lines(body)])


def _sample_lines(body: _Body) -> Iterator[bytes]:
    """Yield some lines, evenly spread."""
    data = body.data
    stride = (len(data) - body.start) // SAMPLE
    start = body.start
    while start < len(data):
        end = data.find(b"\n", start)
        if data[start:end].strip():
            yield data[start:end]
        start = max(end, data.find(b"\n", start + stride)) + 1 if start + stride < len(data) else len(data)


_Chunk = Callable[[int], Sequence[bytes]]


def _parse_chunks(
    body: _Body, names: Sequence[str], chunks: Callable[[_Body, _Skipped], Iterator[_Chunk]]
) -> tuple[dict[str, Numbers], tuple[str, ...]]:
    stride = (len(body.data) - body.start) // (SAMPLE * len(body.header.line + "\n")) or 1
    columns = {body.header.names.index(name): _Column(name, stride) for name in names}
    skipped = _Skipped()
    for cell_of in chunks(body, skipped):
        for at, column in columns.items():
            column.add(cell_of(at))
    parsed_columns = {body.header.names[at]: column.numbers() for at, column in columns.items()}
    return parsed_columns, skipped.notes(len(body.header.names))


class _QuotedError(Exception):
    """A quoted cell that contains a separator or a line end."""


class _Skipped:
    """Counts the lines that are not rows of the table."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def add(self, line: str) -> None:
        self.first = self.first or line
        self.count += 1

    def notes(self, cells: int) -> tuple[str, ...]:
        if not self.count:
            return ()
        if self.count == 1:
            return (f"1 line does not have {cells} cells and was not read: {quote(self.first)}",)
        first = f"the first is {quote(self.first)}"
        return (f"{self.count} lines do not have {cells} cells and were not read; {first}",)


def _plain_chunks(body: _Body, skipped: _Skipped) -> Iterator[_Chunk]:
    """Yield the cells of each column in parts of the text: splitting at once would take ten times its size.

    Raises _QuotedError if the rows cannot be split at each separator.
    """
    data, separator = body.data, body.header.separator.encode()
    quoted = data.find(b'"', body.start) >= 0
    width = len(body.header.names)
    start = body.start
    while start < len(data):
        end = data.rfind(b"\n", start, start + _CHUNK) + 1 or data.find(b"\n", start) + 1
        part = data[start:end]
        start = end
        if quoted:
            part = _unquoted(part, separator)
        cells = part.replace(b"\n", separator + b"\n" + separator).split(separator)
        cells.pop()
        # Each line end is a cell of its own: the rows are regular if it is the last of every so many cells.
        if cells[width :: width + 1].count(b"\n") * (width + 1) != len(cells):
            if quoted:
                raise _QuotedError
            cells = _regular(part, body.header, skipped)
        yield lambda at, cells=cells: cells[at :: width + 1]  # type: ignore[misc]


def _unquoted(part: bytes, separator: bytes) -> bytes:
    """Return lines without the quotes at the beginnings and ends of cells."""
    for end in (separator, b"\n"):
        part = part.replace(b'"' + end, end).replace(end + b'"', end)
    return part.removeprefix(b'"')


def _regular(part: bytes, header: Header, skipped: _Skipped) -> list[bytes]:
    """Return the cells of the lines that have as many as there are names, each followed by a line end."""
    separator, width = header.separator.encode(), len(header.names)
    names = header.line.encode()
    cells: list[bytes] = []
    for line in part.split(b"\n"):
        row = line.split(separator)
        if len(row) == width and line != names:
            cells += row
            cells.append(b"\n")
        elif line.strip() and line != names:
            skipped.add(line.decode("utf-8", "replace"))
    return cells


def _quoted_chunks(body: _Body, skipped: _Skipped) -> Iterator[_Chunk]:
    """Yield the cells of each column for some rows at a time."""
    text = io.TextIOWrapper(io.BytesIO(body.data[body.start :]), "utf-8", "replace", newline="")
    width = len(body.header.names)
    rows: list[list[str]] = []
    for row in _csv_rows(text, body.header.separator):
        if len(row) == width:
            rows.append(row)
        elif row:
            skipped.add(body.header.separator.join(row))
        if len(rows) == _ROWS_PER_CHUNK:
            yield _by_column(rows)
            rows = []
    yield _by_column(rows)


def _csv_rows(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Yield rows; a cell that is too long, as after a quote that is not closed, ends the table."""
    rows = csv.reader(lines, delimiter=separator)
    try:
        yield from rows
    except csv.Error:
        yield ["a cell that is too long: what follows is missing"]


def _by_column(rows: list[list[str]]) -> _Chunk:
    return lambda at: [row[at].encode("utf-8", "replace") for row in rows]
