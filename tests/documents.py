"""README.md and docs/: their blocks, and how the outputs and tables in them are generated.

The commands of a page run in their order, in one folder. A block whose first line is ``# NAME`` is a file of that name
in the folder, for the commands after it. A page with a block of ``# cosine_cli/...`` runs with that module added to the
package. Between ``<!-- generated: NAME -->`` and ``<!-- end -->`` is a table of :mod:`reference_tables`.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

from patience import SECONDS
from reference_tables import TABLES

import cosine_cli
from cosine_cli import cli
from cosine_cli.completion.parameter_index import index_text
from cosine_cli.plans.importers.core import candidates
from cosine_cli.plans.importers.core.formats import importer, importers

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = "sample_configs/cosine-lr.schema.json"
PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
PARAMETERS = "cosine_cli/completion/parameters.txt"
EVIDENCE = "cosine_cli/plans/importers/evidence_keys.json"
GENERATED_FILES = (*PAGES, SCHEMA, PARAMETERS, EVIDENCE)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(<!-- generated: (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.\w+)\n")


class Block(NamedTuple):
    """A fenced block: its language, its text, the number of its first line, and its position in the page."""

    language: str
    text: str
    line: int
    span: tuple[int, int]

    @property
    def file(self) -> str | None:
        """The name of the file that the block shows, None if it has no name."""
        match = _FILE.match(self.text)
        return match[1] if match else None


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Return the fenced blocks of a page."""
    return [
        Block(match[1], match[2], text.count("\n", 0, match.start(2)) + 1, match.span(2))
        for match in _BLOCK.finditer(text)
    ]


def sessions(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with its output."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert parts[0] == "", f"line {block.line}: a console block begins with a command"
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts[1:])]


def generated(name: str) -> str:
    """Return a generated file as it should be."""
    if name == SCHEMA:
        return run("cosine-lr plan --schema", ROOT)
    if name == PARAMETERS:
        return index_text()
    if name == EVIDENCE:
        return candidates.index_text({name: importer(name).FORMAT.needs for name in importers()})
    return _with_outputs(_TABLE.sub(lambda match: match[1] + TABLES[match[2]]() + match[3], read(name)))


def _with_outputs(text: str) -> str:
    """Return a page with the output of each of its commands."""
    parts, end = list[str](), 0
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        desk, package = Path(folder, "desk"), Path(folder, "package")
        desk.mkdir()
        (desk / "sample_configs").symlink_to(ROOT / "sample_configs")
        scripts = add_modules(text, package)
        for block in blocks(text):
            if block.file:
                _write(desk / block.file, block.text)
            if block.language == "console":
                outputs = ((command, run(command, desk, scripts=scripts)) for command, _ in sessions(block))
                shown = "".join(f"$ {command}\n{output}" for command, output in outputs)
                parts += [text[end : block.span[0]], shown]
                end = block.span[1]
            elif block.language == "pycon":
                parts += [text[end : block.span[0]], _python_session(block, names, desk)]
                end = block.span[1]
    return "".join(parts) + text[end:]


def _python_session(block: Block, names: dict[str, object], folder: Path) -> str:
    """Return a Python session with the output of each of its statements, which share the names of their page."""
    parts = []
    for example in doctest.DocTestParser().get_examples(block.text):
        out = io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(out):
            exec(compile(example.source, "<session>", "single"), names)  # noqa: S102 - it is part of this repository
        first, *rest = example.source.rstrip("\n").split("\n")
        parts += [f">>> {first}\n", *(f"... {line}\n" for line in rest), out.getvalue()]
    return "".join(parts)


def add_modules(text: str, folder: Path) -> Path | None:
    """Copy the package, add the modules that a page shows, and return the folder of its command; None without one."""
    added = [(block.file, block.text) for block in blocks(text) if (block.file or "").startswith("cosine_cli/")]
    if not added:
        return None
    source = Path(cosine_cli.__file__).parent
    shutil.copytree(source, folder / "cosine_cli", ignore=shutil.ignore_patterns("__pycache__"))
    for name, module in added:
        _write(folder / str(name), module)
    command = folder / "bin" / "cosine-lr"
    _write(command, f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" -P -m cosine_cli "$@"\n')
    command.chmod(0o755)
    return command.parent


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# --- Running commands -----------------------------------------------------------------------------------------------


class Done(NamedTuple):
    """A finished command: both of its output streams as a terminal shows them, and its exit code."""

    output: str
    code: int


def run(command: str, folder: Path, *, scripts: Path | None = None) -> str:
    """Run a command in a folder and return its output: in this process, unless it needs a shell."""
    output = _output(command, folder, scripts)
    assert "bug, please report it" not in output, output
    return output


def _output(command: str, folder: Path, scripts: Path | None) -> str:
    words = shlex.shlex(command, posix=True, punctuation_chars="();<>|&$*?`")
    words.whitespace_split, words.commenters = True, ""  # bash does not begin a comment inside a word
    program, *arguments = words
    if scripts is None and program == "cosine-lr" and not any(set(word) <= set("();<>|&$*?`") for word in arguments):
        return _in_process(arguments, folder)
    return shell(command, folder, scripts=scripts).output


def _in_process(arguments: list[str], folder: Path) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        mock.patch.dict(os.environ, _environment(), clear=True),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
    ):
        cli.run(arguments)
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]


def shell(command: str, folder: Path, *, scripts: Path | None = None, more: Mapping[str, str] | None = None) -> Done:
    """Run a command line of bash in a folder, with the cosine-lr of this Python or of ``scripts``."""
    installed = sysconfig.get_path("scripts")
    assert Path(installed, "cosine-lr").exists(), "cosine-lr is not installed for the Python that runs this"
    path = os.pathsep.join([*filter(None, [scripts and str(scripts)]), installed, os.environ["PATH"]])
    done = subprocess.run(
        ["/usr/bin/env", "bash", "-c", command],
        cwd=folder,
        env={**_environment(), "PATH": path, **(more or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    return Done(done.stdout, done.returncode)


def _environment() -> dict[str, str]:
    """Return the environment of a command: 80 columns, no color, UTF-8."""
    kept = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}
    return {**kept, "COLUMNS": "80", "LINES": "24", "LC_ALL": "C.UTF-8"}
