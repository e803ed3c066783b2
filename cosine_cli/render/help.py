"""Help as plain text, built from the declarations of the options."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from types import ModuleType

from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.options import CurveFlags, Run
from cosine_cli.plans.parse.argv import InputFlags, LogFlags, MessageFlags, shared, words_of
from cosine_cli.plans.parse.value_kinds import value_kind
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, merged
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import either

WIDTH = 80
GROUPS = ("Explore", "Prepare a run", "After the start")
EXAMPLES = (
    "cosine-lr plot --lr 0.1 --epochs 100",
    "cosine-lr table cosine:warmup=5 step:step_size=20",
    "cosine-lr plan cosine --steps 10k --warmup 2% > run.yaml",
)
_CURVE = "one of {count} schedules, see 'cosine-lr explain'; with parameters: cosine:warmup=5,min_lr=1e-5"
_FILE = "a config, a figure written by plot, or the log of a run"
_TIME = "in epochs (in steps with {steps}), or with a unit: {units}"
_LOG = "the log of a run, the folder of a run, or - for standard input"
_MORE = """\
'cosine-lr COMMAND --help' lists the options of a command.
'cosine-lr --install-completion' sets up completion in bash, zsh or fish."""

_COLUMN = 29
"""The column of the texts beside the options."""


def overview(modules: Mapping[str, ModuleType]) -> str:
    """Return the text of ``cosine-lr --help``, given the modules of the commands by name."""
    lines = ["See, compare and plot learning-rate schedules before you train.", ""]
    lines += ["Usage: cosine-lr COMMAND [CURVE | FILE]... [OPTIONS]", ""]
    for group in GROUPS:
        members = {name: module for name, module in modules.items() if group == module.GROUP}
        lines += [group, *(f"  {name:<10}{_paragraphs(module)[0]}" for name, module in members.items()), ""]
    lines += [*_arguments(), *_examples(EXAMPLES), "", _MORE]
    return "\n".join(lines) + "\n"


def command_help(name: str, module: ModuleType) -> str:
    """Return the text of ``cosine-lr NAME --help``."""
    purpose, *details = _paragraphs(module)
    lines = [f"{purpose}.", "", f"Usage: cosine-lr {name} {words_of(module)} [OPTIONS]", ""]
    lines += [line for paragraph in details for line in (*textwrap.wrap(paragraph, WIDTH), "")]
    if Run in shared(module):
        files = (LogFlags,) if LogFlags in shared(module) else ()
        lines += [
            *_arguments(words_of(module), budget=Budget in shared(module)),
            *_section("Run", Run),
            *(_section("Budget", Budget) if Budget in shared(module) else ()),
            *_section("Curves", CurveFlags, InputFlags, *files),
        ]
    messages = (MessageFlags,) if MessageFlags in shared(module) else ()
    drawn = getattr(module, "FIGURE", ())
    own = [each for each in module.OPTIONS if each not in drawn]
    lines += [
        *_section(name.capitalize(), *own, *messages),
        *(_section("Figure, with --plot", *drawn) if drawn else ()),
        *_examples(module.EXAMPLES),
    ]
    return "\n".join(lines) + "\n"


def _paragraphs(module: ModuleType) -> list[str]:
    """Return the paragraphs of a docstring; the first is one sentence, without its period."""
    first, *others = (module.__doc__ or "").strip().split("\n\n")
    return [first.rstrip("."), *others]


def _arguments(words: str = "...", *, budget: bool = True) -> list[str]:
    """Return the section on curves, files, schedules and times, and on a log if the arguments have one.

    - ``words``: the usage text of the arguments; curves have a default if there may be several.
    - ``budget``: whether a run may have a number of tokens.
    """
    curve = _CURVE.format(count=len(catalogue.names()))
    if words.endswith("..."):
        curve += f" (default {either(catalogue.COMPARED, last='and')})"
    steps, units = ("--steps or --tokens", ", 2Btok") if budget else ("--steps", "")
    time = _TIME.format(steps=steps, units=f"10%, 3ep, 500st{units}")
    log = (("LOG", _LOG),) if words.startswith("LOG") else ()
    rows = (*log, ("CURVE", curve), ("FILE", _FILE), ("TIME", time))
    return ["Arguments", *(line for name, text in rows for line in _entry(name, text, column=10)), ""]


def _examples(commands: tuple[str, ...]) -> list[str]:
    return ["Examples", *(f"  {command}" for command in commands)]


def _section(title: str, *declared: type) -> list[str]:
    options = (_entry(_flags(param), _text(param), column=_COLUMN) for param in merged(*declared))
    return [title, *(line for option in options for line in option), ""]


def _entry(name: str, text: str, *, column: int) -> Iterator[str]:
    """Yield a name and its text in two columns; a long name has a line of its own."""
    head = f"  {name:<{column - 3}}"
    first, *others = textwrap.wrap(text, WIDTH - column)
    if len(head) < column:
        yield f"{head} {first}"
    else:
        yield from (head, " " * column + first)
    yield from (" " * column + line for line in others)


def _flags(param: Param) -> str:
    both = f"-{param.short}, {param.long}" if param.short else param.long
    if param.kind is Kind.SWITCH:
        return both
    return f"{both} {'|'.join(param.choices) if param.choices and not param.many else _metavar(param)}"


def _metavar(param: Param) -> str:
    if param.example:
        return param.example
    if param.repeated:
        return {"schedule": "CURVE", "config": "FILE"}[param.name]
    return value_kind(param).metavar


def _text(param: Param) -> str:
    """Return the meaning of an option, and its default."""
    if param.kind is Kind.SWITCH:
        return f"omit {param.meaning}" if param.default is True else param.meaning
    if param.default in (None, ()):
        return param.meaning
    default = param.default
    shown = "x".join(f"{part:g}" for part in default) if isinstance(default, tuple) else default
    return f"{param.meaning} (default {shown})"
