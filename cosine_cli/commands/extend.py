"""Print ways to continue a stopped or finished run, as a config.

Each way is a curve of the whole, longer run: the old schedule up to the stop,
and then what follows. Comments show the rates at the stop and at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.parse.argv import CommandLine, LogFlags
from cosine_cli.plans.parse.file_words import may_be_log
from cosine_cli.plans.parse.numbers import parse_time
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.render.output_files import check_no_input
from cosine_cli.schedules.core.fields import declaration, param, params
from cosine_cli.streams import Messages
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.model.clock import Clock
    from cosine_cli.plans.model.plan import Curve, Plan
    from cosine_cli.studies.extend.core.stopped import Stopped

GROUP = "Prepare a run"
WORDS = "[CURVE | FILE]"
EXAMPLES = (
    "cosine-lr extend cosine:warmup=5 --epochs 100 --to 150",
    "cosine-lr extend run.yaml --at 60 --to 150 --only stretch,rewarm -o long.yaml",
    "cosine-lr extend --from trainer_state.json --to 20k",
)
SUFFIXES = {"yaml": "yaml", "yml": "yaml"}

_REWARM = 0.01
_COOLDOWN = 0.2


@declaration
class Options:
    """Options of ``extend`` alone."""

    from_: str | None = param(
        None, "log of the run, which gives its stop, and its plan if no curve does", example="trainer_state.json"
    )
    at: float | None = param(None, "stop of the run (default: its end)", above=0, time="moment")
    to: float | None = param(None, "new length of the run", above=0, time="length")
    rewarm: float | None = param(
        None, "length of the new warmup (default: 1% of what remains)", above=0, time="length", example="500"
    )
    rewarm_to: float = param(1.0, "end of the new warmup, as a factor of the peak", above=0, example="50%")
    cooldown: float | None = param(
        None,
        "length of the final decay (default: 20% of the longer run, or the rest)",
        above=0,
        time="length",
        example="2000",
    )
    only: str | None = param(None, "ways to print (default: all)", example="stretch,rewarm")
    output: str | None = param(None, "config file to write", short="o", example="longer.yaml")


OPTIONS = (Options,)
_OPTION = {option.name: option for option in params(Options)}


def run(line: CommandLine) -> None:
    """Print the plan of the longer run, with one curve per way."""
    from cosine_cli.plans.resolve.groups import grouped
    from cosine_cli.plans.writer import config_text
    from cosine_cli.render.extension_comments import extension_comments
    from cosine_cli.studies.extend.core.ways import extended

    messages = Messages(quiet=line.quiet)
    target = output_path(read(_OPTION["output"], line.options["output"]) if "output" in line.options else STDOUT)
    if target != STDOUT:
        check_target(target)
        check_no_input(target, line.files)
        form_of(target, None, SUFFIXES, flag=None)
    names = _names(line)
    old, longer, stopped = _stopped(line.without("output"), messages)
    found = list(extended(stopped, longer, names))
    curves = [curve for _, curve in found if not isinstance(curve, Problem)]
    refused = {name: reason for name, reason in found if isinstance(reason, Problem)}
    required = [refused[name] for name in ("rewarm", "cooldown") if name in line.options and name in refused]
    if required or not curves:
        raise RequestError(*(required or refused.values()))
    all_groups = grouped(tuple(curves), old.groups)
    plan = replace(longer, title=None, curves=all_groups, groups=old.groups, match=None, remarks=(), origins={})
    comments = "".join(f"{comment}\n" for comment in extension_comments(stopped, curves))
    write(target, [(config_text(plan) + comments).encode("utf-8", "backslashreplace")])
    if target != STDOUT:
        messages.path(target)
    messages.notes(*map(str, refused.values()))


class _Run(NamedTuple):
    """A run, and how its plan is read from a line with other options."""

    plan: Plan
    line: CommandLine
    read: Callable[[CommandLine], Plan]
    at: float


def _stopped(line: CommandLine, messages: Messages) -> tuple[Plan, Plan, Stopped]:
    """Return the plan of the run, that of the longer run, and how it stopped."""
    from cosine_cli.plans.resolve.stepping import is_called_every_update
    from cosine_cli.studies.extend.core.stopped import Stopped

    if "to" not in line.options:
        raise user_error("--to", "is required: the new length of the run", hint="pass --to")
    old, own, read_line, at = _of_log(line, messages) if "from_" in line.options else _of_line(line, messages)
    base, clock = _one_curve(old), old.clock
    if old.update == "epoch" and is_called_every_update(base):  # but a composite curve is updated as the plan says
        old = replace(old, update="step")
        framework = base.name.partition(".")[0]
        messages.notes(f"update: 'step', not 'epoch': the schedulers of {framework} are called after every update")
    if at <= 0:
        raise user_error("--at", "must be after the first update", hint="pass --at")
    _check_rate(line, base, at, clock)
    _check_unit(line, old)
    _check_whole_epochs(line, old, at)
    to = _steps(line, "to", clock, 0.0)
    if to <= at:
        raise user_error("--to", f"must be after the stop at {clock.time(at)}", got=line.options["to"].echo)
    longer, rebuilt = _longer(old, own, read_line, to, line.options["to"])
    longer = replace(longer, update=old.update, lr=longer.lr if old.groups else base.own_lr or longer.lr)
    rewarm = max(float(round(_REWARM * (to - at))), 1.0)
    return (
        old,
        longer,
        Stopped(
            curve=base,
            total=float(clock.total),
            clock=longer.clock,
            rebuilt=rebuilt,
            past=base,
            at=at,
            rewarm=_steps(line, "rewarm", longer.clock, rewarm),
            rewarm_to=_factor(line),
            cooldown=_steps(line, "cooldown", longer.clock, float(min(max(round(_COOLDOWN * to), 1), to - at))),
        ),
    )


def _of_line(line: CommandLine, messages: Messages) -> _Run:
    """Return the run of the curve or config of a line."""
    if _is_log(line):
        raise user_error(quote(line.files[0]), "is a log, not a plan", hint=f"pass --from {line.files[0]}")
    plan = load_plan(line)
    messages.notes(*plan.remarks)
    return _Run(plan, line, load_plan, _steps(line, "at", plan.clock, float(plan.clock.total)))


def _is_log(line: CommandLine) -> bool:
    if len(line.files) != 1 or line.curves or "read_as" in line.options or not may_be_log(line.files[0]):
        return False
    from cosine_cli.plans.logged import is_log

    return is_log(line.files[0])


def _of_log(line: CommandLine, messages: Messages) -> _Run:
    """Return the run of a log, with its plan and its stop."""
    from cosine_cli.logs.core.reading import read_log
    from cosine_cli.studies.extend.core.logged_run import logged_run, stop_note, updates_made

    selected = line.values(LogFlags)
    path = read(_OPTION["from_"], line.options["from_"])
    log = read_log(path, column=selected.get("column"), run=selected.get("run"))
    found = logged_run(log, line.without("column").without("run"))
    messages.notes(*dict.fromkeys((*log.notes, *found.notes, *found.plan.remarks)))
    if "at" in line.options:
        messages.notes(f"the stop is --at {line.options['at'].text}, not the last row of the log")
        at = _steps(line, "at", found.plan.clock, 0.0)
    else:
        at = updates_made(log, found)
        messages.notes(stop_note(log, found))
    return _Run(found.plan, found.line, found.read, at)


def _one_curve(plan: Plan) -> Curve:
    """Return the only curve of a plan."""
    if plan.panels or plan.runs or len(plan.bases) != 1:
        rule, got = "needs one curve", f"{len(plan.curves)} curves"
        raise user_error("extend", rule, got=got, hint="name one, as in 'cosine-lr extend cosine --to 150'")
    return plan.bases[0]


def _check_rate(line: CommandLine, curve: Curve, at: float, clock: Clock) -> None:
    """Raise RequestError for a stop at which the schedule of the run has no rate."""
    if math.isnan(curve.schedule([at])[0]):
        where = next((line.options[name].where for name in ("at", "from_") if name in line.options), "extend")
        rule = f"must stop where the schedule has a rate, and there is none at {clock.time(at)}"
        raise user_error(where, rule, hint="pass --at")


def _check_unit(line: CommandLine, plan: Plan) -> None:
    """Raise RequestError for a bare time in a run whose length is a number of tokens."""
    if plan.budget is None or plan.budget.tokens is None:
        return
    for raw in (line.options[name] for name in ("at", "to") if name in line.options):
        if parse_time(raw.text, unit="step") != parse_time(raw.text, unit="token"):
            rule = "must have a unit: the length of the run is a number of tokens"
            raise user_error(raw.where, rule, got=raw.echo, hint=f"pass {raw.where} {raw.text}tok or {raw.text}st")


def _check_whole_epochs(line: CommandLine, plan: Plan, at: float) -> None:
    """Raise RequestError for a stop within an epoch if the rate changes once per epoch."""
    each = plan.clock.steps_per_epoch or 1
    if plan.update == "epoch" and at % each:
        got = f"{at / each:g}"
        rule = "must be a whole number of epochs: the rate changes once per epoch"
        raise user_error(
            line.options["at"].where if "at" in line.options else "--from", rule, got=got, hint="pass --at"
        )


def _factor(line: CommandLine) -> float:
    """Return the end of the new warmup as a factor of the peak, which may be a percentage."""
    raw = line.options.get("rewarm_to")
    if raw is None:
        return 1.0
    option = _OPTION["rewarm_to"]
    if not raw.text.endswith("%"):
        return float(read(option, raw))
    return float(read(option, raw._replace(text=raw.text[:-1].rstrip()))) / 100


def _steps(line: CommandLine, name: str, clock: Clock, default: float) -> float:
    """Return the time of an option in steps."""
    from cosine_cli.plans.resolve.times import read_on_clock

    if name not in line.options:
        return default
    raw = line.options[name]._replace(unit=clock.unit)
    return clock.steps(read_on_clock(_OPTION[name], raw, clock).value)


def _longer(
    plan: Plan, line: CommandLine, read_line: Callable[[CommandLine], Plan], to: float, raw: RawValue
) -> tuple[Plan, Curve | Problem]:
    """Return the plan with another length, and its curve made for this length, or why there is none.

    Raises RequestError for a part of an epoch.
    """
    length = plan.clock.units(to)
    if not float(length).is_integer():
        raise user_error(raw.where, f"must be a whole number of {plan.clock.unit}s", got=raw.echo)
    name = "epochs" if plan.clock.unit == "epoch" else "steps"
    others = {flag: given for flag, given in line.options.items() if flag not in ("epochs", "steps", "tokens")}
    new_length = RawValue(whole(length), raw.where, plan.clock.unit)
    try:
        longer = read_line(replace(line, options={**others, name: new_length}))
        return longer, _one_curve(longer)
    except RequestError as error:
        budget = None if plan.budget is None else replace(plan.budget, tokens=None)
        clock = replace(plan.clock, length=int(length), updates=None)
        return replace(plan, clock=clock, budget=budget), error.problems[0]


def _names(line: CommandLine) -> list[str]:
    """Return the names of the ways, by default all of them."""
    from cosine_cli.studies.extend.core.ways import ways

    known = [way.name for way in ways()]
    given = line.options.get("only")
    if given is None:
        return known
    names = [name.strip() for name in given.text.split(",")]
    for name in names:
        if name not in known:
            raise user_error(given.where, f"must be {either(known)}", got=quote(name), hint=did_you_mean(name, known))
    return [name for name in known if name in names]
