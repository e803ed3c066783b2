"""Files of every kind, cut at every place, with bytes changed, lost, doubled and moved: an answer, or one located line.

HYPOTHESIS_PROFILE=long tries some thousands of changes a file instead of a few.
"""

from __future__ import annotations

import json
import os
import random
import re
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING

import pytest
from door import ask
from fuzz.test_configs import SAMPLE
from patience import guarded
from plans.importers.samples import SAMPLES
from plans_of import planned

from cosine_cli.plans.embedded.png import KEY
from cosine_cli.plans.writer import config_text
from cosine_cli.render.figure.mpl.save import figure_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
CHANGES = 5_000 if LONG else 25
CUTS = 100_000 if LONG else 25
OTHERS = SAMPLES if LONG else {sample.kind: sample for sample in SAMPLES}.values()
"""Of other programs' files one of each kind, or all."""

TRAINER_STATE = json.dumps(
    {
        "log_history": [
            {"step": step, "learning_rate": rate}
            for step, rate in ((10, 0.001), (20, 0.002), (30, 0.0015), (40, 0.001), (50, 0.0005), (60, 0.0))
        ],
        "max_steps": 60,
    }
)

TOKENS = (
    b"\0 \xff \n \r\n \t : :  , ( ) < > [ ] { } ' \" \\ & * ! | > % @ # - --- ... ? = / 0 9 1e400 -1 nan true null ~ "
    b"&#0; &a; <!-- ]]> <![CDATA[ <? /Subject /Info startxref xref obj endobj lr: curves: log_history step \\ud800 \\U"
).split(b" ")

NUMBERS = (
    b"0 -0 1 2 -1 0.5 1e-3 1e-9 1e100 1e200 1e308 1e400 0.1 9007199254740992 9007199254740993 10% 0% "
    b"100% 3ep 500st 10k 1.5M 999999999999 nan inf true null [] {} [1] [1,2] '1' ~ 1e12 1000000 99 7 3"
).split(b" ")


@cache
def figure(form: str) -> bytes:
    plan = planned("cosine step:gamma=0.5 --size column --dpi 40 --title '<é> (日)'")
    return figure_file(plan, suffix=form, theme="light", source=config_text(plan.bare)).data  # type: ignore[arg-type]


FILES: dict[str, Callable[[], bytes]] = {
    "figure.png": lambda: figure("png"),
    "figure.svg": lambda: figure("svg"),
    "figure.pdf": lambda: figure("pdf"),
    "config.yaml": SAMPLE.encode,
    "trainer_state.json": TRAINER_STATE.encode,
    **{f"{sample.id}.yaml": lambda sample=sample: sample.text.encode() for sample in OTHERS},  # type: ignore[misc]
}


def check(data: bytes, path: Path) -> None:
    """Hold what a file gets to the contract: an answer, or lines that say where in it something is wrong."""
    path.write_bytes(data)
    with guarded():
        answer = ask("table", "--rows", "3", str(path))
    assert answer.code in (0, 2), (answer.err, data[:2000])
    assert answer.err.replace("\n", "").isprintable()
    if answer.code == 0:
        assert answer.out
    else:
        assert not answer.out
        assert len(answer.err.splitlines()) <= 21
        assert all(line.startswith("cosine-lr: error: ") for line in answer.err.splitlines()), answer.err


def renumbered(data: bytes, chance: random.Random) -> bytes:
    """Return a file with another value where one of its numbers was."""
    places = [found.span() for found in re.finditer(rb"\b[0-9][0-9.e+-]{0,20}\b", data)]
    start, stop = chance.choice(places or [(0, 0)])
    return data[:start] + chance.choice(NUMBERS) + data[stop:]


def changed(data: bytes, chance: random.Random) -> bytes:
    """Return a file with some of its bytes changed, lost, doubled, moved, or replaced by what means something."""
    if chance.random() < 0.5:
        for _ in range(chance.randint(1, 3)):
            data = renumbered(data, chance)
        return data
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        stop = min(start + chance.choice((0, 1, 1, 2, 8, 64)), len(data))
        part = data[start:stop]
        other = chance.randrange(len(data) + 1)
        new = chance.choice(
            (
                bytes(byte ^ (1 << chance.randrange(8)) for byte in part),
                b"",
                part * chance.choice((2, 3, 100)),
                chance.choice(TOKENS),
                chance.choice(TOKENS) * chance.choice((2, 50, 3000)),
                chance.randbytes(len(part)),
                data[other : other + len(part)],
            )
        )
        data = data[:start] + new + data[stop:]
    return data


def in_whole(name: str, data: bytes, chance: random.Random) -> bytes:
    """Return a PNG whose text is changed and whose chunks are whole again; of other files nothing is to be mended."""
    if name != "figure.png" or chance.random() < 0.1:
        return changed(data, chance)
    at = data.index(KEY.encode()) - 8
    length = int.from_bytes(data[at : at + 4])
    body = changed(data[at + 8 : at + 8 + length], chance)
    kind = chance.choice((b"tEXt", b"zTXt", b"iTXt"))
    if kind == b"zTXt":
        body = KEY.encode() + b"\0\0" + zlib.compress(body)
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:at] + chunk + data[at + 12 + length :]


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_anywhere(name: str, tmp_path: Path) -> None:
    data = FILES[name]()
    for at in range(0, len(data), max(len(data) // CUTS, 1)):
        check(data[:at], tmp_path / name)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file(name: str, tmp_path: Path) -> None:
    data, chance = FILES[name](), random.Random(name)  # noqa: S311 - the same changes every time
    for _ in range(CHANGES):
        check(in_whole(name, data, chance), tmp_path / name)


def test_changes_reach_the_plan_in_a_figure(tmp_path: Path) -> None:
    """Of a PNG most changes end at a checksum: those that do not are read as a plan."""
    data, chance = FILES["figure.png"](), random.Random(1)  # noqa: S311
    path = tmp_path / "x.png"
    places = 0
    for _ in range(40):
        path.write_bytes(in_whole("figure.png", data, chance))
        places += bool(re.search(r"x\.png:[0-9]+:[0-9]+: ", ask("table", "--rows", "3", str(path)).err))
    assert places > 3
