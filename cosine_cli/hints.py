"""Hints for a command line that does not parse: the line or the option to type instead."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.options import flag_of
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.file_words import is_file
from cosine_cli.plans.parse.parameter_aliases import meant, parameter_of
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.parse.schedule_aliases import curve_of, known_parameters
from cosine_cli.plans.registry import is_known, load
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.streams import PROGRAM
from cosine_cli.text import closest, did_you_mean, either, question

_COMMANDS = {
    **dict.fromkeys(("help", "list", "ls", "schedules", "schedulers", "info", "describe", "man"), "explain"),
    **dict.fromkeys(("draw", "figure", "graph"), "plot"),
    **dict.fromkeys(("print", "export", "csv"), "table"),
    **dict.fromkeys(("preview", "chart"), "show"),
    **dict.fromkeys(("generate", "codegen"), "code"),
    **dict.fromkeys(("check", "validate", "verify"), "lint"),
    **dict.fromkeys(("config", "init"), "plan"),
    "version": "--version",
}
"""Other programs' names of commands."""

FIRST = "plot"
"""The command suggested first for a line without a command."""


def command_hint(words: Sequence[str], flags: Mapping[str, Iterable[str]]) -> str:
    """Return a hint for a line whose first word is not a command: the line to type, or the list of commands.

    - ``flags``: the flags of each command.
    """
    name, *rest = words
    if name in _COMMANDS:
        return f"did you mean {shlex.join([PROGRAM, _COMMANDS[name], *rest])}?"
    line = _with_command(name, rest, flags)
    hint = question(shlex.join([PROGRAM, *line])) if line is not None else did_you_mean(name, flags)
    return hint or f"the commands are {either(flags, last='and')}"


def _with_command(name: str, rest: Sequence[str], flags: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Return a line with the missing command, or with its command in front; None if it cannot be determined."""
    words = [name, *rest]
    misplaced = next((at for at, word in enumerate(words) if word in flags and at), None)
    if name.startswith("-") and misplaced is not None:
        return [words[misplaced], *words[:misplaced], *words[misplaced + 1 :]]
    if not name.startswith("-") and not (is_known(name.partition(":")[0]) or is_file(name)):
        curve = None if closest(name, flags) else _curve(name)
        if curve is None:
            return None
        words = [curve, *rest]
    command = next((command for command in (FIRST, *flags) if _takes(flags[command], words)), None)
    return None if command is None else [command, *words]


def _takes(flags: Iterable[str], words: Sequence[str]) -> bool:
    """Return whether a command has all options of a line."""
    options = (word.partition("=")[0].replace("_", "-") for word in words if word.startswith("-"))
    return {option for option in options if option.lstrip("-")[:1].isalpha()} <= set(flags)


def _curve(text: str) -> str | None:
    try:
        return curve_of(parse_curve(text, unit="epoch"))
    except RequestError:
        return None


def option_hint(option: str, words: Sequence[str], known: Sequence[Param], *, command: str) -> str:
    """Return a hint for an option that a command does not have: what to type, or the command's help page.

    - ``words``: the arguments after the command.
    """
    name, value = _given(option, words)
    schedules = _schedules(words)
    flags = {_name(p): param for p in known if _may_mean(name, p) and (param := _declared(p, schedules))}
    hint = next(filter(None, _suggestions(name, value, flags, words)), None)
    return (hint and question(hint)) or f"see '{PROGRAM} {command} --help'"


def _name(param: Param) -> str:
    return param.long.removeprefix("--").replace("-", "_")


def _schedules(words: Sequence[str]) -> tuple[str, ...]:
    """Return the schedules of a line's curves; all schedules if the curves are in a config."""
    if any(is_file(word) or word in ("-c", "--config") for word in words):
        return catalogue.names()
    return tuple(word.partition(":")[0] for word in words if is_known(word.partition(":")[0])) or catalogue.COMPARED


def _declared(param: Param, schedules: Iterable[str]) -> Param | None:
    """Return an option's parameter; if only some schedules have it, that of the first of them, None if none has it."""
    if param.type != "Any":  # as CurveFlags declares them
        return param
    declared = (own for schedule in schedules for own in params(load(schedule)))
    return next((own._replace(name=param.name) for own in declared if flag_of(own) == param.name), None)


def _may_mean(name: str, param: Param) -> bool:
    """Return whether an option may be suggested: ``--no-annotations`` is the opposite of ``--annotations``."""
    return name.startswith("no") or not _name(param).startswith("no_")


def _suggestions(
    name: str, value: str | None, flags: Mapping[str, Param], words: Sequence[str]
) -> Iterator[str | None]:
    """Yield what a name may stand for, the most likely first: a name or an alias, then a mistyped one."""
    for mistyped in (False, True):
        yield _flag(name, value, flags, mistyped=mistyped)
        if not mistyped and (choice := _choice(name, flags)) is not None:
            # A choice takes no value: --step 10k is --steps, not --update step.
            yield None if value is None else _flag(name, value, flags, mistyped=True)
            yield choice
        if value is not None:
            yield from _in_a_curve(name, value, words, mistyped=mistyped)


def _given(option: str, words: Sequence[str]) -> tuple[str, str | None]:
    """Return the name of an option as typed, without dashes, and its value, None if it has none."""
    for at, word in enumerate(words):
        typed, equals, value = word.partition("=")
        if typed.replace("_", "-") != option and not (option[1:2] != "-" and typed.startswith(option)):
            continue
        follows = words[at + 1] if at + 1 < len(words) and not words[at + 1].startswith("-") else None
        return typed.lstrip("-"), value if equals else follows
    return option.lstrip("-"), None


def _choice(name: str, flags: Mapping[str, Param]) -> str | None:
    """Return the flag with a choice of this name: ``--dark`` is ``--theme dark``; None if several have it."""
    found = [f"{param.long} {name}" for param in flags.values() if name in (*param.choices, *param.synonyms)]
    return found[0] if len(found) == 1 else None


def _flag(name: str, value: str | None, flags: Mapping[str, Param], *, mistyped: bool) -> str | None:
    """Return the flag that a name stands for, with its value; None if there is none."""
    spelt = parameter_of(name, flags, mistyped=mistyped)
    if spelt is not None and (value is None or flags[spelt].kind is Kind.SWITCH):
        return flags[spelt].long
    if value is None:
        return None
    pair = meant(name, RawValue(value, name), flags, mistyped=mistyped)
    return None if pair is None else f"{flags[pair.name].long} {shlex.quote(pair.text)}"


def _in_a_curve(name: str, value: str, words: Sequence[str], *, mistyped: bool) -> Iterator[str]:
    """Yield the curves of the line with the parameter added, then other schedules that have it."""
    for text in words:
        schedule, _, given = text.partition(":")
        if text.startswith("-") or text == value or not is_known(schedule):
            continue
        pair = meant(name, RawValue(value, name), known_parameters(schedule), mistyped=mistyped)
        if pair is not None:
            yield shlex.quote(f"{schedule}:{given}{',' if given else ''}{pair.written('text')}")
    if not mistyped and not any(is_known(text.partition(":")[0]) for text in words if text != value):
        yield from _examples(name, value)


def _examples(name: str, value: str) -> Iterator[str]:
    """Yield curves that have a parameter of this name and accept its value."""
    from cosine_cli.plans.resolve.request import resolve

    for schedule in dict.fromkeys((*catalogue.COMPARED, *catalogue.names())):
        pair = meant(name, RawValue(value, name), known_parameters(schedule), mistyped=False)
        if pair is None:
            continue
        text = f"{schedule}:{pair.written('text')}"
        try:
            resolve(Request(curves=(parse_curve(text, unit="epoch"),)))
        except RequestError:
            continue
        yield shlex.quote(text)
