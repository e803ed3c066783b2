"""Install the completion script of a shell in the files that Typer uses."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from cosine_cli.completion.shells import SHELLS, script
from cosine_cli.errors import reason_of, runtime_error, user_error
from cosine_cli.files import make_folder, write
from cosine_cli.streams import PROGRAM
from cosine_cli.text import either, quote


class Place(NamedTuple):
    """Where a shell reads a completion script.

    - ``file``: the path of the script.
    - ``startup``: the file that loads it, with ``lines`` added if they are missing; None if none is needed.
    """

    file: str
    startup: str | None = None
    lines: tuple[str, ...] = ()


def place_of(shell: str) -> Place:
    """Return where a shell reads the completion script of this program."""
    home = os.path.expanduser("~")
    if shell == "bash":
        file = os.path.join(home, ".bash_completions", f"{PROGRAM}.sh")
        return Place(file, os.path.join(home, ".bashrc"), (f"source '{file}'",))
    if shell == "zsh":
        lines = ("fpath+=~/.zfunc; autoload -Uz compinit; compinit", "zstyle ':completion:*' menu select")
        return Place(os.path.join(home, ".zfunc", f"_{PROGRAM}"), os.path.join(home, ".zshrc"), lines)
    return Place(os.path.join(home, ".config", "fish", "completions", f"{PROGRAM}.fish"))


def install(shell: str) -> list[str]:
    """Install the script of a shell, and return what was written, one line per file."""
    place = place_of(shell)
    make_folder(os.path.dirname(place.file), where="--install-completion")
    write(place.file, [script(shell)])
    done = [f"{shell} completion installed in {place.file}"]
    if place.startup is not None and (added := _added(place.startup, place.lines)):
        write(place.startup, [_read(place.startup), added])
        done.append(f"{place.startup} now loads it")
    return [*done, "Completion will take effect once you restart the terminal"]


def _added(path: str, lines: tuple[str, ...]) -> bytes:
    """Return what a startup file lacks, without a ``zstyle`` if it has one."""
    content = _read(path)
    missing = [line for line in map(os.fsencode, lines) if line not in content]
    missing = [line for line in missing if not (line.startswith(b"zstyle") and re.search(rb"\bzstyle\b", content))]
    start = b"" if not content or content.endswith(b"\n") else b"\n"
    return start + b"".join(line + b"\n" for line in missing) if missing else b""


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise runtime_error(f"cannot read {quote(path)}", reason_of(error)) from error


def shell_of(option: str, given: str | None) -> str:
    """Return the shell that is given, or the one that runs this program.

    Raises RequestError if it is not one that has a completion script.
    """
    shell = given if given is not None else _running_shell()
    if shell is None:
        raise user_error(option, "cannot detect the shell", hint=f"pass {either(SHELLS)}")
    if shell not in SHELLS:
        raise user_error(option, f"must be {either(SHELLS)}", got=quote(shell))
    return shell


def _running_shell() -> str | None:
    """Return the name of the shell among the parent processes, None if there is none."""
    import shellingham  # type: ignore[import-untyped]  # a dependency of Typer

    try:
        name: str = shellingham.detect_shell()[0]
    except shellingham.ShellDetectionFailure:
        return None
    return name
