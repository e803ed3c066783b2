"""Help as plain text, made from the declarations: what a flag is called, means, and defaults to."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from types import ModuleType

from cosine_cli.plans.model.options import CurveFlags, Run
from cosine_cli.plans.parse.argv import PositionalFlags, shared, words_of
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Param, merged
from cosine_cli.text import either

WIDTH = 80
GROUPS = ("Look", "Prepare a run", "After it has started", "Choose")
EXAMPLES = (
    "cosine-lr plot --lr 0.1 --epochs 100",
    "cosine-lr table cosine:warmup=5 step:step_size=20",
    "cosine-lr plan cosine --steps 10k --warmup 2% > run.yaml",
)
CURVES = """\
A CURVE is a schedule with its parameters: cosine, step:step_size=20,gamma=0.5, \
cosine:warmup=5,min_lr=1e-5,label=mine. A FILE is a config, or a figure that plot drew. Where none is named: {compared}.
Schedules: {names}.
Times count epochs, or steps with --steps; 10%, 3ep and 500st say it themselves.
"""


def overview(modules: Mapping[str, ModuleType]) -> str:
    """Return the help of the whole: examples, then the commands in their groups."""
    lines = ["See, compare and plot learning-rate schedules before you train.", ""]
    lines += [f"  {example}" for example in EXAMPLES]
    lines += ["", "Usage: cosine-lr COMMAND [CURVE | FILE]... [OPTIONS]"]
    for group in GROUPS:
        members = {name: module for name, module in modules.items() if group == module.GROUP}
        lines += ["", group] if members else []
        lines += [f"  {name:<10}{_summary(module)}" for name, module in members.items()]
    lines += ["", *_about_curves(), "'cosine-lr COMMAND --help' lists a command's options; --version is answered too."]
    return "\n".join(lines) + "\n"


def page(name: str, module: ModuleType) -> str:
    """Return the help of one command."""
    lines = [(module.__doc__ or "").strip(), ""]
    lines += [f"  {example}" for example in module.EXAMPLES]
    lines += ["", f"Usage: cosine-lr {name} {words_of(module)} [OPTIONS]", ""]
    if Run in shared(module):
        lines += [*_about_curves(), *_section("Run", Run), *_section("Curves", CurveFlags, PositionalFlags)]
    lines += _section(name.capitalize(), *module.OPTIONS)
    return "\n".join(lines) + "\n"


def _summary(module: ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0].rstrip(".")


def _about_curves() -> list[str]:
    text = CURVES.format(compared=either(catalogue.COMPARED, last="and"), names=", ".join(catalogue.names()))
    return [line for paragraph in text.splitlines() for line in textwrap.wrap(paragraph, WIDTH)] + [""]


def _section(title: str, *declared: type) -> list[str]:
    return [title, *(line for param in merged(*declared) for line in _option(param)), ""]


def _option(param: Param) -> Iterator[str]:
    head = f"  {_flags(param):<26}"
    meaning = f"without {param.meaning}" if param.type is bool and param.default is True else param.meaning
    text = textwrap.wrap(meaning + _default(param), WIDTH - 29)
    yield f"{head} {text[0]}" if len(head) <= len("  ") + 26 else head
    for line in text[1:] if len(head) <= len("  ") + 26 else text:
        yield " " * 29 + line


def _flags(param: Param) -> str:
    both = f"-{param.short}, {param.long}" if param.short else param.long
    if param.type is bool:
        return both
    return f"{both} {'|'.join(param.choices) if param.choices else _metavar(param)}"


def _metavar(param: Param) -> str:
    if param.example:
        return param.example
    if param.repeated:
        return {"schedule": "CURVE", "config": "FILE"}.get(param.name, "TEXT")
    return "TIME" if param.time else "N" if param.whole else "X"


def _default(param: Param) -> str:
    if param.type is bool or param.default in (None, ()):
        return ""
    default = param.default
    shown = "x".join(f"{part:g}" for part in default) if isinstance(default, tuple) else default
    return f" (default {shown})"
