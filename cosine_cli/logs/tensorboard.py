"""TensorBoard event files: the scalars, and the arguments that Hugging Face's ``Trainer`` writes.

Source: ``tensorflow/core/util/event.proto``, ``framework/summary.proto`` and ``framework/tensor.proto`` of TensorFlow
2.20; ``integrations/integration_utils.py`` of Transformers 4.57 for ``args/text_summary``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct

import numpy as np

from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.protobuf import BYTES, FIXED32, FIXED64, VARINT, WireError, fields, int64, varint
from cosine_cli.logs.core.raw_log import Carried, RawLog, Table
from cosine_cli.logs.core.source import Source
from cosine_cli.logs.core.sparse_table import NO_ROWS, RowCollector
from cosine_cli.logs.core.tfrecord import CUT_OFF, HEADER, Records, damaged, find_records, starts_with_record
from cosine_cli.text import visible

FORMAT = LogFormat(
    name="TensorBoard event file",
    order=50,
    files=("*.tfevents.*",),
    folder_order=10,
    configs=("args.yaml", "config.yaml"),
)

ARGUMENTS = "args/text_summary"

STEP, EPOCH = "step", "epoch"
_PER_EPOCH = re.compile(r"epoch_\w+|(?:lr/pg|x/lr)\d")
"""The tags whose step is an epoch: those of Keras, and the rates of Ultralytics and YOLOv5."""

_MOST_BYTES = 1 << 20
"""A longer record has no scalars: it is an image, a graph or an embedding."""

_MOST_LAYOUTS = 256
"""The most layouts of summaries of one length that are compared with an event."""

_STEP, _SUMMARY = (2, VARINT), (5, BYTES)
_VALUE = (1, BYTES)
_TAG, _SIMPLE, _TENSOR = (1, BYTES), (2, FIXED32), (8, BYTES)
_TYPE, _SHAPE, _CONTENT, _FLOATS, _DOUBLES, _STRINGS = (
    (1, VARINT),
    (2, BYTES),
    (4, BYTES),
    (5, BYTES),
    (6, BYTES),
    (8, BYTES),
)
_ONE_FLOAT, _ONE_DOUBLE = (5, FIXED32), (6, FIXED64)
_DIMENSION = (2, BYTES)
_USUAL = re.compile(rb"\x09.{8}(?:\x10([\x80-\xff]{0,9}[\x00-\x7f]))?+\x2a([\x80-\xff]{0,9}[\x00-\x7f])", re.DOTALL)
"""The fields of nearly every event up to the bytes of its summary: time, step, length of the summary."""

_FLOAT, _DOUBLE = Struct("<f"), Struct("<d")
_TYPES = {1: _FLOAT, 2: _DOUBLE}


@dataclass(frozen=True, kw_only=True)
class _Scalar:
    tag: str
    number: Struct
    place: int


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where the number is in the summaries of a tag: all bytes before and after it are the same in each."""

    before: bytes
    after: bytes
    scalar: _Scalar


@dataclass(kw_only=True, eq=False)
class _Events:
    by_step: RowCollector = field(default_factory=RowCollector)
    by_epoch: RowCollector = field(default_factory=RowCollector)
    texts: dict[str, None] = field(default_factory=dict)
    single: bool = False
    layouts: dict[int, list[_Layout]] = field(default_factory=dict)


def matches(source: Source) -> bool:
    """Return whether a file begins with a record, or with the version of an event file."""
    return starts_with_record(source.start) or b"brain.Event:" in source.data[:64]


def read(source: Source) -> RawLog:
    """Return the scalars by step."""
    data = source.data
    records = find_records(data)
    lengths = records.ends - records.begins
    short = np.flatnonzero(lengths <= _MOST_BYTES)
    wrong = damaged(data, records, short)
    events, unread = _Events(), []
    sound = np.setdiff1d(short, wrong, assume_unique=True)
    for begin, end in zip(records.begins[sound].tolist(), records.ends[sound].tolist(), strict=True):
        try:
            _add_event(events, data, begin, end)
        except WireError:
            unread.append(begin - HEADER)
    tables = (events.by_step.columns(step=STEP), events.by_epoch.columns(step=EPOCH))
    return RawLog(
        tables=tuple(Table(columns=columns, single=events.single) for columns in tables if columns) or (NO_ROWS,),
        configs=tuple(Carried(where=f"{ARGUMENTS} in {visible(source.path)}", text=text) for text in events.texts),
        notes=tuple(_notes(records, len(data), sorted((*(records.begins[wrong] - HEADER).tolist(), *unread)))),
    )


def _add_event(events: _Events, data: bytes, begin: int, end: int) -> None:
    """Add the scalars and arguments of one event; raises WireError if its bytes are not an event."""
    step, summaries = _step_and_summaries(data, begin, end)
    for first, last in summaries:
        layout = _known_layout(events, data, first, last)
        if layout is None:
            _add_summary(events, data, step, first, last)
        else:
            scalar = layout.scalar
            place = first + len(layout.before)
            _rows(events, scalar.tag).add(step, scalar.tag, scalar.number.unpack_from(data, place)[0])


def _step_and_summaries(data: bytes, begin: int, end: int) -> tuple[int, list[tuple[int, int]]]:
    usual = _USUAL.match(data, begin, end)
    if usual and usual.end() + varint(data, *usual.span(2))[0] == end:
        return int64(data, *usual.span(1)) if usual[1] else 0, [(usual.end(), end)]
    step, summaries = 0, []
    for number, wire, first, last in fields(data, begin, end):
        if (number, wire) == _STEP:
            step = int64(data, first, last)
        elif (number, wire) == _SUMMARY:
            summaries.append((first, last))
    return step, summaries


def _rows(events: _Events, tag: str) -> RowCollector:
    return events.by_epoch if _PER_EPOCH.fullmatch(tag) else events.by_step


def _known_layout(events: _Events, data: bytes, begin: int, end: int) -> _Layout | None:
    for layout in events.layouts.get(end - begin, ()):
        if data.startswith(layout.before, begin) and data.endswith(layout.after, begin, end):
            return layout
    return None


def _add_summary(events: _Events, data: bytes, step: int, begin: int, end: int) -> None:
    values = [(first, last) for number, wire, first, last in fields(data, begin, end) if (number, wire) == _VALUE]
    for first, last in values:
        scalar = _scalar_or_text(events, data, first, last)
        if scalar is None:
            continue
        events.single |= scalar.number is _FLOAT
        _rows(events, scalar.tag).add(step, scalar.tag, scalar.number.unpack_from(data, scalar.place)[0])
        known = events.layouts.setdefault(end - begin, [])
        if len(values) == 1 and len(known) < _MOST_LAYOUTS:
            after = data[scalar.place + scalar.number.size : end]
            known.append(_Layout(before=data[begin : scalar.place], after=after, scalar=scalar))


def _scalar_or_text(events: _Events, data: bytes, begin: int, end: int) -> _Scalar | None:
    """Return a value that is a scalar; add one that is the arguments."""
    parts = {(number, wire): (first, last) for number, wire, first, last in fields(data, begin, end)}
    if _TAG not in parts:
        return None
    first, last = parts[_TAG]
    tag = data[first:last].decode(errors="replace")
    if _SIMPLE in parts:
        return _Scalar(tag=tag, number=_FLOAT, place=parts[_SIMPLE][0])
    if _TENSOR not in parts:
        return None
    if tag == ARGUMENTS:
        events.texts.update(dict.fromkeys(_strings(data, *parts[_TENSOR])))
        return None
    return _tensor_scalar(data, tag, *parts[_TENSOR])


def _tensor_scalar(data: bytes, tag: str, begin: int, end: int) -> _Scalar | None:
    """Return the number of a tensor of one float or double, None if it is another tensor."""
    parts = {(number, wire): (first, last) for number, wire, first, last in fields(data, begin, end)}
    number = _TYPES.get(varint(data, *parts[_TYPE])[0]) if _TYPE in parts else None
    if number is None or (_SHAPE in parts and _has_dimension(data, *parts[_SHAPE])):
        return None
    listed = (_FLOATS, _ONE_FLOAT) if number is _FLOAT else (_DOUBLES, _ONE_DOUBLE)
    for key in (_CONTENT, *listed):
        first, last = parts.get(key, (0, 0))
        if last - first == number.size:
            return _Scalar(tag=tag, number=number, place=first)
    return None


def _has_dimension(data: bytes, begin: int, end: int) -> bool:
    return any((number, wire) == _DIMENSION for number, wire, _, _ in fields(data, begin, end))


def _strings(data: bytes, begin: int, end: int) -> Iterator[str]:
    for number, wire, first, last in fields(data, begin, end):
        if (number, wire) == _STRINGS:
            yield data[first:last].decode(errors="replace")


def _notes(records: Records, size: int, unread: list[int]) -> Iterator[str]:
    if unread:
        which = "1 record is" if len(unread) == 1 else f"{len(unread)} records are"
        first = "at" if len(unread) == 1 else "the first at"
        yield f"{which} damaged and not read, {first} byte {unread[0]}"
    if records.stopped is None:
        return
    rest = f"the last {size - records.stopped} bytes, from byte {records.stopped} on"
    if records.reason == CUT_OFF:
        yield f"the last record is cut off, as in a file that is still written to: {rest}, are not read"
    else:
        yield f"a record is damaged: {rest}, are not read"
