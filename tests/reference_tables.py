"""The generated tables of README.md and docs/, from the declarations of the package."""

from __future__ import annotations

import contextlib
import io
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from cosine_cli import cli, logs
from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.model.curve_options import DURATION, LABEL, WARMUP
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.model.figure_settings import PRESETS, Caption, Figure
from cosine_cli.plans.model.options import CurveFlags, Match, Run, TimeAxis
from cosine_cli.plans.parse.argv import LogFlags
from cosine_cli.plans.schema import schema
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.fields import Derived, Param, merged, params
from cosine_cli.studies import extend
from cosine_cli.studies.diagnose import stories as story_modules
from cosine_cli.studies.lint.core.rules import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

MEASURED = Path(__file__).parent / "benchmarks" / "measured.md"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [[*header], *([*row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _value(param: Param) -> str:
    """Return what a parameter takes, in words."""
    if param.type is bool:
        return "true or false"
    if param.type is str and not param.choices:
        return "text"
    rule = param.rule.removeprefix("must be ").removesuffix(f" and at most {MOST_STEPS}")
    return rule.replace("finite number", "time") if param.time else rule


def _default(param: Param) -> str:
    """Return the default of a parameter, nothing if it has none."""
    default: Any = param.default
    if default is None or default == ():
        return ""
    if isinstance(default, Derived):
        return str(default)
    if isinstance(default, bool):
        return _code(str(default).lower())
    return _code(f"{default:g}" if isinstance(default, int | float) else str(default))


def _flags(param: Param) -> str:
    return ", ".join(map(_code, [param.long, f"-{param.short}"] if param.short else [param.long]))


# --- Config keys ----------------------------------------------------------------------------------------------------

_DEFAULTS = {"output": "the name of the config, as a PNG"}
_CURVE_DEFAULTS = {
    "label": "the name of the schedule, and what differs",
    "warmup": "that of the run",
    "for": "the time that the others leave",
}
_VALUES = {"grid": "one or two names, each with a list of values"}


def _key(param: Param) -> list[str]:
    value = _VALUES.get(param.name) or _value(param)
    return [_code(param.name), _flags(param), param.meaning, value, _DEFAULTS.get(param.name) or _default(param)]


def config_keys() -> str:
    """The keys of a config and the flags of the same meaning."""
    keys = ("budget", "groups", "curves", "runs", "figure")
    described = {key: schema()["properties"][key]["description"] for key in keys}
    compared = ", ".join(map(_code, catalogue.COMPARED))
    return _table(
        ("key", "flag", "meaning", "value", "default"),
        [
            *map(_key, [*params(Caption), *params(Run)]),
            ["`budget`", "", described["budget"], "the keys under `budget`", ""],
            ["`groups`", "", described["groups"], "names, each with a number above 0", ""],
            *map(_key, [*params(Match), *params(TimeAxis)]),
            ["`curves`", "", described["curves"], "a list of curves", compared],
            [
                "`runs`",
                "",
                described["runs"],
                "a list of runs, each with a `name` and the keys from `lr` to `curves`",
                "",
            ],
            ["`figure`", "", described["figure"], "the keys under `figure`", ""],
        ],
    )


def budget_keys() -> str:
    """The keys under ``budget`` and the flags of the same meaning."""
    return _table(("key", "flag", "meaning", "value", "default"), map(_key, params(Budget)))


def figure_keys() -> str:
    """The keys under ``figure`` and the flags of the same meaning."""
    return _table(("key", "flag", "meaning", "value", "default"), map(_key, params(Figure)))


def curve_keys() -> str:
    """The keys that every curve takes."""
    return _table(
        ("key", "meaning", "value", "default"),
        (
            [_code(param.name), param.meaning, _value(param), _CURVE_DEFAULTS.get(param.name) or _default(param)]
            for param in (LABEL, *STYLE.values(), *WARMUP.values(), DURATION)
        ),
    )


# --- Flags ----------------------------------------------------------------------------------------------------------


def curve_flags() -> str:
    """The flags of parameters of single schedules."""
    rows = ([_code(f"{param.long} {param.example}"), param.meaning] for param in params(CurveFlags))
    return _table(("flag", "meaning"), rows)


def _flags_of(command: str, *listed_elsewhere: type) -> str:
    """The flags of one command only."""
    options = import_module(f"cosine_cli.commands.{command}").OPTIONS
    declared = (declaration for declaration in options if declaration not in listed_elsewhere)
    rows = ([_flags(param), param.meaning, _value(param), _default(param)] for param in merged(*declared))
    return _table(("flag", "meaning", "value", "default"), rows)


def flags_of_diagnose() -> str:
    """The flags of ``diagnose`` alone, and those that select a part of a log."""
    declared = merged(LogFlags, import_module("cosine_cli.commands.diagnose").Options)
    rows = ([_flags(param), f"omit {param.meaning}" if param.default is True else param.meaning] for param in declared)
    return _table(("flag", "meaning"), rows)


# --- The rest -------------------------------------------------------------------------------------------------------


def presets() -> str:
    """The sizes, resolutions, fonts and sources of ``--preset``."""
    return _table(
        ("preset", "size in inches", "dpi", "font", "points", "at least", "title", "source"),
        (
            [_code(name), f"{preset.size[0]:.4g} x {preset.size[1]:g}", f"{preset.dpi:g}", " or ".join(preset.fonts),
             f"{preset.base:g}", f"{preset.smallest:g}",
             "in the caption" if preset.captioned else "in the figure", preset.source]
            for name, preset in PRESETS.items()
        ),
    )  # fmt: skip


def schedules() -> str:
    """The lists of ``explain --format md``, without its title."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out):
        assert cli.run(["explain", "--format", "md"]) == 0
    _, _, lists = out.buffer.getvalue().decode().partition("\n\n")  # type: ignore[attr-defined]
    return f"\n{lists}\n"


def formats() -> str:
    """The table of ``explain formats --format md``, without its title."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out):
        assert cli.run(["explain", "formats", "--format", "md"]) == 0
    _, _, table = out.buffer.getvalue().decode().partition("\n\n")  # type: ignore[attr-defined]
    return str(table)


def counted_from_the_start() -> str:
    """The schedules whose times count from the start of the run."""
    names = [name for name in catalogue.names() if any(p.time == "moment" for p in params(catalogue.load(name)))]
    return f"{', '.join(map(_code, names[:-1]))} and {_code(names[-1])}\n"


def lint_rules() -> str:
    """The rules of ``lint``."""
    rows = ([_code(rule.code), _code(rule.name), rule.severity, rule.summary.replace("``", "`")] for rule in rules())
    return _table(("code", "name", "severity", "meaning"), rows)


def stories() -> str:
    """The causes that ``diagnose`` tries, the simplest first."""
    modules = sorted(_modules(story_modules), key=lambda module: module.RANK)
    rows = ([_code(_last_name(module).replace("_", "-")), _first_line(module)] for module in modules)
    return _table(("story", "meaning"), rows)


_LAST = 1000
"""The place of the formats that are not searched in folders."""


def log_formats() -> str:
    """The formats of logs, in the order in which they are searched in a folder."""
    modules = sorted(_modules(logs), key=lambda module: module.FORMAT.folder_order or _LAST)
    return _table(
        ("format", "names in a folder", "configs beside it", "meaning"),
        (
            [
                module.FORMAT.name,
                ", ".join(map(_code, module.FORMAT.files)) or "only if it is passed itself",
                ", ".join(map(_code, module.FORMAT.configs)),
                _code_spans(_first_line(module)),
            ]
            for module in modules
        ),
    )


def ways_to_extend() -> str:
    """The ways of ``extend``, with their sources."""
    modules = sorted(_modules(extend), key=lambda module: module.ORDER)
    rows = ([_code(_last_name(module)), _first_line(module), _code_spans(_source(module))] for module in modules)
    return _table(("way", "meaning", "source"), rows)


def _modules(package: ModuleType) -> list[ModuleType]:
    names = [each.name for each in iter_modules(package.__path__) if not each.ispkg]
    return [import_module(f"{package.__name__}.{name}") for name in names]


def _last_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _first_line(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().partition("\n")[0]


def _source(module: ModuleType) -> str:
    """Return the paragraph of a docstring that begins with ``Source:``, on one line."""
    text = " ".join((module.__doc__ or "").partition("Source:")[2].split())
    return text[:1].upper() + text[1:]


def _code_spans(text: str) -> str:
    return text.replace("``", "`")


TABLES: dict[str, Callable[[], str]] = {
    "config keys": config_keys,
    "budget keys": budget_keys,
    "figure keys": figure_keys,
    "curve keys": curve_keys,
    "curve flags": curve_flags,
    "flags of plot": partial(_flags_of, "plot", Caption, Figure),
    "flags of table": partial(_flags_of, "table"),
    "flags of show": partial(_flags_of, "show", Caption),
    "flags of code": partial(_flags_of, "code"),
    "flags of lint": partial(_flags_of, "lint"),
    "flags of diagnose": flags_of_diagnose,
    "flags of extend": partial(_flags_of, "extend"),
    "rules of lint": lint_rules,
    "stories of diagnose": stories,
    "formats of logs": log_formats,
    "ways to extend": ways_to_extend,
    "presets": presets,
    "schedules": schedules,
    "formats": formats,
    "schedules that count from the start": counted_from_the_start,
    "benchmarks": partial(MEASURED.read_text, encoding="utf-8"),
}
