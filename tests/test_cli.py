"""The entry point."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest
from door import ask

from cosine_cli import __version__, cli
from cosine_cli.__main__ import main
from cosine_cli.schedules.core.fields import merged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("here")


def test_commands_are_the_listing_of_their_folder() -> None:
    assert cli.commands() == ("code", "diagnose", "explain", "extend", "lint", "plan", "plot", "show", "table")


def test_the_version() -> None:
    assert ask("--version") == (0, f"cosine-lr {__version__}\n".encode(), "")


@pytest.fixture
def handlers() -> Iterator[None]:
    """Put the handlers of signals back after a run that is the whole of its process."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
def test_the_version_before_any_import(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["cosine-lr", "--version"])
    assert main() == 0
    assert capfd.readouterr() == (f"cosine-lr {__version__}\n", "")


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_the_overview(words: tuple[str, ...]) -> None:
    code, out, err = ask(*words)
    assert (code, err) == (0, "")
    assert out.startswith(
        b"See, compare and plot learning-rate schedules before you train.\n\nUsage: cosine-lr COMMAND "
    )


@pytest.mark.parametrize("name", cli.commands())
@pytest.mark.parametrize("words", [("--help",), ("-h",), ("--lr", "abc", "--help")])
def test_the_page_of_a_command(name: str, words: tuple[str, ...]) -> None:
    code, out, err = ask(name, *words)
    assert (code, err) == (0, "")
    own = {"explain": "[NAME | FILE]...", "diagnose": "LOG [CURVE | FILE]", "extend": "[CURVE | FILE]"}
    words_taken = own.get(name, "[CURVE | FILE]...")
    assert f"Usage: cosine-lr {name} {words_taken} [OPTIONS]\n".encode() in out
    assert (b"\nRun\n" in out) == (name != "explain")


OPTION = "cosine-lr: error: unknown option"
EXPECTED = "cosine-lr: error: expected a command, got option"
THE_COMMANDS = "the commands are code, diagnose, explain, extend, lint, plan, plot, show and table"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("tabel", "cosine-lr: error: unknown command 'tabel'; did you mean table?"),
        ("x", f"cosine-lr: error: unknown command 'x'; {THE_COMMANDS}"),
        ("--lr 1", f"{EXPECTED} '--lr'; did you mean cosine-lr plot --lr 1?"),
        ("--zzz 1", f"{EXPECTED} '--zzz'; {THE_COMMANDS}"),
        ("table --lrr 1", f"{OPTION} '--lrr'; did you mean --lr 1?"),
        ("table --zzz", f"{OPTION} '--zzz'; see 'cosine-lr table --help'"),
        ("table -z", f"{OPTION} '-z'; see 'cosine-lr table --help'"),
        ("table --num-epochs 3", f"{OPTION} '--num-epochs'; did you mean --epochs 3?"),
        ("table --eta_min=0.01", f"{OPTION} '--eta-min'; did you mean --min-lr 0.01?"),
        (
            "table --T_max 3",
            f"{OPTION} '--T-max'; did you mean cosine:total=3?",
        ),
        (
            "table --cycles 3",
            f"{OPTION} '--cycles'; did you mean hard_restarts:cycles=3?",
        ),
        ("table --lr", "cosine-lr: error: --lr: needs a value"),
        ("plot -o", "cosine-lr: error: -o: needs a value"),
        ("plot --log=1", "cosine-lr: error: --log: does not take a value"),
        (
            "table --warmup_ratio 0.03",
            f"{OPTION} '--warmup-ratio'; did you mean --warmup 3%?",
        ),
    ],
)
def test_a_line_that_does_not_parse(words: str, message: str) -> None:
    code, out, err = ask(*words.split())
    assert (code, out) == (2, b"")
    assert err.startswith(message)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("--steps_per_epoch 3 --min_lr 0.01", "--steps-per-epoch 3 --min-lr 0.01"),
        ("--lr=0.2", "--lr 0.2"),
        ("-s linear", "linear"),
        ("-s linear -s step", "linear step"),
        ("--schedule linear cosine", "cosine linear"),
        ("--lr 0.2 -- cosine", "cosine --lr 0.2"),
        ("-c c.yaml", "c.yaml"),
        ("./cosine", "c.yaml"),
    ],
)
def test_two_ways_to_say_one_thing(here: Path, words: str, same: str) -> None:
    for name in ("c.yaml", "cosine"):
        (here / name).write_text("lr: 0.3\ncurves: [polynomial]\n", encoding="utf-8")
    answer = ask("plan", *words.split())
    assert answer.code == 0
    assert answer == ask("plan", *same.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("table --lr 0.1 --lr 0.2", "--lr: must be given only once, got '0.1' and '0.2'"),
        ("plot -o a.png --output a.png", "--output: must be given only once, got 'a.png' and 'a.png'"),
        ("table cosine --as torch,torch", "--as: frameworks must differ, got 'torch' twice"),
        ("table cosine --as torch,pytorch", "--as: frameworks must differ, got 'torch' twice"),
    ],
)
def test_an_option_is_given_once(words: str, message: str) -> None:
    answer = ask(*words.split())
    assert (answer.code, answer.err) == (2, f"cosine-lr: error: {message}\n")


def test_a_framework_by_another_name() -> None:
    assert ask("code", "cosine", "--to", "PyTorch") == ask("code", "cosine", "--to", "torch")
    assert ask("table", "cosine", "--as", "pytorch") == ask("table", "cosine", "--as", "torch")


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(argv: list[str]) -> None:
        raise ZeroDivisionError(f"{argv}\x1b")

    monkeypatch.setattr(cli, "_dispatch", broken)
    code, out, err = ask("table")
    assert (code, out) == (70, b"")
    assert err.startswith("cosine-lr: bug, please report it:\nTraceback (most recent call last):\n")
    assert err.endswith(r"ZeroDivisionError: ['table']\x1b" + "\n")


@pytest.mark.parametrize("name", cli.commands())
def test_no_flag_means_two_things(name: str) -> None:
    module = cli.load_command(name)
    found = [flag for param in merged(*cli.declarations(module)) for flag in cli.flags_of(param)]
    assert sorted(found) == sorted(set(found))
    assert not [flag for flag in found if flag in cli.HELP]


@pytest.mark.parametrize("name", [name for name in cli.commands() if name != "explain"])
def test_what_every_command_takes_that_has_a_run(name: str) -> None:
    module = cli.load_command(name)
    found = [flag for param in merged(*cli.declarations(module)) for flag in cli.flags_of(param)]
    assert {"--lr", "--epochs", "--steps", "--steps-per-epoch", "--warmup", "--min-lr", "--update", "-s", "-c"} <= set(
        found
    )
    assert {"--step-size", "--gamma", "--decay-rate", "--milestones", "--power"} <= set(found)


def test_a_command_without_a_run_takes_its_own_options_alone() -> None:
    module = cli.load_command("explain")
    assert [flag for param in merged(*cli.declarations(module)) for flag in cli.flags_of(param)] == ["--format"]
