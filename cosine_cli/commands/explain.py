"""Explain a schedule, its formula, parameters and source; or list all.

Without a name the catalogue, with a name all that is known of it, with
several one page after the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from cosine_cli.errors import RequestError, refusal
from cosine_cli.files import STDOUT, write
from cosine_cli.plans.brought import mend_schedule
from cosine_cli.plans.line import Line
from cosine_cli.plans.named import canonical, is_known
from cosine_cli.plans.said import Faults
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.text import quote

GROUP = "Look"
EXAMPLES = (
    "cosine-lr explain",
    "cosine-lr explain cosine",
    "cosine-lr explain cosine wsd --format json",
)
WORDS = "[NAME]..."
SHARED = ()
"""No run and no curves: words are names alone."""

FORMATS = ("text", "json", "md")


@declaration
class Options:
    """What only this command takes."""

    format: str = param("text", "what to print", choices=FORMATS)


OPTIONS = (Options,)


def run(line: Line) -> None:
    """Find the schedules, and print what they say of themselves."""
    from cosine_cli.render.explain.subject import Subject

    names = tuple(dict.fromkeys(_known((*line.curves, *line.files))))
    form = line.values(Options).get("format", FORMATS[0])
    subjects = tuple(Subject(name) for name in names or catalogue.names())
    if form == "json":
        from cosine_cli.render.explain.records import records

        write(STDOUT, records(subjects))
    elif form == "md":
        from cosine_cli.render.explain import markdown

        write(STDOUT, markdown.pages(subjects) if names else markdown.catalogue(subjects))
    else:
        from cosine_cli.render.explain import screen

        write(STDOUT, (screen.pages if names else screen.catalogue)(subjects, Terminal.here()))


def _known(words: Iterable[str]) -> list[str]:
    """Return the schedules' own names; all names that are none are told at once."""
    faults, found = Faults(), []
    for word in words:
        with faults.gather():
            if not is_known(word):
                raise _unknown(word)
            found.append(canonical(word))
    faults.raise_any()
    return found


def _unknown(word: str) -> RequestError:
    name = word.partition(":")[0]
    mend = f"did you mean {canonical(name)}?" if is_known(name) else mend_schedule(word)
    return refusal(f"name {quote(word)}", "must be the name of a schedule", mend=mend)
