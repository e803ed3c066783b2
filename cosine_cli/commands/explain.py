"""Describe schedules: formula, parameters, source and common uses.

A NAME is a schedule (cosine), a framework (torch) or a framework's schedule
(torch.CosineAnnealingLR). Without a NAME, all schedules are listed.
"""

from __future__ import annotations

from collections.abc import Iterable

from cosine_cli.errors import RequestError, user_error
from cosine_cli.files import STDOUT, write
from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.registry import canonical, depends, is_known
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.text import quote

GROUP = "Explore"
EXAMPLES = (
    "cosine-lr explain cosine",
    "cosine-lr explain cosine wsd --format json",
    "cosine-lr explain torch.CosineAnnealingLR",
)
WORDS = "[NAME]..."
SHARED = ()
"""The command does not take curves or options of the run."""

FORMATS = ("text", "json", "md")


@declaration
class Options:
    """Options of ``explain`` alone."""

    format: str = param("text", "output format", choices=FORMATS)


OPTIONS = (Options,)


def run(line: CommandLine) -> None:
    """Print the explanations of the named schedules, or the list of all."""
    from cosine_cli.render.explain.subject import Subject

    words = (*line.curves, *line.files)
    lists = all(word in frameworks() for word in words)
    names = tuple(dict.fromkeys(_known(words)))
    form = line.values(Options).get("format", FORMATS[0])
    subjects = tuple(Subject(name) for name in names or catalogue.names())
    if form == "json":
        from cosine_cli.render.explain.json_page import explanations

        write(STDOUT, explanations(subjects))
    elif form == "md":
        from cosine_cli.render.explain import markdown_page

        write(STDOUT, markdown_page.markdown_list(subjects) if lists else markdown_page.markdown_pages(subjects))
    else:
        from cosine_cli.render.explain import screen

        write(STDOUT, (screen.screen_list if lists else screen.screen_pages)(subjects, Terminal.here()))


def _known(words: Iterable[str]) -> list[str]:
    """Return the full names of schedules, all of them for a framework; unknown names are reported together."""
    problems, names = Problems(), list[str]()
    for word in words:
        with problems.collect():
            if word in frameworks():
                names += [f"{word}.{name}" for name in framework_schedules(word)]
            elif is_known(word):
                names.append(canonical(word))
            else:
                raise _unknown(word)
    problems.raise_any()
    return names


def _unknown(word: str) -> RequestError:
    from cosine_cli.plans.parse.schedule_aliases import name_hint  # here: it loads schedules

    name = word.partition(":")[0]
    if rule := depends(name):
        return user_error(f"name {quote(word)}", rule)
    hint = f"did you mean {canonical(name)}?" if is_known(name) else name_hint(name)
    return user_error(f"name {quote(word)}", "is not a schedule", hint=hint)
