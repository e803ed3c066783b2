"""Parse a command line: which arguments are curves, which are files, and the values of the flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.figure_settings import Caption, Figure
from cosine_cli.plans.model.options import CurveFlags, Run
from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.file_words import is_file
from cosine_cli.plans.parse.grid_spec import parse_grid
from cosine_cli.plans.parse.raw import RawValue, Request, settings_over, unit_of
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.registry import synonym_note
from cosine_cli.schedules.core.fields import declaration, param, params
from cosine_cli.text import quote

MOST_WORDS = 10_000


@declaration
class InputFlags:
    """Flags for curves and configs, instead of arguments without a flag."""

    schedule: tuple[str, ...] = param(None, "same as a positional CURVE", short="s", repeated=True)
    config: tuple[str, ...] = param(None, "same as a positional FILE", short="c", repeated=True)
    read_as: str = param(None, "format of the files; see 'cosine-lr explain formats'", example="timm")
    combine: bool = param(False, "read two files as one run, such as TrainingArguments and a DeepSpeed config")


@declaration
class LogFlags:
    """Flags for the logs among the files."""

    column: str = param(None, "column of the rates in a log", example="lr-AdamW")
    run: int = param(None, "run in a log that has several", at_least=1, example="2")


@declaration
class MessageFlags:
    """Flags for what a command prints besides its result."""

    quiet: bool = param(False, "print no notes and no paths of written files", short="q")


_SHARED = (InputFlags, LogFlags, Run, Budget, CurveFlags, MessageFlags)


def shared(command: ModuleType) -> tuple[type, ...]:
    """Return the classes that declare a command's shared options, by default all of them."""
    declared: tuple[type, ...] = getattr(command, "SHARED", _SHARED)
    return declared


def words_of(command: ModuleType) -> str:
    """Return the usage text of a command's arguments, by default curves and files."""
    usage: str = getattr(command, "WORDS", "[CURVE | FILE]...")
    return usage


@dataclass(frozen=True)
class CommandLine:
    """A parsed command line.

    - ``curves``: the specs of the curves.
    - ``files``: the paths of the configs.
    - ``options``: the given flags by the name of their parameter.
    - ``command``: the name of the command.
    - ``files_first``: the number of files before the first curve.
    """

    curves: tuple[str, ...]
    files: tuple[str, ...]
    options: Mapping[str, RawValue]
    command: str = "plot"
    files_first: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Any], *, command: str = "plot") -> CommandLine:
        """Return the command line of Typer's arguments; a value of None is not given."""
        words = [*(given.get("words") or ())]
        curves = [word for word in words if not is_file(word)] + [*(given.get("schedule") or ())]
        files = [word for word in words if is_file(word)] + [*(given.get("config") or ())]
        files_first = next((at for at, word in enumerate(words) if not is_file(word)), len(files))
        flags = {name: value for name, value in given.items() if name not in ("words", "schedule", "config")}
        unit = unit_of([name for name, value in flags.items() if value is not None]) or "epoch"
        options = {name: _raw(name, value, unit) for name, value in flags.items() if value is not None}
        return cls(tuple(curves), tuple(files), options, command, files_first)

    def given(self, declared: type) -> dict[str, RawValue]:
        """Return the given flags that a dataclass declares, unparsed."""
        names = [field.name for field in params(declared)]
        return {name: self.options[name] for name in names if name in self.options}

    def values(self, declared: type) -> dict[str, Any]:
        """Return the given flags that a dataclass declares, parsed."""
        return {
            field.name: read(field, self.options[field.name])
            for field in params(declared)
            if field.name in self.options
        }

    def check_alone(self, *names: str) -> None:
        """Raise RequestError for a curve, a file or an option beside these, which the first one would ignore."""
        others = [quote(text) for text in (*self.curves, *self.files)]
        others += [value.where for name, value in self.options.items() if name not in names]
        if others:
            where = self.options[names[0]].where
            raise user_error(where, "cannot be combined with curves, files and options", got=others[0])

    def without(self, name: str) -> CommandLine:
        """Return the line without one of its flags."""
        return replace(self, options={flag: raw for flag, raw in self.options.items() if flag != name})

    @property
    def quiet(self) -> bool:
        """Whether the command prints nothing besides its result."""
        return bool(self.values(MessageFlags).get("quiet", False))

    @property
    def synonyms(self) -> list[str]:
        """A sentence on each curve that is named by a synonym."""
        return list(dict.fromkeys(filter(None, (synonym_note(text.partition(":")[0]) for text in self.curves))))

    def request(self, below: Request) -> Request:
        """Return the request of the line merged over that of a config, whose unit applies to bare times.

        Options of the run apply to each run of a config that has several.
        """
        if below.runs:
            runs = tuple(replace(self, curves=()).request(run)._replace(figure={}) for run in below.runs)
            own_figure = self.request(Request()).figure
            match, axis = self.options.get("match", below.match), self.options.get("axis", below.axis)
            return below._replace(figure=settings_over(own_figure, below.figure), runs=runs, match=match, axis=axis)
        own = unit_of(self.options)
        unit: TimeUnit = own or below.unit or "epoch"
        figure = {**self.given(Caption), **self.given(Figure)}
        if "grid" in figure:
            figure["grid"] = parse_grid(figure["grid"], unit)
        line = Request(
            unit=own,
            run=_in(unit, {**self.given(Run), **self.given(Budget)}),
            flags=_in(unit, self.given(CurveFlags)),
            figure=figure,
            curves=tuple(parse_curve(text, unit=unit) for text in self.curves),
            match=self.options.get("match"),
            axis=self.options.get("axis"),
        )
        return line.over(below)


def _raw(name: str, value: Any, unit: TimeUnit) -> RawValue:
    flag = f"--{name.rstrip('_').replace('_', '-')}"
    if isinstance(value, bool):  # --log is true, --no-annotations is false
        return RawValue(str(value).lower(), flag, unit)
    if not isinstance(value, str):  # a flag that can be repeated
        return RawValue("", flag, unit, parts=tuple(RawValue(text, flag, unit) for text in value))
    return RawValue(value, flag, unit)


def _in(unit: TimeUnit, given: Mapping[str, RawValue]) -> dict[str, RawValue]:
    return {name: RawValue(value.text, value.where, unit) for name, value in given.items()}
