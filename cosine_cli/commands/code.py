"""Print code that reproduces the rates in a framework or in Python.

The code uses a built-in scheduler where it agrees within 1e-6 of the peak, and
a function otherwise; a comment states the difference. Run as a program, it
prints the rate of every update; its loop shows where to call step().
"""

from __future__ import annotations

from cosine_cli.code.core import targets
from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.frameworks.core.discovery import SYNONYMS
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.grid_notes import grid_notes
from cosine_cli.render.output_files import check_no_input
from cosine_cli.schedules.core.fields import declaration, param, params
from cosine_cli.streams import Messages

GROUP = "Prepare a run"
EXAMPLES = (
    "cosine-lr code cosine --to torch",
    "cosine-lr code cosine:warmup=5 --epochs 90 --steps-per-epoch 391 --to optax",
    "cosine-lr code run.yaml --to python -o schedule.py",
)
SUFFIXES = {"py": "python"}


@declaration
class Options:
    """Options of ``code`` alone."""

    to: str = param("torch", "target framework or language", choices=targets.target_names(), synonyms=SYNONYMS)
    resume: float | None = param(
        None, "resume a run at this time, with --to torch", above=0, time="moment", example="60"
    )
    exact: bool = param(False, "use a built-in scheduler only if it is exact")
    output: str | None = param(None, "file to write the code to", short="o", example="schedule.py")


OPTIONS = (Options,)
_RESUME = next(param for param in params(Options) if param.name == "resume")


def run(line: CommandLine) -> None:
    """Write source code with the curves of a plan."""
    messages = Messages(quiet=line.quiet)
    raw = line.values(Options)
    target = output_path(raw.get("output", STDOUT))
    if target != STDOUT:
        check_target(target)
        check_no_input(target, line.files)
        form_of(target, None, SUFFIXES, flag=None)
    plan = load_plan(line)
    messages.notes(*plan.remarks, *grid_notes(plan))
    write(target, [_source(line, plan).encode()])
    if target != STDOUT:
        messages.path(target)


def _source(line: CommandLine, plan: Plan) -> str:
    raw = line.values(Options)
    target, exact = raw.get("to", "torch"), bool(raw.get("exact"))
    if "resume" not in line.options:
        return targets.source(plan, target, exact=exact)
    from cosine_cli.plans.resolve.times import read_on_clock

    given = line.options["resume"]._replace(unit=plan.clock.unit)
    updates = plan.clock.steps(read_on_clock(_RESUME, given, plan.clock).value)
    return targets.resumed_source(plan, target, updates, given.where)
