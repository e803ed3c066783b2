"""README.md says what is: its commands run and print what it shows, its tables are those of the code."""

from __future__ import annotations

import doctest
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from PIL import Image
from ruamel.yaml import YAML

import cosine_cli
from cosine_cli.plans.model.curve_options import DURATION, LABEL, WARMUP
from cosine_cli.plans.model.figure_settings import Caption, Figure
from cosine_cli.plans.model.options import Run
from cosine_cli.plans.parse import config
from cosine_cli.plans.schema import schema
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, Param, params

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")


# --- What the page consists of --------------------------------------------------------------------------------------


class Block(NamedTuple):
    """A fenced block: its language, its text, the line of its text, and the heading that it stands under."""

    language: str
    text: str
    line: int
    heading: str


def blocks_of(page: str) -> Iterator[Block]:
    heading, language, start, lines = "", None, 0, list[str]()
    for number, line in enumerate(page.splitlines(), start=1):
        if line.startswith("```") and language is None:
            language, start, lines = line[3:].strip(), number + 1, []
        elif line.startswith("```"):
            yield Block(str(language), "".join(f"{text}\n" for text in lines), start, heading)
            language = None
        elif language is not None:
            lines.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    assert language is None, f"the block of line {start} is never closed"


BLOCKS = list(blocks_of(README))
CONSOLE = [block for block in BLOCKS if block.language == "console"]
ADDED = [block for block in BLOCKS if block.language == "python" and block.heading == "Add a schedule"]
RECIPE = "Rates for a training script"


def sessions(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with what it prints."""
    assert block.text.startswith("$ "), f"README.md:{block.line}: a console block begins with a command"
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def rows_after(words: str, header: str) -> list[list[str]]:
    """Return the rows of the first table with this header behind some words."""
    _, found, behind = README.partition(words)
    assert found, words
    _, found, table = behind.partition(f"{header}\n")
    assert found, header
    rows = []
    for line in table.splitlines()[1:]:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_no_block_is_overlooked() -> None:
    assert README.count("\n```") == 2 * len(BLOCKS)
    counted = {
        language: sum(block.language == language for block in BLOCKS) for language in {b.language for b in BLOCKS}
    }
    assert counted.pop("console") >= 20
    assert counted == {"sh": 1, "yaml": 1, "python": 2, "pycon": 1, "make": 1}
    assert sum(len(sessions(block)) for block in CONSOLE) >= 48


# --- Commands and code ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with the samples in it, as the root of the tree has them."""
    (tmp_path / "sample_configs").symlink_to(ROOT / "sample_configs")
    return tmp_path


def code_with_the_added_schedule(folder: Path) -> Path:
    """Copy the package, add the README's one file to it, and return a folder with its cosine-lr."""
    ((_, text, *_),) = ADDED
    first, _, _ = text.partition("\n")
    name = re.fullmatch(r"# (cosine_cli/schedules/\w+\.py)", first)
    assert name, first
    package = Path(cosine_cli.__file__).parent
    shutil.copytree(package, folder / "cosine_cli", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / name[1]).write_text(text, encoding="utf-8")
    command = folder / "bin" / "cosine-lr"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" -P -m cosine_cli "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    return command.parent


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_turns_colour_off_on_a_terminal(
    tmp_path: Path, shell: Callable[..., Any], more: dict[str, str], *, coloured: bool
) -> None:
    spawn = "import pty, sys; sys.exit(pty.spawn(['cosine-lr', 'table', 'cosine', '--at', '0,50']))"
    ran = shell(f'{sys.executable} -c "{spawn}"', tmp_path, more={"TERM": "xterm-256color", **more})
    assert "0.050000" in ran.output
    assert ("\x1b[" in ran.output) == coloured


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: f"line {block.line}")
def test_commands_print_what_the_readme_shows(
    block: Block, desk: Path, shell: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = ""
    if block.heading == "Add a schedule":
        first = str(code_with_the_added_schedule(tmp_path_factory.mktemp("tree")))
    shown = sessions(block)
    ran = [(command, shell(command, desk, first=first).output) for command, _ in shown]
    assert ran == shown


def test_the_added_schedule_passes_the_tests_of_the_family(tmp_path: Path, shell: Callable[..., Any]) -> None:
    first = code_with_the_added_schedule(tmp_path)
    shutil.copytree(ROOT / "tests" / "schedules", tmp_path / "tests" / "schedules")
    for shared in ("conftest.py", "schedules_of.py"):
        shutil.copy(ROOT / "tests" / shared, tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    wanted = "tests/schedules/test_contract.py cosine_cli/schedules -k stretched_exponential"
    command = f"{sys.executable} -m pytest -q -p no:cacheprovider {wanted}"
    ran = shell(command, tmp_path, first=str(first), more={"PYTHONPATH": str(tmp_path)})
    assert ran.code == 0, ran.output
    passed = re.search(r"(\d+) passed", ran.output)
    assert passed, ran.output
    assert int(passed[1]) >= 20


def test_the_python_session_is_as_shown() -> None:
    ((_, text, line, _),) = [block for block in BLOCKS if block.language == "pycon"]
    test = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", line)
    assert len(test.examples) >= 3
    assert doctest.DocTestRunner().run(test).failed == 0


def test_the_recipe_gives_a_training_script_its_rates(
    desk: Path, shell: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    console, script = (block for block in BLOCKS if block.heading == RECIPE)
    ((command, shown),) = sessions(console)
    assert shell(command, desk).output == shown
    monkeypatch.chdir(desk)
    known: dict[str, Any] = {}
    exec(script.text, known)  # noqa: S102 - the script is ours
    schedule = catalogue.load("warmup")(warmup=200, of=catalogue.load("cosine")(lr=0.1, total=2800))
    assert known["rates"] == schedule(range(3001)).tolist()
    assert (known["t"], known["rate"]) == (2999, known["rates"][2999])


def test_the_config_is_a_good_one(desk: Path, shell: Callable[..., Any]) -> None:
    ((_, text, *_),) = [block for block in BLOCKS if block.language == "yaml"]
    (desk / "shown.yaml").write_text(text, encoding="utf-8")
    ran = shell("cosine-lr plan shown.yaml", desk)
    assert ran.code == 0, ran.output
    assert "for: 76000" in ran.output
    Draft202012Validator(schema()).validate(YAML(typ="safe").load(text))
    said = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert said
    assert (ROOT / said[1]).exists()


def test_the_makefile_draws_figures_and_finds_the_one_that_is_old(desk: Path, shell: Callable[..., Any]) -> None:
    ((_, text, *_),) = [block for block in BLOCKS if block.language == "make"]
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
    assert "figure 'figures/linear.png': differs" in ran.output
    assert "cosine.png" not in ran.output


def test_the_set_up_is_two_command_lines() -> None:
    _, _, behind = README.partition("<!-- set-up")
    ((_, text, line, heading),) = [block for block in BLOCKS if block.language == "sh"]
    assert next(blocks_of(behind.partition("-->")[2])).text == text
    assert heading == "Set up"
    first, second = text.splitlines()
    assert first.split(" && ") == [
        "python3.11 -m venv .venv",
        ". .venv/bin/activate",
        "pip install .",
        sessions(CONSOLE[0])[0][0],
    ]
    assert line
    assert second.split(" && ")[0] == "pip install '.[test]'"
    assert second.split(" && ")[1].startswith("pytest")


# --- Tables ---------------------------------------------------------------------------------------------------------


def words(default: Any) -> str:
    """Return a default as the page shows it; nothing where there is none."""
    if default is None or default == ():
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return "x".join(f"{part:g}" for part in default)
    return f"{default:g}" if isinstance(default, int | float) else str(default)


def value(param: Param) -> str:
    """Return what a parameter takes, from its declaration."""
    if param.type is bool:
        return "true or false"
    if param.type is str and not param.choices:
        return "text"
    rule = param.rule.removeprefix("must be ")
    return rule.replace("finite number", "time") if param.time else rule


def listed() -> dict[str, str]:
    """Return the table of each family of schedules, by its heading."""
    _, _, section = README.partition("\n## Schedules\n")
    parts = re.split(r"^### ", section.partition("\n## ")[0], flags=re.MULTILINE)[1:]
    tables = {part.partition("\n")[0]: re.findall(r"^\|.*\n", part, flags=re.MULTILINE) for part in parts}
    return {heading: "".join(lines) for heading, lines in tables.items() if lines}


def test_the_schedules_are_those_that_explain_lists(tmp_path: Path, shell: Callable[..., Any]) -> None:
    _, *printed = re.split(r"^## (.*)\n\n", shell("cosine-lr explain --format md", tmp_path).output, flags=re.MULTILINE)
    told = {heading: table.strip("\n") + "\n" for heading, table in zip(printed[::2], printed[1::2], strict=True)}
    assert listed() == told
    assert list(listed()) == ["Decays", "Phases", "Cycles", "Tables", "Made of others"]
    assert sorted(re.findall(r"^\| `(\w+)`", "".join(listed().values()), flags=re.MULTILINE)) == [*catalogue.names()]


def test_the_schedules_that_count_from_the_start_of_the_run_are_named() -> None:
    said = re.search(r"^((?:`\w+`[ ,and]*)+) count from the start of the run", README, flags=re.MULTILINE)
    assert said
    moments = {name for name in catalogue.names() if any(p.time == "moment" for p in params(catalogue.load(name)))}
    assert set(re.findall(r"`(\w+)`", said[1])) == moments


KEYS = "| key | meaning | value | default |"


def row(param: Param, *, default: str | None = None, takes: str | None = None) -> list[str]:
    shown = words(param.default) if default is None else default
    spoken = default is not None or isinstance(param.default, Derived)
    return [f"`{param.name}`", param.meaning, takes or value(param), shown if spoken or not shown else f"`{shown}`"]


def test_the_keys_of_a_config_are_those_that_are_declared() -> None:
    described = {key: schema()["properties"][key]["description"] for key in ("groups", "curves", "figure")}
    expected = [
        *map(row, params(Caption)),
        *map(row, params(Run)),
        ["`groups`", described["groups"], "names, each with a number above 0", ""],
        ["`curves`", described["curves"], "a list of curves", "`cosine`, `step`, `exponential`"],
        ["`figure`", described["figure"], "the keys below", ""],
    ]
    assert rows_after("Keys of a config", KEYS) == expected
    assert tuple(key.strip("`") for key, *_ in expected) == config.KEYS
    assert catalogue.COMPARED == ("cosine", "step", "exponential")


def test_the_keys_of_a_figure_are_those_that_are_declared() -> None:
    defaults = {"output": "the config's name, as a PNG"}
    takes = {"grid": "one name or two, each with a list of values"}
    assert rows_after("Keys under `figure`", KEYS) == [
        row(param, default=defaults.get(param.name), takes=takes.get(param.name)) for param in params(Figure)
    ]


def test_the_keys_of_a_curve_are_those_that_are_declared() -> None:
    defaults = {"warmup": "the run's", "label": "the schedule's name, and what differs", "for": "what the others leave"}
    declared = [LABEL, *WARMUP.values(), DURATION]
    assert rows_after("Keys of a curve", KEYS) == [row(param, default=defaults.get(param.name)) for param in declared]


# --- Pictures and links ---------------------------------------------------------------------------------------------


def links(page: str) -> list[str]:
    text = re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    return [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|srcset)="([^"]+)"', text)]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for link in links((ROOT / name).read_text(encoding="utf-8")):
        if not link.startswith("https://"):
            path, _, anchor = link.partition("#")
            assert (ROOT / (path or name)).exists(), link
            assert not anchor or anchor in anchors(path or name), link


def anchors(name: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_links_and_pictures_are_found() -> None:
    found = links(README)
    assert sum(link.endswith(".png") for link in found) >= 24
    assert sum(link.endswith(".yaml") for link in found) >= 15


@pytest.mark.parametrize("name", ["cosine-lr", "imagenet", "decays", "phases", "cycles", "tables", "appendix"])
def test_a_picture_is_shown_on_light_and_on_dark_pages(name: str) -> None:
    figures = "sample_configs/figures"
    shown = (
        rf'<source [^>]*dark\)" srcset="{figures}/{name}-dark\.png">\n  <img alt="[^"]+" src="{figures}/{name}\.png" '
    )
    assert len(re.findall(shown, README)) == 1


def test_the_grid_of_the_appendix_is_what_its_command_draws(tmp_path: Path, shell: Callable[..., Any]) -> None:
    (command,) = [said for block in CONSOLE for said, _ in sessions(block) if said.endswith("-o appendix.png")]
    shell(command, tmp_path)
    plans = []
    for folder in (tmp_path, ROOT / "sample_configs" / "figures"):
        with Image.open(folder / "appendix.png") as picture:
            plans.append(picture.text["cosine-lr plan"].replace("title: A floor and a warmup\n", ""))
    assert plans[0] == plans[1]


def test_the_first_picture_is_what_the_first_command_draws(tmp_path: Path, shell: Callable[..., Any]) -> None:
    ((command, _),) = sessions(CONSOLE[0])
    assert command == "cosine-lr plot --lr 0.1 --epochs 100"
    ran = shell(command.replace(" plot ", " plan "), tmp_path)
    with Image.open(ROOT / "sample_configs" / "figures" / "cosine-lr.png") as picture:
        held = picture.text["cosine-lr plan"]
    assert held.splitlines() == [line.partition("#")[0].rstrip() for line in ran.output.splitlines()]


# --- .ci/run --------------------------------------------------------------------------------------------------------


def test_what_ci_runs_is_the_readmes_second_command(root: Path, shell: Callable[..., Any]) -> None:
    ((_, text, *_),) = [block for block in BLOCKS if block.language == "sh"]
    ran = shell(".ci/run --print-set-up", root)
    assert (ran.output, ran.code) == (text.splitlines()[1] + "\n", 0)
