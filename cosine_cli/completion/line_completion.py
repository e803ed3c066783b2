"""Complete a command line: commands, options, their values, curves and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cosine_cli.completion.candidates import FILES, FOLDERS, Candidate, files_with, matches
from cosine_cli.completion.curve_completion import curve_candidates, known_parameters, schedule_names
from cosine_cli.frameworks.core.discovery import frameworks
from cosine_cli.plans.importers.core.format_names import CONFIG_FORMATS, importers
from cosine_cli.plans.model.figure_settings import NAMED_SIZES
from cosine_cli.plans.parse.file_words import SUFFIXES
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.studies.lint.core.codes import rule_files


@dataclass(frozen=True)
class Command:
    """A command for completion: its purpose, its parameters by flag, and whether it takes curves and files."""

    purpose: str
    flags: Mapping[str, Param]
    takes_curves: bool


_FILES_OF = {
    "config": files_with(SUFFIXES),
    "from_": files_with(SUFFIXES),
    "output": FILES,
    "out_dir": FOLDERS,
    "style": files_with((".mplstyle",)),
}
"""The files that are values of options."""

Commands = Mapping[str, Callable[[], Command]]
"""The commands by name; a command is loaded when it is called."""


def candidates(
    words: Sequence[str], typed: str, commands: Commands, options: Mapping[str, Sequence[str]]
) -> list[Candidate]:
    """Return what can replace the last word of a command line.

    - ``words``: the words between the program and the last one.
    - ``typed``: the last word, which may be empty.
    - ``options``: the options instead of a command, each with its values.
    """
    if not words:
        return [*_commands(commands, typed), *(_words(options, typed) if typed.startswith("-") else [])]
    first, *rest = words
    if first in options:
        return [] if rest else _words(options[first], typed)
    if first == "help":
        return [] if rest else _commands(commands, typed)
    return list(_Line.of(commands[first](), rest).candidates(typed)) if first in commands else []


def _commands(commands: Commands, typed: str) -> list[Candidate]:
    return [Candidate(name, commands[name]().purpose) for name in matches(commands, typed)]


def _words(names: Iterable[str], typed: str) -> list[Candidate]:
    return [Candidate(name) for name in names if name.startswith(typed)]


@dataclass
class _Line:
    """The words of a command before the last one.

    - ``given``: the names of the options; ``pending``: the option whose value follows.
    - ``arguments``: the words that are not options; ``only_arguments``: after ``--``.
    """

    command: Command
    given: set[str] = field(default_factory=set)
    arguments: list[str] = field(default_factory=list)
    pending: Param | None = None
    only_arguments: bool = False

    @classmethod
    def of(cls, command: Command, words: Iterable[str]) -> _Line:
        line = cls(command)
        for word in words:
            line._add(word)
        return line

    def _add(self, word: str) -> None:
        if self.pending is not None:
            self.pending = None
        elif self.only_arguments or not word.startswith("-"):
            self.arguments.append(word)
        elif word == "--":
            self.only_arguments = True
        else:
            name, equals, _ = word.partition("=")
            param = self._param(name)
            attached = bool(equals)
            if param is None and not word.startswith("--"):
                param, attached = self._param(word[:2]), True
            if param is not None:
                self.given.add(param.name)
                self.pending = None if attached or param.kind is Kind.SWITCH else param

    def _param(self, flag: str) -> Param | None:
        return self.command.flags.get(flag.replace("_", "-"))

    def candidates(self, typed: str) -> Iterator[Candidate]:
        name, equals, value = typed.partition("=")
        if self.pending is not None:
            yield from self._values(self.pending, typed)
        elif self.only_arguments or not typed.startswith("-"):
            yield from self._arguments(typed)
        elif not equals:
            yield from self._options(typed)
        elif (param := self._param(name)) is not None:
            for candidate in self._values(param, value):
                yield candidate if candidate.is_pattern else candidate._replace(text=f"{name}={candidate.text}")

    def _options(self, typed: str) -> Iterator[Candidate]:
        """Yield the options that can still be given; the short ones only if a single dash is typed."""
        meanings = {
            flag.removeprefix("--"): param.meaning
            for flag, param in self.command.flags.items()
            if flag.startswith("--") and (param.repeated or param.name not in self.given)
        }
        meanings["help"] = "describe the command"
        for name in matches(meanings, typed.lstrip("-")):
            yield Candidate(f"--{name}", meanings.get(name, meanings.get(name.replace("_", "-"), "")))

    def _arguments(self, typed: str) -> Iterator[Candidate]:
        if not self.command.takes_curves:
            yield from (Candidate(name) for name in matches(self._explained(typed), typed))
            if self.arguments[:1] != [CONFIG_FORMATS]:
                yield from files_with(SUFFIXES)
            return
        yield from curve_candidates(typed)
        if ":" not in typed:
            yield from files_with(SUFFIXES)

    def _explained(self, typed: str) -> Sequence[str]:
        """Return what ``explain`` takes: schedules, frameworks and the word for formats, or formats after it."""
        if self.arguments[:1] == [CONFIG_FORMATS]:
            return importers()
        return [*schedule_names(typed), *frameworks(), *([] if self.arguments else [CONFIG_FORMATS])]

    def _values(self, param: Param, typed: str) -> Iterable[Candidate]:
        match param.name:
            case "schedule":
                return curve_candidates(typed)
            case "as_":
                return _listed(dict.fromkeys(frameworks(), ""), typed)
            case "select" | "ignore":
                return _listed(_rules(), typed)
            case "explain":
                return _named(_rules() | {"all": "list all rules"}, typed)
            case "grid":
                return self._grid(typed)
            case name:
                choices = {"read_as": importers(), "size": NAMED_SIZES}.get(name, param.choices)
                return _FILES_OF.get(name) or _words(choices, typed)

    def _grid(self, typed: str) -> list[Candidate]:
        """Return the parameters of the curves."""
        schedules = [word.partition(":")[0] for word in self.arguments] or catalogue.COMPARED
        names = dict.fromkeys(name for schedule in schedules for name in known_parameters(schedule, {}))
        return [] if "=" in typed else [Candidate(f"{name}=") for name in matches(names, typed)]


def _listed(meanings: Mapping[str, str], typed: str) -> list[Candidate]:
    """Return the names, with their meanings, that can continue a list with commas."""
    listed, _, last = typed.rpartition(",")
    start = f"{listed}," if listed else ""
    others = [name for name in meanings if name not in listed.split(",")]
    return [Candidate(start + name, meanings[name]) for name in matches(others, last)]


def _named(meanings: Mapping[str, str], typed: str) -> list[Candidate]:
    return [Candidate(name, meanings[name]) for name in matches(meanings, typed)]


def _rules() -> dict[str, str]:
    """Return the names of the rules of ``lint`` by their codes."""
    return {rule.code: rule.name for rule in rule_files()}
