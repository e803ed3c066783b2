"""The variables that the scripts pass, and the answers that they read; then the shells themselves."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from completed import READABLE, answered
from door import ask
from patience import SECONDS

from cosine_cli.completion.shells import SHELLS


@pytest.mark.parametrize(
    ("words", "at", "answer"),
    [
        (["plot", "cosine:mi"], 2, ["cosine:min_lr="]),
        (["plot", "cosine", ":", "mi"], 4, ["min_lr="]),
        (["plot", "cosine", ":", "min_lr", "=", "0,to"], 6, ["0,total="]),
        (["plot", "cosine", ":", "anneal", "="], 5, []),
        (["plot", "onecycle", ":", "anneal", "="], 5, ["cosine", "linear"]),
        (["plot", "--theme", "=", "d"], 4, ["dark"]),
        (["plot", "--theme", "="], 3, ["light", "dark", "both"]),
        (["plot", "--theme", ""], 3, ["light", "dark", "both"]),
        (["plot", "--theme", "dark", "--epo"], 4, ["--epochs"]),
        (
            ["plot", "cosine", "--lo"],
            2,
            ["cosine", *READABLE],
        ),
        (["plot", "cosine", ":", "label", "=", r"a\ b,mi"], 6, [r"a\ b,min_lr="]),
        (["plot", '"cosine:label=a b,mi'], 2, ["cosine:label=a b,min_lr="]),
        (["pl"], 1, ["plan", "plot"]),
    ],
)
def test_words_that_bash_has_broken(words: list[str], at: int, answer: list[str]) -> None:
    environ = {"COMP_WORDS": "\n".join(["cosine-lr", *words]), "COMP_CWORD": str(at)}
    assert answered("bash", **environ) == answer


@pytest.mark.parametrize("words", ["", "\n", "a\\", "'", '"', "a\n\n\nb", "\udcff", "=", ":\n="])
@pytest.mark.parametrize("shell", SHELLS)
def test_odd_lines_have_an_answer(shell: str, words: str) -> None:
    for at in ("", "0", "7", "x"):
        answered(shell, COMP_WORDS=words, COMP_CWORD=at, _TYPER_COMPLETE_ARGS=words)


@pytest.mark.parametrize("instruction", ["complete_tcsh", "complete", "show_bash", ""])
def test_another_instruction(monkeypatch: pytest.MonkeyPatch, instruction: str) -> None:
    monkeypatch.setenv("_COSINE_LR_COMPLETE", instruction)
    code, out, err = ask()
    assert (code, out) == (2, b"")
    assert err == (
        "cosine-lr: error: _COSINE_LR_COMPLETE: must be complete_SHELL or source_SHELL, with bash, zsh or fish, "
        f"got '{instruction}'\n"
    )


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_as_source(monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    shown = ask("--show-completion", shell)
    monkeypatch.setenv("_COSINE_LR_COMPLETE", f"source_{shell}")
    assert ask() == shown
    assert b"_cosine_lr_completion" in shown.out


STARTS = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}
ON_TERMINAL = """\
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
LOADS = {"zsh": "autoload -Uz compinit; compinit -D; source s", "bash": "source ./s", "fish": "source s"}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("plot cosine:mi\t0", ["plot", "cosine:min_lr=0"]),
        ("plot cosine:min_lr=0,tot\t5", ["plot", "cosine:min_lr=0,total=5"]),
        ("plot onecycle:anneal=l\t", ["plot", "onecycle:anneal=linear"]),
        ("plot --theme=d\t--epo\t9", ["plot", "--theme=dark", "--epochs", "9"]),
        ("plot torch.OneC\tru\tfold\tx", ["plot", "torch.OneCycleLR", "run.yaml", "folder/x"]),
        ("plot with\\ sp\t", ["plot", "with space.json"]),
        ("plot cosine:label=a\\ b,mi\t0", ["plot", "cosine:label=a b,min_lr=0"]),
        ("plot --config=ru\t", ["plot", "--config=run.yaml"]),
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key(tmp_path: Path, shell: str, keys: str, words: list[str]) -> None:
    """The command prints its words instead of running, so that they are read from the line that the shell completed."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "cosine-lr"
    command.write_text(
        f'#!/bin/sh\n[ -n "$_COSINE_LR_COMPLETE" ] && exec "{sys.executable}" -m cosine_cli\n'
        "for word; do printf '<%s>' \"$word\"; done\necho '<end>'\n"
    )
    command.chmod(0o755)
    for name in ("run.yaml", "run.tex", "with space.json"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "s").write_bytes(ask("--show-completion", shell).out)
    shown = typed([program, *STARTS[shell]], tmp_path, f"{LOADS[shell]}\r", f"cosine-lr {keys}\r")
    assert "".join(f"<{word}>" for word in words) + "<end>" in shown


def typed(shell: list[str], folder: Path, *lines: str) -> str:
    """Return what a shell on a terminal shows for lines that are typed, until the last one has run."""
    environ = {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "dumb",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    ours, its = pty.openpty()
    words = [sys.executable, "-c", ON_TERMINAL, *shell]
    process = subprocess.Popen(
        words, cwd=folder, env=environ, stdin=its, stdout=its, stderr=its, start_new_session=True
    )
    os.close(its)
    shown = b""
    try:
        for line in lines:
            os.write(ours, line.encode())
        until = time.monotonic() + SECONDS
        while b"<end>" not in shown and time.monotonic() < until:
            if select.select([ours], [], [], 1)[0]:
                shown += os.read(ours, 1 << 16)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return shown.decode(errors="replace")
