"""The variables of a shell script that are plain values: set once, outside conditions, loops and functions."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

_ASSIGNED = re.compile(
    r"""(?:export[ \t]+)?([A-Za-z_]\w*+)=(?:'([\w.+-]*+)'|"([\w.+-]*+)"|([\w.+-]*+))(?:[ \t]++\#.*)?"""
)
_NAME = re.compile(r"(?<![\w$./-])(?<!\$\{)[A-Za-z_]\w*+")
"""A name that is not expanded: wherever it is set, read or exported."""

_COMMENT = re.compile(r"(?:^|\s)#.*")
_OPENS = re.compile(r"(?:^|[;&|]|\bthen\b|\bdo\b|\belse\b)\s*+(?:if|case|for|while|until|select)\b|\{\s*+$")
_CLOSES = re.compile(r"(?:^|;)\s*+(?:fi|esac|done)\b|^\s*+\}")
_HERE = re.compile(r"(?<!<)<<-?[ \t]*+['\"]?(\w++)")
_OTHER_SCRIPT = re.compile(r"\s*+(?:source|\.|eval)\s")


class Variable(NamedTuple):
    """The value of a variable, and the offsets of the text in which it has that value."""

    value: str
    begin: int
    end: float = float("inf")


def plain_variables(text: str) -> dict[str, Variable]:
    """Return the variables that have the same plain value wherever the script has set them.

    Those that another script or ``eval`` could change have their value until then.
    """
    found: dict[str, Variable] = {}
    uses: Counter[str] = Counter()
    depth, at, delimiter, ends = 0, 0, "", []
    for line in text.splitlines(keepends=True):
        at += len(line)
        uses.update(_NAME.findall(_COMMENT.sub("", line)))
        if delimiter:
            delimiter = "" if line.strip() == delimiter else delimiter
            continue
        if _OTHER_SCRIPT.match(line):
            ends.append(at)
        here = _HERE.search(line)
        delimiter = here[1] if here else ""
        match = _ASSIGNED.fullmatch(line.rstrip()) if not depth else None
        if match is not None:
            found[match[1]] = Variable(match[2] or match[3] or match[4] or "", at)
        depth = max(depth + len(_OPENS.findall(line)) - len(_CLOSES.findall(line)), 0)
    return {
        name: variable._replace(end=next((end for end in ends if end > variable.begin), variable.end))
        for name, variable in found.items()
        if uses[name] == 1 and variable.value
    }
