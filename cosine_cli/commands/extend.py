"""Print ways to continue a stopped or finished run, as a config.

Each way is a curve of the whole, longer run: the old schedule up to the stop,
and then what follows. Comments show the rates at the stop and at the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.render.output_files import check_no_input
from cosine_cli.schedules.core.fields import declaration, param, params
from cosine_cli.streams import Messages
from cosine_cli.text import did_you_mean, either, quote

if TYPE_CHECKING:
    from cosine_cli.plans.model.clock import Clock
    from cosine_cli.plans.model.plan import Plan
    from cosine_cli.studies.extend.core.stopped import Stopped

GROUP = "Prepare a run"
EXAMPLES = (
    "cosine-lr extend cosine:warmup=5 --epochs 100 --to 150",
    "cosine-lr extend run.yaml --at 60 --to 150 --only stretch,rewarm -o long.yaml",
    "cosine-lr extend wsd --steps 10k --at 8k --to 20k --cooldown 2k",
)
SUFFIXES = {"yaml": "yaml", "yml": "yaml"}

_REWARM = 0.01
_COOLDOWN = 0.2


@declaration
class Options:
    """Options of ``extend`` alone."""

    at: float | None = param(None, "stop of the run (default: its end)", above=0, time="moment")
    to: float | None = param(None, "new length of the run", above=0, time="length")
    rewarm: float | None = param(
        None, "length of the new warmup (default: 1% of what remains)", above=0, time="length", example="500"
    )
    rewarm_to: float = param(1.0, "end of the new warmup, as a factor of the peak", above=0, example="0.5")
    cooldown: float | None = param(
        None, "length of the final decay (default: 20% of the longer run)", above=0, time="length", example="2000"
    )
    only: str | None = param(None, "ways to print (default: all)", example="stretch,rewarm")
    output: str | None = param(None, "config file to write", short="o", example="longer.yaml")


OPTIONS = (Options,)
_OPTION = {option.name: option for option in params(Options)}


def run(line: CommandLine) -> None:
    """Print the plan of the longer run, with one curve per way."""
    from cosine_cli.plans.writer import config_text
    from cosine_cli.render.extension_comments import extension_comments
    from cosine_cli.studies.extend.core.ways import extended

    messages = Messages(quiet=line.quiet)
    target = output_path(line.values(Options).get("output", STDOUT))
    if target != STDOUT:
        check_target(target)
        check_no_input(target, line.files)
        form_of(target, None, SUFFIXES)
    stopped = _stopped(line.without("output"))
    messages.notes(*stopped.plan.remarks)
    found = list(extended(stopped, _names(line)))
    curves = [curve for _, curve in found if not isinstance(curve, Problem)]
    if not curves:
        raise RequestError(*(reason for _, reason in found if isinstance(reason, Problem)))
    plan = replace(stopped.longer, title=None, curves=tuple(curves), remarks=(), origins={})
    comments = "".join(f"{comment}\n" for comment in extension_comments(stopped, curves))
    write(target, [(config_text(plan) + comments).encode("utf-8", "backslashreplace")])
    if target != STDOUT:
        messages.path(target)
    messages.notes(*(str(reason) for _, reason in found if isinstance(reason, Problem)))


def _stopped(line: CommandLine) -> Stopped:
    """Return the run, its stop, and the same run with its new length."""
    from cosine_cli.studies.extend.core.stopped import Stopped

    if "to" not in line.options:
        raise user_error("--to", "is required: the new length of the run", hint="pass --to")
    plan = _one_curve(line)
    at = _steps(line, "at", plan.clock, float(plan.clock.total))
    to = _steps(line, "to", plan.clock, 0.0)
    if to <= at:
        raise user_error("--to", "must be after the stop", got=line.options["to"].echo)
    longer = _one_curve(_with_length(line, plan.clock, to))
    return Stopped(
        plan=plan,
        longer=longer,
        at=at,
        rewarm=_steps(line, "rewarm", longer.clock, max(float(round(_REWARM * (to - at))), 1.0)),
        rewarm_to=line.values(Options).get("rewarm_to", 1.0),
        cooldown=_steps(line, "cooldown", longer.clock, float(min(round(_COOLDOWN * to), to - at))),
    )


def _one_curve(line: CommandLine) -> Plan:
    plan = load_plan(line)
    if len(plan.curves) != 1 or plan.panels or plan.runs:
        got = f"{len(plan.curves)} curves"
        raise user_error(
            "extend", "needs one curve", got=got, hint="name one, as in 'cosine-lr extend cosine --to 150'"
        )
    return plan


def _steps(line: CommandLine, name: str, clock: Clock, default: float) -> float:
    """Return the time of an option in steps."""
    from cosine_cli.plans.resolve.times import read_on_clock

    if name not in line.options:
        return default
    raw = line.options[name]._replace(unit=clock.unit)
    return clock.steps(read_on_clock(_OPTION[name], raw, clock).value)


def _with_length(line: CommandLine, clock: Clock, to: float) -> CommandLine:
    """Return the line with another length of the run; raise RequestError for a part of an epoch."""
    where = line.options["to"].where
    length = clock.units(to)
    if not length.is_integer():
        raise user_error(where, f"must be a whole number of {clock.unit}s", got=line.options["to"].echo)
    name = "epochs" if clock.unit == "epoch" else "steps"
    others = {flag: raw for flag, raw in line.options.items() if flag not in ("epochs", "steps", "tokens")}
    return replace(line, options={**others, name: RawValue(whole(length), where, clock.unit)})


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
