"""The modules that each command may import: imports dominate the startup time."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """\
import sys
sys.argv = ["cosine-lr", *sys.argv[1:]]
from cosine_cli.__main__ import main
code = main()
print("\\n".join(sys.modules), file=sys.stderr)
sys.exit(code)
"""

BUDGET = [
    ("--version", ("typer", "click", "numpy", "rich", "matplotlib", "ruamel", "cosine_cli.cli", "re", "inspect")),
    ("--help", ("typer", "numpy", "matplotlib", "rich", "ruamel", "tempfile")),
    ("table --help", ("typer", "numpy", "matplotlib", "rich", "ruamel")),
    ("plot --help", ("typer", "numpy", "matplotlib", "rich", "ruamel")),
    ("table", ("matplotlib", "ruamel", "numpy.ma", "tempfile", "typer.rich_utils")),
    ("table --format csv", ("matplotlib", "ruamel", "numpy.ma", "rich", "tempfile")),
    ("table --format jsonl", ("matplotlib", "ruamel", "rich")),
    ("table -o t.csv", ("matplotlib", "ruamel", "rich")),
    ("table c.yaml --format json", ("matplotlib", "rich")),
    ("show", ("matplotlib", "ruamel", "rich", "numpy.ma", "tempfile")),
    ("show c.yaml", ("matplotlib", "rich")),
    ("show --help", ("typer", "numpy", "matplotlib", "rich", "ruamel")),
    ("plan", ("matplotlib", "rich", "ruamel", "numpy.ma")),
    ("plan --schema", ("matplotlib", "rich", "ruamel")),
    ("plot", ("matplotlib.pyplot", "rich", "ruamel", "tkinter", "pandas", "IPython")),
    ("plot -o p.svg", ("matplotlib.pyplot", "rich", "ruamel", "matplotlib.backends.backend_pdf")),
    (
        "explain",
        ("matplotlib", "ruamel", "rich", "numpy.ma", "tempfile", "unicodedata", "cosine_cli.render.chart.chart"),
    ),
    ("explain cosine", ("matplotlib", "ruamel", "rich", "numpy.ma", "tempfile", "unicodedata")),
    ("explain --format json", ("matplotlib", "ruamel", "rich")),
    ("explain --help", ("typer", "numpy", "matplotlib", "rich", "ruamel")),
    ("table --lr abc", ("matplotlib", "ruamel", "rich")),
]


def loaded(words: str, folder: Path) -> tuple[int, set[str]]:
    (folder / "c.yaml").write_text("lr: 0.1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words.split()], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, set(done.stderr.splitlines())


TYPER = """\
import sys, typer
app = typer.Typer(add_completion=False, rich_markup_mode=None)
@app.command()
def command(option: str = "") -> None:
    print(*sys.modules)
app(["--option", "text"])
"""


@cache
def loaded_by_typer() -> set[str]:
    """Return the modules that any program with Typer loads: from 0.29 on, pydantic and what it needs."""
    done = subprocess.run([sys.executable, "-c", TYPER], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(("words", "spared"), BUDGET, ids=[words for words, _ in BUDGET])
def test_what_is_not_loaded(tmp_path: Path, words: str, spared: tuple[str, ...]) -> None:
    code, modules = loaded(words, tmp_path)
    assert code == (2 if "abc" in words else 0)
    assert "cosine_cli" in modules
    within = {name for name in modules for bad in spared if name == bad or name.startswith(f"{bad}.")}
    assert within <= (set() if "typer" in spared else loaded_by_typer())


def test_what_is_loaded_is_seen(tmp_path: Path) -> None:
    """The probe works: a table imports numpy and rich, a figure matplotlib, a config YAML."""
    assert {"numpy", "rich.table", "typer"} <= loaded("table c.yaml", tmp_path)[1]
    assert "ruamel.yaml" in loaded("plan c.yaml", tmp_path)[1]
    assert "matplotlib.figure" in loaded("plot", tmp_path)[1]


def test_only_the_requested_schedule_is_imported(tmp_path: Path) -> None:
    _, modules = loaded("table linear --format csv", tmp_path)
    listed = {name.rpartition(".")[2] for name in modules if name.startswith("cosine_cli.schedules.")}
    assert "linear" in listed
    assert listed.isdisjoint({"cosine", "exponential", "polynomial", "multistep", "restarts", "sequence", "constant"})


def test_the_lower_floors_know_nothing_of_the_upper(tmp_path: Path) -> None:
    program = "import sys, cosine_cli.schedules.cosine; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    names = {name.split(".")[0] for name in done.stdout.splitlines()}
    assert names.isdisjoint({"typer", "rich", "matplotlib", "ruamel"})
    assert {name.split(".")[1] for name in done.stdout.splitlines() if name.startswith("cosine_cli.")} <= {
        "schedules", "errors", "text",
    }  # fmt: skip
