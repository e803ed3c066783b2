"""Print learning rates as a table, CSV, JSON, JSON Lines or Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.files import STDOUT, check_target, form_of, output_path, write
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.options import Beside, Match, Rows, TimeAxis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.render.output_files import check_no_input
from cosine_cli.render.terminal import Terminal
from cosine_cli.schedules.core.fields import declaration, param
from cosine_cli.streams import Messages

if TYPE_CHECKING:
    from cosine_cli.studies.equivalents import Equivalent

GROUP = "Explore"
EXAMPLES = (
    "cosine-lr table cosine step:step_size=20 --every 10",
    "cosine-lr table cosine --steps 1M --every 1 -o rates.csv",
    "cosine-lr table --summary --match sum",
)
FORMATS = ("table", "csv", "json", "jsonl", "md")
_WITHOUT_FACTORS = ("csv", "jsonl")
SUFFIXES = {"txt": "table", **{name: name for name in FORMATS[1:]}}


@declaration
class Options:
    """Options of ``table`` alone."""

    output: str | None = param(None, "file to write; its suffix selects the format", short="o", example="rates.csv")
    format: str = param("table", "output format", choices=FORMATS)
    summary: bool = param(False, "print summary statistics instead of rows")


OPTIONS = (Rows, Beside, Match, TimeAxis, Options)


def run(line: CommandLine) -> None:
    """Write the rows or the statistics of the curves, rescaled if requested."""
    from cosine_cli.render.grid_notes import grid_notes
    from cosine_cli.render.milestone_notes import milestone_notes

    messages = Messages(quiet=line.quiet)
    target, form = _output(line)
    raw = line.values(Options)
    plan = load_plan(line)
    messages.notes(*plan.remarks, *grid_notes(plan), *milestone_notes(on_time_axis(plan)))
    equivalents: tuple[Equivalent, ...] = ()
    if frameworks := line.values(Beside).get("as_"):
        from cosine_cli.studies.equivalents import with_equivalents

        plan, equivalents = with_equivalents(plan, frameworks)
    plan = on_time_axis(replace(plan, panels=()))  # as the note on a grid says
    terminal = Terminal.here() if target == STDOUT else Terminal.none()
    shown = (_summary if "summary" in raw else _rows)(line, plan, form, terminal)
    write(target, chain(shown, _below(equivalents, plan, terminal) if form == "table" else ()))
    if target != STDOUT:
        messages.path(target)
    if form != "table":
        messages.notes(*_notes(equivalents, plan))
    if plan.match is not None and "summary" not in raw and form in _WITHOUT_FACTORS:
        from cosine_cli.render.descriptions import factors

        messages.notes(factors(plan))


def _below(equivalents: tuple[Equivalent, ...], plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield the notes below the table: the differences of frameworks, and the curves that end."""
    from cosine_cli.render.truncation import truncation_lines
    from cosine_cli.render.warmup_notes import warmup_lines

    if equivalents:
        from cosine_cli.render.equivalent_notes import sentences

        yield from sentences(equivalents, terminal)
    yield from truncation_lines(plan, terminal)
    yield from warmup_lines(plan, terminal)


def _notes(equivalents: tuple[Equivalent, ...], plan: Plan) -> Iterator[str]:
    """Yield the same notes, which are on stderr for machine-readable output."""
    from cosine_cli.render.truncation import truncation_notes
    from cosine_cli.render.warmup_notes import warmup_notes

    yield from (*truncation_notes(plan), *warmup_notes(plan))
    for equivalent in equivalents:
        from cosine_cli.render.equivalent_notes import sentence

        yield sentence(equivalent)


def _rows(line: CommandLine, plan: Plan, form: str, terminal: Terminal) -> Iterator[bytes]:
    from cosine_cli.studies.table_rows import choose

    times = choose(plan, line.given(Rows))
    if form == "table":
        from cosine_cli.render.table import table

        return table(plan, times, terminal=terminal)
    if form == "md":
        from cosine_cli.render.markdown import markdown_rows

        return markdown_rows(plan, times)
    from cosine_cli.render.data_formats import records

    return records(plan, times, form)


def _summary(line: CommandLine, plan: Plan, form: str, terminal: Terminal) -> Iterator[bytes]:
    from cosine_cli.render.summary_table import summary

    rows = list(line.given(Rows).values())
    if rows:
        raise user_error(f"--summary and {rows[0].where}", "cannot be combined; give one of them")
    return summary(plan, form, terminal=terminal)


def _output(line: CommandLine) -> tuple[str, str]:
    """Return the output path and the format, which the suffix selects; a conflicting flag is an error."""
    raw = line.values(Options)
    if (target := output_path(raw.get("output", STDOUT))) == STDOUT:
        return STDOUT, raw.get("format", FORMATS[0])
    check_target(target)
    check_no_input(target, line.files)
    return target, form_of(target, raw.get("format"), SUFFIXES)
