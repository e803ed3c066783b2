"""Commands, options, their values and files."""

from __future__ import annotations

import subprocess
import sys

import pytest
from completed import READABLE, answered, completed

from cosine_cli import cli
from cosine_cli.plans.model.figure_settings import PRESETS
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import merged
from cosine_cli.schedules.core.kinds import Kind

COMMANDS = ["code", "diagnose", "explain", "extend", "lint", "plan", "plot", "show", "table"]
FRAMEWORKS = ["keras", "optax", "timm", "torch", "transformers"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", COMMANDS),
        ("pl", ["plan", "plot"]),
        ("help s", ["show"]),
        ("--", ["--help", "--version", "--install-completion", "--show-completion"]),
        ("--install-completion ", ["bash", "zsh", "fish"]),
        ("--show-completion f", ["fish"]),
        ("--show-completion fish ", []),
        ("nothing ", []),
        ("plot --preset i", [name for name in PRESETS if name.startswith("i")]),
        ("plot --theme ", ["light", "dark", "both"]),
        ("plot --theme=d", ["--theme=dark"]),
        ("table --match=su", ["--match=sum"]),
        ("table --format j", ["json", "jsonl"]),
        ("plan --update ", ["step", "epoch"]),
        ("code --to t", ["timm", "torch", "transformers"]),
        ("plot --size ", ["column", "page", "slide"]),
        ("plot --lr ", []),
        ("plot -j ", []),
        ("plot -o ", ["*", "*/"]),
        ("plot --out-dir ", ["*/"]),
        ("plot -c ", READABLE),
        ("plot --config=r", READABLE),
        ("plot -s cosine:mi", ["cosine:min_lr="]),
        ("plot --schedule=cosine:mi", ["--schedule=cosine:min_lr="]),
        ("code --res", ["--resume"]),
        ("diagnose --acc", ["--accumulate"]),
        ("diagnose --format ", ["text", "json"]),
        ("extend --rew", ["--rewarm", "--rewarm-to"]),
        ("extend --from r", READABLE),
        ("table --as t", ["timm", "torch", "transformers"]),
        ("table --as torch,t", ["torch,timm", "torch,transformers"]),
        ("lint --explain LR00", [f"LR00{digit}" for digit in range(1, 10)]),
        ("lint --explain lr004", ["LR004"]),
        ("lint --explain a", ["all"]),
        ("lint --select LR017,LR01", [f"LR017,LR01{digit}" for digit in (0, 1, 2, 3, 4, 5, 6, 8, 9)]),
        ("lint --ignore=LR004", ["--ignore=LR004"]),
        ("lint --format s", ["sarif"]),
        ("lint --fail-on ", ["error", "warning", "note"]),
        ("plot --grid mi", ["min_lr="]),
        ("plot wsd --grid st", ["stable="]),
        ("plot --min_", ["--min_lr"]),
        ("plot --steps-", ["--steps-per-epoch"]),
        ("plot --lr 1 --lr", []),
        ("plot --lr=1 --lr", []),
        ("plot -olr.png --outp", []),
        ("plot -s cosine --sc", ["--schedule"]),
        ("plot --grid a=1 --gr", ["--grid"]),
        ("plot -- --l", READABLE),
        ("explain cosine_", READABLE),
        ("explain torch.OneC", ["torch.OneCycleLR", *READABLE]),
        ("explain to", ["torch.", "torch", *READABLE]),
        ("explain form", ["formats", *READABLE]),
        ("explain formats ax", ["axolotl"]),
        ("explain formats axolotl torch", ["torchtitan", "torchtune", "torchvision"]),
        ("explain cosine form", READABLE),
        ("plot --read-as lav", ["lavis"]),
    ],
)
def test_a_line(line: str, words: list[str]) -> None:
    assert completed(line) == words


def test_curves_and_files() -> None:
    assert completed("plot ") == [*catalogue.names(), *(f"{name}." for name in FRAMEWORKS), *READABLE]
    assert completed("plot cos") == ["cosine", *READABLE]
    frameworks = [*(f"{name}." for name in FRAMEWORKS), *FRAMEWORKS]
    assert completed("explain ") == [*catalogue.names(), *frameworks, "formats", *READABLE]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_every_choice(name: str) -> None:
    declared = merged(*cli.declarations(cli.load_command(name)))
    assert sorted(completed(f"{name} --")) == sorted(["--help", *(param.long for param in declared)])
    for param in declared:
        if param.kind is Kind.CHOICE:
            assert completed(f"{name} {param.long} ") == list(param.choices)


def test_meanings() -> None:
    lines = dict(line.split("\t") for line in answered("fish", _TYPER_COMPLETE_ARGS="cosine-lr plot --th"))
    assert lines == {"--theme": "colors; both writes one file per theme"}
    (line,) = answered("zsh", _TYPER_COMPLETE_ARGS="cosine-lr tab")
    assert line == "table\tPrint learning rates as a table, CSV, JSON, JSON Lines or Markdown"


@pytest.mark.parametrize(
    "words",
    [
        "",
        "plot\n",
        "plot\ncosine\n:\nmi",
        "plot\n--theme\n",
        "explain\n",
        "explain\nformats\n",
        "plot\n--read-as\n",
        "lint\n--explain\n",
    ],
)
def test_neither_numpy_nor_a_schedule_is_imported(words: str) -> None:
    program = """\
import sys
from cosine_cli.__main__ import main
code = main()
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""
    environ = {
        "_COSINE_LR_COMPLETE": "complete_bash",
        "COMP_WORDS": f"cosine-lr\n{words}",
        "COMP_CWORD": str(words.count("\n") + 1),
    }
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout
    loaded = set(done.stderr.split())
    assert not loaded & {"typer", "numpy", "rich", "matplotlib", "ruamel", "cosine_cli.schedules.cosine"}
