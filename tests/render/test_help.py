"""Help as plain text."""

from __future__ import annotations

import re

import pytest

from cosine_cli import cli
from cosine_cli.render.help import GROUPS, overview, page
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import merged

MODULES = {name: cli.load_command(name) for name in cli.commands()}

OVERVIEW = """\
See, compare and plot learning-rate schedules before you train.

  cosine-lr plot --lr 0.1 --epochs 100
  cosine-lr table cosine:warmup=5 step:step_size=20
  cosine-lr plan cosine --steps 10k --warmup 2% > run.yaml

Usage: cosine-lr COMMAND [CURVE | FILE]... [OPTIONS]

Look
  explain   Explain a schedule, its formula, parameters and source; or list all
  plot      Draw the learning rates as a figure: PNG, SVG or PDF
  show      Draw the learning rates in the terminal, with their key numbers
  table     Print the learning rates as a table, or as CSV, JSON or Markdown

Prepare a run
  code      Print code that gives the same rates in a framework, or in Python
  plan      Print what a command line or a config resolves to, as a config

"""


def test_the_overview() -> None:
    shown = overview(MODULES)
    assert shown.startswith(OVERVIEW)
    assert shown.endswith("'cosine-lr COMMAND --help' lists a command's options; --version is answered too.\n")
    for name in catalogue.names():
        assert re.search(rf"\b{name}\b", shown)


@pytest.mark.parametrize("name", MODULES)
def test_every_option_of_a_command_is_on_its_page(name: str) -> None:
    shown = page(name, MODULES[name])
    declared = merged(*cli.declarations(MODULES[name]))
    listed = re.findall(r"^  (?:-[a-z], )?(--[a-z-]+)", shown, re.MULTILINE)
    assert sorted(listed) == sorted(cli.flags_of(param)[0] for param in declared)
    for param in declared:
        assert param.meaning in " ".join(shown.split())


@pytest.mark.parametrize("shown", [overview(MODULES), *(page(name, MODULES[name]) for name in MODULES)])
def test_no_line_is_wider_than_a_terminal(shown: str) -> None:
    assert max(map(len, shown.splitlines())) <= 80
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert shown.isascii()


@pytest.mark.parametrize("name", MODULES)
def test_every_command_has_a_group_and_examples(name: str) -> None:
    assert MODULES[name].GROUP in GROUPS
    assert MODULES[name].EXAMPLES
    assert all(example.startswith(f"cosine-lr {name}") for example in MODULES[name].EXAMPLES)


@pytest.mark.parametrize(
    "line",
    [
        "  --lr X                     peak learning rate (default 0.1)",
        "  --steps-per-epoch 391      optimizer updates in an epoch (default 1)",
        "  --update step|epoch        when the rate moves (default step)",
        "  -s, --schedule CURVE       a curve, as a word without a flag",
        "  --format table|csv|json|jsonl|md\n                             what to print (default table)",
    ],
)
def test_how_an_option_is_shown(line: str) -> None:
    assert f"{line}\n" in page("table", MODULES["table"])
