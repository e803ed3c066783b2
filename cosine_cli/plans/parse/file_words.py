"""Which words of a command line are files."""

from __future__ import annotations

import os

from cosine_cli.plans.parse.syntaxes import SYNTAXES
from cosine_cli.plans.registry import is_framework_name, is_known

_FIGURES = (".png", ".svg", ".pdf")
LOGS = (".csv", ".tsv", ".jsonl", ".ipynb", ".wandb", ".gz")

SUFFIXES = (*SYNTAXES, *_FIGURES, *LOGS)
"""The suffixes of the files that are read: configs, figures and logs."""

_NEVER_LOGS = (*(suffix for suffix in SYNTAXES if suffix not in (".json", ".txt", ".log")), *_FIGURES)


def is_file(word: str) -> bool:
    """Return whether an argument is a file: not if it begins with the name of a schedule.

    >>> is_file("cosine:min_lr=1e-5"), is_file("run.yaml"), is_file("./cosine")
    (False, True, True)
    """
    name = word.partition(":")[0]
    if is_known(name) or (is_framework_name(name) and not name.endswith(SUFFIXES)):
        return False
    return word.endswith(SUFFIXES) or word.startswith(("./", "../", "/")) or _exists(word)


def may_be_log(path: str) -> bool:
    """Return whether a file may be a log of rates, judged by its name.

    >>> may_be_log("run.yaml"), may_be_log("metrics.json"), may_be_log("runs/exp3")
    (False, True, True)
    """
    return not path.lower().endswith(_NEVER_LOGS)


def _exists(word: str) -> bool:
    try:
        return os.path.lexists(word)
    except ValueError:  # a NUL inside
        return False


def file_without_suffix(word: str) -> str | None:
    """Return the one file with this name and a suffix of a config, None if there is none, or if there are several."""
    found = [word + suffix for suffix in SUFFIXES if _exists(word + suffix)]
    return found[0] if len(found) == 1 else None
