"""PNG chunks written by hand according to the specification."""

from __future__ import annotations

import random
import struct
import zlib

import pytest

from cosine_cli.plans.embedded.extract import BrokenError
from cosine_cli.plans.embedded.png import KEY, description

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PLAN = b"lr: 0.1\n"
KEYED = KEY.encode() + b"\0"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes) -> bytes:
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (b"tEXt", KEYED + PLAN, "lr: 0.1\n"),
        (b"tEXt", KEYED + b"\xe9", "é"),
        (b"zTXt", KEYED + b"\0" + zlib.compress(PLAN), "lr: 0.1\n"),
        (b"iTXt", KEYED + b"\0\0" + b"\0" + b"\0" + "日\n".encode(), "日\n"),
        (b"iTXt", KEYED + b"\1\0" + b"en\0" + b"plan\0" + zlib.compress("日\n".encode()), "日\n"),
        (b"tEXt", KEYED, ""),
        (b"tEXt", b"Comment\0" + PLAN, None),
        (b"tEXt", b"", None),
        (b"abCd", KEYED + PLAN, None),
    ],
    ids=["tEXt", "latin-1", "zTXt", "iTXt", "packed iTXt", "empty", "another key", "no key", "another chunk"],
)
def test_texts(kind: bytes, body: bytes, text: str | None) -> None:
    assert description(png(chunk(b"IHDR", b"x" * 13), chunk(kind, body), chunk(b"IDAT", b"pixels"))) == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\n\x1a\n", "damaged signature"),
        (SIGNATURE, "truncated file"),
        (SIGNATURE + chunk(b"tEXt", KEYED + PLAN), "truncated file"),
        (SIGNATURE + b"\xff\xff\xff\xfftEXt" + KEYED, "truncated file"),
        (png(chunk(b"tEXt", KEYED + PLAN)[:-1] + b"!"), "wrong checksum at offset 8"),
        (png(chunk(b"tEXt", KEYED + PLAN), chunk(b"tEXt", KEYED + PLAN)), "more than one config"),
        (png(chunk(b"zTXt", KEYED + b"\0no zlib") * 2), "more than one config"),
        (png(chunk(b"abCd", b"") * 100_000), "more than 100,000 chunks"),
        (png(chunk(b"zTXt", KEYED + b"\0no zlib")), "damaged text chunk"),
        (png(chunk(b"zTXt", KEYED + b"\1" + zlib.compress(PLAN))), "damaged text chunk"),
        (png(chunk(b"zTXt", KEYED + b"\0" + zlib.compress(PLAN)[:-1])), "damaged text chunk"),
        (png(chunk(b"zTXt", KEYED + b"\0" + zlib.compress(PLAN) + b"more")), "damaged text chunk"),
        (png(chunk(b"zTXt", KEYED + b"\0" + zlib.compress(PLAN) + b"x" * (2 << 20))), "text of more than 1 MiB"),
        (png(chunk(b"iTXt", KEYED + b"\0\0\xff")), "damaged text chunk"),
        (png(chunk(b"iTXt", KEYED + b"\7\0\0\0x")), "damaged text chunk"),
        (png(chunk(b"iTXt", KEYED + b"\0\0\0\0\xff")), "text that is not UTF-8"),
        (png(chunk(b"tEXt", KEYED + b"x" * (1 << 20) + b"x")), "text of more than 1 MiB"),
        (png(chunk(b"zTXt", KEYED + b"\0" + zlib.compress(b"x" * (1 << 28)))), "text of more than 1 MiB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_broken(data: bytes, message: str) -> None:
    with pytest.raises(BrokenError) as error:
        description(data)
    assert str(error.value) == message


def test_a_text_of_all_that_a_plan_may_be() -> None:
    text = random.Random(1).randbytes(1 << 20)  # noqa: S311 - what can not be made shorter
    assert description(png(chunk(b"zTXt", KEYED + b"\0" + zlib.compress(text)))) == text.decode("latin-1")


def test_what_follows_the_end_is_not_read() -> None:
    assert description(png(chunk(b"tEXt", KEYED + PLAN)) + b"anything") == "lr: 0.1\n"
