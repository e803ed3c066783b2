"""Print code that gives the same rates in a framework, or in Python.

A framework's own schedule is used where it is within 1e-6 of the peak, and
a function otherwise; a comment states the difference. Run as a program, the
code prints the rate of every update, from a loop that shows where step() goes.
"""

from __future__ import annotations

from cosine_cli.code.core import targets
from cosine_cli.files import STDOUT, check_target, form_of, place, write
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.output_files import check_no_input
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import notes, tell

GROUP = "Prepare a run"
EXAMPLES = (
    "cosine-lr code cosine --to torch",
    "cosine-lr code cosine:warmup=5 --epochs 90 --steps-per-epoch 391 --to optax",
    "cosine-lr code run.yaml --to python -o schedule.py",
)
SUFFIXES = {"py": "python"}


@declaration
class Options:
    """What only this command takes."""

    to: str = param("torch", "what the code is for", choices=targets.names())
    exact: bool = param(False, "write a function where a framework's own schedule is only nearly exact")
    output: str | None = param(None, "file to write the code to", short="o", example="schedule.py")


OPTIONS = (Options,)


def run(line: CommandLine) -> None:
    """Write the plan's curves as source text."""
    raw = line.values(Options)
    target = place(raw.get("output", STDOUT))
    if target != STDOUT:
        check_target(target)
        check_no_input(target, line.files)
        form_of(target, None, SUFFIXES)
    plan = load_plan(line)
    notes(plan.remarks)
    text = targets.source(plan, raw.get("to", "torch"), exact=bool(raw.get("exact")))
    write(target, [text.encode()])
    if target != STDOUT:
        tell(target)
