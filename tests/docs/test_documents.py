"""README.md and docs/: the commands print what is shown, the tables are current, the links lead somewhere."""

from __future__ import annotations

import difflib
import json
import re
import shutil
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from documents import GENERATED_FILES, PAGES, ROOT, SCHEMA, Block, add_modules, blocks, generated, read, sessions, shell
from jsonschema import Draft202012Validator
from PIL import Image
from ruamel.yaml import YAML

import cosine_cli
from cosine_cli.plans.importers.core.format_names import importers
from cosine_cli.plans.parse import config
from cosine_cli.plans.parse.syntaxes import SYNTAXES
from cosine_cli.schedules.core import catalogue

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = ROOT / "sample_configs" / "figures"
ADDED = "docs/adding-a-schedule.md"
OTHER_PROGRAMS = "docs/formats.md"


def blocks_in(language: str, *pages: str) -> list[Block]:
    return [block for page in pages or PAGES for block in blocks(read(page)) if block.language == language]


def the_block(language: str, page: str) -> Block:
    (block,) = blocks_in(language, page)
    return block


def command_with(text: str) -> str:
    (command,) = (command for block in blocks_in("console") for command, _ in sessions(block) if text in command)
    return command


# --- What is generated ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GENERATED_FILES)
def test_what_is_generated_is_current(name: str) -> None:
    shown, current = read(name).splitlines(), generated(name).splitlines()
    changes = difflib.unified_diff(shown, current, name, "generated", lineterm="", n=1)
    assert shown == current, "\n".join(["run python tests/docs/write.py", *changes])


def test_no_block_and_no_command_is_overlooked() -> None:
    languages = [block.language for page in PAGES for block in blocks(read(page))]
    assert sum(read(page).count("\n```") for page in PAGES) == 2 * len(languages)
    assert {language: languages.count(language) for language in {*languages} - {"console"}} == {
        "sh": 2, "yaml": 7, "json": 5, "python": 6, "pycon": 4, "make": 1, "text": 4
    }  # fmt: skip
    assert sum(len(sessions(block)) for block in blocks_in("console")) >= 60
    assert len(read("README.md").splitlines()) <= 300


def test_no_command_fails_without_showing_its_exit_code() -> None:
    shown = [session for block in blocks_in("console") for session in sessions(block)]
    failed = [command for command, output in shown if "cosine-lr: error: " in output and "echo" not in command]
    assert failed == [command_with("--format json --quiet")]  # what lint finds


def test_every_schedule_and_every_key_is_listed() -> None:
    names = re.findall(r"^\| `(\w+)` \| [▁-█]{12} \|", read("docs/schedules.md"), flags=re.MULTILINE)
    assert sorted(names) == [*catalogue.names()]
    assert f"- {len(names)} schedules, " in read("README.md")
    formats = re.findall(r"^\| `(\w+)` \|", read(OTHER_PROGRAMS), re.MULTILINE)
    assert (*formats,) == importers()
    assert f"[{len(formats)} formats]" in read(OTHER_PROGRAMS)
    assert f" in {len(formats)} formats, " in read("README.md")
    suffixes = re.findall(r"`(\.\w+)`", read(OTHER_PROGRAMS).partition("\n```")[0])
    assert sorted(suffixes) == sorted(SYNTAXES)
    keys = re.findall(r"^\| `(\w+)` \|", read("docs/configs.md").partition("\nKeys of every curve")[0], re.MULTILINE)
    assert (*keys,) == config.KEYS


# --- Blocks that are not console sessions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block", blocks_in("yaml", *(page for page in PAGES if page != OTHER_PROGRAMS)), ids=lambda block: block.file
)
def test_the_schema_accepts_what_is_shown_as_a_config(block: Block) -> None:
    problems = [*Draft202012Validator(json.loads(read(SCHEMA))).iter_errors(YAML(typ="safe").load(block.text))]
    assert bool(problems) == (block.file == "wrong.yaml")
    assert all((ROOT / path).exists() for path in re.findall(r"\$schema=(\S+)", block.text))


def test_the_training_script_reads_its_rates(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = command_with("-o rates.csv")
    assert shell(command, desk) == ("rates.csv\n", 0)
    monkeypatch.chdir(desk)
    script: dict[str, Any] = {}
    exec(the_block("python", "docs/scripting.md").text, script)  # noqa: S102 - it is part of this repository
    schedule = catalogue.load("warmup")(warmup=200, of=catalogue.load("cosine")(lr=0.1, total=2800))
    assert script["rates"] == schedule(range(3001)).tolist()
    assert (script["t"], script["rate"]) == (2999, script["rates"][2999])


def test_the_makefile_draws_figures_and_finds_the_one_that_is_out_of_date(desk: Path) -> None:
    text = the_block("make", "docs/figures.md").text
    recipes = dict(re.findall(r"^(\S+):\n\t(.+)$", text, flags=re.MULTILINE))
    assert text.startswith(f".PHONY: {' '.join(recipes)}\n")  # there is a folder of that name
    draw, check = recipes["figures"], recipes["check-figures"]
    (desk / "configs").mkdir()
    for name in ("cosine", "linear"):
        (desk / "configs" / f"{name}.yaml").write_text(f"curves: [{name}]\n", encoding="utf-8")
    assert shell(f"{draw} && {check}", desk) == ("figures/cosine.png\nfigures/linear.png\n", 0)
    (desk / "configs" / "linear.yaml").write_text("curves: [rex]\n", encoding="utf-8")
    ran = shell(check, desk)
    assert ran.code == 1
    assert "figure 'figures/linear.png': is out of date" in ran.output
    assert "cosine.png" not in ran.output


def test_the_added_schedule_passes_the_tests_of_its_family(tmp_path: Path) -> None:
    scripts = add_modules(read(ADDED), tmp_path)
    shutil.copytree(ROOT / "tests" / "schedules", tmp_path / "tests" / "schedules")
    for shared in (ROOT / "tests").glob("*.py"):
        shutil.copy(shared, tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    tests = "tests/schedules/test_contract.py cosine_cli/schedules -k stretched_exponential"
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider {tests}"
    ran = shell(command, tmp_path, scripts=scripts, more={"PYTHONPATH": str(tmp_path)})
    assert ran.code == 0, ran.output
    passed = re.search(r"(\d+) passed", ran.output)
    assert passed, ran.output
    assert int(passed[1]) >= 20


@pytest.mark.parametrize(("more", "colored"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_turns_color_off_on_a_terminal(tmp_path: Path, more: dict[str, str], *, colored: bool) -> None:
    spawn = "import pty, sys; sys.exit(pty.spawn(['cosine-lr', 'table', 'cosine', '--at', '0,50']))"
    ran = shell(f'{sys.executable} -c "{spawn}"', tmp_path, more={"TERM": "xterm-256color", **more})
    assert "0.050000" in ran.output
    assert ("\x1b[" in ran.output) == colored


# --- Set-up ---------------------------------------------------------------------------------------------------------


def test_the_set_up_is_two_command_lines_and_ci_runs_the_second() -> None:
    first, second = the_block("sh", "README.md").text.splitlines()
    (command, _), *_ = sessions(blocks_in("console", "README.md")[0])
    assert first.split(" && ") == ["python3.11 -m venv .venv", ". .venv/bin/activate", "pip install .", command]
    assert second.split(" && ") == ["pip install -U pip", "pip install . --group dev", "pytest -n 2"]
    assert shell(".ci/run --print-set-up", ROOT) == (f"{second}\n", 0)


def test_the_changelog_has_an_entry_for_this_version() -> None:
    assert re.search(
        rf"^## {re.escape(cosine_cli.__version__)} - \d{{4}}-\d\d-\d\d$", read("CHANGELOG.md"), re.MULTILINE
    )


# --- Pictures and links ---------------------------------------------------------------------------------------------


def links(text: str) -> list[str]:
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|srcset)="([^"]+)"', text)]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [*PAGES, "CHANGELOG.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name: str) -> None:
    for link in links(read(name)):
        if not link.startswith("https://"):
            path, _, anchor = link.partition("#")
            target = (ROOT / name).parent / path if path else ROOT / name
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_a_package_index_is_given_no_relative_link_and_no_picture() -> None:
    hook = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    text = read("README.md")
    assert any(not link.startswith("https://") for link in links(text))
    for substitution in hook["substitutions"]:
        text = re.sub(substitution["pattern"], substitution["replacement"], text)
    assert all(link.startswith("https://") for link in links(text))
    assert "<picture>" not in text
    assert len(text) > 0.9 * len(read("README.md"))


def test_the_files_that_contributing_names_exist() -> None:
    paths = re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", read("CONTRIBUTING.md"))
    assert len(paths) >= 8
    assert [path for path in paths if not ((ROOT / path).exists() or (ROOT / "cosine_cli" / path).exists())] == []


def test_every_page_is_linked_from_the_readme() -> None:
    assert {*PAGES, "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"} - {"README.md"} <= {*links(read("README.md"))}


@pytest.mark.parametrize(
    "name", ["cosine-lr", "imagenet", "decays", "phases", "cycles", "tables", "appendix", "diagnosis"]
)
def test_a_picture_is_shown_on_light_and_on_dark_pages(name: str) -> None:
    figure = rf"(?:\.\./)?sample_configs/figures/{name}"
    shown = rf'<source [^>]*dark\)" srcset="{figure}-dark\.png">\n  <img alt="[^"]+" src="{figure}\.png" '
    assert len(re.findall(shown, "".join(map(read, PAGES)))) == 1


def embedded(path: Path) -> str:
    with Image.open(path) as picture:
        return str(picture.text["cosine-lr plan"])


def test_the_picture_of_the_grid_is_what_its_command_draws(tmp_path: Path) -> None:
    command = command_with("-o appendix.png")
    shell(command, tmp_path)
    assert embedded(tmp_path / "appendix.png") == re.sub(r"title: .*\n", "", embedded(FIGURES / "appendix.png"))


def test_the_first_picture_is_what_the_first_command_draws(tmp_path: Path) -> None:
    ((command, _),) = sessions(blocks_in("console", "README.md")[0])
    assert command == "cosine-lr plot --lr 0.1 --epochs 100"
    shell(command, tmp_path)
    assert embedded(tmp_path / "cosine-lr.png") == embedded(FIGURES / "cosine-lr.png")
