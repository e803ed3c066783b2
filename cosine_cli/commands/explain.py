"""Describe schedules: formula, parameters, source and common uses.

A NAME is a schedule (cosine), a framework (torch) or a framework's schedule
(torch.CosineAnnealingLR). Without a NAME, all schedules are listed. A FILE is
a config, whose schedules are described. "formats" lists the formats of other
programs' configs, "formats NAME" describes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.files import STDOUT, write
from cosine_cli.frameworks.core.discovery import framework_named, framework_schedules
from cosine_cli.plans.importers.core.format_names import CONFIG_FORMATS
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.problems import Problems
from cosine_cli.plans.registry import canonical, depends, is_known
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.render.explain.subject import Subject

GROUP = "Explore"
EXAMPLES = (
    "cosine-lr explain cosine",
    "cosine-lr explain torch.CosineAnnealingLR",
    "cosine-lr explain plan.yaml",
)
WORDS = "[NAME | FILE]..."
SHARED = ()
"""The command does not take curves or options of the run."""

FORMATS = ("text", "json", "md")

MOST_CANDIDATES = 6
"""An ambiguous name lists at most this many schedules."""


@declaration
class Options:
    """Options of ``explain`` alone."""

    format: str = param("text", "output format", choices=FORMATS)


OPTIONS = (Options,)


def run(line: CommandLine) -> None:
    """Print the explanations of the named schedules, or the list of all."""
    words = line.curves
    form = line.values(Options).get("format", FORMATS[0])
    if words and words[0] == CONFIG_FORMATS:
        write(STDOUT, _config_formats((*words[1:], *line.files), form))
        return
    lists = not line.files and all(framework_named(word) for word in words)
    subjects = tuple(_subjects(line))
    if form == "json":
        from cosine_cli.render.explain.json_page import explanations

        write(STDOUT, explanations(subjects))
    elif form == "md":
        from cosine_cli.render.explain import markdown_page

        write(STDOUT, markdown_page.markdown_list(subjects) if lists else markdown_page.markdown_pages(subjects))
    else:
        from cosine_cli.render.explain import screen

        write(STDOUT, (screen.screen_list if lists else screen.screen_pages)(subjects, Terminal.here()))


def _subjects(line: CommandLine) -> Iterator[Subject]:
    """Yield the named schedules and those of configs, or all of them."""
    from cosine_cli.render.explain.subject import Subject

    names = [*dict.fromkeys(_known(line.curves))]
    yield from map(Subject, names if names or line.files else catalogue.names())
    if line.files:
        yield from _in_configs(line)


def _in_configs(line: CommandLine) -> Iterator[Subject]:
    """Yield the schedules of configs, each drawn as its curves there."""
    from cosine_cli.plans.load import check_no_log, load_plan
    from cosine_cli.render.explain.subject import Subject

    check_no_log(line)
    plan = load_plan(replace(line, curves=(), options={}))
    Messages(quiet=line.quiet).notes(*plan.remarks)
    for name in dict.fromkeys(curve.name for curve in plan.bases):
        yield Subject(name, replace(plan, curves=tuple(curve for curve in plan.bases if curve.name == name)))


def _config_formats(words: Sequence[str], form: str) -> Iterator[bytes]:
    from cosine_cli.plans.importers.core.formats import format_hint, format_named
    from cosine_cli.render.explain import formats_page, screen

    problems, names = Problems(), list[str]()
    for word in words:
        with problems.collect():
            name = format_named(word)
            if name is None:
                raise user_error(f"name {quote(word)}", "is not a format of configs", hint=format_hint(word))
            names.append(name)
    problems.raise_any()
    names = [*dict.fromkeys(names)]
    if form == "json":
        return formats_page.formats_json(names)
    if form == "md":
        return formats_page.formats_markdown(names)
    return screen.screen_formats(names, Terminal.here())


def _known(words: Sequence[str]) -> list[str]:
    """Return the full names of schedules, all of them for a framework; unknown names are reported together.

    If a word is not a name, all words may be one: ``cosine annealing``.
    """
    problems, names = Problems(), list[str]()
    if len(words) > 1 and (phrase := _phrase(words)):
        return [phrase]
    for word in words:
        with problems.collect():
            if framework := framework_named(word):
                names += [f"{framework}.{name}" for name in framework_schedules(framework)]
            elif is_known(word):
                names.append(canonical(word))
            else:
                names.append(_found(word))
    problems.raise_any()
    return names


def _phrase(words: Sequence[str]) -> str | None:
    """Return the schedule that several words stand for, None if each is a name, or none has all of them.

    Raises RequestError if several schedules have all of them.
    """
    if all(framework_named(word) or is_known(word) for word in words):
        return None
    from cosine_cli.plans.parse.schedule_aliases import schedules_named  # here: it loads schedules

    phrase = " ".join(words)
    if rule := depends("_".join(words)):
        raise user_error(f"name {quote(phrase)}", rule)
    return _one_of(phrase, schedules_named(phrase))


def _one_of(name: str, candidates: Sequence[str]) -> str | None:
    if len(candidates) > 1:
        few = len(candidates) <= MOST_CANDIDATES
        hint = f"did you mean {either(candidates)}?" if few else "see 'cosine-lr explain'"
        raise user_error(f"name {quote(name)}", "is ambiguous", hint=hint)
    return candidates[0] if candidates else None


def _found(word: str) -> str:
    """Return the schedule that an unknown name stands for."""
    from cosine_cli.plans.importers.core.formats import format_named
    from cosine_cli.plans.parse.schedule_aliases import name_hint, schedules_named  # here: they load schedules

    name = word.partition(":")[0]
    where = f"name {quote(word)}"
    if rule := depends(name):
        raise user_error(where, rule)
    if name != word and is_known(name):
        raise user_error(where, "is not a schedule", hint=f"did you mean {canonical(name)}?")
    if format_named(word):
        raise user_error(where, "is a format of configs", hint=f"see 'cosine-lr explain {CONFIG_FORMATS} {word}'")
    found = _one_of(word, schedules_named(word))
    if found is None:
        raise user_error(where, "is not a schedule", hint=did_you_mean(word, (CONFIG_FORMATS,)) or name_hint(name))
    return found
