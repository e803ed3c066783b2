"""The codes and names of the rules: the files ``lr*.py`` of the folder above."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import NamedTuple

_FILE = re.compile(r"(?P<code>lr\d{3})_(?P<name>\w+)\.py")


class RuleFile(NamedTuple):
    """The file of a rule.

    - ``code``, ``name``: ``LR004``, ``rises-again``.
    - ``module``: the name of its module in the folder.
    """

    code: str
    name: str
    module: str


@cache
def rule_files() -> tuple[RuleFile, ...]:
    """Return the files of all rules in the order of their codes; no rule is loaded."""
    files = sorted(os.listdir(os.path.dirname(os.path.dirname(__file__))))
    return tuple(
        RuleFile(match["code"].upper(), match["name"].replace("_", "-"), file.removesuffix(".py"))
        for file in files
        if (match := _FILE.fullmatch(file))
    )
