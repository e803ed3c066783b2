"""``--install-completion`` and ``--show-completion``, with a home of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from door import ask

from cosine_cli.completion import install

if TYPE_CHECKING:
    from pathlib import Path

LAST = "Completion will take effect once you restart the terminal\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_bash(home: Path) -> None:
    script, startup = home / ".bash_completions" / "cosine-lr.sh", home / ".bashrc"
    startup.write_bytes(b"alias a='b'\n# \xff, without a line break")
    startup.chmod(0o600)
    first = f"bash completion installed in {script}\n"
    expected = f"{first}{startup} now loads it\n{LAST}".encode()
    assert ask("--install-completion", "bash") == (0, expected, "")
    assert script.read_bytes() == ask("--show-completion", "bash").out
    assert startup.read_bytes() == b"alias a='b'\n# \xff, without a line break\n" + f"source '{script}'\n".encode()
    assert startup.stat().st_mode & 0o777 == 0o600
    before = startup.read_bytes()
    assert ask("--install-completion=bash") == (0, f"{first}{LAST}".encode(), "")
    assert startup.read_bytes() == before


def test_zsh(home: Path) -> None:
    script, startup = home / ".zfunc" / "_cosine-lr", home / ".zshrc"
    assert ask("--install-completion", "zsh").code == 0
    assert script.read_bytes().startswith(b"#compdef cosine-lr\n")
    assert startup.read_text() == (
        "fpath+=~/.zfunc; autoload -Uz compinit; compinit\nzstyle ':completion:*' menu select\n"
    )


def test_zsh_keeps_a_style(home: Path) -> None:
    (home / ".zshrc").write_text("zstyle ':completion:*' menu no\n")
    assert ask("--install-completion", "zsh").code == 0
    assert (home / ".zshrc").read_text() == (
        "zstyle ':completion:*' menu no\nfpath+=~/.zfunc; autoload -Uz compinit; compinit\n"
    )


def test_fish(home: Path) -> None:
    script = home / ".config" / "fish" / "completions" / "cosine-lr.fish"
    assert ask("--install-completion", "fish") == (0, f"fish completion installed in {script}\n{LAST}".encode(), "")
    assert [path for path in home.rglob("*") if path.is_file()] == [script]


def test_the_startup_file_is_a_link(home: Path) -> None:
    (home / "dotfiles").mkdir()
    (home / "dotfiles" / "bashrc").write_text("a\n")
    (home / ".bashrc").symlink_to("dotfiles/bashrc")
    assert ask("--install-completion", "bash").code == 0
    assert (home / ".bashrc").is_symlink()
    assert (home / "dotfiles" / "bashrc").read_text().startswith("a\nsource ")


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tcsh"], "must be bash, zsh or fish, got 'tcsh'"),
        (["bash", "zsh"], "takes one shell, got 'zsh'"),
        ([""], "must be bash, zsh or fish, got ''"),
    ],
)
def test_errors(home: Path, option: str, words: list[str], message: str) -> None:
    assert ask(option, *words) == (2, b"", f"cosine-lr: error: {option}: {message}\n")
    assert list(home.iterdir()) == []


def test_the_running_shell(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_running_shell", lambda: "fish")
    assert ask("--show-completion") == ask("--show-completion", "fish")
    monkeypatch.setattr(install, "_running_shell", lambda: None)
    message = "cosine-lr: error: --install-completion: cannot detect the shell; pass bash, zsh or fish\n"
    assert ask("--install-completion") == (2, b"", message)
    assert list(home.iterdir()) == []


def test_a_home_that_cannot_be_written(home: Path) -> None:
    (home / ".bash_completions").touch()
    code, out, err = ask("--install-completion", "bash")
    assert (code, out) == (2, b"")
    assert err.startswith("cosine-lr: error: ")
    assert err.count("\n") == 1
