"""Read files, and write them completely or not at all."""

from __future__ import annotations

import os
import re
import signal
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
from typing import TypeVar

from cosine_cli.errors import reason_of, runtime_error, user_error
from cosine_cli.signals import ENDING, unwind, wind_up
from cosine_cli.streams import write_stdout
from cosine_cli.text import closest, either, question, quote

Form = TypeVar("Form", bound=str)

STDOUT = "-"
_STDOUT_BY_PATH = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
_OPEN_STREAM = re.compile(r"/(?:dev|proc/self)/fd/([0-9]{1,9})")


def output_path(raw: str) -> str:
    """Return an output path, with every name of standard output replaced by ``-``.

    >>> output_path("/dev/stdout"), output_path("lr.png")
    ('-', 'lr.png')
    """
    return STDOUT if raw in _STDOUT_BY_PATH else raw


def write(target: str, chunks: Iterable[bytes]) -> None:
    """Write the chunks to the file ``target``, or to standard output if it is ``-``.

    A file is written under a temporary name and then moved to its target, so that a reader sees either the old or the
    new content. A pipe or a device is written directly.

    Raises RequestError if the target cannot be a file, OutcomeError if writing fails.
    """
    if target == STDOUT:
        write_stdout(chunks)
        return
    check_target(target)
    with _os_errors(target):
        opened = _OPEN_STREAM.fullmatch("/dev/fd/2" if target == "/dev/stderr" else target)
        if opened is not None or _is_stream(target):
            with open(os.dup(int(opened[1])) if opened else target, "wb") as stream:
                stream.writelines(chunks)
        else:
            # By its real path, else the move would replace a link instead of its target.
            _write_whole(os.path.realpath(target), chunks)


def read_start(path: str, *, at_most: int) -> bytes | None:
    """Return the first ``at_most`` bytes of a file, None if it does not exist.

    Raises OutcomeError if it cannot be read or is not a regular file.
    """
    try:
        # Opened without blocking: a pipe without a writer would block forever.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise runtime_error(f"cannot read file {quote(path)}", "is not a regular file")
            return stream.read(at_most)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise runtime_error(f"cannot read file {quote(path)}", reason_of(error)) from error


def _is_stream(target: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(target).st_mode)
    except FileNotFoundError:
        return False


def real_path(target: str) -> str:
    """Return the absolute path of a target without links.

    Raises OutcomeError if it is relative to a directory that was deleted.
    """
    with _os_errors(target):
        return os.path.realpath(target)


def check_name(target: str) -> None:
    """Raise RequestError if no file can have this name."""
    if not target:
        raise user_error("output", "must be a file name", got="an empty string")
    if "\0" in target or "\n" in target:
        raise user_error(f"output {quote(target)}", "must not contain NUL or line breaks")
    try:
        os.fsencode(target)
    except UnicodeEncodeError:
        raise user_error(f"output {quote(target)}", "must be valid Unicode") from None


def check_target(target: str, *, new_directory: str | None = None) -> None:
    """Raise RequestError if a target cannot be written, before any work is done.

    ``new_directory`` is a directory that may still be missing.
    """
    check_name(target)
    where = f"output {quote(target)}"
    parent = os.path.dirname(target) or "."
    try:
        mode = os.stat(target).st_mode
    except OSError as error:
        if parent != new_directory:
            _check_absent(error.errno, where=where, parent=parent)
    else:
        if stat.S_ISDIR(mode):
            raise user_error(where, "must be a file", got="a directory")


def form_of(target: str, raw: Form | None, suffixes: Mapping[str, Form], *, flag: str | None = "--format") -> Form:
    """Return the format of a target: that of its suffix, or ``raw`` if the suffix is unknown.

    - ``flag``: the option that names the format, None for a file that has none.

    Raises RequestError if the two differ, or if there is neither.
    """
    suffix = os.path.splitext(target)[1].removeprefix(".").lower()
    form = suffixes.get(suffix)
    where = f"output {quote(target)}"
    if form is None:
        if raw is None:
            rule = f"must end in {either(f'.{name}' for name in suffixes)}"
            raise user_error(where, rule, hint=_suffix_hint(target, suffix, suffixes, flag))
        return raw
    if raw not in (None, form):
        raise user_error("--format", f"must be {form} to match {quote(target)}", got=quote(str(raw)))
    return form


def _suffix_hint(target: str, suffix: str, suffixes: Mapping[str, Form], flag: str | None) -> str | None:
    if not suffix:
        first = next(iter(suffixes))
        return question(f"{target.rstrip('.')}.{first}") if flag is None else f"or pass {flag} {first}"
    meant = closest(suffix, suffixes)
    return None if meant is None else question(f"{target[: -len(suffix)]}{meant}")


def make_folder(path: str, *, where: str) -> None:
    """Create a directory and its parents if they are missing."""
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        raise user_error(where, "must be a directory", got=f"the file {quote(path)}") from None
    except (OSError, ValueError) as error:
        raise runtime_error(f"cannot create directory {quote(path)}", reason_of(error)) from error


def _check_absent(errno: int | None, *, where: str, parent: str) -> None:
    if errno == ENAMETOOLONG:
        raise user_error(where, "must be at most 255 bytes per file name", got="more")
    if errno in (ENOENT, ENOTDIR) and not os.path.isdir(parent):
        if os.path.lexists(parent):
            raise user_error(where, "must be in a directory", got=f"the file {quote(parent)}")
        raise user_error(where, "its directory must exist", hint=f"create it with mkdir -p {quote(parent)}")


def _write_whole(path: str, chunks: Iterable[bytes]) -> None:
    temporary = ""
    try:
        # A signal after the file is created and before its name is known would leave the file behind.
        with _signals_delayed():
            unwind()
            handle, temporary = _temporary_beside(path)
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


def _temporary_beside(path: str) -> tuple[int, str]:
    """Create an empty hidden file with a new name in the directory of ``path``."""
    import tempfile  # here: its imports take longer than printing a table

    directory, name = os.path.split(path)
    # File systems allow 255 bytes: a long name would leave no room for the random part.
    stem = os.fsdecode(os.fsencode(name)[:200])
    return tempfile.mkstemp(dir=directory, prefix=f".{stem}.", suffix=".tmp")


@contextmanager
def _signals_delayed() -> Iterator[None]:
    """Delay the signals that end a run until the block is left."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _mode(path: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask


@contextmanager
def _os_errors(target: str) -> Iterator[None]:
    """Raise the operating system's errors as errors about ``target``."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has closed the pipe: handled at the entry point
    except OSError as error:
        where = f"cannot write output {quote(target)}"
        if error.errno in (EISDIR, ENAMETOOLONG):
            raise user_error(where, reason_of(error)) from error
        raise runtime_error(where, "the link points to itself" if error.errno == ELOOP else reason_of(error)) from error
