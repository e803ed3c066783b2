"""Draw learning rates in the terminal, with their key numbers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.figure_settings import Caption
from cosine_cli.plans.model.options import Beside, Match, TimeAxis
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.output_files import check_no_input
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages

GROUP = "Explore"
EXAMPLES = (
    "cosine-lr show",
    "cosine-lr show cosine wsd onecycle --warmup 5",
    "cosine-lr show cosine exponential --log",
)
SUFFIXES = {"txt": "text"}


@declaration
class Options:
    """Options of ``show`` alone."""

    log: bool = param(False, "logarithmic learning-rate axis")
    summary: bool = param(False, "print summary statistics below the chart")
    output: str | None = param(None, "text file to write (.txt)", short="o", example="rates.txt")


OPTIONS = (Caption, Beside, Match, TimeAxis, Options)


def run(line: CommandLine) -> None:
    """Draw the plan for the screen, a pipe or a file."""
    from cosine_cli.render.chart.chart import missing_unit, show
    from cosine_cli.render.grid_notes import grid_notes
    from cosine_cli.render.milestone_notes import milestone_notes
    from cosine_cli.render.truncation import truncation_lines
    from cosine_cli.render.warmup_notes import warmup_lines

    messages = Messages(quiet=line.quiet)
    target = _target(line)
    terminal = Terminal.here() if target == STDOUT else Terminal.none()
    plan = load_plan(line, ("title", "log"))
    messages.notes(*plan.remarks, *grid_notes(plan), *milestone_notes(on_time_axis(plan)))
    if (unit := missing_unit(plan, terminal)) is not None:
        messages.notes(f"the chart is too narrow for a second axis, of {unit}s")
    below: list[Iterator[bytes]] = []
    if frameworks := line.values(Beside).get("as_"):
        from cosine_cli.render.equivalent_notes import sentences
        from cosine_cli.studies.equivalents import with_equivalents

        plan, equivalents = with_equivalents(plan, frameworks)
        below.append(sentences(equivalents, terminal))
    plan = on_time_axis(replace(plan, panels=()))  # as the note on a grid says
    if "summary" in line.values(Options):
        from cosine_cli.render.summary_table import summary_below

        below.insert(0, summary_below(plan, terminal))
    write(target, chain(show(plan, terminal), *below, truncation_lines(plan, terminal), warmup_lines(plan, terminal)))
    if target != STDOUT:
        messages.path(target)


def _target(line: CommandLine) -> str:
    target = output_path(line.values(Options).get("output", STDOUT))
    if target != STDOUT:
        check_target(target)
        check_no_input(target, line.files)
        form_of(target, None if os.path.splitext(target)[1] else "text", SUFFIXES)
    return target
