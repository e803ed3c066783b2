"""Help as plain text."""

from __future__ import annotations

import re

import pytest

from cosine_cli import cli
from cosine_cli.render.help import GROUPS, command_help, overview
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import merged

MODULES = {name: cli.load_command(name) for name in cli.commands()}

OVERVIEW = """\
See, compare and plot learning-rate schedules before you train.

Usage: cosine-lr COMMAND [CURVE | FILE]... [OPTIONS]

Explore
  explain   Describe schedules: formula, parameters, source and common uses
  plot      Plot learning rates as a PNG, SVG or PDF figure
  show      Draw learning rates in the terminal, with their key numbers
  table     Print learning rates as a table, CSV, JSON, JSON Lines or Markdown

Prepare a run
  code      Print code that reproduces the rates in a framework or in Python
  extend    Print ways to continue a stopped or finished run, as a config
  lint      Check plans for common mistakes before the run
  plan      Print the resolved plan of a command line or a config, as a config

After the start
  diagnose  Compare logged learning rates with the plan, and explain differences

Arguments
"""

_LATEST_OPTIONS = 17
"""The options of a command are seen without scrolling a small screen."""


def test_the_overview() -> None:
    shown = overview(MODULES)
    assert shown.startswith(OVERVIEW)
    assert shown.endswith(
        "\n\n'cosine-lr COMMAND --help' lists the options of a command.\n"
        "'cosine-lr --install-completion' sets up completion in bash, zsh or fish.\n"
    )
    assert f"one of {len(catalogue.names())} schedules, see 'cosine-lr explain'" in " ".join(shown.split())


@pytest.mark.parametrize("name", MODULES)
def test_the_order_of_a_page(name: str) -> None:
    shown = command_help(name, MODULES[name]).splitlines()
    assert shown[0] == f"{(MODULES[name].__doc__ or '').splitlines()[0]}"
    assert shown[2].startswith(f"Usage: cosine-lr {name} ")
    first = next(number for number, line in enumerate(shown, 1) if line.startswith("  -"))
    assert first <= _LATEST_OPTIONS
    examples = shown.index("Examples")
    assert len(shown) - examples - 1 == 3
    assert all(line.startswith(f"  cosine-lr {name}") for line in shown[examples + 1 :])


@pytest.mark.parametrize("name", MODULES)
def test_every_option_of_a_command_is_on_its_page(name: str) -> None:
    shown = command_help(name, MODULES[name])
    declared = merged(*cli.declarations(MODULES[name]))
    listed = re.findall(r"^  (?:-[a-z], )?(--[a-z-]+)", shown, re.MULTILINE)
    assert sorted(listed) == sorted(cli.flags_of(param)[0] for param in declared)
    for param in declared:
        assert param.meaning in " ".join(shown.split())


@pytest.mark.parametrize("shown", [overview(MODULES), *(command_help(name, MODULES[name]) for name in MODULES)])
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
        "  --steps-per-epoch 391      optimizer steps per epoch (default 1)",
        "  --min-lr X|X%              minimum learning rate; % is of the peak (default 0)",
        "  --warmup TIME              warmup length, part of the run (default 0)",
        "  -s, --schedule CURVE       same as a positional CURVE",
        "  --format table|csv|json|jsonl|md\n                             output format (default table)",
    ],
)
def test_how_an_option_is_shown(line: str) -> None:
    assert f"{line}\n" in command_help("table", MODULES["table"])


def test_a_page_says_what_its_command_does() -> None:
    """diagnose and extend have no default curves; diagnose has no tokens, and its look belongs to --plot."""
    pages = {name: command_help(name, MODULES[name]) for name in ("code", "diagnose", "extend")}
    assert [name for name, shown in pages.items() if "(default cosine, step and exponential)" in shown] == ["code"]
    assert "tok" not in pages["diagnose"]
    assert "in epochs (in steps with --steps), or with a unit: 10%, 3ep, 500st\n" in pages["diagnose"]
    own, figure = pages["diagnose"].split("\nFigure, with --plot\n")
    assert "  --processes 8 " in own.split("\nDiagnose\n")[1]
    assert "\n  -q, --quiet " in own.split("\nDiagnose\n")[1]
    assert "\n  --theme light|dark|both " in figure
