"""``cosine-lr plan``: what a command line or a config resolves to, as a config."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
from door import ask

from cosine_cli.plans.schema import schema

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("here")


PLAN = """\
title: Cosine against step and exponential decay
lr: 0.1
epochs: 100
curves:
  - cosine:
      total: 100               # default: 100% of the run
  - step:
      step_size: 30            # default: 30% of the run
      gamma: 0.1
  - exponential:
      gamma: 0.954992586021436 # default: what leaves 1% of the peak at the end of the run
      per: 1
"""


NOTE = "cosine-lr: lint: 1 note; see 'cosine-lr lint' with the same curves and run\n"


def test_the_first_plan() -> None:
    assert ask("plan") == (0, PLAN.encode(), NOTE)
    assert ask("plan", "--quiet") == (0, PLAN.encode(), "")


def test_as_a_process(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "cosine_cli", "plan"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (0, PLAN, NOTE)


LINES = [
    "",
    "cosine step --epochs 100 --warmup 5",
    "cosine:warmup=5,warmup_shape=cosine,warmup_start=1e-6 multistep:milestones=30/60/80 --steps-per-epoch 391",
    "restarts:cycle=10,cycle_mult=1.5,cycle_decay=0.5,of=polynomial,power=3 --min-lr 1e-4",
    "exponential step:step_size=3ep --steps 10k --steps-per-epoch 391 --update epoch",
    "linear:label=true polynomial:label=1e5 constant:label=# --size column --theme both --log --dpi 77 --no-annotations",  # noqa: E501
    "step --step-size 7 --gamma 0.3 --title x",
]


@pytest.mark.parametrize("words", LINES)
def test_given_back_it_is_the_same_plan(here: Path, words: str) -> None:
    written = ask("plan", *words.split(), "--quiet")
    assert (written.code, written.err) == (0, "")
    (here / "p.yaml").write_bytes(written.out)
    again = ask("plan", "p.yaml")
    assert without_comments(again.out) == without_comments(written.out)
    rows = ["--format", "json", "--every", "20%"]
    line = [word for word in words.split() if not word.startswith("--no-") and word != "--log"]
    line = [word for at, word in enumerate(line) if not {word, line[at - 1] if at else ""} & FIGURE]
    assert ask("table", "p.yaml", *rows) == ask("table", *line, *rows)


FIGURE = {"--size", "--theme", "--dpi", "--title"}


def without_comments(written: bytes) -> list[bytes]:
    return [line.split(b" # ")[0].rstrip() for line in written.splitlines()]


def test_flags_over_a_written_plan(here: Path) -> None:
    (here / "p.yaml").write_bytes(ask("plan", "cosine", "step").out)
    changed = ask("plan", "p.yaml", "--lr", "0.5").out.decode()
    assert changed.startswith("lr: 0.5\n")
    assert changed.count("lr:") == 1


def test_a_file_of_the_plan(here: Path) -> None:
    (here / "c.yaml").write_text("curves: [cosine]\nfigure: {output: x.svg}\n", encoding="utf-8")
    assert ask("plan", "c.yaml", "-o", "p.yml") == (0, b"p.yml\n", "")
    assert (here / "p.yml").read_bytes() == ask("plan", "c.yaml").out
    assert b"  output: x.svg\n" in ask("plan", "c.yaml").out


def test_the_schema() -> None:
    code, out, err = ask("plan", "--schema")
    assert (code, err) == (0, "")
    assert json.loads(out) == schema()
    assert out.startswith(b'{\n  "$schema": "https://json-schema.org/draft/2020-12/schema",\n')


@pytest.mark.parametrize("words", LINES)
def test_a_written_plan_keeps_the_schema(words: str) -> None:
    from ruamel.yaml import YAML

    document = YAML(typ="safe", pure=True).load(ask("plan", *words.split()).out)
    jsonschema.Draft202012Validator(schema()).validate(document)


def test_a_label_of_any_kind_is_written_so_that_it_can_be_read() -> None:
    written = ask("plan", "cosine:label='\x1b\udcff'").out
    assert b'    label: "\\x1b\\udcff"\n' in written


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--rows 5", "unknown option '--rows'; "),
        ("-o p.png", "output 'p.png': must end in .yaml or .yml"),
        ("c.yaml -o ./c.yaml", "output './c.yaml': must not be an input, got the file 'c.yaml'"),
        ("cosin", "curve 'cosin': is not a schedule; did you mean cosine?"),
        ("nope.yaml", "cannot read config 'nope.yaml': no such file or directory"),
    ],
)
def test_what_is_refused(words: str, message: str) -> None:
    code, out, err = ask("plan", *words.split())
    assert (code, out) == (2, b"")
    assert err.startswith(f"cosine-lr: error: {message}")


def test_notes_on_other_counts_have_the_names_of_several_runs(here: Path) -> None:
    text = "epochs: 3\nbudget: {dataset_size: 90, batch_size: 10, accumulate: 4}\ncurves: [linear]\n"
    for name in ("a", "b"):
        (here / f"{name}.yaml").write_text(text, encoding="utf-8")
    lines = [line for line in ask("plan", "a.yaml", "b.yaml").err.splitlines() if "transformers" in line]
    note = "9 batches are not a multiple of 4: transformers before 4.52 counts 2 steps per epoch, not 3"
    assert lines == [f"cosine-lr: {name}.yaml: {note}" for name in ("a", "b")]
