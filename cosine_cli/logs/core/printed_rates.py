"""The learning rates in a line of printed text."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

from cosine_cli.logs.core.rate_column import NOT_LOGGED

AFTER_NUMBER = r"""(?=$|[\s,;:|)\]}>'"/(<=*&!\\-]|\.(?!\d))"""
"""What follows a number: another character is a part of a name, or damage."""

_NUMBER = rf"(?>[-+]?(?:\d{{1,40}}(?:\.\d{{0,40}})?|\.\d{{1,40}})(?:[eE][-+]?\d{{1,4}})?){AFTER_NUMBER}"

_RATE = re.compile(
    rf"""
    (?<![A-Za-z0-9])
    (?P<word> learning[ ]rate | learning[_-]?rate | lrate | lr | l\.r\. ) s?+
    (?P<suffix> \d{{0,3}}+ (?: [_/-] [A-Za-z0-9]{{1,24}}+ ){{0,4}}+ )
    (?: \s?\( (?P<name> [A-Za-z][A-Za-z0-9_ ]{{0,30}}+ ) \) )?+
    ['"]?+
    (?: \s{{0,12}}+ (?: := | ==? | : | -> ) >?+ \s{{0,12}}+
      | \s{{1,12}}+
        (?: (?: is | was | now | at | (?: set | changed | updated | reduced )?+ \s?+ to
              | of\ group\ (?P<group> \d{{1,3}}+ )\ to )
            \s{{1,12}}+ )?+ )
    (?P<open> (?: [\[({{] | tensor\( | array\( | np\.float\d\d\( ){{0,3}}+ ) \s{{0,4}}+ ['"]?+
    (?: (?P<first> {_NUMBER} ) | (?= [\d.] | [-+]?+ (?: nan | inf (?:inity)?+ ) \b ) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A name, a separator, a number or a list of numbers. All repetitions are bounded and possessive, so that the time is
linear in the length of the line. The separator distinguishes ``lr: 0.1`` from ``lr0.1`` in the name of a file."""

_PREFIX = re.compile(r"[A-Za-z][\w/.-]{0,39}(?<=[/_.-])$")
_MOST_PREFIX = 40
_NEXT = re.compile(rf"['\"]?+\)?+\s{{0,4}}+[,;\s]\s{{0,4}}+(?:tensor\(|np\.float\d\d\()?+['\"]?+({_NUMBER})")
MOST_RATES = 64
"""The most rates that a line or a list has: a log of more is one of each parameter."""

_SETTINGS = NOT_LOGGED.union(
    ("default", "power", "old", "step", "steps", "milestones", "drop", "patience", "cooldown"),
    ("epoch", "epochs", "iters", "find", "type", "mode"),
)
"""Words in the names of settings, which are printed once and do not change."""


class PrintedRate(NamedTuple):
    """A learning rate, or those of all parameter groups.

    - ``places``: where the digits are in the line; empty if something else than a number is printed.
    """

    name: str
    places: tuple[slice, ...]


def may_have_rate(line: str) -> bool:
    """Return whether a line contains the words of a rate: quick, for most lines of a log."""
    lower = line.lower()
    return "lr" in lower or "learning" in lower or "l.r." in lower


def rates_of(line: str) -> list[PrintedRate]:
    """Return the rates of a line, by names in lower case.

    >>> line = "step=10, lr=[9.6e-06, 9.6e-06], Learning Rate: 1.5E-04 |"
    >>> [(rate.name, [line[place] for place in rate.places]) for rate in rates_of(line)]
    [('lr', ['9.6e-06', '9.6e-06']), ('learning_rate', ['1.5E-04'])]
    >>> rates_of("resnet_sgd_lr0.1] loss 0.3")
    []
    """
    rates = []
    for match in islice(_RATE.finditer(line), MOST_RATES):
        name = _name(line, match)
        if name is not None:
            rates.append(PrintedRate(name, _places(line, match)))
    return rates


def _name(line: str, match: re.Match[str]) -> str | None:
    start = match.start()
    before = _PREFIX.search(line[max(0, start - _MOST_PREFIX) : start])
    word = match["word"].lower().replace(".", "").replace(" ", "_").replace("-", "_")
    qualifier = f"/{match['name']}" if match["name"] else f"/group{match['group']}" if match["group"] else ""
    if not before and not qualifier and not match["suffix"]:
        return word
    name = f"{before[0] if before else ''}{word}{match['suffix']}{qualifier}".lower().replace(" ", "_")
    return None if _SETTINGS.intersection(re.split(r"[^a-z]+", name)) else name


def _places(line: str, match: re.Match[str]) -> tuple[slice, ...]:
    if match["first"] is None:
        return ()
    places = [slice(*match.span("first"))]
    while match["open"] and len(places) < MOST_RATES and (following := _NEXT.match(line, places[-1].stop)):
        places.append(slice(*following.span(1)))
    return tuple(places)
