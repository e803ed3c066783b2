"""PDF files written by hand according to the specification."""

from __future__ import annotations

import pytest

from cosine_cli.plans.embedded.extract import BrokenError
from cosine_cli.plans.embedded.pdf import description


def pdf(info: bytes, *, trailer: bytes = b"/Info 2 0 R", kind: bytes = b"n", place: int = 0) -> bytes:
    start = b"%PDF-1.4\n"
    body = b"2 0 obj\n<< " + info + b" >>\nendobj\n"
    at = len(start) + place
    table = b"xref\n0 3\n0000000000 65535 f \n0000000000 00000 n \n%010d 00000 %b \n" % (at, kind)
    tail = b"trailer\n<< /Size 3 /Root 1 0 R " + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % len(start + body)
    return start + body + table + tail


@pytest.mark.parametrize(
    ("info", "text"),
    [
        (b"/Subject (lr: 0.1)", "lr: 0.1"),
        (rb"/Subject (a\nb\t\(\)\\)", "a\nb\t()\\"),
        (b"/Subject (a(b)c)", "a(b)c"),
        (rb"/Subject (\101\60\7)", "A0\x07"),
        (b"/Subject (one \\\nline)", "one line"),
        (b"/Subject (\xfe\xff\x00l\x65\xe5)", "l日"),
        (b"/Subject (\xe9)", "é"),
        (b"/Subject (" + b"\\(" * (1 << 20) + b")", "(" * (1 << 20)),
        (b"/Subject <" + b"4 1\n" * (1 << 20) + b">", "A" * (1 << 20)),
        (b"/Subject (\xfe\xff" + b"\x65\xe5" * (1 << 20) + b")", "日" * (1 << 20)),
        (b"/Subject <6C72 3A>", "lr:"),
        (b"/Subject <6C7>", "lp"),
        (b"/Subject ()", ""),
        (b"/Title (/Subject (no)) /Trapped /False /Subject (yes)", "yes"),
        (b"/Title (x)", None),
        (b"", None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_subjects(info: bytes, text: str | None) -> None:
    assert description(pdf(info)) == text


def test_a_file_laid_out_otherwise_has_none() -> None:
    assert description(pdf(b"/Subject (x)", trailer=b"")) is None
    assert description(pdf(b"/Subject (x)").replace(b"xref\n0 3", b"9 0 obj ")) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.4\n", "truncated file"),
        (pdf(b"/Subject (x)")[:-6], "truncated file"),
        (pdf(b"/Subject (x)", trailer=b"/Info 7 0 R"), "damaged cross-reference table"),
        (pdf(b"/Subject (x)", kind=b"f"), "damaged cross-reference table"),
        (pdf(b"/Subject (x)", place=3), "object not at its offset in the cross-reference table"),
        (pdf(b"/Subject (" + b"x(" * 9), "truncated file"),
        (pdf(b"/Subject (" + b"x" * (1 << 20) + b"(x))"), "text of more than 1 MiB"),
        (pdf(b"/Subject [1]"), "damaged information dictionary"),
        (pdf(b"/Subject <" + b"41" * (1 << 20) + b"42>"), "text of more than 1 MiB"),
        (pdf(b"/Subject <4G>"), "damaged information dictionary"),
        (pdf(b"/Subject" + b" " * 65 + b"(x)"), "damaged information dictionary"),
        (pdf(b"(a)" * 1001), "information dictionary of more than 1,000 words"),
        (pdf(b"/Subject (" + b"(" * (6 << 20)), "text of more than 1 MiB"),
        (pdf(b"/Subject (x)").replace(b"2 0 obj", b"3 0 obj"), "object not at its offset in the cross-reference table"),
        (pdf(b"/Subject (\xfe\xff\xd8)"), "text that is not UTF-16"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_broken(data: bytes, message: str) -> None:
    with pytest.raises(BrokenError) as error:
        description(data)
    assert str(error.value) == message
