"""Files: written whole or not at all."""

from __future__ import annotations

import os
import re
import signal
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
from typing import TypeVar

from cosine_cli.errors import runtime_error, user_error
from cosine_cli.signals import ENDING, unwind, wind_up
from cosine_cli.streams import write_stdout
from cosine_cli.text import closest, either, question, quote

Form = TypeVar("Form", bound=str)

STDOUT = "-"
_STDOUT_BY_PATH = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
_OPEN_STREAM = re.compile(r"/(?:dev|proc/self)/fd/([0-9]{1,9})")


def place(raw: str) -> str:
    """Return the target that was said, with standard output by whichever name as ``-``.

    >>> place("/dev/stdout"), place("lr.png")
    ('-', 'lr.png')
    """
    return STDOUT if raw in _STDOUT_BY_PATH else raw


def write(target: str, chunks: Iterable[bytes]) -> None:
    """Write the chunks to the file ``target``, or to standard output where it is ``-``.

    A file is written beside its target and moved over it when it is complete, so that whoever reads
    it sees the old bytes or the new ones. A pipe or a device is written as it is.

    Raises RequestError where the target can not be a file, OutcomeError where writing fails.
    """
    if target == STDOUT:
        write_stdout(chunks)
        return
    check_target(target)
    with _strerror(target):
        opened = _OPEN_STREAM.fullmatch("/dev/fd/2" if target == "/dev/stderr" else target)
        if opened is not None or _is_stream(target):
            with open(os.dup(int(opened[1])) if opened else target, "wb") as stream:
                stream.writelines(chunks)
        else:
            # By its real path, else the move would replace a link and not what it points to.
            _write_whole(os.path.realpath(target), chunks)


def content(path: str, *, at_most: int) -> bytes | None:
    """Return the first bytes of a file, None if it does not exist.

    Raises OutcomeError where what stands there is no file that can be read.
    """
    try:
        # Opened without blocking, so that a pipe to which nobody writes does not hold the run up.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise runtime_error(f"file {quote(path)}", "could not be read", got="no regular file")
            return stream.read(at_most)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise runtime_error(f"file {quote(path)}", "could not be read", got=reason) from error


def _is_stream(target: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(target).st_mode)
    except FileNotFoundError:
        return False


def real_path(target: str) -> str:
    """Return the path of a target without links.

    Raises OutcomeError where it is relative to a directory that is gone.
    """
    with _strerror(target):
        return os.path.realpath(target)


def check_name(target: str) -> None:
    """Refuse a name that no file can have."""
    if not target:
        raise user_error("output", "must name a file", got="an empty name")
    if "\0" in target or "\n" in target:
        raise user_error(f"output {quote(target)}", "must be a name without NUL and line breaks")
    try:
        os.fsencode(target)
    except UnicodeEncodeError:
        raise user_error(f"output {quote(target)}", "must be a name of whole characters") from None


def check_target(target: str, *, to_be_made: str | None = None) -> None:
    """Refuse a target that no run could ever write, before any work is done for it.

    ``to_be_made`` is a folder that may still be missing.
    """
    check_name(target)
    where = f"output {quote(target)}"
    parent = os.path.dirname(target) or "."
    try:
        mode = os.stat(target).st_mode
    except OSError as error:
        if parent != to_be_made:
            _check_absent(error.errno, where=where, parent=parent)
    else:
        if stat.S_ISDIR(mode):
            raise user_error(where, "must be a file", got="a directory")


def form_of(target: str, raw: Form | None, suffixes: Mapping[str, Form]) -> Form:
    """Return the format of a target: what its suffix says, or what was said where it says nothing.

    Raises RequestError where the two differ, or where neither is one that we write.
    """
    suffix = os.path.splitext(target)[1].removeprefix(".").lower()
    found = suffixes.get(suffix)
    where = f"output {quote(target)}"
    if found is None:
        if raw is None:
            rule = f"must end in {either(f'.{name}' for name in suffixes)}"
            raise user_error(where, rule, hint=_suffix_hint(target, suffix, suffixes))
        return raw
    if raw not in (None, found):
        raise user_error("--format", f"must be {found}, as {quote(target)} says", got=quote(str(raw)))
    return found


def _suffix_hint(target: str, suffix: str, suffixes: Mapping[str, Form]) -> str | None:
    if not suffix:
        return f"or give --format {next(iter(suffixes))}"
    meant = closest(suffix, suffixes)
    return None if meant is None else question(f"{target[: -len(suffix)]}{meant}")


def make_folder(path: str) -> None:
    """Make a folder, and those above it, where they are missing."""
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        raise user_error("--out-dir", "must be a folder", got=f"the file {quote(path)}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise runtime_error("--out-dir", f"{quote(path)} could not be made", got=reason) from error


def _check_absent(errno: int | None, *, where: str, parent: str) -> None:
    if errno == ENAMETOOLONG:
        raise user_error(where, "must be at most 255 bytes a name", got="a longer one")
    if errno in (ENOENT, ENOTDIR) and not os.path.isdir(parent):
        if os.path.lexists(parent):
            raise user_error(where, "must stand in a directory", got=f"the file {quote(parent)}")
        raise user_error(where, "its directory must exist", hint=f"make it first: mkdir -p {quote(parent)}")


def _write_whole(path: str, chunks: Iterable[bytes]) -> None:
    temporary = ""
    try:
        # A signal between the file's making and the knowledge of its name would leave it behind.
        with _signals_waiting():
            unwind()
            handle, temporary = _made_beside(path)
        with open(handle, "wb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fchmod(stream.fileno(), _mode(path))
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    finally:
        wind_up()


def _made_beside(path: str) -> tuple[int, str]:
    """Make an empty file of a new name in the folder of ``path``; a leading dot hides it."""
    import tempfile  # here: its own imports cost more than a version or a table takes

    directory, name = os.path.split(path)
    # A long name leaves no room for the random part: 255 bytes is what a file system takes.
    stem = os.fsdecode(os.fsencode(name)[:200])
    return tempfile.mkstemp(dir=directory, prefix=f".{stem}.", suffix=".tmp")


@contextmanager
def _signals_waiting() -> Iterator[None]:
    """Let the signals that end a run wait until the block is left."""
    waiting = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, waiting)


def _mode(path: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask


@contextmanager
def _strerror(target: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of a pipe has left: the door knows
    except OSError as error:
        reason = error.strerror or str(error)
        where = f"output {quote(target)}"
        if error.errno in (EISDIR, ENAMETOOLONG):
            raise user_error(where, "must be a file that can exist", got=reason) from error
        if error.errno == ELOOP:
            raise runtime_error(where, "could not be written", got="a link that leads to itself") from error
        raise runtime_error(where, "could not be written", got=reason) from error
