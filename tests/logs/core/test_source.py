"""The bytes of a log."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from logs.made_logs import cosine, csv_of, log_of, only_run, refusal

from cosine_cli.errors import RequestError
from cosine_cli.logs.core import source
from cosine_cli.logs.core.source import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RATES = [cosine(step, 5000) for step in range(5000)]
TEXT = csv_of({"step": range(5000), "lr": RATES})


def test_gzip(tmp_path: Path) -> None:
    assert only_run(log_of(tmp_path, gzip.compress(TEXT.encode()))).rates.tolist() == RATES


def test_gzip_of_several_parts(tmp_path: Path) -> None:
    text = TEXT.encode()
    packed = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    assert only_run(log_of(tmp_path, packed)).rates.tolist() == RATES


def test_bytes_after_gzip(tmp_path: Path) -> None:
    packed = gzip.compress(TEXT.encode())
    assert log_of(tmp_path, packed + b"\0" * 9).notes == ()
    log = log_of(tmp_path, packed + b"step,lr\n")
    assert (only_run(log).rates.tolist(), log.notes) == (
        RATES,
        ("8 bytes after the end of the gzip file were not read",),
    )


def test_gzip_that_is_cut_off(tmp_path: Path) -> None:
    packed = gzip.compress(TEXT.encode())
    log = log_of(tmp_path, packed[: len(packed) // 2])
    rates = only_run(log).rates.tolist()
    assert 1000 < len(rates) < 5000
    assert rates == RATES[: len(rates)]
    assert log.notes[0] == "the gzip file is cut off: what follows is missing"


def test_gzip_with_a_wrong_byte(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(TEXT.encode()))
    packed[len(packed) // 2] ^= 255
    assert refusal(tmp_path, bytes(packed)).startswith("log: is not a valid gzip file, got ")


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 1 << 16)
    for data in (TEXT.encode(), gzip.compress(TEXT.encode())):
        assert refusal(tmp_path, data) == "log: must be at most 0 MiB, got more"


def test_the_text_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "\ufeffstep 1 \u00e9\r\nlr 0.1\r\r\n\n2\U0001f600\n".encode() + b"\xff\xe2\x82\n\xf0\x9f\n\x80step 3\r\xc3"
    for size in range(1, len(data) + 2):
        monkeypatch.setattr(source, "_TEXT_PART", size)
        read = Source("log", data)
        parts = [*read.parts()]
        assert "".join(parts) == read.text == data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        assert all(part.endswith(("\r", "\n")) for part in parts[:-1])
        assert len(parts) <= len(data) / size + 1


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"^cannot read log 'missing': no such file or directory$"):
        read_source("missing")
    (tmp_path / "metrics.csv").write_text(TEXT)
    with pytest.raises(RequestError, match=rf"no such file or directory; did you mean {tmp_path}/metrics\.csv\?"):
        read_source(f"{tmp_path}/metric.csv")


def test_empty(tmp_path: Path) -> None:
    assert refusal(tmp_path, " \n\n") == "log: must be a log with learning rates, got an empty file"


def test_gzip_that_is_cut_off_in_its_header(tmp_path: Path) -> None:
    assert refusal(tmp_path, gzip.compress(TEXT.encode())[:6]) == (
        "log: must be a log with learning rates, got no text: the gzip file is cut off: what follows is missing"
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_zero_bytes_at_the_end_of_a_text(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    log = log_of(tmp_path, pack(TEXT.encode() + b"\0" * 4096))
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("the file ends in 4096 zero bytes: what they replace is missing",)


def test_zero_bytes_only(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"\0" * 100) == (
        "log: must be a log with learning rates, got no text: the file ends in 100 zero bytes: "
        "what they replace is missing"
    )


def test_a_binary_file(tmp_path: Path) -> None:
    error = refusal(tmp_path, TEXT[:50].encode() + b"\0" + TEXT[50:].encode())
    assert error.startswith("log: must be a log: Hugging Face trainer state, ")
    assert error.endswith(", got a binary file of another format: byte 50 is zero")


def test_a_pipe_without_a_writer_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RequestError, match="got an empty file"):
        read_source(str(tmp_path / "pipe"))


def test_standard_input() -> None:
    code = "from cosine_cli.logs.core.reading import read_log; print(read_log('-').runs[0].rates.sum())"
    done = subprocess.run([sys.executable, "-c", code], input=TEXT, capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(sum(RATES), rel=1e-12)


def test_closed_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(RequestError, match="cannot read standard input"):
        read_source("-")
    monkeypatch.setattr(sys, "stdin", io.StringIO(TEXT))
    with pytest.raises(RequestError, match="cannot read standard input"):
        read_source("-")
