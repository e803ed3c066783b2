"""Event files and ``.wandb`` files that tests write: the formats in their obvious, slow form."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def crc32c(data: bytes) -> int:
    """Return the CRC-32C bit by bit."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0x82F63B78 if register & 1 else 0)
    return register ^ 0xFFFFFFFF


def masked(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(data: bytes) -> bytes:
    """Return a record of TFRecord."""
    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    head = bytearray()
    while value > 0x7F:
        head.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*head, value))


def field(number: int, value: float | bytes | str) -> bytes:
    """Return a field of a message: a varint, a double, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def simple(tag: str, value: float) -> bytes:
    """Return a summary value with a simple value."""
    return field(1, tag) + varint(2 << 3 | 5) + struct.pack("<f", value)


def event(step: int, *values: bytes) -> bytes:
    """Return an event with a summary."""
    return field(1, 1.7e9 + step) + field(2, step) + field(5, b"".join(field(1, value) for value in values))


def event_file(events: Iterable[bytes]) -> bytes:
    version = field(1, 1.7e9) + field(3, "brain.Event:2")
    return b"".join(map(record, (version, *events)))


def fragments(records: Iterable[bytes]) -> bytes:
    """Return a ``.wandb`` file with these records."""
    data = bytearray(b":W&B\xe1\xbe\x00")
    for content in records:
        rest, first = content, True
        while first or rest:
            room = 32768 - len(data) % 32768
            if room < 7:
                data += bytes(room)
                continue
            part, rest = rest[: room - 7], rest[room - 7 :]
            kind = (1 if not rest else 2) if first else (3 if rest else 4)
            data += struct.pack("<IHB", zlib.crc32(bytes((kind,)) + part), len(part), kind) + part
            first = False
    return bytes(data)


def item(key: str, value: object) -> bytes:
    """Return an item of W&B; a key with dots is nested."""
    path = key.split(".")
    keys = field(1, key) if len(path) == 1 else b"".join(field(2, part) for part in path)
    return keys + field(16, json.dumps(value))


def history(step: int, values: Mapping[str, object]) -> bytes:
    items = b"".join(field(1, item(key, value)) for key, value in values.items())
    return field(1, step + 1) + field(2, items + field(2, field(1, step)))


def config(values: Mapping[str, object]) -> bytes:
    return field(5, b"".join(field(1, item(key, value)) for key, value in values.items()))


def run(values: Mapping[str, object]) -> bytes:
    """Return the record of a run with its config."""
    return field(17, field(1, "id") + field(4, b"".join(field(1, item(key, value)) for key, value in values.items())))
