"""Write a plan as a config that resolves to the same plan, with the arithmetic in comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.embedded.extract import MOST_TEXT
from cosine_cli.plans.model.budget import BUDGET, Budget
from cosine_cli.plans.model.clock import Clock, Time, whole
from cosine_cli.plans.model.curve_options import WARMUP
from cosine_cli.plans.model.curve_style import STYLE
from cosine_cli.plans.model.figure_settings import Figure, default_dpi, default_size
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.numbers import suffix_of
from cosine_cli.plans.registry import is_framework_name, load
from cosine_cli.plans.resolve.curve_labels import plain_label
from cosine_cli.schedules.core.fields import Pairs, Param, params
from cosine_cli.schedules.core.kinds import Kind
from cosine_cli.text import number

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.+-][A-Za-z0-9_./%+-]*")
_NOT_TEXT = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
"""Words that YAML 1.2, or the older 1.1, does not read as strings."""

_COMMENT = 30
"""The column of the comments."""

_LAST_COLUMN = 52
"""The last column of comments on the origin of values."""

_MARK = "\0"
"""What precedes a comment until the comments are aligned."""

_DIGITS = 6
"""Significant digits of a factor in a comment."""

_LONGEST_LIST = 1000
"""A longer list is written as one string, ``1/2/3``: the number of values in a config is limited."""


def config_text(plan: Plan) -> str:
    """Return the plan as the text of a config.

    Raises RequestError if it is longer than the limit for a config, and so could not be read back.
    """
    imported = any(part.origins for part in plan.parts)
    lines = list(_lines(plan))
    written = "".join(f"{line.rstrip()}\n" for line in (_aligned(lines) if imported else _unmarked(lines)))
    if len(written.encode()) > MOST_TEXT:
        raise user_error("plan", f"must be at most {MOST_TEXT >> 20} MiB as a config", got="more")
    return written


def _lines(plan: Plan) -> Iterator[str]:
    if plan.title is not None:
        yield f"title: {text(plan.title)}"
    if plan.runs:
        yield from _shared_lines(plan)
        yield "runs:"
    for run in plan.runs:
        name = [f"name: {text(run.name)}"] if run.name else []
        first, *rest = (*name, *_run_lines(run, counted=plan.clock.unit == "step" or bool(plan.axis)))
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)
    if not plan.runs:
        yield from _run_lines(plan, counted=plan.axis not in ((), (plan.clock.unit,)))
    yield from _figure_lines(plan.figure, on_time_axis(plan).clock)


def _run_lines(plan: Plan, *, counted: bool = False) -> Iterator[str]:
    """Yield the lines of a run; ``counted``: with its steps per epoch even if they are 1, the default."""
    clock = plan.clock
    origins, budget = plan.origins, plan.budget or Budget()
    yield _commented(f"lr: {whole(plan.lr)}", origins.get("lr"))
    if budget.tokens is None:
        length, in_steps = f"{clock.unit}s", _in_steps(clock, Time(float(clock.length), clock.unit))
        yield _commented(f"{length}: {clock.length}", origins.get(length), in_steps)
    each = clock.steps_per_epoch if budget.dataset_size is None else None
    if each is not None and (counted or clock.unit == "step" or each > 1 or plan.budget is not None):
        yield _commented(f"steps_per_epoch: {each}", origins.get("steps_per_epoch"))
    if plan.budget is not None:
        yield from _budget_lines(plan.budget, origins)
    if plan.update != "step":
        yield _commented(f"update: {plan.update}", "the rate changes once per epoch")
    shared = _shared_warmup(plan)
    if shared:
        yield from _warmup_lines(shared, plan.bases[0], clock)
    if plan.groups:
        yield "groups:"
    for group in plan.groups:
        yield f"  {text(group.name)}: {whole(group.factor)}"
    yield from _shared_lines(plan)
    yield "curves:"
    for curve, shown in zip(plan.bases, plan.curves[:: max(len(plan.groups), 1)], strict=True):
        name, *rest = _curve_lines(curve, plan, indent=2, left_out=frozenset(shared))
        yield _commented(name, _match_factor(shown, plan))
        yield from rest


def _budget_lines(budget: Budget, origins: Mapping[str, str]) -> Iterator[str]:
    from cosine_cli.plans.model.budget_arithmetic import comments  # here: few plans have a budget

    arithmetic = comments(budget)
    yield "budget:"
    for name, param in BUDGET.items():
        value = getattr(budget, name)
        if value != param.default or name in arithmetic or name in origins:
            written = str(value).lower() if param.kind is Kind.SWITCH else value
            yield _commented(f"  {name}: {written}", origins.get(name), arithmetic.get(name))


def _shared_warmup(plan: Plan) -> dict[str, Any]:
    """Return the warmup that all curves have in common, which is written at the top level."""
    warmups = [
        {name: curve.shares.get(name, curve.params[name]) for name in WARMUP if name in curve.params}
        for curve in plan.bases
    ]
    own = any("warmup" in {param.name for param in params(load(curve.name))} for curve in plan.bases)
    return warmups[0] if not own and all(warmup == warmups[0] for warmup in warmups) else {}


def _shared_lines(plan: Plan) -> Iterator[str]:
    if plan.match is not None:
        yield f"match: {plan.match}"
    if plan.axis:
        yield f"axis: {plan.axis[0] if len(plan.axis) == 1 else _value(plan.axis, plan.clock)}"


def _match_factor(curve: Curve, plan: Plan) -> str:
    """Return by which factor a curve is rescaled to match the first one; each panel has its own factors."""
    if plan.match is None or plan.panels or curve.factor is None:
        return ""
    factor = curve.factor / (curve.group.factor if curve.group is not None else 1.0)
    return f"×{number(factor, digits=_DIGITS)} for an equal {plan.match}"


def _warmup_lines(shared: dict[str, Any], curve: Curve, clock: Clock) -> Iterator[str]:
    """Yield the lines of the warmup that all curves have, with the comments of one of them."""
    length, value, origins = shared["warmup"], _value(shared["warmup"], clock), curve.origins
    notes = (origins.get("warmup"), curve.notes.get("warmup"), _in_steps(clock, length))
    if all(shared[key] == param.default for key, param in WARMUP.items() if key != "warmup"):
        yield _commented(f"warmup: {value}", *notes)
    else:
        yield "warmup:"
        yield _commented(f"  for: {value}", *notes)
        yield _commented(f"  shape: {shared['warmup_shape']}", origins.get("warmup_shape"))
        yield _commented(f"  start: {shared['warmup_start']}", origins.get("warmup_start"))
        if shared["warmup_from"] != WARMUP["warmup_from"].default:
            yield _commented(f"  from: {shared['warmup_from']}", origins.get("warmup_from"))


def _curve_lines(curve: Curve, plan: Plan, *, indent: int, left_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the lines of a curve as a list item, without the parameters in ``left_out`` and those of the run."""
    raw = {name: value for name, value in curve.params.items() if name not in left_out}
    raw = {name: value for name, value in raw.items() if not _inherited(name, value, curve, plan)}
    if plan.panels:  # each panel computes its own defaults
        raw = {name: value for name, value in raw.items() if name in curve.specified}
    label = curve.label if curve.label not in ("", plain_label(curve.name)) else None
    pad = " " * indent
    style = {name: value for name in STYLE if (value := getattr(curve.style, name)) is not None}
    origin = curve.origins.get("label")
    end = ":" if raw or label is not None or style else ""
    yield _commented(f"{pad}- {curve.name}{end}", origin if label is None else None)
    if label is not None:
        yield _commented(f"{pad}    label: {text(label)}", origin)
    for name, value in style.items():
        yield f"{pad}    {name}: {_value(value, plan.clock)}"
    for name, value in raw.items():
        if value is not None:
            yield from _param_lines(name, value, curve, plan, indent=indent + 4)


def _inherited(name: str, value: Any, curve: Curve, plan: Plan) -> bool:
    """Return whether a value equals that of the run; it is omitted so that a flag can still change it."""
    if name in ("warmup_shape", "warmup_start", "warmup_from"):
        return bool(value == WARMUP[name].default)
    zero = name == "min_lr" and value == 0
    return bool((name == "lr" and value == plan.lr) or (zero and _default(curve, name) == 0))


def _default(curve: Curve, name: str) -> Any:
    return _declared(curve, name).default


def _declared(curve: Curve, name: str) -> Param:
    return next(param for param in params(load(curve.name)) if param.name == name)


def _member_lines(member: Curve, plan: Plan, declared: Param, *, indent: int) -> Iterator[str]:
    """Yield the lines of a member of a framework's composite schedule, by the framework's own name.

    If all members have the same type, only their parameters are written.
    """
    pad, own = " " * indent, member.name.partition(".")[2]
    first, *rest = _curve_lines(member, plan, indent=indent)
    if declared.member and rest:
        first, *rest = (line.removeprefix("  ") for line in rest)
        yield f"{pad}- {first.strip()}"
    else:
        yield first.replace(f"{pad}- {member.name}", f"{pad}- {own}", 1)
    yield from rest


def _param_lines(name: str, value: Any, curve: Curve, plan: Plan, *, indent: int) -> Iterator[str]:
    pad = " " * indent
    if isinstance(value, Curve):
        yield f"{pad}{name}:"
        inner = list(_curve_lines(value, plan, indent=indent + 2))
        yield from (line.replace("- ", "  ", 1) if at == 0 else line for at, line in enumerate(inner))
    elif isinstance(value, tuple) and any(isinstance(part, Curve) for part in value):
        yield f"{pad}{name}:"
        for member in value:
            if is_framework_name(curve.name):
                yield from _member_lines(member, plan, _declared(curve, name), indent=indent + 2)
            else:
                yield from _curve_lines(member, plan, indent=indent + 2)
    else:
        notes = (curve.origins.get(name), curve.notes.get(name), _in_steps(plan.clock, value))
        written = curve.shares.get(name) or _value(value, plan.clock)
        yield _commented(f"{pad}{name}: {written}", *notes)


def _in_steps(clock: Clock, value: Any) -> str:
    """Return times in epochs as steps, empty if there are none or if the units do not differ."""
    times = value if isinstance(value, tuple) else (value,)
    if not times or not clock.counts_both or not all(isinstance(time, Time) and time.unit == "epoch" for time in times):
        return ""
    return f"{' / '.join(whole(clock.steps(time)) for time in times)} steps"


def _value(value: Any, clock: Clock) -> str:
    if isinstance(value, Pairs):
        pairs = [(whole(time), whole(rate)) for time, rate in value]
        if len(pairs) > _LONGEST_LIST:
            return "/".join(f"{time}:{rate}" for time, rate in pairs)
        return f"{{{', '.join(f'{time}: {rate}' for time, rate in pairs)}}}"
    if isinstance(value, tuple):
        parts = [_value(part, clock) for part in value]
        return "/".join(parts) if len(parts) > _LONGEST_LIST else f"[{', '.join(parts)}]"
    if isinstance(value, Time):
        return whole(value.value) + ("" if value.unit == clock.unit else suffix_of(value.unit))
    if isinstance(value, bool):
        return str(value).lower()
    return text(value) if isinstance(value, str) else whole(value)


def _figure_lines(figure: Figure, clock: Clock) -> Iterator[str]:
    """Yield the settings that differ from their default."""
    default = Figure(size=default_size(figure.preset), dpi=default_dpi(figure.size, figure.preset))
    settings = {name: getattr(figure, name) for name in _FIGURE_ORDER}
    raw = {name: value for name, value in settings.items() if value != getattr(default, name)}
    if raw or figure.grid:
        yield "figure:"
    for name, value in raw.items():
        yield f"  {name}: {_value(value, clock)}"
    if figure.grid:
        yield "  grid:"
    for axis in figure.grid:
        yield f"    {axis.name}: [{', '.join(map(_grid_value, axis.values))}]"


def _grid_value(value: str) -> str:
    """Return a value of a grid as the user wrote it: a number must not be quoted."""
    return value if _BARE_VALUE.fullmatch(value) else text(value)


_FIGURE_ORDER = sorted((field.name for field in fields(Figure) if field.name != "grid"), key="size".__ne__)
"""The names of the settings, the size first."""


def _commented(line: str, *comments: str | None) -> str:
    comment = "; ".join(filter(None, comments))
    return f"{line:<{_COMMENT}} {_MARK}# {comment}" if comment else line


def _unmarked(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace(_MARK, "") for line in lines)


def _aligned(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines with their comments in one column, unless they are longer."""
    heads = [line.partition(_MARK)[0].rstrip() for line in lines if _MARK in line]
    column = max([_COMMENT, *(len(head) for head in heads if len(head) <= _LAST_COLUMN)])
    for line in lines:
        head, mark, comment = line.partition(_MARK)
        yield f"{head.rstrip():<{column}} {comment}" if mark else line


def text(value: str) -> str:
    r"""Return a string as a YAML scalar: plain if it is unambiguous, else in double quotes.

    >>> print(text("cosine, min_lr 1e-5"))
    "cosine, min_lr 1e-5"
    """
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
