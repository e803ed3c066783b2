"""Files are written completely or not at all; streams may be closed, full, or without a reader."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from patience import SECONDS, wait_for

from cosine_cli.errors import OutcomeError, RequestError
from cosine_cli.files import check_target, form_of, make_folder, output_path, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD, NEW = b"what stood here", b"what stands here now"
TOOL = [sys.executable, "-m", "cosine_cli"]


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


# --- Whole or not at all ---------------------------------------------------------------------------------------------


def test_chunks_become_a_file(here: Path) -> None:
    write("a.csv", [b"1", b"", b"23"])
    assert (here / "a.csv").read_bytes() == b"123"
    assert names(here) == ["a.csv"]


def test_an_old_file_is_replaced_by_another(here: Path) -> None:
    (here / "a").write_bytes(OLD)
    with (here / "a").open("rb") as reader:
        write("a", [NEW])
        assert reader.read() == OLD
    assert (here / "a").read_bytes() == NEW


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit, MemoryError])
def test_whatever_breaks_leaves_the_old_file_alone(here: Path, error: type[BaseException]) -> None:
    def chunks() -> Iterator[bytes]:
        yield NEW
        assert names(here)[0].startswith(".a.")
        assert (here / "a").read_bytes() == OLD
        raise error

    (here / "a").write_bytes(OLD)
    with pytest.raises(error):
        write("a", chunks())
    assert (here / "a").read_bytes() == OLD
    assert names(here) == ["a"]


@pytest.mark.parametrize("call", ["fsync", "replace", "fchmod"])
def test_a_call_that_fails_is_our_error(here: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    (here / "a").write_bytes(OLD)
    monkeypatch.setattr(os, call, fails)
    with pytest.raises(OutcomeError) as error:
        write("a", [NEW])
    assert str(error.value) == "cannot write output 'a': input/output error"
    assert (here / "a").read_bytes() == OLD
    assert names(here) == ["a"]


def test_a_link_is_kept_and_its_target_replaced(here: Path) -> None:
    (here / "d").mkdir()
    (here / "d" / "real").write_bytes(OLD)
    (here / "link").symlink_to("d/real")
    (here / "links").symlink_to("link")
    write("links", [NEW])
    assert os.readlink("link") == "d/real"
    assert os.readlink("links") == "link"
    assert (here / "d" / "real").read_bytes() == NEW
    assert names(here / "d") == ["real"]


def test_a_dangling_link_gets_its_target(here: Path) -> None:
    (here / "link").symlink_to("later")
    write("link", [NEW])
    assert os.readlink("link") == "later"
    assert (here / "later").read_bytes() == NEW


def test_a_link_to_itself(here: Path) -> None:
    (here / "a").symlink_to("b")
    (here / "b").symlink_to("a")
    with pytest.raises(OutcomeError) as error:
        write("a", [NEW])
    assert str(error.value) == "cannot write output 'a': the link points to itself"
    assert names(here) == ["a", "b"]


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0, 0o666)])
def test_a_new_file_keeps_the_umask(here: Path, mask: int, mode: int) -> None:
    os.umask(mask)
    write("a", [NEW])
    assert stat.S_IMODE((here / "a").stat().st_mode) == mode
    assert os.umask(mask) == mask


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_an_old_file_keeps_its_mode(here: Path, mode: int) -> None:
    (here / "a").write_bytes(OLD)
    (here / "a").chmod(mode)
    write("a", [NEW])
    assert stat.S_IMODE((here / "a").stat().st_mode) == mode


def test_the_temporary_file_is_hidden_beside_its_target_and_cannot_be_foreseen(here: Path) -> None:
    seen: list[str] = []

    def chunks() -> Iterator[bytes]:
        seen.extend(name for name in names(here) if name != "x")
        yield NEW

    for _ in range(2):
        write("lr.png", chunks())
        os.unlink("lr.png")
    assert len(set(seen)) == 2
    assert all(name.startswith(".lr.png.") and name.endswith(".tmp") for name in seen)


def test_names_of_255_bytes(here: Path) -> None:
    name = "é" * 125 + ".file"
    write(name, [NEW])
    assert names(here) == [name]


def test_two_writers_of_one_file(here: Path) -> None:
    def chunks(byte: bytes) -> Iterator[bytes]:
        for _ in range(50):
            yield byte * 1000
            time.sleep(0.0005)

    writers = [threading.Thread(target=write, args=("a", chunks(byte))) for byte in (b"1", b"2")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (here / "a").read_bytes() in (b"1" * 50_000, b"2" * 50_000)
    assert names(here) == ["a"]


# --- What is no plain file -------------------------------------------------------------------------------------------


def test_a_pipe_is_written_as_it_is(here: Path) -> None:
    os.mkfifo("p")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((here / "p").read_bytes()), daemon=True)
    reader.start()
    write("p", [NEW, NEW])
    reader.join()
    assert read == [NEW + NEW]
    assert stat.S_ISFIFO((here / "p").stat().st_mode)
    assert names(here) == ["p"]


def test_a_pipe_whose_reader_leaves(here: Path) -> None:
    os.mkfifo("p")
    with subprocess.Popen([*TOOL, *LONG, "-o", "p"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with (here / "p").open("rb") as reader:
            assert reader.readline() == b"step,cosine\n"
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_devices() -> None:
    write("/dev/null", [NEW])
    with pytest.raises(OutcomeError, match="cannot write output '/dev/full': no space left on device"):
        write("/dev/full", [NEW])
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("name", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_an_open_stream_is_written_at_its_position(here: Path, name: str) -> None:
    with (here / "a").open("w+b", buffering=0) as stream:
        stream.write(b"before ")
        write(name.format(stream.fileno()), [NEW])
        stream.write(b" after")
    assert (here / "a").read_bytes() == b"before " + NEW + b" after"
    assert names(here) == ["a"]


def test_a_stream_that_is_not_open() -> None:
    with pytest.raises((OutcomeError, RequestError), match="'/dev/fd/987'"):
        write("/dev/fd/987", [NEW])


@pytest.mark.parametrize("raw", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-"])
def test_standard_output_by_any_name(raw: str) -> None:
    assert output_path(raw) == "-"


# --- What no run could ever write ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("", "output: must be a file name, got an empty string"),
        ("a\0b", r"output 'a\x00b': must not contain NUL or line breaks"),
        ("a\nb", r"output 'a\nb': must not contain NUL or line breaks"),
        ("\ud800", r"output '\ud800': must be valid Unicode"),
        ("d", "output 'd': must be a file, got a directory"),
        (".", "output '.': must be a file, got a directory"),
        ("d/", "output 'd/': must be a file, got a directory"),
        ("no/x", "output 'no/x': its directory must exist; create it with mkdir -p 'no'"),
        ("no/x/y", "output 'no/x/y': its directory must exist; create it with mkdir -p 'no/x'"),
        ("f/x", "output 'f/x': must be in a directory, got the file 'f'"),
        ("a" * 256, f"output '{'a' * 59}…': must be at most 255 bytes per file name, got more"),
    ],
)
def test_impossible_targets(here: Path, target: str, message: str) -> None:
    (here / "d").mkdir()
    (here / "f").touch()
    for refused in (check_target, lambda name: write(name, [NEW])):
        with pytest.raises(RequestError) as error:
            refused(target)
        assert str(error.value) == message
    assert names(here) == ["d", "f"]


SUFFIXES = {"png": "png", "svg": "svg"}


@pytest.mark.parametrize(
    ("target", "raw", "form"),
    [
        ("a.png", None, "png"),
        ("a.PNG", None, "png"),
        ("a.png", "png", "png"),
        ("/dev/stderr", "svg", "svg"),
        ("a.b.svg", None, "svg"),
    ],
)
def test_the_suffix_decides(target: str, raw: str | None, form: str) -> None:
    assert form_of(target, raw, SUFFIXES) == form


@pytest.mark.parametrize(
    ("target", "raw", "message"),
    [
        ("a.pgn", None, "output 'a.pgn': must end in .png or .svg; did you mean a.png?"),
        ("a", None, "output 'a': must end in .png or .svg; or pass --format png"),
        ("a.txt", None, "output 'a.txt': must end in .png or .svg"),
        ("a.png", "svg", "--format: must be png to match 'a.png', got 'svg'"),
    ],
)
def test_suffix_and_format_may_not_differ(target: str, raw: str | None, message: str) -> None:
    with pytest.raises(RequestError) as error:
        form_of(target, raw, SUFFIXES)
    assert str(error.value) == message


@pytest.mark.parametrize("target", ["a", "a."])
def test_the_hint_names_no_option_that_the_command_does_not_have(target: str) -> None:
    with pytest.raises(RequestError) as error:
        form_of(target, None, SUFFIXES, flag=None)
    assert str(error.value) == f"output '{target}': must end in .png or .svg; did you mean a.png?"


def test_directories_are_created(here: Path) -> None:
    make_folder("a/b", where="--out-dir")
    make_folder("a/b", where="--out-dir")
    assert (here / "a" / "b").is_dir()
    (here / "f").touch()
    with pytest.raises(RequestError, match="--out-dir: must be a directory, got the file 'f'"):
        make_folder("f", where="--out-dir")
    with pytest.raises(OutcomeError, match="cannot create directory 'f/x': not a directory"):
        make_folder("f/x", where="--out-dir")


# --- Processes -------------------------------------------------------------------------------------------------------

LONG = ["table", "cosine", "--steps", "50M", "--every", "1", "--format", "csv"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)],
    ids=lambda value: str(value),  # noqa: PLW0108
)
def test_a_signal_while_writing(here: Path, number: int, code: int) -> None:
    (here / "a.csv").write_bytes(OLD)
    with subprocess.Popen([*TOOL, *LONG, "-o", "a.csv"], stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        wait_for(lambda: len(names(here)) == 2)
        process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (code, b"", b"")
    assert names(here) == ["a.csv"]
    assert (here / "a.csv").read_bytes() == OLD


def test_a_signal_that_is_ignored_stays_ignored(here: Path) -> None:
    command = "trap '' HUP; exec \"$@\""
    words = ["/bin/sh", "-c", command, "sh", *TOOL, "table", "cosine", "--steps", "300k", "--every", "1", "-o", "a.csv"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        wait_for(lambda: bool(names(here)))
        process.send_signal(signal.SIGHUP)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out, err) == (0, b"a.csv\n", b"")


def test_a_killed_run_leaves_the_old_file(here: Path) -> None:
    (here / "a.csv").write_bytes(OLD)
    with subprocess.Popen([*TOOL, *LONG, "-o", "a.csv"]) as process:
        wait_for(lambda: len(names(here)) == 2)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert (here / "a.csv").read_bytes() == OLD
    assert [name for name in names(here) if name != "a.csv" and not name.startswith(".a.csv.")] == []


def test_a_limit_on_the_size_of_files(here: Path) -> None:
    (here / "a.csv").write_bytes(OLD)
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 8; exec "$@"', "sh", *TOOL, *LONG, "-o", "a.csv"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"cosine-lr: error: cannot write output 'a.csv': file too large\n"
    assert (here / "a.csv").read_bytes() == OLD
    assert names(here) == ["a.csv"]


@pytest.mark.parametrize(
    "words",
    [LONG, ["table", "--format", "jsonl", "--steps", "1M", "--every", "1"], [*LONG, "-o", "/dev/stdout"]],
    ids=["csv", "jsonl", "dev-stdout"],
)
def test_a_reader_that_leaves(words: list[str]) -> None:
    with subprocess.Popen([*TOOL, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith((b"step,cosine", b'{"step": 0'))
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "words", [["table"], ["plan"], ["--help"], ["--version"], ["plot", "-o", "-", "cosine"]], ids=" ".join
)
def test_a_reader_that_was_never_there(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*TOOL, *words], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_dev_stdout_goes_on_where_the_shell_is(here: Path) -> None:
    command = '{ echo before; "$@" -o /dev/stdout --format csv; echo after; } > a'
    subprocess.run(["/bin/sh", "-c", command, "sh", *TOOL, "table", "cosine", "--at", "0"], check=True)
    assert (here / "a").read_text(encoding="utf-8") == "before\nepoch,cosine\n0,0.1\nafter\n"


@pytest.mark.parametrize(
    ("closed", "code"),
    [("2>&-", 2), (">&- 2>&-", 2), ("<&-", 2), ("2>/dev/full", 2)],
    ids=["stderr", "both", "stdin", "full"],
)
def test_streams_that_are_closed_change_no_code(here: Path, closed: str, code: int) -> None:
    command = f'exec "$@" {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *TOOL, "table", "--lr", "x"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr == (
        b"cosine-lr: error: --lr: must be a finite number above 0, got 'x'\n" if closed == "<&-" else b""
    )
    assert names(here) == []


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("ascii", b"\\xe9\\u65e5"), ("latin-1", b"\xe9\\u65e5"), ("cp1252", b"\xe9\\u65e5"), ("utf-8", "é日".encode())],
)
def test_encodings(encoding: str, label: bytes) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    words = ["table", "cosine:label=é日", "step", "--rows", "2"]
    done = subprocess.run([*TOOL, *words], capture_output=True, env=environment, check=True)
    assert done.stderr == b""
    lines = done.stdout.split(b"\n")
    assert lines[1].split() == [label, b"step", b"decay"]
    bars = "██▇▇▆▄▃▂▂▁".encode() if encoding == "utf-8" else b"##**+~-.._"
    assert lines[2].split()[:2] == [b"epoch", bars]
    assert lines[-2].split() == [b"half", b"at", b"50", b"30"]


def test_a_million_rows_take_bounded_memory(here: Path) -> None:
    words = ["table", "--steps", "1M", "--every", "1", "-o", "a.csv"]
    with subprocess.Popen([*TOOL, *words], stdout=subprocess.PIPE) as process:
        most = 0
        while process.poll() is None:
            with (
                contextlib.suppress(OSError, StopIteration),
                open(f"/proc/{process.pid}/status", encoding="ascii") as status,
            ):
                most = max(most, int(next(line for line in status if line.startswith("VmHWM")).split()[1]))
            time.sleep(0.01)
    assert process.returncode == 0
    assert 0 < most < 100 * 1024
    with (here / "a.csv").open("rb") as rows:
        assert sum(1 for _ in rows) == 1_000_002
