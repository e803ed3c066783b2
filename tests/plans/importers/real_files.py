"""Small copies of real files, one folder per importer, with the rates of the program or the error that they must give.

``real/NAME/`` has the files of the importer NAME, and ``rates.json``, a list of what to check:

- ``file``: the name of the file.
- ``source``: where the file is from, as a repository and a path, or "made" for one written for the tests.
- ``flags``: options of the run, by name.
- ``read_as``: the format that the file must be read as by name, if its keys do not suffice.
- ``rates``: the rate of some updates, counted from 0, as text.
- ``by``: how these were computed: the version of the program that was run, or the source of its formula.
- ``rel``: the relative tolerance, by default 1e-9: programs that compute in single precision need a higher one.
- ``error``: the beginning of the error, instead of rates.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.resolve.request import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cosine_cli.plans.model.plan import Plan

FOLDER = Path(__file__).parent / "real"


class RealFile(NamedTuple):
    """A file, and what to check."""

    importer: str
    file: str
    source: str
    flags: Mapping[str, str] = MappingProxyType({})
    read_as: str | None = None
    rates: Mapping[str, float] = MappingProxyType({})
    by: str = ""
    rel: float = 1e-9
    error: str = ""

    @property
    def text(self) -> str:
        """The text of the file."""
        return (FOLDER / self.importer / self.file).read_text()

    @property
    def plan(self) -> Plan:
        """The plan of the file, read with its flags."""
        line = CommandLine.of(dict(self.flags))
        named = None if self.read_as is None else RawValue(self.read_as, "--read-as")
        return resolve(line.request(parse_config_text(self.text, self.file, line.request(Request()).run, named)))


def _all() -> list[RealFile]:
    return [
        RealFile(folder.name, **record)
        for folder in sorted(FOLDER.iterdir())
        for record in json.loads((folder / "rates.json").read_text())
    ]


REAL_FILES = _all()
READ = [file for file in REAL_FILES if file.rates]
REFUSED = [file for file in REAL_FILES if file.error]


def id_of(file: RealFile) -> str:
    """Return the id of a test of a file."""
    flags = ",".join(f"{name}={value}" for name, value in file.flags.items())
    return f"{file.importer}/{file.file}" + (f"[{flags}]" if flags else "")
