"""Lint of configs of every program and of curves, with numbers replaced: findings, or one line per problem."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING

import pytest
from door import ask
from fuzz.test_files import LONG, NUMBERS, renumbered
from patience import guarded
from plans.importers.real_files import READ, id_of
from plans_with_findings import NEAR_MISSES, TRIPS

if TYPE_CHECKING:
    from pathlib import Path

    from plans.importers.real_files import RealFile

pytestmark = pytest.mark.usefixtures("here")

CHANGES = 200 if LONG else 3
CASES = [case.words for table in (TRIPS, NEAR_MISSES) for cases in table.values() for case in cases]
_NUMBER = re.compile(r"(?<==)[0-9.e+-]+|(?<= )[0-9.e+-]+(?= |$)")


def check(*words: str) -> bool:
    """Hold an answer of lint to the contract; return whether the plan was read."""
    with guarded():
        answer = ask("lint", *words, "--format", "json")
    assert answer.code in (0, 1, 2), (answer.err, words)
    assert all(line.startswith("cosine-lr: ") for line in answer.err.splitlines()), (answer.err, words)
    assert answer.err.replace("\n", "").isprintable()
    if answer.code == 2:
        return False
    for finding in json.loads(answer.out):
        assert finding["where"]
        assert finding["fix"]
    return True


@pytest.mark.parametrize("file", [pytest.param(file, id=id_of(file)) for file in READ])
def test_a_config_with_other_numbers(file: RealFile, tmp_path: Path) -> None:
    flags = [word for name, value in file.flags.items() for word in (f"--{name.replace('_', '-')}", value)]
    flags += ["--read-as", file.read_as] if file.read_as else []
    path = tmp_path / file.file
    path.write_text(file.text)
    assert check(str(path), *flags)
    chance = random.Random(id_of(file))  # noqa: S311 - the same changes every time
    for _ in range(CHANGES):
        data = file.text.encode()
        for _ in range(chance.randint(1, 3)):
            data = renumbered(data, chance)
        path.write_bytes(data)
        check(str(path), *flags)


@pytest.mark.parametrize("words", dict.fromkeys(CASES))
def test_a_curve_with_other_numbers(words: str) -> None:
    chance = random.Random(words)  # noqa: S311 - the same changes every time
    for _ in range(CHANGES):
        start, stop = chance.choice([found.span() for found in _NUMBER.finditer(words)] or [(len(words), len(words))])
        check(*f"{words[:start]}{chance.choice(NUMBERS).decode()}{words[stop:]}".split())
