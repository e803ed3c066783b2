"""README.md says what is: its commands run and print what it shows, its tables are those of the code."""

from __future__ import annotations

import doctest
import math
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
from cosine_cli.plans import config
from cosine_cli.plans.asked import Run
from cosine_cli.plans.figure import Caption, Figure
from cosine_cli.plans.schema import schema
from cosine_cli.plans.setting import LABEL, LASTS, WARMUP
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, OneUnit, Param, Share, params

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
    assert counted == {"sh": 1, "yaml": 1, "python": 2, "pycon": 1}
    assert sum(len(sessions(block)) for block in CONSOLE) >= 28


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
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    wanted = "tests/schedules/test_contract.py cosine_cli/schedules -k inverse_sqrt"
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


def parameters(name: str) -> str:
    shown = []
    for param in params(catalogue.load(name)):
        if not param.of_members:
            flag = f" (as a flag `--{param.flag.replace('_', '-')}`)" if param.flag not in (None, param.name) else ""
            shown.append(f"`{param.name}`{flag} {words(param.default)}".strip())
    return ", ".join(shown)


def schedule_rows() -> dict[str, tuple[str, str]]:
    header = "| schedule | rate at `t` | parameters and their defaults |"
    rows = rows_after("## Schedules", header) + rows_after("made of other schedules", header)
    return {name.strip("`"): (formula.strip("`"), given) for name, formula, given in rows}


def test_the_schedules_are_those_of_the_catalogue() -> None:
    assert {name: given for name, (_, given) in schedule_rows().items()} == {
        name: parameters(name) for name in catalogue.names()
    }


MATHS = {"cos": math.cos, "pi": math.pi, "floor": math.floor, "max": max, "sum": sum}

RUN = 70.0

GIVEN: dict[str, dict[str, Any]] = {}
"""Values of a schedule whose parameters do not go together as they are made from its fields."""


def made(param: Param) -> Any:
    """Return a value that the declaration allows: a share of the run, or a number that is not the default."""
    if isinstance(param.default, Share):
        times = tuple(max(float(round(part * RUN)), 1.0) for part in param.default.parts)
        return times if param.many else times[0]
    if isinstance(param.default, OneUnit):
        return 3.0
    if param.choices or not isinstance(param.default, int | float | Derived):
        return param.default
    low = 0.01  # where the default is 0; a floor has to lie below the peak
    if isinstance(param.default, Derived):
        several: tuple[float, ...] = (0.8, 3)
    else:
        several = (param.default * 3, param.default / 2, low, param.default)
    return next(value for value in several if value and param.accepts(value))


def values(name: str) -> dict[str, Any]:
    return {param.name: made(param) for param in params(catalogue.load(name))} | GIVEN.get(name, {})


def holds_schedules(name: str) -> bool:
    return any("Schedule" in str(param.type) for param in params(catalogue.load(name)))


LEAVES = [name for name in catalogue.names() if not holds_schedules(name)]
INSIDE = {"lr": 0.3, "total": 20.0, "min_lr": 0.0}

MADE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("staircase", {"every": 3.0}, {}),
    ("warmup", {"warmup": 8.0, "warmup_start": 0.05}, {}),
    ("restarts", {"cycle": 20.0, "cycle_mult": 1.5, "cycle_decay": 0.6, "cycles": 3}, {"start": 0.0, "i": 0}),
    ("restarts", {"cycle": 20.0, "cycle_mult": 1.5, "cycle_decay": 0.6, "cycles": 3}, {"start": 20.0, "i": 1}),
    ("restarts", {"cycle": 20.0, "cycle_mult": 1.5, "cycle_decay": 0.6, "cycles": 3}, {"start": 50.0, "i": 2}),
]


def test_every_formula_is_checked() -> None:
    assert set(schedule_rows()) == {*LEAVES, *(name for name, *_ in MADE), "sequence"}


@pytest.mark.parametrize("name", LEAVES)
@pytest.mark.parametrize("t", [0.0, 0.5, 7.0, 20.9, 21.0, 31.5, 42.0, 63.5, 69.0, RUN])
def test_a_formula_gives_what_the_code_gives(name: str, t: float) -> None:
    formula, _ = schedule_rows()[name]
    given = values(name)
    expected = eval(formula, {**MATHS, **given, "t": t})  # noqa: S307 - the formula is ours
    assert catalogue.load(name)(**given)([t])[0] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("name", "given", "more"), MADE)
@pytest.mark.parametrize("since", [0.0, 2.5, 8.0, 19.5])
def test_a_formula_of_schedules_gives_what_the_code_gives(
    name: str, given: dict[str, Any], more: dict[str, Any], since: float
) -> None:
    inside = catalogue.load("cosine")(**INSIDE)
    t = since + more.get("start", 0.0)
    formula, _ = schedule_rows()[name]
    known = {**MATHS, **given, **more, "t": t, "of": lambda time: inside([time])[0]}
    expected = eval(formula, known)  # noqa: S307 - the formula is ours
    assert catalogue.load(name)(**given, of=inside)([t])[0] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", [name for name in LEAVES if catalogue.load(name)(**values(name)).on_run_clock])
@pytest.mark.parametrize("t", [0.0, 2.5, 23.9, 24.0, 30.0, 42.0, RUN])
def test_the_formula_of_a_warmup_before_drops_gives_what_the_code_gives(name: str, t: float) -> None:
    said = re.search(r"The rate is then\s`([^`]+)`", README)
    assert said
    assert f"`{name}`" in README[: said.start()].rpartition("\n\n")[2]
    inside = catalogue.load(name)(**values(name))
    given = {"warmup": 24.0, "warmup_start": 0.05}
    expected = eval(said[1], {**given, "t": t, "of": lambda time: inside([time])[0]})  # noqa: S307
    assert catalogue.load("warmup")(**given, of=inside)([t])[0] == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_the_formula_of_a_sequence_gives_what_the_code_gives() -> None:
    parts = [catalogue.load("cosine")(**INSIDE), catalogue.load("constant")(lr=0.1)]
    schedule = catalogue.load("sequence")(of=tuple(parts), lengths=(15.0, 5.0))
    formula, _ = schedule_rows()["sequence"]
    for i, start, t in ((0, 0.0, 14.5), (1, 15.0, 15.0)):
        of = [lambda time, part=part: part([time])[0] for part in parts]
        assert schedule([t])[0] == eval(formula, {"of": of, "i": i, "start": start, "t": t})  # noqa: S307


KEYS = "| key | meaning | value | default |"


def row(param: Param, *, default: str | None = None) -> list[str]:
    shown = words(param.default) if default is None else default
    spoken = default is not None or isinstance(param.default, Derived)
    return [f"`{param.name}`", param.meaning, value(param), shown if spoken or not shown else f"`{shown}`"]


def test_the_keys_of_a_config_are_those_that_are_declared() -> None:
    described = {key: schema()["properties"][key]["description"] for key in ("curves", "figure")}
    expected = [
        *map(row, params(Caption)),
        *map(row, params(Run)),
        ["`curves`", described["curves"], "a list of curves", "`cosine`, `step`, `exponential`"],
        ["`figure`", described["figure"], "the keys below", ""],
    ]
    assert rows_after("Keys of a config", KEYS) == expected
    assert tuple(key.strip("`") for key, *_ in expected) == config.KEYS
    assert catalogue.COMPARED == ("cosine", "step", "exponential")


def test_the_keys_of_a_figure_are_those_that_are_declared() -> None:
    defaults = {"output": "the config's name, as a PNG"}
    assert rows_after("Keys under `figure`", KEYS) == [
        row(param, default=defaults.get(param.name)) for param in params(Figure)
    ]


def test_the_keys_of_a_curve_are_those_that_are_declared() -> None:
    defaults = {"warmup": "the run's", "label": "the schedule's name, and what differs", "for": "what the others leave"}
    declared = [LABEL, *WARMUP.values(), LASTS]
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
    assert sum(link.endswith(".png") for link in found) >= 13
    assert sum(link.endswith(".yaml") for link in found) >= 9
    for light, dark in (("cosine-lr.png", "cosine-lr-dark.png"), ("imagenet.png", "imagenet-dark.png")):
        figures = "sample_configs/figures"
        assert f'srcset="{figures}/{dark}">\n  <img alt=' in README
        assert f'src="{figures}/{light}" width=' in README


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
